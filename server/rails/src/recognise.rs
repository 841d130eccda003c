//! What a file is, by its content. What is not read is named, so that the person who chose the file knows it too.

use crate::FileError;
use crate::notice::Format;
use crate::xml::Xml;

/// Before the number of a message in the namespace of every ISO 20022 message.
const ISO_20022: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// Envelopes put the message this deep at most.
const DOCUMENT_DEPTH_MAX: usize = 4;

/// Refuses bytes that are no XML, and says what they look like.
pub(crate) fn require_xml(bytes: &[u8]) -> Result<(), FileError> {
    let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match content {
        [] => Err(FileError::at_start("empty", "The file is empty.")),
        [b'<', ..] | [0, b'<', ..] | [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => Ok(()),
        other => Err(match look(other) {
            Some(name) => FileError::at_start("unsupported_format", format!("This is {name}; {READ}")),
            None => FileError::at_start("unknown_format", format!("This is no bank file that Purser knows; {READ}")),
        }),
    }
}

/// Goes to the message, through an envelope if there is one, and says which it is: it is open at its `Document`.
pub(crate) fn message(xml: &mut Xml<'_>) -> Result<Format, FileError> {
    let root = xml.name();
    if !open_document(xml)? {
        let message =
            format!("This is XML with the root element “{}” and no ISO 20022 Document; {READ}", excerpt(root));
        return Err(FileError::at_start("unsupported_format", message));
    }
    let namespace = xml.namespace();
    let Some(identifier) = namespace.strip_prefix(ISO_20022) else {
        return Err(match namespace {
            "" => xml
                .error("unsupported_format", "The Document has no namespace, so it does not say which message it is."),
            other => xml.error("unsupported_format", format!("The Document is of “{}”; {READ}", excerpt(other))),
        });
    };
    let Some((begins, number)) = identifier.rsplit_once('.').filter(|(begins, _)| is_read(begins)) else {
        let message = format!("This is {} ({}); {READ}", excerpt(identifier), title(identifier));
        return Err(xml.error("unsupported_format", message));
    };
    match version_number(number).and_then(|version| format(begins, version)) {
        Some(format) => {
            xml.adopt_namespace();
            Ok(format)
        }
        None => Err(xml.error("unsupported_version", format!("This is {}; {READ}", excerpt(identifier)))),
    }
}

fn is_read(begins: &str) -> bool {
    matches!(begins, "camt.052.001" | "camt.053.001" | "camt.054.001" | "pacs.008.001" | "pain.002.001")
}

fn format(begins: &str, version: u8) -> Option<Format> {
    match (begins, version) {
        ("camt.052.001", 2..=13) => Some(Format::Camt052 { version }),
        ("camt.053.001", 2..=13) => Some(Format::Camt053 { version }),
        ("camt.054.001", 2..=13) => Some(Format::Camt054 { version }),
        ("pain.002.001", 3..=14) => Some(Format::Pain002 { version }),
        ("pacs.008.001", 1..=13) => Some(Format::Pacs008 { version }),
        _ => None,
    }
}

/// After the message: goes to the end of the file, which must hold no second one.
pub(crate) fn require_single_document(xml: &mut Xml<'_>) -> Result<(), FileError> {
    while xml.depth() > 0 {
        let is_child = xml.any_child()?.is_some();
        if is_child && xml.name() == "Document" && xml.namespace().starts_with(ISO_20022) {
            let message = "The file holds more than one message; give them one by one.";
            return Err(xml.error("several_documents", message));
        }
    }
    if xml.outside()? {
        return Err(xml.error("malformed_xml", "There is a second root element."));
    }
    Ok(())
}

/// Ends every refusal.
const READ: &str = "what is read is ISO 20022 camt.052, camt.053 and camt.054 in versions 02 to 13, pacs.008 and pain.002, and SWIFT MT940 \
                    and MT942.";

/// Opens the first `Document`, at the root or within an envelope. False when there is none.
fn open_document(xml: &mut Xml<'_>) -> Result<bool, FileError> {
    loop {
        if xml.name() == "Document" {
            return Ok(true);
        }
        if xml.depth() >= DOCUMENT_DEPTH_MAX {
            xml.skip()?;
        }
        while xml.any_child()?.is_none() {
            if xml.depth() == 0 {
                return Ok(false);
            }
        }
    }
}

fn version_number(text: &str) -> Option<u8> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// The plain name of an ISO 20022 message.
fn title(identifier: &str) -> &'static str {
    const TITLES: [(&str, &str); 8] = [
        ("camt.056.", "a recall"),
        ("camt.", "a cash management message"),
        ("pacs.002.", "a payment status"),
        ("pacs.004.", "a payment return"),
        ("pacs.009.", "a transfer between institutions"),
        ("pacs.", "a message between banks"),
        ("pain.001.", "payment orders"),
        ("pain.", "a message to a bank"),
    ];
    TITLES.iter().find(|(prefix, _)| identifier.starts_with(prefix)).map_or("another message", |(_, title)| title)
}

/// What bytes that are not XML look like.
fn look(content: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a zip archive or an Office document"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"{", "JSON"),
        (b"[", "JSON"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| content.starts_with(magic)) {
        return Some(name);
    }
    let line = content.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    match line {
        [b'0', ..] if line.len() == 120 && line.is_ascii() => Some("an Australian direct entry (ABA) file"),
        _ if line.iter().filter(|byte| matches!(byte, b',' | b';')).count() >= 2 && line.len() < 4096 => {
            Some("a CSV table")
        }
        _ => None,
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}
