//! The log: to standard error, as text or as JSON lines. Ids and units only; nothing personal is ever logged.

use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging as `PURSER_LOG` and `PURSER_LOG_FORMAT` say.
pub fn start() {
    let filter = EnvFilter::try_from_env("PURSER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("PURSER_LOG_FORMAT").is_ok_and(|format| format == "json") {
        builder.json().init();
    } else {
        builder.compact().init();
    }
}
