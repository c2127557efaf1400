//! How a child's page looks.

use super::basket::Row;
use super::{Message, TypedDay, Visit};
use crate::screen::Now;
use crate::screen::today::{doses_in_words, late_in_words, spaced_phone, weekday};
use crate::ui::theme::{self, SIZE_TEXT, gap};
use crate::ui::{self, Button, Element, Icon, Look, choice, empty, field, headed_card, note, tab_stop, tag};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::forecast::{Against, GivenStatus, NextStatus, ProductId, Schedule, Why};
use clinic::record::command::CommandKind;
use clinic::record::fact::Sex;
use clinic::record::limits::DEFAULTER_DAYS;
use clinic::record::role::Right;
use clinic::store::{ChildPage, DoseLine, NextLine};
use hub::CardMeaning;
use iced::widget::{self, button, column, container, keyed_column, row, text, text_input};
use iced::{Length, Padding};
use std::hash::{DefaultHasher, Hash, Hasher};

const SIDE_WIDTH: f32 = 330.0;
const BATCH_WIDTH: f32 = 150.0;
const PRODUCT_WIDTH: f32 = 168.0;
const DAY_WIDTH: f32 = 116.0;
const STATUS_WIDTH: f32 = 112.0;
const HISTORY_BATCH_WIDTH: f32 = 100.0;
const BY_WIDTH: f32 = 120.0;
const HELD_WIDTH: f32 = 112.0;
/// A last day is told when it comes within so many days.
const LAST_DAY_SOON: i64 = 366;
/// Letters of what the next visit is for.
const FOR_MAX_CHARS: usize = 110;

impl Visit {
    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(page) = &self.page else {
            let said: Element<'a, Message> = match &self.trouble {
                Some(trouble) => note(Look::Late, trouble.sentence(words)),
                None => ui::working(words.get("shell-loading")),
            };
            return ui::card(said).width(Length::Fill).into();
        };
        let main = column![self.visit_card(page, now), history(page, words)].spacing(gap(3));
        let side = column![next_card(page, words), self.papers(page, now), reasons(page, now)].spacing(gap(3));
        // The buttons stay in sight, however much is due.
        let main =
            column![ui::scroll(main).width(Length::Fill).height(Length::Fill), self.buttons(now)].spacing(gap(3));
        row![main, ui::scroll(side).width(SIDE_WIDTH).height(Length::Fill)].spacing(gap(3)).into()
    }

    fn visit_card<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut main = column![header(page, now), ui::above(trouble.into_iter().collect()), ui::rule()].spacing(gap(2));
        main = if now.may(Right::Do(CommandKind::RecordDose)) {
            main.push(self.give(page, words))
        } else {
            main.push(due_now(page, words)).push(ui::small(words.get("visit-worker-records")))
        };
        ui::card(main).width(Length::Fill).into()
    }

    fn give<'a>(&'a self, page: &'a ChildPage, words: &'a Words) -> Element<'a, Message> {
        let day = self.day();
        let mut heading = row![ui::bold(words.get("visit-give-title"))].spacing(gap(3)).align_y(iced::Center);
        if let Some(late) = days_late(page) {
            heading =
                heading.push(ui::small_bold(words.with("visit-late", &[("late", late_in_words(words, late).into())])));
        }
        heading = heading.push(ui::push()).push(self.day_field(words, page.on));
        let mut list = column![heading].spacing(gap(1));
        let rows = self.basket.rows();
        if rows.is_empty() {
            let key = if self.saved > 0 { "visit-all-saved" } else { "visit-nothing-due" };
            list = list.push(empty(Icon::Check, words.get(key), words.get("visit-nothing-due-next")));
        }
        // By dose, so that the focus stays with its dose when others are saved and go.
        let keyed = rows.iter().enumerate().map(|(at, row)| {
            let line = column![self.give_row(at, row, day, words), ui::rule()].spacing(gap(1));
            (key_of(&row.item), line.into())
        });
        list.push(keyed_column(keyed).spacing(gap(1))).into()
    }

    fn buttons<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![].spacing(gap(3));
        if now.may(Right::Do(CommandKind::RecordDose)) {
            all = all.push(self.save_buttons(words));
        }
        all = all.push(ui::push());
        if !self.is_done() {
            all = all.push(Button::secondary(words.get("shell-back"), Some(Message::Back)).key("Esc"));
        }
        all.into()
    }

    fn save_buttons<'a>(&self, words: &Words) -> Element<'a, Message> {
        let count = self.basket.shots().len();
        let (main, message) = match (self.busy, count) {
            (true, _) => (words.get("shell-saving"), None),
            (false, 0) if self.is_done() => (words.get("visit-next-child"), Some(Message::NextChild)),
            (false, 0) => (words.get("visit-save-none"), None),
            (false, n) => (words.with("visit-save", &[("n", n.into())]), self.day().map(|_| Message::Save)),
        };
        let all = if self.all { "visit-show-fewer" } else { "visit-show-all" };
        row![
            Button::primary(main, message).key("Enter").id(SAVE),
            Button::secondary(words.get(all), Some(Message::ShowAll)).key("M"),
        ]
        .spacing(gap(3))
        .into()
    }

    fn day_field<'a>(&'a self, words: &'a Words, today: NaiveDate) -> Element<'a, Message> {
        let said: Element<'a, Message> = match self.typed_day() {
            TypedDay::Good(day) if day == today => ui::small(words.get("visit-day-today")).into(),
            TypedDay::Good(day) => tag(Look::Wait, weekday(words, day)),
            TypedDay::Future => small_error(words.get("register-dob-future")),
            TypedDay::BeforeBirth => small_error(words.get("visit-day-before-birth")),
            TypedDay::NoSuchDay => small_error(words.get("visit-day-no-such")),
            TypedDay::Unfinished => small_error(words.get("visit-day-unreadable")),
        };
        let typed =
            input(&self.on, Message::On, self.day().is_none()).on_submit(Message::BatchFrom(0)).width(DAY_WIDTH + 10.0);
        row![ui::small_bold(words.get("visit-day")), typed, said].spacing(gap(2)).align_y(iced::Center).into()
    }

    fn give_row<'a>(
        &'a self,
        at: usize,
        row_of: &'a Row,
        day: Option<NaiveDate>,
        words: &'a Words,
    ) -> Element<'a, Message> {
        let part_of = self.basket.part_of(at);
        let label = text(words.dose_label(&row_of.item)).size(SIZE_TEXT + 1.0).font(crate::fonts::SCREEN_BOLD);
        let face = row![choice::mark(row_of.ticked), label.color(theme::INK), standing(row_of, day, words)]
            .spacing(gap(3))
            .align_y(iced::Center);
        let ticked = button(face)
            .padding(Padding::from([7.0, 6.0]))
            .width(Length::Fill)
            .style(theme::row_style(false))
            .on_press(Message::Tick(at));
        let product: Element<'a, Message> = if row_of.ticked && row_of.has_choice() {
            let name = words.product(row_of.product());
            Button::quiet(words.with("visit-as-product", &[("product", name.into())]), Some(Message::Product(at)))
                .into()
        } else {
            iced::widget::space().into()
        };
        let batch: Element<'a, Message> = match part_of {
            Some(first) => {
                let first = words.dose_label(&first.item);
                ui::small(words.with("visit-same-injection", &[("dose", first.into())])).into()
            }
            None if row_of.ticked => batch_field(at, row_of, words),
            None => iced::widget::space().into(),
        };
        let line = row![
            tab_stop(ticked, Message::Tick(at)).by_space().radius(6.0),
            container(product).width(PRODUCT_WIDTH),
            container(batch).width(BATCH_WIDTH + 52.0),
        ]
        .spacing(gap(2))
        .align_y(iced::Center);
        let Some(warning) = row_of.warning.filter(|_| part_of.is_none()) else { return column![line].into() };
        let said = words.get(&format!("given-{}", warning.as_str()));
        let asked = field(words.get("visit-reason"), &row_of.reason, move |typed| Message::Reason(at, typed))
            .id(REASON)
            .plain();
        let warned = column![
            ui::body(words.with("visit-warning", &[("warning", said.into())])).color(theme::WAIT),
            Element::from(asked)
        ]
        .spacing(gap(2));
        let warned = container(warned).padding(gap(3)).width(Length::Fill);
        column![line, warned.style(theme::chip(theme::WAIT_BACK, theme::RADIUS))].spacing(gap(1)).into()
    }

    /// The card and the certificate.
    fn papers<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let free = matches!(now.card, Some(CardMeaning::New | CardMeaning::NotAssigned(_)));
        let mut lines = column![].spacing(gap(2));
        if page.card.is_some() {
            lines = lines.push(tag(Look::Done, words.get("visit-has-card")));
        } else if !now.may(Right::Do(CommandKind::AssignCard)) {
            lines = lines.push(tag(Look::Upcoming, words.get("visit-no-card")));
        } else if free {
            lines = lines.push(
                Button::primary(words.get("visit-give-card"), (!self.busy).then_some(Message::GiveCard))
                    .icon(Icon::Card)
                    .key("K")
                    .width(Length::Fill),
            );
        } else {
            lines = lines.push(tag(Look::Upcoming, words.get("visit-no-card")));
            lines = lines.push(ui::small(words.get("visit-no-card-next")));
        }
        lines = lines.push(
            Button::secondary(words.get("visit-record"), Some(Message::Record))
                .icon(Icon::Child)
                .key("R")
                .width(Length::Fill),
        );
        if now.may(Right::Do(CommandKind::IssueCertificate)) {
            lines = lines.push(
                Button::secondary(words.get("visit-certificate"), Some(Message::Certificate))
                    .icon(Icon::Paper)
                    .key("C")
                    .width(Length::Fill),
            );
        }
        ui::card(lines).width(Length::Fill).into()
    }
}

/// The field that asks why a warned dose is given all the same.
pub const REASON: &str = "visit-reason";

/// The button that saves.
pub const SAVE: &str = "visit-save";

/// The field of the batch of a dose.
pub fn batch_id(item: &str) -> widget::Id {
    widget::Id::from(format!("visit-batch-{item}"))
}

fn key_of(item: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    item.hash(&mut hasher);
    hasher.finish()
}

fn small_error<'a>(words: String) -> Element<'a, Message> {
    ui::small_bold(words).color(theme::LATE).into()
}

fn input<'a>(
    value: &'a str,
    on_input: impl Fn(String) -> Message + 'a,
    wrong: bool,
) -> text_input::TextInput<'a, Message> {
    text_input("", value)
        .on_input(on_input)
        .size(SIZE_TEXT)
        .padding(Padding::from([5.0, 8.0]))
        .style(theme::input(wrong))
}

fn batch_field<'a>(at: usize, row_of: &'a Row, words: &Words) -> Element<'a, Message> {
    let typed = input(&row_of.batch, move |batch| Message::Batch(at, batch), false)
        .id(batch_id(&row_of.item))
        .on_submit(Message::BatchFrom(at + 1))
        .width(BATCH_WIDTH);
    row![ui::small(words.get("field-batch")), typed].spacing(gap(2)).align_y(iced::Center).into()
}

/// How a dose stands on the day: late, due, possible, or not yet.
fn standing<'a>(row_of: &Row, day: Option<NaiveDate>, words: &Words) -> Element<'a, Message> {
    let Some(day) = day else { return iced::widget::space().into() };
    match (row_of.allowed, row_of.due, row_of.earliest) {
        (true, Some(due), _) if due < day => {
            let days = (day - due).num_days();
            if days >= i64::from(DEFAULTER_DAYS) {
                tag(Look::Late, late_in_words(words, days))
            } else {
                tag(Look::Good, words.with("today-due-since", &[("n", days.into())]))
            }
        }
        (true, Some(due), _) if due == day => tag(Look::Good, words.get("visit-due")),
        (true, Some(due), _) => tag(Look::Upcoming, words.with("visit-due-on", &[("day", words.day(due).into())])),
        (false, _, Some(earliest)) if earliest > day => {
            tag(Look::Wait, words.with("visit-not-before", &[("day", words.day(earliest).into())]))
        }
        _ => tag(Look::Closed, words.get("status-missed-window")),
    }
}

fn header<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let child = &page.child;
    let sex = match child.sex {
        Sex::Female => "sex-female",
        Sex::Male => "sex-male",
        Sex::Other => "sex-other",
    };
    let mut born = words.day(child.dob);
    if child.dob_estimated {
        born = words.with("date-estimated", &[("date", born.into())]);
    }
    let facts = words.with(
        "visit-facts",
        &[
            ("sex", words.get(sex).into()),
            ("born", born.into()),
            ("age", words.age(child.dob, page.on).into()),
            ("village", (&child.village).into()),
        ],
    );
    let place = if page.landmark.is_empty() { facts } else { format!("{facts} ({})", page.landmark) };
    let mut family = Vec::new();
    if !child.mother.is_empty() {
        family.push(words.with("visit-mother", &[("name", (&child.mother).into())]));
    }
    if !child.father.is_empty() {
        family.push(words.with("visit-father", &[("name", (&child.father).into())]));
    }
    if !child.phone.is_empty() {
        family.push(spaced_phone(&child.phone));
    }
    let worker = match &child.worker {
        Some((_, name)) => words.with("visit-worker", &[("name", name.into())]),
        None => words.with("visit-worker", &[("name", words.get("children-no-worker").into())]),
    };
    let who = column![
        ui::title(words.child_name(&child.name, &child.mother)),
        ui::body(place),
        ui::small(family.join(" · ")),
    ]
    .spacing(2)
    .width(Length::Fill);
    let id = column![ui::bold(child.id.to_string()), ui::small(worker)].spacing(2).align_x(iced::Right);
    row![who, id].spacing(gap(3)).into()
}

/// Since when the first dose that may be given now is due.
fn days_late(page: &ChildPage) -> Option<i64> {
    let due = page.next.iter().filter(|line| line.may_be_given_on(page.on)).filter_map(|line| line.due).min()?;
    Some((page.on - due).num_days()).filter(|late| *late > 0)
}

/// For those who do not record: what is due.
fn due_now<'a>(page: &'a ChildPage, words: &Words) -> Element<'a, Message> {
    let due: Vec<&str> = page
        .next
        .iter()
        .filter(|line| line.may_be_given_on(page.on) && line.due.is_some_and(|due| due <= page.on))
        .map(|line| line.item.as_str())
        .collect();
    if due.is_empty() {
        return ui::body(words.get("visit-nothing-due")).into();
    }
    let said = doses_in_words(words, due.into_iter(), usize::MAX);
    column![ui::small_bold(words.get("visit-give-title")), ui::bold(said)].spacing(gap(1)).into()
}

/// The day of the next visit and what it is for.
fn next_visit(page: &ChildPage) -> Option<(NaiveDate, Vec<&str>)> {
    let open = |line: &&NextLine| {
        matches!(line.status, NextStatus::Due | NextStatus::Overdue | NextStatus::Upcoming) && !line.products.is_empty()
    };
    let day_of = |line: &NextLine| {
        let day = line.due?.max(line.earliest?);
        Some(day.max(page.on))
    };
    let day = page.next.iter().filter(open).filter_map(day_of).min()?;
    let items = page.next.iter().filter(open).filter(|line| day_of(line) == Some(day));
    Some((day, items.map(|line| line.item.as_str()).collect()))
}

fn next_card<'a>(page: &'a ChildPage, words: &Words) -> Element<'a, Message> {
    let on_deep = |said: String| text(said).size(SIZE_TEXT).color(theme::ON_DEEP);
    let said: Element<'a, Message> = match next_visit(page) {
        None => column![
            on_deep(words.get("visit-next-title")),
            text(words.get("visit-next-none"))
                .size(theme::SIZE_TITLE)
                .font(crate::fonts::SCREEN_BOLD)
                .color(theme::ON_DEEP),
        ]
        .spacing(gap(1))
        .into(),
        Some((day, items)) => {
            let doses = doses_in_words(words, items.into_iter(), FOR_MAX_CHARS);
            let (heading, day) = if day == page.on {
                (words.get("visit-next-today-title"), words.get("today-due-today"))
            } else {
                let key = format!("weekday-{}", chrono::Datelike::weekday(&day).number_from_monday());
                (words.with("visit-next-on-title", &[("weekday", words.get(&key).into())]), words.day(day))
            };
            column![
                on_deep(heading),
                ui::number(day, theme::ON_DEEP),
                on_deep(words.with("visit-next-for", &[("doses", doses.into())])),
            ]
            .spacing(2)
            .into()
        }
    };
    container(said).padding(gap(4)).width(Length::Fill).style(theme::deep_card).into()
}

fn history<'a>(page: &'a ChildPage, words: &'a Words) -> Element<'a, Message> {
    // A combined vaccine is one dose with several lines.
    let mut given: Vec<_> = page.doses.iter().map(|dose| (dose.event.origin, dose.event.seq)).collect();
    given.sort_unstable();
    given.dedup();
    let heading = ui::bold(words.with("visit-history-title", &[("n", given.len().into())]));
    let mut lines = column![heading].spacing(gap(2));
    if page.doses.is_empty() {
        lines = lines.push(ui::small(words.get("visit-history-none")));
    } else {
        lines = lines.push(history_names(words)).push(ui::rule());
    }
    for dose in page.doses.iter().rev() {
        lines = lines.push(history_row(dose, words)).push(ui::rule());
    }
    ui::card(lines).width(Length::Fill).into()
}

fn history_names<'a>(words: &Words) -> Element<'a, Message> {
    let name = |key: &str, width: Length| container(ui::small_bold(words.get(key))).width(width);
    row![
        name("visit-column-day", DAY_WIDTH.into()),
        name("visit-column-dose", Length::Fill),
        name("visit-column-status", STATUS_WIDTH.into()),
        name("field-batch", HISTORY_BATCH_WIDTH.into()),
        name("visit-column-by", BY_WIDTH.into()),
        name("visit-column-held", HELD_WIDTH.into()),
    ]
    .spacing(gap(2))
    .into()
}

fn history_row<'a>(dose: &'a DoseLine, words: &Words) -> Element<'a, Message> {
    let look = match dose.status {
        GivenStatus::Valid => Look::Done,
        GivenStatus::InvalidTooEarly => Look::Wrong,
        GivenStatus::Duplicate | GivenStatus::Extra => Look::Upcoming,
    };
    let mut what = column![ui::body(words.dose_label(&dose.item))].spacing(2);
    if let Some(why) = dose.why.and_then(|why| words.reason(why.as_str())) {
        what = what.push(ui::small(why));
    }
    if let Some(reason) = &dose.reason {
        what = what.push(ui::small(words.with("visit-stored-because", &[("reason", reason.into())])));
    }
    let mut by = column![ui::small(dose.by.as_str()).color(theme::INK)].spacing(2);
    if let Some(toy) = &dose.toy {
        by = by.push(ui::small(words.with("visit-from-toy", &[("toy", toy.into())])));
    }
    let (held_look, held) =
        if dose.at_district { (Look::Done, "visit-at-district") } else { (Look::Wait, "visit-only-here") };
    let held: Element<'a, Message> =
        row![ui::icon::small(held_look.icon(), held_look.ink()), ui::small(words.get(held)).color(theme::INK)]
            .spacing(gap(1))
            .align_y(iced::Center)
            .into();
    row![
        container(ui::body(words.day(dose.on))).width(DAY_WIDTH),
        container(what).width(Length::Fill),
        container(tag(look, words.get(&format!("status-{}", dose.status.as_str())))).width(STATUS_WIDTH),
        container(ui::small(dose.batch.as_deref().unwrap_or("–")).color(theme::INK))
            .width(HISTORY_BATCH_WIDTH)
            .clip(true),
        container(by).width(BY_WIDTH).clip(true),
        container(held).width(HELD_WIDTH),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}

/// Each series: how it stands, and why.
fn reasons<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut lines = column![].spacing(gap(3));
    let mut next: Vec<&NextLine> = page.next.iter().collect();
    next.sort_by_key(|line| (rank(line.status), line.due));
    for line in next {
        let look = match line.status {
            NextStatus::Due => Look::Good,
            NextStatus::Overdue => Look::Late,
            NextStatus::Upcoming => Look::Upcoming,
            NextStatus::Complete => Look::Done,
            NextStatus::NotApplicable | NextStatus::MissedWindow | NextStatus::Contraindicated => Look::Closed,
        };
        let heading = row![
            container(ui::bold(words.dose_label(&line.item))).width(Length::Fill),
            tag(look, words.get(&format!("status-{}", line.status.as_str())))
        ]
        .spacing(gap(2))
        .align_y(iced::Center);
        lines = lines.push(column![heading, ui::small(why_in_words(line, page.on, now))].spacing(2));
    }
    headed_card(words.get("visit-why-title"), lines).into()
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
    let open = matches!(line.status, NextStatus::Due | NextStatus::Overdue | NextStatus::Upcoming);
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
