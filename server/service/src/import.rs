//! Notices from a bank's file: all of them into the inbox in one unit of work, then each worked in its own.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    deposit::{Deposit, DepositStatus},
    id::{DepositId, HOUSE},
    money::Money,
    standing::Reason,
    wallet::SenderParty,
};
use storage::{KnownPayment, OpenNotice, ReferenceKind, ReversalNotice, UnitOfWork};

use crate::{
    Error, Purser,
    deposits::{AMOUNT_MINOR_MAX, NoticeBody, NoticeTarget, find_owner},
    outcomes::{ReversalOutcome, ReversalTold},
    purser::{SYSTEM, json_of},
};

/// All bank files are one rail: the same payment told by a file of the day and again by one of the evening is one payment.
const RAIL: &str = "bank_file";
/// How many open notices a sweep works at a time.
const SWEEP_NOTICES_MAX: u32 = 500;

/// A payment that a bank's file tells of.
#[derive(Clone, Debug)]
pub struct BankNotice {
    /// The bank's id of the payment.
    pub bank_reference: String,
    /// By what else another message may tell of it.
    pub also: AlsoKnown,
    /// Readings of the paid account, in canonical form.
    pub accounts: Vec<String>,
    /// The paid account as the bank wrote it.
    pub account_text: String,
    /// How much.
    pub amount: Money,
    /// Who sent it, as far as the bank told.
    pub sender: SenderParty,
    /// What the payer wrote.
    pub reference: Option<String>,
    /// The bank's time.
    pub received_at: Option<DateTime<Utc>>,
}

/// By what else a payment may be told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlsoKnown {
    /// Other references: each would be its own in a message that says less.
    pub references: Vec<String>,
    /// The bank's own id, apart from that of the booking: two payments that have different ones are never the same.
    pub own: Option<String>,
    /// The reference of the whole batch, in a message that books it as one sum.
    pub batch: Option<String>,
    /// There is no reference at all: its looks decide.
    pub is_by_looks: bool,
}

/// What became of the payments of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Reached a wallet.
    pub credited: Vec<Deposit>,
    /// No account was found.
    pub held: Vec<Deposit>,
    /// Not wanted.
    pub rejected: Vec<Deposit>,
    /// Told before, and left as they are.
    pub known: usize,
    /// Of those that were left: have no reference, and look like one that another message told of.
    pub alike: usize,
    /// Held ones that were replaced: sums by the payments that they were made of, and what named no account of ours by what
    /// does.
    pub replaced: usize,
    /// Payments that a message now shows to have been credited twice: two earlier ones told of them in different words.
    pub doubled: usize,
}

/// A payment that a bank's file takes back.
#[derive(Clone, Debug)]
pub struct BankReversal {
    /// The bank's id of the payment, as it was when it came in.
    pub original_reference: String,
    /// By what else the payment may have been told of.
    pub also: AlsoKnown,
    /// How much.
    pub amount: Money,
}

/// What became of the reversals of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReversalReport {
    /// These deposits were taken back.
    pub reversed: Vec<Deposit>,
    /// How many fit no deposit: the operator has to find it.
    pub open: usize,
    /// Told before, and left as they are.
    pub known: usize,
}

impl Purser {
    /// Takes back what a bank's file takes back, each in its own unit of work. A file's payments go first, for it may
    /// take one back that it tells of itself.
    ///
    /// # Errors
    /// When storage cannot be reached. Importing the file again is safe: what was taken back by then is known.
    pub async fn import_reversals(&self, reversals: &[BankReversal]) -> Result<ReversalReport, Error> {
        require_amounts(reversals.iter().map(|reversal| (&reversal.original_reference, reversal.amount)))?;
        let mut report = ReversalReport::default();
        for BankReversal { original_reference, also, amount } in reversals {
            let names = names(original_reference, also);
            let known = self.read().await?.rows().known_payments(HOUSE, RAIL, &names).await?;
            let original_reference = known
                .into_iter()
                .find(|known| is_same(known, &names, also))
                .map_or_else(|| original_reference.clone(), |known| known.bank_reference);
            let told = ReversalTold {
                inbox: HOUSE,
                rail: RAIL.to_owned(),
                bank_reference: format!("R {original_reference}"),
                original_reference,
                amount: *amount,
                reason: None,
            };
            match self.receive_reversal(&told).await? {
                ReversalOutcome::Reversed(deposit) => report.reversed.push(*deposit),
                ReversalOutcome::Open(_) => report.open += 1,
                ReversalOutcome::Known => report.known += 1,
            }
        }
        Ok(report)
    }

    /// Takes the payments of a file in, all or none, and works them.
    ///
    /// # Errors
    /// When storage cannot be reached. What was taken in by then is worked later; importing the file again is safe.
    pub async fn import(&self, notices: &[BankNotice]) -> Result<ImportReport, Error> {
        require_amounts(notices.iter().map(|notice| (&notice.bank_reference, notice.amount)))?;
        let TakenIn { fresh, retold, doubles, mut report } = self
            .settled(|| async {
                let replaced = self.replace_batches(notices).await?;
                self.take_in(notices, &replaced).await
            })
            .await?;
        for notice in &fresh {
            report.add(self.work_open_notice(notice).await?);
        }
        for (held, told) in retold {
            match self.settled(|| self.retell(held, told)).await? {
                Some(deposit) => {
                    report.replaced += 1;
                    report.add(deposit);
                }
                None => report.known += 1,
            }
        }
        for (held, amount) in doubles {
            report.replaced += usize::from(self.settled(|| self.withdraw_double(held, amount)).await?);
        }
        Ok(report)
    }

    /// Where payments are told one by one whose sum was told before and is held, they stand instead of it. Tells of which
    /// sums that is so, now or since an earlier time.
    async fn replace_batches<'a>(&self, notices: &'a [BankNotice]) -> Result<HashMap<&'a str, bool>, Error> {
        let mut replaced = HashMap::new();
        for batch in notices.iter().filter_map(|told| told.also.batch.as_deref()).collect::<BTreeSet<_>>() {
            let known = self.read().await?.rows().known_payments(HOUSE, RAIL, &[batch]).await?;
            for sum in known.iter().filter(|known| known.kind == ReferenceKind::Payment) {
                if let Some(is_new) = self.replace_batch(sum).await? {
                    *replaced.entry(batch).or_default() |= is_new;
                }
            }
        }
        Ok(replaced)
    }

    /// Whether a sum that was held is replaced, and if so, whether that was done just now.
    async fn replace_batch(&self, sum: &KnownPayment) -> Result<Option<bool>, Error> {
        let mark = format!("itemised {}", sum.bank_reference);
        let mut unit = self.begin().await?;
        let Some(deposit) = unit.hold_deposit(sum.notice_id).await? else {
            return Err(Error::Contended("the sum of a batch is still being taken in".into()));
        };
        let named = ReversalNotice { organisation_id: deposit.organisation_id, rail: RAIL, bank_reference: &mark };
        if unit.rows().reversal_of_reference(&named).await?.is_some() {
            return Ok(Some(false));
        }
        if deposit.status != DepositStatus::Held {
            // Somebody has dealt with it: what it was made of is not taken once more.
            return Ok(None);
        }
        let message = "The bank told its payments one by one: they stand instead of it.";
        self.withdraw(&mut unit, SYSTEM, &deposit, &mark, Reason::new("itemised", message)).await?;
        unit.save().await?;
        Ok(Some(true))
    }

    /// What is held because no account was found, and is told again with an account that is there: the later message stands
    /// instead of it. `None` when it is not so.
    async fn retell(&self, held: DepositId, told: &BankNotice) -> Result<Option<Deposit>, Error> {
        let mut unit = self.begin().await?;
        unit.hold_organisation(HOUSE).await?;
        let Some(before) = hold_held(&mut unit, held, told.amount).await? else { return Ok(None) };
        let body = body_of(told);
        if find_owner(&mut unit, &body.to, None).await?.is_none() {
            return Ok(None);
        }
        let message = "A later message of the bank names the account: it stands instead of this.";
        let mark = format!("retold {}", before.notice.bank_reference);
        self.withdraw(&mut unit, SYSTEM, &before, &mark, Reason::new("retold", message)).await?;
        let now = self.now();
        let notice = OpenNotice { organisation_id: HOUSE, id: self.id(DepositId::new, now), body: json_of(&body)? };
        // The earlier one has the reference, where both messages give the same.
        let again = format!("{}~", told.bank_reference);
        let mut is_new = false;
        for reference in [&told.bank_reference, &again] {
            is_new = is_new || unit.receive_notice(&notice, RAIL, reference, now).await?.is_none();
        }
        if !is_new {
            return Ok(None);
        }
        note_references(&mut unit, notice.id, told).await?;
        let deposit = self.work_notice(&mut unit, &notice, &body, None, now).await?;
        unit.save().await?;
        Ok(Some(deposit))
    }

    /// Whether a deposit that came in under another reference already was held still, and is withdrawn.
    async fn withdraw_double(&self, held: DepositId, amount: Money) -> Result<bool, Error> {
        let mut unit = self.begin().await?;
        let Some(before) = hold_held(&mut unit, held, amount).await? else { return Ok(false) };
        let mark = format!("double {}", before.notice.bank_reference);
        let message = "A later message of the bank shows that this payment came in already, under another reference.";
        self.withdraw(&mut unit, SYSTEM, &before, &mark, Reason::new("told_twice", message)).await?;
        unit.save().await?;
        Ok(true)
    }

    /// Puts payments into the inbox. Tells which are new, and counts those that are not.
    async fn take_in<'a>(
        &self,
        notices: &'a [BankNotice],
        replaced: &HashMap<&str, bool>,
    ) -> Result<TakenIn<'a>, Error> {
        let now = self.now();
        let (mut fresh, mut retold, mut doubles) = (Vec::with_capacity(notices.len()), Vec::new(), Vec::new());
        let mut report =
            ImportReport { replaced: replaced.values().filter(|is_new| **is_new).count(), ..ImportReport::default() };
        // Of batches that this file tells of: whether another one did before.
        let mut batches = HashMap::new();
        let mut unit = self.begin().await?;
        // One file after the other: of two that tell of the same payment in different words, the second sees the first.
        unit.hold_organisation(HOUSE).await?;
        for told in notices {
            let names = names(&told.bank_reference, &told.also);
            let mut asked = names.clone();
            asked.extend(told.also.batch.as_deref());
            let known = unit.rows().known_payments(HOUSE, RAIL, &asked).await?;
            let same: Vec<_> = known.iter().filter(|known| is_same(known, &names, &told.also)).collect();
            let is_of_known_batch = told.also.batch.as_deref().is_some_and(|batch| {
                let is_told = |kind| known.iter().any(|known| known.kind == kind && known.reference == batch);
                let was_itemised = *batches.entry(batch).or_insert_with(|| is_told(ReferenceKind::Batch));
                was_itemised || (is_told(ReferenceKind::Payment) && !replaced.contains_key(batch))
            });
            if let Some((first, others)) = first_of(&same) {
                let is_message_again = same.iter().any(|known| told.also.references.contains(&known.reference));
                let is_payment = first.kind == ReferenceKind::Payment;
                let is_held = is_payment && first.status == Some(DepositStatus::Held);
                if is_held && find_owner(&mut unit, &body_of(told).to, None).await?.is_some() {
                    retold.push((first.notice_id, told));
                } else if is_payment && told.also.is_by_looks && !is_message_again {
                    report.alike += 1;
                } else {
                    report.known += 1;
                }
                // What this message says more of it is kept, for the next one may say only that.
                if is_payment {
                    note_references(&mut unit, first.notice_id, told).await?;
                }
                // Nobody could know until now that they are one: the two messages before had nothing in common.
                for other in others {
                    match other.status {
                        Some(DepositStatus::Held) => doubles.push((other.notice_id, told.amount)),
                        Some(DepositStatus::Credited) if first.status == other.status => report.doubled += 1,
                        _ => {}
                    }
                }
                continue;
            }
            if is_of_known_batch {
                report.known += 1;
                continue;
            }
            let notice =
                OpenNotice { organisation_id: HOUSE, id: self.id(DepositId::new, now), body: json_of(&body_of(told))? };
            match unit.receive_notice(&notice, RAIL, &told.bank_reference, now).await? {
                None => {
                    note_references(&mut unit, notice.id, told).await?;
                    fresh.push(notice);
                }
                Some(_) => report.known += 1,
            }
        }
        unit.save().await?;
        Ok(TakenIn { fresh, retold, doubles, report })
    }

    /// Works notices that were taken in before `received_before` and left, as by a crash. Tells how many.
    ///
    /// # Errors
    /// When at least one could not be worked; the others were.
    pub async fn sweep_notices(&self, received_before: DateTime<Utc>) -> Result<usize, Error> {
        let open = self.read().await?.rows().open_notices(received_before, SWEEP_NOTICES_MAX).await?;
        let mut first_error = None;
        for notice in &open {
            // One that cannot be worked must not keep the others from their money.
            if let Err(error) = self.work_open_notice(notice).await {
                first_error.get_or_insert(error);
            }
        }
        first_error.map_or(Ok(open.len()), Err)
    }

    /// Removes what is too old to matter: ended sessions, old attempts, kept answers and refused forms.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn sweep_records(&self) -> Result<(), Error> {
        let now = self.now();
        let day_ago = now - crate::purser::ANSWERS_KEPT;
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.sweep_sign_ins(now, day_ago).await?;
            unit.sweep_records(day_ago, day_ago).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    async fn work_open_notice(&self, notice: &OpenNotice) -> Result<Deposit, Error> {
        let body: NoticeBody = serde_json::from_str(&notice.body).map_err(Error::internal)?;
        // A sandbox's notices reach its own accounts only; a bank knows nothing of tenants.
        let confined_to = (notice.organisation_id != HOUSE).then_some(notice.organisation_id);
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let deposit = self.work_notice(&mut unit, notice, &body, confined_to, self.now()).await?;
            unit.save().await?;
            Ok(deposit)
        })
        .await
    }
}

/// A file's payments, sorted by what is to be done.
struct TakenIn<'a> {
    /// They are in the inbox now.
    fresh: Vec<OpenNotice>,
    /// They tell of a deposit that is held, and know its account.
    retold: Vec<(DepositId, &'a BankNotice)>,
    /// They are held, and a message shows that their payment came in already.
    doubles: Vec<(DepositId, Money)>,
    report: ImportReport,
}

impl ImportReport {
    fn add(&mut self, deposit: Deposit) {
        match deposit.status {
            DepositStatus::Credited => self.credited.push(deposit),
            DepositStatus::Held => self.held.push(deposit),
            _ => self.rejected.push(deposit),
        }
    }
}

/// The deposit, locked, while it is held and of this amount.
async fn hold_held(unit: &mut UnitOfWork, id: DepositId, amount: Money) -> Result<Option<Deposit>, Error> {
    let is_meant = |deposit: &Deposit| deposit.status == DepositStatus::Held && deposit.notice.amount == amount;
    Ok(unit.hold_deposit(id).await?.filter(is_meant))
}

fn body_of(told: &BankNotice) -> NoticeBody {
    NoticeBody {
        to: NoticeTarget::Numbers { canonical: told.accounts.clone(), text: told.account_text.clone() },
        amount_minor: told.amount.minor(),
        currency: told.amount.currency(),
        sender: told.sender.clone(),
        reference: told.reference.clone(),
        rail: RAIL.to_owned(),
        bank_reference: told.bank_reference.clone(),
        received_at: told.received_at,
    }
}

async fn note_references(unit: &mut UnitOfWork, id: DepositId, told: &BankNotice) -> Result<(), Error> {
    let own = told.also.own.as_deref();
    for reference in names(&told.bank_reference, &told.also) {
        unit.note_reference(HOUSE, RAIL, reference, id, ReferenceKind::Payment, own).await?;
    }
    if let Some(batch) = &told.also.batch {
        unit.note_reference(HOUSE, RAIL, batch, id, ReferenceKind::Batch, None).await?;
    }
    Ok(())
}

/// Everything that a payment may be known by.
fn names<'a>(bank_reference: &'a str, also: &'a AlsoKnown) -> Vec<&'a str> {
    let mut names = vec![bank_reference];
    names.extend(also.references.iter().map(String::as_str));
    names
}

/// Whether what is told under these names was told before: under one of them, unless the bank's own ids say that it
/// is another; or as the payments of a batch, of which this is the sum.
fn is_same(known: &KnownPayment, names: &[&str], also: &AlsoKnown) -> bool {
    names.contains(&known.reference.as_str()) && (known.own.is_none() || also.own.is_none() || known.own == also.own)
}

/// Of what was told before of one payment, the one that stands for it, and the others that do too: one that is held only if
/// all are.
fn first_of<'k>(same: &[&'k KnownPayment]) -> Option<(&'k KnownPayment, Vec<&'k KnownPayment>)> {
    let is_held = |known: &KnownPayment| known.status == Some(DepositStatus::Held);
    let stands = |known: &KnownPayment| known.status != Some(DepositStatus::Reversed);
    let first = same.iter().min_by_key(|known| (is_held(known), !stands(known)))?;
    let mut others: Vec<&KnownPayment> = same
        .iter()
        .filter(|known| known.kind == ReferenceKind::Payment && known.notice_id != first.notice_id)
        .copied()
        .collect();
    others.dedup_by_key(|known| known.notice_id);
    Some((first, others))
}

/// Refuses a file of which one amount is none, or more than any bank transfers at once.
fn require_amounts<'a>(mut told: impl Iterator<Item = (&'a String, Money)>) -> Result<(), Error> {
    match told.find(|(_, amount)| !(1..=AMOUNT_MINOR_MAX).contains(&amount.minor())) {
        None => Ok(()),
        Some((reference, _)) => {
            let message = format!("The payment {reference} has an amount that cannot be taken.");
            Err(Error::field("amount", "out_of_range", message))
        }
    }
}
