-- Which transactions that wrote documents into another store have committed: a row is there when,
-- and only when, they have. A document that was written by one of the others is as it was before.
CREATE TABLE document_commits (
  id uuid PRIMARY KEY,
  collection text NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX document_commits_age ON document_commits (collection, committed_at);
SELECT mkt.share('document_commits');
SELECT mkt.appendable('document_commits');
