//! `purser admin …`: what whoever runs the installation does from the shell.

mod deposits;
mod fees;
pub mod settlements;

use std::{io::Write as _, process::ExitCode};

use anyhow::{Result, anyhow};
use clap::Subcommand;
use domain::{id::OrganisationId, money::Currency, permission::Feature};
use service::{Error, NewOrganisation, OpenedOrganisation};

use self::{deposits::Money, fees::Charging, settlements::Settling};
use crate::{config::Config, open};

#[derive(Subcommand)]
pub enum Admin {
    /// Open an organisation with its first ADMIN and an API key; the secrets are shown once
    CreateOrganisation {
        /// The organisation's name
        #[arg(long)]
        name: String,
        /// The e-mail of its first ADMIN
        #[arg(long)]
        email: String,
        /// Play money: deposits can be simulated
        #[arg(long)]
        sandbox: bool,
        /// What is on from the start: `customer_creation`, `sender_validation`; may be given more than once
        #[arg(long = "feature", value_parser = feature)]
        features: Vec<Feature>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Switch a feature on for an organisation
    EnableFeature {
        /// Its id, as the portal shows it
        #[arg(long)]
        organisation: String,
        /// `customer_creation` or `sender_validation`
        #[arg(long, value_parser = feature)]
        feature: Feature,
    },
    /// Make a secret that a bank signs its notices of a rail with (Standard Webhooks); it is shown once
    CreateRailSecret {
        /// The rail, as in the address `/api/v1/rails/<rail>/deposits`
        #[arg(long)]
        rail: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Withdraw such a secret: what is signed with it is refused from now on
    WithdrawRailSecret {
        /// Its id
        id: String,
    },
    #[command(flatten)]
    Money(Money),
    #[command(flatten)]
    Settling(Settling),
    #[command(flatten)]
    Charging(Charging),
}

/// An id as it is typed.
fn parsed<T: std::str::FromStr<Err = domain::fault::FieldFault>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|fault: domain::fault::FieldFault| fault.to_string())
}

fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).map_err(|fault| fault.to_string())
}

fn feature(text: &str) -> Result<Feature, String> {
    let known = Feature::ALL.map(Feature::code).join(", ");
    Feature::from_code(text).ok_or_else(|| format!("features are {known}"))
}

/// Does it.
///
/// # Errors
/// Says which field is wrong and what to do.
pub async fn run(config: &Config, admin: Admin) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    match admin {
        Admin::CreateOrganisation { name, email, sandbox, features, json } => {
            let new = NewOrganisation { name, email, is_sandbox: sandbox, features };
            let opened = purser.create_organisation(&new).await.map_err(told)?;
            print(&opened, json)?;
        }
        Admin::CreateRailSecret { rail, json } => {
            let made = purser.create_rail_secret(&rail).await.map_err(told)?;
            let mut out = std::io::stdout();
            if json {
                writeln!(out, "{}", serde_json::json!({ "rail": rail, "id": made.id, "secret": made.secret }))?;
            } else {
                writeln!(out, "id      {}\nsecret  {}\nThe secret is shown this once.", made.id, made.secret)?;
            }
        }
        Admin::WithdrawRailSecret { id } => {
            let id = id.parse().map_err(|fault| anyhow!("id: {fault}"))?;
            purser.withdraw_rail_secret(id).await.map_err(told)?;
            writeln!(std::io::stdout(), "{id} is withdrawn")?;
        }
        Admin::Money(money) => deposits::run(&purser, money).await?,
        Admin::Settling(settling) => settlements::run(&purser, settling).await?,
        Admin::Charging(charging) => fees::run(&purser, charging).await?,
        Admin::EnableFeature { organisation, feature } => {
            let id: OrganisationId = organisation.parse().map_err(|fault| anyhow!("--organisation: {fault}"))?;
            purser.enable_feature(id, feature).await.map_err(told)?;
            writeln!(std::io::stdout(), "{} is on for {id}", feature.code())?;
        }
    }
    purser.close().await;
    Ok(ExitCode::SUCCESS)
}

fn print(opened: &OpenedOrganisation, is_json: bool) -> Result<()> {
    let mut out = std::io::stdout();
    if is_json {
        let answer = serde_json::json!({
            "organisation_id": opened.organisation.id,
            "email": opened.email,
            "password": opened.password,
            "api_key": opened.api_key,
        });
        writeln!(out, "{answer}")?;
    } else {
        writeln!(out, "organisation  {}", opened.organisation.id)?;
        writeln!(out, "e-mail        {}", opened.email)?;
        writeln!(out, "password      {}", opened.password)?;
        writeln!(out, "API key       {}", opened.api_key)?;
        writeln!(out, "The password and the key are shown this once.")?;
    }
    Ok(())
}

/// A refusal in words for the shell.
pub fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
            anyhow!("{}", lines.join("\n"))
        }
        other => anyhow::Error::from(other),
    }
}
