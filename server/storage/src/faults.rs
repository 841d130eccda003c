//! What can be wrong with the books, each as a question whose answer is empty in a sound ledger.

use uuid::Uuid;

use crate::{
    Error,
    proof::Faults,
    sql::{Conn, query_scalar},
};

/// What is wrong, and the question that finds the ids of whatever it is wrong with.
type Check = (&'static str, String);

/// Asks everything but what [`crate::Store::prove`] finds on its walks.
pub(crate) async fn ask(conn: &mut Conn<'_>) -> Result<Faults, Error> {
    let is_postgres = conn.is_postgres();
    let checks = [
        accounts(),
        deposits(),
        outcomes(is_postgres),
        transfers(is_postgres),
        settlements(is_postgres),
        fees(is_postgres),
    ];
    ask_all(conn, checks.into_iter().flatten()).await
}

/// Looks for the deposits and entries that do not say the same of each other.
pub(crate) async fn ask_deposits(conn: &mut Conn<'_>) -> Result<Faults, Error> {
    let is_postgres = conn.is_postgres();
    ask_all(conn, entries_of_deposits(is_postgres)).await
}

async fn ask_all(conn: &mut Conn<'_>, checks: impl IntoIterator<Item = Check>) -> Result<Faults, Error> {
    let mut faults = Faults::default();
    for (what, sql) in checks {
        let rows: Vec<Uuid> = query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(conn).await?;
        for which in rows {
            faults.add(what, which);
        }
    }
    Ok(faults)
}

/// SQL for the id that a row has outside, as journal entries name their source.
fn named(is_postgres: bool, prefix: &str, table: char) -> String {
    if is_postgres {
        format!("'{prefix}' || replace(CAST({table}.id AS TEXT), '-', '')")
    } else {
        format!("'{prefix}' || lower(hex({table}.id))")
    }
}

/// Balances and days.
fn accounts() -> Vec<Check> {
    vec![
        (
            "the accounts of an organisation do not sum to zero in every currency",
            "SELECT organisation_id FROM account_balances GROUP BY organisation_id, currency HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
        ),
        (
            "the money of a day is not the sum of its movements",
            "SELECT organisation_id FROM (
                    SELECT organisation_id, day, currency, amount, deposits FROM daily_deposits
                    UNION ALL
                    SELECT organisation_id, created_at / 86400000, currency, -amount, -1 FROM wallet_transactions
                    WHERE source = 'deposit' AND type = 'CREDIT'
                 ) AS told GROUP BY organisation_id, day, currency HAVING sum(amount) <> 0 OR sum(deposits) <> 0 LIMIT 100".to_owned(),
        ),
    ]
}

/// What came in, and where it went.
fn deposits() -> Vec<Check> {
    vec![
        (
            "a notice was worked and has no deposit",
            "SELECT n.id FROM deposit_notices n WHERE n.worked_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM deposits d WHERE d.id = n.id) LIMIT 100".to_owned(),
        ),
        (
            "a credited deposit has no movement on a wallet",
            "SELECT d.id FROM deposits d WHERE d.status = 'CREDITED' AND NOT EXISTS (
                    SELECT 1 FROM wallet_transactions t WHERE t.organisation_id = d.organisation_id AND t.id = d.wallet_transaction_id) LIMIT 100".to_owned(),
        ),
    ]
}

/// Deposits and the entries by which they came in, both ways.
fn entries_of_deposits(is_postgres: bool) -> Vec<Check> {
    let source = named(is_postgres, "deposit_", 'd');
    let of_amount = "EXISTS (SELECT 1 FROM postings p WHERE p.organisation_id = e.organisation_id AND p.entry_id = e.id
        AND p.amount = d.amount AND p.currency = d.currency)";
    let is_credited = "(d.status = 'CREDITED' OR d.status = 'REVERSED' AND d.wallet_transaction_id IS NOT NULL)";
    vec![
        (
            "a deposit has no entry of its amount",
            format!("SELECT d.id FROM deposits d WHERE NOT EXISTS (
                    SELECT 1 FROM journal_entries e WHERE e.organisation_id IN (d.organisation_id, {house})
                        AND e.kind IN ('deposit_credited', 'deposit_held', 'deposit_rejected')
                        AND e.source_id = {source} AND {of_amount})
                 OR {is_credited} AND NOT EXISTS (
                    SELECT 1 FROM journal_entries e WHERE e.organisation_id = d.organisation_id
                        AND e.kind IN ('deposit_credited', 'deposit_matched')
                        AND e.source_id = {source} AND {of_amount}) LIMIT 100",
                house = if is_postgres { "'00000000-0000-0000-0000-000000000000'" } else { "x'00000000000000000000000000000000'" }),
        ),
        (
            "an entry credits a deposit that is not there, or is not credited",
            format!("SELECT e.id FROM journal_entries e WHERE e.kind IN ('deposit_credited', 'deposit_matched')
                    AND NOT EXISTS (SELECT 1 FROM deposits d WHERE d.organisation_id = e.organisation_id AND {is_credited}
                        AND {id}) LIMIT 100",
                id = if is_postgres { format!("e.source_id = {source}") } else { "d.id = unhex(substr(e.source_id, 9))".to_owned() }),
        ),
    ]
}

/// What went back, and what banks took back.
fn outcomes(is_postgres: bool) -> Vec<Check> {
    let source = named(is_postgres, "deposit_", 'd');
    let reversal = named(is_postgres, "reversal_", 'v');
    vec![
        (
            "what stands in suspense or is due back is not the sum of its deposits",
            "SELECT organisation_id FROM (
                    SELECT organisation_id, currency, kind, balance FROM account_balances WHERE kind IN ('suspense', 'returns_due')
                    UNION ALL
                    SELECT organisation_id, currency, CASE status WHEN 'HELD' THEN 'suspense' ELSE 'returns_due' END, -amount FROM deposits
                    WHERE status IN ('HELD', 'REJECTED', 'RETURN_PENDING', 'RETURN_FAILED')
                 ) AS told GROUP BY organisation_id, currency, kind HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
        ),
        (
            "what is owed for reversals is not the sum of those without a deposit",
            "SELECT organisation_id FROM (
                    SELECT organisation_id, currency, balance FROM account_balances WHERE kind = 'receivable'
                    UNION ALL
                    SELECT organisation_id, currency, amount FROM deposit_reversals WHERE deposit_id IS NULL
                 ) AS told GROUP BY organisation_id, currency HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
        ),
        (
            "a deposit was reversed and no reversal says so, or the other way round",
            format!("SELECT id FROM (
                    SELECT d.id FROM deposits d WHERE d.status = 'REVERSED' AND NOT EXISTS (
                        SELECT 1 FROM deposit_reversals v WHERE v.deposit_id = d.id AND v.amount = d.amount AND v.currency = d.currency)
                    UNION ALL
                    SELECT v.id FROM deposit_reversals v WHERE v.deposit_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM deposits d JOIN journal_entries e ON e.organisation_id = d.organisation_id
                            AND e.kind = 'deposit_reversed' AND e.source_id = {reversal}
                        WHERE d.id = v.deposit_id AND d.status = 'REVERSED')
                 ) AS astray LIMIT 100"),
        ),
        (
            "a deposit went back and its return does not say so, or the other way round",
            format!("SELECT d.id FROM deposits d LEFT JOIN deposit_returns r ON r.organisation_id = d.organisation_id AND r.id = d.return_id
                 WHERE (d.status IN ('RETURN_PENDING', 'RETURNED', 'RETURN_FAILED') OR r.id IS NOT NULL)
                    AND coalesce(r.status, '') <> CASE d.status WHEN 'RETURN_PENDING' THEN 'PENDING' WHEN 'RETURNED' THEN 'RETURNED' ELSE 'FAILED' END
                    OR d.status = 'RETURNED' AND NOT EXISTS (
                        SELECT 1 FROM journal_entries e WHERE e.organisation_id = d.organisation_id
                            AND e.kind = 'deposit_returned' AND e.source_id = {source}) LIMIT 100"),
        ),
        (
            "a wallet may be further below zero than a reversal pushed it",
            "SELECT id FROM ledger_accounts WHERE kind NOT IN ('bank', 'receivable', 'fees_owed', 'fee_income', 'tax_due')
                    AND overdraft <> CASE WHEN reserved > balance THEN reserved - balance ELSE 0 END LIMIT 100".to_owned(),
        ),
    ]
}

/// Transfers, and what they set aside.
fn transfers(is_postgres: bool) -> Vec<Check> {
    let transfer = named(is_postgres, "transfer_", 't');
    vec![
        (
            "what a wallet has set aside is not the sum of its reserved transfers",
            "SELECT a.id FROM ledger_accounts a LEFT JOIN transfers t ON t.organisation_id = a.organisation_id
                    AND t.from_wallet_id = a.id AND t.status = 'RESERVED'
                 WHERE a.reserved <> 0 OR t.id IS NOT NULL
                 GROUP BY a.organisation_id, a.id, a.reserved HAVING a.reserved <> coalesce(sum(t.amount), 0) LIMIT 100".to_owned(),
        ),
        (
            "a posted transfer has no journal entry, or a journal entry has no posted transfer",
            format!("SELECT id FROM (
                    SELECT t.id, 1 AS one FROM transfers t WHERE t.status = 'POSTED' AND NOT EXISTS (
                        SELECT 1 FROM journal_entries e WHERE e.organisation_id = t.organisation_id AND e.kind = 'transfer_posted'
                            AND e.source_id = {transfer})
                    UNION ALL
                    SELECT e.id, 1 FROM journal_entries e WHERE e.kind = 'transfer_posted' AND NOT EXISTS (
                        SELECT 1 FROM transfers t WHERE t.organisation_id = e.organisation_id AND t.status = 'POSTED'
                            AND e.source_id = {transfer})
                 ) AS astray LIMIT 100"),
        ),
    ]
}

/// Settlements, what they pay out, and what is on its way.
fn settlements(is_postgres: bool) -> Vec<Check> {
    let settlement = named(is_postgres, "settlement_", 's');
    vec![
        (
            "a settlement is not the sum of its deposits",
            "SELECT s.id FROM settlements s LEFT JOIN settlement_lines l ON l.organisation_id = s.organisation_id AND l.settlement_id = s.id
                 GROUP BY s.organisation_id, s.id, s.gross, s.fees, s.tax, s.net, s.deposits
                 HAVING s.gross <> coalesce(sum(l.amount), 0) OR s.deposits <> count(l.deposit_id) OR s.gross - s.fees - s.tax <> s.net LIMIT 100".to_owned(),
        ),
        (
            "a deposit and its settlement do not name each other",
            "SELECT id FROM (
                    SELECT l.deposit_id AS id FROM settlement_lines l
                    JOIN settlements s ON s.organisation_id = l.organisation_id AND s.id = l.settlement_id
                    LEFT JOIN deposits d ON d.organisation_id = l.organisation_id AND d.id = l.deposit_id
                    WHERE s.status <> 'FAILED' AND (d.settlement_id IS NULL OR d.settlement_id <> l.settlement_id)
                        OR d.id IS NULL OR d.amount <> l.amount OR d.currency <> s.currency OR d.wallet_id <> l.wallet_id
                    UNION ALL
                    SELECT d.id FROM deposits d WHERE d.settlement_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM settlement_lines l JOIN settlements s ON s.organisation_id = l.organisation_id AND s.id = l.settlement_id
                        WHERE l.organisation_id = d.organisation_id AND l.deposit_id = d.id AND l.settlement_id = d.settlement_id AND s.status <> 'FAILED')
                 ) AS astray LIMIT 100".to_owned(),
        ),
        (
            "what is on its way is not the sum of the settlements that are not at their end",
            "SELECT organisation_id FROM (
                    SELECT organisation_id, currency, balance FROM account_balances WHERE kind = 'settlements_in_transit'
                    UNION ALL
                    SELECT organisation_id, currency, -net FROM settlements WHERE status IN ('PENDING', 'SENT')
                 ) AS told GROUP BY organisation_id, currency HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
        ),
        (
            "a settlement has not the entries of what became of it",
            format!("SELECT s.id FROM settlements s WHERE (
                    SELECT count(*) FROM journal_entries e WHERE e.organisation_id = s.organisation_id AND e.source_id = {settlement}
                        AND (e.kind = 'settlement_made' OR e.kind = 'settlement_paid' AND s.status = 'PAID'
                            OR e.kind = 'settlement_failed' AND s.status = 'FAILED')
                 ) <> CASE WHEN s.status IN ('PAID', 'FAILED') THEN 2 ELSE 1 END LIMIT 100"),
        ),
        (
            "a settlement has no run, or a run has not its settlement",
            "SELECT id FROM (
                    SELECT s.id FROM settlements s WHERE NOT EXISTS (
                        SELECT 1 FROM settlement_runs r WHERE r.organisation_id = s.organisation_id AND r.currency = s.currency
                            AND r.date = s.date AND r.settlement_id = s.id AND r.settled = s.gross)
                    UNION ALL
                    SELECT r.organisation_id FROM settlement_runs r WHERE r.settlement_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM settlements s WHERE s.organisation_id = r.organisation_id AND s.id = r.settlement_id)
                 ) AS astray LIMIT 100".to_owned(),
        ),
    ]
}

/// Fees, and where they stand.
fn fees(is_postgres: bool) -> Vec<Check> {
    let fee = named(is_postgres, "fee_", 'f');
    let posted = |column: &str| {
        format!(
            "EXISTS (SELECT 1 FROM postings p WHERE p.organisation_id = e.organisation_id AND p.entry_id = e.id
            AND p.amount = f.{column} AND p.currency = f.currency)"
        )
    };
    let entry = |kind: &str| {
        format!(
            "SELECT 1 FROM journal_entries e WHERE e.organisation_id = f.organisation_id AND e.kind = '{kind}' AND e.source_id = {fee}"
        )
    };
    vec![
        (
            "what is owed, earned or taxed is not the sum of the fees",
            "SELECT organisation_id FROM (
                    SELECT organisation_id, currency, kind, balance FROM account_balances WHERE kind IN ('fees_owed', 'fee_income', 'tax_due')
                    UNION ALL
                    SELECT organisation_id, currency, 'fees_owed', amount + tax FROM fees WHERE status = 'DUE'
                    UNION ALL
                    SELECT organisation_id, currency, 'fee_income', -amount FROM fees WHERE status <> 'WAIVED'
                    UNION ALL
                    SELECT organisation_id, currency, 'tax_due', -tax FROM fees WHERE status <> 'WAIVED'
                 ) AS told GROUP BY organisation_id, currency, kind HAVING sum(balance) <> 0 LIMIT 100".to_owned(),
        ),
        (
            "a fee is for no deposit that reached a wallet",
            "SELECT f.id FROM fees f WHERE NOT EXISTS (
                    SELECT 1 FROM deposits d WHERE d.organisation_id = f.organisation_id AND d.id = f.deposit_id
                        AND d.currency = f.currency AND d.wallet_transaction_id IS NOT NULL) LIMIT 100".to_owned(),
        ),
        (
            "a settlement does not keep back the sum of its fees",
            "SELECT s.id FROM settlements s LEFT JOIN fees f ON f.organisation_id = s.organisation_id AND f.settlement_id = s.id
                 WHERE s.status <> 'FAILED' OR f.id IS NOT NULL
                 GROUP BY s.organisation_id, s.id, s.fees, s.tax, s.status
                 HAVING s.fees <> coalesce(sum(f.amount), 0) OR s.tax <> coalesce(sum(f.tax), 0) OR s.status = 'FAILED' LIMIT 100".to_owned(),
        ),
        (
            "a fee has not the entries of its amount and of what became of it",
            format!("SELECT f.id FROM fees f WHERE NOT EXISTS ({charged} AND {fee_of} AND (f.tax = 0 OR {tax_of}))
                    OR (f.status = 'COLLECTED') <> EXISTS ({collected}) OR (f.status = 'WAIVED') <> EXISTS ({waived}) LIMIT 100",
                charged = entry("fee_charged"), collected = entry("fee_collected"), waived = entry("fee_waived"),
                fee_of = posted("amount"), tax_of = posted("tax")),
        ),
    ]
}
