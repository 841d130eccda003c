-- What the house asks of an organisation for its deposits, by rules of which each version is kept.
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check
    CHECK (kind IN ('customer_wallet', 'payin_wallet', 'fees_wallet', 'bank', 'suspense', 'returns_due', 'receivable',
        'settlements_in_transit', 'fees_owed', 'fee_income', 'tax_due'));
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_check
    CHECK (kind IN ('bank', 'receivable', 'fees_owed', 'fee_income', 'tax_due') OR balance - reserved >= -overdraft);

-- Every deposit that is charged for goes through the accounts of fees, as it does through that of the bank: their balances
-- are kept in several rows too.
CREATE OR REPLACE FUNCTION postings_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account_kind TEXT;
    account_currency TEXT;
BEGIN
    IF EXISTS (SELECT 1 FROM entry_seals WHERE organisation_id = NEW.organisation_id AND entry_id = NEW.entry_id) THEN
        RAISE EXCEPTION 'the entry is sealed' USING ERRCODE = 'PU001';
    END IF;
    SELECT kind, currency INTO account_kind, account_currency FROM ledger_accounts
    WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id;
    IF account_currency <> NEW.currency THEN
        RAISE EXCEPTION 'the posting is in another currency than its account' USING ERRCODE = 'PU001';
    END IF;
    IF account_kind IN ('bank', 'fees_owed', 'fee_income', 'tax_due') THEN
        INSERT INTO bank_balances AS b (organisation_id, account_id, stripe, balance)
        VALUES (NEW.organisation_id, NEW.account_id, pg_backend_pid() % 64, NEW.amount)
        ON CONFLICT (organisation_id, account_id, stripe) DO UPDATE SET balance = b.balance + NEW.amount;
    ELSE
        UPDATE ledger_accounts SET balance = balance + NEW.amount,
            overdraft = CASE WHEN overdraft > 0 AND NEW.amount > 0
                THEN greatest(0, least(overdraft, reserved - balance - NEW.amount)) ELSE overdraft END
        WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id;
    END IF;
    RETURN NEW;
END $$;

-- In minor units and basis points. The newest counts for what is credited from then on.
CREATE TABLE fee_rules (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    currency TEXT NOT NULL,
    version BIGINT NOT NULL,
    fixed BIGINT NOT NULL CHECK (fixed >= 0),
    basis_points BIGINT NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    minimum BIGINT NOT NULL CHECK (minimum >= 0),
    maximum BIGINT CHECK (maximum >= minimum),
    tax_basis_points BIGINT NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    set_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, currency, version)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fee_rules FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON fee_rules FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE fees (
    organisation_id UUID NOT NULL,
    id UUID NOT NULL,
    deposit_id UUID NOT NULL,
    currency TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    status TEXT NOT NULL CHECK (status IN ('DUE', 'COLLECTED', 'WITHHELD', 'WAIVED')),
    -- The settlement that kept it back, while it has not failed.
    settlement_id UUID,
    reason TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    CHECK ((status = 'WITHHELD') = (settlement_id IS NOT NULL)),
    CHECK ((status = 'WAIVED') = (reason IS NOT NULL)),
    CHECK ((status = 'DUE') = (ended_at IS NULL)),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (organisation_id, currency, rule_version) REFERENCES fee_rules (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
);
-- A deposit is charged for once.
CREATE UNIQUE INDEX fees_deposit ON fees (organisation_id, deposit_id);
CREATE INDEX fees_due ON fees (organisation_id, currency, id) WHERE status = 'DUE';
CREATE INDEX fees_settlement ON fees (organisation_id, settlement_id, id) WHERE settlement_id IS NOT NULL;
CREATE FUNCTION fees_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'DUE' THEN
            RAISE EXCEPTION 'illegal first status of a fee' USING ERRCODE = 'PU001';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT ((OLD.status = 'DUE' AND NEW.status IN ('COLLECTED', 'WITHHELD', 'WAIVED'))
        OR (OLD.status = 'WITHHELD' AND NEW.status = 'DUE' AND EXISTS (
            SELECT 1 FROM settlements WHERE organisation_id = OLD.organisation_id AND id = OLD.settlement_id AND status = 'FAILED')))
    THEN
        RAISE EXCEPTION 'illegal status change of a fee' USING ERRCODE = 'PU001';
    END IF;
    IF OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.deposit_id <> NEW.deposit_id
        OR OLD.currency <> NEW.currency OR OLD.rule_version <> NEW.rule_version OR OLD.amount <> NEW.amount OR OLD.tax <> NEW.tax
        OR OLD.created_at <> NEW.created_at
    THEN
        RAISE EXCEPTION 'what a fee comes to is never changed' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fees_move BEFORE INSERT OR UPDATE ON fees FOR EACH ROW EXECUTE FUNCTION fees_move();
CREATE TRIGGER never_removed BEFORE DELETE ON fees FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON fees FOR EACH STATEMENT EXECUTE FUNCTION never_removed();
