//! The listing of customers: filters, sorts, search, and pages by key.
//!
//! Every order is that of an index, so that page 20,000 costs what the first one costs. In the embedded database a search
//! by time walks the search index, whose order is the one in which customers were added, and a search by name sorts the
//! few it finds; when it finds many, it walks the names instead, where the next match is near. On PostgreSQL a search by
//! time is a condition like the others, and the planner takes whichever index is worth it.

use chrono::{DateTime, Utc};
use domain::{
    customer::CustomerType,
    id::{CustomerId, OrganisationId},
    standing::Status,
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows,
    rows::{id, millis, moment, word},
    search::Search,
    sql::{QueryBuilder, Row, query_scalar},
};

/// Which customers are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Words in the name, the reference, the e-mail or the id.
    pub q: Option<String>,
    /// Where they stand.
    pub status: Option<Status>,
    /// Person or company.
    pub customer_type: Option<CustomerType>,
    /// The merchant's switch.
    pub is_enabled: Option<bool>,
    /// Nothing is missing.
    pub is_wallet_ready: Option<bool>,
    /// Created then or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Created before then.
    pub created_to: Option<DateTime<Utc>>,
}

/// The order of the listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomerSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By name, A first.
    Name,
    /// By name, Z first.
    NameDescending,
}

/// A customer as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    /// Its id.
    pub id: CustomerId,
    /// Person or company.
    pub customer_type: CustomerType,
    /// Its name.
    pub name: String,
    /// The merchant's own id.
    pub reference: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// The merchant's switch.
    pub is_enabled: bool,
    /// Nothing is missing.
    pub is_wallet_ready: bool,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    seq: i64,
}

fn customer_row(row: &Row) -> Result<CustomerRow, Error> {
    Ok(CustomerRow {
        id: id(row, "id", CustomerId::from_uuid)?,
        customer_type: word(row, "type", CustomerType::from_code)?,
        name: row.try_get("name")?,
        reference: row.try_get("reference")?,
        status: word(row, "status", Status::from_code)?,
        is_enabled: row.try_get("is_enabled")?,
        is_wallet_ready: row.try_get("is_wallet_ready")?,
        created_at: moment(row, "created_at")?,
        seq: row.try_get("seq")?,
    })
}

/// A search by name that finds fewer than this sorts them.
const MANY: i64 = 2_000;
/// One that finds more walks the names when at least one customer in so many is a match.
const ROWS_TO_A_MATCH_MAX: i64 = 20;

/// Where a page begins: after these.
enum After {
    Id(Uuid),
    Name(Uuid),
    Seq(i64),
}

impl Rows<'_> {
    /// A page of customers, deleted ones left out. A key that is none of this listing's begins at the first page.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn customers(
        &mut self,
        organisation_id: OrganisationId,
        filter: &CustomerFilter,
        sort: CustomerSort,
        request: &PageRequest,
    ) -> Result<Page<CustomerRow>, Error> {
        let search = Search::of(filter.q.as_deref(), Some(CustomerId::PREFIX));
        let is_postgres = self.0.is_postgres();
        let order = match (sort, &search) {
            (CustomerSort::Newest, Some(_)) if is_postgres => Order::Id { is_descending: true },
            (CustomerSort::Oldest, Some(_)) if is_postgres => Order::Id { is_descending: false },
            (CustomerSort::Newest, Some(_)) => Order::Added { is_descending: true },
            (CustomerSort::Oldest, Some(_)) => Order::Added { is_descending: false },
            (CustomerSort::Newest, None) => Order::Id { is_descending: true },
            (CustomerSort::Oldest, None) => Order::Id { is_descending: false },
            (CustomerSort::Name, _) => Order::Name { is_descending: false },
            (CustomerSort::NameDescending, _) => Order::Name { is_descending: true },
        };
        let is_walk = match (order, &search) {
            (Order::Name { .. }, Some(search)) => self.finds_many(organisation_id, search).await?,
            _ => false,
        };
        // By time, the other engine's planner chooses by itself between the search index and a walk.
        let is_filtered = is_postgres || is_walk;
        let mut query = QueryBuilder::new(
            "SELECT c.seq, c.id, c.type, c.name, c.reference, c.status, c.is_enabled, c.is_wallet_ready, c.created_at FROM ",
        );
        match &search {
            Some(search) if !is_filtered => {
                // CROSS JOIN keeps the search index outside.
                query.push("customers_search s CROSS JOIN customers c ON c.seq = s.rowid WHERE s.search_text MATCH ");
                query.push_bind(search.expression());
                query.push(" AND c.organisation_id = ");
            }
            _ => {
                query.push("customers c WHERE c.organisation_id = ");
            }
        }
        query.push_bind(organisation_id.uuid());
        query.push(" AND c.deleted_at IS NULL");
        push_filter(&mut query, filter);
        match &search {
            Some(search) if is_filtered => search.push_conditions(&mut query, "c.search_text", is_postgres),
            Some(search) => search.push_checks(&mut query, "c.search_text"),
            None => {}
        }
        if let Some(after) = request.after.as_deref().and_then(|key| order.read(key)) {
            order.push_after(&mut query, organisation_id, &after);
        }
        query.push(match order {
            // Names in an order that no index has: the planner takes no account of how words gather in one part of it.
            Order::Name { is_descending } if is_postgres && search.is_some() && !is_walk => {
                if is_descending {
                    " ORDER BY c.name_key || '' DESC, c.id DESC"
                } else {
                    " ORDER BY c.name_key || '', c.id"
                }
            }
            order => order.clause(),
        });
        query.push(" LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<CustomerRow> = rows.iter().map(customer_row).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |row| order.key(row)))
    }

    /// Whether a search finds more than is quickly sorted, and so many that the next match is near in any order.
    async fn finds_many(&mut self, organisation_id: OrganisationId, search: &Search) -> Result<bool, Error> {
        let many = (self.customer_counts(organisation_id).await?.total() / ROWS_TO_A_MATCH_MAX).max(MANY);
        if self.0.is_postgres() {
            let mut query = QueryBuilder::new("SELECT 1 FROM customers c WHERE c.organisation_id = ");
            query.push_bind(organisation_id.uuid());
            search.push_conditions(&mut query, "c.search_text", true);
            return Ok(query.estimate(&mut self.0).await? >= many);
        }
        let found: i64 =
            query_scalar("SELECT count(*) FROM (SELECT 1 FROM customers_search WHERE search_text MATCH $1 LIMIT $2)")
                .bind(search.expression())
                .bind(many)
                .fetch_one(&mut self.0)
                .await?;
        Ok(found == many)
    }
}

#[derive(Clone, Copy)]
enum Order {
    Added { is_descending: bool },
    Id { is_descending: bool },
    Name { is_descending: bool },
}

impl Order {
    const fn clause(self) -> &'static str {
        match self {
            Self::Added { is_descending: true } => " ORDER BY s.rowid DESC",
            Self::Added { is_descending: false } => " ORDER BY s.rowid",
            Self::Id { is_descending: true } => " ORDER BY c.id DESC",
            Self::Id { is_descending: false } => " ORDER BY c.id",
            Self::Name { is_descending: true } => " ORDER BY c.name_key DESC, c.id DESC",
            Self::Name { is_descending: false } => " ORDER BY c.name_key, c.id",
        }
    }

    fn key(self, row: &CustomerRow) -> String {
        match self {
            Self::Added { .. } => row.seq.to_string(),
            // Never the name itself: this stands in URLs, and so in logs.
            Self::Id { .. } | Self::Name { .. } => row.id.uuid().simple().to_string(),
        }
    }

    fn read(self, key: &str) -> Option<After> {
        match self {
            Self::Added { .. } => key.parse().ok().map(After::Seq),
            Self::Id { .. } => Uuid::try_parse(key).ok().map(After::Id),
            Self::Name { .. } => Uuid::try_parse(key).ok().map(After::Name),
        }
    }

    fn push_after(self, query: &mut QueryBuilder<'_>, organisation_id: OrganisationId, after: &After) {
        let sign = match self {
            Self::Added { is_descending } | Self::Id { is_descending } | Self::Name { is_descending } => {
                if is_descending {
                    "<"
                } else {
                    ">"
                }
            }
        };
        match after {
            After::Seq(seq) => query.push(format!(" AND s.rowid {sign} ")).push_bind(*seq),
            After::Id(id) => query.push(format!(" AND c.id {sign} ")).push_bind(*id),
            After::Name(id) => query
                .push(format!(
                    " AND (c.name_key, c.id) {sign} ((SELECT name_key FROM customers WHERE organisation_id = "
                ))
                .push_bind(organisation_id.uuid())
                .push(" AND id = ")
                .push_bind(*id)
                .push("), ")
                .push_bind(*id)
                .push(")"),
        };
    }
}

fn push_filter(query: &mut QueryBuilder<'_>, filter: &CustomerFilter) {
    if let Some(status) = filter.status {
        query.push(" AND c.status = ").push_bind(status.code());
    }
    if let Some(customer_type) = filter.customer_type {
        query.push(" AND c.type = ").push_bind(customer_type.code());
    }
    if let Some(is_enabled) = filter.is_enabled {
        query.push(" AND c.is_enabled = ").push_bind(is_enabled);
    }
    if let Some(is_wallet_ready) = filter.is_wallet_ready {
        query.push(" AND c.is_wallet_ready = ").push_bind(is_wallet_ready);
    }
    if let Some(from) = filter.created_from {
        query.push(" AND c.created_at >= ").push_bind(millis(from));
        query.push(" AND c.id >= ").push_bind(domain::id::uuid_v7(from, [0; 10]));
    }
    if let Some(to) = filter.created_to {
        query.push(" AND c.created_at < ").push_bind(millis(to));
        query.push(" AND c.id < ").push_bind(domain::id::uuid_v7(to, [0; 10]));
    }
}
