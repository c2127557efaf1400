//! The children's cards: which there are, and what is done when one is lost, found, or taken by another.

use super::today::{keys, opened_row};
use super::{Hands, Now, OnReader, blocking};
use crate::ui::list::{List, Scrolled};
use crate::ui::tag::filter;
use crate::ui::theme::{self, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::{
    self, Banner, Button, Element, Icon, Kind, Look, Press, Trouble, empty, field, headed_card, note, tag,
};
use crate::ui::{Beside, focus, panes};
use crate::words::Words;
use clinic::record::card_stops;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{CardStop, Fact};
use clinic::record::refusal::Field;
use clinic::record::role::{Query, Right};
use clinic::store::{AuditFilter, AuditLine, CardFilter, CardLine, CardShow, PAGE_MAX, Seen, ThingEvent};
use clinic::{Clinic, Session};
use hub::CardMeaning;
use hub::cards::CardIn;
use hub_protocol::{CardNo, ChildId};
use iced::widget::{column, container, row, text};
use iced::{Length, Task};
use std::collections::BTreeMap;

const ROW_HEIGHT: f32 = 54.0;
const SIDE_WIDTH: f32 = 330.0;
const NUMBER_WIDTH: f32 = 190.0;
const STATE_WIDTH: f32 = 190.0;
/// How long the page tells of a card that was not believed, and of how many.
const FRAUD_SHOWN_MS: u64 = 30 * 24 * 3_600_000;
const FRAUDS_SHOWN: usize = 3;
const REASON: &str = "cards-reason";
const SHOWN: [CardShow; 4] = [CardShow::All, CardShow::InUse, CardShow::Free, CardShow::Stopped];

#[derive(Debug, Clone)]
pub struct Loaded {
    filter: CardFilter,
    cards: Vec<CardLine>,
    total: u32,
    /// For an Admin: cards that were not believed when they were put on the reader, the last ones first.
    frauds: Vec<AuditLine>,
}

pub struct Cards {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    filter: CardFilter,
    list: List,
    history: Option<(CardNo, Vec<ThingEvent>)>,
    /// Why a card may be used again, as typed: it stays its card's, whichever is looked at.
    reasons: BTreeMap<CardNo, String>,
    /// What was said of this card is for ever, lost or replaced: it is asked whether that is meant.
    asking: Option<(CardNo, CardStop)>,
    /// Enter came before the answer: it means the first of those who are asked for.
    opens_first: bool,
    busy: bool,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Scrolled(Scrolled),
    Show(CardShow),
    Typed(String),
    Choose(usize),
    History(CardNo, Result<Vec<ThingEvent>, Trouble>),
    Open(ChildId),
    Stop(CardNo, CardStop),
    /// To say so for ever, or not.
    AskStop(Option<(CardNo, CardStop)>),
    Reason(CardNo, String),
    Unblock(CardNo),
    Saved(CardNo, Result<(), Trouble>),
    /// The new card on the reader.
    Register,
    Registered(CardIn, Result<CardNo, Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Open(ChildId),
    /// This card is the clinic's now.
    Registered(CardIn, CardNo, Banner, Task<Message>),
    Trouble(Trouble),
}

impl Cards {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            loaded: None,
            trouble: None,
            filter: CardFilter::default(),
            list: List::new("cards-list", ROW_HEIGHT),
            history: None,
            reasons: BTreeMap::new(),
            asking: None,
            opens_first: false,
            busy: false,
        };
        let read = screen.reload(hands);
        (screen, read)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (Hands { clinic, session, .. }, filter) = (hands.clone(), self.filter.clone());
        let read = move || {
            let (cards, total) = clinic.cards(&session, &filter, 0)?;
            let frauds = match session.may(Right::See(Query::Audit)) {
                true => frauds(&clinic, &session)?,
                false => Vec::new(),
            };
            Ok(Loaded { filter, cards, total, frauds })
        };
        blocking(read, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        self.reasons.values().any(|reason| !reason.trim().is_empty())
    }

    fn chosen(&self) -> Option<&CardLine> {
        self.loaded.as_ref()?.cards.get(self.list.chosen)
    }

    fn len(&self) -> usize {
        self.loaded.as_ref().map_or(0, |loaded| loaded.cards.len())
    }

    /// Another card is chosen: nothing that was asked about the one before is meant for it.
    fn choose(&mut self, hands: &Hands) -> Task<Message> {
        (self.trouble, self.asking) = (None, None);
        self.read_history(hands)
    }

    fn show(&mut self, loaded: Loaded, hands: &Hands) -> Task<Message> {
        let is_same = self.loaded.as_ref().is_some_and(|before| before.filter == loaded.filter);
        let was = self.chosen().filter(|_| is_same).map(|line| line.card);
        let find = |was| loaded.cards.iter().position(|line| line.card == was);
        self.list.follow(was, find, loaded.cards.len(), hands.clinic.env().now_ms());
        self.loaded = Some(loaded);
        if self.chosen().map(|line| line.card) == was { self.read_history(hands) } else { self.choose(hands) }
    }

    /// What became of the chosen card.
    fn read_history(&self, hands: &Hands) -> Task<Message> {
        let Some(card) = self.chosen().map(|line| line.card) else { return Task::none() };
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.card_history(&session, card)?), move |read| Message::History(card, read))
    }

    fn submit(&mut self, card: CardNo, command: Command, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        Action::Run(hands.submit(command, move |done| Message::Saved(card, done)))
    }

    /// A new card becomes one of the clinic's, to be given to a child by a worker.
    fn register(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        let (Some(card), Some(live)) = (new_card(card, &hands.session), &hands.live) else { return Action::None };
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        let issued = live.hub.issue_card(hands.session.clone(), card.clone());
        Action::Run(Task::perform(issued, move |done| Message::Registered(card, done.map_err(Trouble::from))))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, card: Option<&OnReader>, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                if loaded.filter == self.filter {
                    let show = self.show(loaded, hands);
                    let opens = std::mem::take(&mut self.opens_first);
                    let child = self.chosen().filter(|_| opens).and_then(|line| line.child.as_ref());
                    return child.map_or(Action::Run(show), |child| Action::Open(child.id));
                }
            }
            Message::Loaded(Err(trouble)) => {
                self.opens_first = false;
                self.trouble = Some(trouble);
            }
            Message::Scrolled(to) => self.list.scrolled(to),
            Message::Show(show) => {
                self.filter.show = show;
                self.opens_first = false;
                return Action::Run(Task::batch([self.list.reset(), self.reload(hands)]));
            }
            Message::Typed(typed) => {
                self.filter.typed = typed;
                self.opens_first = false;
                return Action::Run(Task::batch([self.list.reset(), self.reload(hands)]));
            }
            Message::Choose(n) => {
                self.list.chosen = n;
                return Action::Run(self.choose(hands));
            }
            Message::History(card, Ok(history)) => self.history = Some((card, history)),
            Message::History(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Open(child) => return Action::Open(child),
            Message::AskStop(stop) => self.asking = stop,
            Message::Stop(card, why) => return self.submit(card, Command::StopCard { card, why }, hands),
            Message::Reason(card, typed) => drop(self.reasons.insert(card, typed)),
            Message::Unblock(card) => {
                let reason = self.reasons.get(&card).cloned().unwrap_or_default();
                return self.submit(card, Command::UnblockCard { card, reason }, hands);
            }
            Message::Saved(card, done) => return self.saved(card, done, hands, words),
            Message::Register => return self.register(hands, card),
            Message::Registered(card, done) => {
                self.busy = false;
                let said = Banner::good(words.get("cards-registered"));
                return match done {
                    Ok(number) => Action::Registered(card, number, said, self.reload(hands)),
                    Err(trouble) => Action::Trouble(trouble),
                };
            }
        }
        Action::None
    }

    fn saved(&mut self, card: CardNo, done: Result<(), Trouble>, hands: &Hands, words: &Words) -> Action {
        self.busy = false;
        let is_chosen = self.chosen().is_some_and(|line| line.card == card);
        match done {
            Ok(()) => {
                self.reasons.remove(&card);
                if is_chosen {
                    (self.asking, self.trouble) = (None, None);
                }
                Action::Said(Banner::good(words.get("cards-saved")), self.reload(hands))
            }
            Err(trouble) => {
                let asks_reason = is_chosen && trouble.field() == Some(Field::Reason);
                self.trouble = Some(trouble);
                if asks_reason { Action::Run(focus(REASON)) } else { Action::None }
            }
        }
    }

    pub fn press(&mut self, press: Press, hands: &Hands, card: Option<&OnReader>) -> Action {
        if press == Press::Letter('K') {
            return self.register(hands, card);
        }
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(Task::batch([task, self.choose(hands)]));
        }
        if press == Press::Escape {
            self.asking = None;
        }
        // A list of something else is not looked at.
        if press == Press::Enter && self.loaded.as_ref().is_none_or(|loaded| loaded.filter != self.filter) {
            self.opens_first = true;
            return Action::None;
        }
        let chosen = self.chosen().filter(|_| self.list.is_seen(hands.clinic.env().now_ms()));
        match (press, chosen.and_then(|line| line.child.as_ref())) {
            (Press::Enter, Some(child)) => Action::Open(child.id),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![ui::title(words.get("cards-title"))].spacing(gap(3));
        let shown = SHOWN.map(|show| {
            let (look, key) = match show {
                CardShow::All => (Look::Upcoming, "cards-all"),
                CardShow::InUse => (Look::Good, "cards-in-use"),
                CardShow::Free => (Look::Wait, "cards-free"),
                CardShow::Stopped => (Look::Late, "cards-stopped"),
            };
            filter(look, words.get(key), self.filter.show == show, Message::Show(show))
        });
        let typed = field(words.get("cards-find"), &self.filter.typed, Message::Typed).plain();
        main = main.push(Element::from(typed)).push(row(shown).spacing(gap(2)));
        if now.may(Right::Do(CommandKind::RegisterCard)) {
            // Always there: a card that is put down moves no row.
            let said = container(note(Look::Upcoming, words.get("cards-register-about"))).width(Length::Fill);
            let is_new = new_card(now.card, now.session).is_some();
            let register = (is_new && !self.busy).then_some(Message::Register);
            let register = Button::primary(words.get("cards-register"), register).key("K");
            main = main.push(row![said, register].spacing(gap(2)).align_y(iced::Center));
        }
        // Beside no card there is no room to say it.
        if let Some(trouble) = self.trouble.as_ref().filter(|_| self.chosen().is_none()) {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.loaded {
            None if self.trouble.is_some() => {}
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(loaded) if loaded.cards.is_empty() => {
                let next = if loaded.filter != CardFilter::default() {
                    "cards-none-found"
                } else if now.may(Right::Do(CommandKind::AssignCard)) {
                    "cards-none-next"
                } else {
                    "cards-none-admin"
                };
                main = main.push(empty(Icon::Card, words.get("cards-none"), words.get(next)));
            }
            Some(loaded) => {
                let view = |n| self.row_view(n, words);
                main = main.push(self.list.view(loaded.cards.len(), view, Message::Scrolled));
                if loaded.total > PAGE_MAX {
                    let more = words.with("cards-more", &[("n", PAGE_MAX.into()), ("of", loaded.total.into())]);
                    main = main.push(ui::small(more));
                }
                main = main.push(keys(words));
            }
        }
        // News stands where it moves no row.
        for fraud in self.loaded.iter().flat_map(|loaded| &loaded.frauds) {
            main = main.push(note(Look::Late, fraud_words(fraud, words)));
        }
        let side = self.chosen().map_or(Beside::Nothing, |line| Beside::Also(self.side(line, now)));
        panes(now.room, ui::card(main).width(Length::Fill).height(Length::Fill), side, SIDE_WIDTH)
    }

    fn row_view<'a>(&'a self, n: usize, words: &Words) -> Element<'a, Message> {
        let Some(line) = self.loaded.as_ref().and_then(|loaded| loaded.cards.get(n)) else { return ui::rule() };
        let (look, said) = state(line, words);
        let cells = row![
            container(whose(line, words)).width(Length::Fill).clip(true),
            container(ui::small(line.card.to_string()).wrapping(text::Wrapping::None)).width(NUMBER_WIDTH).clip(true),
            container(tag(look, said)).width(STATE_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Choose(n))
    }

    fn side<'a>(&'a self, line: &'a CardLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let (look, said) = state(line, words);
        let mut lines = column![whose(line, words), ui::small(line.card.to_string()), tag(look, said)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        if let Some(child) = &line.child {
            lines =
                lines.push(Button::quiet(words.get("today-open-child"), Some(Message::Open(child.id))).key("Enter"));
        }
        let card = line.card;
        let stop = |why: CardStop| {
            let label = words.get(&format!("cards-do-{}", why.code()));
            let stop = match why {
                CardStop::Lost | CardStop::Replaced => Message::AskStop(Some((card, why))),
                CardStop::Blocked => Message::Stop(card, why),
            };
            Button::new(Kind::Danger, label, (!self.busy).then_some(stop)).width(Length::Fill)
        };
        if let Some((_, why)) = self.asking.filter(|(of, _)| *of == card) {
            return headed_card(words.get("cards-one"), lines.push(self.ask_stop(line, why, words))).into();
        }
        if now.may(Right::Do(CommandKind::StopCard)) {
            for why in card_stops(line.stopped, line.child.is_some()) {
                lines = lines.push(stop(why));
                if why == CardStop::Replaced {
                    lines = lines.push(ui::small(words.get("cards-replace-next")));
                }
            }
            if line.stopped == Some(CardStop::Lost) {
                lines = lines.push(ui::small(words.get("cards-lost-for-ever")));
            }
        }
        if line.stopped == Some(CardStop::Blocked) && now.may(Right::Do(CommandKind::UnblockCard)) {
            let reason = self.reasons.get(&card).map_or("", String::as_str);
            let why = field(words.get("cards-why"), reason, move |typed| Message::Reason(card, typed)).id(REASON);
            lines = lines.push(Element::from(why.on_enter(Message::Unblock(card))));
            let unblock = (!self.busy).then_some(Message::Unblock(card));
            lines = lines.push(Button::secondary(words.get("cards-unblock"), unblock).width(Length::Fill));
        }
        if let Some((_, history)) = self.history.as_ref().filter(|(of, _)| *of == card) {
            lines = lines.push(ui::rule()).push(ui::small_bold(words.get("cards-history")));
            for event in history {
                lines = lines.push(event_line(event, words));
            }
        }
        headed_card(words.get("cards-one"), lines).into()
    }

    fn ask_stop<'a>(&self, line: &CardLine, why: CardStop, words: &Words) -> Element<'a, Message> {
        let (ask, about, yes) = match why {
            CardStop::Replaced => ("cards-replaced-ask", "cards-replaced-for-ever", "cards-replaced-yes"),
            CardStop::Lost | CardStop::Blocked => ("cards-lost-ask", "cards-lost-for-ever", "cards-lost-yes"),
        };
        let card = match &line.child {
            Some(child) => words.child_name(&child.name, &child.mother),
            None => line.card.to_string(),
        };
        let stop = (!self.busy).then_some(Message::Stop(line.card, why));
        column![
            ui::bold(words.with(ask, &[("card", card.into())])),
            note(Look::Wait, words.get(about)),
            Button::new(Kind::Danger, words.get(yes), stop).width(Length::Fill),
            Button::quiet(words.get("shell-cancel"), Some(Message::AskStop(None))).key("Esc"),
        ]
        .spacing(gap(2))
        .into()
    }
}

/// What lies on the reader, when it is new and this person may register it.
fn new_card(card: Option<&OnReader>, session: &Session) -> Option<CardIn> {
    let on = card.filter(|on| on.meaning == CardMeaning::New && session.may(Right::Do(CommandKind::RegisterCard)));
    on.map(|on| on.card.clone())
}

/// Of the last days, a few; all of them stand in the audit.
fn frauds(clinic: &Clinic, session: &Session) -> Result<Vec<AuditLine>, Trouble> {
    let from_ms = clinic.env().now_ms().saturating_sub(FRAUD_SHOWN_MS);
    let mut all = Vec::new();
    for what in [Seen::CardCopied, Seen::CardAltered] {
        let filter = AuditFilter { what: Some(what), from_ms: Some(from_ms), ..AuditFilter::default() };
        all.extend(clinic.audit(session, &filter, None)?.lines);
    }
    all.sort_by_key(|line| std::cmp::Reverse(line.at_ms));
    all.truncate(FRAUDS_SHOWN);
    Ok(all)
}

fn fraud_words(line: &AuditLine, words: &Words) -> String {
    let what = line.what.map(|what| words.get(&format!("seen-{}", what.code())));
    let child = line.child.as_ref().map(|child| words.child_name(&child.name, &child.mother));
    let at = format!("{}, {}", words.day(clinic::date::india(line.at_ms)), time_of_day(line.at_ms));
    let by = line.user.as_ref().map(|(_, name)| name.clone());
    [what, child, Some(at), by].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn whose<'a>(line: &'a CardLine, words: &Words) -> Element<'a, Message> {
    match &line.child {
        Some(child) => column![
            ui::bold(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None),
            ui::small(format!("{} · {}", child.mother, child.village)).wrapping(text::Wrapping::None)
        ]
        .into(),
        None => ui::body(words.get("cards-nobodys")).color(theme::colors().muted).into(),
    }
}

fn state(line: &CardLine, words: &Words) -> (Look, String) {
    match line.stopped {
        Some(why @ CardStop::Blocked) => (Look::Wait, words.get(&format!("card-stop-{}", why.code()))),
        Some(why) => (Look::Late, words.get(&format!("card-stop-{}", why.code()))),
        None if line.child.is_some() => (Look::Good, words.get("cards-in-use")),
        None => (Look::Upcoming, words.get("cards-free")),
    }
}

fn event_line<'a>(event: &'a ThingEvent, words: &Words) -> Element<'a, Message> {
    let (key, reason) = match &event.fact {
        Fact::CardRegistered(_) => ("cards-was-registered", ""),
        Fact::CardAssigned(_) => ("cards-was-assigned", ""),
        Fact::CardStopped(f) => (
            match f.why {
                CardStop::Lost => "card-stop-lost",
                CardStop::Blocked => "card-stop-blocked",
                CardStop::Replaced => "card-stop-replaced",
            },
            "",
        ),
        Fact::CardUnblocked(f) => ("cards-was-unblocked", f.reason.as_str()),
        Fact::CardWritten(_) => ("cards-was-written", ""),
        _ => ("cards-was-changed", ""),
    };
    thing_line(words.get(key), reason, event, words)
}

/// An event in the history of a thing: what, when, by whom.
pub fn thing_line<'a, M: 'a>(what: String, why: &str, event: &ThingEvent, words: &Words) -> Element<'a, M> {
    let day = words.day(clinic::date::india(event.at_ms));
    let by = event.by.as_ref().map_or("", |(_, name)| name.as_str());
    let mut lines = column![ui::small_bold(what).color(theme::colors().ink)];
    if !why.is_empty() {
        lines = lines.push(ui::small(why.to_owned()).color(theme::colors().ink));
    }
    lines.push(ui::small(format!("{day}, {} · {by}", time_of_day(event.at_ms)))).into()
}
