-- What came in on each day (since 1970-01-01, in UTC), so that the overview has not to add up a month of movements.
-- Several rows a day, each written by its own connections: nobody waits there.
CREATE TABLE daily_deposits (
    organisation_id UUID NOT NULL,
    day BIGINT NOT NULL,
    currency TEXT NOT NULL,
    stripe BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    deposits BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, day, currency, stripe)
);
-- Nobody writes movements between the sum of those that are there and the trigger that adds the later ones.
LOCK TABLE wallet_transactions IN SHARE MODE;
INSERT INTO daily_deposits (organisation_id, day, currency, stripe, amount, deposits)
SELECT organisation_id, created_at / 86400000, currency, 0, sum(amount)::BIGINT, count(*) FROM wallet_transactions
WHERE source = 'deposit' AND type = 'CREDIT' GROUP BY 1, 2, 3;

-- Once for all rows of a statement, here and below: a row that is changed again and again within one transaction becomes
-- slower each time.
CREATE FUNCTION daily_deposits_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO daily_deposits AS d (organisation_id, day, currency, stripe, amount, deposits)
    SELECT organisation_id, created_at / 86400000, currency, pg_backend_pid() % 64, sum(amount)::BIGINT, count(*)
    FROM added WHERE source = 'deposit' AND type = 'CREDIT' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (organisation_id, day, currency, stripe) DO UPDATE
    SET amount = d.amount + excluded.amount, deposits = d.deposits + excluded.deposits;
    RETURN NULL;
END $$;
CREATE TRIGGER daily_deposits_summed AFTER INSERT ON wallet_transactions
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION daily_deposits_summed();

-- The numbers of customers by status are kept in the same way.
DROP TRIGGER customers_counted ON customers;
DROP FUNCTION customers_counted();
DROP FUNCTION customers_count(UUID, TEXT, BIGINT);
CREATE FUNCTION customers_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts AS c (organisation_id, status, stripe, customers)
        SELECT organisation_id, status, pg_backend_pid() % 64, count(*) FROM added
        WHERE deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (organisation_id, status, stripe) DO UPDATE SET customers = c.customers + excluded.customers;
    ELSE
        -- In the order of the key, or two who move customers to and fro would wait for each other.
        INSERT INTO customer_counts AS c (organisation_id, status, stripe, customers)
        SELECT organisation_id, status, pg_backend_pid() % 64, sum(change)::BIGINT FROM (
            SELECT organisation_id, status, -1 AS change FROM changed WHERE deleted_at IS NULL
            UNION ALL SELECT organisation_id, status, 1 FROM added WHERE deleted_at IS NULL
        ) AS moved GROUP BY 1, 2 HAVING sum(change) <> 0 ORDER BY 1, 2
        ON CONFLICT (organisation_id, status, stripe) DO UPDATE SET customers = c.customers + excluded.customers;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_counted_in AFTER INSERT ON customers
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION customers_counted();
CREATE TRIGGER customers_counted AFTER UPDATE ON customers
    REFERENCING OLD TABLE AS changed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION customers_counted();
