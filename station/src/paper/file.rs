//! Pages as a PDF file.
//!
//! printpdf makes the document with its fonts. What stands on the pages is put in afterwards, and packed here.

use super::PaperError;
use super::content::Content;
use super::cut::Cut;
use super::text::Typesetter;
use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use printpdf::{Codepoint, FontId, Op, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, PdfWarnMsg, Pt, TextItem};
use std::collections::BTreeMap;
use std::io::Write;
use std::rc::Rc;

/// By the font's place at the typesetter.
type Cuts = BTreeMap<usize, Rc<Cut>>;

/// In points.
pub struct Page {
    pub width: f32,
    pub height: f32,
    pub content: Content,
}

/// A paper that is dated on its day.
pub fn pdf(title: &str, on: NaiveDate, setter: &Typesetter<'_>, pages: Vec<Page>) -> Result<Vec<u8>, PaperError> {
    let mut document = PdfDocument::new(title);
    let midnight = on.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    if let Ok(time) = printpdf::OffsetDateTime::from_unix_timestamp(midnight) {
        let info = &mut document.metadata.info;
        (info.creation_date, info.modification_date, info.metadata_date) = (time, time, time);
    }
    let (cuts, mut shown) = embed(&mut document, setter, &pages)?;
    let sizes = pages.iter().map(|page| (Pt(page.width).into(), Pt(page.height).into()));
    let empty = sizes.map(|(width, height)| PdfPage::new(width, height, std::mem::take(&mut shown))).collect();
    let mut warnings: Vec<PdfWarnMsg> = Vec::new();
    let mut document = document.with_pages(empty).to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    if !warnings.is_empty() {
        tracing::warn!(count = warnings.len(), first = %warnings[0].msg, "a paper was written with warnings");
    }

    let ids: Vec<_> = document.page_iter().filter_map(|id| document.get_page_contents(id).pop()).collect();
    let code = |face: usize, glyph| cuts.get(&face).map_or(0, |cut| cut.code(glyph));
    for (id, page) in ids.into_iter().zip(pages) {
        if let Some(stream) = document.objects.get_mut(&id).and_then(|object| object.as_stream_mut().ok()) {
            stream.content = page.content.coded(code);
        }
    }
    for stream in document.objects.values_mut().filter_map(|object| object.as_stream_mut().ok()) {
        let known = cuts.values().find(|cut| cut.bytes == stream.content);
        let packed =
            known.map_or_else(|| deflated(&stream.content, Compression::default()), |cut| Ok(cut.deflated.clone()))?;
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(packed);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(PaperError::Write)?;
    Ok(bytes)
}

/// Cuts the fonts of the pages and puts them into the document. printpdf embeds what is shown: so the first page shows each
/// glyph once, until its content takes the place of that.
fn embed(document: &mut PdfDocument, setter: &Typesetter<'_>, pages: &[Page]) -> Result<(Cuts, Vec<Op>), PaperError> {
    let (mut cuts, mut shown) = (Cuts::new(), vec![Op::StartTextSection]);
    for (face, (name, cutter)) in setter.cutters().enumerate() {
        let mut letters: BTreeMap<u16, String> = BTreeMap::new();
        for (glyph, text) in pages.iter().flat_map(|page| page.content.letters_of(face)) {
            let known = letters.entry(glyph).or_default();
            if known.is_empty() {
                known.push_str(text);
            }
        }
        if letters.is_empty() {
            continue;
        }
        let (cut, id) = (cutter.cut(&letters)?, FontId(name.into()));
        let coded = letters.into_iter().map(|(glyph, text)| Codepoint::with_cid(cut.code(glyph), 0.0, text)).collect();
        shown.push(Op::SetFont { font: PdfFontHandle::External(id.clone()), size: Pt(1.0) });
        shown.push(Op::ShowText { items: vec![TextItem::GlyphIds(coded)] });
        let _ = document.resources.fonts.map.insert(id, cut.font());
        let _ = cuts.insert(face, cut);
    }
    shown.push(Op::EndTextSection);
    Ok((cuts, shown))
}

pub fn deflated(bytes: &[u8], level: Compression) -> Result<Vec<u8>, PaperError> {
    let mut packed = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    packed.write_all(bytes).and_then(|()| packed.finish()).map_err(PaperError::Write)
}
