//! Tables for comparing: sticky header, one line a row, the whole row a link. Below 640 px each row becomes a card, with
//! the same information, named by `data-label`; the roles are written out because a card is no table to a browser.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// On which side a column's cells stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    /// For amounts and counts.
    End,
}

impl Align {
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::End => Some("end"),
        }
    }
}

/// Which way a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortedBy {
    Ascending,
    Descending,
}

/// A column header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    pub label: String,
    pub align: Align,
    /// Where a press on the header leads; a column without one cannot be sorted by.
    pub sort_href: Option<String>,
    pub sorted: Option<SortedBy>,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of amounts or counts.
    pub fn figures(label: impl Into<String>) -> Self {
        Self { label: label.into(), align: Align::End, ..Self::default() }
    }

    /// Lets people sort by it: where the header leads, and how it is sorted now.
    #[must_use]
    pub fn sortable(mut self, href: impl Into<String>, sorted: Option<SortedBy>) -> Self {
        self.sort_href = Some(href.into());
        self.sorted = sorted;
        self
    }
}

/// A table with its rows as children. `label` names it for readers; `loading` keeps the old rows and dims them.
#[component]
pub fn Table(
    #[prop(into)] label: String,
    columns: Vec<Column>,
    #[prop(optional, into)] loading: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let headers = columns.into_iter().map(|column| view! { <Header column/> }).collect_view();
    // What the server sends is never stale, even when it was still waiting as this was written.
    let ready = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    // The old rows still ask while the new ones are on their way, when what was made with the old ones is gone.
    let is_stale = move || (ready.try_get() != Some(false) && loading.try_get() == Some(true)).then_some("true");
    view! {
        <div class="table-frame" data-name="table" data-loading=is_stale>
            <table class="table" role="table" aria-label=label aria-busy=is_stale>
                <thead role="rowgroup">
                    <tr role="row">{headers}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Header(column: Column) -> impl IntoView {
    let sorted = column.sorted.map(|sorted| match sorted {
        SortedBy::Ascending => "ascending",
        SortedBy::Descending => "descending",
    });
    let glyph = match column.sorted {
        Some(SortedBy::Ascending) => Glyph::ArrowUp,
        _ => Glyph::ArrowDown,
    };
    let content = match column.sort_href {
        Some(href) => view! { <a class="sort" href=href>{column.label} <Icon glyph/></a> }.into_any(),
        None => column.label.into_any(),
    };
    view! { <th scope="col" role="columnheader" data-align=column.align.name() aria-sort=sorted>{content}</th> }
}

/// One row. A `row-link` inside it (an `Id` with `href`, or `RowLink`) opens on a press anywhere in the row.
#[component]
pub fn Row(#[prop(optional, into)] id: Option<String>, children: Children) -> impl IntoView {
    view! { <tr role="row" id=id>{children()}</tr> }
}

/// One cell. `label` is the column's name, which the card shows.
#[component]
pub fn Cell(
    #[prop(into)] label: String,
    #[prop(optional)] align: Align,
    /// The name by which the card is headed.
    #[prop(optional)]
    head: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <td role="cell" data-label=label data-align=align.name() data-head=head.then_some("true")>
            <div class="cell">{children()}</div>
        </td>
    }
}

/// The link that opens a row, in words.
#[component]
pub fn RowLink(#[prop(into)] href: String, children: Children) -> impl IntoView {
    view! { <a class="row-link" href=href>{children()}</a> }
}

/// Says "none" where a cell has nothing: a dash for eyes, a word for readers.
#[component]
pub fn Nothing(#[prop(default = "None".to_owned(), into)] word: String) -> impl IntoView {
    view! { <span class="nothing"><span aria-hidden="true">"–"</span><span class="visually-hidden">{word}</span></span> }
}

/// Grey bars the height of `rows` rows, for the first load.
#[component]
pub fn TableSkeleton(#[prop(default = 10)] rows: u8) -> impl IntoView {
    let rows = (0..rows).map(|_| view! { <div class="skeleton-row"><span></span></div> }).collect_view();
    view! { <div class="skeleton" data-name="skeleton" aria-hidden="true">{rows}</div> }
}

/// The way to the rows before and after. `summary` says how many there are, and says "about" when that is an estimate.
#[component]
pub fn Pager(
    #[prop(optional, into)] summary: String,
    /// Back to the beginning in one step; for lists where that may be far.
    #[prop(optional)]
    first: Option<Option<String>>,
    previous: Option<String>,
    next: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" data-name="pager" aria-label="Pages">
            <p class="pager-summary">{summary}</p>
            <div class="button-row">
                {first.flatten().map(|href| view! { <a class="button" data-variant="quiet" data-size="small" href=href>"First page"</a> })}
                <PagerLink href=previous rel="prev" label="Previous" glyph=Glyph::ChevronLeft/>
                <PagerLink href=next rel="next" label="Next" glyph=Glyph::ChevronRight/>
            </div>
        </nav>
    }
    .into_any()
}

#[component]
fn PagerLink(href: Option<String>, rel: &'static str, label: &'static str, glyph: Glyph) -> impl IntoView {
    match href {
        Some(href) => view! {
            <a class="button" data-variant="secondary" data-size="small" data-rel=rel href=href rel=rel>
                <Icon glyph/>
                <span>{label}</span>
            </a>
        }
        .into_any(),
        None => view! {
            <span class="button" data-variant="secondary" data-size="small" data-rel=rel data-disabled="true">
                <Icon glyph/>
                <span>{label}</span>
            </span>
        }
        .into_any(),
    }
}
