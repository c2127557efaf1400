//! The counts of a time as rows of a table, for paper and for other programs.

use crate::store::{DropOut, Report};

/// A row: section, number of the form, key, value, and of how many.
pub type Row = [String; 5];

/// Every figure of a report, in the order of the form. What is not recorded here has no value.
pub fn rows(report: &Report) -> impl Iterator<Item = Row> {
    let row = |section: &str, number: &str, key: &str, value: Option<i64>, of: Option<i64>| -> Row {
        let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        [section.to_owned(), number.to_owned(), key.to_owned(), text(value), text(of)]
    };
    let mut rows: Vec<Row> = Vec::with_capacity(100);
    rows.push(row("period", "", &format!("{}/{}", report.from, report.until), None, None));
    for item in &report.items {
        rows.push(row("hmis", item.number, item.key, item.count.map(i64::from), None));
    }
    let doses = [("given-here", report.doses), ("given-elsewhere", report.outside)];
    rows.extend(doses.map(|(key, n)| row("doses", "", key, Some(n.into()), None)));
    rows.extend(report.by_product.iter().map(|(product, n)| row("product", "", product, Some((*n).into()), None)));
    let reached =
        [("fully", report.fully.total()), ("fully-extended", report.fully_extended), ("completely", report.completely)];
    rows.extend(reached.map(|(key, n)| row("reached", "", key, Some(n.into()), None)));
    let one = report.turned_one;
    rows.push(row("turned-one", "", "fully", Some(one.fully.into()), Some(one.children.into())));
    let c = report.cohort;
    let cohort = [
        ("bcg", c.bcg),
        ("penta1", c.penta1),
        ("penta3", c.penta3),
        ("mr1", c.mr1),
        ("fully", c.fully),
        ("fully-extended", c.fully_extended),
        ("zero-dose", c.zero_dose),
        ("left-out", c.left_out),
        ("dropped-out", c.dropped_out),
    ];
    let of = Some(i64::from(c.children));
    rows.extend(cohort.map(|(key, n)| row("12-23-months", "", key, Some(n.into()), of)));
    // Of those who began, those who did not go on; below nought when more went on than began.
    let lost = |d: &DropOut| i64::from(d.began) - i64::from(d.went_on);
    for (section, rates) in [("drop-out-doses", &report.drop_outs), ("drop-out-children", &report.cohort_drop_outs)] {
        rows.extend(rates.iter().map(|d| row(section, "", d.key, Some(lost(d)), Some(d.began.into()))));
    }
    for check in &report.checks {
        rows.push(row("check", "", check.key, Some(check.count.into()), Some(check.most.into())));
    }
    rows.into_iter()
}
