-- The trace that a process began in: what a timer or another process does for it later goes on
-- with that one. Rows of before, and of an older version beside this one, have none.
ALTER TABLE sagas ADD COLUMN traceparent text;
