-- What a process has for itself alone, such as the cart that it buys: no two processes of a kind
-- hold the same, whichever process of the system began them.
ALTER TABLE sagas ADD COLUMN claim text;
CREATE UNIQUE INDEX sagas_claim ON sagas (kind, claim) WHERE claim IS NOT NULL;
