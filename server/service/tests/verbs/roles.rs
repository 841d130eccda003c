//! Each role does what it may, and sees what it may.

use domain::{customer::Subject, money::Currency};
use service::{CustomerFilter, CustomerSort, DepositFilter, PageRequest, Role, TransactionFilter, WalletFilter};

use crate::world::{World, code, money_for};

const PAGE: PageRequest = PageRequest { limit: 25, after: None };

#[tokio::test]
async fn only_an_admin_edits_and_whoever_looks_makes_no_keys() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    for (role, may_edit, may_manage_keys) in
        [(Role::Admin, true, true), (Role::Developer, false, true), (Role::ReadOnly, false, false)]
    {
        let somebody = merchant.somebody(role);
        assert_eq!(world.purser.editor(&somebody).is_ok(), may_edit, "{role:?}");
        assert_eq!(world.purser.key_manager(&somebody).is_ok(), may_manage_keys, "{role:?}");
    }
    let refused = world.purser.editor(&merchant.somebody(Role::ReadOnly)).map(drop);
    assert_eq!((code(refused)), "role");
}

#[tokio::test]
async fn a_developer_sees_customers_masked_and_their_flags_as_they_are() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let wallet = merchant.issues(customer.id, Currency::AUD).await;
    let deposit = money_for(merchant.target(&wallet).await, 100, Currency::AUD, "ref");
    let deposit = merchant.editor().simulate_deposit(&deposit).await.unwrap();
    let developer = world.purser.reader(&merchant.somebody(Role::Developer));

    let masked = developer.customer(customer.id).await.unwrap();
    assert_eq!(masked.status(), customer.status());
    assert!(masked.is_wallet_ready() && masked.missing().is_empty() && masked.why_not_wallet_ready().is_empty());
    let Subject::Individual(person) = &masked.details.subject else { panic!("became a company") };
    assert_eq!(person.date_of_birth, None);
    let told = [
        format!("{:?}", masked.details),
        format!("{:?}", developer.customers(&CustomerFilter::default(), CustomerSort::Newest, &PAGE).await.unwrap()),
        format!("{:?}", developer.wallets(&WalletFilter::default(), &PAGE).await.unwrap()),
        format!("{:?}", developer.wallet(wallet.id).await.unwrap()),
        format!("{:?}", developer.virtual_accounts(wallet.id).await.unwrap()),
        format!("{:?}", developer.virtual_account(deposit.virtual_account_id.unwrap()).await.unwrap()),
        format!("{:?}", developer.transactions(&TransactionFilter::default(), &PAGE).await.unwrap()),
        format!("{:?}", developer.deposits(&DepositFilter::default(), &PAGE).await.unwrap()),
        format!("{:?}", developer.deposit(deposit.id).await.unwrap()),
        format!("{:?}", developer.audit_trail(None, &PAGE).await.unwrap()),
        format!("{:?}", developer.review(customer.id).await.unwrap()),
        format!("{:?}", developer.document(customer.details.documents.id_proof.unwrap()).await.unwrap()),
    ];
    for text in told {
        for secret in
            ["Elin", "Nordquist", "Okonjo", "PA1\"", "1990", "2031-01-31", "Harbour", "12345678", "passport.png"]
        {
            assert!(!text.contains(secret), "{secret} is told: {text}");
        }
    }
    let paper = customer.details.documents.id_proof.unwrap();
    assert_eq!(code(developer.document_content(paper).await), "role");
    assert_eq!(merchant.reader().document_view_count(paper).await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_only_reads_sees_customers_in_full_and_changes_nothing() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let customer = merchant.approved("PA1").await;
    let reader = world.purser.reader(&merchant.somebody(Role::ReadOnly));
    assert_eq!(reader.customer(customer.id).await.unwrap(), customer);
    reader.document_content(customer.details.documents.id_proof.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_program_has_no_preferences_and_a_person_has_their_own() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    assert_eq!(merchant.reader().preference("columns").await.unwrap(), None);
    assert_eq!(code(merchant.reader().set_preference("columns", "a").await), "role");
    assert_eq!(code(merchant.reader().save_form_draft("{}".into(), vec![]).await), "role");
    let opened = &merchant.opened;
    let signed_in = world.purser.sign_in(&opened.email, &opened.password, "192.0.2.1", None).await.unwrap();
    let session = world.purser.session(&signed_in.token).await.unwrap().unwrap();
    let person = world.purser.reader(&session.authority);
    person.set_preference("columns", "name,status").await.unwrap();
    assert_eq!(person.preference("columns").await.unwrap().as_deref(), Some("name,status"));
    assert!(person.set_preference("columns", &"x".repeat(2001)).await.is_err());
    let draft = person.save_form_draft("{\"a\":1}".into(), vec![]).await.unwrap();
    assert_eq!(person.form_draft(draft).await.unwrap().unwrap().body, "{\"a\":1}");
}
