//! The proof of the ledger finds whatever somebody bends who goes around the rules of the database, and says where.

use std::process::Command;

use domain::{
    id::{CustomerId, DepositId, EntryId, EventId, OrganisationId, VirtualAccountId, WalletTransactionId},
    ledger::AccountKind,
};
use storage::{BareDeposit, BareLoop, ChainHead, Proof};

use crate::{
    engine::{Database, Raw, hex, is_postgres, number},
    fixtures::{
        account_id, complete, deposit, id, insert_customers, moment, organisation_id, transfer, wallet, with_account,
        with_organisation,
    },
};

const DEPOSITS: u64 = 7;

fn second(number: u64) -> i64 {
    i64::try_from(number).unwrap()
}

fn entry_id(number: u64) -> EntryId {
    id(EntryId::new, number, second(number))
}

fn movement_id(number: u64) -> WalletTransactionId {
    id(WalletTransactionId::new, number, second(number))
}

fn deposit_id(number: u64) -> DepositId {
    id(DepositId::new, number, second(number))
}

fn wallet_uuid(number: u64) -> uuid::Uuid {
    wallet(organisation_id(1), number, id(CustomerId::new, number, second(number))).id.uuid()
}

/// Deposit `number`, to the first wallet where it is odd and to the second otherwise.
fn paid_in(number: u64) -> BareDeposit {
    BareDeposit {
        organisation_id: organisation_id(1).uuid(),
        deposit_id: deposit_id(number).uuid(),
        entry_id: entry_id(number).uuid(),
        transaction_id: movement_id(number).uuid(),
        event_id: id(EventId::new, number, second(number)).uuid(),
        bank_account_id: account_id(1).uuid(),
        wallet_id: wallet_uuid(2 - number % 2),
        customer_id: id(CustomerId::new, 2 - number % 2, second(2 - number % 2)).uuid(),
        virtual_account_id: id(VirtualAccountId::new, 1, 0).uuid(),
        amount: 1_000 * second(number),
        currency: "AUD",
        bank_reference: format!("ref {number}"),
        sender: "{}".to_owned(),
        reference: "Invoice".to_owned(),
        body: "{}".to_owned(),
        payload: "{}".to_owned(),
        search_text: String::new(),
        at: moment(second(number)).timestamp_millis(),
    }
}

/// Two wallets, and seven deposits that are sealed in portions.
async fn books() -> Database {
    Box::pin(filled()).await
}

async fn filled() -> Database {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customers = [complete(organisation, 1), complete(organisation, 2)];
    insert_customers(&database.store, &customers).await;
    let mut unit = database.store.begin().await.unwrap();
    with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
    for (customer, number) in customers.iter().zip(1..) {
        let wallet = wallet(organisation, number, customer.id);
        let account = domain::id::AccountId::from_uuid(wallet.id.uuid());
        let kind = AccountKind::CustomerWallet;
        unit.insert_account(organisation, account, kind, wallet.currency(), moment(0)).await.unwrap();
        unit.insert_wallet(&wallet).await.unwrap();
    }
    unit.save().await.unwrap();
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    let deposits: Vec<_> = (1..=DEPOSITS).map(paid_in).collect();
    bare.write(&deposits, 3).await.unwrap();
    bare.close().await.unwrap();
    assert_eq!(seal(&database, organisation, 3).await, [3, 3, 1, 0]);
    database
}

/// Seals, so many at a time, until nothing is left.
async fn seal(database: &Database, organisation: OrganisationId, entries_max: u32) -> Vec<u32> {
    let mut sealed = Vec::new();
    loop {
        let mut unit = database.store.begin().await.unwrap();
        let some = unit.seal_entries(organisation, entries_max, moment(60)).await.unwrap();
        sealed.push(some);
        if some == 0 {
            return sealed;
        }
        unit.save().await.unwrap();
    }
}

async fn prove(database: &Database) -> Proof {
    database.store.prove(&[], |_| ()).await.unwrap()
}

async fn head(database: &Database) -> ChainHead {
    database.store.read().await.unwrap().rows().chain_heads(Some(organisation_id(1))).await.unwrap()[0]
}

#[tokio::test]
async fn sound_books_are_proven() {
    let database = books().await;
    let proof = prove(&database).await;
    assert_eq!(proof.faults.lines(), Vec::<String>::new());
    let counts = (proof.entries, proof.postings, proof.links, proof.waiting, proof.movements, proof.accounts);
    assert_eq!(counts, (7, 14, 7, 0, 7, 3));
    let bend = "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'customer_wallet'";
    database.disarmed().await.execute(bend).await.unwrap();
    let found = prove(&database).await.faults;
    assert_eq!(found.counts()["the balance of an account is not the sum of its postings"], 2);
}

#[tokio::test]
async fn entries_that_wait_are_told_and_sealed_later() {
    let database = books().await;
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    // One that was begun before the last one that is sealed, and saved after it.
    let mut late = paid_in(DEPOSITS + 1);
    late.entry_id = id(EntryId::new, 99, 2).uuid();
    bare.write(&[late, paid_in(DEPOSITS + 2)], 1).await.unwrap();
    bare.close().await.unwrap();
    let proof = prove(&database).await;
    assert_eq!((proof.faults.lines(), proof.waiting, proof.links), (vec![], 2, 7));
    assert_eq!(seal(&database, organisation_id(1), 100).await, [2, 0]);
    let proof = prove(&database).await;
    assert_eq!((proof.faults.lines(), proof.waiting, proof.links), (vec![], 0, 9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_seal_at_once_none_breaks_the_chain() {
    let database = books().await;
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    let deposits: Vec<_> = (DEPOSITS + 1..=60).map(paid_in).collect();
    bare.write(&deposits, 10).await.unwrap();
    bare.close().await.unwrap();
    let sealers: Vec<_> = (0..6)
        .map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let mut unit = store.begin().await.unwrap();
                    if unit.seal_entries(organisation_id(1), 4, moment(61)).await.unwrap() > 0 {
                        unit.save().await.unwrap();
                    }
                }
            })
        })
        .collect();
    for sealer in sealers {
        sealer.await.unwrap();
    }
    let proof = prove(&database).await;
    assert_eq!((proof.faults.lines(), proof.waiting, proof.links), (vec![], 0, 60));
    assert_eq!(head(&database).await.number, 60);
}

struct Tampering {
    what: &'static str,
    sql: String,
    finds: &'static str,
    at: uuid::Uuid,
}

fn tampering(what: &'static str, sql: String, finds: &'static str, at: uuid::Uuid) -> Tampering {
    Tampering { what, sql, finds, at }
}

const NOT_SEALED: &str = "an entry is not what was sealed";
const NOT_GOING_ON: &str = "a movement does not go on from the one before it";

/// What somebody may do to entries and postings.
fn with_entries() -> Vec<Tampering> {
    let (third, entry) = (entry_id(3).uuid(), hex(entry_id(3).uuid()));
    let (one, other) = (hex(wallet_uuid(1)), hex(wallet_uuid(2)));
    let (organisation, new, bank) =
        (hex(organisation_id(1).uuid()), hex(entry_id(80).uuid()), hex(account_id(1).uuid()));
    let on_server = if is_postgres() { "bank_balances" } else { "ledger_accounts" };
    vec![
        tampering("an amount", format!("UPDATE postings SET amount = amount + 1 WHERE entry_id = {entry} AND position = 1"), NOT_SEALED, third),
        tampering("an unbalanced amount", format!("UPDATE postings SET amount = amount + 1 WHERE entry_id = {entry} AND position = 1"), "the postings of an entry do not sum to zero", third),
        tampering("both amounts, and the balances", format!(
            "UPDATE postings SET amount = amount + CASE position WHEN 0 THEN -5 ELSE 5 END WHERE entry_id = {entry};
             UPDATE ledger_accounts SET balance = balance + 5 WHERE id = {one}; UPDATE {on_server} SET balance = balance - 5
             WHERE {} = {bank}", if is_postgres() { "account_id" } else { "id" }), NOT_SEALED, third),
        tampering("an account", format!("UPDATE postings SET account_id = {other} WHERE entry_id = {entry} AND position = 1"), NOT_SEALED, third),
        tampering("a currency", format!("UPDATE postings SET currency = 'EUR' WHERE entry_id = {entry}"), NOT_SEALED, third),
        tampering("a longer currency", format!("UPDATE postings SET currency = 'AUD of another sort' WHERE entry_id = {entry}"), NOT_SEALED, third),
        tampering("an entry is removed", format!("DELETE FROM postings WHERE entry_id = {entry}; DELETE FROM entry_seals WHERE entry_id = {entry}; DELETE FROM journal_entries WHERE id = {entry}"),
            "an entry was sealed and is not there any more", third),
        tampering("an entry is removed and its postings are not", format!("DELETE FROM journal_entries WHERE id = {entry}"), "there are postings of an entry that is not there", third),
        tampering("a posting is removed", format!("DELETE FROM postings WHERE entry_id = {entry} AND position = 1"), NOT_SEALED, third),
        tampering("an entry is put in by hand", format!(
            "INSERT INTO entry_seals VALUES ({organisation}, {new});
             INSERT INTO journal_entries VALUES ({organisation}, {new}, 'deposit_credited', 'deposit_0', 1795000001000);
             INSERT INTO postings VALUES ({organisation}, {new}, 0, {bank}, -5, 'AUD'), ({organisation}, {new}, 1, {one}, 5, 'AUD')"),
            "an entry was never sealed, and does not wait to be", entry_id(80).uuid()),
        tampering("an entry is put in by hand, and queued", format!(
            "INSERT INTO entry_seals VALUES ({organisation}, {new}); INSERT INTO chain_queue VALUES ({organisation}, {new});
             INSERT INTO journal_entries VALUES ({organisation}, {new}, 'deposit_credited', 'deposit_0', 1795000001000);
             INSERT INTO postings VALUES ({organisation}, {new}, 0, {bank}, -5, 'AUD'), ({organisation}, {new}, 1, {one}, 5, 'AUD')"),
            "an entry credits a deposit that is not there, or is not credited", entry_id(80).uuid()),
        tampering("the order of two", "DROP INDEX chain_links_entry; UPDATE chain_links SET entry_id = CASE number
             WHEN 2 THEN (SELECT l.entry_id FROM chain_links l WHERE l.number = 3) ELSE (SELECT l.entry_id FROM chain_links l WHERE l.number = 2) END
             WHERE number IN (2, 3)".to_owned(), NOT_SEALED, third),
        tampering("a time", format!("UPDATE journal_entries SET at = at + 1 WHERE id = {entry}"), NOT_SEALED, third),
        tampering("a kind", format!("UPDATE journal_entries SET kind = 'deposit_matched' WHERE id = {entry}"), NOT_SEALED, third),
        tampering("a source", format!("UPDATE journal_entries SET source_id = 'deposit_00000000000000000000000000000000' WHERE id = {entry}"), NOT_SEALED, third),
    ]
}

/// What somebody may do to balances, movements, deposits and the chain itself.
fn with_the_rest() -> Vec<Tampering> {
    let organisation = organisation_id(1).uuid();
    let (one, wallet) = (wallet_uuid(1), hex(wallet_uuid(1)));
    let (third, movement) = (movement_id(3).uuid(), hex(movement_id(3).uuid()));
    let (paid_in, deposit) = (deposit_id(3).uuid(), hex(deposit_id(3).uuid()));
    let (moved, not_ending) =
        ("the movements of a wallet are not its postings", "the last movement of a wallet does not end at its balance");
    let last_but_one = entry_id(DEPOSITS - 1).uuid();
    vec![
        tampering("a balance", format!("UPDATE ledger_accounts SET balance = balance + 1 WHERE id = {wallet}"), "the balance of an account is not the sum of its postings", one),
        tampering("what is set aside", format!("UPDATE ledger_accounts SET reserved = 1 WHERE id = {wallet}"), not_ending, one),
        tampering("a movement's amount", format!("UPDATE wallet_transactions SET amount = amount + 1 WHERE id = {movement}"), NOT_GOING_ON, third),
        tampering("a movement's balance", format!("UPDATE wallet_transactions SET balance_after = balance_after + 1 WHERE id = {movement}"), NOT_GOING_ON, third),
        tampering("what was set aside then", format!("UPDATE wallet_transactions SET reserved_after = 1 WHERE id = {movement}"), NOT_GOING_ON, third),
        tampering("a movement's kind", format!("UPDATE wallet_transactions SET type = 'DEBIT' WHERE id = {movement}"), NOT_GOING_ON, third),
        tampering("a movement's source", format!("UPDATE wallet_transactions SET source_id = 'deposit_0' WHERE id = {movement}"), moved, one),
        tampering("a movement's wallet", format!("UPDATE wallet_transactions SET wallet_id = {} WHERE id = {movement}", hex(wallet_uuid(2))), moved, one),
        tampering("a movement in the middle is removed", format!("DELETE FROM wallet_transactions WHERE id = {movement}"), NOT_GOING_ON, movement_id(5).uuid()),
        tampering("the last movement is removed", format!("DELETE FROM wallet_transactions WHERE id = {}", hex(movement_id(7).uuid())), not_ending, one),
        tampering("two amounts, with all balances made to fit", format!(
            "UPDATE wallet_transactions SET amount = amount + 5, balance_after = balance_after + 5 WHERE id = {movement};
             UPDATE wallet_transactions SET amount = amount - 5 WHERE id = {}", hex(movement_id(5).uuid())), moved, one),
        tampering("a deposit's amount", format!("UPDATE deposits SET amount = amount + 1 WHERE id = {deposit}"), "a deposit has no entry of its amount", paid_in),
        tampering("a deposit is removed", format!("DELETE FROM deposits WHERE id = {deposit}"), "an entry credits a deposit that is not there, or is not credited", entry_id(3).uuid()),
        tampering("a deposit is said to wait", format!("UPDATE deposits SET status = 'HELD' WHERE id = {deposit}"), "an entry credits a deposit that is not there, or is not credited", entry_id(3).uuid()),
        tampering("a link is removed", "DELETE FROM chain_links WHERE number = 5".to_owned(), "links are missing in a chain before the entry", last_but_one),
        tampering("a link is removed", "DELETE FROM chain_links WHERE number = 5".to_owned(), "an entry was never sealed, and does not wait to be", entry_id(5).uuid()),
        tampering("the tail is cut off", "DELETE FROM chain_links WHERE number > 5".to_owned(), "the head of a chain is not its last link", organisation),
        tampering("the chain is gone", "DELETE FROM chain_links".to_owned(), "the chain of an organisation is gone", organisation),
        tampering("a head", "UPDATE chain_heads SET number = number + 1".to_owned(), "the head of a chain is not its last link", organisation),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_to_entries_is_found() {
    all_is_found(with_entries()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_to_the_rest_is_found() {
    all_is_found(with_the_rest()).await;
}

async fn all_is_found(all: Vec<Tampering>) {
    for Tampering { what, sql, finds, at } in all {
        let database = books().await;
        database.disarmed().await.execute(sql).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        let faults = prove(&database).await.faults.lines();
        let is_found = |line: &String| line.starts_with(&format!("{finds}: {}", at.simple()));
        assert!(faults.iter().any(is_found), "{what}: {faults:#?}");
    }
}

#[tokio::test]
async fn a_deposit_that_is_called_credited_and_has_no_entry_is_found() {
    let database = books().await;
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_deposit(&deposit(organisation_id(1), 50)).await.unwrap();
    unit.save().await.unwrap();
    let which = deposit(organisation_id(1), 50).id.uuid();
    let sql = format!("UPDATE deposits SET status = 'CREDITED' WHERE id = {}", hex(which));
    database.disarmed().await.execute(sql).await.unwrap();
    let faults = prove(&database).await.faults.lines();
    assert!(faults.contains(&format!("a deposit has no entry of its amount: {}", which.simple())), "{faults:?}");
    assert!(
        faults.contains(&format!("a credited deposit has no movement on a wallet: {}", which.simple())),
        "{faults:?}"
    );
}

/// Takes the chain back to its link `number`, as if nothing after it had been sealed yet.
async fn unseal_after(raw: &mut Raw, number: i64) {
    raw.execute(format!(
        "INSERT INTO chain_queue SELECT organisation_id, entry_id FROM chain_links WHERE number > {number};
         DELETE FROM chain_links WHERE number > {number};
         UPDATE chain_heads SET number = {number}, hash = (SELECT hash FROM chain_links WHERE number = {number})"
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn a_chain_that_was_made_anew_is_found_by_a_head_from_before() {
    let database = books().await;
    let before = head(&database).await;
    let mut raw = database.disarmed().await;
    unseal_after(&mut raw, 4).await;
    let bend = format!("UPDATE journal_entries SET at = at - 86400000 WHERE id = {}", hex(entry_id(5).uuid()));
    raw.execute(bend).await.unwrap();
    seal(&database, organisation_id(1), 100).await;
    assert_eq!(prove(&database).await.faults.lines(), Vec::<String>::new(), "from inside nothing can be seen");
    let found = database.store.prove(&[before], |_| ()).await.unwrap().faults.lines();
    let says =
        format!("the chain is not the one that was signed, at the entry: {}", entry_id(DEPOSITS).uuid().simple());
    assert!(found.len() == 1 && found[0].starts_with(&says), "{found:?}");
}

#[tokio::test]
async fn a_chain_whose_end_was_cut_off_is_found_by_a_head_from_before() {
    let database = books().await;
    let before = head(&database).await;
    let mut raw = database.disarmed().await;
    unseal_after(&mut raw, 4).await;
    let found = database.store.prove(&[before], |_| ()).await.unwrap().faults.lines();
    let says =
        format!("the chain of an organisation does not reach what was signed: {}", organisation_id(1).uuid().simple());
    assert!(found.len() == 1 && found[0].starts_with(&says), "{found:?}");
    // Sealed again as it was, it is the same chain.
    seal(&database, organisation_id(1), 2).await;
    assert_eq!(head(&database).await, before);
    assert_eq!(database.store.prove(&[before], |_| ()).await.unwrap().faults.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_later_ledger_continues_the_head_of_an_earlier_one() {
    let database = books().await;
    let before = head(&database).await;
    let mut bare = BareLoop::open(database.url()).await.unwrap();
    bare.write(&[paid_in(DEPOSITS + 1)], 1).await.unwrap();
    bare.close().await.unwrap();
    seal(&database, organisation_id(1), 100).await;
    assert_eq!(database.store.prove(&[before], |_| ()).await.unwrap().faults.lines(), Vec::<String>::new());
    let other = ChainHead { hash: [7; 32], ..before };
    assert_eq!(database.store.prove(&[other], |_| ()).await.unwrap().faults.counts().len(), 1);
}

#[tokio::test]
async fn organisations_have_chains_of_their_own() {
    let database = books().await;
    let mut all = vec![head(&database).await];
    for stranger in [2, 3] {
        let organisation = with_organisation(&database.store, stranger).await;
        let mut unit = database.store.begin().await.unwrap();
        let bank = with_account(&mut unit, organisation, 1, AccountKind::Bank).await;
        let suspense = with_account(&mut unit, organisation, 2, AccountKind::Suspense).await;
        transfer(&mut unit, organisation, 3, bank, suspense, 100).await.unwrap();
        unit.save().await.unwrap();
        if stranger == 3 {
            seal(&database, organisation, 10).await;
        }
    }
    all.extend(database.store.read().await.unwrap().rows().chain_heads(Some(organisation_id(3))).await.unwrap());
    let proof = database.store.prove(&all, |_| ()).await.unwrap();
    assert_eq!((proof.entries, proof.links, proof.waiting), (9, 8, 1));
    let chained = |line: &String| line.contains("chain") || line.contains("sealed");
    assert!(!proof.faults.lines().iter().any(chained), "{:?}", proof.faults.lines());
    let mut waiting = database.store.read().await.unwrap();
    assert_eq!(waiting.rows().organisations_to_seal().await.unwrap(), [organisation_id(2)]);
}

/// The program of `docs/ledger-proof.md`, run as it is printed there.
#[tokio::test]
async fn somebody_else_computes_the_same_chain_as_the_documents_say() {
    if is_postgres() {
        return;
    }
    let database = books().await;
    let head = head(&database).await;
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ledger-proof.md")).unwrap();
    let (_, program) = text.split_once("```python\n").unwrap();
    let (program, _) = program.split_once("```").unwrap();
    let file = database.url().trim_start_matches("sqlite://").to_owned();
    let run = || Command::new("python3").args(["-c", program, &file]).output();
    let Ok(told) = run() else {
        eprintln!("python3 is not there: the program of docs/ledger-proof.md was not run");
        return;
    };
    let hash = head.hash.map(|byte| format!("{byte:02x}")).concat();
    let expected = format!("{} {} {hash}\n", head.organisation_id.uuid().simple(), head.number);
    assert_eq!(String::from_utf8_lossy(&told.stdout), expected, "{}", String::from_utf8_lossy(&told.stderr));
    let mut raw = database.disarmed().await;
    raw.execute(format!("UPDATE postings SET amount = amount + 1 WHERE entry_id = {}", hex(entry_id(4).uuid())))
        .await
        .unwrap();
    assert_eq!(number(&mut raw, "SELECT count(*) FROM chain_links").await, 7);
    let told = run().unwrap();
    assert!(!told.status.success());
    assert!(String::from_utf8_lossy(&told.stderr).contains(&entry_id(4).uuid().simple().to_string()));
}
