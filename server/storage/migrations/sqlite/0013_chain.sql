-- Journal entries are chained by hash, each organisation's by itself: see docs/ledger-proof.md. An entry waits here until
-- it has its link.
CREATE TABLE chain_queue (
    organisation_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_seals_queued AFTER INSERT ON entry_seals BEGIN
    INSERT INTO chain_queue (organisation_id, entry_id) VALUES (NEW.organisation_id, NEW.entry_id);
END;

CREATE TABLE chain_links (
    organisation_id BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    entry_id BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (organisation_id, number),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX chain_links_entry ON chain_links (organisation_id, entry_id);
CREATE TRIGGER chain_links_no_update BEFORE UPDATE ON chain_links BEGIN SELECT RAISE(ABORT, 'chain_links is append-only'); END;
CREATE TRIGGER chain_links_no_delete BEFORE DELETE ON chain_links BEGIN SELECT RAISE(ABORT, 'chain_links is append-only'); END;

CREATE TABLE chain_heads (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    number INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER chain_heads_forward BEFORE UPDATE ON chain_heads
WHEN NEW.organisation_id <> OLD.organisation_id OR NEW.number <= OLD.number BEGIN
    SELECT RAISE(ABORT, 'the head of a chain only goes forward');
END;
CREATE TRIGGER chain_heads_no_delete BEFORE DELETE ON chain_heads BEGIN SELECT RAISE(ABORT, 'chain_heads are never removed'); END;

INSERT INTO chain_queue (organisation_id, entry_id) SELECT organisation_id, entry_id FROM entry_seals;
