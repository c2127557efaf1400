//! The counts of a time as rows of a table, for paper and for other programs.

use crate::store::{Covered, DropOut, Report};

/// A row: section, number of the form, key, value, of how many, and who or what these are.
pub type Row = [String; 6];

pub const COLUMNS: [&str; 6] = ["section", "number", "key", "value", "of", "of_whom"];

/// What a report was narrowed to, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    pub worker: Option<String>,
    pub village: Option<String>,
}

/// Every figure of a report, in the order of the form. What is not recorded here has no value.
pub fn rows(report: &Report, covered: &[Covered], narrowed: &Narrowed) -> impl Iterator<Item = Row> {
    let row = |section: &str, number: &str, key: &str, value: Option<i64>, of: Option<(i64, &str)>| -> Row {
        let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (of, whom) = of.map_or_else(Default::default, |(of, whom)| (of.to_string(), whom.to_owned()));
        [section.to_owned(), number.to_owned(), key.to_owned(), text(value), of, whom]
    };
    let mut rows: Vec<Row> = Vec::with_capacity(100);
    rows.push(row("period", "", &format!("{}/{}", report.from, report.until), None, None));
    for (key, name) in [("worker", &narrowed.worker), ("village", &narrowed.village)] {
        let [section, number, key, _, of, whom] = row("only", "", key, None, None);
        rows.extend(name.iter().map(|name| [&*section, &*number, &*key, name, &*of, &*whom].map(str::to_owned)));
    }
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
    let of = (i64::from(one.children), "registered children who became one year old in the time");
    rows.push(row("turned-one", "", "fully", Some(one.fully.into()), Some(of)));
    for dose in covered {
        let whom = format!("registered children of {} whole years at the end of the time", dose.age_years);
        let of = (i64::from(dose.children), whom.as_str());
        rows.push(row("coverage", "", &dose.item, Some(dose.given.into()), Some(of)));
    }
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
    let of = (i64::from(c.children), "registered children of 12 to 23 months at the end of the time");
    rows.extend(cohort.map(|(key, n)| row("12-23-months", "", key, Some(n.into()), Some(of))));
    // Of those who began, those who did not go on; below nought when more went on than began.
    let lost = |d: &DropOut| i64::from(d.began) - i64::from(d.went_on);
    for (section, rates, whom) in [
        ("drop-out-doses", &report.drop_outs, "first doses given in the time"),
        ("drop-out-children", &report.cohort_drop_outs, "those of the 12 to 23 months who began"),
    ] {
        rows.extend(rates.iter().map(|d| row(section, "", d.key, Some(lost(d)), Some((d.began.into(), whom)))));
    }
    for check in &report.checks {
        rows.push(row("check", "", check.key, Some(check.count.into()), Some((check.most.into(), "at most"))));
    }
    rows.into_iter()
}
