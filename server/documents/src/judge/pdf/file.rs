//! From a file to its objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::budget::Budget;
use super::filter::{self, Decoded};
use super::lexer::{Lexer, Token, is_space};
use super::object::{Dictionary, Object};
use crate::judge::Refusal;

/// References that lead to references.
const HOPS_MAX: usize = 16;
const OBJECTS_MAX: usize = 200_000;

pub(super) struct File<'a> {
    bytes: &'a [u8],
    budget: &'a Budget,
    places: BTreeMap<u32, Place>,
    /// The contents of object streams, decoded.
    containers: Vec<Vec<u8>>,
    root: Object,
}

/// Where an object begins.
#[derive(Clone, Copy)]
enum Place {
    /// In the file, behind `obj`.
    File(usize),
    /// In the contents of an object stream: which, and where in it.
    Container(usize, usize),
}

/// An object as it stands in the file, with the data behind it where it is a stream.
pub(super) struct Indirect<'a> {
    pub(super) object: Object,
    pub(super) data: Option<&'a [u8]>,
    end: usize,
}

impl<'a> File<'a> {
    /// Finds all objects and the root of the document.
    pub(super) fn scan(bytes: &'a [u8], budget: &'a Budget) -> Result<Self, Refusal> {
        let mut file = Self { bytes, budget, places: BTreeMap::new(), containers: Vec::new(), root: Object::Null };
        let mut trailers = trailers(bytes, budget);
        file.scan_objects(&mut trailers).ok_or(Refusal::Unreadable)?;
        if trailers.iter().any(|trailer| trailer.get("Encrypt").is_some()) {
            return Err(Refusal::Encrypted);
        }
        let root = trailers.iter().rev().find_map(|trailer| trailer.get("Root"));
        file.root = root.cloned().ok_or(Refusal::Unreadable)?;
        Ok(file)
    }

    pub(super) fn root(&self) -> &Object {
        &self.root
    }

    pub(super) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// The object itself, or the one it refers to; `Null` where there is none.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        self.indirect(object).map_or(Object::Null, |found| found.object)
    }

    /// The dictionary that an object is or refers to; that of a stream, too.
    pub(super) fn dictionary<'o>(&self, object: &'o Object) -> Option<Cow<'o, Dictionary>> {
        // Not copied where it stands already: one that is asked for often may be large.
        if let Object::Dictionary(dictionary) = object {
            return Some(Cow::Borrowed(dictionary));
        }
        match self.resolve(object) {
            Object::Dictionary(dictionary) => Some(Cow::Owned(dictionary)),
            _ => None,
        }
    }

    /// The stream that an object refers to.
    pub(super) fn stream(&self, object: &Object) -> Option<(Dictionary, &'a [u8])> {
        match self.indirect(object)? {
            Indirect { object: Object::Dictionary(dictionary), data: Some(data), .. } => Some((dictionary, data)),
            _ => None,
        }
    }

    fn indirect(&self, object: &Object) -> Option<Indirect<'a>> {
        let mut found = Indirect { object: object.clone(), data: None, end: 0 };
        for _ in 0..HOPS_MAX {
            let Object::Reference(number) = found.object else { return Some(found) };
            found = match *self.places.get(&number)? {
                Place::File(at) => read_indirect(self.bytes, at, self.budget)?,
                Place::Container(index, at) => {
                    let mut lexer = Lexer::new(self.containers.get(index)?, at, self.budget);
                    Indirect { object: Object::read(&mut lexer)?, data: None, end: 0 }
                }
            };
        }
        None
    }

    /// `None` when the budget is spent; what does not read is left out.
    fn scan_objects(&mut self, trailers: &mut Vec<Dictionary>) -> Option<()> {
        const KEYWORD: &[u8] = b"obj";
        let mut at = 0;
        while let Some(found) = find(self.bytes, at, KEYWORD, self.budget)? {
            at = found + KEYWORD.len();
            let Some(number) = number_before(&self.bytes[..found]) else { continue };
            let Some(indirect) = read_indirect(self.bytes, at, self.budget) else { continue };
            self.place(number, Place::File(at))?;
            at = indirect.end;
            match (indirect.object, indirect.data) {
                (Object::Dictionary(dictionary), Some(data)) if dictionary.is_type("ObjStm") => {
                    self.open_container(&dictionary, data)?;
                }
                (Object::Dictionary(dictionary), Some(_)) if dictionary.is_type("XRef") => trailers.push(dictionary),
                _ => {}
            }
        }
        (!self.budget.is_spent()).then_some(())
    }

    fn place(&mut self, number: u32, place: Place) -> Option<()> {
        self.places.insert(number, place);
        if self.places.len() > OBJECTS_MAX {
            self.budget.spend();
            return None;
        }
        Some(())
    }

    /// Notes the members of an object stream: pairs of number and offset stand before the first of them.
    fn open_container(&mut self, dictionary: &Dictionary, data: &[u8]) -> Option<()> {
        // An indirect filter or length of an object stream would need objects that may not be known yet.
        let Decoded::Bytes(contents) = filter::decode(dictionary, data, self.budget, &|object| object.clone()) else {
            return Some(());
        };
        let Some(first) = dictionary.get("First").and_then(Object::as_usize) else { return Some(()) };
        let index = self.containers.len();
        let mut members = Vec::new();
        let mut lexer = Lexer::new(&contents, 0, self.budget);
        while lexer.at < first
            && let Some(Token::Integer(number)) = lexer.next()
            && let Some(Token::Integer(offset)) = lexer.next()
        {
            let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) else { continue };
            members.push((number, Place::Container(index, first.saturating_add(offset))));
        }
        self.containers.push(contents);
        members.into_iter().try_for_each(|(number, place)| self.place(number, place))
    }
}

/// Reads the object that begins at `at`, and finds its data where it is a stream.
fn read_indirect<'a>(bytes: &'a [u8], at: usize, budget: &'a Budget) -> Option<Indirect<'a>> {
    let mut lexer = Lexer::new(bytes, at, budget);
    let object = Object::read(&mut lexer)?;
    let end = lexer.at;
    let Object::Dictionary(dictionary) = &object else { return Some(Indirect { object, data: None, end }) };
    let Some(Token::Word(b"stream")) = lexer.next() else { return Some(Indirect { object, data: None, end }) };
    let data = lexer.rest();
    let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")).unwrap_or(data);
    let length = stream_length(dictionary, data, budget)?;
    let end = bytes.len() - data.len() + length;
    Some(Indirect { object, data: Some(&data[..length]), end })
}

/// The stated length where the data does end there, otherwise as far as `endstream`.
fn stream_length(dictionary: &Dictionary, data: &[u8], budget: &Budget) -> Option<usize> {
    const END: &[u8] = b"endstream";
    let stated = dictionary.get("Length").and_then(Object::as_usize);
    let ends_there = |length: &usize| {
        let behind = data.get(*length..).unwrap_or_default();
        let space = behind.iter().take(4).take_while(|byte| is_space(**byte)).count();
        behind[space..].starts_with(END)
    };
    match stated.filter(ends_there) {
        Some(length) => Some(length),
        None => find(data, 0, END, budget)?,
    }
}

/// The dictionaries behind each `trailer`, in the order of the file.
fn trailers(bytes: &[u8], budget: &Budget) -> Vec<Dictionary> {
    const KEYWORD: &[u8] = b"trailer";
    let mut trailers = Vec::new();
    let mut at = 0;
    while let Some(Some(found)) = find(bytes, at, KEYWORD, budget) {
        at = found + KEYWORD.len();
        let mut lexer = Lexer::new(bytes, at, budget);
        if let Some(Object::Dictionary(dictionary)) = Object::read(&mut lexer) {
            at = lexer.at;
            trailers.push(dictionary);
        }
    }
    trailers
}

/// The object number in `12 0 obj`, given what stands before `obj`.
fn number_before(before: &[u8]) -> Option<u32> {
    let before = strip_digits(strip_space(before)?)?;
    let before = strip_space(before)?;
    let start = strip_digits(before)?.len();
    std::str::from_utf8(&before[start..]).ok()?.parse().ok()
}

fn strip_space(bytes: &[u8]) -> Option<&[u8]> {
    strip_end(bytes, is_space)
}

fn strip_digits(bytes: &[u8]) -> Option<&[u8]> {
    strip_end(bytes, |byte| byte.is_ascii_digit())
}

/// Without the bytes of a kind at the end, of which there must be at least one and may be ten.
fn strip_end(bytes: &[u8], kind: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let count = bytes.iter().rev().take(10).take_while(|byte| kind(**byte)).count();
    (count > 0).then(|| &bytes[..bytes.len() - count])
}

/// `None` when the budget is spent, `Some(None)` when there is no further one.
#[expect(clippy::option_option, reason = "spent and absent differ, and `?` is for the first")]
fn find(bytes: &[u8], from: usize, pattern: &[u8], budget: &Budget) -> Option<Option<usize>> {
    let rest = bytes.get(from..).unwrap_or_default();
    let found = rest.windows(pattern.len()).position(|window| window == pattern);
    budget.work(found.unwrap_or(rest.len()))?;
    Some(found.map(|offset| from + offset))
}
