//! From tokens to objects: ISO 32000-2, 7.3.

use std::collections::BTreeMap;

use super::lexer::{Lexer, Token};

const DEPTH_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// In thousandths.
    Real(i64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// By object number; generations do not matter to a reader that takes the latest.
    Reference(u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dictionary(BTreeMap<Vec<u8>, Object>);

impl Dictionary {
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.get_bytes(key.as_bytes())
    }

    pub(super) fn get_bytes(&self, key: &[u8]) -> Option<&Object> {
        self.0.get(key).filter(|value| **value != Object::Null)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Object> {
        self.0.values()
    }

    pub(super) fn is_type(&self, name: &str) -> bool {
        self.get("Type").is_some_and(|value| value.is_name(name))
    }
}

impl Object {
    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(own) if own == name.as_bytes())
    }

    pub(super) fn as_usize(&self) -> Option<usize> {
        match self {
            Self::Integer(value) => usize::try_from(*value).ok(),
            _ => None,
        }
    }

    /// A number in thousandths.
    pub(super) fn thousandths(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(value.saturating_mul(1000)),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    /// Reads one object; `None` where there is none, it is nested too deeply, or the budget is spent.
    pub(super) fn read(lexer: &mut Lexer<'_>) -> Option<Self> {
        let first = lexer.next()?;
        Self::read_from(first, lexer, DEPTH_MAX)
    }

    /// As [`Object::read`], where the first token is already read.
    pub(super) fn read_after(first: Token<'_>, lexer: &mut Lexer<'_>) -> Option<Self> {
        Self::read_from(first, lexer, DEPTH_MAX)
    }

    fn read_from(first: Token<'_>, lexer: &mut Lexer<'_>, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        match first {
            Token::Integer(value) => Some(read_reference(value, lexer).unwrap_or(Self::Integer(value))),
            Token::Real(value) => Some(Self::Real(value)),
            Token::Name(name) => Some(Self::Name(name)),
            Token::Text(text) => Some(Self::Text(text)),
            Token::ArrayStart => read_array(lexer, depth).map(Self::Array),
            Token::DictionaryStart => read_dictionary(lexer, depth).map(Self::Dictionary),
            Token::Word(b"null") => Some(Self::Null),
            Token::Word(b"true") => Some(Self::Boolean(true)),
            Token::Word(b"false") => Some(Self::Boolean(false)),
            Token::ArrayEnd | Token::DictionaryEnd | Token::Word(_) => None,
        }
    }
}

/// The rest of `12 0 R`, where that is what follows the first number.
fn read_reference(number: i64, lexer: &mut Lexer<'_>) -> Option<Object> {
    let number = u32::try_from(number).ok()?;
    let mut ahead = lexer.clone();
    let Token::Integer(_) = ahead.next()? else { return None };
    let Token::Word(b"R") = ahead.next()? else { return None };
    *lexer = ahead;
    Some(Object::Reference(number))
}

fn read_array(lexer: &mut Lexer<'_>, depth: usize) -> Option<Vec<Object>> {
    let mut items = Vec::new();
    loop {
        match lexer.next()? {
            Token::ArrayEnd => return Some(items),
            first => items.push(Object::read_from(first, lexer, depth)?),
        }
    }
}

fn read_dictionary(lexer: &mut Lexer<'_>, depth: usize) -> Option<Dictionary> {
    let mut entries = BTreeMap::new();
    loop {
        match lexer.next()? {
            Token::DictionaryEnd => return Some(Dictionary(entries)),
            Token::Name(key) => {
                let first = lexer.next()?;
                entries.insert(key, Object::read_from(first, lexer, depth)?);
            }
            _ => return None,
        }
    }
}
