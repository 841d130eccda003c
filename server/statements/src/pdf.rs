//! PDF for people and for print: A4, numbered pages, the columns named on each, money aligned at its right edge.
//!
//! A page is given away as soon as it is full. What is known only at the end stands at the end of the file: the fonts
//! with the glyphs that were used, and the number of pages, which every page shows by reference.

mod face;
mod file;

use chrono::{NaiveDate, NaiveTime};
use domain::{money::Money, wallet::TransactionType};
use pdf_writer::{Content, Date, Filter, Finish as _, Name, Rect, Ref, Str, TextStr};

use self::{
    face::Face,
    file::{File, packed},
};
use crate::{Broken, Head, lines::Line};

/// A4 in points.
const PAGE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 48.0;
const RIGHT: f32 = PAGE.0 - MARGIN;
/// Nothing of the table is below this.
const BOTTOM: f32 = 72.0;
/// Where the columns begin, or end for those of money.
const DATE: f32 = MARGIN;
const DETAILS: f32 = 112.0;
const OUT: f32 = 371.0;
const IN: f32 = 459.0;
const BALANCE: f32 = RIGHT;
/// As wide as a column of money may be.
const MONEY_WIDTH: f32 = 80.0;
const DETAILS_WIDTH: f32 = OUT - MONEY_WIDTH - 8.0 - DETAILS;
/// Room for the number of pages at the right edge.
const TOTAL_WIDTH: f32 = 24.0;
const TOTAL: &[u8] = b"Total";

const BODY: f32 = 8.5;
const SMALL: f32 = 7.0;
/// Shades of grey: text, what matters less, and rules.
const INK: f32 = 0.1;
const SOFT: f32 = 0.4;
const RULE: f32 = 0.82;

static REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
static STRONG: &[u8] = include_bytes!("../fonts/NotoSans-SemiBold.ttf");

/// A PDF while it is written.
pub(crate) struct Pdf {
    file: File,
    regular: Face,
    strong: Face,
    tree: Ref,
    total: Ref,
    pages: Vec<Ref>,
    page: Content,
    /// How far up the page is still free.
    y: f32,
    came_in: Option<Money>,
    went_out: Option<Money>,
}

impl std::fmt::Debug for Pdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pdf").field("pages", &self.pages.len()).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Left,
    Right,
}

#[derive(Clone, Copy)]
struct Style {
    is_strong: bool,
    size: f32,
    grey: f32,
}

const PLAIN: Style = Style { is_strong: false, size: BODY, grey: INK };
const HEAVY: Style = Style { is_strong: true, ..PLAIN };
const MINOR: Style = Style { is_strong: false, size: SMALL, grey: SOFT };

impl Pdf {
    pub(crate) fn new() -> Result<Self, Broken> {
        let mut file = File::new();
        let (tree, total) = (file.reserve()?, file.reserve()?);
        let regular = Face::new(&mut file, b"Regular", b"NotoSans-Regular", REGULAR)?;
        let strong = Face::new(&mut file, b"Strong", b"NotoSans-SemiBold", STRONG)?;
        let (pages, page, y) = (Vec::new(), Content::new(), PAGE.1 - MARGIN);
        Ok(Self { file, regular, strong, tree, total, pages, page, y, came_in: None, went_out: None })
    }

    pub(crate) fn part(&mut self, head: &Head, is_first: bool, lines: &[Line<'_>]) -> Result<Vec<u8>, Broken> {
        if is_first {
            self.head(head);
            self.columns();
            self.sum("Opening balance", head.first_day(), head.opening);
        }
        for line in lines {
            self.line(head, line)?;
        }
        Ok(self.file.take())
    }

    pub(crate) fn end(mut self, head: &Head) -> Result<Vec<u8>, Broken> {
        self.need(head, 56.0)?;
        self.sum("Closing balance", head.last_day(), head.closing);
        let zero = Money::zero(head.currency());
        let (went_out, came_in) = (self.went_out.unwrap_or(zero), self.came_in.unwrap_or(zero));
        self.y -= 15.0;
        self.text(DETAILS, Edge::Left, "Total out and in", MINOR);
        self.money(OUT, went_out, MINOR);
        self.money(IN, came_in, MINOR);
        self.end_page(head)?;
        let Self { mut file, mut regular, strong, tree, total, pages, .. } = self;
        let mut number = Content::new();
        let count = pages.len().to_string();
        let shown = regular.encode(&count);
        number.begin_text().set_fill_gray(SOFT).set_font(Name(regular.name), SMALL).show(Str(&shown)).end_text();
        let number = number.finish();
        let (one, other) = ((regular.name, regular.id), (strong.name, strong.id));
        file.put(total, |chunk| {
            let mut form = chunk.form_xobject(total, &number);
            form.bbox(Rect::new(0.0, -SMALL, 100.0, SMALL * 2.0));
            form.resources().fonts().pair(Name(one.0), one.1).pair(Name(other.0), other.1);
        });
        let count = i32::try_from(pages.len()).map_err(|error| Broken::Unwritten(error.into()))?;
        file.put(tree, |chunk| {
            let mut node = chunk.pages(tree);
            node.kids(pages).count(count).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1));
            let mut resources = node.resources();
            resources.fonts().pair(Name(one.0), one.1).pair(Name(other.0), other.1);
            resources.x_objects().pair(Name(TOTAL), total);
        });
        regular.finish(&mut file)?;
        strong.finish(&mut file)?;
        let (catalog, info) = (file.reserve()?, file.reserve()?);
        file.put(catalog, |chunk| {
            let mut catalog = chunk.indirect(catalog).start::<pdf_writer::writers::Catalog<'_>>();
            catalog.pages(tree).lang(TextStr("en")).viewer_preferences().display_doc_title(true);
        });
        file.put(info, |chunk| {
            let mut info = chunk.indirect(info).start::<pdf_writer::writers::DocumentInfo<'_>>();
            let title = format!("Statement {} to {}", head.first_day(), head.last_day());
            info.title(TextStr(&title)).author(TextStr(&head.organisation)).creator(TextStr("Purser"));
            info.creation_date(date(head));
        });
        Ok(file.finish(catalog, info))
    }

    /// What the statement is of, on the first page.
    fn head(&mut self, head: &Head) {
        self.y -= 12.0;
        let name = self.fitting(&head.organisation, RIGHT - MARGIN - 150.0, Style { size: 15.0, ..HEAVY });
        self.text(MARGIN, Edge::Left, &name, Style { size: 15.0, ..HEAVY });
        self.text(RIGHT, Edge::Right, "Account statement", Style { size: 11.0, grey: SOFT, ..PLAIN });
        self.y -= 12.0;
        self.rule(INK, 1.0);
        let mut facts = vec![("Account holder", head.holder.clone())];
        facts.extend(head.accounts.iter().map(|account| ("Account number", account.display())));
        facts.push(("Wallet", head.wallet_id.to_string()));
        facts.push(("Currency", head.currency().code().to_owned()));
        facts.push(("Period", period(head)));
        facts.push(("Made", head.made_at.format("%-d %b %Y at %H:%M:%S UTC").to_string()));
        self.y -= 6.0;
        let top = self.y;
        for (term, value) in facts {
            self.y -= 14.0;
            self.text(MARGIN, Edge::Left, term, Style { size: BODY, ..MINOR });
            let value = self.fitting(&value, 240.0, PLAIN);
            self.text(DETAILS + 10.0, Edge::Left, &value, PLAIN);
        }
        let under = self.y;
        self.y = top;
        for (term, balance) in [("Opening balance", head.opening), ("Closing balance", head.closing)] {
            self.y -= 14.0;
            self.text(RIGHT, Edge::Right, term, MINOR);
            self.y -= 15.0;
            self.text(RIGHT, Edge::Right, &shown(balance), Style { size: 12.0, ..HEAVY });
            self.y -= 3.0;
        }
        self.y = under.min(self.y) - 18.0;
    }

    /// The names of the columns, on every page.
    fn columns(&mut self) {
        self.y -= 10.0;
        let style = Style { size: SMALL, grey: SOFT, is_strong: true };
        self.text(DATE, Edge::Left, "Date", style);
        self.text(DETAILS, Edge::Left, "Details", style);
        for (at, name) in [(OUT, "Out"), (IN, "In"), (BALANCE, "Balance")] {
            self.text(at, Edge::Right, name, style);
        }
        self.y -= 5.0;
        self.rule(SOFT, 0.7);
    }

    fn sum(&mut self, what: &str, at: NaiveDate, balance: Money) {
        self.y -= 13.0;
        self.text(DATE, Edge::Left, &day(at), PLAIN);
        self.text(DETAILS, Edge::Left, what, HEAVY);
        self.money(BALANCE, balance, HEAVY);
        self.y -= 5.0;
        self.rule(RULE, 0.5);
    }

    fn line(&mut self, head: &Head, line: &Line<'_>) -> Result<(), Broken> {
        let transaction = line.transaction;
        let amount = transaction.amount;
        let (sum, at) = match transaction.kind {
            TransactionType::Credit => (&mut self.came_in, IN),
            _ => (&mut self.went_out, OUT),
        };
        let before = sum.unwrap_or(Money::zero(amount.currency()));
        *sum = Some(before.checked_add(amount).map_err(|_| Broken::DoesNotAddUp)?);
        let label = transaction.source.label();
        let name = transaction.sender.name.as_deref().filter(|name| !name.is_empty());
        let told = [name.map(|_| label.to_owned()), transaction.sender.account_text(), transaction.reference.clone()];
        let told: Vec<String> = told.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        self.need(head, if told.is_empty() { 18.0 } else { 28.0 })?;
        self.y -= 13.0;
        self.text(DATE, Edge::Left, &day(transaction.created_at.date_naive()), PLAIN);
        let name = self.fitting(name.unwrap_or(label), DETAILS_WIDTH, PLAIN);
        self.text(DETAILS, Edge::Left, &name, PLAIN);
        self.money(at, amount, PLAIN);
        self.money(BALANCE, line.balance, PLAIN);
        if !told.is_empty() {
            self.y -= 10.0;
            let told = self.fitting(&told.join(" · "), DETAILS_WIDTH, MINOR);
            self.text(DETAILS, Edge::Left, &told, MINOR);
        }
        self.y -= 5.0;
        self.rule(RULE, 0.5);
        Ok(())
    }

    /// Begins a page where this one has not as much room.
    fn need(&mut self, head: &Head, height: f32) -> Result<(), Broken> {
        if self.y - height < BOTTOM {
            self.end_page(head)?;
            self.columns();
        }
        Ok(())
    }

    fn end_page(&mut self, head: &Head) -> Result<(), Broken> {
        let number = self.pages.len() + 1;
        self.y = BOTTOM - 24.0;
        self.rule(RULE, 0.5);
        self.y -= 12.0;
        self.text(
            MARGIN,
            Edge::Left,
            &format!("{} · {} to {}", head.wallet_id, head.first_day(), head.last_day()),
            MINOR,
        );
        self.text(RIGHT - TOTAL_WIDTH, Edge::Right, &format!("Page {number} of"), MINOR);
        let x = RIGHT - TOTAL_WIDTH + 2.0;
        self.page.save_state().transform([1.0, 0.0, 0.0, 1.0, x, self.y]).x_object(Name(TOTAL)).restore_state();
        let content = packed(&std::mem::replace(&mut self.page, Content::new()).finish())?;
        let (page, body) = (self.file.reserve()?, self.file.reserve()?);
        self.file.put(body, |chunk| {
            chunk.stream(body, &content).filter(Filter::FlateDecode).finish();
        });
        let tree = self.tree;
        self.file.put(page, |chunk| {
            chunk.page(page).parent(tree).contents(body);
        });
        self.pages.push(page);
        self.y = PAGE.1 - MARGIN;
        Ok(())
    }

    fn money(&mut self, at: f32, money: Money, style: Style) {
        let text = money.to_grouped_string();
        let width = self.width(&text, style);
        let size = if width > MONEY_WIDTH { style.size * MONEY_WIDTH / width } else { style.size };
        self.text(at, Edge::Right, &text, Style { size, ..style });
    }

    fn text(&mut self, x: f32, edge: Edge, text: &str, style: Style) {
        let x = match edge {
            Edge::Left => x,
            Edge::Right => x - self.width(text, style),
        };
        let face = if style.is_strong { &mut self.strong } else { &mut self.regular };
        let shown = face.encode(text);
        self.page.begin_text().set_fill_gray(style.grey).set_font(Name(face.name), style.size);
        self.page.next_line(x, self.y).show(Str(&shown)).end_text();
    }

    fn width(&self, text: &str, style: Style) -> f32 {
        if style.is_strong { self.strong.width(text, style.size) } else { self.regular.width(text, style.size) }
    }

    /// The text, cut to a width.
    fn fitting(&self, text: &str, width: f32, style: Style) -> String {
        let plain: String = text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }).collect();
        if self.width(&plain, style) <= width {
            return plain;
        }
        let mut cut = String::new();
        let mut left = width - self.width("…", style);
        for c in plain.chars() {
            left -= self.width(c.encode_utf8(&mut [0; 4]), style);
            if left < 0.0 {
                break;
            }
            cut.push(c);
        }
        format!("{}…", cut.trim_end())
    }

    fn rule(&mut self, grey: f32, thickness: f32) {
        self.page.set_stroke_gray(grey).set_line_width(thickness);
        self.page.move_to(MARGIN, self.y).line_to(RIGHT, self.y).stroke();
    }
}

fn shown(balance: Money) -> String {
    format!("{} {}", balance.currency().code(), balance.to_grouped_string())
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// Whole days by their names, and anything else to the second.
fn period(head: &Head) -> String {
    if [head.from, head.before].iter().all(|at| at.time() == NaiveTime::MIN) {
        return format!("{} to {}, in UTC", day(head.first_day()), day(head.last_day()));
    }
    let [from, to] = [head.from, head.last_moment()].map(|at| at.format("%-d %b %Y %H:%M:%S").to_string());
    format!("{from} to {to}, in UTC")
}

fn date(head: &Head) -> Date {
    use chrono::{Datelike as _, Timelike as _};
    let at = head.made_at;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
