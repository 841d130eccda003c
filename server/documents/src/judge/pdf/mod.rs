//! PDF files: is it whole, unprotected, of a bearable length, and is anything on any page?
//!
//! This is our own small reader, of just as much PDF (ISO 32000-2) as those questions need, because the
//! general ones cannot be handed a hostile file inside the server: `lopdf` 0.47 reads every object
//! ahead, so that a file of 5 MB can name one large object a hundred thousand times, and
//! `hayro-syntax` 0.9 inflates without a limit. Here every step draws on one [`Budget`], and a file that
//! exhausts it is refused.
//!
//! The cross-reference table is not read: objects are found by scanning, the later of two with one
//! number wins. So a file with a broken table is taken, as every viewer does. Fonts are not looked at
//! and nothing is drawn: a page counts as shown when its content paints something that is not white.

mod budget;
mod file;
mod filter;
mod ink;
mod lexer;
mod object;

use std::collections::HashSet;
use std::rc::Rc;

use super::{Refusal, TRAILING_MAX};
use budget::Budget;
use file::File;
use object::{Dictionary, Object};

const PAGES_MAX: usize = 100;
/// Nodes of the page tree, of whatever kind.
const NODES_MAX: usize = 10_000;

/// The number of pages of a pdf that may be taken.
pub(super) fn judge(bytes: &[u8]) -> Result<u32, Refusal> {
    refuse_beyond_end(bytes)?;
    let budget = Budget::new();
    let verdict = File::scan(bytes, &budget).and_then(|file| judge_pages(&file));
    if budget.is_spent() { Err(Refusal::Unreadable) } else { verdict }
}

fn judge_pages(file: &File<'_>) -> Result<u32, Refusal> {
    let pages = pages(file)?;
    let count = u32::try_from(pages.len()).map_err(|_| Refusal::TooManyPages)?;
    if count == 0 {
        return Err(Refusal::Unreadable);
    }
    if pages.iter().any(|page| ink::is_on(file, page)) { Ok(count) } else { Err(Refusal::Blank) }
}

/// A file that was cut short has no end mark; a file with another one behind it has it too early.
fn refuse_beyond_end(bytes: &[u8]) -> Result<(), Refusal> {
    const MARK: &[u8] = b"%%EOF";
    let end = bytes.windows(MARK.len()).rposition(|window| window == MARK).ok_or(Refusal::Unreadable)?;
    if bytes.len() - end > MARK.len() + TRAILING_MAX { Err(Refusal::TrailingData) } else { Ok(()) }
}

/// A page, with the resources it may have inherited.
struct Page {
    dictionary: Dictionary,
    resources: Option<Rc<Object>>,
}

/// All pages in no particular order; `TooManyPages` as soon as there is one too many.
fn pages(file: &File<'_>) -> Result<Vec<Page>, Refusal> {
    let catalog = file.dictionary(file.root()).ok_or(Refusal::Unreadable)?;
    let root = catalog.get("Pages").ok_or(Refusal::Unreadable)?;
    let mut pages = Vec::new();
    let mut seen = HashSet::new();
    let mut left: Vec<(Object, Option<Rc<Object>>)> = vec![(root.clone(), None)];
    while let Some((node, inherited)) = left.pop() {
        if let Object::Reference(number) = node
            && !seen.insert(number)
        {
            continue;
        }
        let Some(dictionary) = file.dictionary(&node) else { continue };
        let resources = dictionary.get("Resources").map(|own| Rc::new(own.clone())).or(inherited);
        if let Some(Object::Array(kids)) = dictionary.get("Kids").map(|kids| file.resolve(kids)) {
            left.extend(kids.into_iter().map(|kid| (kid, resources.clone())));
        } else {
            pages.push(Page { dictionary: dictionary.into_owned(), resources });
        }
        if pages.len() > PAGES_MAX || seen.len() > NODES_MAX || left.len() > NODES_MAX {
            return Err(Refusal::TooManyPages);
        }
    }
    Ok(pages)
}
