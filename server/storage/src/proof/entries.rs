//! Journal entries with their postings and their links, each stream in its order.

use std::collections::HashMap;

use futures::{StreamExt as _, stream::BoxStream};
use uuid::Uuid;

use super::{
    AccountKey, Faults, Print, Printer,
    chain::{ChainHead, Content, Hash, PostingRow, digest, hash_of, link},
    snapshot::View,
};
use crate::{Error, sql::Row};

const NOT_SEALED: &str = "an entry is not what was sealed";
const GONE: &str = "an entry was sealed and is not there any more";
const NEVER_SEALED: &str = "an entry was never sealed, and does not wait to be";
/// How often the progress is told.
const TOLD_EVERY: u64 = 50_000;

/// What entries and postings say.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) faults: Faults,
    pub(super) count: u64,
    pub(super) postings: u64,
    pub(super) links: u64,
    pub(super) waiting: u64,
    pub(super) accounts: HashMap<AccountKey, Moved>,
    /// Of the deposits that came in, to wherever.
    pub(super) arrived: Print,
    /// Of the deposits that reached a wallet.
    pub(super) credited: Print,
}

/// What was posted to an account.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    pub(super) sum: i128,
    /// Of its postings, each with its source.
    pub(super) print: Print,
}

struct Entry {
    key: (Uuid, Uuid),
    kind: String,
    source_id: String,
    at: i64,
}

struct Link {
    organisation: Uuid,
    number: i64,
    entry: Uuid,
    hash: Hash,
}

/// A stream with a look at what comes next.
struct Peeked<'s, T> {
    rows: BoxStream<'s, Result<Row, Error>>,
    next: Option<T>,
    read: fn(&Row) -> Result<T, Error>,
}

impl<'s, T> Peeked<'s, T> {
    async fn new(view: &'s mut View, sql: &'static str, read: fn(&Row) -> Result<T, Error>) -> Result<Self, Error> {
        let mut peeked = Self { rows: view.rows(sql), next: None, read };
        peeked.advance().await?;
        Ok(peeked)
    }

    /// Takes what comes next.
    async fn advance(&mut self) -> Result<Option<T>, Error> {
        let next = match self.rows.next().await {
            Some(row) => Some((self.read)(&row?)?),
            None => None,
        };
        Ok(std::mem::replace(&mut self.next, next))
    }
}

pub(super) async fn walk_entries(
    [mut entries, mut postings, mut links, mut waiting]: [View; 4],
    heads: &[ChainHead],
    signed: &[ChainHead],
    printer: &Printer,
    tell: impl Fn(u64) + Send,
) -> Result<Entries, Error> {
    let mut found = Entries::default();
    {
        let mut entries = Peeked::new(
            &mut entries,
            "SELECT organisation_id, id, kind, source_id, at FROM journal_entries ORDER BY organisation_id, id",
            |row| {
                let key = (row.try_get(0)?, row.try_get(1)?);
                Ok(Entry { key, kind: row.try_get(2)?, source_id: row.try_get(3)?, at: row.try_get(4)? })
            },
        )
        .await?;
        let mut postings = Peeked::new(
            &mut postings,
            "SELECT organisation_id, entry_id, position, account_id, amount, currency FROM postings
             ORDER BY organisation_id, entry_id, position",
            |row| Ok(((row.try_get(0)?, row.try_get(1)?), PostingRow::of(row, 2)?)),
        )
        .await?;
        let links = Peeked::new(
            &mut links,
            "SELECT organisation_id, number, entry_id, hash FROM chain_links ORDER BY organisation_id, number",
            |row| {
                Ok(Link {
                    organisation: row.try_get(0)?,
                    number: row.try_get(1)?,
                    entry: row.try_get(2)?,
                    hash: hash_of(row.try_get(3)?)?,
                })
            },
        )
        .await?;
        let mut waiting = Peeked::new(
            &mut waiting,
            "SELECT organisation_id, entry_id FROM chain_queue ORDER BY organisation_id, entry_id",
            |row| Ok((row.try_get::<Uuid, _>(0)?, row.try_get::<Uuid, _>(1)?)),
        )
        .await?;
        let mut chain = Chain::new(links, heads, signed);
        let mut own: Vec<PostingRow> = Vec::new();
        while let Some(entry) = entries.advance().await? {
            own.clear();
            while let Some((key, _)) = postings.next.as_ref().filter(|(key, _)| *key <= entry.key) {
                if *key == entry.key {
                    own.extend(postings.advance().await?.map(|(_, posting)| posting));
                } else {
                    found.faults.add("there are postings of an entry that is not there", key.1);
                    postings.advance().await?;
                }
            }
            found.count += 1;
            found.postings += own.len() as u64;
            if (found.count + found.postings) % TOLD_EVERY < 3 {
                tell(found.count + found.postings);
            }
            found.add(&entry, &own, printer);
            while waiting.next.is_some_and(|key| key < entry.key) {
                found.waits_for_nothing(&mut waiting).await?;
            }
            let is_waiting = waiting.next == Some(entry.key);
            if is_waiting {
                found.waiting += 1;
                waiting.advance().await?;
            }
            let content = Content {
                organisation_id: entry.key.0,
                id: entry.key.1,
                kind: &entry.kind,
                source_id: &entry.source_id,
                at: entry.at,
            };
            chain.come_to(entry.key, (!is_waiting).then(|| digest(&content, &own)), &mut found).await?;
        }
        while let Some((key, _)) = postings.advance().await? {
            found.faults.add("there are postings of an entry that is not there", key.1);
        }
        while waiting.next.is_some() {
            found.waits_for_nothing(&mut waiting).await?;
        }
        chain.end(&mut found).await?;
        tell(found.count + found.postings);
    }
    for view in [entries, postings, links, waiting] {
        view.close().await?;
    }
    Ok(found)
}

impl Entries {
    fn add(&mut self, entry: &Entry, postings: &[PostingRow], printer: &Printer) {
        let (organisation, id) = entry.key;
        let mut sums: Vec<(&str, i128)> = Vec::with_capacity(1);
        let mut credited = 0;
        for posting in postings {
            match sums.iter_mut().find(|(currency, _)| *currency == posting.currency) {
                Some((_, sum)) => *sum += i128::from(posting.amount),
                None => sums.push((&posting.currency, i128::from(posting.amount))),
            }
            let row =
                (organisation, posting.account_id, entry.source_id.as_str(), posting.amount, posting.currency.as_str());
            let moved = self.accounts.entry((organisation, posting.account_id)).or_default();
            moved.sum += i128::from(posting.amount);
            moved.print.add(printer.of(row));
            credited += posting.amount.max(0);
        }
        if postings.len() < 2 || sums.iter().any(|(_, sum)| *sum != 0) {
            self.faults.add("the postings of an entry do not sum to zero", id);
        }
        let currency = postings.first().map_or("", |posting| posting.currency.as_str());
        let of_deposit = printer.of((entry.source_id.as_str(), credited, currency));
        match entry.kind.as_str() {
            "deposit_held" | "deposit_rejected" => self.arrived.add(of_deposit),
            "deposit_matched" => self.credited.add(of_deposit),
            "deposit_credited" => {
                self.arrived.add(of_deposit);
                self.credited.add(of_deposit);
            }
            _ => {}
        }
    }

    async fn waits_for_nothing(&mut self, waiting: &mut Peeked<'_, (Uuid, Uuid)>) -> Result<(), Error> {
        if let Some((_, entry)) = waiting.advance().await? {
            self.faults.add("an entry that is not there waits to be sealed", entry);
        }
        Ok(())
    }
}

/// The chains, link after link, beside the entries in the order of their ids. The two orders differ by what was saved late.
struct Chain<'s> {
    links: Peeked<'s, Link>,
    heads: HashMap<Uuid, ChainHead>,
    signed: HashMap<(Uuid, i64), Hash>,
    /// Entries that were passed and whose link comes later.
    passed: HashMap<(Uuid, Uuid), Hash>,
    /// The last link of the chain at hand.
    last: Option<(Uuid, i64, Hash)>,
    reached: HashMap<Uuid, i64>,
    wanted: HashMap<Uuid, i64>,
}

impl<'s> Chain<'s> {
    fn new(links: Peeked<'s, Link>, heads: &[ChainHead], signed: &[ChainHead]) -> Self {
        let mut wanted = HashMap::new();
        for head in signed {
            let number = wanted.entry(head.organisation_id.uuid()).or_insert(head.number);
            *number = head.number.max(*number);
        }
        Self {
            links,
            heads: heads.iter().map(|head| (head.organisation_id.uuid(), *head)).collect(),
            signed: signed.iter().map(|head| ((head.organisation_id.uuid(), head.number), head.hash)).collect(),
            passed: HashMap::new(),
            last: None,
            reached: HashMap::new(),
            wanted,
        }
    }

    /// An entry was reached; its digest, unless it waits for its link.
    async fn come_to(&mut self, key: (Uuid, Uuid), digest: Option<Hash>, found: &mut Entries) -> Result<(), Error> {
        if let Some(digest) = digest {
            self.passed.insert(key, digest);
        }
        while let Some(link) = &self.links.next {
            let of_link = (link.organisation, link.entry);
            let is_passed = self.passed.contains_key(&of_link);
            if !is_passed && of_link > key {
                break;
            }
            self.take(found).await?;
        }
        Ok(())
    }

    /// Takes the next link, whose entry was passed or never came.
    async fn take(&mut self, found: &mut Entries) -> Result<(), Error> {
        let Some(next) = self.links.advance().await? else { return Ok(()) };
        found.links += 1;
        let (number, before) = match self.last {
            Some((organisation, number, hash)) if organisation == next.organisation => (number, hash),
            _ => {
                self.end_chain(found);
                (0, [0; 32])
            }
        };
        let digest = self.passed.remove(&(next.organisation, next.entry));
        match digest {
            _ if next.number != number + 1 => {
                found.faults.add("links are missing in a chain before the entry", next.entry);
            }
            None => found.faults.add(GONE, next.entry),
            Some(digest) if link(&before, next.number, &digest) != next.hash => {
                found.faults.add(NOT_SEALED, next.entry);
            }
            Some(_) => {}
        }
        let signed = self.signed.get(&(next.organisation, next.number));
        if signed.is_some_and(|signed| *signed != next.hash) {
            found.faults.add("the chain is not the one that was signed, at the entry", next.entry);
        }
        // From the stored one, so that one fault is told once.
        self.last = Some((next.organisation, next.number, next.hash));
        Ok(())
    }

    /// The chain at hand has no more links.
    fn end_chain(&mut self, found: &mut Entries) {
        let Some((organisation, number, hash)) = self.last.take() else { return };
        let is_head = self.heads.remove(&organisation).is_some_and(|head| (head.number, head.hash) == (number, hash));
        if !is_head {
            found.faults.add("the head of a chain is not its last link", organisation);
        }
        self.reached.insert(organisation, number);
    }

    async fn end(mut self, found: &mut Entries) -> Result<(), Error> {
        while self.links.next.is_some() {
            self.take(found).await?;
        }
        self.end_chain(found);
        for (organisation, head) in &self.heads {
            if head.number > 0 {
                found.faults.add("the chain of an organisation is gone", *organisation);
            }
        }
        let mut unsealed: Vec<Uuid> = self.passed.keys().map(|(_, entry)| *entry).collect();
        unsealed.sort_unstable();
        for entry in unsealed {
            found.faults.add(NEVER_SEALED, entry);
        }
        for (organisation, wanted) in &self.wanted {
            if self.reached.get(organisation).is_none_or(|reached| reached < wanted) {
                found.faults.add("the chain of an organisation does not reach what was signed", *organisation);
            }
        }
        Ok(())
    }
}
