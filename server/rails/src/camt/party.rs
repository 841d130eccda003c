//! Parties and the banks that act for them.

use super::value::{identifier, once, text};
use crate::FileError;
use crate::notice::Clearing;
use crate::xml::Xml;

/// A debtor or creditor: up to version 07 a party, since then a party or an institution.
#[derive(Debug, Default)]
pub(crate) struct Party {
    pub(crate) name: Option<String>,
    /// Set when the party is itself a bank.
    pub(crate) institution: Option<Agent>,
}

/// A bank.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agent {
    pub(crate) name: Option<String>,
    pub(crate) bic: Option<String>,
    pub(crate) clearing: Option<Clearing>,
}

/// Reads `Nm`, `Pty/Nm` or `Agt/FinInstnId` of the open element.
pub(crate) fn party(xml: &mut Xml<'_>) -> Result<Party, FileError> {
    let mut party = Party::default();
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "Nm" => {
                let name = text(xml)?;
                set(&mut party.name, &place, name)?;
            }
            "Pty" => {
                while let Some(name) = xml.child()? {
                    let place = xml.place();
                    if name == "Nm" {
                        let name = text(xml)?;
                        set(&mut party.name, &place, name)?;
                    } else {
                        xml.skip()?;
                    }
                }
            }
            "Agt" => party.institution = Some(agent(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(party)
}

/// Reads the `FinInstnId` of the open element.
pub(crate) fn agent(xml: &mut Xml<'_>) -> Result<Agent, FileError> {
    let mut agent = Agent::default();
    while let Some(name) = xml.child()? {
        if name != "FinInstnId" {
            xml.skip()?;
            continue;
        }
        while let Some(name) = xml.child()? {
            match name {
                "Nm" => agent.name = text(xml)?,
                "BICFI" | "BIC" => agent.bic = identifier(xml)?,
                "ClrSysMmbId" => agent.clearing = clearing(xml)?,
                _ => xml.skip()?,
            }
        }
    }
    Ok(agent)
}

fn clearing(xml: &mut Xml<'_>) -> Result<Option<Clearing>, FileError> {
    let mut system = None;
    let mut member = None;
    while let Some(name) = xml.child()? {
        match name {
            "ClrSysId" => system = code_or_proprietary(xml)?,
            "MmbId" => member = identifier(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(member.map(|member| Clearing { system, member }))
}

/// The text of `Cd` or `Prtry` within the open element.
pub(crate) fn code_or_proprietary(xml: &mut Xml<'_>) -> Result<Option<String>, FileError> {
    let mut code = None;
    while let Some(name) = xml.child()? {
        match name {
            "Cd" | "Prtry" => code = identifier(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(code)
}

fn set(slot: &mut Option<String>, place: &crate::xml::Place, value: Option<String>) -> Result<(), FileError> {
    value.map_or(Ok(()), |value| once(slot, place, value))
}
