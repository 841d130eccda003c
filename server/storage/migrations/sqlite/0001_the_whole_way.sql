-- Tenants, people, customers, documents, reviews, the ledger, wallets and deposits.
--
-- Ids are the 16 bytes of a UUID, times are milliseconds since 1970 in UTC, money is a count of minor units.
-- Every table that holds something of a tenant carries organisation_id, and so does every key.

CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    is_sandbox INTEGER NOT NULL CHECK (is_sandbox IN (0, 1)),
    suspended_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

-- The house: money that no account could be found for stands here until the operator matches it.
INSERT INTO organisations (id, name, is_sandbox, created_at)
VALUES (x'00000000000000000000000000000000', 'House', 0, 0);

CREATE TABLE organisation_features (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    feature TEXT NOT NULL,
    enabled_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, feature)
) STRICT;

CREATE TABLE users (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('ADMIN', 'DEVELOPER', 'READ_ONLY')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
-- A person signs in with nothing but an e-mail, so it is unique in the installation.
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE sessions (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (organisation_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Failed sign-ins by account and by network; the bucket is a hash, so that nobody's e-mail stands here.
CREATE TABLE sign_in_attempts (
    bucket BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    window_started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX api_keys_secret ON api_keys (secret_hash);

CREATE TABLE documents (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'application/pdf')),
    file_name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    pages INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;

CREATE TABLE document_views (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    document_id BLOB NOT NULL,
    actor TEXT NOT NULL,
    viewed_at INTEGER NOT NULL,
    FOREIGN KEY (organisation_id, document_id) REFERENCES documents (organisation_id, id)
) STRICT;
CREATE INDEX document_views_document ON document_views (organisation_id, document_id, seq);

CREATE TABLE customers (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('individual', 'company')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    reference TEXT,
    status TEXT NOT NULL CHECK (status IN ('PENDING_INFO', 'UNDER_REVIEW', 'APPROVED', 'SUSPENDED')),
    status_since INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    is_wallet_ready INTEGER NOT NULL CHECK (is_wallet_ready IN (0, 1)),
    details TEXT NOT NULL,
    identification_hash BLOB,
    search_text TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX customers_id ON customers (organisation_id, id);
CREATE UNIQUE INDEX customers_reference ON customers (organisation_id, reference) WHERE reference IS NOT NULL AND deleted_at IS NULL;
-- Listings are keyset-paged; ids are time-ordered, so the order of creation is the order of ids.
CREATE INDEX customers_by_created ON customers (organisation_id, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_name ON customers (organisation_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_status ON customers (organisation_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_type ON customers (organisation_id, type, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_enabled ON customers (organisation_id, is_enabled, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_wallet_ready ON customers (organisation_id, is_wallet_ready, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_identification ON customers (organisation_id, identification_hash) WHERE identification_hash IS NOT NULL;

-- Parts of words are found by trigrams; the text is folded (accents, case) before it is stored.
CREATE VIRTUAL TABLE customers_search USING fts5 (search_text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
    INSERT INTO customers_search (rowid, search_text) VALUES (NEW.seq, NEW.search_text);
END;
CREATE TRIGGER customers_search_update AFTER UPDATE OF search_text ON customers WHEN OLD.search_text <> NEW.search_text BEGIN
    UPDATE customers_search SET search_text = NEW.search_text WHERE rowid = NEW.seq;
END;

-- The status machine, held a second time here so that no program can bend it.
CREATE TRIGGER customers_begin BEFORE INSERT ON customers
WHEN NEW.status NOT IN ('PENDING_INFO', 'UNDER_REVIEW') BEGIN
    SELECT RAISE(ABORT, 'illegal first status');
END;
CREATE TRIGGER customers_move BEFORE UPDATE OF status ON customers
WHEN OLD.status <> NEW.status AND NOT (
    (OLD.status = 'PENDING_INFO' AND NEW.status = 'UNDER_REVIEW')
    OR (OLD.status = 'UNDER_REVIEW' AND NEW.status IN ('PENDING_INFO', 'APPROVED', 'SUSPENDED'))
    OR (OLD.status = 'APPROVED' AND NEW.status IN ('UNDER_REVIEW', 'PENDING_INFO'))
    OR (OLD.status = 'SUSPENDED' AND NEW.status = 'UNDER_REVIEW')
) BEGIN
    SELECT RAISE(ABORT, 'illegal status change');
END;

-- How many customers stand where, so that no page has to count a million rows.
CREATE TABLE customer_counts (
    organisation_id BLOB NOT NULL,
    status TEXT NOT NULL,
    customers INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, status)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER customers_count_insert AFTER INSERT ON customers WHEN NEW.deleted_at IS NULL BEGIN
    INSERT INTO customer_counts (organisation_id, status, customers) VALUES (NEW.organisation_id, NEW.status, 1)
    ON CONFLICT (organisation_id, status) DO UPDATE SET customers = customers + 1;
END;
CREATE TRIGGER customers_count_update AFTER UPDATE OF status, deleted_at ON customers
WHEN OLD.status <> NEW.status OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) BEGIN
    UPDATE customer_counts SET customers = customers - 1
    WHERE organisation_id = OLD.organisation_id AND status = OLD.status AND OLD.deleted_at IS NULL;
    INSERT INTO customer_counts (organisation_id, status, customers)
    SELECT NEW.organisation_id, NEW.status, 1 WHERE NEW.deleted_at IS NULL
    ON CONFLICT (organisation_id, status) DO UPDATE SET customers = customers + 1;
END;

CREATE TABLE customer_transitions (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    cause TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
) STRICT;
CREATE INDEX customer_transitions_customer ON customer_transitions (organisation_id, customer_id, seq);

CREATE TABLE reviews (
    organisation_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'refer')),
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, customer_id, revision),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
) STRICT;

CREATE TABLE review_checks (
    organisation_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'fail', 'refer')),
    sentence TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (organisation_id, customer_id, revision, position),
    FOREIGN KEY (organisation_id, customer_id, revision) REFERENCES reviews (organisation_id, customer_id, revision)
) STRICT;

-- Work to be done, at least once: leased while somebody does it, kept when done.
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER,
    done_at INTEGER,
    failed_at INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_subject ON jobs (organisation_id, kind, subject_id, revision);
CREATE INDEX jobs_due ON jobs (run_at, seq) WHERE done_at IS NULL AND failed_at IS NULL;

CREATE TABLE ledger_accounts (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer_wallet', 'payin_wallet', 'fees_wallet', 'bank', 'suspense', 'returns_due')),
    currency TEXT NOT NULL,
    balance INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CHECK (kind = 'bank' OR balance >= reserved)
) STRICT;
CREATE UNIQUE INDEX ledger_accounts_house ON ledger_accounts (organisation_id, kind, currency) WHERE kind <> 'customer_wallet';

CREATE TABLE journal_entries (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    -- An entry without a seal cannot be committed, and a seal is refused unless the postings sum to zero.
    FOREIGN KEY (organisation_id, id) REFERENCES entry_seals (organisation_id, entry_id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
-- What happened once is recorded once.
CREATE UNIQUE INDEX journal_entries_source ON journal_entries (organisation_id, kind, source_id);

CREATE TABLE postings (
    organisation_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    account_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    currency TEXT NOT NULL,
    PRIMARY KEY (organisation_id, entry_id, position),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES ledger_accounts (organisation_id, id)
) STRICT;
CREATE INDEX postings_account ON postings (organisation_id, account_id, entry_id);

CREATE TABLE entry_seals (
    organisation_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_seals_balanced BEFORE INSERT ON entry_seals BEGIN
    SELECT RAISE(ABORT, 'an entry needs at least two postings')
    WHERE (SELECT count(*) FROM postings WHERE organisation_id = NEW.organisation_id AND entry_id = NEW.entry_id) < 2;
    SELECT RAISE(ABORT, 'the postings of an entry must sum to zero')
    WHERE EXISTS (
        SELECT 1 FROM postings WHERE organisation_id = NEW.organisation_id AND entry_id = NEW.entry_id
        GROUP BY currency HAVING sum(amount) <> 0
    );
END;
CREATE TRIGGER postings_sealed BEFORE INSERT ON postings
WHEN EXISTS (SELECT 1 FROM entry_seals WHERE organisation_id = NEW.organisation_id AND entry_id = NEW.entry_id) BEGIN
    SELECT RAISE(ABORT, 'the entry is sealed');
END;
CREATE TRIGGER postings_currency BEFORE INSERT ON postings
WHEN NEW.currency <> (SELECT currency FROM ledger_accounts WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id) BEGIN
    SELECT RAISE(ABORT, 'the posting is in another currency than its account');
END;
-- The stored balance is nothing but the sum of the postings.
CREATE TRIGGER postings_balance AFTER INSERT ON postings BEGIN
    UPDATE ledger_accounts SET balance = balance + NEW.amount
    WHERE organisation_id = NEW.organisation_id AND id = NEW.account_id;
END;

CREATE TABLE wallets (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    customer_id BLOB,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'payin', 'fees')),
    currency TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CHECK ((kind = 'customer') = (customer_id IS NOT NULL)),
    FOREIGN KEY (organisation_id, id) REFERENCES ledger_accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX wallets_customer ON wallets (organisation_id, customer_id, currency) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX wallets_own ON wallets (organisation_id, kind, currency) WHERE customer_id IS NULL;
CREATE INDEX wallets_by_currency ON wallets (organisation_id, currency, id);

-- Numbers that the operator has from its bank. The next serial is taken by one UPDATE, so that none is given twice.
CREATE TABLE number_ranges (
    id INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    currency TEXT NOT NULL,
    range TEXT NOT NULL,
    next_serial INTEGER NOT NULL DEFAULT 0,
    exhausted_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX number_ranges_currency ON number_ranges (organisation_id, currency, id);

CREATE TABLE virtual_accounts (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    wallet_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    currency TEXT NOT NULL,
    account_name TEXT NOT NULL,
    number TEXT NOT NULL,
    credit_to TEXT NOT NULL CHECK (credit_to IN ('customer_wallet', 'payin_wallet')),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, wallet_id) REFERENCES wallets (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, id)
) STRICT;
-- A bank knows nothing of tenants: a number is unique in the installation.
CREATE UNIQUE INDEX virtual_accounts_number ON virtual_accounts (number);
CREATE INDEX virtual_accounts_wallet ON virtual_accounts (organisation_id, wallet_id);

-- What banks told, as it came. The row's id becomes the deposit's.
CREATE TABLE deposit_notices (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    rail TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    worked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX deposit_notices_once ON deposit_notices (organisation_id, rail, bank_reference);
CREATE UNIQUE INDEX deposit_notices_id ON deposit_notices (organisation_id, id);
CREATE INDEX deposit_notices_open ON deposit_notices (seq) WHERE worked_at IS NULL;

CREATE TABLE deposits (
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('CREDITED', 'HELD', 'REJECTED', 'RETURN_PENDING', 'RETURNED', 'RETURN_FAILED')),
    reason_code TEXT,
    reason_message TEXT,
    rail TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    sender TEXT NOT NULL,
    reference TEXT,
    received_at INTEGER NOT NULL,
    virtual_account_id BLOB,
    account_text TEXT,
    customer_id BLOB,
    wallet_id BLOB,
    wallet_transaction_id BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
-- A notice becomes one deposit, in whichever organisation's books.
CREATE UNIQUE INDEX deposits_of_notice ON deposits (id);
CREATE INDEX deposits_by_status ON deposits (organisation_id, status, id);
CREATE INDEX deposits_by_customer ON deposits (organisation_id, customer_id, id) WHERE customer_id IS NOT NULL;

CREATE TABLE wallet_transactions (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    wallet_id BLOB NOT NULL,
    customer_id BLOB,
    type TEXT NOT NULL CHECK (type IN ('CREDIT', 'DEBIT', 'RESERVE', 'RELEASE')),
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    balance_after INTEGER NOT NULL,
    sender TEXT NOT NULL,
    reference TEXT,
    search_text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (organisation_id, wallet_id) REFERENCES wallets (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX wallet_transactions_id ON wallet_transactions (organisation_id, id);
CREATE INDEX wallet_transactions_wallet ON wallet_transactions (organisation_id, wallet_id, id);
CREATE INDEX wallet_transactions_customer ON wallet_transactions (organisation_id, customer_id, id) WHERE customer_id IS NOT NULL;
CREATE VIRTUAL TABLE wallet_transactions_search USING fts5 (search_text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER wallet_transactions_search_insert AFTER INSERT ON wallet_transactions WHEN NEW.search_text <> '' BEGIN
    INSERT INTO wallet_transactions_search (rowid, search_text) VALUES (NEW.seq, NEW.search_text);
END;

-- What is told outside. Dispatch reads it in the order of seq.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_id ON events (organisation_id, id);
CREATE INDEX events_object ON events (organisation_id, object_id, seq);

CREATE TABLE audit_trail (
    seq INTEGER PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_trail_organisation ON audit_trail (organisation_id, seq);
CREATE INDEX audit_trail_object ON audit_trail (organisation_id, object_id, seq);

CREATE TABLE idempotency_keys (
    organisation_id BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    -- What the first request made; known from the moment it took effect, the answer a moment later.
    object_id TEXT NOT NULL,
    status INTEGER,
    answer TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE preferences (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (organisation_id, user_id, name),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;

-- Forms that were refused, so that nothing typed is lost and nothing typed stands in a URL.
CREATE TABLE form_drafts (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    body TEXT NOT NULL,
    errors TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX form_drafts_age ON form_drafts (created_at);

-- What is written here stays as it was written. A correction is a new row that points at the old one.
CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'journal_entries is append-only'); END;
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings is append-only'); END;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings is append-only'); END;
CREATE TRIGGER entry_seals_no_update BEFORE UPDATE ON entry_seals BEGIN SELECT RAISE(ABORT, 'entry_seals is append-only'); END;
CREATE TRIGGER entry_seals_no_delete BEFORE DELETE ON entry_seals BEGIN SELECT RAISE(ABORT, 'entry_seals is append-only'); END;
CREATE TRIGGER wallet_transactions_no_update BEFORE UPDATE ON wallet_transactions BEGIN SELECT RAISE(ABORT, 'wallet_transactions is append-only'); END;
CREATE TRIGGER wallet_transactions_no_delete BEFORE DELETE ON wallet_transactions BEGIN SELECT RAISE(ABORT, 'wallet_transactions is append-only'); END;
CREATE TRIGGER audit_trail_no_update BEFORE UPDATE ON audit_trail BEGIN SELECT RAISE(ABORT, 'audit_trail is append-only'); END;
CREATE TRIGGER audit_trail_no_delete BEFORE DELETE ON audit_trail BEGIN SELECT RAISE(ABORT, 'audit_trail is append-only'); END;
CREATE TRIGGER customer_transitions_no_update BEFORE UPDATE ON customer_transitions BEGIN SELECT RAISE(ABORT, 'customer_transitions is append-only'); END;
CREATE TRIGGER customer_transitions_no_delete BEFORE DELETE ON customer_transitions BEGIN SELECT RAISE(ABORT, 'customer_transitions is append-only'); END;
CREATE TRIGGER reviews_no_update BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews is append-only'); END;
CREATE TRIGGER reviews_no_delete BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews is append-only'); END;
CREATE TRIGGER review_checks_no_update BEFORE UPDATE ON review_checks BEGIN SELECT RAISE(ABORT, 'review_checks is append-only'); END;
CREATE TRIGGER review_checks_no_delete BEFORE DELETE ON review_checks BEGIN SELECT RAISE(ABORT, 'review_checks is append-only'); END;
CREATE TRIGGER document_views_no_update BEFORE UPDATE ON document_views BEGIN SELECT RAISE(ABORT, 'document_views is append-only'); END;
CREATE TRIGGER document_views_no_delete BEFORE DELETE ON document_views BEGIN SELECT RAISE(ABORT, 'document_views is append-only'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER customers_no_delete BEFORE DELETE ON customers BEGIN SELECT RAISE(ABORT, 'customers are never removed'); END;
