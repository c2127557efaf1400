//! Language, one's own password, the rules of the clinic, and the district.

mod backup;
mod line;
mod password;
mod rules;
mod toys;

use super::login::languages;
use super::{Hands, Now, blocking};
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Press, Trouble, field, focus, halves, headed_card, note, tag};
use crate::ui::{Contrast, Scale, choice::short_choice};
use crate::words::{Lang, Words};
use clinic::Session;
use clinic::record::command::{Command, CommandKind};
use clinic::record::role::{Query, Right};
use clinic::store::DistrictView;
use iced::widget::{column, row};
use iced::{Length, Task};

const CLOCK: &str = "settings-clock-right";

pub struct Settings {
    rules: rules::Rules,
    password: password::Password,
    line: line::LineCard,
    toys: toys::ToysCard,
    backup: backup::BackupCard,
    link: String,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Lang(Lang),
    Scale(Scale),
    Contrast(Contrast),
    Link(String),
    Enrol,
    Enrolled(Result<(), Trouble>),
    /// The clock is right now.
    AcceptClock,
    Accepted(Result<(), Trouble>),
    Rules(rules::Message),
    Password(password::Message),
    Line(line::Message),
    Toys(toys::Message),
    Backup(backup::Message),
    /// Who saw whose record.
    Audit,
    /// Children and doses from files.
    Import,
    /// The messages to families.
    Outbox,
    /// How they are sent.
    Reminders,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Lang(Lang),
    Scale(Scale),
    Contrast(Contrast),
    /// The clinic has a district now.
    Enrolled(Banner),
    Say(Banner),
    /// The rules of the clinic are others now.
    Changed(Banner, Task<Message>),
    /// After one's password changed.
    NewSession(Session, Banner),
    Audit,
    Import,
    Outbox,
    Reminders,
}

impl Settings {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let (rules, task) = rules::Rules::new(hands);
        let password = password::Password::default();
        let (line, toys) = (line::LineCard::default(), toys::ToysCard::default());
        let (backup, look) = backup::BackupCard::new(hands);
        let screen = Self { rules, password, line, toys, backup, link: String::new(), busy: false, trouble: None };
        (screen, Task::batch([task.map(Message::Rules), look.map(Message::Backup)]))
    }

    pub fn has_input(&self) -> bool {
        self.has_link()
            || self.password.has_input()
            || self.rules.has_input()
            || self.line.has_input()
            || self.toys.has_input()
            || self.backup.has_input()
    }

    fn has_link(&self) -> bool {
        !self.link.trim().is_empty()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Lang(lang) => return Action::Lang(lang),
            Message::Scale(scale) => return Action::Scale(scale),
            Message::Contrast(contrast) => return Action::Contrast(contrast),
            Message::Audit => return Action::Audit,
            Message::Import => return Action::Import,
            Message::Outbox => return Action::Outbox,
            Message::Reminders => return Action::Reminders,
            Message::Rules(message) => return self.rules.update(message, hands, words),
            Message::Password(message) => return self.password.update(message, hands, words),
            Message::Line(message) => return self.line.update(message, hands, words),
            Message::Toys(message) => return self.toys.update(message, hands, words),
            Message::Backup(message) => return self.backup.update(message, hands, words),
            Message::Link(typed) => self.link = typed,
            Message::Enrol => return self.enrol(hands),
            Message::Enrolled(Ok(())) => {
                self.busy = false;
                self.link.clear();
                return Action::Enrolled(Banner::good(words.get("settings-enrolled")));
            }
            Message::AcceptClock => {
                let hands = hands.clone();
                let accept = move || {
                    hands.clinic.submit(&hands.session, Command::AcceptClock)?;
                    Ok(())
                };
                return Action::Run(blocking(accept, Message::Accepted));
            }
            Message::Accepted(Ok(())) => return Action::Say(Banner::good(words.get("settings-clock-accepted"))),
            Message::Enrolled(Err(trouble)) | Message::Accepted(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    /// Only what is on the page for this person has a key.
    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        let may = |right| hands.session.may(right);
        let run = |task| Action::Run(task);
        match press {
            Press::Enter => self.enrol(hands),
            Press::Letter('A') if may(Right::See(Query::Audit)) => Action::Audit,
            Press::Letter('B') if may(Right::Do(CommandKind::Import)) => Action::Import,
            Press::Letter('M') if may(Right::See(Query::Reminders)) => Action::Outbox,
            Press::Letter('R') if may(Right::Do(CommandKind::ChangeReminders)) => Action::Reminders,
            Press::Letter('E') if self.rules.has_input() => self.rules.update(rules::Message::Effect, hands, words),
            Press::Letter('S') => self.rules.update(rules::Message::Save, hands, words),
            Press::Letter('U') => self.rules.update(rules::Message::Reset, hands, words),
            Press::Letter('D') => self.line.update(line::Message::Save, hands, words),
            Press::Letter('T') => self.toys.update(toys::Message::Save, hands, words),
            Press::Letter('K') if may(Right::Do(CommandKind::Backup)) => run(focus(backup::TO)),
            Press::Letter('P') => run(focus(password::OLD)),
            // Enter says it then: from then on records get this time.
            Press::Letter('C') => run(focus(CLOCK)),
            _ => Action::None,
        }
    }

    fn enrol(&mut self, hands: &Hands) -> Action {
        let Some(live) = hands.live.as_ref().filter(|_| !self.busy && self.has_link()) else { return Action::None };
        self.busy = true;
        self.trouble = None;
        let call = live.hub.enrol(hands.session.clone(), self.link.clone());
        Action::Run(Task::perform(call, |done| Message::Enrolled(done.map_err(Trouble::from))))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut left = column![headed_card(words.get("settings-clinic"), self.rules.view(now).map(Message::Rules)),]
            .spacing(gap(3))
            .width(Length::Fill);
        if now.may(Right::See(Query::Audit)) {
            let open = Button::secondary(words.get("settings-audit-open"), Some(Message::Audit)).key("A");
            let audit = column![ui::small(words.get("settings-audit-about")), open].spacing(gap(3));
            left = left.push(headed_card(words.get("settings-audit"), audit));
        }
        if now.may(Right::Do(CommandKind::Import)) {
            let open = Button::secondary(words.get("settings-import-open"), Some(Message::Import)).key("B");
            let import = column![ui::small(words.get("settings-import-about")), open].spacing(gap(3));
            left = left.push(headed_card(words.get("bring-title"), import));
        }
        if now.may(Right::Do(CommandKind::Backup)) {
            let backup = self.backup.view(now).map(Message::Backup);
            left = left.push(ui::keyed_card((words.get("settings-backup"), "K"), backup));
        }
        left = left
            .push(headed_card(words.get("settings-scale"), scales(now)))
            .push(headed_card(words.get("settings-contrast"), contrasts(now)));
        if now.may(Right::See(Query::Reminders)) {
            let open = Button::secondary(words.get("settings-outbox-open"), Some(Message::Outbox)).key("M");
            let set = now.may(Right::Do(CommandKind::ChangeReminders));
            let set =
                set.then(|| Button::secondary(words.get("settings-outbox-set"), Some(Message::Reminders)).key("R"));
            let buttons = row![Element::from(open)].push(set.map(Element::from)).spacing(gap(2));
            let buttons = buttons.wrap().vertical_spacing(gap(1));
            let outbox = column![ui::small(words.get("settings-outbox-about")), buttons].spacing(gap(3));
            left = left.push(headed_card(words.get("settings-outbox"), outbox));
        }
        let line = now.view.district.is_some().then(|| self.line.view(now).map(Message::Line));
        let toys = self.toys.view(now).map(|toys| toys.map(Message::Toys));
        let right = column![headed_card(words.get("settings-language"), languages(words, Message::Lang))]
            .push(line.map(|line| headed_card(words.get("settings-line"), line)))
            .push(toys.map(|toys| headed_card(words.get("settings-toys"), toys)))
            .push(headed_card(words.get("settings-district"), self.district(now)))
            .push(ui::keyed_card((words.get("settings-password"), "P"), self.password.view(now).map(Message::Password)))
            .spacing(gap(3))
            .width(Length::Fill);
        let clock = now.may(Right::Do(CommandKind::AcceptClock)).then(|| clock(now));
        let right = right.push(clock.map(|clock| headed_card(words.get("settings-clock"), clock)));
        let cards = column![ui::title(words.get("settings-title")), halves(now.room, left, right)].spacing(gap(3));
        ui::scroll(cards.max_width(1120)).width(Length::Fill).height(Length::Fill).into()
    }

    fn district<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        if let Some(district) = &now.view.district {
            return joined(district, words);
        }
        let mut lines = column![tag(Look::Wait, words.get("settings-no-district"))].spacing(gap(3));
        if !now.may(Right::Do(CommandKind::JoinDistrict)) {
            return lines.push(ui::small(words.get("settings-ask-super-admin"))).into();
        }
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        lines = lines.push(ui::above(trouble.into_iter().collect()));
        let join = if self.busy { words.get("first-run-enrolling") } else { words.get("first-run-enrol") };
        let ready = now.live.is_some() && !self.busy && self.has_link();
        lines
            .push(field(words.get("first-run-link"), &self.link, Message::Link).hint(words.get("first-run-link-hint")))
            .push(Button::primary(join, ready.then_some(Message::Enrol)).key("Enter"))
            .into()
    }
}

/// For the day after a flat battery: records are refused until somebody says that the clock is right.
fn clock(now: Now<'_>) -> Element<'_, Message> {
    let words = now.words;
    let time = clinic::date::india_time(now.now_ms).map(|t| t.format("%H:%M").to_string()).unwrap_or_default();
    let says = words.with("settings-clock-says", &[("date", words.day(now.today()).into()), ("time", time.into())]);
    column![
        ui::body(says),
        ui::small(words.get("settings-clock-why")),
        Button::secondary(words.get("settings-clock-right"), Some(Message::AcceptClock)).key("C").id(CLOCK),
    ]
    .spacing(gap(3))
    .into()
}

fn joined<'a>(district: &'a DistrictView, words: &'a Words) -> Element<'a, Message> {
    column![
        tag(Look::Done, words.get("settings-joined")),
        ui::labelled(words.get("settings-district-name"), ui::body(district.name.as_str())),
        ui::labelled(words.get("settings-station-name"), ui::body(district.station_name.as_str())),
        ui::labelled(words.get("settings-address"), ui::body(district.address.as_str())),
        ui::labelled(words.get("settings-district-code"), ui::body(district.device.code())),
    ]
    .spacing(gap(3))
    .into()
}

/// How large the words are: at this computer, for everybody.
fn scales<'a>(now: Now<'a>) -> Element<'a, Message> {
    let mut all = row![].spacing(gap(1));
    for scale in Scale::ALL {
        all = all.push(short_choice(scale.to_string(), scale == now.room.scale, Message::Scale(scale)));
    }
    column![all.wrap().vertical_spacing(gap(1)), ui::small(now.words.get("settings-scale-keys"))].spacing(gap(2)).into()
}

fn contrasts<'a>(now: Now<'a>) -> Element<'a, Message> {
    let all = Contrast::ALL.map(|contrast| {
        let label = now.words.get(&format!("settings-contrast-{}", contrast.code()));
        short_choice(label, contrast == now.room.contrast, Message::Contrast(contrast))
    });
    row(all).spacing(gap(1)).wrap().vertical_spacing(gap(1)).into()
}
