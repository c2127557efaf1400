//! How the list of all children looks.

use super::{Children, Message, Panel, ROW_HEIGHT, SEARCH};
use crate::screen::Now;
use crate::screen::ask_district::{asked_lines, elsewhere, may_ask, waits};
use crate::screen::child::alike::child_name;
use crate::screen::today::{keys, opened_row, spaced_phone};
use crate::ui::tag::filter;
use crate::ui::theme::{LIST_HEAD, gap};
use crate::ui::{self, Button, Element, Icon, Look, empty, field, note, tag};
use crate::words::Words;
use clinic::record::command::CommandKind;
use clinic::record::role::{Right, Role};
use clinic::store::{ChildFilter, ChildLine, Whose};
use iced::Length;
use iced::widget::{column, container, row, text};

/// Chips of villages and workers that stand side by side.
const CHIPS_HEIGHT: f32 = 92.0;
/// Bands of age, in completed months.
const AGES: [(u32, u32, &str); 4] = [
    (0, 12, "children-age-first"),
    (12, 24, "children-age-second"),
    (24, 60, "children-age-to-five"),
    (60, 240, "children-age-older"),
];
const AGE_WIDTH: f32 = 142.0;
const GUARDIAN_WIDTH: f32 = 176.0;
const VILLAGE_WIDTH: f32 = 168.0;
const WORKER_WIDTH: f32 = 168.0;
const NEXT_WIDTH: f32 = 168.0;

impl Children {
    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let count = self.count(words);
        let may_register = now.may(Right::Do(CommandKind::RegisterChild));
        let mut heading = row![column![ui::title(words.get("children-title")), ui::small(count)].width(Length::Fill)]
            .spacing(gap(3))
            .align_y(iced::Center);
        if now.may(Right::Do(CommandKind::MergeChildren)) {
            heading = heading.push(Button::secondary(words.get("children-duplicates"), Some(Message::Duplicates)));
        }
        if may_register {
            heading = heading
                .push(Button::secondary(words.get("children-register"), Some(Message::Register)).icon(Icon::ChildNew));
        }
        let search = field(words.get("children-search"), &self.typed, Message::Typed).id(SEARCH).searches().plain();
        let low = now.room.is_low();
        // Where every line counts, the children come first: the rail says where one is.
        let mut main = match low {
            true => column![row![Element::from(search)].push(self.actions(now)).spacing(gap(2)).align_y(iced::Bottom)],
            false => column![heading, Element::from(search)],
        };
        main = main.push(self.filters(now)).spacing(gap(if low { 1 } else { 3 }));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        if self.rows.total() == Some(0) {
            let any = self.typed.trim().is_empty() && self.filter == ChildFilter::default();
            let (heading, next) = match (any, may_register) {
                (true, true) => ("children-none", "children-none-next"),
                (true, false) => ("children-none", "children-none-wait"),
                (false, _) => ("children-not-found", "children-not-found-next"),
            };
            main = main.push(match self.unknown_number() {
                Some(child) if may_ask(self.asked_for(child), now) => elsewhere(Some(Message::Ask(child)), words),
                Some(child) if self.asked_for(child).is_some_and(waits) => elsewhere(None, words),
                _ => empty(Icon::Search, words.get(heading), words.get(next)),
            });
        } else {
            main = main.extend((!low).then(|| column![column_names(now), ui::rule()].spacing(gap(3)).into()));
            main = main.push(self.rows.view(|n| self.row_view(n, now), Message::Scrolled));
            main = main.extend((!low).then(|| keys(words)));
        }
        // The district's answers move no child that is clicked.
        main = main.extend(asked_lines(&self.asked_told(), Message::TakeBack, now));
        let card = ui::card(main).width(Length::Fill).height(Length::Fill);
        if low { card.padding(gap(2)).into() } else { card.into() }
    }

    /// How many are shown.
    fn count(&self, words: &Words) -> String {
        match self.rows.total() {
            Some(total) if self.more => words.with("children-found-more", &[("n", total.into())]),
            Some(total) if self.typed.trim().is_empty() && self.filter == ChildFilter::default() => {
                words.with("children-count", &[("n", total.into())])
            }
            Some(total) => words.with("children-found", &[("n", total.into())]),
            None => words.get("shell-loading"),
        }
    }

    /// What else can be done here.
    fn actions<'a>(&self, now: Now<'a>) -> Option<Element<'a, Message>> {
        let words = now.words;
        let pairs = now
            .may(Right::Do(CommandKind::MergeChildren))
            .then(|| Button::quiet(words.get("children-duplicates"), Some(Message::Duplicates)));
        let register = now
            .may(Right::Do(CommandKind::RegisterChild))
            .then(|| Button::quiet(words.get("children-register"), Some(Message::Register)));
        let any = pairs.is_some() || register.is_some();
        any.then(|| column![].push(pairs).push(register).align_x(iced::Right).into())
    }

    fn filters<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let is = &self.filter;
        let named = |label: String, on: bool, message: Message| {
            filter(if on { Look::Good } else { Look::Upcoming }, label, on, message)
        };
        let chip = |key: &str, on: bool, message: Message| named(words.get(key), on, message);
        let mut chips: Vec<Element<'a, Message>> = Vec::new();
        if now.room.is_low() {
            let on = self.panel.is_some() || *is != ChildFilter::default();
            chips.push(named(words.get("children-filters"), on, Message::Panel(Panel::All)));
            if self.panel.is_none() {
                if *is != ChildFilter::default() {
                    chips.push(Button::quiet(words.get("children-no-filter"), Some(Message::NoFilter)).into());
                }
                chips.push(ui::small(self.count(words)).into());
                return row(chips).spacing(gap(2)).align_y(iced::Center).wrap().into();
            }
        }
        if now.session.role == Role::PhcWorker {
            let mine = Whose::Of(now.session.user);
            chips.push(chip("children-mine", is.whose == mine, Message::Whose(mine)));
        }
        chips.push(chip("children-nobodys", is.whose == Whose::Nobodys, Message::Whose(Whose::Nobodys)));
        if !self.workers.is_empty() {
            let of = self.workers.iter().find(|(id, ..)| is.whose == Whose::Of(*id));
            let on = of.is_some() || self.panel == Some(Panel::Workers);
            let label = of.map_or_else(|| words.get("children-of-worker"), |(_, name, _)| name.clone());
            chips.push(named(label, on, Message::Panel(Panel::Workers)));
        }
        let on = is.village.is_some() || self.panel == Some(Panel::Villages);
        let label = is.village.clone().unwrap_or_else(|| words.get("children-of-village"));
        chips.push(named(label, on, Message::Panel(Panel::Villages)));
        for (from, to, key) in AGES {
            let age = Some((from, to));
            chips.push(chip(key, is.age_months == age, Message::Age(age)));
        }
        chips.push(chip("children-without-card", is.without_card, Message::WithoutCard));
        chips.push(chip("children-gone", is.gone, Message::Gone));
        if *is != ChildFilter::default() {
            chips.push(Button::quiet(words.get("children-no-filter"), Some(Message::NoFilter)).into());
        }
        let mut all =
            column![row(chips).spacing(gap(2)).align_y(iced::Center).wrap().vertical_spacing(gap(1))].spacing(gap(2));
        let panel: Vec<Element<'a, Message>> = match self.panel {
            None | Some(Panel::All) => Vec::new(),
            Some(Panel::Villages) => self
                .villages
                .iter()
                .map(|village| {
                    let on = is.village.as_ref() == Some(village);
                    filter(Look::Upcoming, village.clone(), on, Message::Village(Some(village.clone())))
                })
                .collect(),
            Some(Panel::Workers) => self
                .workers
                .iter()
                .map(|(id, name, _)| {
                    let whose = Whose::Of(*id);
                    filter(Look::Upcoming, name.clone(), is.whose == whose, Message::Whose(whose))
                })
                .collect(),
        };
        if !panel.is_empty() {
            let chips = row(panel).spacing(gap(2)).wrap().vertical_spacing(gap(1));
            all = all.push(
                container(ui::scroll(container(chips).padding(gap(1)).width(Length::Fill))).max_height(CHIPS_HEIGHT),
            );
        }
        all.into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(child) = self.rows.row(n) else {
            return container(ui::small(words.get("shell-loading"))).height(ROW_HEIGHT).padding(gap(2)).into();
        };
        let one_line = text::Wrapping::None;
        let today = now.today();
        let who = column![
            ui::bold(child_name(&child.name, &child.mother, child.birth_order, words)).wrapping(one_line),
            ui::small(child.id.to_string()).wrapping(one_line)
        ];
        let mut age = words.age(child.dob, today);
        if child.dob_estimated {
            age = words.with("date-estimated", &[("date", age.into())]);
        }
        let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
        let family = column![
            ui::body(guardian.as_str()).wrapping(one_line),
            ui::small(spaced_phone(&child.phone)).wrapping(one_line)
        ];
        let next: Element<'a, Message> = match child.next_due {
            _ if child.gone.is_some() => {
                let gone = child.gone.map(|gone| words.get(&format!("gone-{}", gone.code())));
                tag(Look::Closed, gone.unwrap_or_default())
            }
            Some(due) if due == today => tag(Look::Good, words.get("today-due-today")),
            Some(due) if due < today => {
                let late = now.is_late(due, today);
                let (look, key) =
                    if late { (Look::Late, "children-late-since") } else { (Look::Good, "children-due-since") };
                tag(look, words.with(key, &[("day", words.day(due).into())]))
            }
            Some(due) => tag(Look::Upcoming, words.day(child.come_on.unwrap_or(due))),
            None => tag(Look::Done, words.get("children-nothing-due")),
        };
        let room = now.room;
        // Without room for its own column the village stands under the age.
        let mut age = column![ui::body(age).wrapping(one_line)];
        age = age.push(room.is_narrow().then(|| ui::small(child.village.as_str()).wrapping(one_line)));
        let cell = |text, width: f32| container(ui::body(text).wrapping(one_line)).width(width).clip(true);
        let cells = row![container(who).width(Length::Fill).clip(true), container(age).width(AGE_WIDTH).clip(true),]
            .push((!room.is_tight()).then(|| container(family).width(GUARDIAN_WIDTH).clip(true)))
            .push((!room.is_narrow()).then(|| cell(child.village.clone(), VILLAGE_WIDTH)))
            .push((!room.is_narrow()).then(|| cell(worker_name(child, words), WORKER_WIDTH)))
            .push(container(next).width(NEXT_WIDTH))
            .spacing(gap(3))
            .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.rows.list.chosen == n, Message::Open(child.id))
    }
}

fn column_names<'a>(now: Now<'a>) -> Element<'a, Message> {
    let room = now.room;
    let name =
        |key, width: Length| Element::from(container(ui::small_bold(now.words.get(key))).width(width).clip(true));
    row![name("today-column-child", Length::Fill), name("children-column-age", AGE_WIDTH.into())]
        .push((!room.is_tight()).then(|| name("today-column-guardian", GUARDIAN_WIDTH.into())))
        .push((!room.is_narrow()).then(|| name("field-village", VILLAGE_WIDTH.into())))
        .push((!room.is_narrow()).then(|| name("children-column-worker", WORKER_WIDTH.into())))
        .push(name("children-column-next", NEXT_WIDTH.into()))
        .spacing(gap(3))
        .padding(LIST_HEAD)
        .into()
}

/// Who looks after a child.
pub fn worker_name(child: &ChildLine, words: &Words) -> String {
    match &child.worker {
        Some((_, name)) if child.worker_left => words.with("children-worker-left", &[("name", name.into())]),
        Some((_, name)) => name.clone(),
        None => words.get("children-no-worker"),
    }
}
