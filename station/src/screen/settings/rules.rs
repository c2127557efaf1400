//! The rules that an Admin may change, with what the change would do before it is made.

use super::super::{Hands, Now, blocking};
use super::Action;
use crate::ui::choice::short_choice;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Banner, Button, Element, Look, Trouble, field, note, tick, typed_number};
use crate::words::Words;
use clinic::diet::Region;
use clinic::milestone::FullySet;
use clinic::record::command::{Command, Settings};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::{Query, Right};
use clinic::store::{Effect, VaccineEffect};
use iced::Task;
use iced::widget::{column, container, row};

const NUMBER_WIDTH: f32 = 254.0;
const VACCINE_WIDTH: f32 = 150.0;

pub struct Rules {
    /// As they are, for those who may change them.
    kept: Option<Settings>,
    form: Form,
    /// What the form would do.
    effect: Option<Effect>,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone, PartialEq, Eq, Default)]
struct Form {
    schedule: String,
    je_endemic: bool,
    defaulter_days: String,
    auto_lock_min: String,
    region: String,
    facility_code: String,
    facility_phone: String,
    fully: FullySet,
}

impl Form {
    fn of(settings: &Settings) -> Self {
        Self {
            schedule: settings.schedule.clone(),
            je_endemic: settings.je_endemic,
            defaulter_days: settings.defaulter_days.to_string(),
            auto_lock_min: settings.auto_lock_min.to_string(),
            region: settings.region.clone(),
            facility_code: settings.facility_code.clone().unwrap_or_default(),
            facility_phone: settings.facility_phone.clone().unwrap_or_default(),
            fully: settings.fully.unwrap_or_default(),
        }
    }

    fn settings(&self) -> Result<Settings, Refusal> {
        let number = |text: &str, field| typed_number::parse(text).ok_or(Refusal::Range(field));
        Ok(Settings {
            schedule: self.schedule.clone(),
            je_endemic: self.je_endemic,
            defaulter_days: number(&self.defaulter_days, Field::DefaulterDays)?,
            auto_lock_min: number(&self.auto_lock_min, Field::AutoLock)?,
            region: self.region.clone(),
            facility_code: Some(self.facility_code.clone()),
            facility_phone: Some(self.facility_phone.clone()),
            fully: Some(self.fully),
        })
    }
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Settings, Trouble>),
    Schedule(&'static str),
    Je,
    Days(String),
    Lock(String),
    Region(&'static str),
    Code(String),
    Phone(String),
    Fully(FullySet),
    Effect,
    Shown(Result<Effect, Trouble>),
    Save,
    Saved(Result<(), Trouble>),
    Reset,
}

/// The schedules that can be followed.
const SCHEDULES: [(&str, &str); 2] = [("uip", "first-run-schedule-uip"), ("seed", "first-run-schedule-seed")];

impl Rules {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let rules = Self { kept: None, form: Form::default(), effect: None, busy: false, trouble: None };
        let load = if hands.session.may(Right::See(Query::Settings)) { Self::load(hands) } else { Task::none() };
        (rules, load)
    }

    fn load(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.settings(&session)?), Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| Form::of(kept) != self.form)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let before = self.form.clone();
        match message {
            Message::Loaded(Ok(settings)) => {
                self.form = Form::of(&settings);
                self.kept = Some(settings);
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Schedule(id) => id.clone_into(&mut self.form.schedule),
            Message::Je => self.form.je_endemic = !self.form.je_endemic,
            Message::Days(typed) => self.form.defaulter_days = typed,
            Message::Lock(typed) => self.form.auto_lock_min = typed,
            Message::Code(typed) => self.form.facility_code = typed,
            Message::Phone(typed) => self.form.facility_phone = typed,
            Message::Fully(set) => self.form.fully = set,
            Message::Region(code) => code.clone_into(&mut self.form.region),
            Message::Effect => return self.show_effect(hands),
            Message::Shown(shown) => {
                self.busy = false;
                match shown {
                    Ok(effect) => self.effect = Some(effect),
                    Err(trouble) => self.trouble = Some(trouble),
                }
            }
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                self.busy = false;
                self.effect = None;
                let said = Banner::good(words.get("settings-saved"));
                return Action::Changed(said, Self::load(hands).map(super::Message::Rules));
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Reset => {
                if let Some(kept) = &self.kept {
                    self.form = Form::of(kept);
                }
                self.trouble = None;
            }
        }
        // What was shown was about another form.
        if self.form != before {
            self.effect = None;
            self.trouble = None;
        }
        Action::None
    }

    fn show_effect(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let settings = match self.form.settings() {
            Ok(settings) => settings,
            Err(refusal) => {
                self.trouble = Some(refusal.into());
                return Action::None;
            }
        };
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.settings_effect(&session, &settings)?);
        Action::Run(blocking(work, Message::Shown).map(super::Message::Rules))
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(settings) = self.form.settings().ok().filter(|_| self.effect.is_some() && !self.busy) else {
            return Action::None;
        };
        self.busy = true;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.submit(&session, Command::ChangeSettings(settings)).map(|_| ())?);
        Action::Run(blocking(work, Message::Saved).map(super::Message::Rules))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let name = ui::labelled(words.get("field-clinic-name"), ui::body(now.view.name.as_str()));
        if self.kept.is_none() {
            let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
            return column![name].push(trouble).push(as_they_are(now)).spacing(gap(3)).into();
        }
        let form = &self.form;
        let error = |field: Field| {
            self.trouble.as_ref().filter(|trouble| trouble.field() == Some(field)).map(|t| t.sentence(words))
        };
        let general = self.trouble.as_ref().filter(|trouble| trouble.field().is_none());
        let general = general.map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut schedules = column![].spacing(gap(1));
        for (id, key) in SCHEDULES {
            schedules = schedules.push(short_choice(words.get(key), form.schedule == id, Message::Schedule(id)));
        }
        let numbers = row![
            field(words.get("settings-defaulter-days"), &form.defaulter_days, Message::Days)
                .width(NUMBER_WIDTH)
                .error(error(Field::DefaulterDays)),
            field(words.get("settings-auto-lock"), &form.auto_lock_min, Message::Lock)
                .width(NUMBER_WIDTH)
                .error(error(Field::AutoLock)),
        ]
        .spacing(gap(3))
        .wrap()
        .vertical_spacing(gap(2));
        let mut regions = row![].spacing(gap(1));
        regions =
            regions.push(short_choice(words.get("settings-region-none"), form.region.is_empty(), Message::Region("")));
        for region in Region::ALL {
            let here = form.region == region.code();
            regions = regions.push(short_choice(words.get(region.key()), here, Message::Region(region.code())));
        }
        let facility = row![
            field(words.get("field-facility-code"), &form.facility_code, Message::Code)
                .width(NUMBER_WIDTH)
                .error(error(Field::FacilityCode)),
            field(words.get("field-facility-phone"), &form.facility_phone, Message::Phone)
                .width(NUMBER_WIDTH)
                .error(error(Field::FacilityPhone)),
        ]
        .spacing(gap(3))
        .wrap()
        .vertical_spacing(gap(2));
        let sets = FullySet::ALL.map(|set| {
            let label = words.get(&format!("fully-set-{}", set.code()));
            short_choice(label, form.fully == set, Message::Fully(set))
        });
        let mut page = column![
            name,
            facility,
            ui::labelled(words.get("settings-schedule"), schedules),
            tick(words.get("settings-je-tick"), form.je_endemic, Message::Je),
            numbers,
            ui::labelled(words.get("settings-region"), regions.wrap().vertical_spacing(gap(1))),
            ui::labelled(words.get("settings-fully"), column(sets).spacing(gap(1))),
        ]
        .spacing(gap(3));
        page = page.push(ui::above(general.into_iter().collect()));
        if !self.has_input() {
            return page.push(ui::small(words.get("settings-change-hint"))).into();
        }
        let back = Button::quiet(words.get("settings-undo"), Some(Message::Reset)).key("U");
        match &self.effect {
            None => {
                let show = if self.busy { words.get("settings-counting") } else { words.get("settings-show-effect") };
                let show = Button::secondary(show, (!self.busy).then_some(Message::Effect)).key("E");
                page.push(row![show, back].spacing(gap(2)).align_y(iced::Center)).into()
            }
            Some(effect) => {
                let save = if self.busy { words.get("shell-saving") } else { words.get("settings-save") };
                let save = Button::primary(save, (!self.busy).then_some(Message::Save)).key("S");
                let buttons = row![save, back].spacing(gap(2)).align_y(iced::Center);
                page.push(note(Look::Wait, in_words(effect, words))).push(vaccines(effect, words)).push(buttons).into()
            }
        }
    }
}

fn in_words(effect: &Effect, words: &Words) -> String {
    let Effect { children, due_before, due_after, late_before, late_after, .. } = *effect;
    words.with(
        "settings-effect",
        &[
            ("children", children.into()),
            ("due", due_before.into()),
            ("dueAfter", due_after.into()),
            ("late", late_before.into()),
            ("lateAfter", late_after.into()),
        ],
    )
}

/// Which vaccines change, and for how many children.
fn vaccines<'a>(effect: &Effect, words: &Words) -> Element<'a, Message> {
    if effect.vaccines.is_empty() {
        return ui::small(words.get("settings-effect-no-vaccine")).into();
    }
    let title = words.with("settings-effect-vaccines", &[("n", effect.touched.into())]);
    let mut lines = column![ui::small_bold(title)].spacing(TIGHT);
    for vaccine in &effect.vaccines {
        let VaccineEffect { series, added, removed, moved } = vaccine;
        let counts = [("added", added), ("removed", removed), ("moved", moved)].into_iter().filter(|(_, n)| **n > 0);
        let counts: Vec<_> =
            counts.map(|(what, n)| words.with(&format!("settings-effect-{what}"), &[("n", (*n).into())])).collect();
        let name = container(ui::small_bold(words.dose_label(series)).color(theme::colors().ink)).width(VACCINE_WIDTH);
        lines = lines.push(row![name, ui::small(counts.join(" · ")).color(theme::colors().ink)].spacing(gap(2)));
    }
    lines.into()
}

/// For those who may look and not change.
fn as_they_are<'a>(now: Now<'a>) -> Element<'a, Message> {
    let (words, view) = (now.words, now.view);
    let schedule = words.schedule(&view.schedule).unwrap_or_else(|| view.schedule_name.clone());
    let endemic = if view.je_endemic { "settings-je-yes" } else { "settings-je-no" };
    let region = Region::of_code(&view.region).map_or("settings-region-none", Region::key);
    column![
        ui::labelled(words.get("settings-schedule"), ui::body(schedule)),
        ui::labelled(words.get("settings-je"), ui::body(words.get(endemic))),
        ui::labelled(words.get("settings-defaulter-days"), ui::body(words.number(view.defaulter_days.into()))),
        ui::labelled(words.get("settings-auto-lock"), ui::body(words.number(view.auto_lock_min.into()))),
        ui::labelled(words.get("settings-region"), ui::body(words.get(region))),
        ui::labelled(words.get("settings-fully"), ui::body(words.get(&format!("fully-set-{}", view.fully.code())))),
        ui::small(words.get("settings-ask-admin")),
    ]
    .spacing(gap(3))
    .into()
}
