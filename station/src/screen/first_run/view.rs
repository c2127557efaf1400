//! How the pages of the first run look: what it is for in one sentence, back and forward.

use super::{CLINIC, FirstRun, Group, LINK, Message, Page, TYPED_KEY};
use crate::ui::theme::{self, SIZE_BIG, TIGHT, gap};
use crate::ui::{self, Button, Element, Icon, Look, choice, field, icon, note, tag};
use crate::words::{Lang, Words};
use clinic::record::refusal::Field;
use iced::widget::{Row, column, container, row, space, text};
use iced::{Length, Padding};

const SHEET_WIDTH: f32 = 800.0;
/// Groups of the key in one line.
const KEY_COLUMNS: usize = 4;

impl FirstRun {
    pub fn view<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let (title, about) = self.heading(words);
        let mut top = row![icon::icon(Icon::Drop, 30.0, theme::colors().action), ui::title(title).width(Length::Fill)]
            .spacing(gap(3))
            .align_y(iced::Center);
        if Page::STEPS.contains(&self.page) {
            let step = [("n", (self.page.step() + 1).into()), ("of", Page::STEPS.len().into())];
            top = top.push(ui::small_bold(words.with("first-run-step", &step)));
        }
        let trouble = self.trouble.as_ref().filter(|trouble| trouble.field().is_none());
        let mut notes: Vec<_> = trouble.map(|trouble| note(Look::Late, trouble.sentence(words))).into_iter().collect();
        notes.extend(self.lacks.map(|key| note(Look::Wait, words.get(key))));
        let head = column![column![top, ui::body(about)].spacing(gap(4)), space().height(gap(4)), ui::above(notes)];
        ui::sheet(SHEET_WIDTH, column![head, self.content(words), space().height(gap(4)), self.foot(words)])
    }

    fn heading(&self, words: &Words) -> (String, String) {
        let (title, about) = match self.page {
            Page::Language => ("first-run-language-title", "first-run-language-about"),
            Page::Clinic => ("first-run-clinic-title", "first-run-clinic-about"),
            Page::SuperAdmin => ("first-run-super-admin-title", "first-run-super-admin-about"),
            Page::Key => ("first-run-key-title", "first-run-key-about"),
            Page::KeyBack => ("first-run-key-back-title", "first-run-key-back-about"),
            Page::Admin => ("first-run-admin-title", "first-run-admin-about"),
            Page::Worker => ("first-run-worker-title", "first-run-worker-about"),
            Page::District => ("first-run-district-title", "first-run-district-about"),
            Page::Done => ("first-run-done-title", "first-run-done-about"),
            Page::Restore if self.restore.is_done() => ("restore-done-title", "restore-done-about"),
            Page::Restore => ("restore-title", "restore-about"),
        };
        (words.get(title), words.get(about))
    }

    fn content<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        match self.page {
            Page::Language => language(words),
            Page::Clinic => self.clinic(words),
            Page::SuperAdmin => self.super_admin.view(words).map(Message::Person),
            Page::Admin => self.admin.view(words).map(Message::Person),
            Page::Worker => self.worker.view(words).map(Message::Person),
            Page::Key => self.key(words),
            Page::KeyBack => self.key_back(words),
            Page::District => field(words.get("first-run-link"), &self.link, Message::Link)
                .id(LINK)
                .hint(words.get("first-run-link-hint"))
                .into(),
            Page::Done => self.done(words),
            Page::Restore => self.restore.view(words).map(Message::Restore),
        }
    }

    fn clinic<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let error = super::about(self.trouble.as_ref(), Field::ClinicName).map(|trouble| trouble.sentence(words));
        let schedule = |id: &'static str, label: &str, about: &str| {
            choice(words.get(label), Some(words.get(about)), self.schedule == Some(id), Message::Schedule(id))
        };
        let endemic = |value: bool, label: &str| {
            choice::short_choice(words.get(label), self.je_endemic == Some(value), Message::Endemic(value))
        };
        column![
            field(words.get("field-clinic-name"), &self.clinic_name, Message::Clinic)
                .id(CLINIC)
                .hint(words.get("first-run-clinic-hint"))
                .error(error),
            ui::labelled(
                words.get("first-run-schedule"),
                column![
                    schedule("uip", "first-run-schedule-uip", "first-run-schedule-uip-about"),
                    schedule("seed", "first-run-schedule-seed", "first-run-schedule-seed-about"),
                ]
                .spacing(gap(2)),
            ),
            ui::labelled(
                words.get("first-run-endemic"),
                row![endemic(true, "first-run-endemic-yes"), endemic(false, "first-run-endemic-no")].spacing(gap(2)),
            ),
        ]
        .spacing(gap(3))
        .into()
    }

    fn key<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        let group = |(n, (group, _)): (usize, (String, Group))| {
            let number = words.with("first-run-group-open", &[("n", (n + 1).into())]);
            let symbols = text(group).size(SIZE_BIG).font(crate::fonts::SCREEN_BOLD).color(theme::colors().ink);
            let face = column![ui::small(number), symbols].align_x(iced::Center);
            container(face)
                .center_x(Length::Fill)
                .padding(Padding::from([gap(1) + TIGHT, gap(1)]))
                .style(theme::card)
                .into()
        };
        in_lines(self.groups().into_iter().enumerate().map(group).collect())
    }

    fn key_back<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let state = |(n, (_, state)): (usize, (String, Group))| {
            let (look, key) = match state {
                Group::Open => (Look::Upcoming, "first-run-group-open"),
                Group::Right => (Look::Done, "first-run-group-right"),
                Group::Wrong => (Look::Wrong, "first-run-group-wrong"),
            };
            container(tag(look, words.with(key, &[("n", (n + 1).into())]))).width(Length::Fill).into()
        };
        column![
            field(words.get("first-run-key-field"), &self.typed_key, Message::TypedKey)
                .id(TYPED_KEY)
                .hint(words.get("first-run-key-hint")),
            in_lines(self.groups().into_iter().enumerate().map(state).collect()),
        ]
        .spacing(gap(3))
        .into()
    }

    fn done<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let person = |name: &'a str, role: &str| {
            row![
                icon::icon(Icon::Check, icon::USUAL, theme::colors().good),
                ui::bold(name).width(220),
                ui::body(words.get(role))
            ]
            .spacing(gap(3))
            .align_y(iced::Center)
        };
        column![
            person(&self.super_admin.name, "role-super-admin"),
            person(&self.admin.name, "role-admin"),
            person(&self.worker.name, "role-phc-worker"),
        ]
        .spacing(gap(2))
        .into()
    }

    fn foot<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let mut foot = row![].spacing(gap(3)).align_y(iced::Center);
        let on_the_way = self.page == Page::Restore && (self.restore.is_running() || self.restore.is_done());
        if !matches!(self.page, Page::Language | Page::District | Page::Done) && !on_the_way {
            let back = (!self.busy).then_some(Message::Back);
            foot = foot.push(Button::secondary(words.get("shell-back"), back).key("Esc"));
        }
        if self.page == Page::Language {
            let restore = Button::secondary(words.get("first-run-restore"), Some(Message::ToRestore));
            foot = foot.push(restore.key("R"));
        }
        foot = foot.push(ui::push());
        if self.page == Page::Restore && self.restore.is_running() {
            return foot.into();
        }
        if self.page == Page::District {
            let later = (!self.busy).then_some(Message::Later);
            foot = foot.push(Button::secondary(words.get("first-run-later"), later));
        }
        let key = match (self.page, self.busy) {
            (Page::Worker, true) => "first-run-founding",
            (Page::District, true) => "first-run-enrolling",
            (Page::Worker, false) => "first-run-found",
            (Page::District, false) => "first-run-enrol",
            (Page::Key, _) => "first-run-key-written",
            (Page::Done, _) => "first-run-to-login",
            (Page::Restore, _) if self.restore.is_done() => "first-run-to-login",
            (Page::Restore, _) => "restore-begin",
            _ => "first-run-forward",
        };
        foot.push(Button::primary(words.get(key), (!self.busy).then_some(Message::Forward)).key("Enter")).into()
    }
}

/// Each language under its own name.
fn language<'a>(words: &Words) -> Element<'a, Message> {
    let one = |lang: Lang| {
        let own = Words::new(lang);
        let (name, about) = (own.get("shell-language-name"), own.get("first-run-language-line"));
        choice(name, Some(about), lang == words.lang(), Message::Lang(lang))
    };
    ui::stack(Lang::ALL.map(one)).into()
}

fn in_lines<'a>(cells: Vec<Element<'a, Message>>) -> Element<'a, Message> {
    let mut lines = column![].spacing(gap(2));
    let mut cells = cells.into_iter().peekable();
    while cells.peek().is_some() {
        lines = lines.push(Row::with_children(cells.by_ref().take(KEY_COLUMNS)).spacing(gap(2)));
    }
    lines.into()
}
