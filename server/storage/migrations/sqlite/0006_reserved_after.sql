-- Both balances at any past moment are one look-up: a movement keeps what was set aside right after it, too. Earlier
-- movements are given it once, from the transfers that set money aside.
ALTER TABLE wallet_transactions ADD COLUMN reserved_after INTEGER NOT NULL DEFAULT 0 CHECK (reserved_after >= 0);
DROP TRIGGER wallet_transactions_no_update;
UPDATE wallet_transactions SET reserved_after = told.reserved FROM (
    SELECT seq, sum(CASE type WHEN 'RESERVE' THEN amount WHEN 'RELEASE' THEN -amount ELSE 0 END)
        OVER (PARTITION BY organisation_id, wallet_id ORDER BY id) AS reserved
    FROM wallet_transactions
    WHERE (organisation_id, wallet_id) IN (SELECT organisation_id, from_wallet_id FROM transfers)
) AS told WHERE told.seq = wallet_transactions.seq AND told.reserved <> 0;
CREATE TRIGGER wallet_transactions_no_update BEFORE UPDATE ON wallet_transactions BEGIN SELECT RAISE(ABORT, 'wallet_transactions is append-only'); END;
