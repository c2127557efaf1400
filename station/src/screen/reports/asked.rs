//! Of which time and of whom the report is.

use crate::paper::wanted::{Days, month_of};
use crate::screen::Now;
use crate::ui::tag::filter;
use crate::ui::theme::gap;
use crate::ui::{Button, Element, Look, Trouble, field, typed_date};
use crate::words::Words;
use chrono::{Datelike, Months, NaiveDate};
use clinic::date::period;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::{Query, Right};
use clinic::store::ReportFilter;
use hub_protocol::UserId;
use iced::widget::{Row, column, row};

const DATE_WIDTH: f32 = 150.0;
const VILLAGE_WIDTH: f32 = 240.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Month,
    Quarter,
    /// From April to March.
    Year,
    /// From one day to another.
    Days,
}

impl Span {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Month, "reports-month"),
        (Self::Quarter, "reports-quarter"),
        (Self::Year, "reports-year"),
        (Self::Days, "reports-days"),
    ];

    fn months(self) -> u32 {
        match self {
            Self::Month | Self::Days => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The one in which a day is.
    fn around(self, day: NaiveDate) -> Days {
        period(self.months(), day)
    }
}

pub struct Asked {
    span: Span,
    days: Days,
    worker: Option<UserId>,
    village: Option<String>,
    /// As typed.
    from: String,
    until: String,
    place: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    Span(Span),
    Worker(UserId),
    From(String),
    Until(String),
    Place(String),
    /// What was typed is meant.
    Show,
    Everything,
}

impl Asked {
    pub fn this_month(today: NaiveDate) -> Self {
        let (days, typed) = (month_of(today), String::new);
        let (from, until, place) = (typed(), typed(), typed());
        Self { span: Span::Month, days, worker: None, village: None, from, until, place }
    }

    pub fn days(&self) -> Days {
        self.days.clone()
    }

    pub fn filter(&self) -> ReportFilter {
        ReportFilter { worker: self.worker, village: self.village.clone() }
    }

    /// Is something else asked for now?
    pub fn update(&mut self, message: Message, today: NaiveDate) -> Result<bool, Trouble> {
        match message {
            Message::Span(Span::Days) => {
                self.span = Span::Days;
                self.from = typed_date::write(*self.days.start());
                self.until = typed_date::write(*self.days.end());
                return Ok(false);
            }
            Message::Span(span) => {
                self.span = span;
                self.days = span.around((*self.days.start()).min(today));
            }
            // Pressed once more: nobody's in particular.
            Message::Worker(worker) => self.worker = (self.worker != Some(worker)).then_some(worker),
            Message::From(typed) => {
                self.from = typed;
                return Ok(false);
            }
            Message::Until(typed) => {
                self.until = typed;
                return Ok(false);
            }
            Message::Place(typed) => {
                self.place = typed;
                return Ok(false);
            }
            Message::Show => {
                if self.span == Span::Days {
                    let day =
                        |typed: &str| typed_date::parse(typed).ok_or_else(|| Trouble::no_date(typed, Field::Date));
                    let (from, until) = (day(&self.from)?, day(&self.until)?);
                    if from > until {
                        return Err(Trouble::Plain("reports-no-time"));
                    }
                    if from > today {
                        return Err(Refusal::Future(Field::Date).into());
                    }
                    self.days = from..=until;
                }
                let place = self.place.trim();
                self.village = (!place.is_empty()).then(|| place.to_owned());
            }
            Message::Everything => {
                self.worker = None;
                self.village = None;
                self.place.clear();
            }
        }
        Ok(true)
    }

    /// To the time after this one, or before; not beyond today.
    pub fn step(&mut self, on: bool, today: NaiveDate) -> bool {
        let months = Months::new(self.span.months());
        let start = *self.days.start();
        let to = if on { start.checked_add_months(months) } else { start.checked_sub_months(months) };
        let Some(to) = to.filter(|to| *to <= today && self.has_steps()) else { return false };
        self.days = self.span.around(to);
        true
    }

    pub fn has_steps(&self) -> bool {
        self.span != Span::Days
    }

    pub fn has_next(&self, today: NaiveDate) -> bool {
        self.has_steps() && *self.days.end() < today
    }

    /// The keys of the words for the time before and the next one.
    pub fn steps(&self) -> (&'static str, &'static str) {
        if self.span == Span::Month { ("reports-before", "reports-next") } else { ("reports-earlier", "reports-later") }
    }

    /// The time in words.
    pub fn said(&self, words: &Words) -> String {
        let (from, until) = (*self.days.start(), *self.days.end());
        match self.span {
            Span::Month => format!("{} {}", words.get(&format!("month-{}", from.month())), from.year()),
            _ => format!("{} – {}", words.day(from), words.day(until)),
        }
    }

    /// Whose figures they are, when they are not everybody's: a worker's are of her own children.
    pub fn only(&self, workers: &[(UserId, String, u32)], now: Now<'_>) -> Option<String> {
        let words = now.words;
        let own = now.session.sees_own(Right::See(Query::Reports));
        let name = match own {
            true => Some(now.session.name.as_str()),
            false => workers.iter().find(|(id, ..)| self.worker == Some(*id)).map(|(_, name, _)| name.as_str()),
        };
        let name = name.map(|name| words.with("reports-of-worker", &[("name", name.into())]));
        let place = self.village.as_ref().map(|name| words.with("reports-in-village", &[("name", name.into())]));
        let only: Vec<String> = name.into_iter().chain(place).collect();
        (!only.is_empty()).then(|| only.join(" · "))
    }

    pub fn view<'a>(&'a self, workers: &'a [(UserId, String, u32)], words: &Words) -> Element<'a, Message> {
        let look = |on| if on { Look::Good } else { Look::Upcoming };
        let spans = Span::ALL
            .map(|(span, key)| filter(look(self.span == span), words.get(key), self.span == span, Message::Span(span)));
        let mut all = column![chips(spans)].spacing(gap(2));
        let people = workers.iter().map(|(id, name, _)| {
            filter(look(self.worker == Some(*id)), name.clone(), self.worker == Some(*id), Message::Worker(*id))
        });
        if !workers.is_empty() {
            all = all.push(chips(people));
        }
        let mut typed = row![].spacing(gap(2)).align_y(iced::Bottom);
        if self.span == Span::Days {
            let date = |key: &str, value, message: fn(String) -> Message| {
                let date = field(words.get(key), value, message).on_enter(Message::Show);
                Element::from(date.width(DATE_WIDTH).plain())
            };
            typed = typed.push(date("reports-from", &self.from, Message::From));
            typed = typed.push(date("reports-until", &self.until, Message::Until));
        }
        let place = field(words.get("field-village"), &self.place, Message::Place).on_enter(Message::Show);
        typed = typed.push(Element::from(place.width(VILLAGE_WIDTH).plain()));
        typed = typed.push(Button::secondary(words.get("reports-show"), Some(Message::Show)));
        if self.filter() != ReportFilter::default() {
            typed = typed.push(Button::quiet(words.get("reports-everything"), Some(Message::Everything)));
        }
        all.push(typed.wrap().vertical_spacing(gap(2))).into()
    }
}

fn chips<'a>(all: impl IntoIterator<Item = Element<'a, Message>>) -> Element<'a, Message> {
    Row::with_children(all).spacing(gap(2)).align_y(iced::Center).wrap().vertical_spacing(gap(1)).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_and_a_year_are_the_programmes() {
        for (span, on, from, until) in [
            (Span::Month, "2026-02-28", "2026-02-01", "2026-02-28"),
            (Span::Quarter, "2026-03-31", "2026-01-01", "2026-03-31"),
            (Span::Quarter, "2026-04-01", "2026-04-01", "2026-06-30"),
            (Span::Quarter, "2026-12-05", "2026-10-01", "2026-12-31"),
            (Span::Year, "2026-03-31", "2025-04-01", "2026-03-31"),
            (Span::Year, "2026-04-01", "2026-04-01", "2027-03-31"),
        ] {
            assert_eq!(span.around(day(on)), day(from)..=day(until), "{span:?} {on}");
        }
    }

    #[test]
    fn steps_end_at_today_and_typed_days_must_be_days() {
        let today = day("2026-11-20");
        let mut asked = Asked::this_month(today);
        assert!(!asked.step(true, today) && !asked.has_next(today));
        assert!(asked.step(false, today) && asked.has_next(today));
        assert_eq!(asked.days(), day("2026-10-01")..=day("2026-10-31"));
        assert!(asked.update(Message::Span(Span::Quarter), today).unwrap());
        assert!(asked.step(false, today));
        assert_eq!(asked.days(), day("2026-07-01")..=day("2026-09-30"));
        assert!(!asked.update(Message::Span(Span::Days), today).unwrap());
        assert!(!asked.step(false, today));
        for (from, until) in [("1/7/2026", "31/02/2026"), ("", "1/7/2026"), ("2/7/2026", "1/7/2026")] {
            let _ = asked.update(Message::From(from.into()), today).unwrap();
            let _ = asked.update(Message::Until(until.into()), today).unwrap();
            assert!(asked.update(Message::Show, today).is_err(), "{from} {until}");
            assert_eq!(asked.days(), day("2026-07-01")..=day("2026-09-30"));
        }
        let _ = asked.update(Message::From("30/6/2026".into()), today).unwrap();
        let _ = asked.update(Message::Until("1/7/2026".into()), today).unwrap();
        let _ = asked.update(Message::Place(" Rampur ".into()), today).unwrap();
        assert!(asked.update(Message::Show, today).unwrap());
        assert_eq!(asked.days(), day("2026-06-30")..=day("2026-07-01"));
        assert_eq!(asked.filter().village.as_deref(), Some("Rampur"));
        assert!(asked.update(Message::Everything, today).unwrap());
        assert_eq!(asked.filter(), ReportFilter::default());
    }

    /// What is wrong with the days is said as it is, in both languages.
    #[test]
    fn days_that_are_none_are_told_for_what_they_are() {
        let today = day("2026-11-20");
        for (from, until, en, hi) in [
            (
                "2/7/2026",
                "1/7/2026",
                "The first day is after the last one. Change one of the two days.",
                "पहला दिन आखिरी दिन के बाद का है। दोनों में से एक दिन बदलें।",
            ),
            ("21/11/2026", "30/11/2026", "This day has not come yet.", "यह दिन अभी आया नहीं है।"),
            (
                "1/7/2026",
                "31/2/2026",
                "This day is not in the calendar: there is no such day.",
                "कैलेंडर में ऐसा कोई दिन नहीं होता।",
            ),
        ] {
            let mut asked = Asked::this_month(today);
            for message in [Message::Span(Span::Days), Message::From(from.into()), Message::Until(until.into())] {
                let _ = asked.update(message, today).unwrap();
            }
            let trouble = asked.update(Message::Show, today).unwrap_err();
            for (lang, sentence) in [(Lang::En, en), (Lang::Hi, hi)] {
                assert_eq!(trouble.sentence(&Words::new(lang)), sentence, "{from} {until}");
            }
            assert_eq!(asked.days(), month_of(today), "nothing else is shown");
        }
    }
}
