//! What a schema says, in the words of a table.

use serde_json::Value;

use super::{
    html::{each, escaped, inline},
    list, members, table, text,
};

/// The type of a value, with a link where it is an object of its own.
pub fn kind(schema: &Value) -> String {
    if let Some(name) = text(&schema["$ref"]).strip_prefix("#/components/schemas/") {
        return format!("<a href=\"#schema-{}\">{}</a>", escaped(name), escaped(&shown_name(name)));
    }
    let choices = list(&schema["oneOf"]).chain(list(&schema["allOf"]));
    let choices: Vec<String> = choices.filter(|one| one["type"] != "null").map(kind).collect();
    if !choices.is_empty() {
        let is_nullable = list(&schema["oneOf"]).any(|one| one["type"] == "null");
        return choices.join(" or ") + if is_nullable { " or null" } else { "" };
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        several => list(several).map(text).collect(),
    };
    let words: Vec<String> = types.iter().map(|one| word(one, schema)).collect();
    words.join(" or ")
}

/// The members of an object, or the words of an enumeration.
pub fn members_table(schema: &Value) -> String {
    let words: Vec<String> =
        list(&schema["enum"]).map(|word| format!("<code>{}</code>", escaped(text(word)))).collect();
    if !words.is_empty() {
        return format!("<p>One of {}.</p>", words.join(", "));
    }
    let is_required = |name: &str| list(&schema["required"]).any(|one| text(one) == name);
    let rows = each(members(&schema["properties"]), |(name, member)| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"soft\">{}</td><td>{}</td></tr>",
            escaped(name),
            kind(member),
            if is_required(name) { "always" } else { "optional" },
            inline(text(&member["description"])),
        )
    });
    if rows.is_empty() {
        format!("<p>{}</p>", kind(schema))
    } else {
        table(&["Name", "Type", "Presence", "Description"], &rows)
    }
}

/// `List of Customer` for what the document calls `List_Customer`.
pub fn shown_name(name: &str) -> String {
    name.replace("List_", "List of ")
}

fn word(name: &str, schema: &Value) -> String {
    match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map of {}", kind(&schema["additionalProperties"]))
        }
        _ => match text(&schema["format"]) {
            "" | "int32" | "int64" => escaped(name),
            _ if name == "null" => escaped(name),
            format => format!("{} ({})", escaped(name), escaped(format)),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_told_in_words() {
        for (schema, words) in [
            (json!({ "type": "integer", "format": "int64" }), "integer"),
            (json!({ "type": ["string", "null"], "format": "date" }), "string (date) or null"),
            (json!({ "type": "array", "items": { "type": "string" } }), "list of string"),
            (json!({ "type": "object", "additionalProperties": { "type": "string" } }), "map of string"),
            (json!({ "$ref": "#/components/schemas/Wallet" }), "<a href=\"#schema-Wallet\">Wallet</a>"),
            (
                json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Reason" }] }),
                "<a href=\"#schema-Reason\">Reason</a> or null",
            ),
        ] {
            assert_eq!(kind(&schema), words);
        }
    }
}
