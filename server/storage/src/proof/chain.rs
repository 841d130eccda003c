//! The chain of an organisation's journal entries: what is hashed, and how entries get their links. The bytes are those of
//! `docs/ledger-proof.md`, by which anybody can compute them again.

use chrono::{DateTime, Utc};
use domain::id::OrganisationId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis, moment},
    sql::{QueryBuilder, Row, query, query_scalar},
};

/// Before everything that an entry's digest is of.
const DOMAIN: &[u8; 16] = b"purser ledger v1";

/// A hash of a link.
pub(crate) type Hash = [u8; 32];

/// Up to where the entries of an organisation are chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// How many entries.
    pub number: i64,
    /// Of the last link, and by it of all before.
    pub hash: [u8; 32],
    /// When that link was made.
    pub at: DateTime<Utc>,
}

/// An entry, as it is hashed.
pub(crate) struct Content<'a> {
    pub(crate) organisation_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) kind: &'a str,
    pub(crate) source_id: &'a str,
    pub(crate) at: i64,
}

/// A posting, as it is hashed.
pub(crate) struct PostingRow {
    pub(crate) position: i64,
    pub(crate) account_id: Uuid,
    pub(crate) amount: i64,
    pub(crate) currency: String,
}

impl PostingRow {
    /// Columns: position, account, amount, currency; the first at `at`.
    pub(crate) fn of(row: &Row, at: usize) -> Result<Self, Error> {
        Ok(Self {
            position: row.try_get(at)?,
            account_id: row.try_get(at + 1)?,
            amount: row.try_get(at + 2)?,
            currency: row.try_get(at + 3)?,
        })
    }
}

pub(crate) fn digest(entry: &Content<'_>, postings: &[PostingRow]) -> Hash {
    let text = |hash: &mut Sha256, text: &str| {
        hash.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    };
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(entry.organisation_id.as_bytes());
    hash.update(entry.id.as_bytes());
    text(&mut hash, entry.kind);
    text(&mut hash, entry.source_id);
    hash.update(entry.at.to_be_bytes());
    hash.update(u32::try_from(postings.len()).unwrap_or(u32::MAX).to_be_bytes());
    for posting in postings {
        hash.update(posting.position.to_be_bytes());
        hash.update(posting.account_id.as_bytes());
        hash.update(posting.amount.to_be_bytes());
        text(&mut hash, &posting.currency);
    }
    hash.finalize().into()
}

pub(crate) fn link(before: &Hash, number: i64, digest: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(number.to_be_bytes());
    hash.update(digest);
    hash.finalize().into()
}

pub(crate) fn hash_of(bytes: Vec<u8>) -> Result<Hash, Error> {
    bytes.try_into().map_err(|_| Error::corrupt("hash", "it has not 32 bytes"))
}

fn head(row: &Row) -> Result<ChainHead, Error> {
    Ok(ChainHead {
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        number: row.try_get("number")?,
        hash: hash_of(row.try_get("hash")?)?,
        at: moment(row, "at")?,
    })
}

impl Rows<'_> {
    /// The heads of all chains, or of one organisation's.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn chain_heads(&mut self, of: Option<OrganisationId>) -> Result<Vec<ChainHead>, Error> {
        let mut query = QueryBuilder::new("SELECT organisation_id, number, hash, at FROM chain_heads");
        if let Some(organisation_id) = of {
            query.push(" WHERE organisation_id = ").push_bind(organisation_id.uuid());
        }
        query.push(" ORDER BY organisation_id");
        query.build().fetch_all(&mut self.0).await?.iter().map(head).collect()
    }

    /// The organisations that have entries without a link.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn organisations_to_seal(&mut self) -> Result<Vec<OrganisationId>, Error> {
        let found: Vec<Uuid> = query_scalar(
            "SELECT o.id FROM organisations o WHERE EXISTS (SELECT 1 FROM chain_queue q WHERE q.organisation_id = o.id)",
        )
        .fetch_all(&mut self.0)
        .await?;
        Ok(found.into_iter().map(OrganisationId::from_uuid).collect())
    }
}

impl UnitOfWork {
    /// Gives entries of an organisation that wait for it their links, in the order of their ids, at most so many. Tells how
    /// many. Whoever else does so waits, and goes on behind.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn seal_entries(
        &mut self,
        organisation_id: OrganisationId,
        entries_max: u32,
        at: DateTime<Utc>,
    ) -> Result<u32, Error> {
        let organisation = organisation_id.uuid();
        query(
            "INSERT INTO chain_heads (organisation_id, number, hash, at) VALUES ($1, 0, $2, $3)
             ON CONFLICT (organisation_id) DO NOTHING",
        )
        .bind(organisation)
        .bind(vec![0; 32])
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        let lock = self.conn().for_update();
        let row = query(sqlx::AssertSqlSafe(format!(
            "SELECT organisation_id, number, hash, at FROM chain_heads WHERE organisation_id = $1{lock}"
        )))
        .bind(organisation)
        .fetch_one(&mut self.conn())
        .await?;
        let mut head = head(&row)?;
        let rows = query(
            "SELECT e.id, e.kind, e.source_id, e.at, p.position, p.account_id, p.amount, p.currency FROM (
                 SELECT entry_id FROM chain_queue WHERE organisation_id = $1 ORDER BY entry_id LIMIT $2
             ) AS q
             JOIN journal_entries e ON e.organisation_id = $1 AND e.id = q.entry_id
             JOIN postings p ON p.organisation_id = $1 AND p.entry_id = q.entry_id ORDER BY e.id, p.position",
        )
        .bind(organisation)
        .bind(i64::from(entries_max))
        .fetch_all(&mut self.conn())
        .await?;
        let mut links: Vec<(i64, Uuid, Hash)> = Vec::new();
        for entry in rows.chunk_by(same_entry) {
            let [first, ..] = entry else { continue };
            let (kind, source_id): (String, String) = (first.try_get(1)?, first.try_get(2)?);
            let content = Content {
                organisation_id: organisation,
                id: first.try_get(0)?,
                kind: &kind,
                source_id: &source_id,
                at: first.try_get(3)?,
            };
            let postings = entry.iter().map(|row| PostingRow::of(row, 4)).collect::<Result<Vec<_>, Error>>()?;
            head.number += 1;
            head.hash = link(&head.hash, head.number, &digest(&content, &postings));
            links.push((head.number, content.id, head.hash));
        }
        let (Some((_, first, _)), Some((_, last, _))) = (links.first(), links.last()) else { return Ok(0) };
        let (first, last) = (*first, *last);
        let sealed = u32::try_from(links.len()).unwrap_or(u32::MAX);
        let mut insert = QueryBuilder::of_many_values(
            "INSERT INTO chain_links (organisation_id, number, entry_id, hash) ",
            &self.conn(),
        );
        insert.push_values(&links, |mut row, (number, entry, hash)| {
            row.push_bind(organisation).push_bind(*number).push_bind(*entry).push_bind(hash.to_vec());
        });
        insert.build().execute(&mut self.conn()).await?;
        // Those with links, and not one that came in between them just now.
        query(
            "DELETE FROM chain_queue WHERE organisation_id = $1 AND entry_id BETWEEN $2 AND $3 AND EXISTS (
                 SELECT 1 FROM chain_links l WHERE l.organisation_id = $1 AND l.entry_id = chain_queue.entry_id)",
        )
        .bind(organisation)
        .bind(first)
        .bind(last)
        .execute(&mut self.conn())
        .await?;
        query("UPDATE chain_heads SET number = $2, hash = $3, at = $4 WHERE organisation_id = $1")
            .bind(organisation)
            .bind(head.number)
            .bind(head.hash.to_vec())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(sealed)
    }
}

fn same_entry(one: &Row, other: &Row) -> bool {
    matches!((one.try_get::<Uuid, _>(0), other.try_get::<Uuid, _>(0)), (Ok(one), Ok(other)) if one == other)
}
