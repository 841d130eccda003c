//! The listing of customers: pages that hold still while rows come in, and counts that need no counting.

use std::collections::BTreeSet;

use domain::{
    customer::{Customer, CustomerType},
    id::{CustomerId, OrganisationId},
    review::Verdict,
    standing::Status,
};
use storage::{CustomerFilter, CustomerRow, CustomerSort, Error, PageRequest, Store};

use crate::{
    engine::{Database, hex, number},
    fixtures::{complete, customer, insert_customers, moment, person, with_organisation},
};

const SORTS: [CustomerSort; 4] =
    [CustomerSort::Newest, CustomerSort::Oldest, CustomerSort::Name, CustomerSort::NameDescending];

async fn page(
    store: &Store,
    organisation: OrganisationId,
    filter: &CustomerFilter,
    sort: CustomerSort,
    after: Option<String>,
) -> storage::Page<CustomerRow> {
    let request = PageRequest { limit: 7, after };
    store.read().await.unwrap().rows().customers(organisation, filter, sort, &request).await.unwrap()
}

/// Every page of a listing, while a new customer comes in before each of them.
async fn all_pages(
    store: &Store,
    organisation: OrganisationId,
    filter: &CustomerFilter,
    sort: CustomerSort,
    mut newcomer: u64,
) -> Vec<CustomerId> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let names = [("Aaron", "Aalto"), ("Zoe", "Zweig"), ("Mona", "Nordquist")];
        let (first, last) = names[usize::try_from(newcomer % 3).unwrap()];
        insert_customers(store, &[person(organisation, newcomer, first, last)]).await;
        newcomer += 1;
        let found = page(store, organisation, filter, sort, after).await;
        assert!(found.rows.len() <= 7);
        ids.extend(found.rows.iter().map(|row| row.id));
        match found.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
        assert!(ids.len() < 1000, "the listing does not end");
    }
}

/// Sixty customers, many with the same names; some complete, disabled, companies.
async fn with_customers(store: &Store, organisation: OrganisationId) -> Vec<Customer> {
    let names = [("Elin", "Nordquist"), ("Tobias", "Okonjo"), ("Élin", "nordquist"), ("李", "小龙"), ("Mei", "Li")];
    let mut customers = Vec::new();
    for number in 0..60_u64 {
        let (first, last) = names[usize::try_from(number % 5).unwrap()];
        customers.push(match number % 6 {
            0 => complete(organisation, number),
            1 => {
                customer(organisation, number, &serde_json::json!({ "company": { "name": format!("{last} Trading") } }))
            }
            2 => person(organisation, number, first, last).switch(false, moment(1000)).unwrap(),
            _ => person(organisation, number, first, last),
        });
    }
    insert_customers(store, &customers).await;
    customers
}

/// A filter, and whom it should find.
type Choice = (CustomerFilter, Box<dyn Fn(&Customer) -> bool>);

#[tokio::test]
async fn pages_repeat_nobody_and_miss_none_of_the_old_while_customers_come_in() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let old = with_customers(&database.store, organisation).await;
    let mut newcomer = 1_000;
    let nordquist = |row: &Customer| row.details.name().to_lowercase().contains("nordquist");
    let choices: Vec<Choice> = vec![
        (CustomerFilter::default(), Box::new(|_| true)),
        (CustomerFilter { q: Some("nordquist".into()), ..Default::default() }, Box::new(nordquist)),
        (
            CustomerFilter { status: Some(Status::UnderReview), ..Default::default() },
            Box::new(|c: &Customer| c.status() == Status::UnderReview),
        ),
        (
            CustomerFilter { customer_type: Some(CustomerType::Company), ..Default::default() },
            Box::new(|c: &Customer| c.details.subject.customer_type() == CustomerType::Company),
        ),
        (CustomerFilter { is_enabled: Some(false), ..Default::default() }, Box::new(|c: &Customer| !c.is_enabled)),
        (
            CustomerFilter { is_wallet_ready: Some(true), ..Default::default() },
            Box::new(|c: &Customer| c.is_wallet_ready()),
        ),
        (
            CustomerFilter { created_from: Some(moment(10)), created_to: Some(moment(50)), ..Default::default() },
            Box::new(|c: &Customer| (moment(10)..moment(50)).contains(&c.created_at)),
        ),
        (
            CustomerFilter { q: Some("el".into()), ..Default::default() },
            Box::new(|c: &Customer| storage::fold(&c.details.name()).split(' ').any(|word| word.starts_with("el"))),
        ),
    ];
    for (filter, is_wanted) in &choices {
        let wanted: BTreeSet<CustomerId> = old.iter().filter(|c| is_wanted(c)).map(|c| c.id).collect();
        assert!(wanted.len() >= 8, "{filter:?} finds too few to tell");
        for sort in SORTS {
            let found = all_pages(&database.store, organisation, filter, sort, newcomer).await;
            newcomer += 100;
            let distinct: BTreeSet<CustomerId> = found.iter().copied().collect();
            assert_eq!(distinct.len(), found.len(), "{filter:?} {sort:?}: somebody came twice");
            let newcomers_from = crate::fixtures::id(CustomerId::new, 0, 900);
            let of_old: BTreeSet<CustomerId> = distinct.into_iter().filter(|id| *id < newcomers_from).collect();
            assert_eq!(of_old, wanted, "{filter:?} {sort:?}");
        }
    }
}

/// A listing in pages of 200, while nothing changes.
async fn whole(
    store: &Store,
    organisation: OrganisationId,
    filter: &CustomerFilter,
    sort: CustomerSort,
) -> Vec<CustomerRow> {
    let mut reading = store.read().await.unwrap();
    let (mut after, mut rows) = (None, Vec::new());
    loop {
        let request = PageRequest { limit: 200, after };
        let page = reading.rows().customers(organisation, filter, sort, &request).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return rows;
        }
    }
}

fn is_in_order(rows: &[CustomerRow], sort: CustomerSort) -> bool {
    rows.windows(2).all(|pair| {
        let (a, b) = (&pair[0], &pair[1]);
        let (a_name, b_name) = ((storage::fold(&a.name), a.id), (storage::fold(&b.name), b.id));
        match sort {
            CustomerSort::Newest => a.created_at > b.created_at,
            CustomerSort::Oldest => a.created_at < b.created_at,
            CustomerSort::Name => a_name < b_name,
            CustomerSort::NameDescending => a_name > b_name,
        }
    })
}

#[tokio::test]
async fn each_sort_orders_as_it_says_searched_or_not() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customers = with_customers(&database.store, organisation).await;
    for q in ["", "li", "nordquist"] {
        let is_found = |c: &&Customer| storage::fold(&c.details.name()).split(' ').any(|word| word.starts_with(q));
        let count = customers.iter().filter(is_found).count();
        assert!(count >= 10, "{q:?} finds too few to tell");
        let filter = CustomerFilter { q: Some(q.to_owned()), ..Default::default() };
        for sort in SORTS {
            let rows = whole(&database.store, organisation, &filter, sort).await;
            assert_eq!(rows.len(), count, "{q:?} {sort:?}");
            assert!(is_in_order(&rows, sort), "{q:?} {sort:?}");
        }
    }
}

/// More than a search sorts in memory: found by walking the names, which must find the same.
#[tokio::test]
async fn a_search_that_finds_thousands_is_in_order_too() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let customers: Vec<Customer> = (0..2_100)
        .map(|number| {
            let first = ["Elin", "Tobias", "Mei"][usize::try_from(number % 3).unwrap()];
            person(organisation, number, first, &format!("Marlowe{}", number % 7))
        })
        .collect();
    insert_customers(&database.store, &customers).await;
    for (q, expected) in [("marlowe", 2_100), ("marlowe e", 700), ("marlowe3 tob", 100), ("marlowe nobody", 0)] {
        let filter = CustomerFilter { q: Some(q.into()), ..Default::default() };
        for sort in SORTS {
            let rows = whole(&database.store, organisation, &filter, sort).await;
            assert_eq!(rows.len(), expected, "{q:?} {sort:?}");
            assert!(is_in_order(&rows, sort), "{q:?} {sort:?}");
        }
    }
}

#[tokio::test]
async fn the_key_of_a_page_tells_no_name() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    with_customers(&database.store, organisation).await;
    for sort in SORTS {
        for q in [None, Some("nordquist".to_owned()), Some("el".to_owned())] {
            let filter = CustomerFilter { q, ..Default::default() };
            let next = page(&database.store, organisation, &filter, sort, None).await.next.unwrap();
            assert!(next.bytes().all(|byte| byte.is_ascii_hexdigit()) && next.len() <= 32, "{sort:?}: {next}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_answered() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    with_customers(&database.store, organisation).await;
    for sort in SORTS {
        for q in [None, Some("nordquist".to_owned())] {
            for after in ["", "x", "'; DROP TABLE customers", "99999999999999999999999", "\u{10ffff}"] {
                let filter = CustomerFilter { q: q.clone(), ..Default::default() };
                page(&database.store, organisation, &filter, sort, Some(after.into())).await;
            }
        }
    }
}

#[tokio::test]
async fn counts_are_what_counting_would_give_after_anything() {
    let database = Database::open().await;
    let one = with_organisation(&database.store, 1).await;
    let other = with_organisation(&database.store, 2).await;
    let mut customers: Vec<Customer> = Vec::new();
    let mut seed = 7_u64;
    for step in 0..400_u64 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chance = seed >> 33;
        let at = moment(i64::try_from(step).unwrap());
        let mut unit = database.store.begin().await.unwrap();
        if customers.is_empty() || chance.is_multiple_of(4) {
            let organisation = if chance.is_multiple_of(8) { one } else { other };
            let new = if chance.is_multiple_of(3) {
                complete(organisation, step)
            } else {
                person(organisation, step, "Elin", "Berg")
            };
            unit.insert_customer(&new, None).await.unwrap();
            customers.push(new);
        } else {
            let which = usize::try_from(chance / 4).unwrap() % customers.len();
            let before = customers[which].clone();
            let verdict = if chance.is_multiple_of(5) { Verdict::Fail(vec![]) } else { Verdict::Pass };
            let mut moved = before.details.clone();
            moved.address.city = Some(format!("City {step}"));
            let after = match chance % 7 {
                0 => before.clone().delete(at),
                1 | 2 => before.clone().decide(before.revision, verdict, at).map_or(before, |changed| changed.customer),
                3 => before.clone().switch(!before.is_enabled, at).unwrap_or(before),
                _ => before.clone().revise(moved, at).map_or(before, |changed| changed.customer),
            };
            unit.update_customer(&after, None).await.unwrap();
            customers[which] = after;
        }
        if chance.is_multiple_of(11) {
            drop(unit);
            let stored = database.store.read().await.unwrap();
            customers = reread(stored, customers).await;
        } else {
            unit.save().await.unwrap();
        }
    }
    let mut raw = database.raw().await;
    for organisation in [one, other] {
        let counts = database.store.read().await.unwrap().rows().customer_counts(organisation).await.unwrap();
        for status in Status::ALL {
            let counted = number(&mut raw, &format!(
                "SELECT count(*) FROM customers WHERE organisation_id = {} AND status = '{}' AND deleted_at IS NULL",
                hex(organisation.uuid()), status.code()
            ))
            .await;
            assert_eq!(counts.of(status), counted, "{status:?}");
        }
        assert!(counts.total() > 5);
    }
}

/// What is stored of these customers, after a unit that was dropped.
async fn reread(mut reading: storage::Reading, customers: Vec<Customer>) -> Vec<Customer> {
    let mut stored = Vec::new();
    for customer in customers {
        stored.extend(reading.rows().customer(customer.organisation_id, customer.id).await.unwrap());
    }
    stored
}

#[tokio::test]
async fn a_customer_comes_back_as_it_was_saved() {
    let database = Database::open().await;
    let organisation = with_organisation(&database.store, 1).await;
    let reasons = vec![domain::standing::Reason::new("age", "Too young.")];
    let new = complete(organisation, 1);
    insert_customers(&database.store, std::slice::from_ref(&new)).await;
    let suspended = new.clone().decide(1, Verdict::Fail(reasons), moment(9)).unwrap().customer;
    for customer in [new, suspended.clone(), suspended.switch(false, moment(10)).unwrap().delete(moment(11))] {
        let mut unit = database.store.begin().await.unwrap();
        unit.update_customer(&customer, Some(&[7; 32])).await.unwrap();
        unit.save().await.unwrap();
        let mut reading = database.store.read().await.unwrap();
        assert_eq!(reading.rows().customer(organisation, customer.id).await.unwrap(), Some(customer));
    }
}

#[tokio::test]
async fn a_reference_is_one_customers_in_one_organisation_until_it_is_deleted() {
    let database = Database::open().await;
    let one = with_organisation(&database.store, 1).await;
    let other = with_organisation(&database.store, 2).await;
    let with_reference = |organisation, number| {
        let text =
            serde_json::json!({ "individual": { "first_name": "Elin", "last_name": "Berg" }, "reference": "C-1" });
        customer(organisation, number, &text)
    };
    let first = with_reference(one, 1);
    insert_customers(&database.store, &[first.clone(), with_reference(other, 2)]).await;
    let mut unit = database.store.begin().await.unwrap();
    let second = with_reference(one, 3);
    let taken = unit.insert_customer(&second, None).await.unwrap_err();
    assert!(matches!(&taken, Error::Taken(_)) && taken.is_taken("reference"), "{taken}");
    drop(unit);
    let mut unit = database.store.begin().await.unwrap();
    unit.update_customer(&first.delete(moment(5)), None).await.unwrap();
    unit.insert_customer(&second, None).await.unwrap();
    unit.save().await.unwrap();
}
