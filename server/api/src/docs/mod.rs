//! The reference as a page, written from the OpenAPI document: no script, nothing from elsewhere.

mod example;
mod html;
mod schema;

use axum::{
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::Value;

use crate::problem::KINDS;
use html::{each, escaped, inline, paragraphs};

/// What the page looks like, beside the site's own stylesheet.
pub const STYLE: &str = include_str!("style.css");

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// The page as an answer.
pub fn answer(page: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, page).into_response()
}

/// Writes the page.
pub fn page(document: &Value) -> String {
    let groups = each(tags(document), |tag| group(document, tag));
    let title = escaped(text(&document["info"]["title"]));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/pkg/purser.css\">\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body><div class=\"reference\">{}<main>\
         <h1>{title}</h1>{}<p><a href=\"/api/openapi.json\">OpenAPI 3.1 document</a></p>{groups}{}{}</main></div></body></html>",
        contents(document),
        paragraphs(text(&document["info"]["description"])),
        problems(),
        schemas(document),
    )
}

fn contents(document: &Value) -> String {
    let groups = each(tags(document), |tag| {
        let name = text(&tag["name"]);
        let links = each(operations(document, name), |(_, _, operation)| {
            format!("<a href=\"#{}\">{}</a>", id_of(operation), inline(text(&operation["summary"])))
        });
        format!("<p>{}</p>{links}", escaped(name))
    });
    let more = "<p>More</p><a href=\"#problems\">Problems</a><a href=\"#schemas\">Objects</a>";
    format!("<nav aria-label=\"Contents\"><a href=\"/developers\">Back to Purser</a>{groups}{more}</nav>")
}

fn group(document: &Value, tag: &Value) -> String {
    let name = text(&tag["name"]);
    let routes = each(operations(document, name), |(path, method, operation)| route(document, path, method, operation));
    format!("<h2>{}</h2>{}{routes}", escaped(name), paragraphs(text(&tag["description"])))
}

fn route(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let base = text(&document["servers"][0]["url"]);
    format!(
        "<article id=\"{}\"><h3>{}</h3><p class=\"address\"><span class=\"method\">{}</span> <span>{}</span></p>{}{}{}{}\
         <h4>Example</h4><pre tabindex=\"0\"><code>{}</code></pre></article>",
        id_of(operation),
        inline(text(&operation["summary"])),
        method.to_uppercase(),
        escaped(&format!("{base}{path}")),
        paragraphs(text(&operation["description"])),
        parameters(operation),
        body(operation),
        responses(operation),
        escaped(&example::curl(document, base, path, method, operation)),
    )
}

fn parameters(operation: &Value) -> String {
    let rows = each(list(&operation["parameters"]), |parameter| {
        let place = match text(&parameter["in"]) {
            "query" => "query",
            "path" => "address",
            _ => "header",
        };
        let need = if parameter["required"] == true { "required" } else { "optional" };
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"soft\">{place}, {need}</td><td>{}</td></tr>",
            escaped(text(&parameter["name"])),
            schema::kind(&parameter["schema"]),
            inline(text(&parameter["description"])),
        )
    });
    if rows.is_empty() {
        rows
    } else {
        format!("<h4>Parameters</h4>{}", table(&["Name", "Type", "Where", "Description"], &rows))
    }
}

fn body(operation: &Value) -> String {
    let content = &operation["requestBody"]["content"];
    let types: Vec<String> = members(content).map(|(name, _)| format!("<code>{}</code>", escaped(name))).collect();
    let Some((_, first)) = members(content).next() else { return String::new() };
    format!("<h4>Body</h4><p>{} as {}</p>", schema::kind(&first["schema"]), types.join(" or "))
}

fn responses(operation: &Value) -> String {
    let rows = each(members(&operation["responses"]), |(status, response)| {
        let body = members(&response["content"])
            .next()
            .map(|(_, content)| schema::kind(&content["schema"]))
            .unwrap_or_default();
        format!(
            "<tr><th scope=\"row\">{}</th><td>{body}</td><td>{}</td></tr>",
            escaped(status),
            inline(text(&response["description"])),
        )
    });
    format!("<h4>Answers</h4>{}", table(&["Status", "Body", "Description"], &rows))
}

fn problems() -> String {
    let rows = each(&KINDS, |kind| {
        format!(
            "<tr id=\"problem-{code}\"><th scope=\"row\">{code}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            kind.status,
            escaped(kind.title),
            inline(kind.meaning),
            code = kind.code,
        )
    });
    let lead = paragraphs("What `code` says, with its status. `type` of a problem leads here.");
    format!("<h2 id=\"problems\">Problems</h2>{lead}{}", table(&["Code", "Status", "Title", "What to do"], &rows))
}

fn schemas(document: &Value) -> String {
    let articles = each(members(&document["components"]["schemas"]), |(name, schema)| {
        format!(
            "<article id=\"schema-{id}\"><h3>{}</h3>{}{}</article>",
            escaped(&schema::shown_name(name)),
            paragraphs(text(&schema["description"])),
            schema::members_table(schema),
            id = escaped(name),
        )
    });
    format!("<h2 id=\"schemas\">Objects</h2>{articles}")
}

fn table(headings: &[&str], rows: &str) -> String {
    let headings = each(headings, |heading| format!("<th scope=\"col\">{heading}</th>"));
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

fn id_of(operation: &Value) -> String {
    escaped(text(&operation["operationId"]))
}

fn operations<'a>(document: &'a Value, tag: &'a str) -> impl Iterator<Item = (&'a str, &'static str, &'a Value)> {
    members(&document["paths"])
        .flat_map(|(path, item)| METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?))))
        .filter(move |(_, _, operation)| list(&operation["tags"]).any(|one| text(one) == tag))
}

fn tags(document: &Value) -> impl Iterator<Item = &Value> {
    list(&document["tags"])
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
