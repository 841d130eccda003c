-- Transfers between wallets of an organisation. What is set aside stands in ledger_accounts.reserved until the transfer is
-- posted or released.
CREATE TABLE transfers (
    organisation_id UUID NOT NULL,
    id UUID NOT NULL,
    from_wallet_id UUID NOT NULL,
    to_wallet_id UUID NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reference TEXT,
    status TEXT NOT NULL CHECK (status IN ('RESERVED', 'POSTED', 'RELEASED')),
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (organisation_id, id),
    CHECK (from_wallet_id <> to_wallet_id),
    CHECK ((status = 'RESERVED') = (settled_at IS NULL)),
    FOREIGN KEY (organisation_id, from_wallet_id) REFERENCES wallets (organisation_id, id),
    FOREIGN KEY (organisation_id, to_wallet_id) REFERENCES wallets (organisation_id, id)
);
CREATE INDEX transfers_by_status ON transfers (organisation_id, status, id);
CREATE INDEX transfers_from ON transfers (organisation_id, from_wallet_id, id);

CREATE FUNCTION transfers_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status = 'RESERVED' AND NEW.status IN ('POSTED', 'RELEASED')
        AND NEW.organisation_id = OLD.organisation_id AND NEW.id = OLD.id AND NEW.from_wallet_id = OLD.from_wallet_id
        AND NEW.to_wallet_id = OLD.to_wallet_id AND NEW.amount = OLD.amount AND NEW.currency = OLD.currency
        AND NEW.reference IS NOT DISTINCT FROM OLD.reference AND NEW.created_at = OLD.created_at) THEN
        RAISE EXCEPTION 'illegal change of a transfer' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfers_moved BEFORE UPDATE ON transfers FOR EACH ROW EXECUTE FUNCTION transfers_moved();
CREATE TRIGGER never_removed BEFORE DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION never_removed();
