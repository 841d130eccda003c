//! Takes the steps in both, and compares.

use std::{future::poll_fn, task::Poll};

use chrono::TimeDelta;
use domain::{
    account_number::AccountFields,
    deposit::DepositStatus,
    fee::Fee,
    id::{CustomerId, DepositId, HOUSE, ReversalId, TransferId, WalletId},
    money::{Currency, Money},
    settlement::Settlement,
    wallet::SenderParty,
};
use service::{
    Actor, AlsoKnown, Authority, BankNotice, DepositTarget, Editor, Error, FeeFilter, Idempotency, NewTransfer,
    OpenDeposits, PageRequest, Reader, ReversalTold, Role, SandboxDeposit, SettlementFilter, WalletFilter,
};

use crate::{
    agreed::agree,
    expected::{CUSTOMERS, OWN, any_or_nobody, expected, own, pick, told_minor},
    model::{Account, Answer, Books, Model},
    step::Step,
    world::{Merchant, World, money_for},
};

const AUD: Currency = Currency::AUD;
const PAGE: PageRequest = PageRequest { limit: 200, after: None };
/// The whole ledger is proved once in so many steps, and at the end.
const PROOF_EVERY: usize = 20;
/// Long enough that a business day ends in between, whatever holidays there are.
const SETTLED_EVERY: TimeDelta = TimeDelta::days(6);

/// What the model knows by number, by its ids.
pub struct Stage {
    pub world: World,
    pub merchants: Vec<Merchant>,
    pub wallets: Vec<(WalletId, Option<CustomerId>, String)>,
}

/// Plays a history. Tells what differed.
pub async fn history(steps: &[Step]) -> Result<(), String> {
    let (stage, mut model) = Box::pin(set()).await;
    for (number, step) in steps.iter().enumerate() {
        Box::pin(stage.take(&mut model, step, number))
            .await
            .map_err(|why| format!("step {number}, {step:?}: {why}"))?;
        stage.compare(&model).await.map_err(|why| format!("after step {number}, {step:?}: {why}"))?;
        if number.is_multiple_of(PROOF_EVERY) || number + 1 == steps.len() {
            stage.prove(&model).await.map_err(|why| format!("after step {number}, {step:?}: {why}"))?;
        }
    }
    Ok(())
}

/// Two merchants with two customers each, and a wallet in AUD for each of these four, and two of their own for both
/// merchants.
async fn set() -> (Stage, Model) {
    let world = World::open().await;
    let (mut merchants, mut wallets, mut model) = (Vec::new(), Vec::new(), Model::default());
    for (merchant, name) in ["northwind", "southwind"].into_iter().enumerate() {
        let account = Account { merchant, is_enabled: true, balance: 0, reserved: 0 };
        let one = world.merchant(name).await;
        for customer in 0..CUSTOMERS {
            let customer = one.approved(&format!("PA{customer}")).await;
            let wallet = one.issues(customer.id, AUD).await;
            let number = one.reader().virtual_accounts(wallet.id).await.unwrap()[0].number.canonical();
            wallets.push((wallet.id, Some(customer.id), number));
            model.accounts.push(account.clone());
        }
        for kind in OWN {
            let own = WalletFilter { kind: Some(kind), currency: Some(AUD), ..WalletFilter::default() };
            let own = one.reader().wallets(&own, &PAGE).await.unwrap().rows.remove(0).wallet;
            wallets.push((own.id, None, String::new()));
            model.accounts.push(account.clone());
        }
        merchants.push(one);
    }
    agree(&world, &merchants).await;
    (Stage { world, merchants, wallets }, model)
}

fn money(minor: i64) -> Money {
    Money::new(minor, AUD)
}

fn sender(has_sender: bool) -> SenderParty {
    if has_sender { money_for(nobodys(), 1, AUD, "").sender } else { SenderParty::default() }
}

fn nobodys() -> DepositTarget {
    let (bsb, account_number) = (Some("062-000".into()), Some("999999999".into()));
    DepositTarget::Numbers(AccountFields { bsb, account_number, ..Default::default() })
}

fn answer<T>(result: Result<T, Error>) -> Answer {
    match result {
        Ok(_) => Ok(()),
        Err(error @ (Error::Internal(_) | Error::Unavailable(_) | Error::Unsettled(_) | Error::Contended(_))) => {
            eprintln!("{error:?}");
            Err(error.code())
        }
        Err(error) => Err(error.code()),
    }
}

impl Stage {
    /// Accounts that have a number, as the model numbers them.
    pub fn numbered(&self) -> Vec<usize> {
        (0..self.wallets.len()).filter(|wallet| self.wallets[*wallet].1.is_some()).collect()
    }

    fn reader(&self, books: Books) -> Reader {
        if let Some(merchant) = books {
            return self.merchants[merchant].reader();
        }
        let house = Authority { organisation_id: HOUSE, actor: Actor::System, role: Role::Admin };
        self.world.purser.reader(&house)
    }

    async fn take(&self, model: &mut Model, step: &Step, number: usize) -> Result<(), String> {
        let passes = match step {
            Step::Later(seconds) => TimeDelta::seconds(i64::from(*seconds)),
            Step::Settle => SETTLED_EVERY,
            _ => TimeDelta::zero(),
        };
        self.world.later(passes);
        model.now += passes.num_seconds();
        match step {
            Step::Crash { turns, step } => {
                let mut first = Box::pin(self.does(model, step, number));
                for _ in 0..*turns {
                    if poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_ready())).await {
                        break;
                    }
                    tokio::time::sleep(std::time::Duration::from_micros(200)).await;
                }
                drop(first);
                // What the crash left in the inbox is worked, and whoever was cut off asks again.
                self.sweep().await?;
                let told = self.does(model, step, number).await;
                // What was being saved at the crash may have been saved after the first look.
                self.sweep().await?;
                let once = expected(model, self, step, number);
                let again = expected(model, self, step, number);
                if told == once || told == again {
                    Ok(())
                } else {
                    Err(format!("answered {told:?}, not {once:?} or {again:?}"))
                }
            }
            Step::Twice(step) => {
                let (one, other) = tokio::join!(self.does(model, step, number), self.does(model, step, number));
                let mut told = [one, other];
                let mut wanted = [expected(model, self, step, number), expected(model, self, step, number)];
                told.sort_unstable();
                wanted.sort_unstable();
                if told == wanted { Ok(()) } else { Err(format!("answered {told:?}, not {wanted:?}")) }
            }
            step => {
                let told = self.does(model, step, number).await;
                let wanted = expected(model, self, step, number);
                if told == wanted { Ok(()) } else { Err(format!("answered {told:?}, not {wanted:?}")) }
            }
        }
    }

    /// Does it for real. The model only says what there is to choose from.
    #[expect(clippy::too_many_lines, reason = "every step, side by side")]
    async fn does(&self, model: &Model, step: &Step, number: usize) -> Answer {
        let purser = &self.world.purser;
        let operator = purser.operator(Actor::System);
        match step {
            Step::Pay { merchant, account, minor, has_sender, reference } => {
                let merchant = usize::from(*merchant) % self.merchants.len();
                let to = match own(merchant, *account) {
                    Some(account) => {
                        let accounts =
                            self.merchants[merchant].reader().virtual_accounts(self.wallets[account].0).await;
                        DepositTarget::VirtualAccount(accounts.unwrap()[0].id)
                    }
                    None => nobodys(),
                };
                let told = SandboxDeposit {
                    sender: sender(*has_sender),
                    ..money_for(to, *minor, AUD, &reference_text(*reference))
                };
                answer(self.merchants[merchant].editor().simulate_deposit(&told).await)
            }
            Step::Import { account, minor, has_sender, reference } => {
                let account = any_or_nobody(self, *account);
                let number =
                    account.map_or_else(|| "au:062000:999999999".to_owned(), |account| self.wallets[account].2.clone());
                let notice = BankNotice {
                    bank_reference: reference_text(*reference),
                    also: AlsoKnown::default(),
                    account_text: number.clone(),
                    accounts: vec![number],
                    amount: money(told_minor(*minor, *reference)),
                    sender: sender(*has_sender),
                    reference: None,
                    received_at: None,
                };
                answer(purser.import(&[notice]).await)
            }
            Step::Sweep => answer(purser.sweep_returns().await).and(answer(purser.sweep_fees().await)),
            Step::Waive { fee } => {
                let Some(fee) = pick(*fee, model.fees.len()) else { return Ok(()) };
                let fee = self.fee(model, fee).await;
                answer(operator.waive_fee(fee.id, "a favour", "one").await)
            }
            Step::Match { deposit, account } => {
                let Some(deposit) = self.deposit(model, *deposit).await else { return Ok(()) };
                let account = self.numbered()[usize::from(*account) % self.numbered().len()];
                let (_, _, number) = &self.wallets[account];
                let number = number.trim_start_matches("au:").replacen(':', " ", 1);
                answer(operator.match_deposit(deposit, &number).await)
            }
            Step::Return { deposit, has_receiver } => {
                let Some(deposit) = self.deposit(model, *deposit).await else { return Ok(()) };
                let receiver = has_receiver.then(|| sender(true));
                answer(operator.return_deposit(deposit, receiver.as_ref()).await)
            }
            Step::Confirm { deposit } => {
                let Some(deposit) = self.deposit(model, *deposit).await else { return Ok(()) };
                answer(operator.confirm_return(deposit, "paid").await)
            }
            Step::Fail { deposit } => {
                let Some(deposit) = self.deposit(model, *deposit).await else { return Ok(()) };
                answer(operator.fail_return(deposit, "closed").await)
            }
            Step::Reverse { deposit, is_more, reference } => {
                let Some(deposit) = pick(*deposit, model.deposits.len()) else { return Ok(()) };
                let deposit = &model.deposits[deposit];
                let told = ReversalTold {
                    inbox: deposit.inbox.map_or(HOUSE, |merchant| self.merchants[merchant].id()),
                    rail: rail(deposit.inbox).to_owned(),
                    bank_reference: format!("reversal {reference}"),
                    original_reference: deposit.bank_reference(),
                    amount: money(deposit.minor + i64::from(*is_more)),
                    reason: None,
                };
                answer(purser.receive_reversal(&told).await)
            }
            Step::Apply { reversal, deposit } => {
                let (Some(reversal), Some(deposit)) =
                    (pick(*reversal, model.reversals.len()), self.deposit(model, *deposit).await)
                else {
                    return Ok(());
                };
                answer(operator.apply_reversal(self.reversal(model, reversal).await, deposit).await)
            }
            Step::Transfer { from, to, minor, is_reserved } => {
                let (from, to) = (usize::from(*from) % self.wallets.len(), usize::from(*to) % self.wallets.len());
                let new = NewTransfer {
                    from: self.wallets[from].0,
                    to: self.wallets[to].0,
                    amount: money(*minor),
                    reference: None,
                    is_reserved: *is_reserved,
                };
                answer(self.once(model.accounts[from].merchant, number).transfer(&new).await)
            }
            Step::Post { transfer } | Step::Release { transfer } => {
                let Some(transfer) = pick(*transfer, model.transfers.len()) else { return Ok(()) };
                let merchant = model.accounts[model.transfers[transfer].from].merchant;
                let id = self.transfer(model, transfer).await;
                let editor = self.merchants[merchant].editor();
                match step {
                    Step::Post { .. } => answer(editor.post_transfer(id).await),
                    _ => answer(editor.release_transfer(id).await),
                }
            }
            Step::Switch { account } => {
                let account = self.numbered()[usize::from(*account) % self.numbered().len()];
                let editor = self.merchants[model.accounts[account].merchant].editor();
                let customer = self.wallets[account].1.unwrap();
                if model.accounts[account].is_enabled {
                    answer(editor.disable_customer(customer).await)
                } else {
                    answer(editor.enable_customer(customer).await)
                }
            }
            Step::Settle => answer(purser.settle(None).await),
            Step::EndSettlement { settlement, is_paid } => {
                let Some(settlement) = pick(*settlement, model.settlements.len()) else { return Ok(()) };
                let id = self.settlements().await[settlement].id;
                // Whoever repeats this finds it sent.
                let _ = operator.send_settlement(id).await;
                answer(if *is_paid {
                    operator.confirm_settlement(id, "paid").await
                } else {
                    operator.fail_settlement(id, "closed").await
                })
            }
            Step::Later(_) | Step::Crash { .. } | Step::Twice(_) => Ok(()),
        }
    }

    /// The fee for a deposit, whichever of the merchants owes it.
    async fn fee(&self, model: &Model, fee: usize) -> Fee {
        let fee = &model.fees[fee];
        let deposit_id = Some(self.deposit_id(model, fee.deposit).await);
        let filter = FeeFilter { deposit_id, ..FeeFilter::default() };
        self.merchants[fee.merchant].reader().fees(filter, &PAGE).await.unwrap().rows.remove(0)
    }

    /// All settlements in the order in which they were made.
    async fn settlements(&self) -> Vec<Settlement> {
        let mut all = Vec::new();
        for merchant in &self.merchants {
            all.extend(merchant.reader().settlements(SettlementFilter::default(), &PAGE).await.unwrap().rows);
        }
        all.sort_by_key(|settlement| settlement.id);
        all
    }

    async fn sweep(&self) -> Result<usize, String> {
        self.world.purser.sweep_notices(self.world.purser.now()).await.map_err(|error| error.to_string())
    }

    fn once(&self, merchant: usize, number: usize) -> Editor {
        let mut request_hash = [0; 32];
        request_hash[..8].copy_from_slice(&u64::try_from(number).unwrap().to_le_bytes());
        self.merchants[merchant].editor().with_idempotency(Idempotency { key: format!("step {number}"), request_hash })
    }

    /// The id of a deposit: whatever became of it, its notice is found by its reference.
    async fn deposit(&self, model: &Model, choice: u8) -> Option<DepositId> {
        let deposit = pick(choice, model.deposits.len())?;
        Some(self.deposit_id(model, deposit).await)
    }

    async fn deposit_id(&self, model: &Model, deposit: usize) -> DepositId {
        let deposit = &model.deposits[deposit];
        let bank_reference = deposit.bank_reference();
        let named = storage::ReversalNotice {
            organisation_id: deposit.inbox.map_or(HOUSE, |merchant| self.merchants[merchant].id()),
            rail: rail(deposit.inbox),
            bank_reference: &bank_reference,
        };
        self.world.store.read().await.unwrap().rows().notice_of_reference(&named).await.unwrap().unwrap()
    }

    async fn reversal(&self, model: &Model, reversal: usize) -> ReversalId {
        let ((inbox, reference), _) = model.taken_back.iter().find(|(_, number)| **number == reversal).unwrap();
        let bank_reference = format!("reversal {reference}");
        let named = storage::ReversalNotice {
            organisation_id: inbox.map_or(HOUSE, |merchant| self.merchants[merchant].id()),
            rail: rail(*inbox),
            bank_reference: &bank_reference,
        };
        self.world.store.read().await.unwrap().rows().reversal_of_reference(&named).await.unwrap().unwrap().id
    }

    /// Transfers of a merchant are numbered in the order in which they were made.
    async fn transfer(&self, model: &Model, transfer: usize) -> TransferId {
        let merchant = |number: usize| model.accounts[model.transfers[number].from].merchant;
        let before = (0..transfer).filter(|number| merchant(*number) == merchant(transfer)).count();
        let (reader, all) = (self.merchants[merchant(transfer)].reader(), service::TransferFilter::default());
        let rows = reader.transfers(&all, &PAGE).await.unwrap().rows;
        rows[rows.len() - 1 - before].id
    }

    async fn compare(&self, model: &Model) -> Result<(), String> {
        for merchant in 0..self.merchants.len() {
            let rows = self.reader(Some(merchant)).wallets(&WalletFilter::default(), &PAGE).await.unwrap().rows;
            for (number, (id, ..)) in self.wallets.iter().enumerate() {
                let account = &model.accounts[number];
                let Some(row) = rows.iter().find(|row| row.wallet.id == *id) else { continue };
                let found = (row.wallet.ledger_balance.minor(), row.wallet.available_balance.minor());
                let wanted = (account.balance, account.balance - account.reserved);
                if found != wanted {
                    return Err(format!("wallet {number} has {found:?}, not {wanted:?}"));
                }
            }
        }
        if model.conserves() { Ok(()) } else { Err("the model itself made or lost money".to_owned()) }
    }

    async fn prove(&self, model: &Model) -> Result<(), String> {
        for books in [None, Some(0), Some(1)] {
            let balances = self.reader(books).overview().await.unwrap().balances;
            let found = balances.iter().find(|balance| balance.currency() == AUD).map_or(0, |balance| balance.minor());
            let wanted = model.at_bank(books);
            if found != wanted {
                return Err(format!("the books of {books:?} have {found} at the bank, not {wanted}"));
            }
        }
        let operator = self.world.purser.operator(Actor::System);
        for (number, deposit) in model.deposits.iter().enumerate() {
            let found = operator.deposit(self.deposit_id(model, number).await).await.unwrap();
            if found.status != deposit.status {
                return Err(format!("deposit {number} is {:?}, not {:?}", found.status, deposit.status));
            }
            if found.settlement_id.is_some() != deposit.settlement.is_some() {
                return Err(format!(
                    "deposit {number} is settled by {:?}, not {:?}",
                    found.settlement_id, deposit.settlement
                ));
            }
        }
        let settlements = self.settlements().await;
        let found: Vec<i64> = settlements.iter().map(|settlement| settlement.net.minor()).collect();
        let wanted: Vec<i64> = model.settlements.iter().map(|settlement| settlement.minor).collect();
        if found != wanted {
            return Err(format!("settlements are {found:?}, not {wanted:?}"));
        }
        for (number, fee) in model.fees.iter().enumerate() {
            let found = self.fee(model, number).await;
            let found = (found.amount.minor(), found.tax.minor(), found.status);
            if found != (fee.minor, fee.tax, fee.status) {
                return Err(format!("fee {number} is {found:?}, not {fee:?}"));
            }
        }
        let open = operator.open_deposits(OpenDeposits::default(), &PAGE).await.unwrap().rows.len();
        let wanted = |status: DepositStatus| status.stands_in().is_some();
        let wanted = model.deposits.iter().filter(|deposit| wanted(deposit.status)).count();
        if open != wanted {
            return Err(format!("{open} deposits are open, not {wanted}"));
        }
        match self.world.purser.ledger_faults().await.unwrap().as_slice() {
            [] => Ok(()),
            faults => Err(faults.join(", ")),
        }
    }
}

const fn rail(inbox: Books) -> &'static str {
    if inbox.is_some() { "npp" } else { "bank_file" }
}

fn reference_text(reference: u8) -> String {
    format!("payment {reference}")
}
