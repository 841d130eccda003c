//! Files for spreadsheets: RFC 4180, and nothing in them that a spreadsheet would run.

/// Records as text, each ending in a line break.
///
/// # Errors
/// When a record cannot be written, which a list of texts never causes.
pub fn write(records: &[Vec<String>]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record)?;
    }
    Ok(writer.into_inner()?)
}

/// Text from outside, made harmless: a spreadsheet takes what begins like this for a formula
/// (OWASP, "CSV Injection").
#[must_use]
pub fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(harmless("Mara =1".to_owned()), "Mara =1");
    }

    #[test]
    fn quotes_and_line_breaks_stay_inside_their_field() {
        let bytes = write(&[vec!["a\"b".to_owned(), "c,d\ne".to_owned()]]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "\"a\"\"b\",\"c,d\ne\"\r\n");
    }
}
