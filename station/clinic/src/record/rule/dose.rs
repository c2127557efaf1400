//! Doses: given, corrected, withdrawn, declined.

use super::child::root;
use super::{By, ChildState, DeclineState, GivenAt, Look, No, Now, SessionStage, past, reason_text};
use crate::forecast::{self, Against, Constraints, Contraindication, GivenStatus, ProductId, Refused, Schedule};
use crate::record::command::{Command, DoseKey};
use crate::record::fact::{self, Declined, DoseTold, Fact, Gone, Sex};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::text::{optional, required};
use chrono::{Months, NaiveDate};
use hub_protocol::{ChildId, Day, SessionId, UserId};

/// A dose that is given here belongs to a session. When the one of its day was only planned, or there is none, it
/// is opened first: the fact that does so, made with `fresh` as the number of a new session. Asked when nothing but
/// the session stands in the way of the command.
pub fn implied_session<L: Look>(
    command: &Command,
    by: UserId,
    fresh: SessionId,
    look: &L,
) -> Result<Option<Fact>, No<L::Error>> {
    let (session, on) = match command {
        Command::RecordDose { on, at: GivenAt::Here(session), .. }
        | Command::ImportDose { on, at: GivenAt::Here(session), .. } => (*session, *on),
        Command::CorrectDose { to, .. } => (None, to.on),
        _ => return Ok(None),
    };
    // Who brings a file of old doses did not hold their sessions.
    let worker = if matches!(command, Command::ImportDose { .. }) { None } else { Some(by) };
    let session = match session {
        Some(session) => Some(session),
        None => look.session_on(on, by)?,
    };
    let Some(session) = session else {
        let plan =
            fact::SessionPlan { on, kind: fact::SessionKind::Fixed, site: String::new(), villages: Vec::new(), worker };
        return Ok(Some(Fact::SessionHeld(fact::SessionHeld { session: fresh, plan: Some(plan) })));
    };
    let planned = look.session(session)?.is_some_and(|s| s.stage == SessionStage::Planned);
    Ok(planned.then_some(Fact::SessionHeld(fact::SessionHeld { session, plan: None })))
}

pub(super) fn record<L: Look>(
    child: ChildId,
    told: DoseTold,
    reason: Option<&str>,
    at: &GivenAt,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let child = root(child, look)?;
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    let (told, product, on) = dose_fields(told, state, now)?;
    let outside = match at {
        GivenAt::Here(_) => None,
        GivenAt::Outside(proof) => Some(required(Field::Proof, proof, limits::TEXT_MAX_CHARS)?),
    };
    if look.dose(child, &told.product, told.on)?.is_some_and(|(_, dose)| !dose.withdrawn) {
        return Err(Refusal::DoseKnown.into());
    }
    let reason = reason.map(|r| optional(Field::Reason, r, limits::TEXT_MAX_CHARS)).transpose()?;
    let reason = reason.filter(|r| !r.is_empty());
    if reason.is_none() {
        // One reason answers all, so that what is most dangerous is asked about first.
        if outside.is_none() {
            harmless(child, &told, product, on, look, now)?;
        }
        if let Some(warning) = warning(&look.doses(child)?, product, on, state, now) {
            return Err(Refusal::NeedsReason(warning).into());
        }
    }
    let DoseTold { product, on, batch } = told;
    let session = match at {
        GivenAt::Here(session) => Some(session_of(*session, on, by.user, look)?),
        GivenAt::Outside(_) => None,
    };
    Ok(Fact::DoseGiven(fact::DoseGiven { child, product, on, batch, reason, toy: None, session, outside }))
}

/// As [`record`], but what a person took out of the record no file puts back.
pub(super) fn import<L: Look>(
    child: ChildId,
    told: DoseTold,
    reason: Option<&str>,
    at: &GivenAt,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    if look.dose(root(child, look)?, &told.product, told.on)?.is_some_and(|(_, dose)| dose.withdrawn) {
        return Err(Refusal::DoseWithdrawn.into());
    }
    record(child, told, reason, at, by, look, now)
}

pub(super) fn correct<L: Look>(
    dose: DoseKey,
    to: DoseTold,
    reason: &str,
    anyway: bool,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let (owner, was) = known(&dose, look)?;
    let child = root(owner, look)?;
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    let (to, to_product, to_on) = dose_fields(to, state, now)?;
    let same = to.product == dose.product && to.on == dose.on;
    if same && to.batch == was.batch {
        return Err(Refusal::DoseKnown.into());
    }
    // Of the whole child: what one of its records has, the others need not tell again.
    if !same && look.dose(child, &to.product, to.on)?.is_some_and(|(_, there)| !there.withdrawn) {
        return Err(Refusal::DoseKnown.into());
    }
    let reason = reason_text(reason)?;
    if !anyway {
        if !was.outside {
            harmless(child, &to, to_product, to_on, look, now)?;
        }
        if !same {
            let mut doses = look.doses(child)?;
            doses.retain(|(product, on)| *product != dose.product || crate::date::to_day(*on) != dose.on);
            if let Some(warning) = warning(&doses, to_product, to_on, state, now) {
                return Err(Refusal::NeedsReason(warning).into());
            }
        }
    }
    let session = match was.outside || to.on == dose.on {
        true => None,
        false => Some(session_of(None, to.on, by.user, look)?),
    };
    let DoseKey { product, on, .. } = dose;
    Ok(Fact::DoseCorrected(fact::DoseCorrected { child: owner, product, on, to, reason, session }))
}

pub(super) fn withdraw<L: Look>(dose: DoseKey, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    let (child, _) = known(&dose, look)?;
    let DoseKey { product, on, .. } = dose;
    Ok(Fact::DoseWithdrawn(fact::DoseWithdrawn { child, product, on, reason: reason_text(reason)? }))
}

pub(super) fn decline<L: Look>(decline: &fact::DoseDeclined, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let child = root(decline.child, look)?;
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    let against = Against::parse(now.schedule, &decline.series).ok_or(Refusal::UnknownSeries)?;
    let on = past(Field::Date, decline.on, now.today)?;
    if on < state.dob {
        return Err(Refusal::BeforeBirth.into());
    }
    if let Some(until) = decline.until {
        let until = crate::date::to_date(until).ok_or(Refusal::Form(Field::Until))?;
        let longest = now.today.checked_add_months(Months::new(12 * limits::AGE_MAX_YEARS));
        if decline.why == Declined::Refused || until < on || longest.is_none_or(|longest| until > longest) {
            return Err(Refusal::Form(Field::Until).into());
        }
    }
    let (series, reason) = (against.write(now.schedule).to_string(), reason_text(&decline.reason)?);
    Ok(Fact::DoseDeclined(fact::DoseDeclined { child, series, reason, ..decline.clone() }))
}

pub(super) fn lift_decline<L: Look>(
    child: ChildId,
    series: String,
    why: Declined,
    reason: &str,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    let child = root(child, look)?;
    if !look.declines(child)?.iter().any(|d| d.against == series && d.why == why) {
        return Err(Refusal::NotDeclined.into());
    }
    // A family may change its mind without a word; what would have harmed the child must be explained.
    let reason = match why {
        Declined::Refused => optional(Field::Reason, reason, limits::TEXT_MAX_CHARS)?,
        Declined::ContraIndicated => reason_text(reason)?,
    };
    Ok(Fact::DeclineLifted(fact::DeclineLifted { child, series, reason, why }))
}

/// A dose that is believed, with the record that holds it.
fn known<L: Look>(dose: &DoseKey, look: &L) -> Result<(ChildId, super::DoseState), No<L::Error>> {
    let found = look.dose(root(dose.child, look)?, &dose.product, dose.on)?;
    Ok(found.filter(|(_, state)| !state.withdrawn).ok_or(Refusal::UnknownDose)?)
}

/// The fields of a dose as they are kept, its product and its day.
fn dose_fields(told: DoseTold, child: ChildState, now: Now<'_>) -> Result<(DoseTold, ProductId, NaiveDate), Refusal> {
    let product = now.schedule.product(&told.product).ok_or(Refusal::UnknownProduct)?;
    let on = past(Field::Date, told.on, now.today)?;
    if on < child.dob {
        return Err(Refusal::BeforeBirth);
    }
    if child.gone == Some(Gone::Died) && child.gone_on.is_none_or(|died| on > died) {
        return Err(Refusal::ChildGone);
    }
    let batch = told.batch.as_deref().map(|b| optional(Field::Batch, b, limits::BATCH_MAX_CHARS)).transpose()?;
    Ok((DoseTold { batch: batch.filter(|b| !b.is_empty()), ..told }, product, on))
}

fn session_of<L: Look>(session: Option<SessionId>, on: Day, by: UserId, look: &L) -> Result<SessionId, No<L::Error>> {
    let session = match session {
        Some(session) => session,
        None => look.session_on(on, by)?.ok_or(Refusal::UnknownSession)?,
    };
    let state = look.session(session)?.ok_or(Refusal::UnknownSession)?;
    if crate::date::to_day(state.on) != on {
        return Err(Refusal::SessionDay.into());
    }
    match state.stage {
        SessionStage::Held => Ok(session),
        SessionStage::Planned | SessionStage::NotHeld => Err(Refusal::SessionOver.into()),
    }
}

/// Neither the batch nor the vaccine itself would harm the child, as far as was known on that day.
fn harmless<L: Look>(
    child: ChildId,
    told: &DoseTold,
    product: ProductId,
    on: NaiveDate,
    look: &L,
    now: Now<'_>,
) -> Result<(), No<L::Error>> {
    let mut declines = look.declines(child)?;
    declines.retain(|decline| decline.on <= on);
    if Declines::of(now.schedule, &declines).constraints().forbid(now.schedule, product, on).is_some() {
        return Err(Refusal::ContraIndicated.into());
    }
    if expired(told, on, look)? { Err(Refusal::BatchExpired.into()) } else { Ok(()) }
}

fn expired<L: Look>(told: &DoseTold, on: NaiveDate, look: &L) -> Result<bool, No<L::Error>> {
    let Some(batch) = &told.batch else { return Ok(false) };
    Ok(look.batch(&told.product, batch)?.is_some_and(|batch| batch.expires_on < on))
}

/// What the schedule says against giving `product` on `on`: no part of it would count, or a dose that
/// counts now would count no more.
fn warning(
    known: &[(String, NaiveDate)],
    product: ProductId,
    on: NaiveDate,
    child: ChildState,
    now: Now<'_>,
) -> Option<forecast::GivenReason> {
    let input = forecast_child(child, now.je_endemic);
    let mut given = forecast_given(now.schedule, known);
    let before = forecast::forecast(now.schedule, &input, &given, now.today).ok()?.given;
    // Past doses are entered in any order; the engine sorts by date and keeps the order of entry.
    let new = given.len();
    given.push(forecast::Given { product, on });
    let after = forecast::forecast(now.schedule, &input, &given, now.today).ok()?.given;
    let counts = |row: &&forecast::GivenRow| row.status == GivenStatus::Valid;
    let undone = before.iter().filter(counts).find_map(|was| {
        let is = after.iter().find(|is| is.index == was.index && is.series == was.series)?;
        if is.status == GivenStatus::Valid { None } else { is.reason }
    });
    let mut rows = after.iter().filter(|row| row.index == new);
    if rows.clone().any(|row| counts(&row)) { undone } else { rows.find_map(|row| row.reason) }
}

/// What stands against vaccines of a child, as the engine takes it.
#[derive(Debug, Default)]
pub struct Declines {
    contraindications: Vec<Contraindication>,
    refusals: Vec<Refused>,
}

impl Declines {
    pub fn of(schedule: &Schedule, declines: &[DeclineState]) -> Self {
        let mut of = Self::default();
        for decline in declines {
            for against in against(schedule, &decline.against) {
                match decline.why {
                    Declined::Refused => of.refusals.push(Refused { against, on: decline.on }),
                    Declined::ContraIndicated => {
                        of.contraindications.push(Contraindication { against, until: decline.until });
                    }
                }
            }
        }
        of
    }

    pub fn constraints(&self) -> Constraints<'_> {
        Constraints { contraindications: &self.contraindications, refusals: &self.refusals }
    }
}

/// What a decline is about. One that was written down under another schedule is about the vaccines of the series
/// that it names there: the clinic may change its schedule, and what harms the child stays the same.
pub fn against(schedule: &Schedule, text: &str) -> Vec<Against> {
    if let Some(against) = Against::parse(schedule, text) {
        return vec![against];
    }
    let others = Schedule::builtin_ids().into_iter().filter_map(Schedule::builtin);
    let Some((other, series)) = others.filter_map(|other| Some((other, other.series_id(text)?))).next() else {
        return Vec::new();
    };
    let products = other.products().filter(|product| other.product_series(*product).contains(&series));
    let mut found: Vec<Against> = Vec::new();
    for product in products {
        let Some(here) = schedule.product(other.product_name(product)) else { continue };
        // A vaccine against this alone, there and here, names the series; a combination only itself.
        let against = match (other.product_series(product), schedule.product_series(here)) {
            ([_], [series]) => Against::Series(*series),
            _ => Against::Product(here),
        };
        if !found.contains(&against) {
            found.push(against);
        }
    }
    found
}

/// Recorded doses as the engine takes them; what the schedule does not know cannot count.
pub fn forecast_given(schedule: &Schedule, doses: &[(String, NaiveDate)]) -> Vec<forecast::Given> {
    doses
        .iter()
        .filter_map(|(product, on)| schedule.product(product).map(|product| forecast::Given { product, on: *on }))
        .collect()
}

pub fn forecast_child(child: ChildState, je_endemic: bool) -> forecast::Child {
    forecast::Child { dob: child.dob, sex: engine_sex(child.sex), je_endemic }
}

/// A child's sex as the schedule and WHO's tables take it.
pub fn engine_sex(sex: Sex) -> forecast::Sex {
    match sex {
        Sex::Female => forecast::Sex::Female,
        Sex::Male => forecast::Sex::Male,
        Sex::Other => forecast::Sex::Other,
    }
}
