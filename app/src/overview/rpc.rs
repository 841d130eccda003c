//! What the overview asks the server.

use leptos::prelude::*;

use super::view::OverviewView;
#[cfg(feature = "ssr")]
use crate::session::Here;
use crate::{codec::JsonBody, error::AppError};

#[server(prefix = "/rpc", endpoint = "overview/page", output = JsonBody)]
pub async fn overview_page() -> Result<OverviewView, AppError> {
    let here = Here::signed_in()?;
    let today = here.purser.today();
    here.answer(here.reader().overview().await.map(|overview| OverviewView::of(&overview, today)))
}
