//! The simple model: where every cent is, and what each step is answered.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{deposit::DepositStatus, fee::FeeStatus, settlement::SettlementStatus, transfer::TransferStatus};

use crate::agreed::{fee_of, keeps_back};

/// A wallet, a customer's or (without a number of its own) the merchant's.
#[derive(Clone, Debug)]
pub struct Account {
    pub merchant: usize,
    pub is_enabled: bool,
    pub balance: i64,
    pub reserved: i64,
}

/// In whose books a deposit stands: a merchant's, or the house's.
pub type Books = Option<usize>;

#[derive(Clone, Debug)]
pub struct Deposit {
    /// In whose inbox, and under which reference.
    pub inbox: Books,
    pub reference: u8,
    /// It stands instead of one that a file told of without its account.
    pub is_retold: bool,
    pub account: Option<usize>,
    pub minor: i64,
    pub has_sender: bool,
    pub books: Books,
    pub status: DepositStatus,
    pub wallet: Option<usize>,
    pub return_begun_at: i64,
    pub received_at: i64,
    /// The settlement that pays it out, while it has not failed.
    pub settlement: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Settlement {
    pub merchant: usize,
    pub deposits: Vec<usize>,
    /// What is paid, without fees that are kept back.
    pub minor: i64,
    pub status: SettlementStatus,
}

#[derive(Clone, Debug)]
pub struct Fee {
    pub merchant: usize,
    pub deposit: usize,
    pub minor: i64,
    pub tax: i64,
    pub status: FeeStatus,
    /// The settlement that keeps it back.
    pub settlement: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Transfer {
    pub from: usize,
    pub to: usize,
    pub minor: i64,
    pub status: TransferStatus,
}

#[derive(Clone, Debug)]
pub struct Reversal {
    pub inbox: Books,
    pub minor: i64,
    pub is_open: bool,
}

/// `Ok`, or the code of the refusal.
pub type Answer = Result<(), &'static str>;

#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Seconds since the beginning.
    pub now: i64,
    pub accounts: Vec<Account>,
    pub deposits: Vec<Deposit>,
    pub transfers: Vec<Transfer>,
    pub reversals: Vec<Reversal>,
    pub settlements: Vec<Settlement>,
    pub fees: Vec<Fee>,
    /// The last business day that was run, for each merchant.
    pub runs: HashMap<usize, NaiveDate>,
    /// Which deposit an inbox has under a reference.
    pub told: HashMap<(Books, u8), usize>,
    /// Which reversal an inbox has under a reference.
    pub taken_back: HashMap<(Books, u8), usize>,
    /// Which transfer a request made.
    pub made: HashMap<usize, usize>,
}

impl Deposit {
    /// The reference that the inbox has it under.
    pub fn bank_reference(&self) -> String {
        format!("payment {}{}", self.reference, if self.is_retold { "~" } else { "" })
    }
}

impl Model {
    pub fn pay(&mut self, inbox: Books, account: Option<usize>, minor: i64, has_sender: bool, reference: u8) -> Answer {
        let mut is_retold = false;
        if let Some(first) = self.told.get(&(inbox, reference)) {
            let first = &mut self.deposits[*first];
            let is_same = (first.account, first.minor, first.has_sender) == (account, minor, has_sender);
            is_retold =
                inbox.is_none() && first.status == DepositStatus::Held && first.minor == minor && account.is_some();
            if !is_retold {
                // A file is told apart by its references alone.
                return if is_same || inbox.is_none() { Ok(()) } else { Err("bank_reference_reused") };
            }
            first.status = DepositStatus::Reversed;
        }
        let mut deposit = Deposit {
            inbox,
            reference,
            is_retold,
            account,
            minor,
            has_sender,
            books: account.map(|account| self.accounts[account].merchant).or(inbox),
            status: DepositStatus::Held,
            wallet: None,
            return_begun_at: 0,
            received_at: self.now,
            settlement: None,
        };
        if let Some(account) = account {
            deposit.status = DepositStatus::Rejected;
            if self.accounts[account].is_enabled {
                self.accounts[account].balance += minor;
                deposit.status = DepositStatus::Credited;
                deposit.wallet = Some(account);
                self.charge(self.accounts[account].merchant, self.deposits.len(), minor);
            }
        }
        self.told.insert((inbox, reference), self.deposits.len());
        self.deposits.push(deposit);
        Ok(())
    }

    fn charge(&mut self, merchant: usize, deposit: usize, minor: i64) {
        let (minor, tax) = fee_of(minor);
        self.fees.push(Fee { merchant, deposit, minor, tax, status: FeeStatus::Due, settlement: None });
    }

    /// Takes what is owed from the merchant's Fees wallet: the oldest first, each whole, as far as its money goes.
    pub fn collect(&mut self, merchant: usize, wallet: usize) {
        for fee in 0..self.fees.len() {
            let Fee { minor, tax, .. } = self.fees[fee];
            if (self.fees[fee].merchant, self.fees[fee].status) != (merchant, FeeStatus::Due) {
                continue;
            }
            if minor + tax > self.available(wallet) {
                break;
            }
            self.accounts[wallet].balance -= minor + tax;
            self.fees[fee].status = FeeStatus::Collected;
        }
    }

    pub fn waive(&mut self, fee: usize) -> Answer {
        if self.fees[fee].status != FeeStatus::Due {
            return Err("fee_ended");
        }
        self.fees[fee].status = FeeStatus::Waived;
        Ok(())
    }

    /// Keeps back from what a settlement comes to what is owed: the oldest first, each whole, while something is left.
    fn withhold(&mut self, merchant: usize, gross: i64) -> i64 {
        let mut left = gross;
        if keeps_back(merchant) {
            for fee in &mut self.fees {
                if (fee.merchant, fee.status) != (merchant, FeeStatus::Due) {
                    continue;
                }
                if fee.minor + fee.tax >= left {
                    break;
                }
                left -= fee.minor + fee.tax;
                fee.status = FeeStatus::Withheld;
                fee.settlement = Some(self.settlements.len());
            }
        }
        left
    }

    pub fn sweep(&mut self) {
        let now = self.now;
        for deposit in &mut self.deposits {
            match deposit.status {
                DepositStatus::Rejected => {
                    deposit.return_begun_at = now;
                    deposit.status =
                        if deposit.has_sender { DepositStatus::ReturnPending } else { DepositStatus::ReturnFailed };
                }
                DepositStatus::ReturnPending if deposit.books.is_some() && deposit.return_begun_at + 5 <= now => {
                    deposit.status = DepositStatus::Returned;
                }
                _ => {}
            }
        }
    }

    /// Pays out what came in before `bound`: from each wallet the oldest first, each whole, as far as its money goes.
    pub fn pay_out(&mut self, merchant: usize, date: NaiveDate, bound: i64) {
        self.runs.insert(merchant, date);
        let mut paid = Vec::new();
        for account in 0..self.accounts.len() {
            if self.accounts[account].merchant != merchant {
                continue;
            }
            let is_due = |deposit: &Deposit| {
                deposit.wallet == Some(account)
                    && deposit.status == DepositStatus::Credited
                    && deposit.settlement.is_none()
                    && deposit.received_at < bound
            };
            let mut due: Vec<usize> = (0..self.deposits.len()).filter(|one| is_due(&self.deposits[*one])).collect();
            due.sort_by_key(|one| (self.deposits[*one].received_at, *one));
            for one in due {
                if self.deposits[one].minor > self.available(account) {
                    break;
                }
                self.accounts[account].balance -= self.deposits[one].minor;
                self.deposits[one].settlement = Some(self.settlements.len());
                paid.push(one);
            }
        }
        if !paid.is_empty() {
            let gross = paid.iter().map(|one| self.deposits[*one].minor).sum();
            let minor = self.withhold(merchant, gross);
            self.settlements.push(Settlement { merchant, deposits: paid, minor, status: SettlementStatus::Pending });
        }
    }

    pub fn end_settlement(&mut self, settlement: usize, is_paid: bool) -> Answer {
        if self.settlements[settlement].status != SettlementStatus::Pending {
            return Err("settlement_ended");
        }
        self.settlements[settlement].status = SettlementStatus::Paid;
        if !is_paid {
            self.settlements[settlement].status = SettlementStatus::Failed;
            for one in self.settlements[settlement].deposits.clone() {
                let deposit = &mut self.deposits[one];
                deposit.settlement = None;
                self.accounts[deposit.wallet.unwrap()].balance += deposit.minor;
            }
            for fee in self.fees.iter_mut().filter(|fee| fee.settlement == Some(settlement)) {
                (fee.status, fee.settlement) = (FeeStatus::Due, None);
            }
        }
        Ok(())
    }

    pub fn match_deposit(&mut self, deposit: usize, account: usize) -> Answer {
        let number = deposit;
        let (deposit, account) = (&mut self.deposits[deposit], (account, &mut self.accounts[account]));
        if !matches!(deposit.status, DepositStatus::Held | DepositStatus::ReturnFailed) {
            return Err("deposit_settled");
        }
        if !account.1.is_enabled {
            return Err("not_ready");
        }
        if deposit.books.is_some_and(|books| books != account.1.merchant) {
            return Err("invalid");
        }
        if deposit.books.is_none() && deposit.status != DepositStatus::Held {
            return Err("invalid");
        }
        account.1.balance += deposit.minor;
        deposit.status = DepositStatus::Credited;
        deposit.wallet = Some(account.0);
        deposit.books = Some(account.1.merchant);
        let (merchant, minor) = (account.1.merchant, deposit.minor);
        self.charge(merchant, number, minor);
        Ok(())
    }

    pub fn begin_return(&mut self, deposit: usize, has_receiver: bool) -> Answer {
        let (now, deposit) = (self.now, &mut self.deposits[deposit]);
        if !matches!(deposit.status, DepositStatus::Held | DepositStatus::Rejected | DepositStatus::ReturnFailed) {
            return Err("deposit_settled");
        }
        if !has_receiver && !deposit.has_sender {
            return Err("invalid");
        }
        deposit.status = DepositStatus::ReturnPending;
        deposit.return_begun_at = now;
        Ok(())
    }

    pub fn end_return(&mut self, deposit: usize, status: DepositStatus) -> Answer {
        let deposit = &mut self.deposits[deposit];
        if deposit.status != DepositStatus::ReturnPending {
            return Err("deposit_settled");
        }
        deposit.status = status;
        Ok(())
    }

    pub fn reverse(&mut self, deposit: usize, is_more: bool, reference: u8) {
        let inbox = self.deposits[deposit].inbox;
        if self.taken_back.contains_key(&(inbox, reference)) {
            return;
        }
        let minor = self.deposits[deposit].minor + i64::from(is_more);
        let fits = !is_more && self.may_be_reversed(deposit);
        if fits {
            self.take_back(deposit);
        }
        self.taken_back.insert((inbox, reference), self.reversals.len());
        self.reversals.push(Reversal { inbox, minor, is_open: !fits });
    }

    fn may_be_reversed(&self, deposit: usize) -> bool {
        use DepositStatus::{Credited, Held, Rejected, ReturnFailed};
        matches!(self.deposits[deposit].status, Credited | Held | Rejected | ReturnFailed)
    }

    fn take_back(&mut self, deposit: usize) {
        let deposit = &mut self.deposits[deposit];
        if deposit.status == DepositStatus::Credited {
            self.accounts[deposit.wallet.unwrap()].balance -= deposit.minor;
        }
        deposit.status = DepositStatus::Reversed;
    }

    pub fn apply(&mut self, reversal: usize, deposit: usize) -> Answer {
        if self.reversals[reversal].inbox.is_some() {
            return Err("not_found");
        }
        if !self.reversals[reversal].is_open {
            return Err("reversal_applied");
        }
        if self.reversals[reversal].minor != self.deposits[deposit].minor {
            return Err("invalid");
        }
        if !self.may_be_reversed(deposit) {
            return Err("deposit_settled");
        }
        self.take_back(deposit);
        self.reversals[reversal].is_open = false;
        Ok(())
    }

    fn both_enabled(&self, from: usize, to: usize) -> bool {
        self.accounts[from].is_enabled && self.accounts[to].is_enabled
    }

    fn available(&self, account: usize) -> i64 {
        self.accounts[account].balance - self.accounts[account].reserved
    }

    pub fn transfer(&mut self, request: usize, from: usize, to: usize, minor: i64, is_reserved: bool) -> Answer {
        if self.made.contains_key(&request) {
            return Ok(());
        }
        if from == to || self.accounts[from].merchant != self.accounts[to].merchant {
            return Err("invalid");
        }
        if !self.both_enabled(from, to) {
            return Err("not_ready");
        }
        if self.available(from) < minor {
            return Err("insufficient_funds");
        }
        if is_reserved {
            self.accounts[from].reserved += minor;
        } else {
            self.accounts[from].balance -= minor;
            self.accounts[to].balance += minor;
        }
        let status = if is_reserved { TransferStatus::Reserved } else { TransferStatus::Posted };
        self.made.insert(request, self.transfers.len());
        self.transfers.push(Transfer { from, to, minor, status });
        Ok(())
    }

    pub fn settle(&mut self, transfer: usize, wanted: TransferStatus) -> Answer {
        let Transfer { from, to, minor, status } = self.transfers[transfer];
        if status == wanted {
            return Ok(());
        }
        if status != TransferStatus::Reserved {
            return Err("transfer_settled");
        }
        if wanted == TransferStatus::Posted {
            if !self.both_enabled(from, to) {
                return Err("not_ready");
            }
            if self.available(from) < 0 {
                return Err("insufficient_funds");
            }
            self.accounts[from].balance -= minor;
            self.accounts[to].balance += minor;
        }
        self.accounts[from].reserved -= minor;
        self.transfers[transfer].status = wanted;
        Ok(())
    }

    /// What lies at the bank for somebody, by whose books say so.
    pub fn at_bank(&self, books: Books) -> i64 {
        let wallets: i64 =
            self.accounts.iter().filter(|account| Some(account.merchant) == books).map(|account| account.balance).sum();
        let waiting: i64 = self
            .deposits
            .iter()
            .filter(|deposit| deposit.books == books && deposit.status.stands_in().is_some())
            .map(|deposit| deposit.minor)
            .sum();
        let owed: i64 = self
            .reversals
            .iter()
            .filter(|reversal| reversal.is_open && reversal.inbox == books)
            .map(|reversal| reversal.minor)
            .sum();
        wallets + waiting - owed + self.settled(books, SettlementStatus::Pending)
    }

    /// Fees that were collected or kept back.
    fn fees_kept(&self) -> i64 {
        let is_kept = |fee: &&Fee| matches!(fee.status, FeeStatus::Collected | FeeStatus::Withheld);
        self.fees.iter().filter(is_kept).map(|fee| fee.minor + fee.tax).sum()
    }

    /// What settlements of this status come to.
    fn settled(&self, books: Books, status: SettlementStatus) -> i64 {
        let is_meant = |one: &&Settlement| Some(one.merchant) == books && one.status == status;
        self.settlements.iter().filter(is_meant).map(|one| one.minor).sum()
    }

    /// Every cent that came in is in one place.
    pub fn conserves(&self) -> bool {
        let of = |statuses: &[DepositStatus]| -> i64 {
            self.deposits.iter().filter(|d| statuses.contains(&d.status)).map(|d| d.minor).sum()
        };
        let money_in = of(&DepositStatus::ALL);
        let owed: i64 = self.reversals.iter().filter(|r| r.is_open).map(|r| r.minor).sum();
        let banks: i64 = (0..2).map(Some).chain([None]).map(|books| self.at_bank(books)).sum();
        let paid: i64 = (0..2).map(|merchant| self.settled(Some(merchant), SettlementStatus::Paid)).sum();
        money_in == banks + owed + paid + self.fees_kept() + of(&[DepositStatus::Returned, DepositStatus::Reversed])
    }
}
