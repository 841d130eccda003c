//! Streams to bytes: ISO 32000-2, 7.4. What is rare, and what only pictures use, is left as it is.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::budget::Budget;
use super::lexer::{is_space, unhex};
use super::object::{Dictionary, Object};

const STAGES_MAX: usize = 4;

pub(super) enum Decoded {
    Bytes(Vec<u8>),
    /// A whole jpeg.
    Jpeg(Vec<u8>),
    /// Something that is not decoded here.
    Opaque,
}

/// Undoes the filters of a stream. Data that is damaged gives what was readable of it.
pub(super) fn decode(
    dictionary: &Dictionary,
    data: &[u8],
    budget: &Budget,
    resolve: &dyn Fn(&Object) -> Object,
) -> Decoded {
    let filters = listed(dictionary.get("Filter"), resolve);
    let parameters = listed(dictionary.get("DecodeParms"), resolve);
    if filters.len() > STAGES_MAX || budget.work(data.len()).is_none() {
        return Decoded::Opaque;
    }
    let mut bytes = data.to_vec();
    for (stage, filter) in filters.iter().enumerate() {
        let Object::Name(filter) = filter else { return Decoded::Opaque };
        let undone = match filter.as_slice() {
            b"FlateDecode" | b"Fl" => inflate(&bytes, budget).and_then(|flat| {
                let parameters = parameters.get(stage);
                undo_predictor(flat, parameters)
            }),
            b"ASCII85Decode" | b"A85" => Some(un_ascii85(&bytes)),
            b"ASCIIHexDecode" | b"AHx" => Some(unhex(bytes.split(|byte| *byte == b'>').next().unwrap_or_default())),
            b"DCTDecode" | b"DCT" if stage + 1 == filters.len() => return Decoded::Jpeg(bytes),
            _ => None,
        };
        match undone {
            Some(undone) => bytes = undone,
            None => return Decoded::Opaque,
        }
    }
    Decoded::Bytes(bytes)
}

/// One object or an array of them, references followed.
fn listed(entry: Option<&Object>, resolve: &dyn Fn(&Object) -> Object) -> Vec<Object> {
    match entry.map(resolve) {
        None => Vec::new(),
        Some(Object::Array(items)) => items.iter().take(STAGES_MAX + 1).map(resolve).collect(),
        Some(one) => vec![one],
    }
}

fn inflate(data: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    let room = budget.inflated_left();
    let mut flat = Vec::new();
    // Whatever came out before an error is what viewers show, too.
    let _damaged = ZlibDecoder::new(data).take(room as u64 + 1).read_to_end(&mut flat);
    budget.inflated(flat.len())?;
    Some(flat)
}

fn un_ascii85(data: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = Vec::with_capacity(5);
    for byte in data.iter().copied().filter(|byte| !is_space(*byte)) {
        match byte {
            b'z' if group.is_empty() => decoded.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => break,
        }
        if group.len() == 5 {
            decoded.extend(four_bytes(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        decoded.extend(&four_bytes(&group)[..kept]);
    }
    decoded
}

fn four_bytes(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}

/// Undoes the row filters of png where the parameters ask for it; `None` for other predictors.
fn undo_predictor(flat: Vec<u8>, parameters: Option<&Object>) -> Option<Vec<u8>> {
    let Some(Object::Dictionary(parameters)) = parameters else { return Some(flat) };
    let number = |key: &str, default: usize| parameters.get(key).map_or(Some(default), Object::as_usize);
    match number("Predictor", 1)? {
        0 | 1 => return Some(flat),
        10..=15 => {}
        _ => return None,
    }
    let bits_a_pixel = number("Colors", 1)?.checked_mul(number("BitsPerComponent", 8)?)?;
    let row_length = number("Columns", 1)?.checked_mul(bits_a_pixel)?.div_ceil(8);
    let step = bits_a_pixel.div_ceil(8).max(1);
    if row_length == 0 || row_length > flat.len() {
        return None;
    }
    let mut plain = Vec::with_capacity(flat.len());
    let mut above = vec![0u8; row_length];
    for row in flat.chunks(row_length + 1) {
        let (kind, filtered) = row.split_first()?;
        let mut line = vec![0u8; row_length];
        for (x, byte) in filtered.iter().enumerate() {
            let left = if x >= step { line[x - step] } else { 0 };
            let corner = if x >= step { above[x - step] } else { 0 };
            line[x] = byte.wrapping_add(predicted(*kind, left, above[x], corner));
        }
        plain.extend_from_slice(&line);
        above = line;
    }
    Some(plain)
}

/// PNG specification, 9.2.
fn predicted(kind: u8, left: u8, above: u8, corner: u8) -> u8 {
    match kind {
        1 => left,
        2 => above,
        3 => left.midpoint(above),
        4 => {
            let estimate = i16::from(left) + i16::from(above) - i16::from(corner);
            let distance = |from: u8| estimate.abs_diff(i16::from(from));
            [left, above, corner].into_iter().min_by_key(|from| distance(*from)).unwrap_or(0)
        }
        _ => 0,
    }
}
