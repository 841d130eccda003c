//! The characters of a SWIFT file, from its bytes, and how such a file is known.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::FileError;
use crate::encoding::line_of;

/// How far into the file its first field may stand, in bytes.
const HEADER_BYTES_MAX: usize = 400;

/// Whether the content is that of a SWIFT file: it begins with a block or a field, or has a field `:20:` after a header
/// of short lines such as `ABNANL2A`.
pub(crate) fn looks_like_swift(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEADER_BYTES_MAX).unwrap_or(bytes);
    let (encoding, start) = encoding_of(head);
    let text = encoding.decode_without_bom_handling(head.get(start..).unwrap_or_default()).0;
    let text = text.trim_start_matches(is_blank);
    if text.starts_with("{1:") {
        return true;
    }
    for line in text.split(['\n', '\r']).map(|line| line.trim_matches(is_blank)) {
        if super::fields::is_tagged(line) {
            return true;
        }
        if !super::fields::is_header(line) {
            return false;
        }
    }
    false
}

/// Decodes the whole file. A byte order mark decides, or the shape of the first characters; else it is UTF-8 if it can be
/// that, and windows-1252 if not, which has the letters of ISO 8859-1. Control characters, which some transports leave
/// around a message, are dropped at the ends of lines and refused within them.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let (encoding, start) = encoding_of(bytes);
    let content = bytes.get(start..).unwrap_or_default();
    let text = match encoding.decode_without_bom_handling_and_without_replacement(content) {
        Some(text) => text,
        None if encoding == UTF_8 && start == 0 => WINDOWS_1252.decode_without_bom_handling(content).0,
        None => {
            let (readable, _) = encoding.decode_without_bom_handling(content);
            let offset = readable.find('\u{FFFD}').unwrap_or(0);
            let message = format!("The file is meant to be {} but holds bytes that are not.", encoding.name());
            return Err(FileError {
                line: line_of(&readable, offset),
                ..FileError::at_start("invalid_encoding", message)
            });
        }
    };
    for (line, number) in text.split(line_end(&text)).zip(1..) {
        if let Some(control) = line.trim_matches(is_blank).chars().find(|character| is_control(*character)) {
            let message = format!("The line holds the control character U+{:04X}.", u32::from(control));
            return Err(FileError { line: number, ..FileError::at_start("invalid_character", message) });
        }
    }
    Ok(text)
}

/// What ends a line: LF, also after CR, or CR alone where the file has no LF.
pub(super) fn line_end(text: &str) -> char {
    if text.contains('\n') { '\n' } else { '\r' }
}

/// Blanks, and the control characters of transports.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_control(character)
}

fn is_control(character: char) -> bool {
    character < ' ' && !matches!(character, '\t' | '\n' | '\r')
}

/// The encoding and how many bytes its mark has.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (UTF_8, 3),
        [0xFF, 0xFE, ..] => (UTF_16LE, 2),
        [0xFE, 0xFF, ..] => (UTF_16BE, 2),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (UTF_16LE, 0),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => (UTF_16BE, 0),
        _ => (UTF_8, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swift_file_is_known_by_its_content() {
        for text in [
            ":20:X\n",
            "\u{1}\r\n:20:X",
            "{1:F01BANKAU2SAXXX0000000000}{2:O940}{4:\n:20:X",
            "ABNANL2A\n940\nABNANL2A\n:20:X",
            ":940:\n:20:X",
            "\u{FEFF}:20:X",
            ":61:2611201120C1,NTRF",
        ] {
            assert!(looks_like_swift(text.as_bytes()), "{text}");
            for unit in [u16::to_le_bytes, u16::to_be_bytes] {
                let wide: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
                assert!(looks_like_swift(&wide), "{text}");
            }
        }
        for text in ["", "hello", "a,b,c\n1,2,3", "<a/>", "{\"a\": 1}", ":a:", "date;amount;name\n:20:", "[]"] {
            assert!(!looks_like_swift(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn bytes_become_text_and_bad_ones_are_told() {
        assert_eq!(decode(b":86:Z\xFCrich").unwrap(), ":86:Zürich");
        assert_eq!(decode(":86:Zürich".as_bytes()).unwrap(), ":86:Zürich");
        assert_eq!(decode(b"\x01\n:20:X\n-\x03").unwrap(), "\u{1}\n:20:X\n-\u{3}");
        let error = decode(b":20:X\r\n:25:1\x002").unwrap_err();
        assert_eq!((error.code, error.line), ("invalid_character", 2));
        let error = decode(b"\xEF\xBB\xBF:20:X\n\xFF").unwrap_err();
        assert_eq!((error.code, error.line), ("invalid_encoding", 2));
    }
}
