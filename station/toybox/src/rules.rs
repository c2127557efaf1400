//! What the toy checks before it takes a dose. The clinic judges again; this only spares a worker's slip.

use chrono::NaiveDate;
use hub_protocol::toy::{
    BLOCKED_MAX, Dose, Fact, Found, Growth, NAME_MAX_CHARS, NewChild, ROSTER_MAX_CHILDREN, ROSTER_MAX_TASKS, Roster,
    Sighting, TEXT_MAX_BYTES,
};
use hub_protocol::{CardNo, ChildId, Day, UserId};

/// A day at a vaccination site is an Indian day, whatever zone the device thinks it is in.
const INDIA_OFFSET_MS: i64 = (5 * 60 + 30) * 60 * 1000;
/// Of one birth.
const BIRTH_ORDER_MAX: u8 = 9;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Whom the toy carries.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    pub roster: Option<&'a Roster>,
    /// Whom its worker registered on it; they may not be on the roster yet.
    pub new: &'a [NewChild],
}

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
    #[error("the mother's name and the village must be there, and no name longer than {NAME_MAX_CHARS} characters")]
    Names,
    #[error("an Indian phone number has ten digits, the first 6 to 9; or leave it empty")]
    Phone,
    #[error("of one birth there are 1 to {BIRTH_ORDER_MAX} children")]
    BirthOrder,
    #[error("this is not a card's number: {0}")]
    CardNumber(hub_protocol::symbols::SymbolError),
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
            Self::Names => "names",
            Self::Phone => "phone",
            Self::BirthOrder => "birth-order",
            Self::CardNumber(_) => "card-number",
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
        && roster.blocked.len() <= BLOCKED_MAX
        && texts.into_iter().all(|t| t.len() <= TEXT_MAX_BYTES)
}

/// Who carries the toy, and the child and the day that are meant.
fn about(carried: Carried<'_>, child: &str, on: &str, today: Day) -> Result<(UserId, ChildId, Day), NotRecorded> {
    let (roster, worker) = holder(carried)?;
    let id: ChildId = child.parse().map_err(NotRecorded::ChildNumber)?;
    let known = roster.children.iter().map(|c| (c.id, c.dob)).chain(carried.new.iter().map(|c| (c.child, c.dob)));
    let (_, dob) = known.into_iter().find(|(known, _)| *known == id).ok_or(NotRecorded::NotOnRoster)?;
    let on = past(on, today)?;
    if on < dob {
        return Err(NotRecorded::BeforeBirth);
    }
    Ok((worker, id, on))
}

fn holder(carried: Carried<'_>) -> Result<(&Roster, UserId), NotRecorded> {
    carried.roster.and_then(|r| Some((r, r.worker.as_ref()?.id))).ok_or(NotRecorded::Nobody)
}

fn past(on: &str, today: Day) -> Result<Day, NotRecorded> {
    let on = read_day(on).ok_or(NotRecorded::Date)?;
    if on > today { Err(NotRecorded::Future) } else { Ok(on) }
}

/// Who registered which child; the birth date of `new` is set here.
pub fn child(carried: Carried<'_>, dob: &str, mut new: NewChild, today: Day) -> Result<(UserId, Fact), NotRecorded> {
    let (_, worker) = holder(carried)?;
    new.dob = past(dob, today)?;
    for text in [&mut new.name, &mut new.mother, &mut new.village, &mut new.phone] {
        *text = text.trim().to_owned();
    }
    let NewChild { name, mother, village, phone, .. } = &new;
    let is_long = |text: &String| text.chars().count() > NAME_MAX_CHARS || text.len() > TEXT_MAX_BYTES;
    if mother.is_empty() || village.is_empty() || [name, mother, village].into_iter().any(is_long) {
        return Err(NotRecorded::Names);
    }
    let is_phone = phone.len() == 10 && phone.bytes().all(|b| b.is_ascii_digit()) && phone.as_bytes()[0] >= b'6';
    if !phone.is_empty() && !is_phone {
        return Err(NotRecorded::Phone);
    }
    if new.birth_order.is_some_and(|order| !(1..=BIRTH_ORDER_MAX).contains(&order)) {
        return Err(NotRecorded::BirthOrder);
    }
    Ok((worker, Fact::Child(new)))
}

/// Who recorded which dose, when nothing speaks against it.
pub fn dose(carried: Carried<'_>, entered: Entered<'_>, today: Day) -> Result<(UserId, Fact), NotRecorded> {
    let (worker, child, on) = about(carried, entered.child, entered.on, today)?;
    // A worker may give a child what is due to another, and a newborn what no roster knows: the clinic's schedule
    // decides what that is worth.
    let mut due = carried.roster.iter().flat_map(|r| &r.children).flat_map(|c| &c.due);
    let is_new = carried.new.iter().any(|new| new.child == child);
    if entered.product.is_empty() || !(is_new || due.any(|d| d.product == entered.product)) {
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
    carried: Carried<'_>,
    (child, on): (&str, &str),
    measured: Growth,
    today: Day,
) -> Result<(UserId, Fact), NotRecorded> {
    let (worker, child, on) = about(carried, child, on, today)?;
    let Growth { weight_g, length_mm, muac_mm, head_mm, oedema, .. } = measured;
    let figures = [weight_g, length_mm, muac_mm.map(u32::from), head_mm.map(u32::from)];
    if figures.iter().all(Option::is_none) && !oedema {
        return Err(NotRecorded::NotMeasured);
    }
    Ok((worker, Fact::Growth(Growth { child, on, ..measured })))
}

/// The same of a visit at a child's home.
pub fn sighting(
    carried: Carried<'_>,
    (child, on): (&str, &str),
    found: Found,
    note: String,
    today: Day,
) -> Result<(UserId, Fact), NotRecorded> {
    let (worker, child, on) = about(carried, child, on, today)?;
    if note.len() > TEXT_MAX_BYTES {
        return Err(NotRecorded::Note);
    }
    Ok((worker, Fact::Sighting(Sighting { child, on, found, note })))
}

/// Was this card, which somebody holds to the toy, lost, blocked or replaced?
pub fn card(carried: Carried<'_>, number: &str) -> Result<(CardNo, bool), NotRecorded> {
    let (roster, _) = holder(carried)?;
    let card: CardNo = number.parse().map_err(NotRecorded::CardNumber)?;
    Ok((card, roster.blocked.contains(&card)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use hub_protocol::toy::{RosterChild, RosterDue, Sex, Worker};

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
            blocked: vec![],
            left_out: 0,
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
            Fact::Child(child) => child.dob,
        };
        let carried = Carried { roster: Some(&roster), new: &[] };
        let ask = |e| dose(carried, e, today).map(|(who, fact)| (who, on(fact)));
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
        assert_eq!(dose(Carried { roster: None, new: &[] }, good, today), Err(NotRecorded::Nobody));
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
        let weigh = |on: &str, measured| growth(carried, (&id, on), measured, today);
        let taken = Growth { child: ChildId(1), on: Day(20_000), ..measured };
        assert_eq!(weigh("2024-10-04", measured), Ok((UserId(5), Fact::Growth(taken))));
        assert_eq!(weigh("2024-10-05", measured), Err(NotRecorded::Future));
        assert_eq!(weigh("2024-10-04", Growth { muac_mm: None, ..measured }), Err(NotRecorded::NotMeasured));
        let seen = |child: &str, note: String| sighting(carried, (child, "2024-10-04"), Found::Away, note, today);
        assert!(seen(&id, "n".repeat(TEXT_MAX_BYTES)).is_ok());
        assert_eq!(seen(&id, "n".repeat(TEXT_MAX_BYTES + 1)), Err(NotRecorded::Note));
        assert_eq!(seen(&other, String::new()), Err(NotRecorded::NotOnRoster));
        let nobody = Roster { worker: None, ..roster.clone() };
        assert_eq!(dose(Carried { roster: Some(&nobody), new: &[] }, good, today), Err(NotRecorded::Nobody));
    }

    #[test]
    fn a_child_is_registered_and_has_doses_before_the_hub_knows_it() {
        let (roster, today) = (roster(), Day(20_000));
        let carried = Carried { roster: Some(&roster), new: &[] };
        let good = NewChild {
            child: ChildId(8),
            name: " ".into(),
            dob: Day(0),
            dob_estimated: false,
            sex: Sex::Female,
            mother: "Meena Devi ".into(),
            phone: "9876543210".into(),
            village: "Rampur".into(),
            consent_reminders: true,
            consent_tracing: false,
            birth_order: Some(1),
        };
        let ask = |new: NewChild| child(carried, "2024-10-02", new, today);
        let (worker, Fact::Child(new)) = ask(good.clone()).unwrap() else { panic!("no child") };
        assert_eq!((worker, new.child, new.dob), (UserId(5), ChildId(8), Day(19_998)));
        assert_eq!((new.name.as_str(), new.mother.as_str()), ("", "Meena Devi"));
        let long = "न".repeat(NAME_MAX_CHARS + 1);
        let [longest, empty] = [long[..3 * NAME_MAX_CHARS].to_owned(), String::new()];
        assert!(ask(NewChild { name: longest, ..good.clone() }).is_ok());
        for (dob, why) in [("2024-10-05", NotRecorded::Future), ("2024-13-01", NotRecorded::Date)] {
            assert_eq!(child(carried, dob, good.clone(), today), Err(why));
        }
        let wrong = [
            (NewChild { name: long, ..good.clone() }, NotRecorded::Names),
            (NewChild { mother: " ".into(), ..good.clone() }, NotRecorded::Names),
            (NewChild { village: empty, ..good.clone() }, NotRecorded::Names),
            (NewChild { phone: "12345".into(), ..good.clone() }, NotRecorded::Phone),
            (NewChild { phone: "1234567890".into(), ..good.clone() }, NotRecorded::Phone),
            (NewChild { birth_order: Some(0), ..good }, NotRecorded::BirthOrder),
        ];
        for (new, why) in wrong {
            assert_eq!(ask(new), Err(why));
        }
        // No roster says what is due to it, and it gets its first dose all the same.
        let id = ChildId(8).to_string();
        let bcg = Entered { child: &id, product: "BCG", on: "2024-10-03", batch: None };
        assert_eq!(dose(carried, bcg, today), Err(NotRecorded::NotOnRoster));
        let carried = Carried { new: &[new], ..carried };
        assert!(matches!(dose(carried, bcg, today), Ok((UserId(5), Fact::Dose(d))) if d.child == ChildId(8)));
        assert_eq!(dose(carried, Entered { on: "2024-10-01", ..bcg }, today), Err(NotRecorded::BeforeBirth));
        assert_eq!(dose(carried, Entered { product: "", ..bcg }, today), Err(NotRecorded::UnknownProduct));
    }

    #[test]
    fn a_card_is_known_to_be_blocked_by_whoever_carries_the_list() {
        let roster = Roster { blocked: vec![CardNo(77)], ..roster() };
        let carried = Carried { roster: Some(&roster), new: &[] };
        let ask = |number: u64| card(carried, &CardNo(number).to_string());
        assert_eq!((ask(77), ask(78)), (Ok((CardNo(77), true)), Ok((CardNo(78), false))));
        assert!(matches!(card(carried, "K7QM"), Err(NotRecorded::CardNumber(_))));
        let nobodys = Roster { worker: None, ..roster.clone() };
        let carried = Carried { roster: Some(&nobodys), new: &[] };
        assert_eq!(card(carried, &CardNo(77).to_string()), Err(NotRecorded::Nobody));
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
        roster.children.clear();
        roster.blocked = vec![CardNo(1); BLOCKED_MAX];
        assert!(roster_fits(&roster));
        roster.blocked.push(CardNo(2));
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
