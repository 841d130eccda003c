//! The characters of an XML file, from its bytes.
//!
//! A byte order mark decides, then the shape of the first bytes, then the declaration. Bytes that the encoding does not
//! have are an error, never a replacement character: a name with a hole in it is somebody else's name.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::FileError;

/// How far the declaration may reach into the file, in bytes.
const DECLARATION_BYTES_MAX: usize = 1024;

/// Decodes the whole file and refuses characters that XML 1.0 forbids.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let (encoding, content) = encoding_of(bytes)?;
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(content)
        .ok_or_else(|| invalid_bytes(encoding, content))?;
    match text.char_indices().find(|(_, character)| !is_xml_character(*character)) {
        None => Ok(text),
        Some((offset, character)) => Err(FileError {
            line: line_of(&text, offset),
            column: None,
            element: String::new(),
            code: "invalid_character",
            message: format!("The file holds the character U+{:04X}, which XML does not allow.", u32::from(character)),
        }),
    }
}

/// Whether XML 1.0 allows the character (production 2, `Char`).
pub(crate) fn is_xml_character(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        _ => character >= ' ',
    }
}

/// The line of a byte offset, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> u64 {
    1 + text.bytes().take(offset).map(|byte| u64::from(byte == b'\n')).sum::<u64>()
}

fn encoding_of(bytes: &[u8]) -> Result<(&'static Encoding, &[u8]), FileError> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return Ok((encoding, bytes.get(mark_bytes..).unwrap_or_default()));
    }
    match bytes {
        [b'<', 0, ..] => return Ok((encoding_rs::UTF_16LE, bytes)),
        [0, b'<', ..] => return Ok((encoding_rs::UTF_16BE, bytes)),
        _ => {}
    }
    let Some(label) = declared_label(bytes) else {
        return Ok((encoding_rs::UTF_8, bytes));
    };
    let known = Encoding::for_label(label.as_bytes());
    match known {
        // Declared in a program's memory and then stored as UTF-8, which is told from UTF-16 by the first two bytes.
        Some(encoding) if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE => {
            Ok((encoding_rs::UTF_8, bytes))
        }
        Some(encoding) if SUPPORTED.contains(&encoding) => Ok((encoding, bytes)),
        _ => Err(FileError::at_start(
            "unsupported_encoding",
            format!("The file declares the encoding “{label}”; UTF-8, UTF-16 and the Latin encodings are read."),
        )),
    }
}

/// The web's names: `ISO-8859-1` and `US-ASCII` are read as windows-1252, which has the same letters.
static SUPPORTED: [&Encoding; 5] = [
    encoding_rs::UTF_8,
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1250,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_15,
];

/// The value of `encoding` in `<?xml … ?>`, where the declaration is readable as ASCII.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARATION_BYTES_MAX.min(bytes.len()))?;
    let head = String::from_utf8_lossy(head);
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let declaration = declaration.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = value.strip_prefix(quote)?.split_once(quote)?.0;
    Some(label.chars().take(40).collect())
}

fn invalid_bytes(encoding: &'static Encoding, content: &[u8]) -> FileError {
    let (readable, _) = encoding.decode_without_bom_handling(content);
    let offset = readable.find('\u{FFFD}').unwrap_or(0);
    FileError {
        line: line_of(&readable, offset),
        column: None,
        element: String::new(),
        code: "invalid_encoding",
        message: format!("The file is meant to be {} but holds bytes that are not.", encoding.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn finds_the_encoding_by_mark_shape_and_declaration() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>Zürich</a>";
        assert_eq!(decode(&utf16(text, u16::to_le_bytes)).unwrap(), text);
        assert_eq!(decode(&utf16(text, u16::to_be_bytes)).unwrap(), text);
        assert_eq!(decode(&utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes)).unwrap(), text);
        assert_eq!(decode(format!("\u{FEFF}{text}").as_bytes()).unwrap(), text);
        assert_eq!(decode(text.as_bytes()).unwrap(), text, "declared UTF-16, stored as UTF-8");
        let latin = b"<?xml version=\"1.0\" encoding = \"ISO-8859-1\"?><a>Z\xFCrich</a>";
        assert!(decode(latin).unwrap().contains("Zürich"));
    }

    #[test]
    fn refuses_bytes_that_are_no_text() {
        let error = decode(b"<a>\n\n\xFF</a>").unwrap_err();
        assert_eq!((error.code, error.line), ("invalid_encoding", 3));
        let error = decode(b"<a>\n\0</a>").unwrap_err();
        assert_eq!((error.code, error.line), ("invalid_character", 2));
        let error = decode(b"<?xml version='1.0' encoding='EBCDIC-CP-BE'?><a/>").unwrap_err();
        assert_eq!(error.code, "unsupported_encoding");
        assert!(error.message.contains("EBCDIC-CP-BE"));
        assert_eq!(decode(&utf16("<a/>", u16::to_le_bytes)[..7]).unwrap_err().code, "invalid_encoding");
    }
}
