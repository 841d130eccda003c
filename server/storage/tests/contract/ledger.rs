//! The ledger, as the database holds it: balanced, sealed, never below zero, and equal to its postings.

use std::sync::Arc;

use domain::{
    id::{AccountId, EntryId, OrganisationId},
    ledger::AccountKind,
};
use storage::{Error, Store};
use tokio::sync::Barrier;

use crate::{
    engine::{Database, Raw, hex, number, refusal},
    fixtures::{account_id, deposit, id, moment, soon, transfer, with_account, with_organisation},
};

const BANK: u64 = 1;

/// A bank account and three wallets, one of them with `minor` in it.
async fn with_accounts(store: &Store, minor: i64) -> (OrganisationId, AccountId, [AccountId; 3]) {
    let organisation = with_organisation(store, 1).await;
    let mut unit = store.begin().await.unwrap();
    let bank = with_account(&mut unit, organisation, BANK, AccountKind::Bank).await;
    let mut wallets = [bank; 3];
    for (wallet, number) in wallets.iter_mut().zip(2..) {
        *wallet = with_account(&mut unit, organisation, number, AccountKind::CustomerWallet).await;
    }
    if minor > 0 {
        transfer(&mut unit, organisation, 0, bank, wallets[0], minor).await.unwrap();
    }
    unit.save().await.unwrap();
    (organisation, bank, wallets)
}

async fn balance(raw: &mut Raw, account: AccountId) -> i64 {
    number(raw, &format!("SELECT balance FROM account_balances WHERE id = {}", hex(account.uuid()))).await
}

/// What is wrong but that these entries are of no deposits, and the wallets have no movements.
async fn faults(store: &Store) -> Vec<String> {
    let told = store.prove(&[], |_| ()).await.unwrap().faults.lines();
    told.into_iter().filter(|fault| !fault.contains("movement") && !fault.starts_with("an entry credits")).collect()
}

/// The same numbers in each run, spread well enough.
fn spread(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_operations_each_balance_is_the_sum_of_its_postings() {
    let database = Database::open().await;
    let (organisation, bank, wallets) = with_accounts(&database.store, 0).await;
    let accounts = [bank, wallets[0], wallets[1], wallets[2]];
    let mut expected = [0_i64; 4];
    let mut seed = 20_261_122;
    let mut refused = 0;
    for entry in 1..=400 {
        let from = usize::try_from(spread(&mut seed) % 4).unwrap();
        let to = (from + 1 + usize::try_from(spread(&mut seed) % 3).unwrap()) % 4;
        let minor = 1 + i64::try_from(spread(&mut seed) % 500).unwrap();
        let mut unit = database.store.begin().await.unwrap();
        let posted = transfer(&mut unit, organisation, entry, accounts[from], accounts[to], minor).await;
        let is_covered = from == 0 || expected[from] >= minor;
        assert_eq!(posted.is_ok(), is_covered, "entry {entry}: {posted:?}");
        if is_covered && !spread(&mut seed).is_multiple_of(5) {
            unit.save().await.unwrap();
            expected[from] -= minor;
            expected[to] += minor;
        } else {
            refused += u64::from(!is_covered);
        }
    }
    assert!(refused > 10, "too few attempts went below zero to tell");
    let mut raw = database.raw().await;
    for (account, expected) in accounts.into_iter().zip(expected) {
        assert_eq!(balance(&mut raw, account).await, expected);
        let postings = format!(
            "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM postings WHERE account_id = {}",
            hex(account.uuid())
        );
        assert_eq!(number(&mut raw, &postings).await, expected);
    }
    assert_eq!(expected.iter().sum::<i64>(), 0);
    assert_eq!(faults(&database.store).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn debits_at_once_never_take_a_wallet_below_zero() {
    let database = Database::open().await;
    let (organisation, bank, wallets) = with_accounts(&database.store, 200).await;
    let start = Arc::new(Barrier::new(50));
    let debits: Vec<_> = (1..=50)
        .map(|entry| {
            let (store, start) = (database.store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                let mut unit = store.begin().await?;
                transfer(&mut unit, organisation, entry, wallets[0], bank, 10).await?;
                unit.save().await
            })
        })
        .collect();
    let mut done = 0;
    for debit in debits {
        match soon("a debit", debit).await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert!(matches!(error, Error::Refused(_)), "{error}"),
        }
    }
    assert_eq!(done, 20);
    assert_eq!(balance(&mut database.raw().await, wallets[0]).await, 0);
    assert_eq!(faults(&database.store).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_same_event_is_posted_once() {
    let database = Database::open().await;
    let (organisation, bank, wallets) = with_accounts(&database.store, 0).await;
    let mut unit = database.store.begin().await.unwrap();
    transfer(&mut unit, organisation, 7, bank, wallets[0], 100).await.unwrap();
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let again = transfer(&mut unit, organisation, 7, bank, wallets[0], 100).await;
    assert!(matches!(again, Err(Error::Taken(_))), "{again:?}");
    drop(unit);
    assert_eq!(balance(&mut database.raw().await, wallets[0]).await, 100);
}

#[tokio::test]
async fn postings_come_back_as_they_were_made() {
    let database = Database::open().await;
    let (organisation, bank, wallets) = with_accounts(&database.store, 100).await;
    let mut reading = database.store.read().await.unwrap();
    let postings = reading.rows().postings(organisation, id(EntryId::new, 0, 0)).await.unwrap();
    let told: Vec<_> = postings.iter().map(|posting| (posting.account_id, posting.amount.minor())).collect();
    assert_eq!(told, [(bank, -100), (wallets[0], 100)]);
    let proof = database.store.prove(&[], |_| ()).await.unwrap();
    assert_eq!((proof.entries, proof.postings), (1, 2));
}

/// SQL for an entry with these postings, and its seal.
struct Entry {
    organisation: String,
    number: u64,
}

impl Entry {
    fn id(&self) -> String {
        hex(id(EntryId::new, self.number, 0).uuid())
    }

    fn begin(&self) -> String {
        let at = moment(0).timestamp_millis();
        format!(
            "INSERT INTO journal_entries (organisation_id, id, kind, source_id, at) VALUES ({}, {}, 'test', 'raw {}', {at});",
            self.organisation,
            self.id(),
            self.number
        )
    }

    fn posting(&self, position: u8, account: AccountId, amount: i64, currency: &str) -> String {
        format!(
            "INSERT INTO postings (organisation_id, entry_id, position, account_id, amount, currency)
             VALUES ({}, {}, {position}, {}, {amount}, '{currency}');",
            self.organisation,
            self.id(),
            hex(account.uuid())
        )
    }

    fn seal(&self) -> String {
        format!("INSERT INTO entry_seals (organisation_id, entry_id) VALUES ({}, {});", self.organisation, self.id())
    }
}

#[tokio::test]
async fn the_database_refuses_what_does_not_balance_whoever_writes_it() {
    let database = Database::open().await;
    let (organisation, bank, wallets) = with_accounts(&database.store, 100).await;
    let stranger = with_organisation(&database.store, 2).await;
    let mut raw = database.raw().await;
    let entry = |number| Entry { organisation: hex(organisation.uuid()), number };
    let (one, other) = (wallets[0], wallets[1]);
    let attempts: [(&str, Vec<String>, &str); 9] = [
        (
            "unbalanced",
            {
                let e = entry(10);
                vec![e.begin(), e.posting(0, bank, -100, "AUD"), e.posting(1, one, 99, "AUD"), e.seal()]
            },
            "sum to zero",
        ),
        (
            "one posting",
            {
                let e = entry(11);
                vec![e.begin(), e.posting(0, one, 100, "AUD"), e.seal()]
            },
            "two postings",
        ),
        (
            "no posting",
            {
                let e = entry(12);
                vec![e.begin(), e.seal()]
            },
            "two postings",
        ),
        (
            "no seal",
            {
                let e = entry(13);
                vec![e.begin(), e.posting(0, bank, -100, "AUD"), e.posting(1, one, 100, "AUD")]
            },
            "foreign key",
        ),
        (
            "a posting after the seal",
            {
                let e = entry(14);
                vec![
                    e.begin(),
                    e.posting(0, bank, -100, "AUD"),
                    e.posting(1, one, 100, "AUD"),
                    e.seal(),
                    e.posting(2, one, 100, "AUD"),
                ]
            },
            "sealed",
        ),
        (
            "another currency",
            {
                let e = entry(15);
                vec![e.begin(), e.posting(0, bank, -100, "NZD"), e.posting(1, one, 100, "NZD"), e.seal()]
            },
            "another currency",
        ),
        (
            "nothing moves",
            {
                let e = entry(16);
                vec![e.begin(), e.posting(0, bank, 0, "AUD"), e.posting(1, one, 0, "AUD"), e.seal()]
            },
            "check",
        ),
        (
            "below zero",
            {
                let e = entry(17);
                vec![e.begin(), e.posting(0, one, -101, "AUD"), e.posting(1, other, 101, "AUD"), e.seal()]
            },
            "check",
        ),
        (
            "another tenant's account",
            {
                let e = Entry { organisation: hex(stranger.uuid()), number: 18 };
                vec![e.begin(), e.posting(0, bank, -100, "AUD"), e.posting(1, one, 100, "AUD"), e.seal()]
            },
            "foreign key",
        ),
    ];
    for (what, statements, says) in attempts {
        let told = refusal(&mut raw, format!("BEGIN; {} COMMIT;", statements.join(" "))).await;
        assert!(told.to_lowercase().contains(says), "{what}: {told}");
        raw.execute("ROLLBACK").await.ok();
    }
    assert_eq!(balance(&mut raw, one).await, 100);
    assert_eq!(number(&mut raw, "SELECT count(*) FROM journal_entries").await, 1);
    let sound = entry(19);
    let whole = [sound.begin(), sound.posting(0, one, -100, "AUD"), sound.posting(1, other, 100, "AUD"), sound.seal()];
    raw.execute(format!("BEGIN; {} COMMIT;", whole.join(" "))).await.unwrap();
    assert_eq!((balance(&mut raw, one).await, balance(&mut raw, other).await), (0, 100));
    assert_eq!(faults(&database.store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_balance_that_somebody_bends_is_told() {
    let database = Database::open().await;
    let (_, _, wallets) = with_accounts(&database.store, 100).await;
    let mut raw = database.raw().await;
    let bend = format!("UPDATE ledger_accounts SET balance = 1000 WHERE id = {}", hex(wallets[0].uuid()));
    raw.execute(bend).await.unwrap();
    let told = faults(&database.store).await;
    assert!(told.iter().any(|fault| fault.contains("not the sum of its postings")), "{told:?}");
    assert!(told.iter().any(|fault| fault.contains("do not sum to zero in every currency")), "{told:?}");
}

#[tokio::test]
async fn a_deposit_without_an_entry_and_a_notice_without_a_deposit_are_told() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let lost =
        storage::OpenNotice { organisation_id: organisation, id: deposit(organisation, 2).id, body: "{}".into() };
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_deposit(&deposit(organisation, 1)).await.unwrap();
    unit.take_notice(&lost, "npp", "ref", moment(0)).await.unwrap();
    unit.save().await.unwrap();
    let told = faults(&database.store).await;
    let which = |id: domain::id::DepositId| id.uuid().simple().to_string();
    let expected = [
        format!("a deposit has no entry of its amount: {}", which(deposit(organisation, 1).id)),
        format!("a notice was worked and has no deposit: {}", which(lost.id)),
        format!(
            "what stands in suspense or is due back is not the sum of its deposits: {}",
            organisation.uuid().simple()
        ),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_organisation_has_one_bank_account_a_currency() {
    let database = Database::open().await;
    let (organisation, bank, _) = with_accounts(&database.store, 0).await;
    let mut unit = database.store.begin().await.unwrap();
    let currency = domain::money::Currency::AUD;
    let found = unit.house_account(organisation, AccountKind::Bank, currency, account_id(99), moment(0)).await.unwrap();
    assert_eq!(found, bank);
    let second = unit.insert_account(organisation, account_id(98), AccountKind::Bank, currency, moment(0)).await;
    assert!(matches!(second, Err(Error::Taken(_))), "{second:?}");
}
