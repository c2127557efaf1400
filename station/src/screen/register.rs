//! A child comes for the first time.

use super::{Hands, Now, blocking, workers};
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Look, Press, Trouble, choice, field, note, tab_stop, tick, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, CommandKind};
use clinic::record::fact::Sex;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Right;
use hub_protocol::{ChildId, UserId};
use iced::widget::{column, container, operation, row};
use iced::{Length, Task};

/// Room for the ring around what has the focus, which a scrolled part would cut.
const RING: f32 = 4.0;
const NAME: &str = "register-name";
const DOB: &str = "register-dob";
const MOTHER: &str = "register-mother";
const FATHER: &str = "register-father";
const PHONE: &str = "register-phone";
const VILLAGE: &str = "register-village";
const LANDMARK: &str = "register-landmark";

#[derive(Default)]
struct Form {
    name: String,
    dob: String,
    dob_estimated: bool,
    sex: Option<Sex>,
    mother: String,
    father: String,
    phone: String,
    village: String,
    landmark: String,
    consent_reminders: bool,
    consent_tracing: bool,
}

pub struct Register {
    form: Form,
    /// Who may be given the child, for those who may choose.
    workers: Vec<(UserId, String, u32)>,
    worker: Option<UserId>,
    busy: bool,
    trouble: Option<Trouble>,
    no_sex: bool,
}

#[derive(Clone)]
pub enum Message {
    Workers(Result<Vec<(UserId, String, u32)>, Trouble>),
    Name(String),
    Dob(String),
    Estimated,
    Sex(Sex),
    Mother(String),
    Father(String),
    Phone(String),
    Village(String),
    Landmark(String),
    Reminders,
    Tracing,
    Worker(Option<UserId>),
    Save,
    /// The worker is full: the child goes on the clinic's list.
    SaveForNobody,
    Saved(Result<ChildId, Trouble>),
    Cancel,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Saved(ChildId),
    Cancel,
}

impl Register {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            form: Form::default(),
            workers: Vec::new(),
            worker: None,
            busy: false,
            trouble: None,
            no_sex: false,
        };
        let focus = operation::focus(tab_stop::id(NAME));
        if !hands.session.may(Right::Do(CommandKind::AssignChild)) {
            return (screen, focus);
        }
        let hands = hands.clone();
        (screen, Task::batch([focus, blocking(move || workers(&hands), Message::Workers)]))
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        let form = &self.form;
        [&form.name, &form.dob, &form.mother, &form.father, &form.phone, &form.village, &form.landmark]
            .into_iter()
            .any(|field| !field.trim().is_empty())
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        let typed = typed_into(&message);
        self.trouble.take_if(|trouble| typed.is_some() && trouble.field() == typed);
        let form = &mut self.form;
        match message {
            Message::Workers(Ok(workers)) => self.workers = workers,
            Message::Workers(Err(trouble)) => self.trouble = Some(trouble),
            Message::Name(typed) => form.name = typed,
            Message::Dob(typed) => form.dob = typed,
            Message::Estimated => form.dob_estimated = !form.dob_estimated,
            Message::Sex(sex) => {
                form.sex = Some(sex);
                self.no_sex = false;
            }
            Message::Mother(typed) => form.mother = typed,
            Message::Father(typed) => form.father = typed,
            Message::Phone(typed) => form.phone = typed,
            Message::Village(typed) => form.village = typed,
            Message::Landmark(typed) => form.landmark = typed,
            Message::Reminders => form.consent_reminders = !form.consent_reminders,
            Message::Tracing => form.consent_tracing = !form.consent_tracing,
            Message::Worker(worker) => self.worker = worker,
            Message::Save => return self.save(hands),
            Message::SaveForNobody => {
                self.worker = None;
                return self.save(hands);
            }
            Message::Saved(Ok(child)) => return Action::Saved(child),
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                return self.say(trouble);
            }
            Message::Cancel => return Action::Cancel,
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match press {
            // As in a ledger: Enter goes on to the next field. The button at the end saves.
            Press::Enter => Action::Run(operation::focus_next()),
            Press::Ctrl('S') => self.save(hands),
            Press::Escape => Action::Cancel,
            _ => Action::None,
        }
    }

    fn save(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let form = &self.form;
        let dob = match (form.dob.trim().is_empty(), typed_date::parse(&form.dob)) {
            (_, Some(dob)) => dob,
            (true, None) => return self.say(Refusal::Missing(Field::Dob).into()),
            (false, None) => return self.say(Refusal::Form(Field::Dob).into()),
        };
        let Some(sex) = form.sex else {
            self.no_sex = true;
            return Action::None;
        };
        let details = ChildForm {
            name: form.name.clone(),
            dob: to_day(dob),
            dob_estimated: form.dob_estimated,
            sex,
            mother: form.mother.clone(),
            father: form.father.clone(),
            phone: form.phone.clone(),
            village: form.village.clone(),
            landmark: form.landmark.clone(),
            consent_reminders: form.consent_reminders,
            consent_tracing: form.consent_tracing,
        };
        self.busy = true;
        self.trouble = None;
        let (Hands { clinic, session, .. }, worker) = (hands.clone(), self.worker);
        let work = move || {
            let child = clinic.env().new_child_id().map_err(clinic::store::StoreError::from)?;
            clinic.submit(&session, Command::RegisterChild { child, form: details, worker })?;
            Ok(child)
        };
        Action::Run(blocking(work, Message::Saved))
    }

    /// Shows what is wrong and goes to where it is.
    fn say(&mut self, trouble: Trouble) -> Action {
        let at = trouble.field().and_then(input_of);
        self.trouble = Some(trouble);
        at.map_or(Action::None, |id| Action::Run(operation::focus(tab_stop::id(id))))
    }

    fn error(&self, field: Field, words: &Words) -> Option<String> {
        let trouble = self.trouble.as_ref()?;
        (trouble.field() == Some(field)).then(|| trouble.sentence(words))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trouble = self.trouble.as_ref().filter(|trouble| trouble.field().is_none());
        let notice = trouble.map(|trouble| self.notice(trouble, now));
        let columns = row![self.child_fields(now), self.family_fields(now)].spacing(gap(6));
        let head = column![ui::title(words.get("register-title")), ui::small(words.get("register-about"))];
        let main = column![
            container(head.spacing(gap(1))).padding(RING),
            iced::widget::space().height(gap(2)),
            ui::above(notice.into_iter().collect()),
            // The buttons stay in sight, however long the form gets.
            ui::scroll(container(columns).padding(RING)).height(Length::Fill),
            self.end(now),
        ];
        ui::card(main).width(Length::Fill).height(Length::Fill).max_width(1060).into()
    }

    /// What is wrong with the whole, with the way out where there is one.
    fn notice<'a>(&self, trouble: &Trouble, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut said = column![note(Look::Late, trouble.sentence(words))].spacing(gap(2));
        if matches!(trouble, Trouble::Refused(Refusal::WorkerFull { .. })) {
            if now.may(Right::Do(CommandKind::AssignChild)) {
                let words = words.get("register-leave-to-nobody");
                said = said.push(Button::primary(words, Some(Message::SaveForNobody)));
            } else {
                said = said.push(ui::body(words.get("register-ask-admin")));
            }
        }
        said.into()
    }

    fn child_fields<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let (words, form) = (now.words, &self.form);
        let age = match typed_date::parse(&form.dob) {
            Some(dob) => born(words, dob, now.today()),
            None => words.get("register-dob-hint"),
        };
        let sexes = [(Sex::Female, "sex-female"), (Sex::Male, "sex-male"), (Sex::Other, "sex-other")];
        let mut sex = row![].spacing(gap(2));
        for (which, key) in sexes {
            sex = sex.push(choice::short_choice(words.get(key), form.sex == Some(which), Message::Sex(which)));
        }
        let under_sex: Element<'a, Message> = if self.no_sex {
            field::error(words.get("register-sex-missing"))
        } else {
            iced::widget::space().height(16).into()
        };
        column![
            field(words.get("register-name"), &form.name, Message::Name)
                .id(NAME)
                .hint(words.get("register-name-hint"))
                .error(self.error(Field::Name, words)),
            field(words.get("field-dob"), &form.dob, Message::Dob)
                .id(DOB)
                .hint(age)
                .error(self.error(Field::Dob, words)),
            tick(words.get("register-dob-estimated"), form.dob_estimated, Message::Estimated),
            column![ui::small_bold(words.get("register-sex")), sex, under_sex].spacing(gap(1)),
            field(words.get("field-village"), &form.village, Message::Village)
                .id(VILLAGE)
                .error(self.error(Field::Village, words)),
            field(words.get("field-landmark"), &form.landmark, Message::Landmark)
                .id(LANDMARK)
                .error(self.error(Field::Landmark, words)),
        ]
        .spacing(gap(2))
        .width(Length::Fill)
        .into()
    }

    fn family_fields<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let (words, form) = (now.words, &self.form);
        let mut fields = column![
            field(words.get("field-mother"), &form.mother, Message::Mother)
                .id(MOTHER)
                .hint(words.get("register-mother-hint"))
                .error(self.error(Field::Mother, words)),
            field(words.get("field-father"), &form.father, Message::Father)
                .id(FATHER)
                .error(self.error(Field::Father, words)),
            field(words.get("field-phone"), &form.phone, Message::Phone)
                .id(PHONE)
                .hint(words.get("register-phone-hint"))
                .error(self.error(Field::Phone, words)),
            column![
                ui::small_bold(words.get("register-consent")),
                tick(words.get("register-consent-reminders"), form.consent_reminders, Message::Reminders),
                tick(words.get("register-consent-tracing"), form.consent_tracing, Message::Tracing),
            ],
        ]
        .spacing(gap(2))
        .width(Length::Fill);
        if now.may(Right::Do(CommandKind::AssignChild)) {
            fields = fields.push(ui::labelled(words.get("register-worker"), self.worker_choice(words)));
        }
        fields.into()
    }

    fn worker_choice<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        let nobody = choice::short_choice(words.get("register-nobody"), self.worker.is_none(), Message::Worker(None));
        let mut all = column![nobody].spacing(gap(1));
        for (id, name, children) in &self.workers {
            let label = words.with("register-worker-line", &[("name", name.into()), ("n", (*children).into())]);
            all = all.push(choice::short_choice(label, self.worker == Some(*id), Message::Worker(Some(*id))));
        }
        ui::scroll(container(all).padding(RING)).width(Length::Fill).height(124).into()
    }

    fn end<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let save = if self.busy { words.get("shell-saving") } else { words.get("register-save") };
        let end = row![
            Button::primary(save, (!self.busy).then_some(Message::Save)).key("Ctrl S"),
            Button::secondary(words.get("shell-cancel"), Some(Message::Cancel)).key("Esc"),
            ui::push(),
            ui::small(words.get("register-enter-hint")),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        container(end).padding(iced::Padding::from(RING).top(gap(3))).into()
    }
}

/// The age as a check of the date that was typed.
fn born(words: &Words, dob: NaiveDate, today: NaiveDate) -> String {
    if dob > today {
        return words.get("register-dob-future");
    }
    let day = super::today::weekday(words, dob);
    words.with("register-dob-check", &[("age", words.age(dob, today).into()), ("day", day.into())])
}

/// The field that is being corrected: what was wrong with it is no longer said.
fn typed_into(message: &Message) -> Option<Field> {
    Some(match message {
        Message::Name(_) => Field::Name,
        Message::Dob(_) => Field::Dob,
        Message::Mother(_) | Message::Father(_) => Field::Mother,
        Message::Phone(_) => Field::Phone,
        Message::Village(_) => Field::Village,
        Message::Landmark(_) => Field::Landmark,
        _ => return None,
    })
}

/// The field of the form that a refusal is about.
fn input_of(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Name => NAME,
        Field::Dob => DOB,
        Field::Mother => MOTHER,
        Field::Father => FATHER,
        Field::Phone => PHONE,
        Field::Village => VILLAGE,
        Field::Landmark => LANDMARK,
        _ => return None,
    })
}
