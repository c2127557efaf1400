//! Counts of a month: what the monthly report asks, coverage, drop-out, and whether the figures can be true.

use super::{Hands, Now, blocking};
use crate::paper::wanted::{Days, Wanted, month_of};
use crate::ui::theme::{self, gap};
use crate::ui::{self, Beside, Button, Element, Look, Press, Trouble, headed_card, note, panes, tag};
use crate::words::Words;
use chrono::{Datelike, Months, NaiveDate};
use clinic::store::{DropOut, Report, ReportFilter, ReportItem};
use iced::widget::{Column, column, container, row, space};
use iced::{Length, Task};

const SIDE_WIDTH: f32 = 380.0;
const BAR_WIDTH: f32 = 130.0;
const BAR_HEIGHT: f32 = 10.0;

pub struct Reports {
    report: Option<Report>,
    trouble: Option<Trouble>,
    /// The first day of the month.
    month: NaiveDate,
}

#[derive(Clone)]
pub enum Message {
    Loaded(NaiveDate, Result<Box<Report>, Trouble>),
    Before,
    Next,
    Papers,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Papers(Vec<Wanted>),
}

impl Reports {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let today = clinic::date::india(hands.clinic.env().now_ms());
        let screen = Self { report: None, trouble: None, month: today.with_day(1).unwrap_or(today) };
        let read = screen.reload(hands);
        (screen, read)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (Hands { clinic, session, .. }, month, days) = (hands.clone(), self.month, self.days());
        let read = move || Ok(Box::new(clinic.report(&session, &days, &ReportFilter::default())?));
        blocking(read, move |report| Message::Loaded(month, report))
    }

    fn days(&self) -> Days {
        month_of(self.month)
    }

    fn go(&mut self, month: Option<NaiveDate>, hands: &Hands) -> Action {
        let today = clinic::date::india(hands.clinic.env().now_ms());
        match month.filter(|month| *month <= today) {
            Some(month) => {
                self.month = month;
                Action::Run(self.reload(hands))
            }
            None => Action::None,
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(month, report) if month == self.month => match report {
                Ok(report) => {
                    self.report = Some(*report);
                    self.trouble = None;
                }
                Err(trouble) => self.trouble = Some(trouble),
            },
            Message::Loaded(..) => {}
            Message::Before => return self.go(self.month.checked_sub_months(Months::new(1)), hands),
            Message::Next => return self.go(self.month.checked_add_months(Months::new(1)), hands),
            Message::Papers => {
                let (days, filter) = (self.days(), ReportFilter::default());
                let coverage = Wanted::Coverage(days.clone(), filter.clone());
                let certificates = Wanted::Certificates(Some(days.clone()));
                return Action::Papers(vec![Wanted::Month(days, filter), coverage, certificates]);
            }
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            Press::Letter('B') => self.update(Message::Before, hands),
            Press::Letter('N') => self.update(Message::Next, hands),
            Press::Letter('P') => self.update(Message::Papers, hands),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let month = format!("{} {}", words.get(&format!("month-{}", self.month.month())), self.month.year());
        let is_last = self.month + Months::new(1) > now.today();
        let heading = row![
            ui::title(words.with("reports-title", &[("month", month.into())])).width(Length::Fill),
            Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P"),
            Button::quiet(words.get("reports-before"), Some(Message::Before)).key("B"),
            Button::quiet(words.get("reports-next"), (!is_last).then_some(Message::Next)).key("N"),
        ]
        .spacing(gap(2))
        .align_y(iced::Center);
        let mut main = column![heading].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(report) = &self.report else {
            main = main.push(ui::working(words.get("shell-loading")));
            return ui::card(main).width(Length::Fill).height(Length::Fill).into();
        };
        let counted = words.with("reports-counted", &[("n", report.doses.into()), ("outside", report.outside.into())]);
        main = main.push(ui::small(counted));
        let half = report.items.len().div_ceil(2);
        let (left, right) = report.items.split_at(half);
        main = main.push(row![items(left, words), items(right, words)].spacing(gap(6)));
        let side = column![cohort(report, words), drop_outs(report, words), checks(report, words)].spacing(gap(3));
        let list = ui::scroll(ui::card(main).width(Length::Fill)).width(Length::Fill).height(Length::Fill);
        panes(now.room, list, Beside::Also(side.into()), SIDE_WIDTH)
    }
}

fn items<'a>(items: &'a [ReportItem], words: &Words) -> Element<'a, Message> {
    let lines = items.iter().map(|item| {
        let count = match item.count {
            Some(n) => ui::bold(words.number(n.into())),
            None => ui::small(words.get("reports-not-recorded")),
        };
        row![
            container(ui::small(item.number)).width(52),
            container(ui::small(words.get(&format!("hmis-{}", item.key))).color(theme::colors().ink))
                .width(Length::Fill),
            count,
        ]
        .spacing(gap(2))
        .align_y(iced::Center)
        .into()
    });
    Column::with_children(lines).spacing(3).width(Length::Fill).into()
}

fn share(n: u32, of: u32) -> f32 {
    if of == 0 { 0.0 } else { (n as f32 / of as f32).clamp(0.0, 1.0) }
}

/// A figure with a bar as long as its share.
fn figure<'a>(label: String, n: u32, of: u32, look: Look, words: &Words) -> Element<'a, Message> {
    let full = BAR_WIDTH * share(n, of);
    let bar = container(space().width(full).height(BAR_HEIGHT)).style(theme::chip(look.ink(), 3.0));
    let back = container(bar).width(BAR_WIDTH).style(theme::chip(theme::colors().shade, 3.0));
    row![
        container(ui::small(label).color(theme::colors().ink)).width(Length::Fill),
        back,
        container(ui::small_bold(words.with("reports-of", &[("n", n.into()), ("of", of.into())]))).width(70),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}

fn cohort<'a>(report: &'a Report, words: &Words) -> Element<'a, Message> {
    let c = report.cohort;
    let of = |key: &str, n, look| figure(words.get(key), n, c.children, look, words);
    let lines = ui::stack([
        ui::small(words.with("reports-cohort-about", &[("n", c.children.into())])).into(),
        of("reports-bcg", c.bcg, Look::Good),
        of("reports-penta1", c.penta1, Look::Good),
        of("reports-penta3", c.penta3, Look::Good),
        of("reports-mr1", c.mr1, Look::Good),
        of("reports-fully", c.fully, Look::Good),
        of("reports-fully-extended", c.fully_extended, Look::Good),
        of("reports-zero-dose", c.zero_dose, Look::Late),
        of("reports-left-out", c.left_out, Look::Late),
        of("reports-dropped-out", c.dropped_out, Look::Late),
    ]);
    headed_card(words.get("reports-cohort"), lines).into()
}

fn percent(words: &Words, rate: DropOut) -> (Look, String) {
    match rate.permille() {
        None => (Look::Upcoming, words.get("reports-no-rate")),
        Some(permille) => {
            let sign = if permille < 0 { "-" } else { "" };
            let value = format!("{sign}{}.{}", permille.abs() / 10, permille.abs() % 10);
            let look = if rate.is_alarming() { Look::Late } else { Look::Good };
            (look, words.with("reports-percent", &[("n", value.into())]))
        }
    }
}

fn drop_outs<'a>(report: &'a Report, words: &Words) -> Element<'a, Message> {
    let mut lines = column![row![
        ui::small("").width(Length::Fill),
        container(ui::small_bold(words.get("reports-by-month"))).width(105),
        container(ui::small_bold(words.get("reports-by-cohort"))).width(105),
    ]]
    .spacing(gap(2));
    for (month, children) in report.drop_outs.iter().zip(&report.cohort_drop_outs) {
        let cell = |rate: &DropOut| {
            let (look, said) = percent(words, *rate);
            container(tag(look, said)).width(105)
        };
        let label = ui::small(words.get(&format!("drop-out-{}", month.key))).color(theme::colors().ink);
        lines =
            lines.push(row![container(label).width(Length::Fill), cell(month), cell(children)].align_y(iced::Center));
    }
    headed_card(words.get("reports-drop-out"), lines).into()
}

fn checks<'a>(report: &'a Report, words: &Words) -> Element<'a, Message> {
    let lines = report.checks.iter().map(|check| {
        let args = [("n", check.count.into()), ("most", check.most.into())];
        let said = words.with(&format!("check-{}", check.key), &args);
        let (look, state) = if check.holds() { (Look::Done, "reports-holds") } else { (Look::Wait, "reports-look") };
        row![ui::small(said).color(theme::colors().ink).width(Length::Fill), tag(look, words.get(state))]
            .spacing(gap(2))
            .align_y(iced::Center)
            .into()
    });
    headed_card(words.get("reports-checks"), Column::with_children(lines).spacing(gap(2))).into()
}
