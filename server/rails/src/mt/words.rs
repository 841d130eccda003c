//! The words that German banks put before the parts of a SEPA payment within the purpose: `EREF+… SVWZ+…`.
//!
//! The payer chooses what stands behind `SVWZ+` and may write other words there. So what tells of the sender counts only
//! before it, and `ABWA+` at the beginning of a sub-field; and a word that comes twice says nothing.

/// The words, all of which end with a plus sign.
const WORDS: [&str; 15] = [
    "EREF+", "KREF+", "MREF+", "BREF+", "RREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+",
    "IBAN+", "BIC+", "PURP+",
];

/// What a full sub-field holds, in characters; what follows it goes on where it stopped.
pub(super) const WIDTH: usize = 27;

/// The purpose, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Purpose {
    pub(super) end_to_end_id: Option<String>,
    pub(super) text: Option<String>,
    pub(super) ultimate_sender: Option<String>,
    pub(super) iban: Option<String>,
    pub(super) bic: Option<String>,
}

/// One part of the purpose.
struct Part {
    word: &'static str,
    text: String,
}

/// Reads the purpose from its sub-fields.
pub(super) fn purpose(lines: &[String]) -> Purpose {
    let parts = parts(lines);
    let has_words = parts.iter().any(|part| !part.word.is_empty());
    let text_at = parts.iter().position(|part| part.word == "SVWZ+").unwrap_or(parts.len());
    let before = parts.get(..text_at).unwrap_or_default();
    let once = |parts: &[Part], word: &str| {
        let mut found = parts.iter().filter(|part| part.word == word && !part.text.is_empty());
        let text = found.next().map(|part| part.text.clone());
        if found.next().is_some() { None } else { text }
    };
    // Without `SVWZ+`, the sender's text is what stands before or between the other words.
    let wanted = if text_at < parts.len() { "SVWZ+" } else { "" };
    let text: Vec<&str> = parts
        .iter()
        .filter(|part| part.word == wanted && !part.text.is_empty())
        .map(|part| part.text.as_str())
        .collect();
    let text = text.join(" ");
    if !has_words {
        return Purpose { text: (!text.is_empty()).then_some(text), ..Purpose::default() };
    }
    Purpose {
        end_to_end_id: once(before, "EREF+").filter(|id| super::entry::reference(id).is_some()),
        text: (!text.is_empty()).then_some(text),
        ultimate_sender: once(&parts, "ABWA+"),
        iban: once(before, "IBAN+"),
        bic: once(before, "BIC+"),
    }
}

fn parts(lines: &[String]) -> Vec<Part> {
    let mut parts = vec![Part { word: "", text: String::new() }];
    let mut was_full = false;
    let mut is_in_text = false;
    for line in lines {
        let mut rest = line.as_str();
        let mut is_at_start = true;
        // An id has ended with its sub-field, unless that was full.
        if !was_full && parts.last().is_some_and(|part| !matches!(part.word, "" | "SVWZ+" | "ABWA+")) {
            parts.push(Part { word: "", text: String::new() });
        }
        while !rest.is_empty() {
            let next = WORDS.iter().filter_map(|word| word_at(rest, word).map(|at| (at, *word))).min();
            let next = next.filter(|(at, _)| !is_in_text || (is_at_start && *at == 0));
            let (text, word) = match next {
                Some((at, word)) => (rest.get(..at).unwrap_or_default(), Some((at, word))),
                None => (rest, None),
            };
            if let Some(part) = parts.last_mut() {
                if is_at_start && !was_full && !part.text.is_empty() && !text.is_empty() {
                    part.text.push(' ');
                }
                part.text.push_str(text);
            }
            let Some((at, word)) = word else { break };
            is_in_text |= word == "SVWZ+";
            parts.push(Part { word, text: String::new() });
            is_at_start = false;
            rest = rest.get(at + word.len()..).unwrap_or_default();
        }
        was_full = line.chars().count() >= WIDTH;
    }
    for part in &mut parts {
        part.text = part.text.trim().to_owned();
    }
    parts.retain(|part| !part.word.is_empty() || !part.text.is_empty());
    parts
}

/// Where a word begins: at the start or after a blank.
fn word_at(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Purpose {
        purpose(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_told_apart_within_and_across_sub_fields() {
        let found =
            read(&["EREF+INVOICE-2026-0000000001", "234", "KREF+BANK 1", "SVWZ+Rent for November and t", "he garage"]);
        assert_eq!(found.end_to_end_id.as_deref(), Some("INVOICE-2026-0000000001234"), "the sub-field was full");
        assert_eq!(found.text.as_deref(), Some("Rent for November and the garage"));
        let found = read(&["EREF+NOTPROVIDED SVWZ+Rent", "for November"]);
        assert_eq!((found.end_to_end_id, found.text.as_deref()), (None, Some("Rent for November")));
        let found = read(&["Salary", "Wattle Ltd"]);
        assert_eq!(found.text.as_deref(), Some("Salary Wattle Ltd"));
        let found = read(&["EREF+A1", "MTLG:no such account"]);
        assert_eq!((found.end_to_end_id.as_deref(), found.text.as_deref()), (Some("A1"), Some("MTLG:no such account")));
    }

    #[test]
    fn what_the_sender_writes_names_no_sender() {
        let found = read(&["EREF+A1 SVWZ+Hello IBAN+DE02", "120300000000202051 ABWA+X"]);
        assert_eq!((found.iban, found.ultimate_sender), (None, None));
        let found = read(&["IBAN+DE02120300000000202051", "BIC+BYLADEM1001", "SVWZ+Hello", "ABWA+Robin Wattle"]);
        assert_eq!(found.iban.as_deref(), Some("DE02120300000000202051"));
        assert_eq!(found.bic.as_deref(), Some("BYLADEM1001"));
        assert_eq!(found.ultimate_sender.as_deref(), Some("Robin Wattle"));
        assert_eq!(read(&["EREF+A1", "EREF+A2", "SVWZ+Hello"]).end_to_end_id, None);
    }
}
