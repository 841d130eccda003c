//! Holds the architecture: which crate may see which, and what is written only in one place. Where a rule here stands
//! in the way, change the rule in `docs/` first; a crate that the table does not know fails on purpose.

#![expect(clippy::expect_used, reason = "a test that cannot read the tree has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

// Linked for its server functions, which register themselves.
use app as _;
use leptos::server_fn::axum::server_fn_paths;
use serde::Deserialize;

/// Which crates of ours each crate may depend on. `server` wires all of them and `frontend` is the browser's entry.
const ARROWS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("rails", &["domain"]),
    ("documents", &["domain"]),
    ("storage", &["domain"]),
    // Databases for tests.
    ("scratch-database", &[]),
    ("settling", &["domain"]),
    ("statements", &["domain"]),
    ("service", &["storage", "documents", "domain", "settling", "statements"]),
    ("app", &["domain", "service"]),
    ("frontend", &["app"]),
    ("api", &["service", "domain"]),
    ("worker", &["service", "domain", "rails"]),
    ("server", &["api", "app", "documents", "domain", "rails", "service", "storage", "worker"]),
];

/// What would bring the outside world into `domain`, which may only decide.
const IMPURE: [&str; 12] = [
    "async fn",
    "async move",
    ".await",
    "tokio",
    "std::time",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "Utc::now",
    "Local::now",
    "now_v7",
];

const SQL: [&str; 8] =
    ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "CREATE INDEX", "ALTER TABLE", "PRAGMA ", " RETURNING "];

#[test]
fn crates_see_only_what_the_architecture_lets_them() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in &packages {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| package.name == *name) else {
            wrong.push(format!("{}: not in the table of arrows", package.name));
            continue;
        };
        for dependency in package.needs().filter(|name| ours.contains(name)) {
            if !allowed.contains(&dependency) {
                wrong.push(format!("{} -> {dependency}", package.name));
            }
        }
    }
    assert_none("arrows that the architecture does not have", &wrong);
}

#[test]
fn the_browser_never_sees_the_server_side() {
    let app = package("app");
    for name in ["service", "axum", "tokio", "leptos_axum"] {
        let mut uses = app.dependencies.iter().filter(|one| one.name == name);
        assert!(uses.all(|one| one.optional), "app -> {name} must be optional, turned on by `ssr`");
    }
    let hydrate = app.features.get("hydrate").expect("app has the feature `hydrate`");
    assert!(!hydrate.iter().any(|one| one.contains("service") || one == "ssr"), "{hydrate:?}");
    assert!(!app.features.contains_key("default"), "app has no default features");
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = fs::read_to_string(&package.manifest_path).expect("a manifest");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{}", package.name);
    }
}

#[test]
fn only_storage_speaks_sql() {
    for package in packages() {
        let sees = package.dependencies.iter().any(|one| one.name.starts_with("sqlx"));
        assert_eq!(sees, ["storage", "scratch-database"].contains(&package.name.as_str()), "{} and sqlx", package.name);
    }
    let others = sources(|path| !path.starts_with("server/storage"));
    let is_sql = |line: &str| SQL.iter().any(|words| line.contains(words));
    assert_none("SQL outside storage", &found(&others, is_sql));
}

#[test]
fn server_functions_stand_in_files_named_rpc() {
    let others = sources(|path| !path.ends_with("rpc.rs"));
    let is_server_function = |line: &str| line.trim_start().starts_with("#[server");
    assert_none("server functions outside rpc.rs", &found(&others, is_server_function));
}

/// Their addresses are written out, so that they stay the same from build to build; none is lost in linking.
#[test]
fn every_server_function_answers_at_the_address_it_names() {
    let (mut functions, mut named) = (0, BTreeSet::new());
    for file in sources(|path| path.ends_with("rpc.rs")) {
        functions += file.text.lines().filter(|line| line.starts_with("#[server")).count();
        let endpoints = file.text.split("endpoint = \"").skip(1).filter_map(|rest| rest.split_once('"'));
        named.extend(endpoints.map(|(endpoint, _)| format!("/rpc/{endpoint}")));
    }
    assert_eq!(named.len(), functions, "each names an endpoint of its own: {named:#?}");
    let linked: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(linked, named);
}

#[test]
fn the_domain_decides_and_does_nothing() {
    let domain = sources(|path| path.starts_with("app/domain/src"));
    let is_impure = |line: &str| IMPURE.iter().any(|words| line.contains(words));
    assert_none("the outside world in domain", &found(&domain, is_impure));
    for name in package("domain").needs() {
        assert!(!["tokio", "futures", "axum", "leptos", "reqwest"].contains(&name), "domain -> {name}");
    }
}

/// Views that write HTML which holds nothing that people typed, for a reason given there.
const WRITES_HTML: [&str; 1] = ["app/src/customers/country_field.rs"];

/// leptos writes the content of a raw `<textarea>` unescaped (leptos-rs/leptos#4812): a stored script would run. So
/// would any inner HTML that is not a literal.
#[test]
fn what_people_typed_is_always_escaped() {
    let pages = sources(|path| {
        path.starts_with("app/src")
            && !path.starts_with("app/src/ui")
            && !WRITES_HTML.iter().any(|name| path == Path::new(name))
    });
    let is_raw = |line: &str| {
        let html = line.replace("inner_html=\"", "");
        line.contains("<textarea") || html.contains("inner_html")
    };
    assert_none("unescaped text: use `ui::TextArea`", &found(&pages, is_raw));
}

/// The content security policy refuses both, so they would look right only in a test without it.
#[test]
fn no_view_has_inline_styles_or_handlers() {
    let views = sources(|path| path.starts_with("app/src"));
    assert_none("inline styles or handlers", &found(&views, is_inline));
    for wrong in ["<p style=\"color: red\">", "<a onclick=\"go()\">", "<i style:width=\"1px\">"] {
        assert!(is_inline(wrong), "{wrong}");
    }
    for right in ["<Button on:click=go>", "let once = 1;", "on_change=change", "<style>"] {
        assert!(!is_inline(right), "{right}");
    }
}

#[test]
fn nothing_is_unsafe_and_no_lint_is_silenced_in_silence() {
    let files = sources(|_| true);
    let is_unsafe =
        |line: &str| ["{", "fn", "impl", "extern"].iter().any(|what| line.contains(&format!("unsafe {what}")));
    assert_none("unsafe code", &found(&files, is_unsafe));
    let is_silent = |line: &str| (line.contains("#[allow(") || line.contains("#![allow(")) && !line.contains("reason");
    assert_none("silenced lints: use `#[expect(…, reason = …)]`", &found(&files, is_silent));
}

/// A module of tests is named by the file that it tests.
#[test]
fn every_file_says_first_what_it_is_for() {
    let mute: Vec<String> = sources(|path| !path.ends_with("tests.rs"))
        .iter()
        .filter(|file| !file.text.trim_start().starts_with("//!"))
        .map(|file| file.path.display().to_string())
        .collect();
    assert_none("files that do not begin with their purpose", &mute);
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    optional: bool,
}

impl Package {
    /// What the crate itself needs; what its tests need besides is their own affair.
    fn needs(&self) -> impl Iterator<Item = &str> {
        let own = self.dependencies.iter().filter(|one| one.kind.as_deref() != Some("dev"));
        own.map(|one| one.name.as_str())
    }
}

/// A Rust file of the workspace, with its path below the top of the tree.
struct Source {
    path: PathBuf,
    text: String,
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("server/ is below the top")
}

/// What cargo says about the crates of this workspace.
fn packages() -> Vec<Package> {
    let answer = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(top())
        .output()
        .expect("cargo runs");
    let metadata: Metadata = serde_json::from_slice(&answer.stdout).expect("cargo knows this workspace");
    metadata.packages
}

fn package(name: &str) -> Package {
    packages().into_iter().find(|package| package.name == name).expect("a crate of ours")
}

/// The Rust files of ours whose path below the top is as asked; never this one, which names what it forbids.
fn sources(is_asked: impl Fn(&Path) -> bool) -> Vec<Source> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = ["app", "frontend", "server"].map(|name| top().join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the tree") {
            let path = entry.expect("an entry of the folder").path();
            let below = path.strip_prefix(top()).expect("below the top").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && below != Path::new("server/tests/architecture.rs")
                && is_asked(&below)
            {
                let text = fs::read_to_string(&path).expect("a source file");
                files.push(Source { path: below, text });
            }
        }
    }
    assert!(!files.is_empty(), "no source was found");
    files
}

/// Where a line of code, not of comment, is as described.
fn found(files: &[Source], is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            if !line.trim_start().starts_with("//") && is_wrong(line) {
                places.push(format!("{}:{}: {}", file.path.display(), index + 1, line.trim()));
            }
        }
    }
    places
}

fn is_inline(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| word.starts_with("style=") || word.starts_with("style:") || is_inline_handler(word))
}

/// `onclick=…`, but not `on:click=…` or `on_change=…`, which are ours.
fn is_inline_handler(word: &str) -> bool {
    let event = word.strip_prefix("on").and_then(|rest| rest.split_once('='));
    event.is_some_and(|(event, _)| event.len() > 2 && event.bytes().all(|byte| byte.is_ascii_lowercase()))
}

fn assert_none(what: &str, places: &[String]) {
    assert!(places.is_empty(), "{what}:\n  {}", places.join("\n  "));
}
