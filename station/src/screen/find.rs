//! Children to be found, for the people of the community who help families to come: house, month of birth, session,
//! and what came of the visit. Nothing else of a child is here.

use super::undo::{self, Undo};
use super::{Hands, Now, blocking};
use crate::ui::list::{List, Scrolled};
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Banner, Button, Element, Icon, Look, Press, Trouble, empty, note, tag};
use crate::words::Words;
use clinic::date::to_day;
use clinic::ledger::EventId;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{CallMade, CallOutcome};
use clinic::record::role::Right;
use clinic::store::{FIND_PAGE, FindLine, FindList};
use hub_protocol::ChildId;
use iced::widget::{button, column, container, row};
use iced::{Length, Padding, Task};

const ROW_HEIGHT: f32 = 92.0;
const LETTER_WIDTH: f32 = 52.0;
const SESSION_WIDTH: f32 = 250.0;

pub struct Find {
    list: Option<FindList>,
    trouble: Option<Trouble>,
    rows: List,
    offset: u32,
    busy: bool,
    /// The answer that was written down last, and when.
    undo: Option<(Undo, u64)>,
}

#[derive(Clone)]
pub enum Message {
    /// The page that begins there.
    Loaded(u32, Result<FindList, Trouble>),
    Scrolled(Scrolled),
    Page(u32),
    Choose(usize),
    Told(ChildId, CallOutcome),
    Saved(Result<EventId, Trouble>),
    Undo,
    Undone(Undo, Result<(), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
}

/// What a helper says of a family, with the day the family named: the session's.
const OUTCOMES: [(CallOutcome, &str, char, &str); 4] = [
    (CallOutcome::WillCome, "find-told", 'W', "W"),
    (CallOutcome::NoAnswer, "find-not-home", 'N', "N"),
    (CallOutcome::Moved, "called-moved", 'M', "M"),
    (CallOutcome::Refused, "find-does-not-want", 'R', "R"),
];

impl Find {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let rows = List::new("find-list", ROW_HEIGHT);
        let screen = Self { list: None, trouble: None, rows, offset: 0, busy: false, undo: None };
        let read = screen.reload(hands);
        (screen, read)
    }

    /// Each time it is read it is noted who looked.
    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (Hands { clinic, session, .. }, offset) = (hands.clone(), self.offset);
        blocking(move || Ok(clinic.find_list(&session, offset)?), move |list| Message::Loaded(offset, list))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(offset, _) if offset != self.offset => {}
            Message::Loaded(_, Ok(list)) => {
                let was = self.chosen().map(|line| line.child);
                let find = |child| list.rows.iter().position(|line| line.child == child);
                self.rows.follow(was, find, list.rows.len(), hands.clinic.env().now_ms());
                self.list = Some(list);
                self.trouble = None;
            }
            Message::Loaded(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Scrolled(to) => self.rows.scrolled(to),
            Message::Choose(n) => self.rows.chosen = n,
            Message::Page(offset) => {
                self.list = None;
                self.offset = offset;
                return Action::Run(Task::batch([self.rows.reset(), self.reload(hands)]));
            }
            Message::Told(child, outcome) => return self.told(child, outcome, hands),
            Message::Saved(Ok(call)) => {
                self.busy = false;
                self.undo = Some((Undo::Call(call), hands.clinic.env().now_ms()));
                return Action::Said(Banner::good(words.get("find-saved")), self.reload(hands));
            }
            Message::Undo => return self.undo(hands),
            Message::Undone(undo, Ok(())) => {
                self.busy = false;
                return Action::Said(Banner::wait(words.get(undo.done())), self.reload(hands));
            }
            Message::Saved(Err(trouble)) | Message::Undone(_, Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    fn told(&mut self, child: ChildId, outcome: CallOutcome, hands: &Hands) -> Action {
        let Some(list) = self.list.as_ref().filter(|_| !self.busy) else { return Action::None };
        let Some(line) = list.rows.iter().find(|line| line.child == child) else { return Action::None };
        let will_come_on = (outcome == CallOutcome::WillCome).then(|| to_day(line.session_on));
        let call = CallMade { child, on: to_day(list.on), outcome, will_come_on, note: String::new() };
        self.busy = true;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.submit(&session, Command::RecordCall(call))?.event);
        Action::Run(blocking(work, Message::Saved))
    }

    fn undoable(&self, now_ms: u64) -> Option<Undo> {
        undo::still(self.undo, now_ms)
    }

    fn undo(&mut self, hands: &Hands) -> Action {
        let Some(undo) = self.undoable(hands.clinic.env().now_ms()).filter(|_| !self.busy) else {
            return Action::None;
        };
        self.undo = None;
        self.busy = true;
        Action::Run(hands.submit(undo.command(), move |done| Message::Undone(undo, done)))
    }

    fn chosen(&self) -> Option<&FindLine> {
        self.list.as_ref()?.rows.get(self.rows.chosen)
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let len = self.list.as_ref().map_or(0, |list| list.rows.len());
        if let Some(task) = self.rows.press(press, len) {
            return Action::Run(task);
        }
        if press == Press::Letter('U') {
            return self.undo(hands);
        }
        let is_seen = self.rows.is_seen(hands.clinic.env().now_ms());
        let Some(child) = self.chosen().filter(|_| is_seen).map(|line| line.child) else { return Action::None };
        let outcome = OUTCOMES.into_iter().find(|(.., letter, _)| press == Press::Letter(*letter));
        match outcome.filter(|_| hands.session.may(Right::Do(CommandKind::RecordCall))) {
            Some((outcome, ..)) => self.told(child, outcome, hands),
            None => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![ui::title(words.get("find-title"))].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.list {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(list) if list.rows.is_empty() => {
                main = main.push(empty(Icon::Check, words.get("find-none"), words.get("find-none-next")));
                main = main.push(self.undo_button(now));
            }
            Some(list) => {
                let day = list.valid_until.map_or_else(String::new, |day| words.day(day));
                let said = words.with("find-until", &[("n", list.total.into()), ("day", day.into())]);
                main = main.push(ui::small(said));
                let view = |n: usize| match list.rows.get(n) {
                    Some(line) => self.row_view((n, line), list, now),
                    None => ui::rule(),
                };
                main = main.push(self.rows.view(list.rows.len(), view, Message::Scrolled));
                main = main.push(self.pages(list, now));
            }
        }
        ui::card(main).width(Length::Fill).height(Length::Fill).into()
    }

    fn undo_button<'a>(&self, now: Now<'a>) -> Option<Element<'a, Message>> {
        let undo = |undo: Undo| Button::quiet(now.words.get(undo.label()), Some(Message::Undo)).key("U");
        self.undoable(now.now_ms).map(|what| undo(what).into())
    }

    fn pages<'a>(&'a self, list: &FindList, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![].spacing(gap(2)).align_y(iced::Center);
        if now.room.is_tight() && now.may(Right::Do(CommandKind::RecordCall)) {
            for (_, key, _, letter) in OUTCOMES {
                all = all.push(ui::button::key_cap(letter, theme::colors().muted)).push(ui::small(words.get(key)));
            }
        }
        if self.offset > 0 {
            let before = Message::Page(self.offset.saturating_sub(FIND_PAGE));
            all = all.push(Button::quiet(words.get("shell-page-before"), Some(before)));
        }
        all = all.push(self.undo_button(now));
        let next = self.offset + FIND_PAGE;
        if next < list.total {
            all = all.push(Button::quiet(words.get("shell-page-next"), Some(Message::Page(next))));
        }
        all.wrap().vertical_spacing(gap(1)).into()
    }

    fn row_view<'a>(
        &'a self,
        (n, line): (usize, &'a FindLine),
        list: &'a FindList,
        now: Now<'a>,
    ) -> Element<'a, Message> {
        let words = now.words;
        let letter = if line.letter.is_empty() { "·" } else { line.letter.as_str() };
        let house = if line.landmark.is_empty() {
            line.village.clone()
        } else {
            format!("{} · {}", line.landmark, line.village)
        };
        let (year, month) = line.born;
        let born = words.with(
            "find-born",
            &[("month", words.get(&format!("month-{month}")).into()), ("year", year.to_string().into())],
        );
        // A lone letter beside a house says nothing of itself.
        let born = match line.letter.as_str() {
            "" => born,
            letter => format!("{} · {born}", words.with("find-letter", &[("letter", letter.into())])),
        };
        let place = if line.session_place.is_empty() { &list.clinic } else { &line.session_place };
        let session = column![
            tag(
                if line.overdue { Look::Late } else { Look::Good },
                words.get(if line.overdue { "find-overdue" } else { "find-due" })
            ),
            ui::small(format!("{} · {place}", words.day(line.session_on))),
        ]
        .spacing(TIGHT);
        let mut who = column![ui::bold(house), ui::small(born)].spacing(TIGHT).width(Length::Fill);
        if let Some((on, outcome)) = line.told {
            let outcome = words.get(&format!("call-{}", outcome.code()));
            let said = words.with("call-told", &[("outcome", outcome.into()), ("day", words.day(on).into())]);
            who = who.push(ui::small(said));
        }
        let chosen = self.rows.chosen == n;
        let mut buttons = row![].spacing(gap(1));
        if now.may(Right::Do(CommandKind::RecordCall)) {
            for (outcome, key, _, letter) in OUTCOMES {
                let press = (!self.busy).then_some(Message::Told(line.child, outcome));
                let answer = Button::quiet(words.get(key), press);
                // The keys are of the chosen row; words twice as large leave no room for them.
                let shown = chosen && !now.room.is_tight();
                buttons = buttons.push(if shown { answer.key(letter) } else { answer });
            }
        }
        let letter = container(ui::title(letter)).width(LETTER_WIDTH);
        let who = row![who, container(session).width(SESSION_WIDTH)].spacing(gap(3));
        let face: Element<'a, Message> = match now.room.is_tight() {
            // The four answers need the whole width.
            true => column![row![letter, who].align_y(iced::Center), buttons.spacing(0)].into(),
            false => row![letter, column![who, buttons].spacing(TIGHT)].spacing(gap(2)).align_y(iced::Center).into(),
        };
        let face = button(container(face).center_y(Length::Fill))
            .padding(Padding::from([0.0, gap(1)]))
            .width(Length::Fill)
            .height(ROW_HEIGHT - 1.0)
            .style(theme::row_style(chosen))
            .on_press(Message::Choose(n));
        column![face, ui::rule()].height(ROW_HEIGHT).into()
    }
}
