//! When to come back, and why each vaccine is due or not.

use super::{Message, decline};
use crate::screen::today::doses_in_words;
use crate::screen::{Now, coming};
use crate::ui::theme::{self, SIZE_TEXT, TIGHT, gap};
use crate::ui::{self, Element, Look, headed_card, tag};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::forecast::{Against, NextStatus, ProductId, Schedule, Why};
use clinic::milestone::Standing;
use clinic::store::{ChildPage, MilestonesView, NextLine, NextVisit};
use iced::Length;
use iced::widget::{column, container, row, text};

/// A last day is told when it comes within so many days.
const LAST_DAY_SOON: i64 = 366;
/// Letters of what the next visit is for.
const FOR_MAX_CHARS: usize = 110;

pub fn next_card<'a>(page: &'a ChildPage, words: &Words) -> Element<'a, Message> {
    let on_deep = |said: String| text(said).size(SIZE_TEXT).color(theme::colors().on_deep);
    let said: Element<'a, Message> = match &page.next_visit {
        None => {
            let none = match page.gone {
                Some((why, _)) => words.get(&format!("gone-{}", why.code())),
                None => words.get("visit-next-none"),
            };
            let none =
                text(none).size(theme::SIZE_TITLE).font(crate::fonts::SCREEN_BOLD).color(theme::colors().on_deep);
            column![on_deep(words.get("visit-next-title")), none].spacing(gap(1)).into()
        }
        Some(NextVisit { day: back, items }) => {
            let doses = doses_in_words(words, items.iter().map(String::as_str), FOR_MAX_CHARS);
            let (heading, day) = if back.on == page.on {
                (words.get("visit-next-today-title"), words.get("today-due-today"))
            } else {
                (words.with("visit-next-on-title", &[("weekday", words.weekday(back.on).into())]), words.day(back.on))
            };
            let mut lines = column![
                on_deep(heading),
                ui::number(day, theme::colors().on_deep),
                on_deep(words.with("visit-next-for", &[("doses", doses.into())])),
            ]
            .spacing(TIGHT);
            if let Some(place) = coming::place(back, words) {
                lines = lines.push(on_deep(place));
            }
            if let Some(why) = coming::why_not_then(back, words) {
                lines = lines.push(on_deep(why));
            }
            lines.into()
        }
    };
    container(said).padding(gap(4)).width(Length::Fill).style(theme::deep_card).into()
}

/// Each series: how it stands, and why.
pub fn reasons<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut lines = column![].spacing(gap(3));
    let mut next: Vec<&NextLine> = page.next.iter().collect();
    next.sort_by_key(|line| (rank(line.status), line.due));
    for line in next {
        // Late as the lists have it, not as the engine: that waits for weeks.
        let status = match line.status {
            NextStatus::Due | NextStatus::Overdue if line.due.is_some_and(|due| now.is_late(due, page.on)) => {
                NextStatus::Overdue
            }
            NextStatus::Overdue => NextStatus::Due,
            status => status,
        };
        let look = match status {
            NextStatus::Due => Look::Good,
            NextStatus::Overdue => Look::Late,
            NextStatus::Upcoming => Look::Upcoming,
            NextStatus::Complete => Look::Done,
            NextStatus::NotApplicable | NextStatus::MissedWindow | NextStatus::Contraindicated => Look::Closed,
        };
        let heading = row![
            container(ui::bold(words.dose_label(&line.item))).width(Length::Fill),
            tag(look, words.get(&format!("status-{}", status.as_str())))
        ]
        .spacing(gap(2))
        .align_y(iced::Center);
        lines = lines.push(column![heading, ui::small(why_in_words(line, page.on, now))].spacing(TIGHT));
    }
    let mut stands = column![].spacing(gap(2));
    if let Some(milestones) = &page.milestones {
        stands = stands.push(milestones_in_words(milestones, words));
    }
    for line in page.declines.iter().filter(|line| line.counts) {
        stands = stands.push(tag(decline::look(line), decline::in_words(line, words)));
    }
    column![stands, headed_card(words.get("visit-why-title"), lines)].spacing(gap(2)).into()
}

/// What can be done now stands first, what is over last.
fn rank(status: NextStatus) -> u8 {
    match status {
        NextStatus::Overdue => 0,
        NextStatus::Due => 1,
        NextStatus::Upcoming => 2,
        NextStatus::Complete => 3,
        NextStatus::Contraindicated => 4,
        NextStatus::NotApplicable => 5,
        NextStatus::MissedWindow => 6,
    }
}

/// Why a dose is due, or why not yet.
fn why_in_words(line: &NextLine, today: NaiveDate, now: Now<'_>) -> String {
    let words = now.words;
    // Of reasons that end on one day an interval says more than the plan, and the plan more than the age.
    let weight = |why: &&Why| match why {
        Why::Recommended { .. } => 1,
        Why::MinAge { .. } => 0,
        _ => 2,
    };
    let mut told: Vec<&Why> = match line.status {
        // What came, or comes, last decides.
        NextStatus::Upcoming | NextStatus::Due | NextStatus::Overdue => line
            .why
            .iter()
            .filter(|why| why.on().is_some())
            .max_by_key(|why| (why.on(), weight(why)))
            .into_iter()
            .collect(),
        NextStatus::Complete | NextStatus::NotApplicable | NextStatus::MissedWindow | NextStatus::Contraindicated => {
            line.why.iter().collect()
        }
    };
    let always = |why: &&Why| matches!(why, Why::CatchUp | Why::LateStart | Why::NotWith { .. } | Why::Refused { .. });
    told.extend(line.why.iter().filter(always));
    let mut said: Vec<String> = Vec::new();
    for why in told {
        let sentence = why_sentence(why, now);
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    let open = line.status.is_to_come();
    if let Some(last) = line.last_day.filter(|last| open && (*last - today).num_days() < LAST_DAY_SOON) {
        said.push(words.with("why-until", &[("day", words.day(last).into())]));
    }
    said.join("; ")
}

fn why_sentence(why: &Why, now: Now<'_>) -> String {
    let words = now.words;
    let day = |date: NaiveDate| words.day(date).into();
    let name = |product: ProductId| {
        let schedule = Schedule::builtin(&now.view.schedule);
        schedule.map_or_else(String::new, |s| words.product(s.product_name(product))).into()
    };
    let key = format!("why-{}", why.as_str());
    match *why {
        Why::MinAge { on } | Why::Recommended { on } => words.with(&key, &[("on", day(on))]),
        Why::MinInterval { since, on, repeat: true, .. } => {
            words.with("why-repeat", &[("since", day(since)), ("on", day(on))])
        }
        Why::MinInterval { since, on, .. } | Why::FromFirst { since, on } => {
            words.with(&key, &[("since", day(since)), ("on", day(on))])
        }
        Why::LiveSpacing { product, since, on } => {
            let days = (on - since).num_days();
            let args = [("product", name(product)), ("since", day(since)), ("on", day(on)), ("n", days.into())];
            words.with(&key, &args)
        }
        Why::Contraindicated { against: Against::Product(product) } | Why::NotWith { product, until: None } => {
            words.with(&key, &[("product", name(product))])
        }
        Why::ContraindicatedUntil { against: Against::Product(product), until, .. }
        | Why::NotWith { product, until: Some(until) } => {
            words.with(&key, &[("product", name(product)), ("day", day(until))])
        }
        Why::ContraindicatedUntil { until, .. } => words.with(&key, &[("day", day(until))]),
        Why::Refused { on } => words.with(&key, &[("on", day(on))]),
        Why::WindowClosed { last_day } => words.with(&key, &[("day", day(last_day))]),
        Why::TooLateByThen { earliest, last_day } => {
            words.with(&key, &[("earliest", day(earliest)), ("day", day(last_day))])
        }
        Why::CatchUp
        | Why::LateStart
        | Why::NotEndemic
        | Why::OtherSex
        | Why::AllGiven
        | Why::EnoughCounted
        | Why::Contraindicated { .. } => words.get(&key),
    }
}

/// How far the child is: fully and completely immunized, or what is missing.
fn milestones_in_words<'a>(of: &MilestonesView, words: &Words) -> Element<'a, Message> {
    let (look, said) = match (of.completely.standing, of.fully.standing) {
        (Standing::Reached { on }, _) => {
            (Look::Done, words.with("milestone-completely", &[("day", words.day(on).into())]))
        }
        (_, Standing::Reached { on }) => (Look::Done, words.with("milestone-fully", &[("day", words.day(on).into())])),
        (_, Standing::Missed) if of.zero_dose.is_yes() => (Look::Late, words.get("milestone-zero-dose")),
        (_, Standing::Missed) => (Look::Wait, words.get("milestone-missed")),
        (_, Standing::Open) => (Look::Upcoming, words.get("milestone-open")),
    };
    let missing: Vec<&str> = of.fully.missing.iter().map(String::as_str).collect();
    let mut lines = column![tag(look, said)].spacing(gap(1));
    if !missing.is_empty() {
        let doses = doses_in_words(words, missing.into_iter(), FOR_MAX_CHARS);
        lines = lines.push(ui::small(words.with("milestone-missing", &[("doses", doses.into())])));
    }
    ui::card(lines).width(Length::Fill).into()
}
