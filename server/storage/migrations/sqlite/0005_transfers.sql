-- Transfers between wallets of an organisation. What is set aside stands in ledger_accounts.reserved until the transfer is
-- posted or released.
CREATE TABLE transfers (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    from_wallet_id BLOB NOT NULL,
    to_wallet_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reference TEXT,
    status TEXT NOT NULL CHECK (status IN ('RESERVED', 'POSTED', 'RELEASED')),
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    CHECK (from_wallet_id <> to_wallet_id),
    CHECK ((status = 'RESERVED') = (settled_at IS NULL)),
    FOREIGN KEY (organisation_id, from_wallet_id) REFERENCES wallets (organisation_id, id),
    FOREIGN KEY (organisation_id, to_wallet_id) REFERENCES wallets (organisation_id, id)
) STRICT;
CREATE INDEX transfers_by_status ON transfers (organisation_id, status, id);
CREATE INDEX transfers_from ON transfers (organisation_id, from_wallet_id, id);

CREATE TRIGGER transfers_move BEFORE UPDATE ON transfers
WHEN NOT (OLD.status = 'RESERVED' AND NEW.status IN ('POSTED', 'RELEASED')
    AND NEW.organisation_id = OLD.organisation_id AND NEW.id = OLD.id AND NEW.from_wallet_id = OLD.from_wallet_id
    AND NEW.to_wallet_id = OLD.to_wallet_id AND NEW.amount = OLD.amount AND NEW.currency = OLD.currency
    AND NEW.reference IS OLD.reference AND NEW.created_at = OLD.created_at) BEGIN
    SELECT RAISE(ABORT, 'illegal change of a transfer');
END;
CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never removed'); END;
