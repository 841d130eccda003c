//! XLSX (ECMA-376, Office Open XML) written from front to back: sheets first, and last what names them.
//!
//! Text is written as text, never as a formula. An amount is a number as long as a spreadsheet, which counts in binary
//! fractions, shows all its digits; a longer one is text.

use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use domain::money::Money;
use quick_xml::escape::escape;
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::{
    Broken, Head,
    lines::{HEADERS, Line, about, time},
};

/// Rows of one sheet that are ours to fill; a sheet ends at row 1,048,576.
const SHEET_ROWS_MAX: u32 = 1_000_000;
/// Bytes of one sheet: with 4 GiB it would need Zip64, which spreadsheets refuse in a container written front to back.
const SHEET_BYTES_MAX: u64 = 2 << 30;
/// Digits that every number in a spreadsheet keeps.
const DIGITS_MAX: usize = 15;
/// Longest text in a cell.
const TEXT_CHARS_MAX: usize = 32_767;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// Widths of the columns, in characters.
const WIDTHS: [u32; 10] = [25, 16, 12, 16, 16, 10, 28, 24, 36, 40];

/// A workbook while it is written.
pub(crate) struct Xlsx {
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    sheets: u32,
    rows: u32,
    bytes: u64,
}

/// Where the container goes, to be taken from in between.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Default for Xlsx {
    fn default() -> Self {
        let sink = Sink::default();
        Self { zip: ZipWriter::new_stream(sink.clone()), sink, sheets: 0, rows: 0, bytes: 0 }
    }
}

impl std::fmt::Debug for Xlsx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Xlsx").field("sheets", &self.sheets).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Xlsx {
    pub(crate) fn part(&mut self, head: &Head, is_first: bool, lines: &[Line<'_>]) -> Result<Vec<u8>, Broken> {
        if is_first {
            self.begin_sheet()?;
            self.balance("Opening balance", head.first_day(), head.opening, &about(head))?;
        }
        for line in lines {
            if self.rows >= SHEET_ROWS_MAX || self.bytes >= SHEET_BYTES_MAX {
                self.end_sheet()?;
                self.begin_sheet()?;
            }
            self.line(line)?;
        }
        Ok(self.sink.take())
    }

    pub(crate) fn end(mut self, head: &Head) -> Result<Vec<u8>, Broken> {
        self.balance("Closing balance", head.last_day(), head.closing, "")?;
        self.end_sheet()?;
        let mut sheets = String::new();
        let mut relations = String::new();
        let mut types = String::new();
        for number in 1..=self.sheets {
            let name = if number == 1 { "Statement".to_owned() } else { format!("Statement {number}") };
            let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
            let _ = write!(
                relations,
                "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
        }
        let styles = self.sheets + 1;
        self.file(
            "xl/workbook.xml",
            &format!("{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{sheets}</sheets></workbook>"),
        )?;
        self.file("xl/_rels/workbook.xml.rels", &format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}<Relationship Id=\"rId{styles}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"))?;
        self.file("xl/styles.xml", &styles_of(head))?;
        self.file("_rels/.rels", &format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"))?;
        self.file("[Content_Types].xml", &format!("{XML}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{types}</Types>"))?;
        let sink = self.sink.clone();
        self.zip.finish().map_err(unwritten)?;
        Ok(sink.take())
    }

    fn begin_sheet(&mut self) -> Result<(), Broken> {
        self.sheets += 1;
        (self.rows, self.bytes) = (0, 0);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(format!("xl/worksheets/sheet{}.xml", self.sheets), options).map_err(unwritten)?;
        let mut xml = format!(
            "{XML}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
        );
        for (number, width) in (1..).zip(WIDTHS) {
            let _ = write!(xml, "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>");
        }
        xml.push_str("</cols><sheetData>");
        let mut row = Row::new();
        for header in HEADERS {
            row.text(header, true);
        }
        self.put(&xml)?;
        self.row(row)
    }

    fn end_sheet(&mut self) -> Result<(), Broken> {
        self.put("</sheetData></worksheet>")
    }

    fn balance(&mut self, what: &str, day: NaiveDate, balance: Money, about: &str) -> Result<(), Broken> {
        let mut row = Row::new();
        row.text(&day.to_string(), true);
        row.text(what, true);
        row.text("", false);
        row.text("", false);
        row.money(balance);
        row.text(balance.currency().code(), false);
        row.text("", false);
        row.text("", false);
        row.text(about, false);
        self.row(row)
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), Broken> {
        let transaction = line.transaction;
        let mut row = Row::new();
        row.text(&time(line), false);
        row.text(transaction.kind.code(), false);
        row.text(transaction.source.code(), false);
        row.money(line.change);
        row.money(line.balance);
        row.text(line.change.currency().code(), false);
        row.text(transaction.sender.name.as_deref().unwrap_or_default(), false);
        row.text(&transaction.sender.account_text().unwrap_or_default(), false);
        row.text(transaction.reference.as_deref().unwrap_or_default(), false);
        row.text(&transaction.id.to_string(), false);
        self.row(row)
    }

    fn row(&mut self, row: Row) -> Result<(), Broken> {
        self.rows += 1;
        self.put(&row.finish())
    }

    fn file(&mut self, name: &str, content: &str) -> Result<(), Broken> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options).map_err(unwritten)?;
        self.put(content)
    }

    fn put(&mut self, xml: &str) -> Result<(), Broken> {
        self.bytes += xml.len() as u64;
        self.zip.write_all(xml.as_bytes()).map_err(|error| Broken::Unwritten(error.into()))
    }
}

/// Cells stand one after the other, so they need no address.
struct Row(String);

impl Row {
    fn new() -> Self {
        Self("<row>".to_owned())
    }

    fn text(&mut self, text: &str, is_strong: bool) {
        let fits = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        let kept: String = text.chars().filter(fits).take(TEXT_CHARS_MAX).collect();
        if kept.is_empty() {
            self.0.push_str("<c/>");
            return;
        }
        let style = u8::from(is_strong) * 2;
        let _ = write!(
            self.0,
            "<c s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            escape(kept.as_str())
        );
    }

    fn money(&mut self, money: Money) {
        let decimal = money.to_decimal_string();
        if decimal.bytes().filter(u8::is_ascii_digit).count() > DIGITS_MAX {
            self.text(&decimal, false);
        } else {
            let _ = write!(self.0, "<c s=\"1\"><v>{decimal}</v></c>");
        }
    }

    fn finish(mut self) -> String {
        self.0.push_str("</row>");
        self.0
    }
}

fn unwritten(error: zip::result::ZipError) -> Broken {
    Broken::Unwritten(error.into())
}

/// Plain, money with the currency's decimals, strong.
fn styles_of(head: &Head) -> String {
    let decimals = "0".repeat(head.currency().exponent() as usize);
    let number = if decimals.is_empty() { "#,##0".to_owned() } else { format!("#,##0.{decimals}") };
    format!(
        "{XML}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"{number}\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf xfId=\"0\"/><xf xfId=\"0\" numFmtId=\"164\" applyNumberFormat=\"1\"/><xf xfId=\"0\" fontId=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>"
    )
}
