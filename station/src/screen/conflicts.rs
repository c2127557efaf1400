//! Facts that broke a rule: what was told, which rule, what is proposed, and the Admin's answer.

use super::{Hands, Now, blocking};
use crate::ui::tag::filter;
use crate::ui::theme::gap;
use crate::ui::trouble::time_of_day;
use crate::ui::{
    self, Banner, Button, Chosen, Element, Icon, Kind, Look, Press, Trouble, empty, field, focus, note, tag,
};
use crate::words::Words;
use clinic::ledger::EventId;
use clinic::record::command::Command;
use clinic::record::refusal::Field;
use clinic::store::ConflictLine;
use hub_protocol::ChildId;
use iced::widget::{column, row};
use iced::{Length, Task};

const REASON: &str = "conflicts-reason";
/// What was told that stands over the answers: the child, and the dose.
const TOLD_FIRST: usize = 2;

#[derive(Debug, Clone)]
pub struct Loaded {
    open: Vec<ConflictLine>,
    /// How many wait in all.
    waiting: u32,
    settled: Vec<ConflictLine>,
}

pub struct Conflicts {
    loaded: Option<Loaded>,
    /// The answered ones are shown.
    show_settled: bool,
    /// The one that is being answered.
    chosen: Option<EventId>,
    /// The one that the keys mean.
    at: Chosen<EventId>,
    reason: String,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    ShowSettled(bool),
    Choose(EventId),
    Leave,
    Reason(String),
    Settle(bool),
    Settled(Result<(), Trouble>),
    Open(ChildId),
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Said(Banner, Task<Message>),
    Back,
}

impl Conflicts {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            loaded: None,
            show_settled: false,
            chosen: None,
            at: Chosen::default(),
            reason: String::new(),
            busy: false,
            trouble: None,
        };
        (screen, Self::reload(hands))
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            Ok(Loaded {
                open: clinic.conflicts(&session)?,
                waiting: clinic.open_conflicts(&session)?,
                settled: clinic.settled_conflicts(&session, 0)?,
            })
        };
        blocking(read, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        !self.reason.trim().is_empty()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                self.loaded = Some(loaded);
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::ShowSettled(settled) => {
                self.show_settled = settled;
                self.leave();
                self.at.reset();
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
            }
            Message::Choose(event) => {
                self.leave();
                self.chosen = Some(event);
                self.at.choose(event, &self.rows());
                return Action::Run(focus(REASON));
            }
            Message::Leave => self.leave(),
            Message::Reason(typed) => {
                self.reason = typed;
                self.trouble = None;
            }
            Message::Settle(accepted) => return self.settle(accepted, hands),
            Message::Settled(Ok(())) => {
                self.leave();
                return Action::Said(Banner::good(words.get("conflicts-said")), Self::reload(hands));
            }
            Message::Settled(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Open(child) => return Action::Open(child),
            Message::Back => return Action::Back,
        }
        Action::None
    }

    fn leave(&mut self) {
        self.chosen = None;
        self.reason.clear();
        self.trouble = None;
        self.busy = false;
    }

    fn settle(&mut self, accepted: bool, hands: &Hands) -> Action {
        let Some(event) = self.chosen.filter(|_| !self.busy) else { return Action::None };
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let command = Command::SettleConflict { event, accepted, reason: self.reason.clone() };
        Action::Run(blocking(move || Ok(clinic.submit(&session, command).map(|_| ())?), Message::Settled))
    }

    fn lines(&self) -> &[ConflictLine] {
        let Some(loaded) = &self.loaded else { return &[] };
        if self.show_settled { &loaded.settled } else { &loaded.open }
    }

    fn rows(&self) -> Vec<EventId> {
        self.lines().iter().map(|line| line.event).collect()
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        if let Some(event) = self.chosen {
            let acceptable = self.lines().iter().any(|line| line.event == event && line.acceptable);
            match press {
                Press::Escape => self.leave(),
                Press::Letter('T') if acceptable => return self.settle(true, hands),
                Press::Letter('S') => return self.settle(false, hands),
                _ => {}
            }
            return Action::None;
        }
        if press == Press::Escape {
            return Action::Back;
        }
        let rows = self.rows();
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        let event = self.at.seen(&rows, hands.clinic.env().now_ms());
        let Some(line) = self.lines().iter().find(|line| event == Some(line.event)) else { return Action::None };
        let (event, open) = (line.event, line.settled.is_none());
        match (press, line.child.filter(|_| line.of.is_some())) {
            (Press::Enter, _) if open => self.update(Message::Choose(event), hands, words),
            (Press::Letter('O'), Some(child)) => Action::Open(child),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![ui::opened(words.get("conflicts-title"), Message::Back, words)].spacing(gap(3));
        let Some(loaded) = &self.loaded else {
            let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
            main = main.push(trouble.unwrap_or_else(|| ui::working(words.get("shell-loading"))));
            return ui::card(main).width(Length::Fill).into();
        };
        let waiting = words.with("conflicts-open", &[("n", loaded.waiting.into())]);
        main = main.push(
            row![
                filter(Look::Wait, waiting, !self.show_settled, Message::ShowSettled(false)),
                filter(Look::Done, words.get("conflicts-settled"), self.show_settled, Message::ShowSettled(true)),
            ]
            .spacing(gap(2)),
        );
        let lines = if self.show_settled { &loaded.settled } else { &loaded.open };
        // Of which child it is has to be seen with the answers: where every line counts nothing else is.
        if let Some(line) = lines.iter().find(|line| now.room.is_low() && self.chosen == Some(line.event)) {
            let mut said = column![ui::bold(words.get(&format!("conflict-{}", line.kind)))].spacing(gap(1));
            let mut told = told(line, words).into_iter();
            for told in told.by_ref().take(TOLD_FIRST) {
                said = said.push(ui::body(told));
            }
            said = said.push(self.answers(line, words));
            for told in told {
                said = said.push(ui::small(told));
            }
            let answer = ui::card(said.push(advice(line, words))).padding(gap(2)).width(Length::Fill);
            return ui::scroll(answer).width(Length::Fill).height(Length::Fill).into();
        }
        if lines.is_empty() {
            let next = if self.show_settled { "conflicts-none-settled" } else { "conflicts-none-next" };
            main = main.push(empty(Icon::Check, words.get("conflicts-none"), words.get(next)));
        }
        for line in lines {
            let view = self.line_view(line, self.at.is(&line.event), words);
            main = main.push(ui::rule()).push(self.at.row(&line.event, view));
        }
        main = main.push(ui::chosen::how(lines.len(), words));
        ui::scroll(ui::card(main).width(Length::Fill)).width(Length::Fill).height(Length::Fill).into()
    }

    fn line_view<'a>(&'a self, line: &'a ConflictLine, keys: bool, words: &'a Words) -> Element<'a, Message> {
        let mut said = column![ui::bold(words.get(&format!("conflict-{}", line.kind)))].spacing(gap(1));
        for told in told(line, words) {
            said = said.push(ui::body(told));
        }
        let at = [("day", words.day(clinic::date::india(line.at_ms)).into()), ("time", time_of_day(line.at_ms).into())];
        said = said.push(ui::small(words.with("conflicts-came", &at)));
        let mut buttons = row![].spacing(gap(2)).align_y(iced::Center);
        if let Some(settled) = &line.settled {
            let (look, key) = match settled.accepted {
                true => (Look::Done, "conflicts-was-accepted"),
                false => (Look::Closed, "conflicts-was-set-aside"),
            };
            let day = words.day(clinic::date::india(settled.at_ms));
            let by = [("name", (&settled.by).into()), ("day", day.into()), ("reason", (&settled.reason).into())];
            said = said.push(row![tag(look, words.get(key))]).push(ui::small(words.with("conflicts-answer", &by)));
        } else if self.chosen != Some(line.event) {
            let answer = Button::secondary(words.get("conflicts-settle"), Some(Message::Choose(line.event)));
            buttons = buttons.push(if keys { answer.key("Enter") } else { answer });
        }
        // A child that the records do not know cannot be opened.
        if let Some(child) = line.child.filter(|_| line.of.is_some()) {
            let open = Button::quiet(words.get("today-open-child"), Some(Message::Open(child)));
            // While it is answered the keys are the answer's.
            let shown = keys && self.chosen.is_none();
            buttons = buttons.push(if shown { open.key("O") } else { open });
        }
        said = said.push(buttons);
        if self.chosen == Some(line.event) {
            said = said.push(advice(line, words)).push(self.answers(line, words));
        }
        said.width(Length::Fill).into()
    }

    /// Why, and the answers.
    fn answers<'a>(&'a self, line: &'a ConflictLine, words: &'a Words) -> Element<'a, Message> {
        let about = |trouble: &&Trouble| trouble.field() == Some(Field::Reason);
        let wrong = self.trouble.as_ref().filter(about).map(|trouble| trouble.sentence(words));
        let general = self.trouble.as_ref().filter(|t| !about(t)).map(|t| note(Look::Late, t.sentence(words)));
        let press = |accepted| (!self.busy).then_some(Message::Settle(accepted));
        let kind = |accepted| if line.proposed == accepted { Kind::Primary } else { Kind::Secondary };
        let mut buttons = row![].spacing(gap(2)).align_y(iced::Center);
        if line.acceptable {
            buttons = buttons.push(Button::new(kind(true), words.get("conflicts-accept"), press(true)).key("Alt T"));
        }
        buttons = buttons
            .push(Button::new(kind(false), words.get("conflicts-set-aside"), press(false)).key("Alt S"))
            .push(Button::quiet(words.get("shell-cancel"), Some(Message::Leave)).key("Esc"));
        column![
            ui::above(general.into_iter().collect()),
            field(words.get("field-reason"), &self.reason, Message::Reason).id(REASON).error(wrong),
            buttons.wrap().vertical_spacing(gap(1)),
        ]
        .spacing(gap(1))
        .into()
    }
}

/// One kind, one sentence: which answer is proposed, and what to look at first.
fn advice<'a>(line: &ConflictLine, words: &Words) -> Element<'a, Message> {
    let does = if line.acceptable { "conflicts-about" } else { "conflicts-about-set-aside" };
    let proposed = note(Look::Upcoming, words.get(&format!("proposed-{}", line.kind)));
    column![proposed, ui::small(words.get(does))].spacing(gap(2)).into()
}

/// What the fact says, in lines.
fn told(line: &ConflictLine, words: &Words) -> Vec<String> {
    let mut said = Vec::new();
    match (&line.of, line.child) {
        (Some(child), _) => {
            let name = words.child_name(&child.name, &child.mother);
            let args =
                [("child", name.into()), ("born", words.day(child.dob).into()), ("village", (&child.village).into())];
            said.push(words.with("conflicts-child", &args));
        }
        (None, Some(child)) => said.push(words.with("conflicts-unknown-child", &[("id", child.to_string().into())])),
        (None, None) => {}
    }
    if let Some((name, login)) = &line.user {
        said.push(words.with("conflicts-user", &[("name", name.into()), ("login", login.into())]));
    }
    if let Some(product) = &line.product {
        let day = line.on.map_or_else(|| words.get("conflicts-no-day"), |on| words.day(on));
        let args = [("product", words.product(product).into()), ("day", day.into())];
        said.push(words.with("conflicts-dose", &args));
    }
    if let Some(batch) = line.batch.as_ref().filter(|batch| !batch.is_empty()) {
        said.push(words.with("conflicts-batch", &[("batch", batch.into())]));
    }
    match (&line.by, &line.toy) {
        (Some((_, name)), Some(toy)) => {
            said.push(words.with("conflicts-by-toy", &[("name", name.into()), ("toy", toy.into())]));
        }
        (Some((_, name)), None) => said.push(words.with("conflicts-by", &[("name", name.into())])),
        (None, Some(toy)) => said.push(words.with("conflicts-toy", &[("toy", toy.into())])),
        (None, None) => {}
    }
    said
}
