//! What papers share.

use super::text::Typesetter;
use chrono::NaiveDate;
use printpdf::{PdfDocument, PdfPage, PdfSaveOptions, PdfWarnMsg};

/// Pages as a PDF file, dated on the day of the paper: the same paper is the same file.
pub(super) fn pdf(title: &str, on: NaiveDate, setter: &Typesetter<'_>, pages: Vec<PdfPage>) -> Vec<u8> {
    let mut document = PdfDocument::new(title);
    let midnight = on.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    if let Ok(time) = printpdf::OffsetDateTime::from_unix_timestamp(midnight) {
        let info = &mut document.metadata.info;
        (info.creation_date, info.modification_date, info.metadata_date) = (time, time, time);
    }
    setter.embed(&mut document);
    let mut warnings: Vec<PdfWarnMsg> = Vec::new();
    let bytes = document.with_pages(pages).save(&PdfSaveOptions::default(), &mut warnings);
    if !warnings.is_empty() {
        tracing::warn!(count = warnings.len(), first = %warnings[0].msg, "a paper was written with warnings");
    }
    bytes
}
