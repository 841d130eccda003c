-- What came in on each day (since 1970-01-01, in UTC), so that the overview has not to add up a month of movements.
CREATE TABLE daily_deposits (
    organisation_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    deposits INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, day, currency)
) STRICT, WITHOUT ROWID;
INSERT INTO daily_deposits (organisation_id, day, currency, amount, deposits)
SELECT organisation_id, created_at / 86400000, currency, sum(amount), count(*) FROM wallet_transactions
WHERE source = 'deposit' AND type = 'CREDIT' GROUP BY 1, 2, 3;
CREATE TRIGGER daily_deposits_sum AFTER INSERT ON wallet_transactions
WHEN NEW.source = 'deposit' AND NEW.type = 'CREDIT' BEGIN
    INSERT INTO daily_deposits (organisation_id, day, currency, amount, deposits)
    VALUES (NEW.organisation_id, NEW.created_at / 86400000, NEW.currency, NEW.amount, 1)
    ON CONFLICT (organisation_id, day, currency) DO UPDATE SET amount = amount + NEW.amount, deposits = deposits + 1;
END;

-- Figures about tables that were small once made the planner read them from end to end when they had grown.
ANALYZE;
DELETE FROM sqlite_stat1;
ANALYZE sqlite_schema;
