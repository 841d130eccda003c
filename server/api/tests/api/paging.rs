//! Lists are walked page by page, whatever comes in meanwhile.

use serde_json::{Value, json};

use crate::stage::{Merchant, Stage};

#[tokio::test]
async fn sixty_customers_are_seen_once_each_while_others_come() {
    for sort in ["-created_at", "created_at", "name", "-name"] {
        let stage = Stage::new().await;
        let merchant = stage.merchant("harbour").await;
        let mut first = Vec::new();
        for i in 0..60 {
            first.push(creates(&merchant, &format!("Company {:02}", (i * 7) % 60)).await);
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = merchant.get(&format!("/customers?sort={sort}&limit=17{cursor}")).await.body;
            seen.extend(page["data"].as_array().unwrap().iter().map(id));
            creates(&merchant, &format!("Company {:02} too", seen.len())).await;
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            assert!(seen.len() < 200, "the list has an end");
        }
        assert!(first.iter().all(|id| seen.iter().filter(|one| *one == id).count() == 1), "{sort}");
        let mut distinct = seen.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), seen.len(), "{sort}: nothing twice");
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let stage = Stage::new().await;
    let merchant = stage.merchant("harbour").await;
    for i in 0..3 {
        creates(&merchant, &format!("Company {i}")).await;
    }
    let page = merchant.get("/customers?limit=2&type=company").await.body;
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = merchant.get(&format!("/customers?type=company&cursor={cursor}&limit=200")).await.body;
    assert_eq!((rest["data"].as_array().unwrap().len(), rest["next_cursor"].is_null()), (1, true));
    for path in [
        format!("/customers?cursor={cursor}"),
        format!("/customers?type=individual&cursor={cursor}"),
        format!("/customers?type=company&sort=name&cursor={cursor}"),
        format!("/wallets?type=company&cursor={cursor}"),
        format!("/customers?type=company&cursor={cursor}A"),
    ] {
        let answer = merchant.get(&path).await;
        assert!(answer.is_problem(422, "invalid").errors().contains(&("cursor", "invalid")), "{path}");
    }
}

async fn creates(merchant: &Merchant, name: &str) -> String {
    merchant.creates(&json!({ "company": { "name": name } })).await
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}
