//! The reference as data: OpenAPI 3.1, made from the routes themselves.
//!
//! What all routes share is added here, in one place: the key, the problems, the `Idempotency-Key`.

use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self, Components, ContentBuilder, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::problem::{FieldProblem, KINDS, ProblemDocument};

const SCHEME: &str = "api_key";
const INTRODUCTION: &str = "\
Everything is JSON over HTTPS. Send your API key with every request: `Authorization: Bearer sk_…`.

Amounts are integers in the currency's minor unit, beside `currency`. Times are UTC, RFC 3339 with milliseconds. Ids are a \
prefix and 32 hex digits.

Lists take `limit` (25 unless you say otherwise, at most 200) and `cursor`, and answer `{\"data\": […], \"next_cursor\": …}`; \
`next_cursor` is `null` on the last page.

Every POST takes an `Idempotency-Key`: the same key with the same request gets the first answer again, marked with the \
header `Idempotent-Replayed: true`; with another request it is refused. Keys are kept for 24 hours, and only requests that \
succeeded are kept.

Errors are RFC 9457 problem documents; `code` is for programs, and `errors` names every wrong field by its dotted path.";

#[derive(OpenApi)]
#[openapi(
    info(title = "Purser API", version = "1", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/api/v1")),
    components(schemas(FieldProblem)),
    tags(
        (name = "Customers", description = "Whom you hold money for."),
        (name = "Documents", description = "Files that prove who somebody is."),
        (name = "Wallets", description = "Balances, and the account numbers that credit them."),
        (name = "Wallet transactions", description = "Movements on wallets. Never changed, never removed."),
        (name = "Transfers", description = "Money from one wallet to another, at once or set aside first."),
        (name = "Deposits", description = "Money that came in, and what became of it."),
        (name = "Settlements", description = "What was collected, paid out to you."),
        (name = "Rails", description = "What banks tell by themselves."),
        (name = "Sandbox", description = "Playing bank and reviewer, in sandbox organisations only."),
    ),
)]
struct Frame;

/// The document before any route is in it.
pub fn frame() -> openapi::OpenApi {
    let mut document = Frame::openapi();
    document.info.description = Some(INTRODUCTION.to_owned());
    document
}

/// Adds to every route what all of them share.
pub fn complete(document: &mut openapi::OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sk_…");
    let key = key.description(Some("An API key, made under Developers and shown once.")).build();
    components.add_security_scheme(SCHEME, SecurityScheme::Http(key));
    components
        .schemas
        .insert(ProblemDocument::name().into_owned(), <ProblemDocument<'_> as utoipa::PartialSchema>::schema());
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(SCHEME, [])]);
    for (path, item) in &mut document.paths.paths {
        let has_id = path.contains('{');
        let operations = [
            (&mut item.get, Verb::Get),
            (&mut item.post, Verb::Post),
            (&mut item.patch, Verb::Patch),
            (&mut item.delete, Verb::Delete),
        ];
        for (operation, verb) in operations {
            if let Some(operation) = operation {
                share(operation, verb, has_id, path.starts_with("/sandbox/"));
                if path.starts_with("/rails/") {
                    sign(operation);
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

fn share(operation: &mut Operation, verb: Verb, has_id: bool, is_sandbox: bool) {
    if verb == Verb::Post {
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("1 to 255 visible ASCII characters of your own choice, kept for 24 hours."))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))))
            .example(Some("8e03978e-40d5-43dd-bc93-6894a57f9324".into()))
            .build();
        operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
    }
    let mut statuses = vec![401, 422, 429, 500, 503];
    if has_id {
        statuses.push(404);
    }
    if verb == Verb::Get && operation.operation_id.as_deref() == Some("show_wallet_statement") {
        statuses.push(406);
    }
    if verb != Verb::Get {
        statuses.extend([403, 409]);
    }
    if matches!(verb, Verb::Post | Verb::Patch) {
        statuses.push(400);
    }
    if operation.request_body.is_some() {
        statuses.extend([413, 415]);
    }
    for status in statuses {
        let problem = problem(status, is_sandbox);
        operation.responses.responses.insert(status.to_string(), RefOr::T(problem));
    }
}

/// A bank shows no key and needs none to repeat itself: its requests are signed, and its notices known by their references.
fn sign(operation: &mut Operation) {
    operation.security = Some(Vec::new());
    let parameters = operation.parameters.get_or_insert_default();
    parameters.retain(|parameter| !matches!(parameter, RefOr::T(one) if one.name == "Idempotency-Key"));
    for status in ["403", "404", "409"] {
        operation.responses.responses.remove(status);
    }
}

fn problem(status: u16, is_sandbox: bool) -> Response {
    let codes: Vec<String> = KINDS
        .iter()
        .filter(|kind| kind.status == status && (is_sandbox || kind.code != "sandbox_only"))
        .map(|kind| format!("`{}`", kind.code))
        .collect();
    let schema = Ref::from_schema_name(ProblemDocument::name());
    ResponseBuilder::new()
        .description(format!("A problem: {}.", codes.join(", ")))
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build())
        .build()
}
