//! The search: finds parts of words however they are written, and takes whatever is typed.

use domain::id::OrganisationId;
use storage::{CustomerFilter, CustomerSort, PageRequest, Store};

use crate::{
    engine::Database,
    fixtures::{customer, id, insert_customers, moment, person, with_organisation},
};

async fn found(store: &Store, organisation: OrganisationId, q: &str) -> Vec<String> {
    let filter = CustomerFilter { q: Some(q.into()), ..Default::default() };
    let request = PageRequest { limit: 100, after: None };
    let mut reading = store.read().await.unwrap();
    let page = reading.rows().customers(organisation, &filter, CustomerSort::Newest, &request).await;
    let page = page.unwrap_or_else(|error| panic!("{q:?}: {error}"));
    let mut names: Vec<String> = page.rows.into_iter().map(|row| row.name).collect();
    names.sort();
    names
}

async fn with_people(store: &Store) -> OrganisationId {
    let organisation = with_organisation(store, 1).await;
    let detailed = serde_json::json!({
        "individual": { "first_name": "Tobias", "last_name": "Okonjo" },
        "reference": "CUST-0042/b",
        "email": "tobias.okonjo@mail.example",
    });
    insert_customers(
        store,
        &[
            person(organisation, 1, "José", "Álvarez Müller"),
            person(organisation, 2, "Elin", "Nordquist"),
            customer(organisation, 3, &detailed),
            person(organisation, 4, "王", "小明"),
            person(organisation, 5, "Seán", "O'Brien-Smith"),
            customer(
                organisation,
                6,
                &serde_json::json!({ "company": { "name": "Łódź Ｔrading 100% \"NEAR\" AND_OR" } }),
            ),
        ],
    )
    .await;
    let stranger = with_organisation(store, 2).await;
    insert_customers(store, &[person(stranger, 7, "José", "Nordquist")]).await;
    organisation
}

#[tokio::test]
async fn customers_are_found_by_parts_of_what_one_knows_of_them() {
    let database = Database::open().await;
    let organisation = with_people(&database.store).await;
    let (jose, elin, tobias) = ("José Álvarez Müller", "Elin Nordquist", "Tobias Okonjo");
    let (wang, sean, lodz) = ("王 小明", "Seán O'Brien-Smith", "Łódź Ｔrading 100% \"NEAR\" AND_OR");
    let tobias_id = id(domain::id::CustomerId::new, 3, 3).to_string();
    for (q, expected) in [
        ("jose", vec![jose]),
        ("JOSÉ ÁLV", vec![jose]),
        ("muller", vec![jose]),
        ("lvare", vec![jose]),
        ("alvarez jose", vec![jose]),
        ("  nordquist  ", vec![elin]),
        ("quist elin", vec![elin]),
        ("0042", vec![tobias]),
        ("cust-0042/B", vec![tobias]),
        ("okonjo@mail.example", vec![tobias]),
        (tobias_id.as_str(), vec![tobias]),
        (&tobias_id["customer_".len()..], vec![tobias]),
        (&tobias_id[tobias_id.len() - 6..], vec![tobias]),
        ("小明", vec![wang]),
        ("明", vec![wang]),
        ("王", vec![wang]),
        ("王 小", vec![wang]),
        ("o'brien", vec![sean]),
        ("brien-smith", vec![sean]),
        ("sea", vec![sean]),
        ("se", vec![sean]),
        ("s", vec![sean]),
        ("br", vec![sean]),
        ("sm", vec![sean]),
        ("ri", vec![]),
        ("ok", vec![tobias]),
        ("e", vec![elin, tobias]),
        ("e\u{301}\u{301}\u{301}", vec![elin, tobias]),
        ("trading", vec![lodz]),
        ("100%", vec![lodz]),
        ("\"near\"", vec![lodz]),
        ("and_or", vec![lodz]),
        ("nobody", vec![]),
        ("nordquist 9", vec![]),
    ] {
        assert_eq!(found(&database.store, organisation, q).await, expected, "{q:?}");
    }
    for blank in ["", "   ", "\u{0}", "\u{1b}\n"] {
        assert_eq!(found(&database.store, organisation, blank).await.len(), 6, "{blank:?} is no search");
    }
}

#[tokio::test]
async fn whatever_is_typed_is_answered() {
    let database = Database::open().await;
    let organisation = with_people(&database.store).await;
    for q in [
        "\" OR NEAR( * -",
        "\"",
        "\"\"\"",
        "nord* OR elin",
        "NEAR(elin nordquist)",
        "search_text:elin",
        "^elin",
        "elin AND NOT nordquist",
        "-elin",
        "{search_text} : elin",
        "(((((((",
        "')); DROP TABLE customers; --",
        "%%%",
        "___",
        "eli\u{0}n nordquist",
        "abc\u{0}def\"",
        "\u{1b}[31mred",
        "\u{202e}nile",
        "🙂🙂🙂🙂",
        "\u{10ffff}",
    ] {
        let names = found(&database.store, organisation, q).await;
        assert!(names.len() <= 1, "{q:?} finds {names:?}");
    }
    for length in [1_000, 100_000] {
        assert!(found(&database.store, organisation, &"elin ".repeat(length / 5)).await.len() <= 1);
        assert!(found(&database.store, organisation, &"x".repeat(length)).await.is_empty());
    }
}

#[tokio::test]
async fn a_changed_name_is_found_by_the_new_one_and_a_deleted_customer_by_none() {
    let database = Database::open().await;
    let organisation = with_people(&database.store).await;
    let renamed = person(organisation, 2, "Elin", "Lindgren");
    let mut unit = database.store.begin().await.unwrap();
    unit.update_customer(&renamed, None).await.unwrap();
    let mut brien = person(organisation, 5, "Seán", "O'Brien-Smith");
    brien = brien.delete(moment(100));
    unit.update_customer(&brien, None).await.unwrap();
    unit.save().await.unwrap();
    assert!(found(&database.store, organisation, "nordquist").await.is_empty());
    assert_eq!(found(&database.store, organisation, "lindgren").await, ["Elin Lindgren"]);
    assert!(found(&database.store, organisation, "o'brien").await.is_empty());
    assert!(found(&database.store, organisation, "se").await.is_empty());
}
