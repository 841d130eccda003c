//! `All Customers`, as the page asks for it: the first page against one far behind, filters, searches and the count.

use std::time::Instant;

use anyhow::{Result, ensure};
use domain::{customer::CustomerType, standing::Status};
use service::{CustomerFilter, CustomerSort, PageRequest, Reader};

use crate::{
    figures::{Aim, Report, Samples, micros},
    installation::Demonstration,
};

pub const ROWS: u32 = 25;
pub const DEEP_PAGE: usize = 20_000;
/// Of these the slowest but two are within the 99th percentile.
const ROUNDS: usize = 200;
/// Not counted: they read from the disk what all later ones find in memory.
const WARMING_ROUNDS: usize = 10;
/// The way to the deep page is walked in strides of this many rows.
pub const STRIDE: usize = 10_000;
/// How much longer than the first page a look may take.
pub const FAST: Aim = Aim::RatioMax(1.5);
pub const FILTERED_MAX: Aim = FAST;
pub const SEARCHED_MAX: Aim = Aim::RatioMax(3.0);
const COUNTED_MAX: Aim = Aim::RatioMax(5.0);
/// And none of a hundred longer than this, in microseconds.
const P99_US_MAX: f64 = 50_000.0;

struct Look {
    name: String,
    filter: CustomerFilter,
    sort: CustomerSort,
    after: Option<String>,
    aim: Aim,
}

pub async fn measure(report: &mut Report, demonstration: &Demonstration) -> Result<()> {
    let reader = demonstration.purser.reader(&demonstration.authority());
    let deep_page = DEEP_PAGE.min(demonstration.customers * 8 / 10 / ROWS as usize);
    let newest = CustomerSort::Newest;
    let deep = key_of(&reader, newest, deep_page).await?;
    let by_name = key_of(&reader, CustomerSort::Name, deep_page).await?;
    let all = CustomerFilter::default;
    let status = |status| CustomerFilter { status: Some(status), ..all() };
    let words = |text: &str| CustomerFilter { q: Some(text.to_owned()), ..all() };
    let several = CustomerFilter {
        status: Some(Status::Suspended),
        customer_type: Some(CustomerType::Company),
        is_enabled: Some(true),
        ..all()
    };
    let rare = format!("HX-{:06}", demonstration.customers / 3);
    let look = |name: &str, filter, sort, after, aim| Look { name: name.to_owned(), filter, sort, after, aim };
    let looks = [
        look(&format!("page {deep_page}"), all(), newest, deep, FAST),
        look("sorted by name, first page", all(), CustomerSort::Name, None, FAST),
        look(&format!("sorted by name, page {deep_page}"), all(), CustomerSort::Name, by_name, FAST),
        look("filter: APPROVED", status(Status::Approved), newest, None, FILTERED_MAX),
        look("filter: SUSPENDED", status(Status::Suspended), newest, None, FILTERED_MAX),
        look("filter: SUSPENDED companies, enabled", several, newest, None, FILTERED_MAX),
        look("search: a common word (harbour)", words("harbour"), newest, None, SEARCHED_MAX),
        look("search: common words (example com)", words("example com"), newest, None, SEARCHED_MAX),
        look("search: two words (harbour logistics)", words("harbour logistics"), newest, None, SEARCHED_MAX),
        look(&format!("search: one reference ({rare})"), words(&rare), newest, None, SEARCHED_MAX),
        look("search: nobody (zzqqxx)", words("zzqqxx"), newest, None, SEARCHED_MAX),
        look("search: a beginning (ng)", words("ng"), newest, None, SEARCHED_MAX),
        look("search by name: a common word (harbour)", words("harbour"), CustomerSort::Name, None, SEARCHED_MAX),
        look(&format!("search by name: one reference ({rare})"), words(&rare), CustomerSort::Name, None, SEARCHED_MAX),
    ];
    let first = look("", all(), newest, None, Aim::None);
    let first = async || page(&reader, &first).await;
    for one in &looks {
        let name = format!("All Customers, {}", one.name);
        compare(report, &name, one.aim, first, async || page(&reader, one).await).await?;
    }
    let count = async || {
        reader.customer_counts().await?;
        Ok(())
    };
    compare(report, "All Customers, count", COUNTED_MAX, first, count).await
}

/// Times something in turns with the first page of its listing.
pub async fn compare(
    report: &mut Report,
    name: &str,
    aim: Aim,
    first_page: impl AsyncFn() -> Result<()>,
    other: impl AsyncFn() -> Result<()>,
) -> Result<()> {
    let (mut figure, mut baseline) = (Samples::default(), Samples::default());
    for round in 0..WARMING_ROUNDS + ROUNDS {
        let began_at = Instant::now();
        first_page().await?;
        let of_first = micros(began_at.elapsed());
        let began_at = Instant::now();
        other().await?;
        let of_other = micros(began_at.elapsed());
        if round >= WARMING_ROUNDS {
            baseline.push(of_first);
            figure.push(of_other);
        }
    }
    let aims = [aim, Aim::P99Max(P99_US_MAX)];
    report.add_with(name, "µs", &figure, Some(("its first page, newest first", &baseline)), &aims, None);
    Ok(())
}

async fn page(reader: &Reader, look: &Look) -> Result<()> {
    let request = PageRequest { limit: ROWS, after: look.after.clone() };
    reader.customers(&look.filter, look.sort, &request).await?;
    Ok(())
}

/// With what key the page after so many begins.
async fn key_of(reader: &Reader, sort: CustomerSort, page: usize) -> Result<Option<String>> {
    let mut left = page.saturating_sub(1) * ROWS as usize;
    let mut after = None;
    while left > 0 {
        let limit = u32::try_from(left.min(STRIDE))?;
        let page = reader.customers(&CustomerFilter::default(), sort, &PageRequest { limit, after }).await?;
        left -= page.rows.len().min(left);
        ensure!(page.next.is_some(), "there are enough customers for a deep page");
        after = page.next;
    }
    Ok(after)
}
