//! Forecasts for a table of cases, for people who check the engine against their own expectations.

use std::collections::HashMap;
use std::io::{Read, Write};

use chrono::NaiveDate;

use super::date::parse_iso;
use super::schedule::{ProductId, Schedule};
use super::{Against, Child, Constraints, Contraindication, Given, InputError, NextRow, Refused, Why, forecast_with};
use crate::cases::{CasesError, Columns, Fault, RefusedRow, Row, Rows};

/// What was read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CasesSummary {
    pub cases: usize,
    /// Cases that the engine has no answer to, of `cases`.
    pub rejected: usize,
    /// Rows written, without the heading.
    pub rows: usize,
    /// Rows of the table, without the heading.
    pub rows_read: u64,
    /// Rows that could not be read, of `rows_read`.
    pub refused: u64,
}

const COLUMNS: Columns<7, 2> = Columns {
    needed: ["case_id", "schedule", "dob", "sex", "je_endemic", "eval_date", "doses"],
    // What stands against vaccines, `MMR; product:PENTA@2024-12-31; kind:live` (for good, or until a day), and what the
    // family refused, `MMR@2024-11-02`.
    more: ["contraindicated", "refused"],
};
const HEADING: [&str; 11] =
    ["case_id", "kind", "item", "product", "given_on", "status", "reason", "earliest", "due", "overdue", "last_day"];

/// Reads cases as CSV and writes their forecasts as CSV, with the schedules of the product.
///
/// The input needs the columns case_id, schedule, dob, sex, je_endemic, eval_date and doses (written
/// `BCG@2024-05-10; OPV@2024-05-10`). It may have the columns contraindicated (`MMR; product:PENTA@2024-12-31;
/// kind:live`: for good, or until a day) and refused (`MMR@2024-11-02`); other columns are ignored, and so are
/// further rows of a case. A row that cannot be read is given to `refuse`, and the next one follows.
pub fn run_cases(
    input: impl Read,
    output: impl Write,
    refuse: impl FnMut(&RefusedRow),
) -> Result<CasesSummary, CasesError> {
    run_cases_with(Schedule::builtin, input, output, refuse)
}

/// The same with other schedules.
pub fn run_cases_with<'s>(
    schedule: impl Fn(&str) -> Option<&'s Schedule>,
    input: impl Read,
    output: impl Write,
    refuse: impl FnMut(&RefusedRow),
) -> Result<CasesSummary, CasesError> {
    let (mut summary, mut seen) = (CasesSummary::default(), HashMap::new());
    let work = |row: Row<'_, 7, 2>, writer: &mut csv::Writer<_>| {
        let (id, case) = match case_of(&row, &schedule, &mut seen) {
            Ok(Some(case)) => case,
            Ok(None) => return Ok(Ok(())),
            Err(fault) => return Ok(Err(fault)),
        };
        summary.cases += 1;
        let rows = case.rows();
        if rows.is_err() {
            summary.rejected += 1;
        }
        for row in rows.unwrap_or_else(|error| vec![Case::reject(error)]) {
            let record = std::iter::once(id.as_str()).chain(row.iter().map(String::as_str));
            writer.write_record(record).map_err(CasesError::Write)?;
            summary.rows += 1;
        }
        Ok(Ok(()))
    };
    let Rows { read, refused } = COLUMNS.run(input, (output, &HEADING[..]), work, refuse)?;
    Ok(CasesSummary { rows_read: read, refused, ..summary })
}

/// The cases that were read: where each stood first, and what it said.
type Cases = HashMap<String, (u64, Vec<String>)>;

/// `None` when the case was read already.
fn case_of<'s>(
    row: &Row<'_, 7, 2>,
    schedule: &impl Fn(&str) -> Option<&'s Schedule>,
    seen: &mut Cases,
) -> Result<Option<(String, Case<'s>)>, Fault> {
    let id = row.fields[0];
    let inputs: Vec<String> = row.fields[1..].iter().chain(&row.more).map(ToString::to_string).collect();
    if let Some((line, known)) = seen.get(id) {
        if *known != inputs {
            return Err(("case_id", format!("case \"{id}\" stands on line {line} with other values")));
        }
        return Ok(None);
    }
    let case = Case::read(schedule, row.fields, row.more)?;
    seen.insert(id.to_owned(), (row.line, inputs));
    Ok(Some((id.to_owned(), case)))
}

/// What stands against the dose, as `contraindicated-until 2024-12-31; refused 2024-11-02`.
fn against_in_short(why: &[Why]) -> String {
    let told = why.iter().filter_map(|why| {
        let on = match why {
            Why::Contraindicated { .. } | Why::NotWith { until: None, .. } => None,
            Why::ContraindicatedUntil { until, .. } | Why::NotWith { until: Some(until), .. } => Some(until),
            Why::Refused { on } => Some(on),
            _ => return None,
        };
        Some(on.map_or_else(|| why.as_str().to_owned(), |on| format!("{} {on}", why.as_str())))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim).filter(|part| !part.is_empty())
}

struct Case<'s> {
    schedule: &'s Schedule,
    child: Child,
    given: Vec<Given>,
    contraindications: Vec<Contraindication>,
    refusals: Vec<Refused>,
    on: NaiveDate,
}

/// The columns after case_id.
type Line = [String; HEADING.len() - 1];

impl<'s> Case<'s> {
    fn read(
        schedule: &impl Fn(&str) -> Option<&'s Schedule>,
        fields: [&str; 7],
        more: [&str; 2],
    ) -> Result<Self, Fault> {
        let [_, id, dob, sex, je_endemic, eval_date, doses] = fields;
        let schedule = schedule(id).ok_or_else(|| ("schedule", format!("there is no schedule \"{id}\"")))?;
        let date =
            |column, text| parse_iso(text).ok_or_else(|| (column, format!("\"{text}\" is not a date (YYYY-MM-DD)")));
        let child = Child {
            dob: date("dob", dob)?,
            sex: sex.parse().map_err(|_| ("sex", format!("\"{sex}\" is not F, M or X")))?,
            je_endemic: match je_endemic {
                "yes" => true,
                "no" => false,
                other => return Err(("je_endemic", format!("\"{other}\" is not yes or no"))),
            },
        };
        let on = date("eval_date", eval_date)?;
        let mut given = Vec::new();
        for dose in parts(doses) {
            let Some((product, day)) = dose.split_once('@') else {
                let reason = format!("\"{dose}\" is not written like BCG@2024-05-10");
                return Err(("doses", reason));
            };
            given.push(Given {
                // A product outside the schedule is an answer of the forecast, not a bad table.
                product: schedule.product(product.trim()).unwrap_or(ProductId::UNKNOWN),
                on: date("doses", day.trim())?,
            });
        }
        let against = |column: &'static str, text: &str| {
            Against::parse(schedule, text.trim())
                .ok_or_else(|| (column, format!("\"{text}\" is no series, product:NAME or kind:live of this schedule")))
        };
        let [contraindicated, refused] = COLUMNS.more;
        let mut contraindications = Vec::new();
        for text in parts(more[0]) {
            let (what, until) = match text.split_once('@') {
                Some((what, until)) => (what, Some(date(contraindicated, until.trim())?)),
                None => (text, None),
            };
            contraindications.push(Contraindication { against: against(contraindicated, what)?, until });
        }
        let mut refusals = Vec::new();
        for text in parts(more[1]) {
            let Some((what, day)) = text.split_once('@') else {
                return Err((refused, format!("\"{text}\" is not written like MMR@2024-11-02")));
            };
            refusals.push(Refused { against: against(refused, what)?, on: date(refused, day.trim())? });
        }
        Ok(Self { schedule, child, given, contraindications, refusals, on })
    }

    fn rows(&self) -> Result<Vec<Line>, InputError> {
        let schedule = self.schedule;
        let with = Constraints { contraindications: &self.contraindications, refusals: &self.refusals };
        let forecast = forecast_with(schedule, &self.child, &self.given, &with, self.on)?;
        let mut rows: Vec<Line> = Vec::new();
        for dose in forecast.given {
            let mut row = Line::default();
            row[0] = "given".to_owned();
            row[1] = schedule.item_name(dose.item).to_owned();
            row[2] = schedule.product_name(dose.product).to_owned();
            row[3] = dose.on.to_string();
            row[4] = dose.status.as_str().to_owned();
            row[5] = dose.reason.map_or("", |reason| reason.as_str()).to_owned();
            rows.push(row);
        }
        for next in forecast.next {
            let NextRow { item, status, ref why, earliest, due, overdue, last_day, .. } = next;
            let mut row = Line::default();
            row[0] = "next".to_owned();
            row[1] = schedule.item_name(item).to_owned();
            row[4] = status.as_str().to_owned();
            row[5] = against_in_short(why);
            for (place, date) in row[6..].iter_mut().zip([earliest, due, overdue, last_day]) {
                *place = date.map_or_else(String::new, |date| date.to_string());
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn reject(error: InputError) -> Line {
        let mut row = Line::default();
        row[0] = "reject".to_owned();
        row[4] = error.as_str().to_owned();
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "case_id,schedule,dob,sex,je_endemic,eval_date,doses\n";

    /// What was written, and the rows that could not be read.
    fn run_table(text: &[u8]) -> (CasesSummary, String, Vec<String>) {
        let (mut output, mut refused) = (Vec::new(), Vec::new());
        let summary = run_cases(text, &mut output, |row| refused.push(row.to_string())).expect("a table");
        assert_eq!(summary.refused, refused.len() as u64);
        (summary, String::from_utf8(output).expect("text"), refused)
    }

    /// Without a row that could not be read.
    fn run(rows: &str) -> (CasesSummary, String) {
        let (summary, output, refused) = run_table(format!("{HEAD}{rows}").as_bytes());
        assert_eq!(refused, Vec::<String>::new());
        (summary, output)
    }

    #[test]
    fn rows_are_written_like_the_cases() {
        let (summary, output) = run("A,uip,2024-01-15,F,no,2024-02-04,BCG@2024-01-15;OPV@2024-02-04;\n");
        let lines: Vec<_> = output.lines().collect();
        assert_eq!(lines[0], HEADING.join(","));
        assert_eq!(lines[1], "A,given,BCG,BCG,2024-01-15,given-valid,,,,,");
        assert_eq!(lines[2], "A,given,OPV-1,OPV,2024-02-04,given-invalid-too-early,min-age,,,,");
        assert_eq!(lines[3], "A,next,BCG,,,complete,,,,,");
        assert_eq!(lines[4], "A,next,HepB-0,,,missed-window,,,,,2024-01-16");
        assert_eq!(lines[6], "A,next,OPV-1,,,upcoming,,2024-03-03,2024-03-03,2024-03-31,2029-01-14");
        assert_eq!((summary.cases, summary.rows), (1, lines.len() - 1));
    }

    #[test]
    fn bad_input_of_a_case_is_one_row() {
        for (row, reason) in [
            ("A,uip,2024-01-15,F,no,2024-02-04,BCG@2024-01-14", "reject:before-birth"),
            ("A,uip,2024-01-15,F,no,2024-02-04,BCG@2024-02-05", "reject:future-date"),
            ("A,uip,2024-01-15,F,no,2024-01-14,", "reject:eval-before-birth"),
            ("A,uip,2024-01-15,F,no,2024-02-04,BCG@2024-01-15; XYZ@2024-01-15", "reject:unknown-product"),
        ] {
            let (summary, output) = run(row);
            assert_eq!(output.lines().nth(1), Some(format!("A,reject,,,,{reason},,,,,").as_str()));
            assert_eq!(summary, CasesSummary { cases: 1, rejected: 1, rows: 1, rows_read: 1, refused: 0 });
        }
    }

    #[test]
    fn a_bad_row_is_told_with_line_and_column_and_the_next_one_follows() {
        let good = "A,uip,2024-01-15,F,no,2024-02-04,\n";
        for (row, error) in [
            (",uip,2024-01-15,F,no,2024-02-04,", "line 3, column \"case_id\": it is empty"),
            ("B,usa,2024-01-15,F,no,2024-02-04,", "line 3, column \"schedule\": there is no schedule \"usa\""),
            ("B,uip,2024-13-15,F,no,2024-02-04,", "line 3, column \"dob\": \"2024-13-15\" is not a date (YYYY-MM-DD)"),
            ("B,uip,2024-01-15,W,no,2024-02-04,", "line 3, column \"sex\": \"W\" is not F, M or X"),
            ("B,uip,2024-01-15,F,?,2024-02-04,", "line 3, column \"je_endemic\": \"?\" is not yes or no"),
            ("B,uip,2024-01-15,F,no,,", "line 3, column \"eval_date\": \"\" is not a date (YYYY-MM-DD)"),
            (
                "B,uip,2024-01-15,F,no,2024-02-04,BCG",
                "line 3, column \"doses\": \"BCG\" is not written like BCG@2024-05-10",
            ),
            ("B,uip,2024-01-15,F,no,2024-02-04,BCG@x", "line 3, column \"doses\": \"x\" is not a date (YYYY-MM-DD)"),
            (
                "A,uip,2024-01-15,M,no,2024-02-04,",
                "line 3, column \"case_id\": case \"A\" stands on line 2 with other values",
            ),
        ] {
            let last = good.replace("A,", "Z,");
            let (summary, output, refused) = run_table(format!("{HEAD}{good}{row}\n{last}").as_bytes());
            assert_eq!(refused, [error]);
            assert_eq!((summary.cases, summary.rows_read), (2, 3), "{row}");
            assert!(output.lines().last().is_some_and(|line| line.starts_with("Z,next,")), "{row}: {output}");
        }
        let mut rows = format!("{HEAD}{good}B,uip\n{}", good.replace("04,\n", "04,,,\n")).into_bytes();
        rows.extend_from_slice(b"C,uip,\xff,F,no,2024-02-04,\n");
        assert_eq!(
            run_table(&rows).2,
            [
                "line 3, column \"dob\": the row ends before it",
                "line 4, column \"case_id\": the row has more fields than the heading",
                "line 5, column \"dob\": it is not UTF-8 text",
            ]
        );
    }

    #[test]
    fn a_table_without_its_columns_is_refused() {
        let missing = run_cases("case_id,dob\n".as_bytes(), Vec::new(), |_| {}).expect_err("no columns");
        assert_eq!(missing.to_string(), "the heading has no column \"schedule\"");
        assert!(run_cases(&b"\xff\xfe\n\xff"[..], Vec::new(), |_| {}).is_err());
    }

    #[test]
    fn what_stands_against_a_vaccine_may_be_told() {
        let head = "case_id,schedule,dob,sex,je_endemic,eval_date,doses,contraindicated,refused\n";
        let run = |more: &str| {
            let (_, output, refused) =
                run_table(format!("{head}A,uip,2024-01-15,F,no,2024-11-01,,{more}\n").as_bytes());
            (output, refused)
        };
        let (found, refused) = run("MR@2024-12-31; product:PENTA; BCG,OPV@2024-03-01; MR@2024-10-20");
        assert_eq!(refused, Vec::<String>::new());
        for line in [
            "A,next,BCG,,,contraindicated,contraindicated,,,,",
            "A,next,OPV-1,,,overdue,refused 2024-03-01,2024-02-26,2024-02-26,2024-03-25,2029-01-14",
            "A,next,PENTA-1,,,contraindicated,contraindicated-product,,,,",
            "A,next,MR-1,,,upcoming,contraindicated-until 2024-12-31; refused 2024-10-20,2025-01-01,2025-01-01,2025-02-12,2029-01-14",
        ] {
            assert!(found.lines().any(|found| found == line), "{line}\n{found}");
        }
        for (more, error) in [
            (
                "MX,",
                "line 2, column \"contraindicated\": \"MX\" is no series, product:NAME or kind:live of this schedule",
            ),
            ("MR@soon,", "line 2, column \"contraindicated\": \"soon\" is not a date (YYYY-MM-DD)"),
            (",MR", "line 2, column \"refused\": \"MR\" is not written like MMR@2024-11-02"),
            (",MR@", "line 2, column \"refused\": \"\" is not a date (YYYY-MM-DD)"),
        ] {
            assert_eq!(run(more).1, [error]);
        }
    }

    #[test]
    fn a_spreadsheets_byte_order_mark_and_more_columns_are_fine() {
        let text = "\u{feff}case_id,title,schedule,dob,sex,je_endemic,eval_date,doses\n\
                    A,\"x, y\",uip,2024-01-15,F,no,2024-01-15,\n";
        assert_eq!(run_table(text.as_bytes()).0.cases, 1);
    }
}
