//! What a search looks in, and what it looks for.
//!
//! The index knows every three characters in a row (trigrams), so a word of three or more is found anywhere. A shorter
//! one is found where a word begins: the blanks before it complete the trigram. Ids are kept in letters that no folded
//! text has, so that `ada` finds people and not the hex digits of a stranger's id.

use std::collections::BTreeSet;

use crate::{fold::fold, sql::QueryBuilder};

/// Fewer hex digits than this are a word, not a part of an id.
const ID_DIGITS_MIN: usize = 6;
/// A number of so many digits finds few rows by itself.
const KEY_DIGITS_MIN: usize = 5;

/// The text to keep beside a row: its texts folded, every word after two blanks, and its id.
pub(crate) fn search_text<'a>(texts: impl IntoIterator<Item = &'a str>, id: Option<uuid::Uuid>) -> String {
    let mut kept = String::new();
    for text in texts {
        for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
            kept.push_str("  ");
            kept.push_str(word);
            for head in heads(word) {
                kept.push_str("  ");
                kept.push_str(head);
            }
        }
    }
    if let Some(id) = id {
        kept.push_str("  ");
        kept.push_str(&in_letters(&id.as_simple().to_string()));
    }
    kept
}

/// The first two characters of what reads as a word inside a word: after a hyphen or an apostrophe, and every character
/// of a script that writes without blanks.
fn heads(word: &str) -> impl Iterator<Item = &str> {
    let mut before = None;
    word.char_indices().filter_map(move |(at, c)| {
        let begins =
            before.is_some_and(|before: char| c.is_alphanumeric() && (!before.is_alphanumeric() || is_east_asian(c)));
        before = Some(c);
        let end = word[at..].char_indices().nth(2).map_or(word.len(), |(length, _)| at + length);
        begins.then(|| &word[at..end])
    })
}

const fn is_east_asian(c: char) -> bool {
    // Kana, the ideographs with their extensions and compatibility forms.
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Hex digits as the letters A to P.
fn in_letters(hex: &str) -> String {
    hex.chars().filter_map(|digit| char::from_u32(u32::from(b'A') + digit.to_digit(16)?)).collect()
}

/// What a person typed, as phrases of the index: all words have to be found, each in one of its forms.
pub(crate) struct Search(Vec<Vec<String>>);

impl Search {
    /// The search, with the prefix of the ids that are kept too; nothing when nothing was typed.
    pub(crate) fn of(typed: Option<&str>, id_prefix: Option<&str>) -> Option<Self> {
        let folded = fold(typed?);
        let words: BTreeSet<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let forms: Vec<_> = words.into_iter().map(|word| forms(word, id_prefix)).collect();
        (!forms.is_empty()).then_some(Self(forms))
    }

    /// The expression of the full-text index. What it finds is found when [`Self::push_checks`] says so too.
    pub(crate) fn expression(&self) -> String {
        let quoted = |form: &String| format!("\"{}\"", key(form).replace('"', "\"\""));
        let words =
            self.0.iter().map(|forms| format!("({})", forms.iter().map(quoted).collect::<Vec<_>>().join(" OR ")));
        words.collect::<Vec<_>>().join(" AND ")
    }

    /// What the full-text index leaves open, as conditions on the text beside a row.
    pub(crate) fn push_checks(&self, query: &mut QueryBuilder<'_>, column: &str) {
        for forms in self.0.iter().filter(|forms| forms.iter().any(|form| key(form) != form)) {
            push_any(query, forms, |query, form| push_contains(query, "instr", column, form));
        }
    }

    /// The whole search as conditions on the text beside a row. As patterns, which the other engine's index knows.
    pub(crate) fn push_conditions(&self, query: &mut QueryBuilder<'_>, column: &str, is_postgres: bool) {
        for forms in &self.0 {
            push_any(query, forms, |query, form| {
                if !is_postgres {
                    return push_contains(query, "instr", column, form);
                }
                query.push(format_args!("{column} LIKE ")).push_bind(pattern(key(form)));
                if key(form) != form {
                    query.push(" AND ");
                    push_contains(query, "strpos", column, form);
                }
            });
        }
    }
}

fn push_any(query: &mut QueryBuilder<'_>, forms: &[String], push: impl Fn(&mut QueryBuilder<'_>, &str)) {
    for (at, form) in forms.iter().enumerate() {
        query.push(if at == 0 { " AND (" } else { " OR " });
        push(query, form);
    }
    query.push(")");
}

fn push_contains(query: &mut QueryBuilder<'_>, function: &str, column: &str, text: &str) {
    query.push(format_args!("{function}({column}, ")).push_bind(text.to_owned()).push(") > 0");
}

/// The part of a form that is looked up in the index: of what has a long number in it, the number. The letters before it
/// are those of all the others (`INV-`), and their lists are long.
fn key(form: &str) -> &str {
    let number = form.split(|c: char| !c.is_ascii_digit()).max_by_key(|digits| digits.len()).unwrap_or_default();
    if number.len() < KEY_DIGITS_MIN { form } else { number }
}

/// Finds the text itself, anywhere.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn forms(word: &str, id_prefix: Option<&str>) -> Vec<String> {
    let is_hex = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
    if let Some(digits) = id_prefix.and_then(|prefix| word.strip_prefix(prefix)).filter(|rest| is_hex(rest)) {
        return vec![format!("  {}", in_letters(digits))];
    }
    let blanks = " ".repeat(3_usize.saturating_sub(word.chars().count()));
    let mut forms = vec![format!("{blanks}{word}")];
    if id_prefix.is_some() && is_hex(word) && word.len() >= ID_DIGITS_MIN {
        forms.push(in_letters(word));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_the_places_where_a_short_search_may_begin() {
        let id = uuid::Uuid::from_u128(0x0123_4567_89ab_cdef);
        for (texts, id, kept) in [
            (vec!["José Álvarez"], None, "  jose  alvarez"),
            (vec!["Seán", "O'Brien-Smith"], None, "  sean  o'brien-smith  br  sm"),
            (vec!["王小明"], None, "  王小明  小明  明"),
            (vec!["a@b.example"], None, "  a@b.example  b.  ex"),
            (vec![" ", ""], None, ""),
            (vec!["x"], Some(id), "  x  AAAAAAAAAAAAAAAAABCDEFGHIJKLMNOP"),
        ] {
            assert_eq!(search_text(texts, id), kept);
        }
    }

    #[test]
    fn what_is_typed_becomes_phrases_of_three_characters_or_more() {
        for (typed, expression) in [
            ("José", r#"("jose")"#),
            ("a el", r#"("  a") AND (" el")"#),
            ("say \"hi\"", r#"("""hi""") AND ("say")"#),
            ("customer_019a", r#"("  ABJK")"#),
            ("customer_", r#"("customer_")"#),
            ("facade", r#"("facade" OR "PKMKNO")"#),
            ("face", r#"("face")"#),
            ("INV-04999", r#"("04999")"#),
            ("12-3456-77777/8", r#"("77777")"#),
            ("x1234y", r#"("x1234y")"#),
        ] {
            let search = Search::of(Some(typed), Some("customer_")).unwrap();
            assert_eq!(search.expression(), expression);
        }
        assert!(Search::of(Some(" \u{0} "), Some("customer_")).is_none());
        assert_eq!(Search::of(Some("123456"), None).unwrap().expression(), r#"("123456")"#);
        assert!(Search::of(None, None).is_none());
    }
}
