//! What is paid out: the database itself holds who approves an account, and how a settlement moves.

use crate::{
    engine::{Database, Raw, is_postgres, refusal},
    fixtures::with_organisation,
};

fn key(hex: &str) -> String {
    if is_postgres() { format!("'{hex}'") } else { format!("x'{hex}'") }
}

fn numbered(number: u8) -> String {
    key(&format!("{number:032x}"))
}

async fn with_account(raw: &mut Raw, organisation: &str) {
    raw.execute(format!(
        "INSERT INTO settlement_accounts (organisation_id, id, currency, name, number, requested_by, requested_at)
         VALUES ({organisation}, {}, 'AUD', 'Harbour Pty Ltd', '062000-12345678', 'ana', 1)",
        numbered(1)
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn an_account_for_settlement_is_approved_by_a_second_person_once() {
    let database = Database::open().await;
    let organisation = key(&with_organisation(&database.store, 1).await.uuid().simple().to_string());
    let mut raw = database.raw().await;
    with_account(&mut raw, &organisation).await;
    let approve = |who: &str| format!("UPDATE settlement_accounts SET approved_by = '{who}', approved_at = 2");
    assert!(!refusal(&mut raw, approve("ana")).await.is_empty(), "who asked does not approve");
    raw.execute(approve("ben")).await.unwrap();
    for statement in [
        approve("cem"),
        "UPDATE settlement_accounts SET number = '062000-87654321'".to_owned(),
        "DELETE FROM settlement_accounts".to_owned(),
    ] {
        let told = refusal(&mut raw, statement.clone()).await;
        assert!(told.contains("only approved and revoked") || told.contains("never removed"), "{statement}: {told}");
    }
    raw.execute("UPDATE settlement_accounts SET revoked_by = 'ana', revoked_at = 3").await.unwrap();
    let told = refusal(&mut raw, "UPDATE settlement_accounts SET revoked_by = NULL, revoked_at = NULL").await;
    assert!(told.contains("only approved and revoked"), "{told}");
}

#[tokio::test]
async fn a_settlement_moves_from_pending_to_sent_to_its_end_and_keeps_its_amounts() {
    let database = Database::open().await;
    let organisation = key(&with_organisation(&database.store, 1).await.uuid().simple().to_string());
    let mut raw = database.raw().await;
    with_account(&mut raw, &organisation).await;
    raw.execute(format!(
        "INSERT INTO settlement_terms VALUES ({organisation}, 'AUD', 1, 1, '16:30:00', 'Australia/Sydney', 'AU', 0, 'GROSS', {}, 'ana', 1)",
        numbered(1)
    ))
    .await
    .unwrap();
    let insert = |number: u8, status: &str, net: i64| {
        format!(
            "INSERT INTO settlements (organisation_id, id, date, currency, status, mode, gross, fees, tax, net, deposits,
                 terms_version, account_id, reference, created_at)
             VALUES ({organisation}, {}, '2026-11-27', 'AUD', '{status}', 'GROSS', 100, 0, 0, {net}, 1, 1, {}, 'S{number}', 1)",
            numbered(number),
            numbered(1)
        )
    };
    assert!(!refusal(&mut raw, insert(2, "SENT", 100)).await.is_empty(), "it begins as pending");
    assert!(!refusal(&mut raw, insert(2, "PENDING", 99)).await.is_empty(), "gross less what is withheld is net");
    raw.execute(insert(2, "PENDING", 100)).await.unwrap();
    let paid = "UPDATE settlements SET status = 'PAID', ended_at = 3";
    let told = refusal(&mut raw, "UPDATE settlements SET status = 'PAID', sent_at = 2, ended_at = 3").await;
    assert!(told.contains("illegal status change"), "{told}");
    raw.execute("UPDATE settlements SET status = 'SENT', sent_at = 2").await.unwrap();
    let told = refusal(&mut raw, "UPDATE settlements SET status = 'PAID', ended_at = 3, gross = 90, net = 90").await;
    assert!(told.contains("never changed"), "{told}");
    raw.execute(paid).await.unwrap();
    for statement in [paid, "UPDATE settlements SET status = 'FAILED', reason = 'closed'", "DELETE FROM settlements"] {
        let told = refusal(&mut raw, statement).await;
        assert!(told.contains("illegal status change") || told.contains("never removed"), "{statement}: {told}");
    }
    let told = refusal(&mut raw, "DELETE FROM settlement_terms").await;
    assert!(told.contains("append-only"), "{told}");
}
