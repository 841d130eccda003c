-- What the house asks of an organisation for its deposits, by rules of which each version is kept.

-- Lists of words that only grow: every row that is there fits the new text too.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
    '''settlements_in_transit'')', '''settlements_in_transit'', ''fees_owed'', ''fee_income'', ''tax_due'')'),
    'CHECK (kind IN (''bank'', ''receivable'') OR', 'CHECK (kind IN (''bank'', ''receivable'', ''fees_owed'', ''fee_income'', ''tax_due'') OR')
WHERE type = 'table' AND name = 'ledger_accounts';
PRAGMA writable_schema = RESET;

-- In minor units and basis points. The newest counts for what is credited from then on.
CREATE TABLE fee_rules (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    currency TEXT NOT NULL,
    version INTEGER NOT NULL,
    fixed INTEGER NOT NULL CHECK (fixed >= 0),
    basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    minimum INTEGER NOT NULL CHECK (minimum >= 0),
    maximum INTEGER CHECK (maximum >= minimum),
    tax_basis_points INTEGER NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    set_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, currency, version)
) STRICT;
CREATE TRIGGER fee_rules_no_update BEFORE UPDATE ON fee_rules BEGIN SELECT RAISE(ABORT, 'fee_rules is append-only'); END;
CREATE TRIGGER fee_rules_no_delete BEFORE DELETE ON fee_rules BEGIN SELECT RAISE(ABORT, 'fee_rules is append-only'); END;

CREATE TABLE fees (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    deposit_id BLOB NOT NULL,
    currency TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    status TEXT NOT NULL CHECK (status IN ('DUE', 'COLLECTED', 'WITHHELD', 'WAIVED')),
    -- The settlement that kept it back, while it has not failed.
    settlement_id BLOB,
    reason TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    CHECK ((status = 'WITHHELD') = (settlement_id IS NOT NULL)),
    CHECK ((status = 'WAIVED') = (reason IS NOT NULL)),
    CHECK ((status = 'DUE') = (ended_at IS NULL)),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (organisation_id, currency, rule_version) REFERENCES fee_rules (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
) STRICT;
-- A deposit is charged for once.
CREATE UNIQUE INDEX fees_deposit ON fees (organisation_id, deposit_id);
CREATE INDEX fees_due ON fees (organisation_id, currency, id) WHERE status = 'DUE';
CREATE INDEX fees_settlement ON fees (organisation_id, settlement_id, id) WHERE settlement_id IS NOT NULL;
CREATE TRIGGER fees_first BEFORE INSERT ON fees WHEN NEW.status <> 'DUE' BEGIN
    SELECT RAISE(ABORT, 'illegal first status of a fee');
END;
CREATE TRIGGER fees_move BEFORE UPDATE ON fees WHEN NOT (
    (OLD.status = 'DUE' AND NEW.status IN ('COLLECTED', 'WITHHELD', 'WAIVED'))
    OR (OLD.status = 'WITHHELD' AND NEW.status = 'DUE' AND EXISTS (
        SELECT 1 FROM settlements WHERE organisation_id = OLD.organisation_id AND id = OLD.settlement_id AND status = 'FAILED'))
) BEGIN
    SELECT RAISE(ABORT, 'illegal status change of a fee');
END;
CREATE TRIGGER fees_keep BEFORE UPDATE ON fees
WHEN OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.deposit_id <> NEW.deposit_id
    OR OLD.currency <> NEW.currency OR OLD.rule_version <> NEW.rule_version OR OLD.amount <> NEW.amount OR OLD.tax <> NEW.tax
    OR OLD.created_at <> NEW.created_at BEGIN
    SELECT RAISE(ABORT, 'what a fee comes to is never changed');
END;
CREATE TRIGGER fees_no_delete BEFORE DELETE ON fees BEGIN SELECT RAISE(ABORT, 'fees are never removed'); END;
