//! Text to HTML: escaped, with `code` and paragraphs and nothing else.

/// Text that shows as itself, in an element or in a quoted attribute.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c => shown.push(c),
        }
    }
    shown
}

/// Text of one paragraph; what stands between backticks is code.
pub fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }).collect()
}

/// Text of paragraphs, which an empty line parts.
pub fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    each(paragraphs, |paragraph| format!("<p>{}</p>", inline(paragraph)))
}

/// What is shown for each item, one after another.
pub fn each<T>(items: impl IntoIterator<Item = T>, show: impl FnMut(T) -> String) -> String {
    items.into_iter().map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_as_itself() {
        assert_eq!(inline("a <b> `x=\"1\"` & c"), "a &lt;b&gt; <code>x=&quot;1&quot;</code> &amp; c");
        assert_eq!(paragraphs("one\ntwo\n\nthree\n\n"), "<p>one\ntwo</p><p>three</p>");
        assert_eq!(paragraphs(""), "");
    }
}
