//! `purser demo`: fills a new sandbox organisation with people, companies and payments in every state, told in the order
//! in which they happened over the last two months.

mod payments;
mod people;
mod places;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use documents::specimens;
use domain::{
    customer::Customer,
    deposit::DepositStatus,
    fault::FieldError,
    money::Currency,
    permission::{Feature, Role},
    standing::Status,
    wallet::CreditTo,
};
use fastrand::Rng;
use service::{Error, NewOrganisation, OpenedOrganisation, PastCustomer, Purser, Seeder};

use crate::{admin::told, config::Config, open};
use payments::{Oddity, Payee, oddity, payment};
use people::{Fate, Papers, fate};

const NAME: &str = "Harbour Exchange (demo)";
const CUSTOMERS_MAX: usize = 5_000_000;
const DEPOSITS_MAX: usize = 20_000_000;
/// The first customer is this old, and the first payment that.
const CUSTOMERS_SINCE: TimeDelta = TimeDelta::days(60);
const DEPOSITS_SINCE: TimeDelta = TimeDelta::days(45);
/// What happened is written in units of this many customers and payments.
const UNIT: usize = 1000;
/// With this many customers or fewer, everything is written in the very order in which it happened; with more, up to
/// [`UNIT`] customers are written together before what happened to any of them.
const CUSTOMERS_IN_ORDER: usize = 2_000;
const REPORT_EVERY: Duration = Duration::from_secs(3);

#[derive(Args)]
pub struct Demo {
    /// How many customers
    #[arg(long, default_value_t = 60)]
    customers: usize,
    /// How many deposits
    #[arg(long, default_value_t = 400)]
    deposits: usize,
    /// Names, amounts and states follow from this number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Do nothing when there is an organisation already
    #[arg(long)]
    if_empty: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Fills the organisation and prints who may sign in.
///
/// # Errors
/// When storage cannot be written, or there is no free e-mail.
pub async fn run(config: &Config, demo: &Demo) -> Result<ExitCode> {
    if demo.customers > CUSTOMERS_MAX || demo.deposits > DEPOSITS_MAX {
        bail!("at most {CUSTOMERS_MAX} customers and {DEPOSITS_MAX} deposits");
    }
    let purser = open::purser(config).await?;
    if demo.if_empty && !purser.is_empty().await? {
        purser.close().await;
        return Ok(ExitCode::SUCCESS);
    }
    let began_at = Instant::now();
    let (opened, seeder, number) = open_organisation(&purser).await?;
    let (mut story, people) = Story::begin(&purser, seeder, demo, number).await?;
    story.tell().await?;
    purser.analyze().await?;
    let seconds = began_at.elapsed().as_secs_f64();
    print(&opened, &people, &story, seconds, demo.json)?;
    purser.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The first organisation has the e-mail demo@example.com, the next one demo-2@example.com.
async fn open_organisation(purser: &Purser) -> Result<(OpenedOrganisation, Seeder, usize)> {
    let opened_at = purser.now() - CUSTOMERS_SINCE - TimeDelta::hours(6);
    for number in 1..1000 {
        let new = NewOrganisation {
            name: if number == 1 { NAME.to_owned() } else { format!("{NAME} {number}") },
            email: address("demo", number),
            is_sandbox: true,
            features: vec![Feature::CustomerCreation],
        };
        match purser.seed(&new, opened_at).await {
            Ok((opened, seeder)) => return Ok((opened, seeder, number)),
            Err(Error::Invalid(faults)) if faults.iter().any(|fault| fault.code == "taken") => {}
            Err(error) => return Err(told(error)),
        }
    }
    bail!("there are a thousand demonstrations already")
}

fn address(who: &str, number: usize) -> String {
    if number == 1 { format!("{who}@example.com") } else { format!("{who}-{number}@example.com") }
}

struct SignIn {
    email: String,
    password: String,
    role: Role,
}

fn print(opened: &OpenedOrganisation, people: &[SignIn], story: &Story, seconds: f64, is_json: bool) -> Result<()> {
    let mut out = std::io::stdout();
    if is_json {
        let users: Vec<_> = people
            .iter()
            .map(|who| serde_json::json!({ "email": who.email, "password": who.password, "role": who.role.code() }))
            .collect();
        let answer = serde_json::json!({
            "organisation_id": opened.organisation.id,
            "email": opened.email,
            "password": opened.password,
            "api_key": opened.api_key,
            "users": users,
            "customers": story.customers,
            "deposits": story.deposits,
            "seconds": seconds,
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(out, "{} has {} customers and {} deposits.", opened.organisation.name, story.customers, story.deposits)?;
    writeln!(out, "organisation  {}", opened.organisation.id)?;
    writeln!(out, "API key       {}", opened.api_key)?;
    writeln!(out, "Sign in with one of these:")?;
    writeln!(out, "  {:<10} {:<28} {}", Role::Admin.code(), opened.email, opened.password)?;
    for who in people {
        writeln!(out, "  {:<10} {:<28} {}", who.role.code(), who.email, who.password)?;
    }
    writeln!(out, "The key and the passwords are shown this once.")?;
    Ok(())
}

/// What happens to a customer after it was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Then {
    IssueWallet { customer: usize },
    Disable { customer: usize },
}

/// A customer that more happens to, and the currency of its last wallet.
struct Followed {
    customer: Customer,
    currency: Option<Currency>,
}

/// A demonstration while it is told.
struct Story {
    seeder: Seeder,
    seed: u64,
    customers: usize,
    deposits: usize,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    papers: Papers,
    wallets_left: usize,
    wallets: usize,
    /// Customers that are created, and not written yet.
    fresh: Vec<PastCustomer>,
    fresh_from: usize,
    /// Customers that something else happens to.
    followed: HashMap<usize, Followed>,
    plans: BinaryHeap<Reverse<(DateTime<Utc>, Then)>>,
    payees: Vec<Payee>,
    disabled: Vec<Payee>,
    unsaved: usize,
    progress: Progress,
}

impl Story {
    async fn begin(purser: &Purser, mut seeder: Seeder, demo: &Demo, number: usize) -> Result<(Self, Vec<SignIn>)> {
        let mut people = Vec::new();
        for (who, role) in [("demo-viewer", Role::ReadOnly), ("demo-developer", Role::Developer)] {
            let email = address(who, number);
            let password = seeder.add_user(&email, role).await.map_err(told)?;
            people.push(SignIn { email, password, role });
        }
        let mut ids = Vec::new();
        for paper in [specimens::PASSPORT, specimens::LICENCE, specimens::ADDRESS_PROOF, specimens::REGISTRATION] {
            ids.push(seeder.upload(paper.file_name, Bytes::from_static(paper.bytes)).await.map_err(told)?.id);
        }
        let [passport, licence, address_proof, registration] =
            <[_; 4]>::try_from(ids).map_err(|_| anyhow!("four files were uploaded"))?;
        let until = purser.now() - TimeDelta::seconds(90);
        let story = Self {
            seeder,
            seed: demo.seed,
            customers: demo.customers,
            deposits: demo.deposits,
            since: until - CUSTOMERS_SINCE,
            until,
            papers: Papers { passport, licence, address_proof, registration },
            wallets_left: (demo.deposits / 4).clamp(200, 50_000),
            wallets: 0,
            fresh: Vec::new(),
            fresh_from: 0,
            followed: HashMap::new(),
            plans: BinaryHeap::new(),
            payees: Vec::new(),
            disabled: Vec::new(),
            unsaved: 0,
            progress: Progress::new(demo),
        };
        Ok((story, people))
    }

    /// Tells everything in the order in which it happened: whatever comes next of the customers, of what follows for
    /// them, and of the payments.
    async fn tell(&mut self) -> Result<()> {
        let (mut customer, mut deposit) = (0, 0);
        loop {
            let created_at = (customer < self.customers).then(|| self.created_at(customer));
            let planned_at = self.plans.peek().map(|Reverse((at, _))| *at);
            let paid_at = (deposit < self.deposits).then(|| self.paid_at(deposit));
            let Some(next) = [created_at, planned_at, paid_at].into_iter().flatten().min() else { break };
            if planned_at == Some(next) {
                if let Some(Reverse((at, then))) = self.plans.pop() {
                    self.follow(then, at).await?;
                }
            } else if created_at == Some(next) {
                self.create(customer, next)?;
                customer += 1;
                if self.fresh.len() >= UNIT || self.customers <= CUSTOMERS_IN_ORDER {
                    self.write_fresh().await?;
                }
            } else {
                self.pay(deposit, next).await?;
                deposit += 1;
            }
            if self.unsaved >= UNIT {
                self.unsaved = 0;
                self.seeder.save().await.map_err(told)?;
            }
            self.progress.tell(customer, deposit);
        }
        self.write_fresh().await?;
        self.seeder.save().await.map_err(told)
    }

    fn create(&mut self, n: usize, at: DateTime<Utc>) -> Result<()> {
        let details = people::customer(self.seed, n, at, &self.papers).map_err(|faults| wrong(n, &faults))?;
        let mut rng = self.chance(n, 1);
        let decided_at = at + TimeDelta::milliseconds(rng.i64(180..1_400));
        if self.fresh.is_empty() {
            self.fresh_from = n;
        }
        self.fresh.push(PastCustomer { details, created_at: at, decided_at });
        // Most customers that may have a wallet get one, and every fourth of them a second one.
        let wants = match fate(n) {
            Fate::Disabled => true,
            Fate::Approved => n < 2 || rng.u8(0..4) != 0,
            _ => false,
        };
        if wants && self.wallets_left > 0 {
            let count = if rng.u8(0..4) == 0 { 2 } else { 1 };
            let mut issued_at = decided_at;
            for _ in 0..count {
                issued_at += TimeDelta::milliseconds(rng.i64(60_000..5 * 3_600_000));
                self.plan(issued_at, Then::IssueWallet { customer: n });
            }
            self.wallets_left = self.wallets_left.saturating_sub(count);
            if fate(n) == Fate::Disabled {
                let day = TimeDelta::milliseconds(rng.i64(86_400_000..4 * 86_400_000));
                self.plan(issued_at + day, Then::Disable { customer: n });
            }
        }
        Ok(())
    }

    fn plan(&mut self, at: DateTime<Utc>, then: Then) {
        // What is still to come is not told.
        if at < self.until {
            self.plans.push(Reverse((at, then)));
        }
    }

    async fn write_fresh(&mut self) -> Result<()> {
        let fresh = std::mem::take(&mut self.fresh);
        self.unsaved += fresh.len();
        let stand = self.seeder.customers(fresh).await.map_err(told)?;
        for (n, customer) in (self.fresh_from..).zip(stand) {
            if customer.status() == Status::Approved && matches!(fate(n), Fate::Approved | Fate::Disabled) {
                self.followed.insert(n, Followed { customer, currency: None });
            }
        }
        if self.wallets_left == 0 && self.plans.is_empty() {
            self.followed.clear();
        }
        Ok(())
    }

    async fn follow(&mut self, then: Then, at: DateTime<Utc>) -> Result<()> {
        let (Then::IssueWallet { customer: n } | Then::Disable { customer: n }) = then;
        if n >= self.fresh_from && !self.fresh.is_empty() {
            self.write_fresh().await?;
        }
        let Some(Followed { customer, currency }) = self.followed.get_mut(&n) else { return Ok(()) };
        self.unsaved += 1;
        match then {
            Then::IssueWallet { .. } => {
                let next = another(*currency, self.wallets, n);
                let credit_to = if n % 13 == 6 { CreditTo::PayinWallet } else { CreditTo::CustomerWallet };
                let account = self.seeder.issue_wallet(customer, next, credit_to, at).await.map_err(told)?;
                *currency = Some(next);
                self.wallets += 1;
                let name = customer.details.name();
                self.payees.push(Payee { account: account.id, currency: next, name, number: n });
            }
            Then::Disable { .. } => {
                *customer = self.seeder.disable(customer.clone(), at).await.map_err(told)?;
                let (gone, stay) = std::mem::take(&mut self.payees).into_iter().partition(|payee| payee.number == n);
                self.payees = stay;
                self.disabled.extend::<Vec<Payee>>(gone);
            }
        }
        Ok(())
    }

    async fn pay(&mut self, n: usize, at: DateTime<Utc>) -> Result<()> {
        let mut rng = self.chance(n, 2);
        let oddity = oddity(n);
        let chosen = match oddity {
            Oddity::Disabled if !self.disabled.is_empty() => &self.disabled,
            _ => &self.payees,
        };
        let Some(payee) = rng.choice(chosen) else { return Ok(()) };
        let deposit = payment(&mut rng, n, payee, oddity, at);
        let deposit = self.seeder.deposit(&deposit, at).await.map_err(told)?;
        debug_assert!(oddity == Oddity::None || deposit.status != DepositStatus::Credited || self.disabled.is_empty());
        self.unsaved += 1;
        Ok(())
    }

    /// Customers come evenly, at a moment of their own.
    fn created_at(&self, n: usize) -> DateTime<Utc> {
        self.moment(self.since, n, self.customers, 3)
    }

    fn paid_at(&self, n: usize) -> DateTime<Utc> {
        self.moment(self.until - DEPOSITS_SINCE, n, self.deposits, 4)
    }

    fn moment(&self, since: DateTime<Utc>, n: usize, count: usize, stream: u64) -> DateTime<Utc> {
        let span = i128::from((self.until - since).num_milliseconds());
        let step = |n: usize| i64::try_from(span * n as i128 / count.max(1) as i128).unwrap_or(0);
        let (from, to) = (step(n), step(n + 1));
        since + TimeDelta::milliseconds(from + self.chance(n, stream).i64(0..(to - from).max(1)))
    }

    fn chance(&self, n: usize, stream: u64) -> Rng {
        Rng::with_seed(self.seed.rotate_left(17) ^ (n as u64).wrapping_mul(0xd134_2543_de82_ef95) ^ (stream << 56))
    }
}

/// The first wallets are one of each currency; then mostly that of the merchant's country. Nobody has two of one.
fn another(held: Option<Currency>, wallets: usize, customer: usize) -> Currency {
    let all = Currency::WALLETS;
    let wanted = match held {
        None if wallets < all.len() => all[wallets],
        None if customer.is_multiple_of(2) => Currency::AUD,
        _ => all[customer % all.len()],
    };
    if held != Some(wanted) {
        return wanted;
    }
    let place = all.iter().position(|one| *one == wanted).unwrap_or(0);
    all[(place + 1) % all.len()]
}

fn wrong(n: usize, faults: &[FieldError]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
    anyhow!("customer {n} of the demonstration is wrong: {}", lines.join("; "))
}

/// How far it is, on standard error, where it takes long.
struct Progress {
    customers: usize,
    deposits: usize,
    began_at: Instant,
    told_at: Instant,
}

impl Progress {
    fn new(demo: &Demo) -> Self {
        let now = Instant::now();
        Self { customers: demo.customers, deposits: demo.deposits, began_at: now, told_at: now }
    }

    fn tell(&mut self, customers: usize, deposits: usize) {
        if self.told_at.elapsed() < REPORT_EVERY {
            return;
        }
        self.told_at = Instant::now();
        let per_second = customers as u128 * 1000 / self.began_at.elapsed().as_millis().max(1);
        let end = if std::io::stderr().is_terminal() { '\r' } else { '\n' };
        eprint!(
            "  {customers} of {} customers, {deposits} of {} deposits, {per_second} customers a second{end}",
            self.customers, self.deposits
        );
    }
}
