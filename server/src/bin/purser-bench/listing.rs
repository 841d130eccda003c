//! `All Customers`, as the page asks for it: the first page against one far behind, filters, and searches.

use std::time::Instant;

use anyhow::{Result, ensure};
use domain::{customer::CustomerType, standing::Status};
use service::{CustomerFilter, CustomerSort, PageRequest, Reader};

use crate::{
    figures::{Aim, Report, Samples, micros},
    installation::Demonstration,
};

const ROWS: u32 = 25;
const DEEP_PAGE: usize = 20_000;
const ROUNDS: usize = 60;
/// Not counted: they read from the disk what all later ones find in memory.
const WARMING_ROUNDS: usize = 10;
/// The way to the deep page is walked in strides of this many rows.
const STRIDE: usize = 10_000;

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
        look(&format!("page {deep_page}"), all(), newest, deep, Aim::RatioMax(1.5)),
        look("sorted by name, first page", all(), CustomerSort::Name, None, Aim::None),
        look(&format!("sorted by name, page {deep_page}"), all(), CustomerSort::Name, by_name, Aim::None),
        look("filter: APPROVED", status(Status::Approved), newest, None, Aim::None),
        look("filter: SUSPENDED", status(Status::Suspended), newest, None, Aim::None),
        look("filter: SUSPENDED companies, enabled", several, newest, None, Aim::None),
        look("search: a common word (harbour)", words("harbour"), newest, None, Aim::None),
        look("search: common words (example com)", words("example com"), newest, None, Aim::None),
        look("search: two words (harbour logistics)", words("harbour logistics"), newest, None, Aim::None),
        look(&format!("search: one reference ({rare})"), words(&rare), newest, None, Aim::None),
        look("search: nobody (zzqqxx)", words("zzqqxx"), newest, None, Aim::None),
        look("search: a beginning (ng)", words("ng"), newest, None, Aim::None),
        look("search by name: a common word (harbour)", words("harbour"), CustomerSort::Name, None, Aim::None),
        look(&format!("search by name: one reference ({rare})"), words(&rare), CustomerSort::Name, None, Aim::None),
    ];
    let first = look("", all(), newest, None, Aim::None);
    for one in looks {
        let (mut figure, mut baseline) = (Samples::default(), Samples::default());
        for round in 0..WARMING_ROUNDS + ROUNDS {
            let (of_first, of_one) = (time(&reader, &first).await?, time(&reader, &one).await?);
            if round >= WARMING_ROUNDS {
                baseline.push(of_first);
                figure.push(of_one);
            }
        }
        let name = format!("All Customers, {}", one.name);
        report.add(&name, "µs", &figure, Some(("first page, newest first", &baseline)), one.aim, None);
    }
    Ok(())
}

async fn time(reader: &Reader, look: &Look) -> Result<f64> {
    let request = PageRequest { limit: ROWS, after: look.after.clone() };
    let began_at = Instant::now();
    reader.customers(&look.filter, look.sort, &request).await?;
    Ok(micros(began_at.elapsed()))
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
