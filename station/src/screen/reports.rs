//! Counts of a time, of the whole clinic or a part: what the monthly report asks, coverage, drop-out, and whether the
//! figures can be true.

mod asked;

use super::{Hands, Now, blocking};
use crate::paper::wanted::{Days, Wanted};
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Button, Element, Look, Press, Trouble, headed_card, note, page, tag};
use crate::words::Words;
use asked::Asked;
use clinic::Session;
use clinic::record::role::{Query, Right};
use clinic::store::{CertificateFilter, Covered, DropOut, Report, ReportFilter, ReportItem};
use hub_protocol::UserId;
use iced::widget::{Column, column, container, row, space};
use iced::{Length, Task};

const SIDE_WIDTH: f32 = 380.0;
const BAR_WIDTH: f32 = 130.0;
const BAR_HEIGHT: f32 = 10.0;
/// Villages that are drawn, those with most children late.
const VILLAGES_MAX: usize = 12;

pub struct Reports {
    report: Option<Report>,
    covered: Vec<Covered>,
    trouble: Option<Trouble>,
    asked: Asked,
    workers: Vec<(UserId, String, u32)>,
    /// How many of them are late now, in each village.
    late: Vec<(String, u32)>,
    /// What is counted can be chosen.
    choosing: bool,
}

#[derive(Clone)]
pub enum Message {
    Loaded((Days, ReportFilter), Result<Box<Report>, Trouble>),
    Covered((Days, ReportFilter), Result<Vec<Covered>, Trouble>),
    Late((Days, ReportFilter), Result<Vec<(String, u32)>, Trouble>),
    Workers(Result<Vec<(UserId, String, u32)>, Trouble>),
    Before,
    Next,
    Choosing,
    Asked(asked::Message),
    Papers,
    Certificates,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Papers(Vec<Wanted>),
    /// Those that were issued.
    Certificates,
}

impl Reports {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let today = clinic::date::india(hands.clinic.env().now_ms());
        let asked = Asked::this_month(today);
        let screen = Self {
            report: None,
            covered: Vec::new(),
            trouble: None,
            asked,
            workers: Vec::new(),
            late: Vec::new(),
            choosing: false,
        };
        let people = hands.clone();
        let workers = blocking(move || super::workers(&people), Message::Workers);
        let read = Task::batch([screen.reload(hands), workers]);
        (screen, read)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let of = (self.asked.days(), self.asked.filter());
        let (asked, (days, filter)) = (of.clone(), of.clone());
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            if let Some(village) = &filter.village
                && !clinic.knows_village(&session, village)?
            {
                return Err(Trouble::Plain("reports-no-village"));
            }
            Ok(Box::new(clinic.report(&session, &days, &filter)?))
        };
        let report = blocking(read, move |report| Message::Loaded(asked, report));
        // What stands beside it: the coverage looks at the children of every age.
        let (asked, (days, filter)) = (of.clone(), of.clone());
        let Hands { clinic, session, .. } = hands.clone();
        let covered = move || Ok(clinic.coverage(&session, *days.end(), &filter)?);
        let covered = blocking(covered, move |covered| Message::Covered(asked, covered));
        let (worker, Hands { clinic, session, .. }) = (of.1.worker, hands.clone());
        let late = move || Ok(clinic.late_by_village(&session, worker)?);
        let late = blocking(late, move |late| Message::Late(of, late));
        Task::batch([report, covered, late])
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        let today = clinic::date::india(hands.clinic.env().now_ms());
        let is_other = match message {
            // An answer to an earlier question.
            Message::Loaded(of, _) | Message::Covered(of, _) | Message::Late(of, _)
                if of != (self.asked.days(), self.asked.filter()) =>
            {
                false
            }
            Message::Loaded(_, report) => {
                match report {
                    Ok(report) => {
                        self.report = Some(*report);
                        self.trouble = None;
                    }
                    Err(trouble) => self.trouble = Some(trouble),
                }
                false
            }
            Message::Covered(_, Ok(covered)) => {
                self.covered = covered;
                false
            }
            Message::Late(_, Ok(late)) => {
                self.late = late;
                false
            }
            Message::Covered(_, Err(trouble)) | Message::Late(_, Err(trouble)) => {
                self.trouble = Some(trouble);
                false
            }
            Message::Workers(Ok(workers)) => {
                self.workers = workers;
                false
            }
            Message::Workers(Err(trouble)) => {
                self.trouble = Some(trouble);
                false
            }
            Message::Before => self.asked.step(false, today),
            Message::Next => self.asked.step(true, today),
            Message::Choosing => {
                self.choosing = !self.choosing;
                false
            }
            Message::Asked(message) => match self.asked.update(message, today) {
                Ok(is_other) => is_other,
                Err(trouble) => {
                    self.trouble = Some(trouble);
                    false
                }
            },
            Message::Papers => return self.papers(),
            Message::Certificates if may_see_certificates(&hands.session) => return Action::Certificates,
            Message::Certificates => false,
        };
        if !is_other {
            return Action::None;
        }
        // What is shown was counted of something else.
        (self.report, self.trouble) = (None, None);
        (self.covered, self.late) = (Vec::new(), Vec::new());
        Action::Run(self.reload(hands))
    }

    fn papers(&self) -> Action {
        let (days, filter) = (self.asked.days(), self.asked.filter());
        Action::Papers(vec![
            Wanted::Month(days.clone(), filter.clone()),
            Wanted::Coverage(days.clone(), filter.clone()),
            Wanted::Figures(days.clone(), filter),
            Wanted::Certificates(CertificateFilter { period: Some(days), ..CertificateFilter::default() }),
        ])
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            Press::Letter('B') => self.update(Message::Before, hands),
            Press::Letter('N') => self.update(Message::Next, hands),
            Press::Letter('F') => self.update(Message::Choosing, hands),
            Press::Letter('P') => self.update(Message::Papers, hands),
            Press::Letter('C') => self.update(Message::Certificates, hands),
            Press::Escape if self.choosing => self.update(Message::Choosing, hands),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let time = self.asked.said(words);
        let (before, next) = self.asked.steps();
        let may = |message, may: bool| may.then_some(message);
        let buttons = row![
            Button::quiet(words.get("reports-choose"), Some(Message::Choosing)).key("F"),
            Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P"),
            Button::quiet(words.get(before), may(Message::Before, self.asked.has_steps())).key("B"),
            Button::quiet(words.get(next), may(Message::Next, self.asked.has_next(now.today()))).key("N"),
        ]
        .push(
            may_see_certificates(now.session)
                .then(|| Button::quiet(words.get("certificates-title"), Some(Message::Certificates)).key("C")),
        )
        .spacing(gap(2))
        .align_y(iced::Center);
        let title = ui::title(words.with("reports-title", &[("month", time.into())]));
        let mut main = column![title, buttons.wrap().vertical_spacing(gap(1))].spacing(gap(3));
        if self.choosing {
            main = main.push(self.asked.view(&self.workers, words).map(Message::Asked)).push(ui::rule());
        }
        if let Some(only) = self.asked.only(&self.workers, now) {
            main = main.push(note(Look::Upcoming, words.with("reports-only", &[("only", only.into())])));
        }
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(report) = &self.report else {
            if self.trouble.is_none() {
                main = main.push(ui::working(words.get("shell-loading")));
            }
            return ui::card(main).width(Length::Fill).height(Length::Fill).into();
        };
        let counted = words.with("reports-counted", &[("n", report.doses.into()), ("outside", report.outside.into())]);
        main = main.push(ui::small(counted));
        let half = report.items.len().div_ceil(2);
        let (left, right) = report.items.split_at(half);
        main = main.push(row![items(left, words), items(right, words)].spacing(gap(6)));
        let side = Column::new()
            .push((!self.covered.is_empty()).then(|| coverage(&self.covered, words)))
            .push(drop_outs(report, words))
            // Of all villages; in one there is nothing to compare.
            .push(self.asked.filter().village.is_none().then(|| by_village(&self.late, words)).flatten())
            .push(reached(report, words))
            .push(cohort(report, words))
            .push(by_product(report, words))
            .push(checks(report, words));
        page(now.room, ui::card(main).width(Length::Fill), side.spacing(gap(3)), SIDE_WIDTH)
    }
}

/// Numbers that are compared: each with a bar as long as its part of the largest.
fn compared<'a>(lines: impl Iterator<Item = (String, u32)> + Clone, look: Look, words: &Words) -> Element<'a, Message> {
    let most = lines.clone().map(|(_, n)| n).max().unwrap_or_default();
    let line = |(label, n): (String, u32)| {
        let full = BAR_WIDTH * share(n, most);
        let bar = container(space().width(full).height(BAR_HEIGHT)).style(theme::chip(look.ink(), 3.0));
        let count = container(ui::small_bold(words.number(n.into()))).width(70);
        let label = container(ui::small(label).color(theme::colors().ink)).width(Length::Fill);
        row![label, container(bar).width(BAR_WIDTH), count].spacing(gap(2)).align_y(iced::Center).into()
    };
    ui::stack(lines.map(line).collect::<Vec<_>>()).into()
}

fn by_village<'a>(late: &[(String, u32)], words: &Words) -> Option<Element<'a, Message>> {
    let lines = late.iter().filter(|(_, n)| *n > 0).take(VILLAGES_MAX).cloned();
    let any = lines.clone().next().is_some();
    any.then(|| headed_card(words.get("reports-late-by-village"), compared(lines, Look::Late, words)).into())
}

fn by_product<'a>(report: &Report, words: &Words) -> Option<Element<'a, Message>> {
    let lines = report.by_product.iter().map(|(product, n)| (words.product(product), *n));
    let any = !report.by_product.is_empty();
    any.then(|| headed_card(words.get("reports-by-vaccine"), compared(lines, Look::Good, words)).into())
}

fn may_see_certificates(session: &Session) -> bool {
    session.may(Right::See(Query::Certificates))
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
    Column::with_children(lines).spacing(TIGHT).width(Length::Fill).into()
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

/// Children who became it, and the share of those who came of age, with who they are.
fn reached<'a>(report: &'a Report, words: &Words) -> Element<'a, Message> {
    let count = |key: &str, n: u32| {
        row![ui::small(words.get(key)).color(theme::colors().ink).width(Length::Fill), ui::bold(words.number(n.into()))]
            .align_y(iced::Center)
            .into()
    };
    let one = report.turned_one;
    let lines = ui::stack([
        count("reports-fully", report.fully.total()),
        count("reports-fully-extended", report.fully_extended),
        count("reports-completely", report.completely),
        ui::rule(),
        ui::small(words.get("paper-coverage-turned")).into(),
        figure(words.get("reports-fully"), one.fully, one.children, Look::Good, words),
    ]);
    headed_card(words.get("reports-reached"), lines).into()
}

/// Every dose of the schedule with the share of the children of its age who have it.
fn coverage<'a>(covered: &[Covered], words: &Words) -> Element<'a, Message> {
    let (counted, others): (Vec<_>, Vec<_>) = covered.iter().partition(|dose| dose.children > 0);
    let mut lines = ui::stack([]);
    for of_age in counted.chunk_by(|one, next| one.age_years == next.age_years) {
        lines = lines.push(ui::small(words.of_age(of_age[0].age_years)));
        for dose in of_age {
            lines = lines.push(figure(words.dose_label(&dose.item), dose.given, dose.children, Look::Good, words));
        }
    }
    if !others.is_empty() {
        let doses: Vec<String> = others.iter().map(|dose| words.dose_label(&dose.item)).collect();
        lines = lines.push(ui::small(words.with("reports-coverage-none", &[("doses", doses.join(", ").into())])));
    }
    headed_card(words.get("reports-coverage"), lines).into()
}

fn cohort<'a>(report: &'a Report, words: &Words) -> Element<'a, Message> {
    let c = report.cohort;
    let of = |key: &str, n, look| figure(words.get(key), n, c.children, look, words);
    let lines = ui::stack([
        ui::small(words.with("reports-cohort-about", &[("n", c.children.into())])).into(),
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
        let look = if children.is_alarming() { Look::Late } else { Look::Good };
        lines = lines.push(figure(words.get("reports-went-on"), children.went_on, children.began, look, words));
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
