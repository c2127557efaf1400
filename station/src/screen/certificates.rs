//! Certificates that were issued: found by what is typed and by when, opened, and printed again.

use super::paged::{Page, Paged, Row};
use super::today::{keys, opened_row};
use super::{Hands, Now, blocking, opens};
use crate::paper::wanted::{Days, Wanted};
use crate::ui::list::{List, Scrolled};
use crate::ui::theme::{LIST_HEAD, gap};
use crate::ui::{
    self, Beside, Button, Element, Icon, Look, Press, Trouble, empty, field, focus, note, panes, tab_stop, tag, tick,
    typed_date,
};
use clinic::record::command::CommandKind;
use clinic::record::refusal::Field;
use clinic::record::role::Right;
use clinic::store::{CERTIFICATE_PAGE, CertificateData, CertificateFilter, CertificateLine, CertificateNo};
use hub_protocol::ChildId;
use iced::widget::{Text, column, container, operation, row, text};
use iced::{Length, Task};
use std::sync::Arc;

const SEARCH: &str = "certificates-search";
const ROW_HEIGHT: f32 = 56.0;
const NUMBER_WIDTH: f32 = 130.0;
const FAMILY_WIDTH: f32 = 200.0;
const ISSUED_WIDTH: f32 = 180.0;
const ISSUE_WIDTH: f32 = 120.0;
const AGAIN_WIDTH: f32 = 160.0;
const DATE_WIDTH: f32 = 150.0;
const SIDE_WIDTH: f32 = 330.0;

type Read = Result<(Vec<CertificateLine>, u32), Trouble>;

impl Row for CertificateLine {
    type Id = CertificateNo;

    fn id(&self) -> CertificateNo {
        self.no
    }
}

pub struct Certificates {
    filter: CertificateFilter,
    /// As typed.
    from: String,
    until: String,
    rows: Paged<CertificateLine>,
    /// Enter came before the answer: it means the first of those that are asked for.
    opens_first: bool,
    /// Another issue has a number and is kept: it is asked before it is issued.
    asking: Option<CertificateLine>,
    /// The numbers of other registers are to stand on it.
    with_numbers: bool,
    /// One is being issued.
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Typed(String),
    From(String),
    Until(String),
    /// What was typed of a time is meant.
    Show,
    Page(Page, Read),
    Scrolled(Scrolled),
    Open(ChildId),
    /// This child's certificate is to be issued again.
    Again(CertificateNo),
    /// It is meant.
    Issue,
    /// Do the numbers of other registers stand on it?
    Numbers,
    LeaveIssue,
    Issued(Result<Arc<CertificateData>, Trouble>),
    Papers,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Papers(Vec<Wanted>, Task<Message>),
    Back,
}

impl Certificates {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            filter: CertificateFilter::default(),
            from: String::new(),
            until: String::new(),
            rows: Paged::new(List::new("certificates-list", ROW_HEIGHT), CERTIFICATE_PAGE),
            opens_first: false,
            asking: None,
            with_numbers: false,
            busy: false,
            trouble: None,
        };
        let first = screen.rows.ask();
        let read = screen.read(&[first], hands);
        (screen, Task::batch([read, focus(SEARCH)]))
    }

    fn read(&self, pages: &[Page], hands: &Hands) -> Task<Message> {
        let read = |page: &Page| {
            let (Hands { clinic, session, .. }, filter, page) = (hands.clone(), self.filter.clone(), *page);
            let work = move || Ok(clinic.certificates(&session, &filter, page.offset(CERTIFICATE_PAGE))?);
            blocking(work, move |read| Message::Page(page, read))
        };
        Task::batch(pages.iter().map(read).collect::<Vec<_>>())
    }

    /// Another question: its answer is shown from the top.
    fn ask_anew(&mut self, hands: &Hands) -> Action {
        self.opens_first = false;
        let first = self.rows.ask();
        Action::Run(Task::batch([self.rows.list.reset(), self.read(&[first], hands)]))
    }

    /// Shown again, as it was left.
    pub fn resume(&mut self, hands: &Hands) -> Task<Message> {
        // The answer that was waited for did not come here.
        self.busy = false;
        let search = focus(SEARCH).chain(operation::select_all(tab_stop::id(SEARCH)));
        Task::batch([self.rows.list.restore(), self.reload(hands), search])
    }

    /// A paper with a number of its own would come, and nobody would see it.
    pub fn has_input(&self) -> bool {
        self.busy
    }

    /// Records changed: the rows that can be seen are read again.
    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        let pages = self.rows.ask_again();
        self.read(&pages, hands)
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Typed(typed) => {
                self.filter.typed = typed;
                return self.ask_anew(hands);
            }
            Message::From(typed) => {
                self.from = typed;
                return self.of_time(false, hands);
            }
            Message::Until(typed) => {
                self.until = typed;
                return self.of_time(false, hands);
            }
            Message::Show => return self.of_time(true, hands),
            Message::Page(page, Ok((lines, total))) => {
                if self.rows.take(page, lines, total, hands.clinic.env().now_ms()) {
                    self.trouble = None;
                    if std::mem::take(&mut self.opens_first) {
                        return self.open_chosen(hands);
                    }
                    let missing = self.rows.missing();
                    return Action::Run(self.read(&missing, hands));
                }
            }
            Message::Page(page, Err(trouble)) => {
                if self.rows.failed(page) {
                    self.opens_first = false;
                    self.trouble = Some(trouble);
                }
            }
            Message::Scrolled(to) => {
                let missing = self.rows.scrolled(to);
                return Action::Run(self.read(&missing, hands));
            }
            Message::Open(child) => return Action::Open(child),
            Message::Again(no) => return self.ask_again(no, hands),
            Message::Issue => return self.issue(hands),
            Message::Numbers => self.with_numbers = !self.with_numbers,
            Message::LeaveIssue => self.asking = None,
            Message::Issued(Ok(data)) => {
                (self.busy, self.asking) = (false, None);
                return Action::Papers(vec![Wanted::Certificate(data)], self.reload(hands));
            }
            Message::Issued(Err(trouble)) => {
                (self.busy, self.asking) = (false, None);
                self.trouble = Some(trouble);
            }
            Message::Papers => {
                return Action::Papers(vec![Wanted::Certificates(self.filter.clone())], Task::none());
            }
            Message::Back => return Action::Back,
        }
        Action::None
    }

    /// Asks for the time that is typed, once it is whole; what is wrong with it is said when somebody means it.
    fn of_time(&mut self, is_meant: bool, hands: &Hands) -> Action {
        let whole = |typed: &str| typed.trim().is_empty() || typed_date::is_whole(typed);
        let is_typed = whole(&self.from) && whole(&self.until);
        if !(is_meant || is_typed) {
            return Action::None;
        }
        match period(&self.from, &self.until, hands) {
            Ok(period) if period == self.filter.period => {
                self.trouble = None;
                Action::None
            }
            Ok(period) => {
                self.filter.period = period;
                self.ask_anew(hands)
            }
            Err(trouble) => {
                self.trouble = Some(trouble).filter(|_| is_meant);
                Action::None
            }
        }
    }

    fn ask_again(&mut self, no: CertificateNo, hands: &Hands) -> Action {
        if !self.busy && hands.session.may(Right::Do(CommandKind::IssueCertificate)) {
            self.asking = self.rows.rows().find(|line| line.no == no).cloned();
            self.with_numbers = false;
        }
        Action::None
    }

    fn issue(&mut self, hands: &Hands) -> Action {
        let Some(child) = self.asking.as_ref().filter(|_| !self.busy).map(|line| line.child.id) else {
            return Action::None;
        };
        (self.busy, self.trouble) = (true, None);
        let (with_numbers, Hands { clinic, session, .. }) = (self.with_numbers, hands.clone());
        let issue =
            move || Ok(Arc::new(CertificateData { with_numbers, ..clinic.issue_certificate(&session, child)? }));
        Action::Run(blocking(issue, Message::Issued))
    }

    /// Of what is asked for now; a list of something else is not looked at.
    fn open_chosen(&mut self, hands: &Hands) -> Action {
        if !self.rows.is_current() {
            self.opens_first = true;
            return Action::None;
        }
        let chosen = self.rows.chosen_at(hands.clinic.env().now_ms());
        chosen.map_or(Action::None, |line| Action::Open(line.child.id))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if self.asking.is_some() {
            return match press {
                Press::Enter => self.issue(hands),
                Press::Escape => self.update(Message::LeaveIssue, hands),
                _ => Action::None,
            };
        }
        if let Some(task) = self.rows.list.press(press, self.rows.len()) {
            let missing = self.rows.missing();
            return Action::Run(Task::batch([task, self.read(&missing, hands)]));
        }
        match press {
            press if opens(press) => self.open_chosen(hands),
            // It missed the field.
            Press::Stray(digit) => {
                self.filter.typed.push(char::from(b'0' + digit));
                match self.ask_anew(hands) {
                    Action::Run(ask) => Action::Run(Task::batch([ask, focus(SEARCH)])),
                    action => action,
                }
            }
            Press::Letter('C') => {
                let chosen = self.rows.chosen_at(hands.clinic.env().now_ms()).filter(|_| self.rows.is_current());
                chosen.map(|line| line.no).map_or(Action::None, |no| self.ask_again(no, hands))
            }
            Press::Letter('F') => Action::Run(focus(SEARCH)),
            Press::Letter('P') => self.update(Message::Papers, hands),
            Press::Escape => Action::Back,
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let count = self.rows.total().map_or_else(
            || words.get("shell-loading"),
            |total| words.with("certificates-count", &[("n", total.into())]),
        );
        let low = now.room.is_low();
        let mut title = column![ui::title(words.get("certificates-title"))].width(Length::Fill);
        title = title.push((!low).then(|| ui::small(count)));
        let heading = row![
            title,
            Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P"),
            Button::quiet(words.get("shell-back"), Some(Message::Back)).key("Esc"),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        let date = |key: &str, value, message: fn(String) -> Message| {
            let date = field(words.get(key), value, message).on_enter(Message::Show);
            Element::from(date.width(DATE_WIDTH).plain())
        };
        let search =
            field(words.get("certificates-search"), &self.filter.typed, Message::Typed).id(SEARCH).searches().plain();
        let (from, until) =
            (date("reports-from", &self.from, Message::From), date("reports-until", &self.until, Message::Until));
        let asked: Element<'a, Message> = match now.room.is_tight() {
            true if !low => column![Element::from(search), row![from, until].spacing(gap(2))].spacing(gap(2)).into(),
            _ => row![Element::from(search), from, until].spacing(gap(2)).align_y(iced::Bottom).into(),
        };
        let mut main = column![heading, asked].spacing(gap(if low { 1 } else { 3 }));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        main = match self.rows.total() {
            Some(0) => main.push(empty(
                Icon::Paper,
                words.get("certificates-none"),
                words.get(if self.filter == CertificateFilter::default() {
                    "certificates-none-next"
                } else {
                    "certificates-not-found-next"
                }),
            )),
            // Where every line counts, they are the list's.
            _ if low => main.push(self.rows.view(|n| self.row_view(n, now), Message::Scrolled)),
            _ => main
                .push(column_names(now))
                .push(ui::rule())
                .push(self.rows.view(|n| self.row_view(n, now), Message::Scrolled))
                .push(keys(words)),
        };
        let asked = self.asking.as_ref().map_or(Beside::Nothing, |line| Beside::Asked(self.asked(line, now)));
        let card = ui::card(main).width(Length::Fill).height(Length::Fill);
        match asked {
            Beside::Nothing if low => card.padding(gap(2)).into(),
            asked => panes(now.room, card, asked, SIDE_WIDTH),
        }
    }

    /// Is another issue meant, and whose?
    fn asked<'a>(&self, line: &'a CertificateLine, now: Now<'a>) -> Element<'a, Message> {
        let (words, child) = (now.words, &line.child);
        let args = [("number", line.no.to_string().into()), ("day", words.day(line.on).into())];
        let issue = Button::primary(words.get("certify-issue"), (!self.busy).then_some(Message::Issue)).key("Enter");
        let leave = Button::quiet(words.get("shell-cancel"), (!self.busy).then_some(Message::LeaveIssue)).key("Esc");
        let name = words.child_name(&child.name, &child.mother);
        let lines = column![
            ui::title(words.with("certify-title", &[("name", name.into())])),
            ui::small(format!("{} · {} · {}", child.mother, child.village, child.id)),
            ui::body(words.with("certify-before", &args)),
            ui::body(words.get("certify-about")),
            tick(words.get("certify-numbers"), self.with_numbers, Message::Numbers),
            row![issue, leave].spacing(gap(2)).wrap(),
        ];
        ui::card(lines.spacing(gap(3))).width(Length::Fill).into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(line) = self.rows.row(n) else {
            return container(ui::small(words.get("shell-loading"))).height(ROW_HEIGHT).padding(gap(2)).into();
        };
        let one_line = text::Wrapping::None;
        let two =
            |first: Text<'a>, second: String| column![first.wrapping(one_line), ui::small(second).wrapping(one_line)];
        let child = &line.child;
        let name = ui::bold(words.child_name(&child.name, &child.mother));
        let (look, issue) = match line.issue {
            1 => (Look::Upcoming, words.get("certificates-first")),
            n => (Look::Wait, words.with("certificates-issue", &[("n", n.into())])),
        };
        let room = now.room;
        let cells = if room.is_tight() {
            row![container(two(name, format!("{} · {issue}", line.no))).width(Length::Fill).clip(true)]
        } else {
            let number = ui::bold(line.no.to_string()).wrapping(one_line);
            let issued = two(ui::body(words.day(line.on)), line.by.clone());
            let family = two(ui::body(child.mother.as_str()), child.village.clone());
            row![
                container(number).width(NUMBER_WIDTH).clip(true),
                container(two(name, child.id.to_string())).width(Length::Fill).clip(true),
            ]
            .push((!room.is_narrow()).then(|| container(family).width(FAMILY_WIDTH).clip(true)))
            .push(container(issued).width(ISSUED_WIDTH).clip(true))
            .push(container(tag(look, issue)).width(ISSUE_WIDTH))
        };
        let cells = cells.spacing(gap(3)).align_y(iced::Center);
        let opened = opened_row(cells, ROW_HEIGHT, self.rows.list.chosen == n, Message::Open(child.id));
        let may = now.may(Right::Do(CommandKind::IssueCertificate)) && !self.busy;
        let again =
            Button::quiet(words.get("certificates-again"), may.then_some(Message::Again(line.no))).icon(Icon::Paper);
        row![container(opened).width(Length::Fill), container(again).width(AGAIN_WIDTH)]
            .spacing(gap(2))
            .align_y(iced::Center)
            .height(ROW_HEIGHT)
            .into()
    }
}

/// A time with its last day; without one until today.
fn period(from: &str, until: &str, hands: &Hands) -> Result<Option<Days>, Trouble> {
    let day = |typed: &str| match typed.trim() {
        "" => Ok(None),
        typed => typed_date::parse(typed).map(Some).ok_or_else(|| Trouble::no_date(typed, Field::Date)),
    };
    let today = clinic::date::india(hands.clinic.env().now_ms());
    match (day(from)?, day(until)?) {
        (None, None) => Ok(None),
        (Some(from), until) if from <= until.unwrap_or(today) => Ok(Some(from..=until.unwrap_or(today))),
        _ => Err(Trouble::Plain("certificates-no-time")),
    }
}

fn column_names<'a>(now: Now<'a>) -> Element<'a, Message> {
    let room = now.room;
    let name =
        |key, width: Length| Element::from(container(ui::small_bold(now.words.get(key))).width(width).clip(true));
    let names = if room.is_tight() {
        row![name("today-column-child", Length::Fill)]
    } else {
        row![name("paper-certificate-number", NUMBER_WIDTH.into()), name("today-column-child", Length::Fill)]
            .push((!room.is_narrow()).then(|| name("certificates-column-family", FAMILY_WIDTH.into())))
            .push(name("certificates-column-issued", ISSUED_WIDTH.into()))
            .push(name("paper-issue", (ISSUE_WIDTH + AGAIN_WIDTH + gap(2)).into()))
    };
    names.spacing(gap(3)).padding(LIST_HEAD).into()
}
