-- Secrets that banks sign their notices with, one or more a rail, sealed under the key file.
CREATE TABLE rail_secrets (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    id UUID NOT NULL,
    rail TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX rail_secrets_rail ON rail_secrets (organisation_id, rail, id);

-- A bank's notice may name an account by its id, whosever it is.
CREATE UNIQUE INDEX virtual_accounts_id ON virtual_accounts (id);
