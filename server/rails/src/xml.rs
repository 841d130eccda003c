//! A strict walk through an XML document: one element after the other, in the message's own namespace, bounded.
//!
//! Sits on quick-xml's tokens and adds what a bank file needs: namespaces, places for errors, and limits on depth, text,
//! tags and declarations. There is no document type and no entity but the five that XML has and character references,
//! so nothing can be expanded or fetched. Elements of a foreign namespace are passed over with all they hold.
//!
//! The walk is used like a cursor: [`Xml::child`] opens the next child of the open element and gives its name, or closes
//! the element and gives `None`; a child that was opened is then walked, read with [`Xml::text`] or left with
//! [`Xml::skip`].

use std::borrow::Cow;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};

use crate::FileError;
use crate::encoding::{is_xml_character, line_of};

const DEPTH_MAX: usize = 64;
const TEXT_BYTES_MAX: usize = 64 * 1024;
const TAG_BYTES_MAX: usize = 16 * 1024;
const NAMESPACES_MAX: usize = 64;

/// Where an element is, kept for what is said about it later.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) element: String,
    pub(crate) line: u64,
}

impl Place {
    pub(crate) fn error(&self, code: &'static str, message: impl Into<String>) -> FileError {
        FileError { line: self.line, column: None, element: self.element.clone(), code, message: message.into() }
    }
}

/// The walk.
pub(crate) struct Xml<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where the last token began.
    offset: usize,
    open: Vec<Open<'a>>,
    declared: Vec<Declared<'a>>,
    /// The namespace of the message, once it is known.
    namespace: &'a str,
    /// The open element was written `<a/>`.
    is_empty: bool,
    /// The text of the element that was closed last.
    closed_text: String,
    /// A line that was counted already, and its offset.
    counted: (usize, u64),
}

struct Open<'a> {
    name: &'a str,
    namespace: &'a str,
    /// The how-manieth of its name in a row.
    index: usize,
    offset: usize,
    attributes: Attributes<'a>,
    text: String,
    last_child: (&'a str, usize),
    declared_before: usize,
}

/// `xmlns:prefix="uri"`; the default namespace has the empty prefix.
struct Declared<'a> {
    prefix: &'a str,
    uri: &'a str,
}

impl<'a> Xml<'a> {
    /// Begins a walk and opens the root element.
    pub(crate) fn open(text: &'a str) -> Result<Self, FileError> {
        let mut xml = Self {
            text,
            reader: Reader::from_str(text),
            offset: 0,
            open: Vec::new(),
            declared: Vec::new(),
            namespace: "",
            is_empty: false,
            closed_text: String::new(),
            counted: (0, 1),
        };
        if xml.outside()? { Ok(xml) } else { Err(xml.error_here("malformed_xml", "The file has no XML element.")) }
    }

    /// The namespace of the open element; empty for none.
    pub(crate) fn namespace(&self) -> &'a str {
        self.open.last().map_or("", |open| open.namespace)
    }

    /// The local name of the open element.
    pub(crate) fn name(&self) -> &'a str {
        self.open.last().map_or("", |open| open.name)
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Takes the open element's namespace as that of the message.
    pub(crate) fn adopt_namespace(&mut self) {
        self.namespace = self.namespace();
    }

    /// Opens the next child of the open element that is in the message's namespace, or closes the element.
    pub(crate) fn child(&mut self) -> Result<Option<&'a str>, FileError> {
        while let Some(name) = self.any_child()? {
            if self.namespace() == self.namespace {
                return Ok(Some(name));
            }
            self.skip()?;
        }
        Ok(None)
    }

    /// The same for any namespace.
    pub(crate) fn any_child(&mut self) -> Result<Option<&'a str>, FileError> {
        if self.is_empty {
            self.close();
            return Ok(None);
        }
        loop {
            match self.token()? {
                Event::Start(_) => return self.enter(false).map(Some),
                Event::Empty(_) => return self.enter(true).map(Some),
                Event::End(_) => {
                    self.close();
                    return Ok(None);
                }
                Event::Text(text) => self.add_text(&text.xml10_content())?,
                Event::CData(text) => self.add_text(&text.xml10_content())?,
                Event::GeneralRef(reference) => self.add_reference(&reference)?,
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(self.refuse_document_type()),
                Event::Eof => return Err(self.truncated()),
            }
        }
    }

    /// Leaves the open element with all it holds.
    pub(crate) fn skip(&mut self) -> Result<(), FileError> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.any_child()?;
        }
        Ok(())
    }

    /// Closes the open element and gives its text, with blanks trimmed and runs of them, line ends too, made one.
    pub(crate) fn text(&mut self) -> Result<String, FileError> {
        match self.child()? {
            None => Ok(self.closed_text()),
            Some(_) => Err(self.error("unexpected_element", "This element does not belong here.")),
        }
    }

    /// The text of the element that was closed last, cleaned in the same way.
    pub(crate) fn closed_text(&self) -> String {
        let mut clean = String::with_capacity(self.closed_text.len());
        for word in self.closed_text.split_ascii_whitespace() {
            if !clean.is_empty() {
                clean.push(' ');
            }
            clean.push_str(word);
        }
        clean
    }

    /// The value of an attribute of the open element, exactly as written.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let attributes = self.open.last()?.attributes.clone();
        attributes.flatten().find(|found| found.key.as_ref() == name).map(|found| found.value.into_owned())
    }

    /// Passes what may stand outside of the root. True when it opened an element, false at the end of the file.
    pub(crate) fn outside(&mut self) -> Result<bool, FileError> {
        loop {
            match self.token()? {
                Event::Start(_) => return self.enter(false).map(|_| true),
                Event::Empty(_) => return self.enter(true).map(|_| true),
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::DocType(_) => return Err(self.refuse_document_type()),
                Event::Eof => return Ok(false),
                _ => {
                    return Err(self.error_here("malformed_xml", "There is text outside of the root element."));
                }
            }
        }
    }

    /// Where the open element is.
    pub(crate) fn place(&mut self) -> Place {
        let offset = self.open.last().map_or(self.offset, |open| open.offset);
        let (from, line) = self.counted;
        let line = match self.text.as_bytes().get(from..offset) {
            Some(passed) => line + passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>(),
            None => line_of(self.text, offset),
        };
        self.counted = (offset, line);
        Place { element: self.path(), line }
    }

    /// An error about the open element.
    pub(crate) fn error(&self, code: &'static str, message: impl Into<String>) -> FileError {
        self.error_at(self.open.last().map_or(self.offset, |open| open.offset), code, message)
    }

    fn error_here(&self, code: &'static str, message: impl Into<String>) -> FileError {
        self.error_at(self.offset, code, message)
    }

    fn error_at(&self, offset: usize, code: &'static str, message: impl Into<String>) -> FileError {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        FileError {
            line: line_of(self.text, offset),
            column: u64::try_from(last_line.chars().count() + 1).ok(),
            element: self.path(),
            code,
            message: message.into(),
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for open in &self.open {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(open.name);
            if open.index > 1 {
                // Writing to a string cannot fail.
                let _ = write!(path, "[{}]", open.index);
            }
        }
        path
    }

    fn token(&mut self) -> Result<Event<'a>, FileError> {
        self.offset = position(&self.reader);
        self.reader.read_event().map_err(|error| match error {
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                self.error_here("malformed_xml", "There is markup that XML does not know.")
            }
            Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => self.truncated(),
            error => self.error_here("malformed_xml", format!("This is not well-formed XML: {error}.")),
        })
    }

    /// Opens the element whose start tag is the last token.
    fn enter(&mut self, is_empty: bool) -> Result<&'a str, FileError> {
        let offset = self.offset;
        let tag = self.text.get(offset..position(&self.reader)).unwrap_or_default();
        if tag.len() > TAG_BYTES_MAX {
            return Err(self.error_here("tag_too_long", format!("A tag is longer than {TAG_BYTES_MAX} bytes.")));
        }
        let tag = tag.trim_start_matches('<').trim_end_matches('>');
        let tag = if is_empty { tag.strip_suffix('/').unwrap_or(tag) } else { tag };
        let name_end = tag.find(|character: char| character.is_ascii_whitespace()).unwrap_or(tag.len());
        let qualified = tag.get(..name_end).unwrap_or_default();
        let (prefix, name) = qualified.split_once(':').unwrap_or(("", qualified));
        let attributes = Attributes::new(tag, name_end);

        let index = match self.open.last_mut() {
            Some(parent) => {
                let (last, count) = parent.last_child;
                parent.last_child = (name, if last == name { count + 1 } else { 1 });
                parent.last_child.1
            }
            None => 1,
        };
        let declared_before = self.declared.len();
        let text = String::new();
        let last_child = ("", 0);
        self.open.push(Open { name, namespace: "", index, offset, attributes, text, last_child, declared_before });
        self.is_empty = is_empty;
        if self.open.len() > DEPTH_MAX {
            return Err(self.error("too_deep", format!("Elements are nested more than {DEPTH_MAX} deep.")));
        }
        if tag.len() > name_end {
            self.declare(tag, name_end)?;
        }
        let namespace = self.resolve(prefix)?;
        if let Some(open) = self.open.last_mut() {
            open.namespace = namespace;
        }
        Ok(name)
    }

    /// Checks the attributes of the element just opened and keeps its namespace declarations.
    fn declare(&mut self, tag: &'a str, name_end: usize) -> Result<(), FileError> {
        for attribute in Attributes::new(tag, name_end) {
            let attribute = attribute
                .map_err(|error| self.error("malformed_xml", format!("An attribute is not well formed: {error}.")))?;
            let prefix = match attribute.key.0.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => rest.trim_start_matches(':'),
                _ => continue,
            };
            if self.declared.len() >= NAMESPACES_MAX {
                return Err(
                    self.error("too_many_namespaces", format!("More than {NAMESPACES_MAX} namespaces are declared."))
                );
            }
            // Kept as written: a name hidden behind references is not one that is known here.
            let Cow::Borrowed(uri) = attribute.value else {
                continue;
            };
            self.declared.push(Declared { prefix, uri });
        }
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Result<&'a str, FileError> {
        match self.declared.iter().rev().find(|declared| declared.prefix == prefix) {
            Some(declared) => Ok(declared.uri),
            None if prefix.is_empty() => Ok(""),
            None => Err(self.error("malformed_xml", "The prefix of this element is not declared.")),
        }
    }

    fn close(&mut self) {
        self.is_empty = false;
        if let Some(open) = self.open.pop() {
            self.declared.truncate(open.declared_before);
            self.closed_text = open.text;
        }
    }

    fn add_text(&mut self, more: &str) -> Result<(), FileError> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        // The blanks between elements are not kept, however many there are.
        if open.text.is_empty() && more.trim_ascii().is_empty() {
            return Ok(());
        }
        if open.text.len() + more.len() > TEXT_BYTES_MAX {
            return Err(self.error("text_too_long", format!("The text is longer than {TEXT_BYTES_MAX} bytes.")));
        }
        open.text.push_str(more);
        Ok(())
    }

    fn add_reference(&mut self, reference: &BytesRef<'_>) -> Result<(), FileError> {
        let character = match reference.as_ref() {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "apos" => '\'',
            "quot" => '"',
            _ => match reference.resolve_char_ref() {
                Ok(Some(character)) if is_xml_character(character) => character,
                Ok(None) => {
                    return Err(
                        self.error_here("entity_refused", "The file uses an entity of its own; none are expanded.")
                    );
                }
                _ => {
                    return Err(
                        self.error_here("invalid_character", "A reference names a character that XML does not allow.")
                    );
                }
            },
        };
        self.add_text(character.encode_utf8(&mut [0; 4]))
    }

    fn refuse_document_type(&self) -> FileError {
        self.error_here(
            "dtd_refused",
            "The file has a document type declaration; bank files have none, and none is read.",
        )
    }

    fn truncated(&self) -> FileError {
        self.error_here("truncated", "The file ends too early, or its markup is cut off here.")
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
