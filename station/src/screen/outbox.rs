//! The messages to families, what became of each, and what a person decides about those of which nobody knows.

use super::{Hands, Now, blocking};
use crate::ui::tag::{filter, tag};
use crate::ui::theme::{self, gap};
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Chosen, Element, Icon, Look, Press, Trouble, empty, note};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind};
use clinic::record::role::Right;
use clinic::reminder::{Channel, MessageState};
use clinic::store::{OUTBOX_PAGE, Outbox as Page, OutboxLine, OutboxShow};
use iced::widget::{column, container, row};
use iced::{Length, Task};

const STATE_WIDTH: f32 = 190.0;
const WHAT_WIDTH: f32 = 330.0;

const SHOWN: [(OutboxShow, &str); 4] = [
    (OutboxShow::All, "outbox-all"),
    (OutboxShow::Trouble, "outbox-trouble"),
    (OutboxShow::Is(MessageState::Queued), "message-queued"),
    (OutboxShow::Is(MessageState::Delivered), "message-delivered"),
];

pub struct Outbox {
    show: OutboxShow,
    offset: u32,
    page: Option<Page>,
    /// The message that the keys mean, by its reference.
    at: Chosen<[u8; 16]>,
    /// Ways that this computer cannot open.
    closed: Vec<Channel>,
    /// Which question was asked last: the answer to an earlier one is of no use.
    asked: u32,
    /// A decision is on its way to the records.
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(u32, Result<(Page, Vec<Channel>), Trouble>),
    Show(OutboxShow),
    Newer,
    Older,
    /// The message of this reference is sent again, or given up.
    Settle([u8; 16], bool),
    Settled(Result<(), Trouble>),
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Back,
}

impl Outbox {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            show: OutboxShow::All,
            offset: 0,
            page: None,
            at: Chosen::default(),
            closed: Vec::new(),
            asked: 0,
            busy: false,
            trouble: None,
        };
        let load = screen.load(hands);
        (screen, load)
    }

    /// Something was committed: it may be one of these.
    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        self.load(hands)
    }

    fn load(&mut self, hands: &Hands) -> Task<Message> {
        self.asked = self.asked.wrapping_add(1);
        let (asked, show, offset) = (self.asked, self.show, self.offset);
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || Ok((clinic.outbox(&session, show, offset)?, clinic.closed_ways()?));
        blocking(read, move |read| Message::Loaded(asked, read))
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(asked, _) if asked != self.asked => return Action::None,
            Message::Loaded(_, Ok((page, closed))) => {
                (self.page, self.closed) = (Some(page), closed);
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
                return Action::None;
            }
            Message::Loaded(_, Err(trouble)) => {
                self.trouble = Some(trouble);
                return Action::None;
            }
            Message::Show(show) => self.turn_to(show, 0),
            Message::Newer => self.turn_to(self.show, self.offset.saturating_sub(OUTBOX_PAGE)),
            Message::Older => self.turn_to(self.show, self.offset.saturating_add(OUTBOX_PAGE)),
            Message::Settle(..) if self.busy => return Action::None,
            Message::Settle(reference, again) => {
                (self.busy, self.trouble) = (true, None);
                return Action::Run(hands.submit(Command::SettleMessage { reference, again }, Message::Settled));
            }
            Message::Settled(settled) => {
                self.busy = false;
                self.trouble = settled.err();
            }
            Message::Back => return Action::Back,
        }
        Action::Run(self.load(hands))
    }

    fn turn_to(&mut self, show: OutboxShow, offset: u32) {
        (self.show, self.offset) = (show, offset);
        self.at.reset();
    }

    fn rows(&self) -> Vec<[u8; 16]> {
        self.page.iter().flat_map(|page| &page.lines).map(|line| line.reference).collect()
    }

    fn has_older(&self) -> bool {
        self.page.as_ref().is_some_and(|page| self.offset.saturating_add(OUTBOX_PAGE) < page.count)
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let rows = self.rows();
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        match press {
            Press::Escape => return Action::Back,
            Press::Letter('F') => return self.update(Message::Show(self.next_shown()), hands),
            Press::PageUp if self.offset > 0 => return self.update(Message::Newer, hands),
            Press::PageDown if self.has_older() => return self.update(Message::Older, hands),
            _ => {}
        }
        let at = self.at.seen(&rows, hands.clinic.env().now_ms());
        let decides = hands.session.may(Right::Do(CommandKind::SettleMessage));
        let line = self.page.iter().flat_map(|page| &page.lines).find(|line| at == Some(line.reference));
        let Some(OutboxLine { state, reference, .. }) = line.filter(|_| decides) else { return Action::None };
        match press {
            Press::Letter('S') if sends_again(*state) => self.update(Message::Settle(*reference, true), hands),
            Press::Letter('N') if gives_up(*state) => self.update(Message::Settle(*reference, false), hands),
            _ => Action::None,
        }
    }

    fn next_shown(&self) -> OutboxShow {
        let at = SHOWN.iter().position(|(show, _)| *show == self.show).map_or(0, |at| at + 1);
        SHOWN[at % SHOWN.len()].0
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main =
            column![ui::opened(words.get("outbox-title"), Message::Back, words), self.filters(words),].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.page {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(page) if page.lines.is_empty() => {
                main = main.push(empty(Icon::Search, words.get("outbox-none"), words.get("outbox-none-next")));
            }
            Some(page) => {
                main = main.push(ui::small(cost(page.month_paise, words)));
                let decides = now.may(Right::Do(CommandKind::SettleMessage));
                let mut rows = column![].spacing(gap(1));
                for line in &page.lines {
                    let keys = self.at.is(&line.reference);
                    let view = line_view(line, decides.then_some(self.busy), keys, now);
                    rows = rows.push(self.at.row(&line.reference, view)).push(ui::rule());
                }
                main = main.push(ui::long(now.room.is_low(), rows));
                main = main.push(self.pages(page, words));
            }
        }
        // What comes and goes by itself moves no message that is clicked.
        for channel in &self.closed {
            let way = words.get(&format!("channel-{}", channel.code()));
            main = main.push(note(Look::Wait, words.with("outbox-closed", &[("way", way.into())])));
        }
        for of in now.live.into_iter().flat_map(|live| &live.troubles) {
            let way = words.get(&format!("channel-{}", of.channel.code()));
            let args = [("way", way.into()), ("at", now.moment(of.at_ms).into())];
            main = main.push(note(Look::Late, words.with(&format!("way-trouble-{}", of.trouble.code()), &args)));
        }
        ui::alone(now.room, main)
    }

    fn filters<'a>(&self, words: &Words) -> Element<'a, Message> {
        let mut all = row![].spacing(gap(2)).align_y(iced::Center);
        for (show, key) in SHOWN {
            all = all.push(filter(Look::Upcoming, words.get(key), self.show == show, Message::Show(show)));
        }
        all = all.push(ui::button::key_cap("F", theme::colors().muted));
        all.wrap().vertical_spacing(gap(1)).into()
    }

    fn pages<'a>(&self, page: &Page, words: &Words) -> Element<'a, Message> {
        let newer = Button::secondary(words.get("outbox-newer"), Some(Message::Newer)).key("PgUp");
        let older = Button::secondary(words.get("outbox-older"), Some(Message::Older)).key("PgDn");
        row![]
            .push(ui::chosen::how(page.lines.len(), words))
            .push((self.offset > 0).then_some(newer))
            .push(self.has_older().then_some(older))
            .spacing(gap(2))
            .align_y(iced::Center)
            .into()
    }
}

/// In whole rupees: a paisa more or less is nobody's question here.
fn cost(paise: u64, words: &Words) -> String {
    words.with("outbox-cost", &[("rupees", paise.div_ceil(100).into())])
}

fn look(state: MessageState) -> Look {
    match state {
        MessageState::Queued | MessageState::Sending => Look::Upcoming,
        MessageState::Sent => Look::Good,
        MessageState::Delivered => Look::Done,
        MessageState::Failed => Look::Wrong,
        MessageState::Unknown => Look::Wait,
    }
}

/// Only these can be sent again.
fn sends_again(state: MessageState) -> bool {
    matches!(state, MessageState::Unknown | MessageState::Failed)
}

/// And these be given up.
fn gives_up(state: MessageState) -> bool {
    matches!(state, MessageState::Unknown | MessageState::Queued)
}

/// `busy`: something is being stored; only who decides has buttons. `keys`: it is the chosen one.
fn line_view<'a>(line: &'a OutboxLine, busy: Option<bool>, keys: bool, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let state = tag(look(line.state), words.get(&format!("message-{}", line.state.code())));
    let args =
        [("stage", words.get(&format!("stage-{}", line.stage.code())).into()), ("day", words.day(line.on).into())];
    let what = words.with("outbox-what", &args);
    let since = format!("{}, {}", words.day(clinic::date::india(line.since_ms)), time_of_day(line.since_ms));
    let way = words.get(&format!("channel-{}", line.channel.code()));
    let why = line.why.map(|why| ui::small(words.get(&format!("not-sent-{}", why.code()))));
    let names: Vec<String> = line.children.iter().map(|(_, name, mother)| words.child_name(name, mother)).collect();
    let names = names.join(", ");
    let again = |again| Some(Message::Settle(line.reference, again)).filter(|_| busy == Some(false));
    let mut does = row![].spacing(gap(1));
    let keyed = |button: Button<'a, Message>, key| if keys { button.key(key) } else { button };
    if busy.is_some() && sends_again(line.state) {
        does = does.push(keyed(Button::quiet(words.get("outbox-again"), again(true)), "S"));
    }
    if busy.is_some() && gives_up(line.state) {
        does = does.push(keyed(Button::quiet(words.get("outbox-give-up"), again(false)), "N"));
    }
    let what = column![ui::body(what), ui::small(format!("{way} · {since}"))].push(why);
    if now.room.is_tight() {
        let head = row![container(state).width(Length::Fill), does].align_y(iced::Center);
        return column![head, ui::bold(names), what].spacing(gap(1)).into();
    }
    row![
        container(state).width(STATE_WIDTH),
        container(what).width(WHAT_WIDTH),
        container(ui::body(names)).width(Length::Fill).clip(true),
        does,
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}
