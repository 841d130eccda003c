//! From bytes to tokens: ISO 32000-2, 7.2 and 7.3.

use super::budget::Budget;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Integer(i64),
    /// In thousandths, cut off: exact enough to tell white from grey.
    Real(i64),
    /// Without the slash, escapes undone.
    Name(Vec<u8>),
    Text(Vec<u8>),
    ArrayStart,
    ArrayEnd,
    DictionaryStart,
    DictionaryEnd,
    /// A keyword or an operator.
    Word(&'a [u8]),
}

/// Reads tokens one by one; ends at the end of the bytes and when the budget is spent.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    budget: &'a Budget,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, budget: &'a Budget) -> Self {
        Self { bytes, at, budget }
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let from = self.at;
        self.skip_space();
        let token = self.token();
        self.budget.work(1 + self.at - from)?;
        token
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest();
                self.at += line.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(line.len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let first = self.peek()?;
        let second = self.bytes.get(self.at + 1).copied();
        let (length, token) = match (first, second) {
            (b'<', Some(b'<')) => (2, Token::DictionaryStart),
            (b'>', Some(b'>')) => (2, Token::DictionaryEnd),
            (b'[', _) => (1, Token::ArrayStart),
            (b']', _) => (1, Token::ArrayEnd),
            (b'<', _) => return Some(self.hexadecimal_text()),
            (b'(', _) => return Some(self.literal_text()),
            (b'/', _) => return Some(self.name()),
            (b')' | b'>' | b'{' | b'}', _) => (1, Token::Word(self.rest().get(..1)?)),
            _ => {
                let word = regular(self.rest());
                self.at += word.len();
                return Some(number(word).unwrap_or(Token::Word(word)));
            }
        };
        self.at += length;
        Some(token)
    }

    fn name(&mut self) -> Token<'a> {
        self.at += 1;
        let raw = regular(self.rest());
        self.at += raw.len();
        let mut name = Vec::with_capacity(raw.len());
        let mut left = raw;
        while let [byte, rest @ ..] = left {
            let escaped = (*byte == b'#').then(|| Some((nibble(*rest.first()?)?, nibble(*rest.get(1)?)?))).flatten();
            if let Some((high, low)) = escaped {
                name.push(high << 4 | low);
                left = &rest[2..];
            } else {
                name.push(*byte);
                left = rest;
            }
        }
        Token::Name(name)
    }

    fn hexadecimal_text(&mut self) -> Token<'a> {
        self.at += 1;
        let raw = self.rest();
        let length = raw.iter().position(|byte| *byte == b'>').unwrap_or(raw.len());
        self.at += (length + 1).min(raw.len());
        Token::Text(unhex(&raw[..length]))
    }

    /// Which character an escape stands for does not matter here, only whether there is one.
    fn literal_text(&mut self) -> Token<'a> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1u32;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => {
                    text.extend(self.peek());
                    self.at += 1;
                    continue;
                }
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            text.push(byte);
        }
        self.at = self.at.min(self.bytes.len());
        Token::Text(text)
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// The bytes of hexadecimal digits; anything else between them is skipped, a missing last one is 0.
pub(super) fn unhex(digits: &[u8]) -> Vec<u8> {
    let nibbles: Vec<u8> = digits.iter().filter_map(|digit| nibble(*digit)).collect();
    nibbles.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn regular(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|byte| !is_regular(*byte)).unwrap_or(bytes.len());
    &bytes[..length]
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn number(word: &[u8]) -> Option<Token<'static>> {
    let text = std::str::from_utf8(word).ok()?;
    let unsigned = text.trim_start_matches(['+', '-']);
    let negative = text.starts_with('-');
    let sign = if negative { -1 } else { 1 };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    // Too large for anything that is asked of numbers here: as good as the largest.
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(i64::MAX / 2000) };
    if !unsigned.contains('.') {
        return Some(Token::Integer(sign * whole));
    }
    let thousandths: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(Token::Real(sign * whole.saturating_mul(1000).saturating_add(thousandths)))
}
