//! How a child's page looks.

use super::basket::{Basket, Row};
use super::card::is_free;
use super::past::past;
use super::plan;
use super::reasons::{next_card, reasons};
use super::{Message, Panel, TypedDay, Visit};
use crate::screen::Now;
use crate::screen::children::worker_name;
use crate::screen::today::{doses_in_words, kind_key, late_in_words, spaced_phone, weekday};
use crate::ui::caret::{self, caret};
use crate::ui::theme::{self, RADIUS_ROW, SIZE_NAME, SIZE_TEXT, TIGHT, gap};
use crate::ui::{self, Button, Element, Icon, Look, choice, empty, field, note, tab_stop, tag, tick};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::record::command::CommandKind;
use clinic::record::fact::Sex;
use clinic::record::role::{Query, Right};
use clinic::store::{ChildPage, TaskLine};
use hub::{CardMeaning, CardTold};
use iced::widget::operation::{self, AbsoluteOffset};
use iced::widget::{self, button, column, container, keyed_column, row, text};
use iced::{Length, Padding, Task};
use std::hash::{DefaultHasher, Hash, Hasher};

const SIDE_WIDTH: f32 = 330.0;
const BATCH_WIDTH: f32 = 150.0;
const PRODUCT_WIDTH: f32 = 212.0;
const DATE_WIDTH: f32 = 126.0;

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
        // Whose page it is stays in sight, however far it is scrolled.
        column![name_line(page, now.words), self.parts(page, now)].spacing(gap(2)).into()
    }

    fn parts<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        // The whole width, for what is drawn.
        match &self.panel {
            Panel::Growth(panel) => {
                let parts = (panel.view(now).map(Message::Growth), panel.buttons(now).map(Message::Growth));
                return whole(page, now, parts);
            }
            Panel::Aefi(panel) => {
                let parts = (panel.view(now).map(Message::Aefi), panel.buttons(now).map(Message::Aefi));
                return whole(page, now, parts);
            }
            Panel::Plan => return whole(page, now, (plan::view(page, now), plan::buttons(words))),
            Panel::Give | Panel::PutRight(_) | Panel::Decline(_) | Panel::Certify { .. } | Panel::GiveCard(_) => {}
        }
        let narrow = now.room.is_narrow();
        let next = next_card(page, words);
        let follows = column![self.papers(page, now), reasons(page, now)].spacing(gap(3));
        let side = |next, follows| column![next, follows].spacing(gap(3));
        let panel = match &self.panel {
            Panel::PutRight(panel) => Some(panel.view(now).map(Message::PutRight)),
            Panel::Decline(panel) => Some(panel.view(page, now).map(Message::Decline)),
            Panel::Certify { with_numbers } => Some(self.certify_view(page, *with_numbers, words)),
            Panel::GiveCard(_) => Some(self.give_card_view(page, words)),
            Panel::Give | Panel::Plan | Panel::Growth(_) | Panel::Aefi(_) => None,
        };
        if let Some(panel) = panel {
            let parts = column![header_card(page, now), panel].spacing(gap(3));
            let buttons = match &self.panel {
                Panel::Decline(panel) => Some(panel.buttons(words).map(Message::Decline)),
                Panel::PutRight(panel) => Some(panel.buttons(now).map(Message::PutRight)),
                Panel::Certify { .. } => Some(self.certify_buttons(words)),
                _ => None,
            };
            let whole = |parts| {
                let parts = ui::scroll(parts).id(PAGE).width(Length::Fill).height(Length::Fill);
                column![parts].push(buttons).spacing(gap(3)).into()
            };
            return match narrow {
                true => whole(parts.push(side(next, follows))),
                false => beside(whole(parts), side(next, follows).into()),
            };
        }
        let may_correct = now.may(Right::Do(CommandKind::CorrectDose));
        let visit = column![self.visit_card(page, now)].spacing(gap(3));
        let past = past(page, may_correct, now);
        // The buttons stay in sight, however much is due.
        let whole = |main| {
            let main = ui::scroll(main).id(PAGE).width(Length::Fill).height(Length::Fill);
            column![main, self.buttons(now)].spacing(gap(3)).into()
        };
        match narrow {
            // What is read out to the family comes first then.
            true if self.is_done() => whole(column![next, visit, follows, past].spacing(gap(3))),
            true => whole(visit.push(side(next, follows)).push(past)),
            false => beside(whole(visit.push(past)), side(next, follows).into()),
        }
    }

    fn visit_card<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let before = self.from_before.then(|| {
            let empty = Button::quiet(words.get("register-empty"), Some(Message::Empty));
            let said = container(note(Look::Wait, words.get("register-from-before"))).width(Length::Fill);
            row![said, empty].spacing(gap(2)).align_y(iced::Center).into()
        });
        let said = before.into_iter().chain(trouble).collect();
        let mut main = column![header(page, now), self.tasks(page, now), ui::above(said), ui::rule()].spacing(gap(2));
        main = if now.may(Right::Do(CommandKind::RecordDose)) {
            main.push(self.give(page, now))
        } else {
            main.push(due_now(page, words)).push(ui::small(words.get("visit-worker-records")))
        };
        ui::card(main).width(Length::Fill).into()
    }

    /// What somebody was asked to do about this child.
    fn tasks<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Option<Element<'a, Message>> {
        let words = now.words;
        let closes = self.task_to_close(now.session);
        let line = |task: &'a TaskLine| {
            let who = [("name", (&task.worker.1).into()), ("day", words.day(task.due).into())];
            let who = words.with("today-task-due", &who);
            let said = if task.note.is_empty() { who } else { format!("{who} · {}", task.note) };
            let what = tag(Look::Wait, words.get(kind_key(task.kind)));
            let mut line = row![what, ui::body(said).width(Length::Fill)].spacing(gap(2)).align_y(iced::Center);
            if closes == Some(task.id) {
                let done = Button::secondary(words.get("visit-task-done"), Some(Message::CloseTask(task.id)));
                line = line.push(done.key("T"));
            }
            line.into()
        };
        let lines: Vec<_> = page.open_tasks.iter().map(line).collect();
        (!lines.is_empty()).then(|| widget::Column::with_children(lines).spacing(gap(1)).into())
    }

    fn give<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let (day, words) = (self.day(), now.words);
        let title = match self.elsewhere {
            Some(_) => "visit-elsewhere",
            // "To give" over "all is given" would say both.
            None if self.basket.rows().is_empty() => "visit-doses-title",
            None => "visit-give-title",
        };
        let mut heading = row![ui::bold(words.get(title))].spacing(gap(3)).align_y(iced::Center);
        let late = days_late(page, now).filter(|_| self.elsewhere.is_none()).map(|late| {
            ui::small_bold(words.with("visit-late", &[("late", late_in_words(words, late, page.on).into())]))
        });
        // Where they do not fit in one line, the day is what is written into.
        let (beside, below) = if now.room.is_tight() { (None, late) } else { (late, None) };
        heading = heading.push(beside).push(ui::push()).push(self.day_field(words, page.on));

        let mut list = column![column![heading].push(below).spacing(gap(1))].spacing(gap(1));
        if let Some(proof) = &self.elsewhere {
            let asked = field(words.get("visit-elsewhere-proof"), proof, Message::Proof)
                .id(PROOF)
                .hint(words.get("visit-elsewhere-hint"))
                .on_enter(Message::BatchFrom(0));
            let here = Button::quiet(words.get("visit-here"), Some(Message::Elsewhere)).key("E");
            let asked = row![Element::from(asked), Element::from(here)].spacing(gap(2)).align_y(iced::Center);
            let said = container(asked).padding(gap(2)).width(Length::Fill);
            list = list.push(said.style(theme::chip(theme::colors().upcoming_back, theme::RADIUS)));
        }
        let rows = self.basket.rows();
        let mut said = Vec::new();
        let nothing = |key| empty(Icon::Check, words.get(key), words.get("visit-nothing-due-next"));
        if self.asks_whence {
            let here = Button::secondary(words.get("visit-whence-here"), Some(Message::HereToday)).key("H");
            let paper = Button::secondary(words.get("visit-whence-paper"), Some(Message::Elsewhere)).key("E");
            let asked = note(Look::Wait, words.get("visit-whence"));
            said.push(column![asked, row![here, paper].spacing(gap(3))].spacing(gap(2)).into());
        }
        if rows.is_empty() {
            said.push(match (&self.elsewhere, day) {
                (Some(_), None) => note(Look::Wait, words.get("visit-elsewhere-when")),
                _ if self.saved > 0 => nothing("visit-all-saved"),
                _ => nothing("visit-nothing-due"),
            });
        }
        // It comes and goes while somebody types below.
        list = list.push(ui::above(said));
        // By dose, so that the focus stays with its dose when others are saved and go.
        let keyed = rows.iter().enumerate().map(|(at, row)| {
            let line = column![self.give_row(at, row, day, now), ui::rule()].spacing(gap(1));
            (key_of(&row.item), line.into())
        });
        list = list.push(keyed_column(keyed).spacing(gap(1)));
        let elsewhere = Button::quiet(words.get("visit-elsewhere"), Some(Message::Elsewhere)).key("E");
        let others = row![].push((self.elsewhere.is_none() && !self.asks_whence).then_some(elsewhere));
        let others = others.push(self.is_full(now).then(|| self.show_all(words)));
        list.push(others.spacing(gap(2)).wrap().vertical_spacing(gap(1))).into()
    }

    fn buttons<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![].spacing(gap(3));
        if now.may(Right::Do(CommandKind::RecordDose)) {
            all = all.push(self.save_button(words));
            all = all.push((!self.is_full(now)).then(|| self.show_all(words)));
        }
        if let Some(undo) = self.undoable(now.now_ms).filter(|_| !self.busy) {
            let words = words.with("visit-undo", &[("n", undo.doses.len().into())]);
            all = all.push(Button::secondary(words, Some(Message::Undo)).key("U"));
        }
        let back = Button::secondary(words.get("shell-back"), Some(Message::Back)).key("Esc");
        let back = (!self.is_done()).then_some(back);
        let all: Element<'a, Message> = match now.room.is_tight() {
            true => all.push(back).wrap().vertical_spacing(gap(1)).into(),
            false => all.push(ui::push()).push(back).into(),
        };
        // Beside what Enter does, and in sight however far the page is scrolled.
        let asked = self.asks_for_batch().then(|| note(Look::Wait, words.get("visit-no-batch")));
        column![].push(asked).push(all).spacing(gap(2)).into()
    }

    /// With the button that takes back there is no room for every other one in a line, and news would cover a second.
    fn is_full(&self, now: Now<'_>) -> bool {
        now.room.is_tight() && !self.busy && self.undoable(now.now_ms).is_some()
    }

    fn show_all<'a>(&self, words: &Words) -> Button<'a, Message> {
        let key = if self.all { "visit-show-fewer" } else { "visit-show-all" };
        Button::secondary(words.get(key), Some(Message::ShowAll)).key("M")
    }

    fn save_button<'a>(&self, words: &Words) -> Button<'a, Message> {
        let count = self.basket.shots().len();
        let (main, message) = match (self.busy, count) {
            (true, _) => (words.get("shell-saving"), None),
            (false, 0) if self.is_done() => (words.get("visit-next-child"), Some(Message::NextChild)),
            (false, 0) => (words.get("visit-save-none"), None),
            (false, n) => {
                let key = if self.elsewhere.is_some() { "visit-save-elsewhere" } else { "visit-save" };
                (words.with(key, &[("n", n.into())]), self.day().map(|_| Message::Save))
            }
        };
        // Who goes from field to field goes on with Enter.
        let key = if self.is_in_fields() { "Ctrl S" } else { "Enter" };
        Button::primary(main, message).key(key).id(SAVE)
    }

    fn day_field<'a>(&'a self, words: &'a Words, today: NaiveDate) -> Element<'a, Message> {
        let said: Element<'a, Message> = match self.typed_day() {
            TypedDay::Good(day) if day == today => ui::small(words.get("visit-day-today")).into(),
            TypedDay::Good(day) => tag(Look::Wait, weekday(words, day)),
            TypedDay::Future => small_error(words.get("register-dob-future")),
            TypedDay::BeforeBirth => small_error(words.get("visit-day-before-birth")),
            TypedDay::NoSuchDay => small_error(words.get("visit-day-no-such")),
            // Nothing is wrong before anything is written.
            TypedDay::Unfinished if self.on.is_empty() => ui::small(words.get("visit-day-unreadable")).into(),
            TypedDay::Unfinished => small_error(words.get("visit-day-unreadable")),
        };
        let typed = input(&self.on, Message::On, self.day().is_none() && !self.on.is_empty())
            .on_submit(Message::BatchFrom(0))
            .id(tab_stop::id(ON))
            .width(DATE_WIDTH);
        row![ui::small_bold(words.get("visit-day")), caret(typed), said].spacing(gap(2)).align_y(iced::Center).into()
    }

    fn give_row<'a>(
        &'a self,
        at: usize,
        row_of: &'a Row,
        day: Option<NaiveDate>,
        now: Now<'a>,
    ) -> Element<'a, Message> {
        let words = now.words;
        let part_of = self.basket.part_of(at);
        let label = text(words.dose_label(&row_of.item)).size(SIZE_NAME).font(crate::fonts::SCREEN_BOLD);
        let mut face = row![choice::mark(row_of.ticked), label.color(theme::colors().ink), standing(row_of, day, now)]
            .spacing(gap(3))
            .align_y(iced::Center);
        if let Some(on) = row_of.refused {
            face = face.push(tag(Look::Wait, words.with("visit-refused-on", &[("day", words.day(on).into())])));
        }
        let ticked = button(face.wrap().vertical_spacing(gap(1)))
            .padding(Padding::from([gap(1) + TIGHT, gap(2)]))
            .width(Length::Fill)
            .style(theme::row_style(false))
            .on_press(Message::Tick(at));
        let product: Element<'a, Message> = if row_of.ticked && row_of.has_choice() {
            let name = words.product(row_of.product());
            let label = words.with("visit-as-product", &[("product", name.into())]);
            let change = Button::quiet(label, Some(Message::Product(at)));
            let change = if self.basket.offered(at).is_empty() { change } else { change.id(CHANGE) };
            if self.basket.first_choice() == Some(at) { change.key("V").into() } else { change.into() }
        } else {
            iced::widget::space().into()
        };
        let batch: Element<'a, Message> = match part_of {
            Some(first) => {
                let first = words.dose_label(&first.item);
                ui::small(words.with("visit-same-injection", &[("dose", first.into())])).into()
            }
            None if row_of.ticked => batch_field(at, row_of, self.asks_for_batch(), words),
            None => iced::widget::space().into(),
        };
        let ticked = tab_stop(ticked, Message::Tick(at)).by_space().radius(RADIUS_ROW);
        let vial = row![container(product).width(PRODUCT_WIDTH), container(batch).width(BATCH_WIDTH + 52.0)];
        let vial = vial.spacing(gap(2)).align_y(iced::Center);
        let line: Element<'a, Message> = match now.room.is_tight() {
            true => column![ticked, container(vial).align_right(Length::Fill)].into(),
            false => row![ticked, vial].spacing(gap(2)).align_y(iced::Center).into(),
        };
        let mut all = column![line].spacing(gap(1));
        all = all.push(offered_products(&self.basket, at, words, Message::TakeProduct));
        let others = self.basket.other_batches(at);
        if !others.is_empty() {
            let mut offered = row![ui::push(), ui::small(words.get("visit-batch-or"))].spacing(gap(2));
            for batch in others {
                offered = offered.push(Button::quiet(batch.to_owned(), Some(Message::Batch(at, batch.to_owned()))));
            }
            all = all.push(offered.align_y(iced::Center));
        }
        let Some(warning) = row_of.warning.filter(|_| part_of.is_none()) else { return all.into() };
        let asked = field(words.get("visit-reason"), &row_of.reason, move |typed| Message::Reason(at, typed))
            .id(REASON)
            .plain();
        let warned =
            column![ui::body(warning.words(words)).color(theme::colors().wait), Element::from(asked)].spacing(gap(2));
        let warned = container(warned).padding(gap(3)).width(Length::Fill);
        all.push(warned.style(theme::chip(theme::colors().wait_back, theme::RADIUS))).into()
    }

    /// Is the certificate meant, and what will it certify?
    fn certify_view<'a>(&self, page: &'a ChildPage, with_numbers: bool, words: &Words) -> Element<'a, Message> {
        let name = words.child_name(&page.child.name, &page.child.mother);
        let mut lines = column![ui::title(words.with("certify-title", &[("name", name.into())]))].spacing(gap(3));
        // It cannot be taken back when the rest is given.
        let open = page.next.iter().filter(|line| line.is_due_on(page.on)).map(|line| line.item.as_str());
        let open = doses_in_words(words, open.collect::<Vec<_>>().into_iter(), usize::MAX);
        if !open.is_empty() {
            lines = lines.push(note(Look::Wait, words.with("certify-open", &[("doses", open.into())])));
        }
        lines = lines.push(ui::body(words.get("certify-about")));
        if let Some(last) = page.certificates.first() {
            let args = [("number", last.no.to_string().into()), ("day", words.day(last.on).into())];
            lines = lines.push(ui::body(words.with("certify-before", &args)));
        }
        let form = &page.details;
        if [&form.rch, &form.uwin, &form.abha].into_iter().any(|number| !number.is_empty()) {
            lines = lines.push(tick(words.get("certify-numbers"), with_numbers, Message::CertifyNumbers));
        }
        ui::card(lines).width(Length::Fill).into()
    }

    fn certify_buttons<'a>(&self, words: &Words) -> Element<'a, Message> {
        let issue = Button::primary(words.get("certify-issue"), (!self.busy).then_some(Message::Certify)).key("Enter");
        let leave = Button::secondary(words.get("shell-cancel"), Some(Message::LeavePanel)).key("Esc");
        row![issue, ui::push(), leave].spacing(gap(3)).into()
    }

    /// The card, the certificate and the other papers.
    fn papers<'a>(&'a self, page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let free = now.card.is_some_and(|on| is_free(&on.meaning));
        let mut lines = column![].spacing(gap(2));
        let told =
            now.card.filter(|on| on.meaning == CardMeaning::Child(page.child.id)).and_then(|on| on.told.as_ref());
        if let Some(told) = told.filter(|told| !told.doses.is_empty() || told.more > 0) {
            lines = lines.push(self.told(told, now));
        }
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
        let part = |label: String, icon, letter, message| {
            Button::secondary(label, Some(message)).icon(icon).key(letter).width(Length::Fill)
        };
        lines = lines.push(part(words.get("visit-plan"), Icon::Check, "S", Message::OpenPlan));
        lines = lines.push(part(words.get("visit-growth"), Icon::Chart, "G", Message::OpenGrowth));
        if now.may(Right::Do(CommandKind::DeclineDose)) {
            lines = lines.push(part(words.get("visit-decline"), Icon::Cross, "D", Message::OpenDecline));
        }
        if now.may(Right::See(Query::Aefis)) {
            lines = lines.push(part(words.get("visit-aefi"), Icon::Triangle, "A", Message::OpenAefi));
        }
        if now.may(Right::Do(CommandKind::IssueCertificate)) {
            lines = lines.push(
                Button::secondary(words.get("visit-certificate"), Some(Message::Certificate))
                    .icon(Icon::Paper)
                    .key("C")
                    .width(Length::Fill),
            );
        }
        lines = lines.push(part(words.get("papers-open"), Icon::Paper, "P", Message::Papers));
        ui::card(lines).width(Length::Fill).into()
    }
}

impl Visit {
    /// What the card tells that does not stand in the record, and the way to put it there.
    fn told<'a>(&'a self, told: &'a CardTold, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![].spacing(gap(1));
        if !told.doses.is_empty() {
            let from = match &told.station {
                Some(station) => words.with("visit-card-tells", &[("station", station.clone().into())]),
                None => words.get("visit-card-tells-here"),
            };
            lines = lines.push(ui::body(from).color(theme::colors().wait));
        }
        for (product, on) in &told.doses {
            let day = clinic::date::to_date(*on).map(|on| words.day(on)).unwrap_or_default();
            lines = lines.push(ui::small(format!("{} · {day}", words.product(product))));
        }
        if told.more > 0 {
            let more = words.with("live-card-more", &[("n", i64::from(told.more).into())]);
            lines = lines.push(ui::small(more).color(theme::colors().wait));
        }
        if !told.doses.is_empty() && now.may(Right::Do(CommandKind::RecordDose)) {
            let take = (!self.busy).then_some(Message::TakeDoses);
            lines =
                lines.push(Button::primary(words.get("visit-card-take"), take).icon(Icon::Card).width(Length::Fill));
        }
        let lines = container(lines).padding(gap(3)).width(Length::Fill);
        lines.style(theme::chip(theme::colors().wait_back, theme::RADIUS)).into()
    }
}

/// The field that asks why a warned dose is given all the same.
pub const REASON: &str = "visit-reason";

/// The field of the day on which the doses were given.
pub const ON: &str = "visit-on";

/// The field of the proof of a dose that was given elsewhere.
pub const PROOF: &str = "visit-proof";

/// The button of the vaccine that is being changed.
pub const CHANGE: &str = "visit-change";
/// The button that saves.
pub const SAVE: &str = "visit-save";
/// What is scrolled.
pub const PAGE: &str = "visit-page";

/// What opens in place of what is given is read from its beginning.
pub fn from_the_top<M: Send + 'static>() -> Task<M> {
    operation::scroll_to(PAGE, AbsoluteOffset { x: None, y: Some(0.0) })
}

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
    ui::small_bold(words).color(theme::colors().late).into()
}

fn input<'a>(value: &'a str, on_input: impl Fn(String) -> Message + 'a, wrong: bool) -> caret::Input<'a, Message> {
    caret::input(value)
        .on_input(on_input)
        .size(SIZE_TEXT)
        .padding(Padding::from([gap(1), gap(2)]))
        .style(theme::input(wrong))
}

fn batch_field<'a>(at: usize, row_of: &'a Row, asked: bool, words: &Words) -> Element<'a, Message> {
    let missing = asked && row_of.batch.trim().is_empty();
    let typed = input(&row_of.batch, move |batch| Message::Batch(at, batch), missing)
        .id(batch_id(&row_of.item))
        .on_submit(Message::BatchFrom(at + 1))
        .width(BATCH_WIDTH);
    row![ui::small(words.get("field-batch")), caret(typed)].spacing(gap(2)).align_y(iced::Center).into()
}

/// The products from which one is chosen for a dose now.
pub fn offered_products<'a, M: Clone + 'a>(
    basket: &Basket,
    at: usize,
    words: &Words,
    take: fn(usize, String) -> M,
) -> Option<Element<'a, M>> {
    let offered = basket.offered(at);
    if offered.is_empty() {
        return None;
    }
    let mut line = row![ui::push()].spacing(gap(2)).align_y(iced::Center);
    for (product, chosen) in offered {
        line = line.push(ui::button::offered(words.product(&product), chosen, take(at, product)));
    }
    Some(line.push(ui::small(words.get("visit-product-keys"))).wrap().vertical_spacing(gap(1)).into())
}

/// How a dose stands on the day: late, due, possible, or not yet.
fn standing<'a>(row_of: &Row, day: Option<NaiveDate>, now: Now<'_>) -> Element<'a, Message> {
    let words = now.words;
    let Some(day) = day else { return iced::widget::space().into() };
    match (row_of.allowed, row_of.due, row_of.earliest) {
        (true, Some(due), _) if due < day => {
            let days = (day - due).num_days();
            if now.is_late(due, day) {
                tag(Look::Late, late_in_words(words, days, day))
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

/// A part that takes the whole width; its buttons stay in sight.
fn whole<'a>(
    page: &'a ChildPage,
    now: Now<'a>,
    (part, buttons): (Element<'a, Message>, Element<'a, Message>),
) -> Element<'a, Message> {
    let parts = column![header_card(page, now), part].spacing(gap(3));
    column![ui::scroll(parts).id(PAGE).width(Length::Fill).height(Length::Fill), buttons].spacing(gap(3)).into()
}

/// What follows from a visit, at its right.
fn beside<'a>(main: Element<'a, Message>, side: Element<'a, Message>) -> Element<'a, Message> {
    row![main, ui::scroll(side).width(SIDE_WIDTH).height(Length::Fill)].spacing(gap(3)).into()
}

/// The child in one line.
fn name_line<'a>(page: &'a ChildPage, words: &Words) -> Element<'a, Message> {
    let child = &page.child;
    let facts = format!("{} · {}", words.age(child.dob, page.on), child.village);
    let name = ui::title(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None);
    let facts = ui::small(facts).wrapping(text::Wrapping::None);
    container(row![name, facts].spacing(gap(3)).align_y(iced::Center)).width(Length::Fill).clip(true).into()
}

fn header_card<'a>(page: &'a ChildPage, now: Now<'a>) -> Element<'a, Message> {
    ui::card(header(page, now)).width(Length::Fill).into()
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
    let worker = words.with("visit-worker", &[("name", worker_name(child, words).into())]);
    let mut who = column![ui::body(place), ui::small(family.join(" · "))].spacing(TIGHT).width(Length::Fill);
    if let Some((why, day)) = page.gone {
        let why = words.get(&format!("gone-{}", why.code()));
        who = who
            .push(tag(Look::Closed, words.with("record-gone", &[("why", why.into()), ("day", words.day(day).into())])));
    }
    for line in page.growth.iter().filter(|line| line.found.as_ref().is_some_and(|found| !found.doubted().is_empty())) {
        let said = words.with("visit-measured-doubted", &[("day", words.day(line.on).into())]);
        who = who.push(tag(Look::Wrong, said));
    }
    let id = column![ui::bold(child.id.to_string()), ui::small(worker)].spacing(TIGHT).align_x(iced::Right);
    row![who, id].spacing(gap(3)).into()
}

/// For how long the first dose is late that may be given now.
fn days_late(page: &ChildPage, now: Now<'_>) -> Option<i64> {
    let due = page.next.iter().filter(|line| line.may_be_given_on(page.on)).filter_map(|line| line.due).min()?;
    now.is_late(due, page.on).then(|| (page.on - due).num_days())
}

/// For those who do not record: what is due.
fn due_now<'a>(page: &'a ChildPage, words: &Words) -> Element<'a, Message> {
    let due: Vec<&str> =
        page.next.iter().filter(|line| line.is_due_on(page.on)).map(|line| line.item.as_str()).collect();
    if due.is_empty() {
        return ui::body(words.get("visit-nothing-due")).into();
    }
    let said = doses_in_words(words, due.into_iter(), usize::MAX);
    column![ui::small_bold(words.get("visit-give-title")), ui::bold(said)].spacing(gap(1)).into()
}
