-- By what references a bank's messages tell of a payment, and of the batch that it is part of.
CREATE TABLE payment_references (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    rail TEXT NOT NULL,
    reference TEXT NOT NULL,
    notice_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'batch')),
    -- The bank's own id of the payment, where the message that gave the reference had one.
    own TEXT,
    PRIMARY KEY (organisation_id, rail, reference, notice_id),
    FOREIGN KEY (organisation_id, notice_id) REFERENCES deposit_notices (organisation_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER payment_references_no_update BEFORE UPDATE ON payment_references BEGIN SELECT RAISE(ABORT, 'payment_references is append-only'); END;
CREATE TRIGGER payment_references_no_delete BEFORE DELETE ON payment_references BEGIN SELECT RAISE(ABORT, 'payment_references is append-only'); END;

INSERT INTO payment_references (organisation_id, rail, reference, notice_id, kind)
SELECT organisation_id, rail, bank_reference, id, 'payment' FROM deposit_notices WHERE rail = 'bank_file';
