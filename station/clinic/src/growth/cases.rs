//! Z-scores for a table of measurings, for people who check them against their own figures.

use std::io::{Read, Write};

use super::class::{Stunting, Underweight, Wasting};
use super::measure::{Exact, Field, Position};
use super::score::Indicator;
use super::{GrowthError, Sex, Z, assess_exact};
use crate::cases::{CasesError, Columns, RefusedRow, Row, Rows};

/// What was read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CasesSummary {
    pub rows: u64,
    /// Rows that could not be read, of `rows`.
    pub refused: u64,
}

const COLUMNS: Columns<8, 0> =
    Columns { needed: ["id", "sex", "age_days", "weight_kg", "length_cm", "measured", "muac_cm", "oedema"], more: [] };
const HEADING: [&str; 8] = ["id", "standardised_cm", "wfa_z", "lhfa_z", "wfl_z", "underweight", "stunting", "wasting"];

/// In place of a class: measure again, and look at the birth date.
const IMPLAUSIBLE: &str = "implausible";

/// Units of the finest measure in one of the table's.
const MG_IN_KG: f64 = 1_000_000.0;
const UM_IN_CM: f64 = 10_000.0;

/// Reads measurings as CSV and writes their scores and classes as CSV.
///
/// The input needs the columns id, sex (M or F), age_days, weight_kg, length_cm, measured (L lying, H standing, or
/// empty for the position of the age), muac_cm and oedema (yes, no or empty); what was not measured is empty, other
/// columns are ignored. A score beyond WHO's limits gives the class `implausible` where it would be a healthy one. A row
/// that cannot be read is given to `refuse`, and the next one follows.
pub fn run_cases(
    input: impl Read,
    output: impl Write,
    refuse: impl FnMut(&RefusedRow),
) -> Result<CasesSummary, CasesError> {
    let work = |of: Row<'_, 8, 0>, writer: &mut csv::Writer<_>| match row(of) {
        Ok(row) => writer.write_record(&row).map(Ok).map_err(CasesError::Write),
        Err(Stop::Row { column, reason }) => Ok(Err((column, reason))),
        Err(Stop::All(error)) => Err(CasesError::Tables(error)),
    };
    let Rows { read, refused } = COLUMNS.run(input, (output, &HEADING[..]), work, refuse)?;
    Ok(CasesSummary { rows: read, refused })
}

enum Stop {
    Row { column: &'static str, reason: String },
    All(GrowthError),
}

fn stop<T>(column: &'static str, reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Row { column, reason: reason.into() })
}

fn row(row: Row<'_, 8, 0>) -> Result<[String; HEADING.len()], Stop> {
    let [id, sex, age, weight, length, measured, muac, oedema] = row.fields;
    let of = Exact {
        sex: match sex {
            "M" | "m" => Sex::Male,
            "F" | "f" => Sex::Female,
            other => return stop("sex", format!("\"{}\" is not M or F", shown(other))),
        },
        age_days: age_days(age)?,
        weight_mg: figure("weight_kg", Field::Weight, weight, MG_IN_KG)?,
        length_um: figure("length_cm", Field::Length, length, UM_IN_CM)?,
        position: match measured {
            "L" | "l" => Some(Position::Lying),
            "H" | "h" => Some(Position::Standing),
            "" => None,
            other => return stop("measured", format!("\"{}\" is not L or H", shown(other))),
        },
        head_um: None,
        muac_um: figure("muac_cm", Field::Muac, muac, UM_IN_CM)?,
        oedema: match oedema {
            "yes" | "y" => true,
            "no" | "n" | "" => false,
            other => return stop("oedema", format!("\"{}\" is not yes or no", shown(other))),
        },
    };
    let found = assess_exact(&of).map_err(Stop::All)?;
    let z = |z: Option<Z>| z.map(|z| z.to_string()).unwrap_or_default();
    // A figure that is hardly possible makes nobody healthy; what it says of a child in danger stands until it is
    // measured again.
    let class = |code: Option<&'static str>, of: Indicator| match code {
        Some("normal" | "none") if found.implausible.contains(&of) => IMPLAUSIBLE.to_owned(),
        code => code.unwrap_or_default().to_owned(),
    };
    Ok([
        id.to_owned(),
        found.standardised_um.map(centimetres).unwrap_or_default(),
        z(found.weight_for_age),
        z(found.length_for_age),
        z(found.weight_for_length),
        class(found.underweight.map(Underweight::code), Indicator::WeightForAge),
        class(found.stunting.map(Stunting::code), Indicator::LengthForAge),
        class(found.wasting.map(Wasting::code), Indicator::WeightForLength),
    ])
}

/// At most this many characters of a wrong field are shown.
const SHOWN_CHARS: usize = 20;

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).filter(|c| !c.is_control()).collect()
}

/// A number written with digits and at most one point: no sign, no exponent, no comma.
fn decimal(text: &str) -> Option<f64> {
    let written = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|number: &f64| written && number.is_finite())
}

/// Whole days; a fraction is rounded half up, as WHO anthro does.
fn age_days(text: &str) -> Result<u32, Stop> {
    let Some(days) = decimal(text) else {
        return stop("age_days", format!("\"{}\" is not a number of days", shown(text)));
    };
    within("age_days", Field::Age, (days + 0.5).floor(), 1.0)
}

/// A figure in kg or cm, in the finest unit.
fn figure(column: &'static str, field: Field, text: &str, fine_in_unit: f64) -> Result<Option<u32>, Stop> {
    if text.is_empty() {
        return Ok(None);
    }
    let Some(number) = decimal(text) else {
        return stop(column, format!("\"{}\" is not a number", shown(text)));
    };
    // The bounds are in g and mm, a thousand fine units each.
    within(column, field, (number * fine_in_unit).round(), 1_000.0).map(Some)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn within(column: &'static str, field: Field, fine: f64, fine_in_bound: f64) -> Result<u32, Stop> {
    let bounds = field.bounds();
    if fine < f64::from(bounds.min) * fine_in_bound || fine > f64::from(bounds.max) * fine_in_bound {
        return stop(
            column,
            format!("it is not possible: less than {} or more than {} {}", bounds.min, bounds.max, field.unit()),
        );
    }
    // The bounds in fine units are below u32::MAX.
    Ok(fine as u32)
}

/// cm with as many decimals as there are.
fn centimetres(um: u32) -> String {
    let text = format!("{}.{:04}", um / 10_000, um % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
