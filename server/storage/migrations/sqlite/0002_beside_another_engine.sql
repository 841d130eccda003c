-- What the code that both engines share relies on.

CREATE VIEW account_balances AS SELECT organisation_id, id, kind, currency, balance FROM ledger_accounts;

-- The number of the oldest program's newest migration that may still run on this schema. A migration that takes
-- something away raises it; one that only adds leaves it, so that programs of two versions may run side by side.
CREATE TABLE schema_floor (
    version INTEGER NOT NULL
) STRICT;
INSERT INTO schema_floor (version) VALUES (1);
