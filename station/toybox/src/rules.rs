//! What the toy checks before it takes a dose. The clinic judges again; this only spares a worker's slip.

use chrono::NaiveDate;
use hub_protocol::toy::{
    Dose, Fact, Found, Growth, ROSTER_MAX_CHILDREN, ROSTER_MAX_TASKS, Roster, Sighting, TEXT_MAX_BYTES,
};
use hub_protocol::{ChildId, Day, UserId};

/// A day at a vaccination site is an Indian day, whatever zone the device thinks it is in.
const INDIA_OFFSET_MS: i64 = (5 * 60 + 30) * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A dose as a worker enters it.
#[derive(Debug, Clone, Copy)]
pub struct Entered<'a> {
    pub child: &'a str,
    pub product: &'a str,
    pub on: &'a str,
    pub batch: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRecorded {
    #[error("the toy is assigned to nobody")]
    Nobody,
    #[error("this is not a child's number: {0}")]
    ChildNumber(hub_protocol::symbols::SymbolError),
    #[error("the child is not on this toy's roster")]
    NotOnRoster,
    #[error("no child of this roster is due this product")]
    UnknownProduct,
    #[error("the batch is empty or longer than {TEXT_MAX_BYTES} bytes")]
    Batch,
    #[error("this is not a date like 2026-11-20")]
    Date,
    #[error("the date is in the future by this toy's clock")]
    Future,
    #[error("the date is before the child's birth")]
    BeforeBirth,
    #[error("nothing was measured")]
    NotMeasured,
    #[error("the note is longer than {TEXT_MAX_BYTES} bytes")]
    Note,
}

impl NotRecorded {
    /// The refusal's name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::ChildNumber(_) => "child-number",
            Self::NotOnRoster => "not-on-roster",
            Self::UnknownProduct => "unknown-product",
            Self::Batch => "batch",
            Self::Date => "date",
            Self::Future => "future",
            Self::BeforeBirth => "before-birth",
            Self::NotMeasured => "not-measured",
            Self::Note => "note",
        }
    }
}

/// The Indian calendar day at a moment.
pub fn day_at(now_ms: u64) -> Day {
    let days = i64::try_from(now_ms).unwrap_or(i64::MAX - INDIA_OFFSET_MS).saturating_add(INDIA_OFFSET_MS) / DAY_MS;
    Day(i32::try_from(days).unwrap_or(i32::MAX))
}

/// Reads `2026-11-20`.
pub fn read_day(text: &str) -> Option<Day> {
    let days = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.signed_duration_since(NaiveDate::default());
    i32::try_from(days.num_days()).ok().map(Day)
}

/// Does a roster keep the limits that both sides promised?
pub fn roster_fits(roster: &Roster) -> bool {
    let child_texts = roster.children.iter().flat_map(|c| {
        let due = c.due.iter().flat_map(|d| [&d.item, &d.product]);
        [&c.name, &c.guardian, &c.village].into_iter().chain(due)
    });
    let texts = roster.worker.iter().map(|w| &w.name).chain(child_texts).chain(roster.tasks.iter().map(|t| &t.note));
    roster.children.len() <= ROSTER_MAX_CHILDREN
        && roster.tasks.len() <= ROSTER_MAX_TASKS
        && texts.into_iter().all(|t| t.len() <= TEXT_MAX_BYTES)
}

/// Who carries the toy, and the child and the day that are meant.
fn about<'r>(
    roster: Option<&'r Roster>,
    child: &str,
    on: &str,
    today: Day,
) -> Result<(&'r Roster, UserId, ChildId, Day), NotRecorded> {
    let (roster, worker) = roster.and_then(|r| Some((r, r.worker.as_ref()?))).ok_or(NotRecorded::Nobody)?;
    let id: ChildId = child.parse().map_err(NotRecorded::ChildNumber)?;
    let child = roster.children.iter().find(|c| c.id == id).ok_or(NotRecorded::NotOnRoster)?;
    let on = read_day(on).ok_or(NotRecorded::Date)?;
    if on > today {
        return Err(NotRecorded::Future);
    }
    if on < child.dob {
        return Err(NotRecorded::BeforeBirth);
    }
    Ok((roster, worker.id, id, on))
}

/// Who recorded which dose, when nothing speaks against it.
pub fn dose(roster: Option<&Roster>, entered: Entered<'_>, today: Day) -> Result<(UserId, Fact), NotRecorded> {
    let (roster, worker, child, on) = about(roster, entered.child, entered.on, today)?;
    // A worker may give a child what is due to another: the clinic's schedule decides what that is worth.
    let known = roster.children.iter().flat_map(|c| &c.due).any(|d| d.product == entered.product);
    if !known {
        return Err(NotRecorded::UnknownProduct);
    }
    if entered.batch.is_some_and(|b| b.is_empty() || b.len() > TEXT_MAX_BYTES) {
        return Err(NotRecorded::Batch);
    }
    let product = entered.product.to_owned();
    Ok((worker, Fact::Dose(Dose { child, product, on, batch: entered.batch.map(str::to_owned) })))
}

/// The same of a measuring; child and day of `measured` are set here.
pub fn growth(
    roster: Option<&Roster>,
    (child, on): (&str, &str),
    measured: Growth,
    today: Day,
) -> Result<(UserId, Fact), NotRecorded> {
    let (_, worker, child, on) = about(roster, child, on, today)?;
    let Growth { weight_g, length_mm, muac_mm, head_mm, oedema, .. } = measured;
    let figures = [weight_g, length_mm, muac_mm.map(u32::from), head_mm.map(u32::from)];
    if figures.iter().all(Option::is_none) && !oedema {
        return Err(NotRecorded::NotMeasured);
    }
    Ok((worker, Fact::Growth(Growth { child, on, ..measured })))
}

/// The same of a visit at a child's home.
pub fn sighting(
    roster: Option<&Roster>,
    (child, on): (&str, &str),
    found: Found,
    note: String,
    today: Day,
) -> Result<(UserId, Fact), NotRecorded> {
    let (_, worker, child, on) = about(roster, child, on, today)?;
    if note.len() > TEXT_MAX_BYTES {
        return Err(NotRecorded::Note);
    }
    Ok((worker, Fact::Sighting(Sighting { child, on, found, note })))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use hub_protocol::toy::{RosterChild, RosterDue, Worker};

    fn roster() -> Roster {
        let due = |product: &str| RosterDue {
            item: format!("{product}-1"),
            product: product.into(),
            earliest: Day(20_000),
            due: Day(20_042),
            last_day: None,
        };
        let child = |n: u64, product: &str| RosterChild {
            id: ChildId(n),
            name: "Child".into(),
            dob: Day(20_000),
            guardian: String::new(),
            village: String::new(),
            due: vec![due(product)],
        };
        Roster {
            revision: 1,
            worker: Some(Worker { id: UserId(5), name: "Worker".into() }),
            children: vec![child(1, "PENTA"), child(2, "OPV")],
            tasks: vec![],
        }
    }

    #[test]
    fn each_rule_refuses_at_its_edge() {
        let id = ChildId(1).to_string();
        let good = Entered { child: &id, product: "PENTA", on: "2024-10-04", batch: Some("B1") };
        assert_eq!(read_day("2024-10-04"), Some(Day(20_000)));
        let today = Day(20_000);
        let roster = roster();
        let on = |fact: Fact| match fact {
            Fact::Dose(dose) => dose.on,
            Fact::Growth(growth) => growth.on,
            Fact::Sighting(sighting) => sighting.on,
        };
        let ask = |e| dose(Some(&roster), e, today).map(|(who, fact)| (who, on(fact)));
        assert_eq!(ask(good), Ok((UserId(5), Day(20_000))));
        assert_eq!(ask(Entered { product: "OPV", batch: None, ..good }), Ok((UserId(5), Day(20_000))));
        assert_eq!(ask(Entered { on: "2024-10-05", ..good }), Err(NotRecorded::Future));
        assert_eq!(ask(Entered { on: "2024-10-03", ..good }), Err(NotRecorded::BeforeBirth));
        assert_eq!(ask(Entered { on: "2024-02-30", ..good }), Err(NotRecorded::Date));
        assert_eq!(ask(Entered { product: "HOLY-WATER", ..good }), Err(NotRecorded::UnknownProduct));
        assert_eq!(ask(Entered { batch: Some(""), ..good }), Err(NotRecorded::Batch));
        let other = ChildId(3).to_string();
        assert_eq!(ask(Entered { child: &other, ..good }), Err(NotRecorded::NotOnRoster));
        assert!(matches!(ask(Entered { child: "K7QM", ..good }), Err(NotRecorded::ChildNumber(_))));
        assert_eq!(dose(None, good, today), Err(NotRecorded::Nobody));
        let measured = Growth {
            child: ChildId(0),
            on: Day(0),
            weight_g: None,
            length_mm: None,
            standing: false,
            muac_mm: Some(128),
            head_mm: None,
            oedema: false,
        };
        let weigh = |on: &str, measured| growth(Some(&roster), (&id, on), measured, today);
        let taken = Growth { child: ChildId(1), on: Day(20_000), ..measured };
        assert_eq!(weigh("2024-10-04", measured), Ok((UserId(5), Fact::Growth(taken))));
        assert_eq!(weigh("2024-10-05", measured), Err(NotRecorded::Future));
        assert_eq!(weigh("2024-10-04", Growth { muac_mm: None, ..measured }), Err(NotRecorded::NotMeasured));
        let seen = |child: &str, note: String| sighting(Some(&roster), (child, "2024-10-04"), Found::Away, note, today);
        assert!(seen(&id, "n".repeat(TEXT_MAX_BYTES)).is_ok());
        assert_eq!(seen(&id, "n".repeat(TEXT_MAX_BYTES + 1)), Err(NotRecorded::Note));
        assert_eq!(seen(&other, String::new()), Err(NotRecorded::NotOnRoster));
        let nobody = Roster { worker: None, ..roster.clone() };
        assert_eq!(dose(Some(&nobody), good, today), Err(NotRecorded::Nobody));
    }

    #[test]
    fn a_roster_keeps_its_limits() {
        let mut roster = roster();
        assert!(roster_fits(&roster));
        roster.children = vec![roster.children[0].clone(); ROSTER_MAX_CHILDREN];
        assert!(roster_fits(&roster));
        roster.children[3].due[0].product = "P".repeat(TEXT_MAX_BYTES + 1);
        assert!(!roster_fits(&roster));
        roster.children = vec![roster.children[0].clone(); ROSTER_MAX_CHILDREN + 1];
        assert!(!roster_fits(&roster));
    }

    #[test]
    fn a_day_begins_at_indian_midnight() {
        // 2024-10-03 18:29:59.999 and 18:30 UTC.
        assert_eq!(day_at(1_727_980_199_999), Day(19_999));
        assert_eq!(day_at(1_727_980_200_000), Day(20_000));
        assert!(day_at(u64::MAX) > Day(1_000_000));
    }
}
