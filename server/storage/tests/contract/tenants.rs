//! A row of one organisation is neither found nor changed on behalf of another.

use domain::{
    customer::Transition,
    id::{AccountId, DraftId, OrganisationId},
    ledger::AccountKind,
    money::Currency,
    permission::Actor,
    review::Verdict,
    standing::Status,
    transfer::TransferStatus,
    wallet::WalletKind,
};
use storage::{
    AuditEntry, CustomerCounts, CustomerFilter, CustomerSort, DepositFilter, FormDraft, OpenNotice, PageRequest, Rows,
    TransactionFilter, TransferFilter, UnitOfWork, WalletFilter,
};

use crate::{
    engine::Database,
    fixtures::{
        api_key, complete, deposit, document, id, job, login, moment, session, transaction, transfer, transfer_order,
        virtual_account, wallet, with_account, with_organisation,
    },
};

const PAGE: PageRequest = PageRequest { limit: 50, after: None };

/// One of everything, in one organisation.
async fn fill(unit: &mut UnitOfWork, organisation: OrganisationId) {
    let customer = complete(organisation, 1);
    unit.insert_customer(&customer, Some(&[7; 32])).await.unwrap();
    let created = Transition { from: None, to: Status::PendingInfo, cause: "created" };
    unit.record_transition(&customer, &created, &Actor::System).await.unwrap();
    unit.insert_review(organisation, customer.id, 1, &Verdict::Pass, &[], moment(0)).await.unwrap();
    unit.insert_document(&document(organisation, 1)).await.unwrap();
    unit.record_document_view(organisation, document(organisation, 1).id, &Actor::System, moment(0)).await.unwrap();
    unit.insert_user(&login(organisation, 1), "elin@northwind.example", moment(0)).await.unwrap();
    unit.insert_session(&session(organisation, 1), &[1; 32]).await.unwrap();
    unit.insert_api_key(&api_key(organisation, 1), &[2; 32]).await.unwrap();
    unit.set_preference(organisation, login(organisation, 1).user_id, "columns", "a").await.unwrap();
    let draft = FormDraft { body: "{}".into(), errors: Vec::new() };
    unit.insert_form_draft(organisation, login(organisation, 1).user_id, id(DraftId::new, 1, 0), &draft, moment(0))
        .await
        .unwrap();
    unit.claim_idempotency_key(organisation, "key", &[1; 32], "x", moment(0), moment(-1)).await.unwrap();
    let bank = with_account(unit, organisation, 1, AccountKind::Bank).await;
    let wallet = wallet(organisation, 1, customer.id);
    let account = AccountId::from_uuid(wallet.id.uuid());
    unit.insert_account(organisation, account, AccountKind::CustomerWallet, Currency::AUD, moment(0)).await.unwrap();
    unit.insert_wallet(&wallet).await.unwrap();
    assert!(unit.insert_virtual_account(&virtual_account(&wallet, 1)).await.unwrap());
    transfer(unit, organisation, 1, bank, account, 100).await.unwrap();
    unit.insert_transaction(&transaction(&wallet, 1, 100)).await.unwrap();
    let other = crate::fixtures::wallet(organisation, 2, customer.id);
    let other = domain::wallet::Wallet { customer_id: None, kind: WalletKind::Fees, ..other };
    let fees = AccountId::from_uuid(other.id.uuid());
    unit.insert_account(organisation, fees, AccountKind::FeesWallet, Currency::AUD, moment(0)).await.unwrap();
    unit.insert_wallet(&other).await.unwrap();
    unit.insert_transfer(&transfer_order(&wallet, 1)).await.unwrap();
    unit.reserve(organisation, wallet.id, transfer_order(&wallet, 1).amount).await.unwrap();
    let notice = OpenNotice { organisation_id: organisation, id: deposit(organisation, 1).id, body: "{}".into() };
    unit.receive_notice(&notice, "npp", "ref", moment(0)).await.unwrap();
    let mut deposit = deposit(organisation, 1);
    deposit.customer_id = Some(customer.id);
    unit.insert_deposit(&deposit).await.unwrap();
    unit.enqueue(&job(organisation, 1), moment(0)).await.unwrap();
    unit.audit(&AuditEntry {
        organisation_id: organisation,
        actor: Actor::System,
        action: "customer.create",
        object_id: customer.id.to_string(),
        before: None,
        after: None,
        at: moment(0),
    })
    .await
    .unwrap();
    unit.publish(
        &storage::Event {
            id: id(domain::id::EventId::new, 1, 0),
            organisation_id: organisation,
            kind: "customer.created",
            object_id: customer.id.to_string(),
            payload: "{}".into(),
        },
        moment(0),
    )
    .await
    .unwrap();
}

/// Whether each question finds something when it is asked on behalf of `asker`.
async fn answers(rows: &mut Rows<'_>, asker: OrganisationId) -> Vec<(&'static str, bool)> {
    let owner = crate::fixtures::organisation_id(1);
    let customer = complete(owner, 1);
    let wallet = wallet(owner, 1, customer.id);
    let account = virtual_account(&wallet, 1);
    let user = login(owner, 1).user_id;
    let text = customer.id.to_string();
    let search = CustomerFilter { q: Some("nordquist".into()), ..Default::default() };
    let initial = CustomerFilter { q: Some("el".into()), ..Default::default() };
    let movements = TransactionFilter { q: Some("okonjo".into()), ..Default::default() };
    let of_customer = TransactionFilter { customer_id: Some(customer.id), ..Default::default() };
    let wallets = WalletFilter { customer_id: Some(customer.id), ..Default::default() };
    let deposits = DepositFilter { customer_id: Some(customer.id), ..Default::default() };
    let everyone = CustomerFilter::default();
    vec![
        ("customer", rows.customer(asker, customer.id).await.unwrap().is_some()),
        ("customer_name", rows.customer_name(asker, customer.id).await.unwrap().is_some()),
        ("identification", {
            let other = complete(owner, 99).id;
            !rows.customers_with_identification(asker, &[7; 32], other).await.unwrap().is_empty()
        }),
        ("customer_counts", rows.customer_counts(asker).await.unwrap() != CustomerCounts::default()),
        ("customers", !rows.customers(asker, &everyone, CustomerSort::Newest, &PAGE).await.unwrap().rows.is_empty()),
        (
            "customers by name",
            !rows.customers(asker, &everyone, CustomerSort::Name, &PAGE).await.unwrap().rows.is_empty(),
        ),
        (
            "customers search",
            !rows.customers(asker, &search, CustomerSort::Newest, &PAGE).await.unwrap().rows.is_empty(),
        ),
        (
            "customers initial",
            !rows.customers(asker, &initial, CustomerSort::Newest, &PAGE).await.unwrap().rows.is_empty(),
        ),
        ("last_review", rows.last_review(asker, customer.id).await.unwrap().is_some()),
        ("transitions", !rows.transitions(asker, customer.id).await.unwrap().is_empty()),
        ("document", rows.document(asker, document(owner, 1).id).await.unwrap().is_some()),
        ("document_view_count", rows.document_view_count(asker, document(owner, 1).id).await.unwrap() > 0),
        ("api_keys", !rows.api_keys(asker).await.unwrap().is_empty()),
        ("preference", rows.preference(asker, user, "columns").await.unwrap().is_some()),
        ("form_draft", rows.form_draft(asker, user, id(DraftId::new, 1, 0)).await.unwrap().is_some()),
        ("idempotent_answer", rows.idempotent_answer(asker, "key", moment(-1)).await.unwrap().is_some()),
        ("postings", !rows.postings(asker, id(domain::id::EntryId::new, 1, 0)).await.unwrap().is_empty()),
        ("wallet", rows.wallet(asker, wallet.id).await.unwrap().is_some()),
        ("wallets", !rows.wallets(asker, &WalletFilter::default(), &PAGE).await.unwrap().rows.is_empty()),
        ("wallets of customer", !rows.wallets(asker, &wallets, &PAGE).await.unwrap().rows.is_empty()),
        ("has_money", rows.has_money(asker, customer.id).await.unwrap()),
        ("virtual_accounts", !rows.virtual_accounts(asker, wallet.id).await.unwrap().is_empty()),
        ("account_owner", rows.account_owner(asker, account.id).await.unwrap().is_some()),
        ("account_owner_by_number", {
            rows.account_owner_by_number(Some(asker), &account.number.canonical()).await.unwrap().is_some()
        }),
        ("daily_deposits", !rows.daily_deposits(asker, moment(-1)).await.unwrap().is_empty()),
        ("balances_by_currency", !rows.balances_by_currency(asker).await.unwrap().is_empty()),
        ("transaction", rows.transaction(asker, transaction(&wallet, 1, 100).id).await.unwrap().is_some()),
        ("transactions", {
            !rows.transactions(asker, &TransactionFilter::default(), &PAGE).await.unwrap().rows.is_empty()
        }),
        ("transactions search", !rows.transactions(asker, &movements, &PAGE).await.unwrap().rows.is_empty()),
        ("transactions of customer", !rows.transactions(asker, &of_customer, &PAGE).await.unwrap().rows.is_empty()),
        ("newest_transaction", rows.newest_transaction(asker, None).await.unwrap().is_some()),
        ("newest on wallet", rows.newest_transaction(asker, Some(wallet.id)).await.unwrap().is_some()),
        ("deposit", rows.deposit(asker, deposit(owner, 1).id).await.unwrap().is_some()),
        ("deposits", !rows.deposits(asker, &DepositFilter::default(), &PAGE).await.unwrap().rows.is_empty()),
        ("deposits of customer", !rows.deposits(asker, &deposits, &PAGE).await.unwrap().rows.is_empty()),
        ("deposit_count", rows.deposit_count(asker, domain::deposit::DepositStatus::Held, 9).await.unwrap() > 0),
        ("audit_trail", !rows.audit_trail(asker, None, &PAGE).await.unwrap().rows.is_empty()),
        ("audit_trail of object", !rows.audit_trail(asker, Some(&text), &PAGE).await.unwrap().rows.is_empty()),
        ("event_types", !rows.event_types(asker, &text).await.unwrap().is_empty()),
        ("transfer_order", rows.transfer(asker, transfer_order(&wallet, 1).id).await.unwrap().is_some()),
        ("transfers", !rows.transfers(asker, &TransferFilter::default(), &PAGE).await.unwrap().rows.is_empty()),
        ("own_wallet", rows.own_wallet(asker, WalletKind::Payin, Currency::AUD).await.unwrap().is_some()),
    ]
}

#[tokio::test]
async fn another_organisation_finds_nothing_whatever_it_asks() {
    let database = Database::open().await;
    let owner = with_organisation(&database.store, 1).await;
    let stranger = with_organisation(&database.store, 2).await;
    let mut unit = database.store.begin().await.unwrap();
    fill(&mut unit, owner).await;
    unit.save().await.unwrap();
    let mut reading = database.store.read().await.unwrap();
    for (question, is_found) in answers(&mut reading.rows(), owner).await {
        // No Payin wallet was made above: the question is there to be asked on behalf of the stranger.
        assert!(is_found || question == "own_wallet", "the owner does not find {question}");
    }
    for (question, is_found) in answers(&mut reading.rows(), stranger).await {
        assert!(!is_found, "a stranger finds {question}");
    }
}

#[tokio::test]
async fn another_organisation_changes_nothing_whatever_it_tries() {
    let database = Database::open().await;
    let owner = with_organisation(&database.store, 1).await;
    let stranger = with_organisation(&database.store, 2).await;
    let mut unit = database.store.begin().await.unwrap();
    fill(&mut unit, owner).await;
    unit.save().await.unwrap();
    let mut unit = database.store.begin().await.unwrap();
    let user = login(owner, 1).user_id;
    let customer = complete(owner, 1);
    let foreign = domain::customer::Customer { organisation_id: stranger, ..customer.clone().delete(moment(5)) };
    unit.update_customer(&foreign, None).await.unwrap();
    assert_eq!(unit.delete_sessions_of(stranger, user).await.unwrap(), 0);
    assert!(!unit.revoke_api_key(stranger, api_key(owner, 1).id, moment(5)).await.unwrap());
    unit.touch_api_key(stranger, api_key(owner, 1).id, moment(5)).await.unwrap();
    unit.touch_session(stranger, session(owner, 1).id, moment(5)).await.unwrap();
    let notice = OpenNotice { organisation_id: stranger, id: deposit(owner, 1).id, body: "{}".into() };
    assert!(!unit.work_notice(&notice, moment(5)).await.unwrap());
    let order = transfer_order(&wallet(owner, 1, customer.id), 1);
    unit.settle_transfer(stranger, order.id, TransferStatus::Released, moment(5)).await.unwrap();
    assert!(unit.reserve(stranger, order.from_wallet_id, order.amount).await.is_err());
    assert_eq!(unit.rows().transfer(owner, order.id).await.unwrap(), Some(order));
    unit.finish_job(&job(stranger, 1), moment(5)).await.unwrap();
    unit.postpone_job(&job(stranger, 1), "x", None, moment(5)).await.unwrap();
    unit.finish_idempotent(stranger, "key", 500, "x").await.unwrap();
    assert_eq!(unit.rows().customer(owner, customer.id).await.unwrap(), Some(customer.clone()));
    assert_eq!(unit.rows().session(&[1; 32]).await.unwrap().unwrap().seen_at, moment(0));
    assert_eq!(unit.rows().api_key(&[2; 32]).await.unwrap().unwrap().used_at, None);
    assert!(unit.rows().is_job_due(moment(5)).await.unwrap());
    assert_eq!(unit.rows().job_counts().await.unwrap(), (1, 0));
    assert_eq!(unit.rows().open_notices(moment(5), 5).await.unwrap().len(), 1);
    assert_eq!(unit.rows().idempotent_answer(owner, "key", moment(-1)).await.unwrap().unwrap().answer, None);
}

#[tokio::test]
async fn rows_of_two_organisations_do_not_refer_to_each_other() {
    let database = Database::open().await;
    let owner = with_organisation(&database.store, 1).await;
    let stranger = with_organisation(&database.store, 2).await;
    let mut unit = database.store.begin().await.unwrap();
    fill(&mut unit, owner).await;
    unit.save().await.unwrap();
    let customer = complete(owner, 1);
    let foreign = domain::customer::Customer { organisation_id: stranger, ..customer.clone() };
    let step = Transition { from: None, to: Status::PendingInfo, cause: "created" };
    let begin = || async { database.store.begin().await.unwrap() };
    let dangling = |result: Result<(), storage::Error>, what: &str| {
        assert!(matches!(result, Err(storage::Error::Dangling)), "{what}: {result:?}");
    };
    dangling(begin().await.record_transition(&foreign, &step, &Actor::System).await, "a transition");
    let review = begin().await.insert_review(stranger, customer.id, 1, &Verdict::Pass, &[], moment(0)).await;
    dangling(review.map(drop), "a review");
    let view = begin().await.record_document_view(stranger, document(owner, 1).id, &Actor::System, moment(0)).await;
    dangling(view, "a view");
    dangling(begin().await.set_preference(stranger, login(owner, 1).user_id, "columns", "b").await, "a choice");
    dangling(begin().await.insert_session(&session(stranger, 1), &[9; 32]).await, "a session");
    let stolen = wallet(stranger, 8, customer.id);
    let account = AccountId::from_uuid(stolen.id.uuid());
    let mut unit = begin().await;
    unit.insert_account(stranger, account, AccountKind::CustomerWallet, Currency::AUD, moment(0)).await.unwrap();
    dangling(unit.insert_wallet(&stolen).await, "a wallet");
}
