//! Text as search compares it.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without accents and with single blanks, so that `José  ÁLVAREZ` is found by `jose alv`.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    // The search index reads texts up to the first NUL, and nobody means to search for a control character.
    plain
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_width_and_blanks_do_not_matter() {
        for (text, folded) in [
            ("José  ÁLVAREZ", "jose alvarez"),
            ("Ｍüller", "muller"),
            (" Łukasz ", "łukasz"),
            ("王小明", "王小明"),
            ("a\0b\u{1b}c\nd", "a b c d"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
