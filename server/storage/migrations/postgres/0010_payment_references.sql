-- By what references a bank's messages tell of a payment, and of the batch that it is part of.
CREATE TABLE payment_references (
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    rail TEXT NOT NULL,
    reference TEXT NOT NULL,
    notice_id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'batch')),
    -- The bank's own id of the payment, where the message that gave the reference had one.
    own TEXT,
    PRIMARY KEY (organisation_id, rail, reference, notice_id),
    FOREIGN KEY (organisation_id, notice_id) REFERENCES deposit_notices (organisation_id, id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_references FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON payment_references FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Nobody takes files in between the references of those that are there and what notes the later ones.
LOCK TABLE deposit_notices IN SHARE MODE;
INSERT INTO payment_references (organisation_id, rail, reference, notice_id, kind)
SELECT organisation_id, rail, bank_reference, id, 'payment' FROM deposit_notices WHERE rail = 'bank_file';
