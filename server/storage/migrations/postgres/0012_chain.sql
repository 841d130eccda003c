-- Journal entries are chained by hash, each organisation's by itself: see docs/ledger-proof.md. An entry waits here until
-- it has its link.
CREATE TABLE chain_queue (
    organisation_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
);
CREATE FUNCTION entry_seals_queued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chain_queue (organisation_id, entry_id) SELECT organisation_id, entry_id FROM added;
    RETURN NULL;
END $$;

CREATE TABLE chain_links (
    organisation_id UUID NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    entry_id UUID NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (organisation_id, number),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, id)
);
CREATE UNIQUE INDEX chain_links_entry ON chain_links (organisation_id, entry_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON chain_links FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON chain_links FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE chain_heads (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    at BIGINT NOT NULL
);
CREATE FUNCTION chain_heads_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.organisation_id <> OLD.organisation_id OR NEW.number <= OLD.number THEN
        RAISE EXCEPTION 'the head of a chain only goes forward' USING ERRCODE = 'PU001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chain_heads_forward BEFORE UPDATE ON chain_heads FOR EACH ROW EXECUTE FUNCTION chain_heads_forward();
CREATE TRIGGER never_removed BEFORE DELETE ON chain_heads FOR EACH ROW EXECUTE FUNCTION never_removed();
CREATE TRIGGER never_removed_whole BEFORE TRUNCATE ON chain_heads FOR EACH STATEMENT EXECUTE FUNCTION never_removed();

-- Nobody completes an entry between those that are there and the trigger that queues the later ones.
LOCK TABLE entry_seals IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO chain_queue (organisation_id, entry_id) SELECT organisation_id, entry_id FROM entry_seals;
CREATE TRIGGER entry_seals_queued AFTER INSERT ON entry_seals
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION entry_seals_queued();
