//! Who saw whose record, who logged in, who took data away.

use super::{Hands, Now, blocking};
use crate::ui::tag::filter;
use crate::ui::theme::gap;
use crate::ui::trouble::time_of_day;
use crate::ui::{self, Button, Element, Icon, Look, Press, Trouble, empty, note};
use crate::words::Words;
use chrono::Days;
use clinic::store::{AuditFilter, AuditLine, AuditPage, AuditPlace, Seen};
use iced::widget::{column, container, row};
use iced::{Length, Task};

const WHEN_WIDTH: f32 = 170.0;
const WHO_WIDTH: f32 = 240.0;
const WHAT_WIDTH: f32 = 300.0;
/// Lines that are kept on the screen; older ones are asked for with a narrower filter.
const LINES_MAX: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Today,
    Week,
    All,
}

pub struct Audit {
    span: Span,
    filter: AuditFilter,
    lines: Option<Vec<AuditLine>>,
    next: Option<AuditPlace>,
    /// There are older ones than are shown.
    is_cut: bool,
    /// Which question was asked last: the answer to an earlier one is of no use.
    asked: u32,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    /// Of the question with this number; the second says whether it goes on after what is shown.
    Loaded(u32, bool, Result<AuditPage, Trouble>),
    Show(Span),
    What(Option<Seen>),
    /// Only this person, or this child: of a line.
    OfUser(usize),
    OfChild(usize),
    Everybody,
    More,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Back,
}

impl Audit {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            span: Span::Week,
            filter: AuditFilter::default(),
            lines: None,
            next: None,
            is_cut: false,
            asked: 0,
            trouble: None,
        };
        let load = screen.load(hands, None);
        (screen, load)
    }

    fn load(&mut self, hands: &Hands, after: Option<AuditPlace>) -> Task<Message> {
        self.asked = self.asked.wrapping_add(1);
        let asked = self.asked;
        let Hands { clinic, session, .. } = hands.clone();
        let today = clinic::date::india(clinic.env().now_ms());
        let since = |days| clinic::date::india_ms(today - Days::new(days), today).0;
        let from_ms = match self.span {
            Span::Today => Some(since(0)),
            Span::Week => Some(since(6)),
            Span::All => None,
        };
        let filter = AuditFilter { from_ms, ..self.filter };
        let more = after.is_some();
        blocking(move || Ok(clinic.audit(&session, &filter, after)?), move |page| Message::Loaded(asked, more, page))
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        let line = |n: usize| self.lines.as_ref().and_then(|lines| lines.get(n));
        match message {
            Message::Loaded(asked, _, _) if asked != self.asked => return Action::None,
            Message::Loaded(_, more, Ok(page)) => {
                let kept = self.lines.take().filter(|_| more).unwrap_or_default();
                let mut lines = kept;
                lines.extend(page.lines);
                self.is_cut = page.next.is_some() && lines.len() >= LINES_MAX;
                self.next = page.next.filter(|_| !self.is_cut);
                self.lines = Some(lines);
                self.trouble = None;
                return Action::None;
            }
            Message::Loaded(_, _, Err(trouble)) => {
                self.trouble = Some(trouble);
                return Action::None;
            }
            Message::Show(span) => self.span = span,
            Message::What(what) => self.filter.what = what,
            Message::OfUser(n) => self.filter.user = line(n).and_then(|line| line.user.as_ref().map(|user| user.0)),
            Message::OfChild(n) => self.filter.child = line(n).and_then(|line| line.child.as_ref().map(|c| c.id)),
            Message::Everybody => (self.filter.user, self.filter.child) = (None, None),
            Message::More => {
                let after = self.next.take();
                return Action::Run(self.load(hands, after));
            }
            Message::Back => return Action::Back,
        }
        Action::Run(self.load(hands, None))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            Press::Escape if self.filter.user.is_some() || self.filter.child.is_some() => {
                self.update(Message::Everybody, hands)
            }
            Press::Escape => Action::Back,
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main =
            column![ui::opened(words.get("audit-title"), Message::Back, words), self.filters(words),].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.lines {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(lines) if lines.is_empty() => {
                main = main.push(empty(Icon::Search, words.get("audit-none"), words.get("audit-none-next")));
            }
            Some(lines) => {
                let mut rows = column![].spacing(gap(1));
                for (n, line) in lines.iter().enumerate() {
                    rows = rows.push(line_view(n, line, now)).push(ui::rule());
                }
                if self.next.is_some() {
                    rows = rows.push(Button::secondary(words.get("audit-more"), Some(Message::More)));
                }
                if self.is_cut {
                    let said = words.with("audit-cut", &[("n", lines.len().into())]);
                    rows = rows.push(note(Look::Wait, said));
                }
                main = main.push(ui::scroll(rows).height(Length::Fill));
            }
        }
        ui::card(main).width(Length::Fill).height(Length::Fill).into()
    }

    fn filters<'a>(&self, words: &Words) -> Element<'a, Message> {
        let mut all = row![].spacing(gap(2)).align_y(iced::Center);
        for (span, key) in [(Span::Today, "audit-today"), (Span::Week, "audit-week"), (Span::All, "audit-all")] {
            all = all.push(filter(Look::Upcoming, words.get(key), self.span == span, Message::Show(span)));
        }
        let what = [None, Some(Seen::SawRecord), Some(Seen::LoggedIn), Some(Seen::LoginLocked), Some(Seen::KeyFile)];
        for what in what {
            let said = what.map_or_else(|| words.get("audit-everything"), |seen| words.get(&key(seen)));
            all = all.push(filter(Look::Upcoming, said, self.filter.what == what, Message::What(what)));
        }
        if self.filter.user.is_some() || self.filter.child.is_some() {
            all = all.push(Button::quiet(words.get("audit-everybody"), Some(Message::Everybody)).key("Esc"));
        }
        all.wrap().vertical_spacing(gap(1)).into()
    }
}

fn key(seen: Seen) -> String {
    format!("seen-{}", seen.code())
}

fn line_view<'a>(n: usize, line: &'a AuditLine, now: Now<'_>) -> Element<'a, Message> {
    let words = now.words;
    let day = clinic::date::india(line.at_ms);
    let when = format!("{}, {}", words.day(day), time_of_day(line.at_ms));
    let what = line.what.map_or_else(|| words.get("seen-unknown"), |seen| words.get(&key(seen)));
    let who: Element<'a, Message> = match &line.user {
        Some((_, name)) => Button::quiet(name.clone(), Some(Message::OfUser(n))).into(),
        None => container(ui::small(words.get("audit-nobody"))).padding([gap(1), gap(2)]).into(),
    };
    let child: Element<'a, Message> = match &line.child {
        Some(child) => Button::quiet(words.child_name(&child.name, &child.mother), Some(Message::OfChild(n))).into(),
        None => ui::small("").into(),
    };
    if now.room.is_tight() {
        // Four columns would be of one word each.
        let whom = row![who, child].spacing(gap(2)).align_y(iced::Center).wrap();
        let did = row![ui::body(what).width(Length::Fill), ui::small(when)].spacing(gap(2));
        return column![whom, container(did).padding([0.0, gap(2)])].into();
    }
    row![
        container(ui::body(when)).width(WHEN_WIDTH),
        container(who).width(WHO_WIDTH).clip(true),
        container(ui::body(what)).width(WHAT_WIDTH),
        container(child).width(Length::Fill).clip(true),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}
