//! An example request for a route, as a command that can be copied.

use serde_json::{Map, Value};

use super::{list, members, text};

/// How deep an example follows objects in objects.
const DEPTH_MAX: usize = 4;

/// The `curl` command.
pub fn curl(document: &Value, base: &str, path: &str, method: &str, operation: &Value) -> String {
    let query: Vec<String> = list(&operation["parameters"])
        .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
        .map(|parameter| {
            format!("{}={}", text(&parameter["name"]), plain(&example_of(document, &parameter["schema"], 0)))
        })
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let path = path.replace("{id}", &sample_id(operation));
    let mut lines = vec![format!("curl \"$PURSER{base}{path}{query}\"")];
    if method != "get" {
        lines.push(format!("-X {}", method.to_uppercase()));
    }
    lines.push("-H \"Authorization: Bearer $PURSER_KEY\"".to_owned());
    if method == "post" {
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    if let Some((content_type, content)) = members(&operation["requestBody"]["content"]).last() {
        if content_type.starts_with("multipart/") {
            lines.push("-F file=@passport.jpg".to_owned());
        } else {
            let body = example_of(document, &content["schema"], 0);
            lines.push(format!("-H \"Content-Type: {content_type}\""));
            lines.push(format!("-d '{}'", serde_json::to_string_pretty(&body).unwrap_or_default()));
        }
    }
    lines.join(" \\\n  ")
}

/// The id of the example, by the prefix that the parameter's description names.
fn sample_id(operation: &Value) -> String {
    let described = list(&operation["parameters"]).find(|parameter| parameter["in"] == "path");
    let prefix = described.map(|parameter| text(&parameter["description"]).trim_matches('`').trim_end_matches('…'));
    format!("{}0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c", prefix.unwrap_or_default())
}

/// The example that a schema gives, or one made of what its members give.
fn example_of(document: &Value, schema: &Value, depth: usize) -> Value {
    if let Some(name) = text(&schema["$ref"]).strip_prefix("#/components/schemas/") {
        return example_of(document, &document["components"]["schemas"][name], depth);
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0))
    {
        return example.clone();
    }
    let mut example = Map::new();
    if depth < DEPTH_MAX {
        for (name, member) in members(&schema["properties"]) {
            let value = example_of(document, member, depth + 1);
            if !value.is_null() {
                example.insert(name.to_owned(), value);
            }
        }
    }
    if example.is_empty() { Value::Null } else { Value::Object(example) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_carries_key_body_and_required_parameters() {
        let operation = json!({
            "parameters": [
                { "in": "path", "name": "id", "description": "`wallet_…`" },
                { "in": "query", "name": "type", "required": true, "schema": { "enum": ["individual", "company"] } },
                { "in": "query", "name": "country" },
            ],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Body" } } } },
        });
        let body = json!({ "properties": { "amount": { "example": 5 }, "note": { "type": "string" } } });
        let document = json!({ "components": { "schemas": { "Body": body } } });
        let command = curl(&document, "/api/v1", "/wallets/{id}", "post", &operation);
        assert!(command.starts_with(
            "curl \"$PURSER/api/v1/wallets/wallet_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c?type=individual\" \\\n"
        ));
        assert!(
            command.contains("-X POST") && command.contains("Idempotency-Key") && command.contains("\"amount\": 5")
        );
        assert!(!command.contains("note") && !command.contains("country"));
    }
}
