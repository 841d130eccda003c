-- What becomes of a deposit after it was taken in: matched by the operator, sent back, taken back by its bank.

-- How far a bank's reversal has pushed a wallet below zero. What comes in makes it good.
ALTER TABLE ledger_accounts ADD COLUMN overdraft BIGINT NOT NULL DEFAULT 0 CHECK (overdraft >= 0);
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check
    CHECK (kind IN ('customer_wallet', 'payin_wallet', 'fees_wallet', 'bank', 'suspense', 'returns_due', 'receivable'));
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_check
    CHECK (kind IN ('bank', 'receivable') OR balance - reserved >= -overdraft);
ALTER TABLE deposits DROP CONSTRAINT deposits_status_check;
ALTER TABLE deposits ADD CONSTRAINT deposits_status_check
    CHECK (status IN ('CREDITED', 'HELD', 'REJECTED', 'RETURN_PENDING', 'RETURNED', 'RETURN_FAILED', 'REVERSED'));

-- The stored balance is nothing but the sum of the postings. What a wallet was allowed below zero shrinks as money comes in.
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
    IF account_kind = 'bank' THEN
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

-- The payment back that a deposit is on, or was last.
ALTER TABLE deposits ADD COLUMN return_id UUID;
-- What somebody has to look at, of all organisations.
CREATE INDEX deposits_open ON deposits (status, id) WHERE status IN ('HELD', 'REJECTED', 'RETURN_PENDING', 'RETURN_FAILED');

CREATE FUNCTION deposits_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> NEW.status AND NOT (
        (OLD.status = 'CREDITED' AND NEW.status = 'REVERSED')
        OR (OLD.status = 'HELD' AND NEW.status IN ('CREDITED', 'RETURN_PENDING', 'REVERSED'))
        OR (OLD.status = 'REJECTED' AND NEW.status IN ('RETURN_PENDING', 'REVERSED'))
        OR (OLD.status = 'RETURN_PENDING' AND NEW.status IN ('RETURNED', 'RETURN_FAILED'))
        OR (OLD.status = 'RETURN_FAILED' AND NEW.status IN ('RETURN_PENDING', 'CREDITED', 'REVERSED'))
    ) THEN
        RAISE EXCEPTION 'illegal status change of a deposit' USING ERRCODE = 'PU001';
    END IF;
    -- What the bank told stays as it was told. Only a match takes a deposit out of the house's books, once.
    IF OLD.id <> NEW.id OR OLD.rail <> NEW.rail OR OLD.bank_reference <> NEW.bank_reference OR OLD.amount <> NEW.amount
        OR OLD.currency <> NEW.currency OR OLD.sender <> NEW.sender OR OLD.reference IS DISTINCT FROM NEW.reference
        OR OLD.received_at <> NEW.received_at OR OLD.created_at <> NEW.created_at
        OR (OLD.organisation_id <> NEW.organisation_id
            AND NOT (OLD.organisation_id = '00000000-0000-0000-0000-000000000000' AND OLD.status = 'HELD' AND NEW.status = 'CREDITED'))
    THEN
        RAISE EXCEPTION 'what a bank told of a deposit is never changed' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposits_moved BEFORE UPDATE ON deposits FOR EACH ROW EXECUTE FUNCTION deposits_moved();
CREATE TRIGGER never_removed BEFORE DELETE ON deposits FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON deposits FOR EACH STATEMENT EXECUTE FUNCTION never_removed();

CREATE TABLE deposit_returns (
    organisation_id UUID NOT NULL,
    id UUID NOT NULL,
    deposit_id UUID NOT NULL,
    -- To whom, as JSON.
    receiver TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'RETURNED', 'FAILED')),
    reason_code TEXT,
    reason_message TEXT,
    bank_reference TEXT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    CHECK ((status = 'PENDING') = (settled_at IS NULL)),
    CHECK ((status = 'FAILED') = (reason_code IS NOT NULL)),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id)
);
-- A deposit goes back once.
CREATE UNIQUE INDEX deposit_returns_once ON deposit_returns (organisation_id, deposit_id) WHERE status <> 'FAILED';
CREATE INDEX deposit_returns_deposit ON deposit_returns (organisation_id, deposit_id, id);
CREATE FUNCTION deposit_returns_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'PENDING' OR NEW.status = 'PENDING' OR OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id
        OR OLD.deposit_id <> NEW.deposit_id OR OLD.receiver <> NEW.receiver OR OLD.created_at <> NEW.created_at THEN
        RAISE EXCEPTION 'illegal change of a return' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposit_returns_moved BEFORE UPDATE ON deposit_returns FOR EACH ROW EXECUTE FUNCTION deposit_returns_moved();
CREATE TRIGGER never_removed BEFORE DELETE ON deposit_returns FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON deposit_returns FOR EACH STATEMENT EXECUTE FUNCTION never_removed();

-- What banks took back. One without a deposit stands in the house's books as owed to it.
CREATE TABLE deposit_reversals (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    id UUID NOT NULL,
    rail TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    original_reference TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reason TEXT,
    deposit_id UUID,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE UNIQUE INDEX deposit_reversals_once ON deposit_reversals (organisation_id, rail, bank_reference);
CREATE UNIQUE INDEX deposit_reversals_deposit ON deposit_reversals (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX deposit_reversals_open ON deposit_reversals (organisation_id, id) WHERE deposit_id IS NULL;
CREATE FUNCTION deposit_reversals_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.deposit_id IS NOT NULL OR OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.rail <> NEW.rail
        OR OLD.bank_reference <> NEW.bank_reference OR OLD.original_reference <> NEW.original_reference OR OLD.amount <> NEW.amount
        OR OLD.currency <> NEW.currency OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.created_at <> NEW.created_at THEN
        RAISE EXCEPTION 'a reversal only finds its deposit, once' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposit_reversals_moved BEFORE UPDATE ON deposit_reversals FOR EACH ROW EXECUTE FUNCTION deposit_reversals_moved();
CREATE TRIGGER never_removed BEFORE DELETE ON deposit_reversals FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON deposit_reversals FOR EACH STATEMENT EXECUTE FUNCTION never_removed();
