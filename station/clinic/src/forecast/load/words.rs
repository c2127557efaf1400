//! Names, ages and intervals, as people write them in a schedule file.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;

use super::file::Word;
use super::{Checked, LONGEST_NAME, MOST_ITEMS, complain};
use crate::forecast::date::Span;
use crate::forecast::schedule::Interval;

/// The entries of a TOML table as they stand in the text; the table itself is sorted by key.
pub(super) fn in_file_order<T>(table: BTreeMap<String, Spanned<T>>) -> Vec<(String, Spanned<T>)> {
    let mut rows: Vec<_> = table.into_iter().collect();
    rows.sort_by_key(|(_, value)| value.span().start);
    rows
}

pub(super) fn small(count: usize, at: Range<usize>, what: &str) -> Checked<u16> {
    match u16::try_from(count) {
        Ok(position) if count < MOST_ITEMS => Ok(position),
        _ => complain(at, format!("a schedule may have at most {MOST_ITEMS} {what}")),
    }
}

pub(super) fn sourced(text: String) -> Option<String> {
    (text != "unsourced" && !text.trim().is_empty()).then_some(text)
}

pub(super) fn check_name(name: &Word, what: &str) -> Checked<()> {
    check_text_name(name.get_ref(), name.span(), what)
}

/// Names stand in lists such as `BCG@2024-05-10; OPV@2024-05-10` and in file names.
pub(super) fn check_text_name(name: &str, at: Range<usize>, what: &str) -> Checked<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(plain) {
        return complain(
            at,
            format!("{what} \"{name}\": use 1 to {LONGEST_NAME} letters a-z, digits, hyphens or underscores"),
        );
    }
    Ok(())
}

pub(super) fn span(text: &Word) -> Checked<Span> {
    Span::parse(text.get_ref()).or_else(|reason| complain(text.span(), reason))
}

pub(super) fn interval(text: &Word) -> Checked<Interval> {
    match text.get_ref().as_str() {
        "none" => Ok(Interval::None),
        "unsourced" => Ok(Interval::Unsourced),
        _ => span(text).map(Interval::Is),
    }
}

/// Weeks and months have no fixed ratio; a common year decides which of two spans is shorter.
pub(super) fn sooner(a: Span, b: Span) -> bool {
    let birth = NaiveDate::from_yo_opt(2001, 1).unwrap_or_default();
    a.after(birth) < b.after(birth)
}
