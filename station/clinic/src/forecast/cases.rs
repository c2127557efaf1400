//! Forecasts for a table of cases, for people who check the engine against their own expectations.

use std::collections::HashMap;
use std::io::{Read, Write};

use chrono::NaiveDate;

use super::date::parse_iso;
use super::schedule::{ProductId, Schedule};
use super::{Against, Child, Constraints, Contraindication, Given, InputError, NextRow, Refused, Why, forecast_with};

/// What was read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CasesSummary {
    pub cases: usize,
    pub rejected: usize,
    /// Rows written, without the heading.
    pub rows: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    #[error("the heading has no column \"{column}\"")]
    MissingColumn { column: &'static str },
    #[error("line {line}, column \"{column}\": {reason}")]
    Field { line: u64, column: &'static str, reason: String },
    #[error("the table cannot be read: {0}")]
    Read(csv::Error),
    #[error("the result cannot be written: {0}")]
    Write(csv::Error),
}

const COLUMNS: [&str; 7] = ["case_id", "schedule", "dob", "sex", "je_endemic", "eval_date", "doses"];
/// Columns a table may have: what stands against vaccines, `MMR; product:PENTA@2024-12-31; kind:live` (for good, or
/// until a day), and what the family refused, `MMR@2024-11-02`.
const MORE_COLUMNS: [&str; 2] = ["contraindicated", "refused"];
const HEADING: [&str; 11] =
    ["case_id", "kind", "item", "product", "given_on", "status", "reason", "earliest", "due", "overdue", "last_day"];

/// Reads cases as CSV and writes their forecasts as CSV, with the schedules of the product.
///
/// The input needs the columns case_id, schedule, dob, sex, je_endemic, eval_date and doses (written
/// `BCG@2024-05-10; OPV@2024-05-10`). It may have the columns contraindicated (`MMR; product:PENTA@2024-12-31;
/// kind:live`: for good, or until a day) and refused (`MMR@2024-11-02`); other columns are ignored, and so are
/// further rows of a case.
pub fn run_cases(input: impl Read, output: impl Write) -> Result<CasesSummary, CasesError> {
    run_cases_with(Schedule::builtin, input, output)
}

/// The same with other schedules.
pub fn run_cases_with<'s>(
    schedule: impl Fn(&str) -> Option<&'s Schedule>,
    input: impl Read,
    output: impl Write,
) -> Result<CasesSummary, CasesError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let heading = reader.headers().map_err(CasesError::Read)?.clone();
    let find = |column: &str| heading.iter().position(|found| found.trim_start_matches('\u{feff}') == column);
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = find(column).ok_or(CasesError::MissingColumn { column })?;
    }
    let more_places = MORE_COLUMNS.map(find);

    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(HEADING).map_err(CasesError::Write)?;
    let mut summary = CasesSummary::default();
    let mut seen: HashMap<String, (u64, Vec<String>)> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(CasesError::Read)?;
        let line = record.position().map_or(0, csv::Position::line);
        let fields = places.map(|place| record.get(place).unwrap_or_default());
        let more = more_places.map(|place| place.and_then(|place| record.get(place)).unwrap_or_default());
        let inputs: Vec<String> = fields[1..].iter().chain(&more).map(ToString::to_string).collect();
        let id = fields[0];
        if id.is_empty() {
            return Err(field(line, "case_id", "it is empty".to_owned()));
        }
        if let Some((first_line, known)) = seen.get(id) {
            if *known != inputs {
                let reason = format!("case \"{id}\" stands on line {first_line} with other values");
                return Err(field(line, "case_id", reason));
            }
            continue;
        }
        let case = Case::read(&schedule, fields, more, line)?;
        seen.insert(id.to_owned(), (line, inputs));
        summary.cases += 1;
        let rows = case.rows();
        if rows.is_err() {
            summary.rejected += 1;
        }
        for row in rows.unwrap_or_else(|error| vec![Case::reject(error)]) {
            let record = std::iter::once(id).chain(row.iter().map(String::as_str));
            writer.write_record(record).map_err(CasesError::Write)?;
            summary.rows += 1;
        }
    }
    writer.flush().map_err(|error| CasesError::Write(error.into()))?;
    Ok(summary)
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

fn field(line: u64, column: &'static str, reason: String) -> CasesError {
    CasesError::Field { line, column, reason }
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
type Row = [String; HEADING.len() - 1];

impl<'s> Case<'s> {
    fn read(
        schedule: &impl Fn(&str) -> Option<&'s Schedule>,
        fields: [&str; COLUMNS.len()],
        more: [&str; MORE_COLUMNS.len()],
        line: u64,
    ) -> Result<Self, CasesError> {
        let [_, id, dob, sex, je_endemic, eval_date, doses] = fields;
        let schedule = schedule(id).ok_or_else(|| field(line, "schedule", format!("there is no schedule \"{id}\"")))?;
        let date = |column, text| {
            parse_iso(text).ok_or_else(|| field(line, column, format!("\"{text}\" is not a date (YYYY-MM-DD)")))
        };
        let child = Child {
            dob: date("dob", dob)?,
            sex: sex.parse().map_err(|_| field(line, "sex", format!("\"{sex}\" is not F, M or X")))?,
            je_endemic: match je_endemic {
                "yes" => true,
                "no" => false,
                other => return Err(field(line, "je_endemic", format!("\"{other}\" is not yes or no"))),
            },
        };
        let on = date("eval_date", eval_date)?;
        let mut given = Vec::new();
        for dose in parts(doses) {
            let Some((product, day)) = dose.split_once('@') else {
                let reason = format!("\"{dose}\" is not written like BCG@2024-05-10");
                return Err(field(line, "doses", reason));
            };
            given.push(Given {
                // A product outside the schedule is an answer of the forecast, not a bad table.
                product: schedule.product(product.trim()).unwrap_or(ProductId::UNKNOWN),
                on: date("doses", day.trim())?,
            });
        }
        let against = |column: &'static str, text: &str| {
            Against::parse(schedule, text.trim()).ok_or_else(|| {
                field(line, column, format!("\"{text}\" is no series, product:NAME or kind:live of this schedule"))
            })
        };
        let [contraindicated, refused] = MORE_COLUMNS;
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
                return Err(field(line, refused, format!("\"{text}\" is not written like MMR@2024-11-02")));
            };
            refusals.push(Refused { against: against(refused, what)?, on: date(refused, day.trim())? });
        }
        Ok(Self { schedule, child, given, contraindications, refusals, on })
    }

    fn rows(&self) -> Result<Vec<Row>, InputError> {
        let schedule = self.schedule;
        let with = Constraints { contraindications: &self.contraindications, refusals: &self.refusals };
        let forecast = forecast_with(schedule, &self.child, &self.given, &with, self.on)?;
        let mut rows: Vec<Row> = Vec::new();
        for dose in forecast.given {
            let mut row = Row::default();
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
            let mut row = Row::default();
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

    fn reject(error: InputError) -> Row {
        let mut row = Row::default();
        row[0] = "reject".to_owned();
        row[4] = error.as_str().to_owned();
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "case_id,schedule,dob,sex,je_endemic,eval_date,doses\n";

    fn run(rows: &str) -> Result<(CasesSummary, String), String> {
        let mut output = Vec::new();
        let summary = run_cases(format!("{HEAD}{rows}").as_bytes(), &mut output).map_err(|error| error.to_string())?;
        Ok((summary, String::from_utf8(output).expect("text")))
    }

    #[test]
    fn rows_are_written_like_the_cases() {
        let (summary, output) =
            run("A,uip,2024-01-15,F,no,2024-02-04,BCG@2024-01-15;OPV@2024-02-04;\n").expect("a case");
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
            let (summary, output) = run(row).expect("a case");
            assert_eq!(output.lines().nth(1), Some(format!("A,reject,,,,{reason},,,,,").as_str()));
            assert_eq!(summary, CasesSummary { cases: 1, rejected: 1, rows: 1 });
        }
    }

    #[test]
    fn a_bad_table_is_refused_with_line_and_column() {
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
            assert_eq!(run(&format!("{good}{row}\n")).expect_err(row), error);
        }
        assert!(run(&format!("{good}B,uip\n")).expect_err("a short row").contains("line: 3"));
        let missing = run_cases("case_id,dob\n".as_bytes(), Vec::new()).expect_err("no columns");
        assert_eq!(missing.to_string(), "the heading has no column \"schedule\"");
        assert!(run_cases(&b"\xff\xfe\n\xff"[..], Vec::new()).is_err());
    }

    #[test]
    fn what_stands_against_a_vaccine_may_be_told() {
        let head = "case_id,schedule,dob,sex,je_endemic,eval_date,doses,contraindicated,refused\n";
        let run = |more: &str| {
            let mut output = Vec::new();
            let text = format!("{head}A,uip,2024-01-15,F,no,2024-11-01,,{more}\n");
            run_cases(text.as_bytes(), &mut output).map_err(|error| error.to_string())?;
            Ok::<_, String>(String::from_utf8(output).expect("text"))
        };
        let found = run("MR@2024-12-31; product:PENTA; BCG,OPV@2024-03-01; MR@2024-10-20").expect("a case");
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
            assert_eq!(run(more).expect_err(more), error);
        }
    }

    #[test]
    fn a_spreadsheets_byte_order_mark_and_more_columns_are_fine() {
        let text = "\u{feff}case_id,title,schedule,dob,sex,je_endemic,eval_date,doses\n\
                    A,\"x, y\",uip,2024-01-15,F,no,2024-01-15,\n";
        assert_eq!(run_cases(text.as_bytes(), Vec::new()).expect("a table").cases, 1);
    }
}
