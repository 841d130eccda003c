-- What is paid out to organisations: to which accounts, on which terms, which deposits with which settlement.

-- A list of words that only grows: every row that is there fits the new text too.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''returns_due'', ''receivable'')', '''returns_due'', ''receivable'', ''settlements_in_transit'')')
WHERE type = 'table' AND name = 'ledger_accounts';
PRAGMA writable_schema = RESET;

-- Bank accounts that money is paid out to; the house's own are those that it pays from. One counts when a second person
-- approved it, until it is revoked.
CREATE TABLE settlement_accounts (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    currency TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    -- Of the bank, and of the house as its customer, where files for it name them.
    bank_code TEXT,
    user_id TEXT,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    approved_by TEXT,
    approved_at INTEGER,
    revoked_by TEXT,
    revoked_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CHECK ((revoked_by IS NULL) = (revoked_at IS NULL)),
    CHECK (approved_by IS NULL OR approved_by <> requested_by)
) STRICT;
CREATE INDEX settlement_accounts_currency ON settlement_accounts (organisation_id, currency, id);
CREATE TRIGGER settlement_accounts_keep BEFORE UPDATE ON settlement_accounts
WHEN OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.currency <> NEW.currency OR OLD.name <> NEW.name
    OR OLD.number <> NEW.number OR OLD.bank_code IS NOT NEW.bank_code OR OLD.user_id IS NOT NEW.user_id
    OR OLD.requested_by <> NEW.requested_by OR OLD.requested_at <> NEW.requested_at OR OLD.revoked_by IS NOT NULL
    OR (OLD.approved_by IS NOT NULL AND (OLD.approved_by IS NOT NEW.approved_by OR OLD.approved_at IS NOT NEW.approved_at)) BEGIN
    SELECT RAISE(ABORT, 'an account for settlement is only approved and revoked, once');
END;
CREATE TRIGGER settlement_accounts_first BEFORE INSERT ON settlement_accounts
WHEN NEW.approved_by IS NOT NULL OR NEW.revoked_by IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'an account for settlement is approved by a second person');
END;
CREATE TRIGGER settlement_accounts_no_delete BEFORE DELETE ON settlement_accounts BEGIN
    SELECT RAISE(ABORT, 'accounts for settlement are never removed');
END;

-- What was agreed with an organisation, each version as it was set. The newest counts.
CREATE TABLE settlement_terms (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    currency TEXT NOT NULL,
    version INTEGER NOT NULL,
    days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 30),
    -- A time of day, such as 16:30:00, in the zone, such as Australia/Sydney.
    cutoff TEXT NOT NULL,
    zone TEXT NOT NULL,
    calendar TEXT NOT NULL,
    minimum INTEGER NOT NULL CHECK (minimum >= 0),
    mode TEXT NOT NULL CHECK (mode IN ('GROSS', 'NET')),
    account_id BLOB NOT NULL,
    set_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, account_id) REFERENCES settlement_accounts (organisation_id, id)
) STRICT;
CREATE TRIGGER settlement_terms_no_update BEFORE UPDATE ON settlement_terms BEGIN SELECT RAISE(ABORT, 'settlement_terms is append-only'); END;
CREATE TRIGGER settlement_terms_no_delete BEFORE DELETE ON settlement_terms BEGIN SELECT RAISE(ABORT, 'settlement_terms is append-only'); END;

CREATE TABLE settlements (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    -- The business day of the run that made it, such as 2026-11-27.
    date TEXT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'SENT', 'PAID', 'FAILED')),
    mode TEXT NOT NULL CHECK (mode IN ('GROSS', 'NET')),
    gross INTEGER NOT NULL CHECK (gross > 0),
    fees INTEGER NOT NULL CHECK (fees >= 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    net INTEGER NOT NULL CHECK (net > 0),
    deposits INTEGER NOT NULL CHECK (deposits > 0),
    terms_version INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    reference TEXT NOT NULL,
    bank_reference TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    CHECK (gross - fees - tax = net),
    CHECK ((status = 'PENDING') = (sent_at IS NULL)),
    CHECK ((status IN ('PAID', 'FAILED')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'FAILED') = (reason IS NOT NULL)),
    FOREIGN KEY (organisation_id, currency, terms_version) REFERENCES settlement_terms (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, account_id) REFERENCES settlement_accounts (organisation_id, id)
) STRICT;
-- How the bank names it when it answers.
CREATE UNIQUE INDEX settlements_reference ON settlements (reference);
CREATE INDEX settlements_open ON settlements (status, id) WHERE status IN ('PENDING', 'SENT');
CREATE TRIGGER settlements_first BEFORE INSERT ON settlements WHEN NEW.status <> 'PENDING' BEGIN
    SELECT RAISE(ABORT, 'illegal first status of a settlement');
END;
CREATE TRIGGER settlements_move BEFORE UPDATE ON settlements WHEN NOT (
    (OLD.status = 'PENDING' AND NEW.status = 'SENT')
    OR (OLD.status = 'SENT' AND NEW.status IN ('PAID', 'FAILED') AND OLD.sent_at = NEW.sent_at)
) BEGIN
    SELECT RAISE(ABORT, 'illegal status change of a settlement');
END;
CREATE TRIGGER settlements_keep BEFORE UPDATE ON settlements
WHEN OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.date <> NEW.date OR OLD.currency <> NEW.currency
    OR OLD.mode <> NEW.mode OR OLD.gross <> NEW.gross OR OLD.fees <> NEW.fees OR OLD.tax <> NEW.tax OR OLD.net <> NEW.net
    OR OLD.deposits <> NEW.deposits OR OLD.terms_version <> NEW.terms_version OR OLD.account_id <> NEW.account_id
    OR OLD.reference <> NEW.reference OR OLD.created_at <> NEW.created_at BEGIN
    SELECT RAISE(ABORT, 'what a settlement pays is never changed');
END;
CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements BEGIN SELECT RAISE(ABORT, 'settlements are never removed'); END;

-- For the bank, as it was made.
CREATE TABLE settlement_files (
    organisation_id BLOB NOT NULL,
    settlement_id BLOB NOT NULL,
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (organisation_id, settlement_id),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
) STRICT;
CREATE TRIGGER settlement_files_no_update BEFORE UPDATE ON settlement_files BEGIN SELECT RAISE(ABORT, 'settlement_files is append-only'); END;
CREATE TRIGGER settlement_files_no_delete BEFORE DELETE ON settlement_files BEGIN SELECT RAISE(ABORT, 'settlement_files is append-only'); END;

-- The settlement that pays a deposit out, while it has not failed.
ALTER TABLE deposits ADD COLUMN settlement_id BLOB;
-- What is still to be settled, wallet after wallet.
CREATE INDEX deposits_unsettled ON deposits (organisation_id, currency, wallet_id, received_at, id)
WHERE status = 'CREDITED' AND settlement_id IS NULL;
-- And what was settled, settlement by settlement.
CREATE INDEX deposits_settlement ON deposits (organisation_id, settlement_id, id) WHERE settlement_id IS NOT NULL;
CREATE TRIGGER deposits_settled BEFORE UPDATE OF settlement_id ON deposits
WHEN OLD.settlement_id IS NOT NEW.settlement_id BEGIN
    SELECT RAISE(ABORT, 'a deposit is settled once, when it was credited')
    WHERE NEW.settlement_id IS NOT NULL AND (OLD.settlement_id IS NOT NULL OR OLD.status <> 'CREDITED' OR NEW.status <> 'CREDITED');
    SELECT RAISE(ABORT, 'a deposit is settled by a line of a settlement')
    WHERE NEW.settlement_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM settlement_lines WHERE organisation_id = NEW.organisation_id AND settlement_id = NEW.settlement_id
            AND deposit_id = NEW.id AND amount = NEW.amount);
    SELECT RAISE(ABORT, 'only a settlement that failed lets go of its deposits')
    WHERE NEW.settlement_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM settlements WHERE organisation_id = OLD.organisation_id AND id = OLD.settlement_id AND status = 'FAILED');
END;

CREATE TABLE settlement_lines (
    organisation_id BLOB NOT NULL,
    settlement_id BLOB NOT NULL,
    deposit_id BLOB NOT NULL,
    wallet_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (organisation_id, settlement_id, deposit_id),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id),
    FOREIGN KEY (organisation_id, wallet_id) REFERENCES wallets (organisation_id, id)
) STRICT;
CREATE INDEX settlement_lines_deposit ON settlement_lines (organisation_id, deposit_id);
CREATE TRIGGER settlement_lines_no_update BEFORE UPDATE ON settlement_lines BEGIN SELECT RAISE(ABORT, 'settlement_lines is append-only'); END;
CREATE TRIGGER settlement_lines_no_delete BEFORE DELETE ON settlement_lines BEGIN SELECT RAISE(ABORT, 'settlement_lines is append-only'); END;

-- What was done on a business day, once: a settlement, or why there is none, and what was carried over to the next.
CREATE TABLE settlement_runs (
    organisation_id BLOB NOT NULL,
    currency TEXT NOT NULL,
    date TEXT NOT NULL,
    terms_version INTEGER NOT NULL,
    settlement_id BLOB,
    settled INTEGER NOT NULL CHECK (settled >= 0),
    carried INTEGER NOT NULL CHECK (carried >= 0),
    carried_deposits INTEGER NOT NULL CHECK (carried_deposits >= 0),
    -- Why something was carried over: below_minimum, insufficient_funds.
    reason_code TEXT,
    reason_message TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, currency, date),
    CHECK ((settlement_id IS NULL) = (settled = 0)),
    CHECK ((reason_code IS NULL) = (carried = 0)),
    CHECK ((reason_code IS NULL) = (reason_message IS NULL)),
    FOREIGN KEY (organisation_id, currency, terms_version) REFERENCES settlement_terms (organisation_id, currency, version),
    FOREIGN KEY (organisation_id, settlement_id) REFERENCES settlements (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX settlement_runs_settlement ON settlement_runs (organisation_id, settlement_id) WHERE settlement_id IS NOT NULL;
CREATE TRIGGER settlement_runs_no_update BEFORE UPDATE ON settlement_runs BEGIN SELECT RAISE(ABORT, 'settlement_runs is append-only'); END;
CREATE TRIGGER settlement_runs_no_delete BEFORE DELETE ON settlement_runs BEGIN SELECT RAISE(ABORT, 'settlement_runs is append-only'); END;
