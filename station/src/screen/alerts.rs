//! Missed-dose alerts: which are open, and which closed lately. Nobody opens or closes one.

use super::today::{doses_in_words, keys, late_in_words, opened_row};
use super::{Hands, Now, blocking, opens};
use crate::ui::list::{List, Scrolled};
use crate::ui::tag::filter;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Button, Element, Icon, Look, Press, Trouble, empty, note, tag};
use clinic::store::{AlertLine, AlertPage, AlertShow};
use hub_protocol::ChildId;
use iced::widget::{column, container, row, text};
use iced::{Length, Task};

const ROW_HEIGHT: f32 = 54.0;
const CHILD_WIDTH: f32 = 260.0;
const STATE_WIDTH: f32 = 170.0;
/// So many letters of the doses stand in a row, and in a narrow one.
const DOSES_MAX_CHARS: usize = 60;
const DOSES_TIGHT_CHARS: usize = 24;

pub struct Alerts {
    page: Option<AlertPage>,
    trouble: Option<Trouble>,
    show: AlertShow,
    /// Where the pages before this one began, and this one.
    offsets: Vec<u32>,
    list: List,
}

#[derive(Clone)]
pub enum Message {
    /// The answer to this question: which alerts, and from which one on.
    Loaded((AlertShow, u32), Result<AlertPage, Trouble>),
    Scrolled(Scrolled),
    Show(AlertShow),
    Next(u32),
    Before,
    Open(ChildId),
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Back,
}

impl Alerts {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let list = List::new("alerts-list", ROW_HEIGHT);
        let screen = Self { page: None, trouble: None, show: AlertShow::Open, offsets: vec![0], list };
        let read = screen.reload(hands);
        (screen, read)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (Hands { clinic, session, .. }, asked @ (show, offset)) = (hands.clone(), self.asked());
        blocking(move || Ok(clinic.alerts(&session, show, offset)?), move |page| Message::Loaded(asked, page))
    }

    fn asked(&self) -> (AlertShow, u32) {
        (self.show, self.offsets.last().copied().unwrap_or_default())
    }

    fn chosen(&self) -> Option<&AlertLine> {
        self.page.as_ref().and_then(|page| page.rows.get(self.list.chosen))
    }

    fn len(&self) -> usize {
        self.page.as_ref().map_or(0, |page| page.rows.len())
    }

    /// Another page: nothing on it was chosen before.
    fn again(&mut self, hands: &Hands) -> Action {
        self.page = None;
        Action::Run(Task::batch([self.list.reset(), self.reload(hands)]))
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(asked, page) if asked == self.asked() => match page {
                Ok(page) => {
                    // The row that was chosen stays so, wherever it stands now.
                    let was = self.chosen().map(|line| (line.child.id, line.closed));
                    let find = |was| page.rows.iter().position(|line| (line.child.id, line.closed) == was);
                    self.list.follow(was, find, page.rows.len(), hands.clinic.env().now_ms());
                    self.page = Some(page);
                    self.trouble = None;
                }
                Err(trouble) => self.trouble = Some(trouble),
            },
            Message::Loaded(..) => {}
            Message::Scrolled(to) => self.list.scrolled(to),
            Message::Show(show) => {
                (self.show, self.offsets) = (show, vec![0]);
                return self.again(hands);
            }
            Message::Next(offset) => {
                self.offsets.push(offset);
                return self.again(hands);
            }
            Message::Before => {
                self.offsets.pop();
                return self.again(hands);
            }
            Message::Open(child) => return Action::Open(child),
            Message::Back => return Action::Back,
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(task);
        }
        let chosen = self.chosen().filter(|_| self.list.is_seen(hands.clinic.env().now_ms()));
        match (press, chosen) {
            (Press::Escape, _) => Action::Back,
            (press, Some(line)) if opens(press) => Action::Open(line.child.id),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![ui::opened(words.get("alerts-title"), Message::Back, words)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(page) = &self.page else {
            main = main.push(ui::working(words.get("shell-loading")));
            return ui::card(main).width(Length::Fill).height(Length::Fill).into();
        };
        let open = [("children", page.children.into()), ("n", page.open.into())];
        let open = words.with("alerts-open", &open);
        let filters = row![
            filter(Look::Late, open, self.show == AlertShow::Open, Message::Show(AlertShow::Open)),
            filter(
                Look::Done,
                words.get("alerts-closed"),
                self.show == AlertShow::Closed,
                Message::Show(AlertShow::Closed)
            ),
        ];
        main = main.push(filters.spacing(gap(2)));
        if page.rows.is_empty() {
            main = main.push(empty(Icon::Check, words.get("alerts-none"), words.get("alerts-none-next")));
        } else {
            let view = |n: usize| match page.rows.get(n) {
                Some(line) => self.row_view(n, line, now),
                None => ui::rule(),
            };
            main = main.push(self.list.view(page.rows.len(), view, Message::Scrolled));
        }
        let mut below = row![container(keys(words)).width(Length::Fill)].spacing(gap(2)).align_y(iced::Center);
        if self.offsets.len() > 1 {
            below = below.push(Button::quiet(words.get("shell-page-before"), Some(Message::Before)));
        }
        if let Some(next) = page.next {
            below = below.push(Button::quiet(words.get("shell-page-next"), Some(Message::Next(next))));
        }
        ui::card(main.push(below)).width(Length::Fill).height(Length::Fill).into()
    }

    fn row_view<'a>(&'a self, n: usize, line: &'a AlertLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let child = &line.child;
        let who = column![
            ui::bold(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None),
            ui::small(format!("{} · {}", child.mother, child.village)).wrapping(text::Wrapping::None)
        ];
        let max_chars = if now.room.is_tight() { DOSES_TIGHT_CHARS } else { DOSES_MAX_CHARS };
        let doses = doses_in_words(words, line.items.iter().map(String::as_str), max_chars);
        let (day, look, state) = match line.closed {
            None => {
                let today = now.today();
                let late = late_in_words(words, (today - line.due).num_days(), today);
                (words.with("alerts-due", &[("day", words.day(line.due).into())]), Look::Late, late)
            }
            Some((on, by)) => {
                let day = words.with("alerts-closed-on", &[("day", words.day(on).into())]);
                (day, Look::Done, words.get(&format!("alert-closed-{}", by.code())))
            }
        };
        // In a narrow column they take two lines.
        let doses = match now.room.is_tight() {
            true => ui::small(doses).color(theme::colors().ink),
            false => ui::body(doses).wrapping(text::Wrapping::None),
        };
        let state = column![tag(look, state), ui::small(day).wrapping(text::Wrapping::None)].spacing(TIGHT);
        let cells = row![
            container(who).width(now.room.column(CHILD_WIDTH)).clip(true),
            container(doses).width(Length::Fill).max_height(ROW_HEIGHT - 6.0).clip(true),
            container(state).width(STATE_WIDTH).clip(true),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Open(child.id))
    }
}
