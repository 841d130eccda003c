//! Takes a file apart into messages, and these into fields: a tag such as `:61:` and the text up to the next tag.

use super::text::{is_blank, line_end};
use crate::notice::Format;
use crate::{FileError, PAYMENTS_MAX};

/// The longest line, in characters. The standard has 65; banks that do not break lines write some hundreds.
const LINE_CHARACTERS_MAX: usize = 4096;

/// The most text in one field, in bytes.
const FIELD_BYTES_MAX: usize = 16 * 1024;

/// The most fields in a file: a booking has two to four.
const FIELDS_MAX: usize = 8 * PAYMENTS_MAX;

/// The longest line of a file header, in bytes.
const HEADER_LINE_BYTES_MAX: usize = 35;

/// The fields of the two messages, and `NS`, in which some banks put what the standard has no place for.
const TAGS: [&str; 21] = [
    "20", "21", "25", "25P", "28", "28C", "13", "13D", "34F", "60F", "60M", "61", "62F", "62M", "64", "65", "65F",
    "86", "90C", "90D", "NS",
];

/// A field as it stands in the file.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) tag: &'static str,
    pub(super) line: u64,
    /// Everything after the tag, with the ends of the lines.
    text: &'a str,
    /// Where the text begins in the file.
    start: usize,
    /// Whether it stands after the end mark of its statement.
    pub(super) is_after_end: bool,
}

impl<'a> Field<'a> {
    /// The first line of the text, as written.
    pub(super) fn text(&self) -> &'a str {
        self.text.split(['\n', '\r']).next().unwrap_or_default()
    }

    /// The lines as written: a line that was full may end with a blank that belongs to the text.
    pub(super) fn written_lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.split(['\n', '\r']).map(|line| line.trim_end_matches(|end: char| is_blank(end) && end != ' '))
    }

    /// The lines of the text that are not empty, blanks and control characters at their ends dropped.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.split(['\n', '\r']).map(|line| line.trim_end_matches(is_blank)).filter(|line| !line.is_empty())
    }

    /// The tag as it is written, for errors and places.
    pub(super) fn element(&self) -> String {
        format!(":{}:", self.tag)
    }

    pub(super) fn error(&self, code: &'static str, message: impl Into<String>) -> FileError {
        FileError { line: self.line, column: None, element: self.element(), code, message: message.into() }
    }
}

/// One statement or report.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// The number in the block `{2:` or in a line `:940:`, where there is one.
    number: Option<&'a str>,
    /// The fields; the first is `:20:`.
    pub(super) fields: Vec<Field<'a>>,
    /// Whether the end mark `-` came.
    pub(super) is_ended: bool,
    /// The line of its end.
    pub(super) last_line: u64,
    /// Whether another message follows.
    pub(super) is_followed: bool,
}

impl<'a> Message<'a> {
    pub(super) fn first(&self) -> &Field<'a> {
        &self.fields[0]
    }

    pub(super) fn is_without_entries(&self) -> bool {
        self.fields.iter().all(|field| field.tag != "61")
    }

    /// The whole text, to know a message by that comes again.
    pub(super) fn content(&self) -> Vec<(&'static str, &'a str)> {
        self.fields.iter().map(|field| (field.tag, field.text.trim_end_matches(is_blank))).collect()
    }

    /// Which of the two it is: by its number, else by the balance or the floor limit, one of which each must have.
    pub(super) fn format(&self) -> Result<Format, FileError> {
        match self.number {
            Some("940") => return Ok(Format::Mt940),
            Some("942") => return Ok(Format::Mt942),
            Some(other) => {
                let message = format!("This is a SWIFT MT{other}; of SWIFT's messages, MT940 and MT942 are read.");
                return Err(self.first().error("unsupported_format", message));
            }
            None => {}
        }
        let deciding = self.fields.iter().find_map(|field| match field.tag {
            "60F" | "60M" => Some(Format::Mt940),
            "34F" => Some(Format::Mt942),
            _ => None,
        });
        deciding.ok_or_else(|| {
            let message = "The statement has neither an opening balance (:60F:) nor a floor limit (:34F:).";
            let line = self.last_line;
            FileError { line, element: ":60F:".to_owned(), ..self.first().error("missing_element", message) }
        })
    }
}

/// Whether a line begins with a tag, known or not: `:20:`, `:28C:`.
pub(super) fn is_tagged(line: &str) -> bool {
    tag_of(line).is_some_and(|(tag, _)| tag.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a line may stand before a message: empty, a block, or a short word in capitals.
pub(super) fn is_header(line: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'.' | b'-');
    line.is_empty()
        || line.starts_with(['{', '}'])
        || (line.len() <= HEADER_LINE_BYTES_MAX && line.bytes().all(is_word))
}

/// The tag that a line begins with, and the rest of the line.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_tag = match tag.len() {
        2 => is_number(tag) || tag == "NS",
        3 => {
            tag.get(..2).is_some_and(is_number) && tag.ends_with(|last: char| last.is_ascii_uppercase())
                || is_number(tag)
        }
        _ => false,
    };
    is_tag.then_some((tag, rest))
}

/// Splits the file.
pub(super) fn messages(text: &str) -> Result<Vec<Message<'_>>, FileError> {
    let mut splitter = Splitter { text, messages: Vec::new(), is_open: false, number: None, fields: 0, payments: 0 };
    let mut start = 0;
    let mut lines = text.split(line_end(text)).zip(1_u64..).peekable();
    while let Some((line, number)) = lines.next() {
        if line.len() > LINE_CHARACTERS_MAX && line.chars().nth(LINE_CHARACTERS_MAX).is_some() {
            let message = format!("The line has more than {LINE_CHARACTERS_MAX} characters.");
            return Err(splitter.error(number, "text_too_long", message));
        }
        splitter.add(Line { text: line, start, number }, lines.peek().map(|(next, _)| *next))?;
        start += line.len() + 1;
    }
    Ok(splitter.messages)
}

/// A line and where it begins in the file.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    start: usize,
    number: u64,
}

struct Splitter<'a> {
    text: &'a str,
    messages: Vec<Message<'a>>,
    /// Whether a message is being read.
    is_open: bool,
    /// The number of the message to come.
    number: Option<&'a str>,
    fields: usize,
    payments: usize,
}

impl<'a> Splitter<'a> {
    fn add(&mut self, line: Line<'a>, next: Option<&str>) -> Result<(), FileError> {
        let bare = line.text.trim_matches(is_blank);
        if self.is_open && (bare == "-" || bare.starts_with("-}")) {
            self.is_open = false;
            if let Some(message) = self.messages.last_mut() {
                message.is_ended = true;
                message.last_line = line.number;
            }
            return Ok(());
        }
        // Some banks write no end mark before the next message.
        if !self.is_open || bare.starts_with("{1:") {
            self.is_open = false;
            return self.add_outside(line, bare);
        }
        match tag_of(bare) {
            Some(("940" | "942", "")) => self.add_outside(line, bare),
            Some((tag, _)) if !self.is_text(tag, next) => self.begin_field(line, tag),
            _ => self.continue_field(line, bare),
        }
    }

    /// A line before, between or after the messages.
    fn add_outside(&mut self, line: Line<'a>, bare: &'a str) -> Result<(), FileError> {
        let (blocks, content) = match bare.rsplit_once("{4:") {
            _ if !bare.starts_with('{') => ("", bare),
            Some((blocks, content)) => (blocks, content),
            None => (bare, ""),
        };
        if let Some(number) = blocks.split_once("{2:").and_then(|(_, block)| block.get(1..4)) {
            self.number = Some(number);
        }
        match tag_of(content) {
            Some((number @ ("940" | "942"), "")) => {
                self.is_open = false;
                self.number = Some(number);
                Ok(())
            }
            Some(("20", _)) => self.begin_field(line, "20"),
            Some(("61", _)) if self.messages.last().is_some_and(|message| message.is_ended) => {
                self.is_open = true;
                self.begin_field(line, "61")
            }
            Some((tag, _)) => {
                let message = "This field belongs to no statement: there is no :20: before it.";
                Err(FileError { element: format!(":{tag}:"), ..self.error(line.number, "missing_element", message) })
            }
            None if content == "-" || is_header(content) => Ok(()),
            None => Err(self.error(line.number, "unexpected_element", "This line belongs to no statement.")),
        }
    }

    /// Whether a line that looks like a tag is a piece of the `:86:` at hand. Banks break `16:26:37` before `:26:37`; so
    /// what no statement has there is text, and a new `:20:` is one only if a statement goes on from it.
    fn is_text(&self, tag: &str, next: Option<&str>) -> bool {
        if self.open_field().is_none_or(|field| field.tag != "86") {
            return false;
        }
        let next = next.and_then(|next| tag_of(next.trim_start_matches(is_blank)));
        match tag {
            "20" => !matches!(next, Some(("21" | "25" | "25P", _))),
            "13" | "21" | "25" | "28" => true,
            other => !TAGS.contains(&other),
        }
    }

    fn begin_field(&mut self, line: Line<'a>, tag: &str) -> Result<(), FileError> {
        let Some(tag) = TAGS.iter().find(|known| **known == tag) else {
            let error = self.error(line.number, "unexpected_element", "A statement has no such field.");
            return Err(FileError { element: format!(":{tag}:"), ..error });
        };
        self.fields += 1;
        self.payments += usize::from(*tag == "61");
        if self.payments > PAYMENTS_MAX || self.fields > FIELDS_MAX {
            let message = format!("The file has more than {PAYMENTS_MAX} payments; at most that many are read.");
            return Err(self.error(line.number, "too_many_payments", message));
        }
        if *tag == "20" {
            let number = self.number.take();
            if let Some(message) = self.messages.last_mut() {
                message.is_followed = true;
            }
            self.messages.push(Message {
                number,
                fields: Vec::new(),
                is_ended: false,
                last_line: line.number,
                is_followed: false,
            });
            self.is_open = true;
        }
        // Before the tag may stand blanks, control characters and, before `:20:`, blocks.
        let blocks = line.text.rfind("{4:").filter(|_| *tag == "20").map_or(0, |offset| offset + 3);
        let written = format!(":{tag}:");
        let colon = line.text.get(blocks..).and_then(|rest| rest.find(&written)).unwrap_or(0);
        let start = blocks + colon + written.len();
        let text = line.text.get(start..).unwrap_or_default();
        if let Some(message) = self.messages.last_mut() {
            message.last_line = line.number;
            let is_after_end = message.is_ended;
            message.fields.push(Field { tag, line: line.number, text, start: line.start + start, is_after_end });
        }
        Ok(())
    }

    fn continue_field(&mut self, line: Line<'a>, bare: &str) -> Result<(), FileError> {
        if bare.is_empty() {
            return Ok(());
        }
        let text = self.text;
        let Some(message) = self.messages.last_mut() else { return Ok(()) };
        message.last_line = line.number;
        let Some(field) = message.fields.last_mut() else { return Ok(()) };
        if !matches!(field.tag, "86" | "61" | "NS" | "25P") {
            let error = field.error("unexpected_element", "The field has one line; this is no part of it.");
            return Err(FileError { line: line.number, ..error });
        }
        // A field is one piece of the file: what was read of it and everything up to the end of this line.
        field.text = text.get(field.start..line.start + line.text.len()).unwrap_or_default();
        if field.text.len() > FIELD_BYTES_MAX {
            let message = format!("The field has more than {FIELD_BYTES_MAX} bytes of text.");
            return Err(FileError { line: line.number, ..field.error("text_too_long", message) });
        }
        Ok(())
    }

    fn open_field(&self) -> Option<&Field<'a>> {
        self.messages.last().filter(|_| self.is_open).and_then(|message| message.fields.last())
    }

    /// A fault in the field at hand, if there is one.
    fn error(&self, line: u64, code: &'static str, message: impl Into<String>) -> FileError {
        let element = self.open_field().map(Field::element).unwrap_or_default();
        FileError { line, element, ..FileError::at_start(code, message) }
    }
}
