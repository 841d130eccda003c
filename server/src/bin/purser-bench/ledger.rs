//! The proof of the ledger against a bare read of its postings, and a bank's file against the bare parse of it.

use std::{fmt::Write as _, time::Instant};

use anyhow::{Result, anyhow, ensure};
use domain::wallet::{SenderParty, VirtualAccount};
use service::{AlsoKnown, BankNotice};
use storage::BareLoop;

use crate::{
    deposits,
    figures::{Aim, Report, Samples},
    installation::{Place, Sandbox},
};

const WALLETS: usize = 10_000;
/// Lists of deposits that are written to have something to prove.
const LISTS: usize = 20;
const FILE_ENTRIES: usize = 5_000;
const ROUNDS: usize = 3;

pub async fn measure(report: &mut Report, place: &Place) -> Result<()> {
    let sandbox = Sandbox::open(place, WALLETS).await?;
    let bank = deposits::bank_account(place, &sandbox).await?;
    let mut bare = BareLoop::open(&place.database_url).await?;
    for _ in 0..LISTS {
        bare.write_by_table(&deposits::rows(&sandbox, bank)?).await?;
    }
    bare.tidy().await?;
    proof(report, &sandbox, &mut bare).await?;
    files(report, &sandbox).await?;
    bare.close().await?;
    sandbox.purser.close().await;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, for people")]
fn rate(count: u64, began_at: Instant) -> f64 {
    count as f64 / began_at.elapsed().as_secs_f64()
}

async fn proof(report: &mut Report, sandbox: &Sandbox, bare: &mut BareLoop) -> Result<()> {
    let mut sealed = Samples::default();
    let began_at = Instant::now();
    let links = sandbox.purser.seal_ledger().await?;
    sealed.push(rate(links, began_at));
    report.add("entries that get their links", "/s", &sealed, None, Aim::None, None);
    let (mut proven, mut read, mut long) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        let began_at = Instant::now();
        let proof = sandbox.purser.prove_ledger(&[], |_| ()).await?;
        // Rows that were written table by table are sound but for the balances that their movements tell.
        let is_known = |what: &&str| what.contains("movement");
        ensure!(proof.faults.counts().keys().all(is_known), "the ledger is sound: {:?}", proof.faults.counts());
        proven.push(rate(proof.postings, began_at));
        long.push(10_000_000.0 / proven.last());
        let began_at = Instant::now();
        read.push(rate(bare.read_postings().await?, began_at));
    }
    report.add(
        "postings that verify proves",
        "/s",
        &proven,
        Some(("a bare read of the postings", &read)),
        Aim::None,
        None,
    );
    report.add("so, verify of 10,000,000 postings", "s", &long, None, Aim::Max(60.0), None);
    Ok(())
}

/// A bank's statement with so many credits, each with a reference of its own.
fn file(accounts: &[VirtualAccount], round: usize) -> String {
    let mut text = String::from(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>B</MsgId></GrpHdr>\
         <Stmt><Id>S</Id><Acct><Id><Othr><Id>802985100000001</Id></Othr></Id></Acct>",
    );
    for n in 0..FILE_ENTRIES {
        let number = accounts[(n * 7_919) % accounts.len()].number.display();
        let _ = write!(
            text,
            "<Ntry><Amt Ccy=\"AUD\">125.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>BENCH{round}N{n:08}</AcctSvcrRef>\
             <NtryDtls><TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Elin Nordquist</Nm></Pty></Dbtr>\
             <CdtrAcct><Id><Othr><Id>{number}</Id></Othr></Id></CdtrAcct></RltdPties>\
             <RmtInf><Ustrd>Invoice 20418</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        );
    }
    text.push_str("</Stmt></BkToCstmrStmt></Document>");
    text
}

async fn files(report: &mut Report, sandbox: &Sandbox) -> Result<()> {
    let (mut imported, mut parsed) = (Samples::default(), Samples::default());
    let entries = u64::try_from(FILE_ENTRIES)?;
    for round in 0..ROUNDS {
        let text = file(&sandbox.accounts, round);
        let began_at = Instant::now();
        let read = rails::read(text.as_bytes())?;
        parsed.push(rate(entries, began_at));
        let notices: Vec<BankNotice> = read
            .notices
            .into_iter()
            .enumerate()
            .map(|(n, notice)| BankNotice {
                bank_reference: notice.bank_reference,
                also: AlsoKnown { references: notice.other_references.payment, ..AlsoKnown::default() },
                accounts: vec![sandbox.accounts[(n * 7_919) % sandbox.accounts.len()].number.canonical()],
                account_text: String::new(),
                amount: notice.amount,
                sender: SenderParty { name: notice.sender.name, ..SenderParty::default() },
                reference: notice.reference,
                received_at: None,
            })
            .collect();
        let began_at = Instant::now();
        let done = sandbox.purser.import(&notices).await.map_err(|error| anyhow!("{error:?}"))?;
        imported.push(rate(entries, began_at));
        ensure!(done.credited.len() == FILE_ENTRIES, "every payment reached its wallet");
    }
    let baseline = ("the bare parse of the file", &parsed);
    report.add("entries of a bank's file that are imported", "/s", &imported, Some(baseline), Aim::None, None);
    Ok(())
}
