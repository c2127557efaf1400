//! On which day a family is asked to come: one on which somebody is there to give the dose.

use super::SessionStage;
use crate::record::fact::SessionKind;
use chrono::{Datelike, NaiveDate, Weekday};

/// A session that is further away than this is not waited for.
pub const SESSION_WITHIN_DAYS: u64 = 31;
/// Days among which an open one is looked for where no session is planned.
const OPEN_WITHIN_DAYS: usize = 14;

/// A session that is for the child's village, as far as the day is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDay {
    pub on: NaiveDate,
    pub kind: SessionKind,
    /// Empty: the clinic itself.
    pub site: String,
    pub stage: SessionStage,
}

/// Why nobody should come on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotThen {
    /// The clinic is closed.
    Sunday,
    /// The session of that day was given up.
    GivenUp,
    /// Sessions are planned, and none for that day.
    NoSession,
}

impl NotThen {
    pub const ALL: [Self; 3] = [Self::Sunday, Self::GivenUp, Self::NoSession];

    /// The last part of the words' key `not-then-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sunday => "sunday",
            Self::GivenUp => "given-up",
            Self::NoSession => "no-session",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComeBack {
    /// The day that the schedule, or the family, names.
    pub wanted: NaiveDate,
    /// The day to come.
    pub on: NaiveDate,
    /// What speaks against the day that was wanted. When `on` is that day all the same, every other one is too late.
    pub not_then: Option<NotThen>,
    /// The planned session of the day, if there is one.
    pub session: Option<(SessionKind, String)>,
}

impl ComeBack {
    /// Whoever comes on the wanted day meets nobody, and another day can be named.
    pub fn meets_nobody(&self) -> bool {
        self.on != self.wanted && matches!(self.not_then, Some(NotThen::Sunday | NotThen::GivenUp))
    }
}

/// The wanted day, or the next on which somebody is there: the next session that is planned for the child's village,
/// else the next day that is no Sunday and whose session was not given up. Never one after `last_day`.
pub fn come_back(wanted: NaiveDate, last_day: Option<NaiveDate>, sessions: &[SessionDay]) -> ComeBack {
    let in_time = |day: NaiveDate| last_day.is_none_or(|last| day <= last);
    let planned = sessions.iter().filter(|session| session.stage != SessionStage::NotHeld);
    let next = planned.filter(|session| session.on >= wanted).min_by_key(|session| session.on);
    let given_up = |day| {
        let mut of_day = sessions.iter().filter(|session| session.on == day).peekable();
        of_day.peek().is_some() && of_day.all(|session| session.stage == SessionStage::NotHeld)
    };
    let open = |day: &NaiveDate| day.weekday() != Weekday::Sun && !given_up(*day);
    let working = wanted.iter_days().take(OPEN_WITHIN_DAYS).find(open);
    let best = next.map(|session| session.on).or(working).unwrap_or(wanted);
    let not_then = (best != wanted).then(|| match wanted.weekday() {
        Weekday::Sun => NotThen::Sunday,
        _ if given_up(wanted) => NotThen::GivenUp,
        _ => NotThen::NoSession,
    });
    let (on, next) = match working.filter(|day| in_time(*day)) {
        _ if in_time(best) => (best, next),
        working => (working.unwrap_or(wanted), None),
    };
    let session = next.map(|session| (session.kind, session.site.clone()));
    ComeBack { wanted, on, not_then, session }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// In December 2026; the 6th is a Sunday.
    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    fn session(on: u32, stage: SessionStage) -> SessionDay {
        SessionDay { on: day(on), kind: SessionKind::Outreach, site: "School".into(), stage }
    }

    /// The day to come, what speaks against the wanted one, and whether a session is named.
    fn asked(wanted: u32, last: Option<u32>, sessions: &[SessionDay]) -> (u32, Option<NotThen>, bool) {
        let back = come_back(day(wanted), last.map(day), sessions);
        assert_eq!(back.wanted, day(wanted));
        (back.on.day(), back.not_then, back.session.is_some())
    }

    #[test]
    fn where_nothing_is_planned_it_is_the_next_working_day() {
        assert_eq!(asked(7, None, &[]), (7, None, false));
        assert_eq!(asked(6, None, &[]), (7, Some(NotThen::Sunday), false));
        // Nothing else would be in time: it is said all the same.
        assert_eq!(asked(6, Some(6), &[]), (6, Some(NotThen::Sunday), false));
        assert_eq!(asked(6, Some(7), &[]), (7, Some(NotThen::Sunday), false));
    }

    #[test]
    fn where_sessions_are_planned_it_is_the_next_of_them() {
        let planned = [session(16, SessionStage::Planned), session(9, SessionStage::Planned)];
        assert_eq!(asked(9, None, &planned), (9, None, true));
        assert_eq!(asked(7, None, &planned), (9, Some(NotThen::NoSession), true));
        assert_eq!(asked(6, None, &planned), (9, Some(NotThen::Sunday), true));
        assert_eq!(asked(10, None, &planned), (16, Some(NotThen::NoSession), true));
        // The session would be too late: a working day that is not.
        assert_eq!(asked(10, Some(15), &planned), (10, Some(NotThen::NoSession), false));
        assert_eq!(asked(6, Some(8), &planned), (7, Some(NotThen::Sunday), false));
        // After the last that is planned nobody knows yet.
        assert_eq!(asked(17, None, &planned), (17, None, false));
        // One that is planned on a Sunday is held on it.
        assert_eq!(asked(6, None, &[session(6, SessionStage::Planned)]), (6, None, true));
    }

    #[test]
    fn a_session_that_was_given_up_is_no_day_to_come() {
        let given_up = [session(7, SessionStage::NotHeld), session(8, SessionStage::NotHeld)];
        assert_eq!(asked(7, None, &given_up), (9, Some(NotThen::GivenUp), false));
        let moved = [session(7, SessionStage::NotHeld), session(10, SessionStage::Planned)];
        assert_eq!(asked(7, None, &moved), (10, Some(NotThen::GivenUp), true));
        // Another one of the same day is held.
        let another = [session(7, SessionStage::NotHeld), session(7, SessionStage::Planned)];
        assert_eq!(asked(7, None, &another), (7, None, true));
    }
}
