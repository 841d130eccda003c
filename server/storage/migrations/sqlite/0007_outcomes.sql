-- What becomes of a deposit after it was taken in: matched by the operator, sent back, taken back by its bank.

-- How far a bank's reversal has pushed a wallet below zero. What comes in makes it good.
ALTER TABLE ledger_accounts ADD COLUMN overdraft INTEGER NOT NULL DEFAULT 0 CHECK (overdraft >= 0);

-- Lists of words that only grow, and a floor that only a reversal lowers: every row that is there fits the new text too.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql, '''returns_due'')', '''returns_due'', ''receivable'')'),
    'CHECK (kind = ''bank'' OR balance >= reserved)', 'CHECK (kind IN (''bank'', ''receivable'') OR balance - reserved >= -overdraft)')
WHERE type = 'table' AND name = 'ledger_accounts';
UPDATE sqlite_schema SET sql = replace(sql, '''RETURN_FAILED'')', '''RETURN_FAILED'', ''REVERSED'')')
WHERE type = 'table' AND name = 'deposits';
PRAGMA writable_schema = RESET;

DROP TRIGGER postings_balance;
-- The stored balance is nothing but the sum of the postings. What a wallet was allowed below zero shrinks as money comes in.
CREATE TRIGGER postings_balance AFTER INSERT ON postings BEGIN
    UPDATE ledger_accounts SET balance = balance + NEW.amount,
        overdraft = CASE WHEN overdraft > 0 AND NEW.amount > 0
            THEN max(0, min(overdraft, reserved - balance - NEW.amount)) ELSE overdraft END
    WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id;
END;

-- The payment back that a deposit is on, or was last.
ALTER TABLE deposits ADD COLUMN return_id BLOB;
-- What somebody has to look at, of all organisations.
CREATE INDEX deposits_open ON deposits (status, id) WHERE status IN ('HELD', 'REJECTED', 'RETURN_PENDING', 'RETURN_FAILED');

CREATE TRIGGER deposits_move BEFORE UPDATE ON deposits WHEN OLD.status <> NEW.status AND NOT (
    (OLD.status = 'CREDITED' AND NEW.status = 'REVERSED')
    OR (OLD.status = 'HELD' AND NEW.status IN ('CREDITED', 'RETURN_PENDING', 'REVERSED'))
    OR (OLD.status = 'REJECTED' AND NEW.status IN ('RETURN_PENDING', 'REVERSED'))
    OR (OLD.status = 'RETURN_PENDING' AND NEW.status IN ('RETURNED', 'RETURN_FAILED'))
    OR (OLD.status = 'RETURN_FAILED' AND NEW.status IN ('RETURN_PENDING', 'CREDITED', 'REVERSED'))
) BEGIN
    SELECT RAISE(ABORT, 'illegal status change of a deposit');
END;
-- What the bank told stays as it was told. Only a match takes a deposit out of the house's books, once.
CREATE TRIGGER deposits_keep BEFORE UPDATE ON deposits
WHEN OLD.id <> NEW.id OR OLD.rail <> NEW.rail OR OLD.bank_reference <> NEW.bank_reference OR OLD.amount <> NEW.amount
    OR OLD.currency <> NEW.currency OR OLD.sender <> NEW.sender OR OLD.reference IS NOT NEW.reference
    OR OLD.received_at <> NEW.received_at OR OLD.created_at <> NEW.created_at
    OR (OLD.organisation_id <> NEW.organisation_id
        AND NOT (OLD.organisation_id = x'00000000000000000000000000000000' AND OLD.status = 'HELD' AND NEW.status = 'CREDITED')) BEGIN
    SELECT RAISE(ABORT, 'what a bank told of a deposit is never changed');
END;
CREATE TRIGGER deposits_no_delete BEFORE DELETE ON deposits BEGIN SELECT RAISE(ABORT, 'deposits are never removed'); END;

CREATE TABLE deposit_returns (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    deposit_id BLOB NOT NULL,
    -- To whom, as JSON.
    receiver TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'RETURNED', 'FAILED')),
    reason_code TEXT,
    reason_message TEXT,
    bank_reference TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    CHECK ((status = 'PENDING') = (settled_at IS NULL)),
    CHECK ((status = 'FAILED') = (reason_code IS NOT NULL)),
    FOREIGN KEY (organisation_id, deposit_id) REFERENCES deposits (organisation_id, id)
) STRICT;
-- A deposit goes back once.
CREATE UNIQUE INDEX deposit_returns_once ON deposit_returns (organisation_id, deposit_id) WHERE status <> 'FAILED';
CREATE INDEX deposit_returns_deposit ON deposit_returns (organisation_id, deposit_id, id);
CREATE TRIGGER deposit_returns_move BEFORE UPDATE ON deposit_returns
WHEN OLD.status <> 'PENDING' OR NEW.status = 'PENDING' OR OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id
    OR OLD.deposit_id <> NEW.deposit_id OR OLD.receiver <> NEW.receiver OR OLD.created_at <> NEW.created_at BEGIN
    SELECT RAISE(ABORT, 'illegal change of a return');
END;
CREATE TRIGGER deposit_returns_no_delete BEFORE DELETE ON deposit_returns BEGIN SELECT RAISE(ABORT, 'returns are never removed'); END;

-- What banks took back. One without a deposit stands in the house's books as owed to it.
CREATE TABLE deposit_reversals (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    rail TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    original_reference TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reason TEXT,
    deposit_id BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX deposit_reversals_once ON deposit_reversals (organisation_id, rail, bank_reference);
CREATE UNIQUE INDEX deposit_reversals_deposit ON deposit_reversals (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE INDEX deposit_reversals_open ON deposit_reversals (organisation_id, id) WHERE deposit_id IS NULL;
CREATE TRIGGER deposit_reversals_keep BEFORE UPDATE ON deposit_reversals
WHEN OLD.deposit_id IS NOT NULL OR OLD.organisation_id <> NEW.organisation_id OR OLD.id <> NEW.id OR OLD.rail <> NEW.rail
    OR OLD.bank_reference <> NEW.bank_reference OR OLD.original_reference <> NEW.original_reference OR OLD.amount <> NEW.amount
    OR OLD.currency <> NEW.currency OR OLD.reason IS NOT NEW.reason OR OLD.created_at <> NEW.created_at BEGIN
    SELECT RAISE(ABORT, 'a reversal only finds its deposit, once');
END;
CREATE TRIGGER deposit_reversals_no_delete BEFORE DELETE ON deposit_reversals BEGIN
    SELECT RAISE(ABORT, 'reversals are never removed');
END;
