-- Secrets that banks sign their notices with, one or more a rail, sealed under the key file.
CREATE TABLE rail_secrets (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    rail TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX rail_secrets_rail ON rail_secrets (organisation_id, rail, id);

-- A bank's notice may name an account by its id, whosever it is.
CREATE UNIQUE INDEX virtual_accounts_id ON virtual_accounts (id);
