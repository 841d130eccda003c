-- What is paid out to organisations: to which accounts, on which terms, which deposits with which settlement.
ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check
    CHECK (kind IN ('customer_wallet', 'payin_wallet', 'fees_wallet', 'bank', 'suspense', 'returns_due', 'receivable', 'settlements_in_transit'));

-- Bank accounts that money is paid out to; the house's own are those that it pays from. One counts when a second person
-- approved it, until it is revoked.
CREATE TABLE settlement_accounts (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    id UUID NOT NULL,
    currency TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    -- Of the bank, and of the house as its customer, where files for it name them.
    bank_code TEXT,
    user_id TEXT,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    revoked_by TEXT,
    revoked_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CHECK ((revoked_by IS NULL) = (revoked_at IS NULL)),
    CHECK (approved_by IS NULL OR approved_by <> requested_by)
);
CREATE INDEX settlement_accounts_currency ON settlement_accounts (organisation_id, currency, id);
CREATE FUNCTION settlement_accounts_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account for settlement is only approved and revoked, once' USING ERRCODE = 'PU001';
    RETURN NEW;
END $$;
CREATE TRIGGER settlement_accounts_keep BEFORE UPDATE ON settlement_accounts FOR EACH ROW
WHEN (OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.currency <> NEW.currency OR OLD.name <> NEW.name
    OR OLD.number <> NEW.number OR OLD.bank_code IS DISTINCT FROM NEW.bank_code OR OLD.user_id IS DISTINCT FROM NEW.user_id
    OR OLD.requested_by <> NEW.requested_by OR OLD.requested_at <> NEW.requested_at OR OLD.revoked_by IS NOT NULL
    OR (OLD.approved_by IS NOT NULL AND (OLD.approved_by IS DISTINCT FROM NEW.approved_by OR OLD.approved_at IS DISTINCT FROM NEW.approved_at))) EXECUTE FUNCTION settlement_accounts_keep();
CREATE FUNCTION settlement_accounts_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account for settlement is approved by a second person' USING ERRCODE = 'PU001';
    RETURN NEW;
END $$;
CREATE TRIGGER settlement_accounts_first BEFORE INSERT ON settlement_accounts FOR EACH ROW
WHEN (NEW.approved_by IS NOT NULL OR NEW.revoked_by IS NOT NULL) EXECUTE FUNCTION settlement_accounts_first();
CREATE TRIGGER never_removed BEFORE DELETE ON settlement_accounts FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON settlement_accounts FOR EACH STATEMENT EXECUTE FUNCTION never_removed();

-- What was agreed with an organisation, each version as it was set. The newest counts.
CREATE TABLE settlement_terms (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    currency TEXT NOT NULL,
    version BIGINT NOT NULL,
    days BIGINT NOT NULL CHECK (days BETWEEN 0 AND 30),
    -- A time of day, such as 16:30:00, in the zone, such as Australia/Sydney.
    cutoff TEXT NOT NULL,
    zone TEXT NOT NULL,
    calendar TEXT NOT NULL,
    minimum BIGINT NOT NULL CHECK (minimum >= 0),
    mode TEXT NOT NULL CHECK (mode IN ('GROSS', 'NET')),
    account_id UUID NOT NULL,
    set_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, account_id) REFERENCES settlement_accounts (organisation_id, id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON settlement_terms FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON settlement_terms FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE settlements (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    id UUID NOT NULL,
    -- The business day of the run that made it, such as 2026-11-27.
    date TEXT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'SENT', 'PAID', 'FAILED')),
    mode TEXT NOT NULL CHECK (mode IN ('GROSS', 'NET')),
    gross BIGINT NOT NULL CHECK (gross > 0),
    fees BIGINT NOT NULL CHECK (fees >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    net BIGINT NOT NULL CHECK (net > 0),
    deposits BIGINT NOT NULL CHECK (deposits > 0),
    terms_version BIGINT NOT NULL,
    account_id UUID NOT NULL,
    reference TEXT NOT NULL,
    bank_reference TEXT,
    reason TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    CHECK (gross - fees - tax = net),
    CHECK ((status = 'PENDING') = (sent_at IS NULL)),
    CHECK ((status IN ('PAID', 'FAILED')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'FAILED') = (reason IS NOT NULL)),
    FOREIGN KEY (organisation_id, currency, terms_version) REFERENCES settlement_terms (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, account_id) REFERENCES settlement_accounts (organisation_id, id)
);
-- How the bank names it when it answers.
CREATE UNIQUE INDEX settlements_reference ON settlements (reference);
CREATE INDEX settlements_open ON settlements (status, id) WHERE status IN ('PENDING', 'SENT');
CREATE FUNCTION settlements_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'illegal first status of a settlement' USING ERRCODE = 'PU001';
    RETURN NEW;
END $$;
CREATE TRIGGER settlements_first BEFORE INSERT ON settlements FOR EACH ROW
WHEN (NEW.status <> 'PENDING') EXECUTE FUNCTION settlements_first();
CREATE FUNCTION settlements_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'illegal status change of a settlement' USING ERRCODE = 'PU001';
    RETURN NEW;
END $$;
CREATE TRIGGER settlements_move BEFORE UPDATE ON settlements FOR EACH ROW
WHEN (NOT (
    (OLD.status = 'PENDING' AND NEW.status = 'SENT')
    OR (OLD.status = 'SENT' AND NEW.status IN ('PAID', 'FAILED') AND OLD.sent_at = NEW.sent_at)
)) EXECUTE FUNCTION settlements_move();
CREATE FUNCTION settlements_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a settlement pays is never changed' USING ERRCODE = 'PU001';
    RETURN NEW;
END $$;
CREATE TRIGGER settlements_keep BEFORE UPDATE ON settlements FOR EACH ROW
WHEN (OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.date <> NEW.date OR OLD.currency <> NEW.currency
    OR OLD.mode <> NEW.mode OR OLD.gross <> NEW.gross OR OLD.fees <> NEW.fees OR OLD.tax <> NEW.tax OR OLD.net <> NEW.net
    OR OLD.deposits <> NEW.deposits OR OLD.terms_version <> NEW.terms_version OR OLD.account_id <> NEW.account_id
    OR OLD.reference <> NEW.reference OR OLD.created_at <> NEW.created_at) EXECUTE FUNCTION settlements_keep();
CREATE TRIGGER never_removed BEFORE DELETE ON settlements FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON settlements FOR EACH STATEMENT EXECUTE FUNCTION never_removed();

-- For the bank, as it was made.
CREATE TABLE settlement_files (
    organisation_id UUID NOT NULL,
    settlement_id UUID NOT NULL,
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, settlement_id),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON settlement_files FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON settlement_files FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- The settlement that pays a deposit out, while it has not failed.
ALTER TABLE deposits ADD COLUMN settlement_id UUID;
-- What is still to be settled, wallet after wallet.
CREATE INDEX deposits_unsettled ON deposits (organisation_id, currency, wallet_id, received_at, id)
WHERE status = 'CREDITED' AND settlement_id IS NULL;
-- And what was settled, settlement by settlement.
CREATE INDEX deposits_settlement ON deposits (organisation_id, settlement_id, id) WHERE settlement_id IS NOT NULL;
CREATE FUNCTION deposits_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.settlement_id IS NOT NULL AND (OLD.settlement_id IS NOT NULL OR OLD.status <> 'CREDITED' OR NEW.status <> 'CREDITED') THEN
        RAISE EXCEPTION 'a deposit is settled once, when it was credited' USING ERRCODE = 'PU001';
    END IF;
    IF NEW.settlement_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM settlement_lines WHERE organisation_id = NEW.organisation_id AND settlement_id = NEW.settlement_id
            AND deposit_id = NEW.id AND amount = NEW.amount) THEN
        RAISE EXCEPTION 'a deposit is settled by a line of a settlement' USING ERRCODE = 'PU001';
    END IF;
    IF NEW.settlement_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM settlements WHERE organisation_id = OLD.organisation_id AND id = OLD.settlement_id AND status = 'FAILED') THEN
        RAISE EXCEPTION 'only a settlement that failed lets go of its deposits' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposits_settled BEFORE UPDATE OF settlement_id ON deposits FOR EACH ROW
WHEN (OLD.settlement_id IS DISTINCT FROM NEW.settlement_id) EXECUTE FUNCTION deposits_settled();

CREATE TABLE settlement_lines (
    organisation_id UUID NOT NULL,
    settlement_id UUID NOT NULL,
    deposit_id UUID NOT NULL,
    wallet_id UUID NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (organisation_id, settlement_id, deposit_id),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id),
    FOREIGN KEY (organisation_id, wallet_id) REFERENCES wallets (organisation_id, id)
);
CREATE INDEX settlement_lines_deposit ON settlement_lines (organisation_id, deposit_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON settlement_lines FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON settlement_lines FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- What was done on a business day, once: a settlement, or why there is none, and what was carried over to the next.
CREATE TABLE settlement_runs (
    organisation_id UUID NOT NULL,
    currency TEXT NOT NULL,
    date TEXT NOT NULL,
    terms_version BIGINT NOT NULL,
    settlement_id UUID,
    settled BIGINT NOT NULL CHECK (settled >= 0),
    carried BIGINT NOT NULL CHECK (carried >= 0),
    carried_deposits BIGINT NOT NULL CHECK (carried_deposits >= 0),
    -- Why something was carried over: below_minimum, insufficient_funds.
    reason_code TEXT,
    reason_message TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, currency, date),
    CHECK ((settlement_id IS NULL) = (settled = 0)),
    CHECK ((reason_code IS NULL) = (carried = 0)),
    CHECK ((reason_code IS NULL) = (reason_message IS NULL)),
    FOREIGN KEY (organisation_id, currency, terms_version) REFERENCES settlement_terms (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
);
CREATE UNIQUE INDEX settlement_runs_settlement ON settlement_runs (organisation_id, settlement_id) WHERE settlement_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON settlement_runs FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON settlement_runs FOR EACH STATEMENT EXECUTE FUNCTION append_only();
