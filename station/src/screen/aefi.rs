//! Adverse events of one child: the case reporting form, short, and what the records fill in by themselves.

mod form;

use super::{Hands, Now, Step, blocking};
use crate::ui::theme::{TIGHT, gap};
use crate::ui::{self, Banner, Button, Element, Icon, Look, Press, Trouble, empty, field, focus, note, tag};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::ledger::EventId;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::AefiClass;
use clinic::record::refusal::Field;
use clinic::record::role::Right;
use clinic::store::{AefiDoseView, AefiLine, AefiView, ChildPage};
use form::Form;
use hub_protocol::{ChildId, OriginId};
use iced::widget::{column, container, row};
use iced::{Length, Task};
use serde::{Deserialize, Serialize};

pub struct Aefi {
    child: ChildId,
    today: NaiveDate,
    /// The reports of the child, the latest first.
    reports: Vec<AefiLine>,
    /// Its doses, the latest first: product and day, with the words' key of what they counted as.
    doses: Vec<(String, NaiveDate)>,
    doing: Doing,
    busy: bool,
    trouble: Option<Trouble>,
    /// It was said that something is not saved.
    warned: bool,
}

enum Doing {
    Looking,
    /// A new report, or another word on one that was made.
    Writing {
        form: Box<Form>,
        of: Option<Box<AefiView>>,
    },
    /// By whom another word on it is none.
    Reading(Box<AefiView>),
    /// It is no report of this child: why?
    Withdrawing {
        view: Box<AefiView>,
        reason: String,
    },
}

const REASON: &str = "aefi-reason";

/// A form as it is kept until it is saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    form: Form,
    /// Which report it is another word on: origin and sequence.
    of: Option<([u8; 16], u64)>,
}

#[derive(Debug, Clone)]
pub enum Message {
    New,
    Open(EventId),
    Opened(Result<Box<AefiView>, Trouble>),
    /// The report on which a form was begun before.
    Again(Box<Form>, Result<Box<AefiView>, Trouble>),
    Form(form::Message),
    Save,
    Saved(Result<(), Trouble>),
    /// The report that is open was of another child, or of none.
    Withdraw,
    Reason(String),
    WithdrawNow,
    Withdrawn(Result<(), Trouble>),
    Leave,
}

impl Aefi {
    pub fn new(page: &ChildPage, hands: &Hands) -> Self {
        let mut doses: Vec<(String, NaiveDate)> =
            page.doses.iter().rev().map(|dose| (dose.product.clone(), dose.on)).collect();
        doses.dedup();
        let mut screen = Self {
            child: page.child.id,
            today: page.on,
            reports: page.aefis.clone(),
            doses,
            doing: Doing::Looking,
            busy: false,
            trouble: None,
            warned: false,
        };
        // Nobody has to press twice for the first one.
        if screen.reports.is_empty() && screen.may_report(hands) {
            screen.write();
        }
        screen
    }

    fn may_report(&self, hands: &Hands) -> bool {
        hands.session.may(Right::Do(CommandKind::ReportAefi)) && !self.doses.is_empty()
    }

    fn write(&mut self) {
        let form = Box::new(Form::new(self.today, &self.doses));
        self.doing = Doing::Writing { form, of: None };
        self.trouble = None;
    }

    pub fn has_input(&self) -> bool {
        match &self.doing {
            Doing::Looking | Doing::Reading(_) => false,
            Doing::Writing { form, .. } => form.has_input(),
            Doing::Withdrawing { reason, .. } => !reason.trim().is_empty(),
        }
    }

    pub fn kept(&self) -> Option<Kept> {
        let Doing::Writing { form, of } = &self.doing else { return None };
        let of = of.as_ref().map(|view| (view.line.event.origin.0, view.line.event.seq));
        Some(Kept { form: (**form).clone(), of })
    }

    /// The form as it was left.
    pub fn restore(&mut self, Kept { form, of }: Kept, hands: &Hands) -> Task<Message> {
        let form = Box::new(form);
        let Some((origin, seq)) = of else {
            self.doing = Doing::Writing { form, of: None };
            return Task::none();
        };
        let event = EventId { origin: OriginId(origin), seq };
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(Box::new(clinic.aefi(&session, event)?)), move |view| Message::Again(form, view))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Step<Message> {
        match (press, &self.doing) {
            (Press::Escape, _) => self.leave(),
            (Press::Letter('N'), Doing::Looking) if self.may_report(hands) => {
                self.write();
                Step::Stay
            }
            (Press::Enter | Press::Ctrl('S'), Doing::Writing { .. }) => self.save(hands),
            (Press::Letter('W'), Doing::Writing { of: Some(_), .. }) => self.ask_to_withdraw(hands),
            (Press::Enter, Doing::Withdrawing { .. }) => self.withdraw(hands),
            _ => Step::Stay,
        }
    }

    /// From the form to the list, when there is one, and from there back to the child.
    fn leave(&mut self) -> Step<Message> {
        if self.has_input() && !std::mem::replace(&mut self.warned, true) {
            self.trouble = Some(Trouble::Plain("shell-escape-loses"));
            return Step::Stay;
        }
        self.warned = false;
        if !matches!(self.doing, Doing::Looking) && !self.reports.is_empty() {
            self.doing = Doing::Looking;
            self.trouble = None;
            return Step::Stay;
        }
        Step::Close
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Step<Message> {
        match message {
            Message::New if self.may_report(hands) => self.write(),
            Message::New => {}
            Message::Open(event) => {
                let Hands { clinic, session, .. } = hands.clone();
                return Step::Run(blocking(move || Ok(Box::new(clinic.aefi(&session, event)?)), Message::Opened));
            }
            Message::Opened(Ok(view)) if !hands.session.may(Right::Do(CommandKind::UpdateAefi)) => {
                self.doing = Doing::Reading(view);
                self.trouble = None;
            }
            Message::Opened(Ok(view)) => {
                let form = Box::new(Form::of(&view.form, &self.doses));
                self.doing = Doing::Writing { form, of: Some(view) };
                self.trouble = None;
            }
            Message::Again(form, Ok(view)) => self.doing = Doing::Writing { form, of: Some(view) },
            Message::Opened(Err(trouble)) | Message::Again(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Form(message) => {
                if std::mem::take(&mut self.warned) {
                    self.trouble = None;
                }
                if let Doing::Writing { form, .. } = &mut self.doing {
                    form.update(message);
                }
            }
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => return Step::Stored(Banner::good(words.get("aefi-saved"))),
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Withdraw => return self.ask_to_withdraw(hands),
            Message::Reason(typed) => {
                if std::mem::take(&mut self.warned) {
                    self.trouble = None;
                }
                if let Doing::Withdrawing { reason, .. } = &mut self.doing {
                    *reason = typed;
                }
            }
            Message::WithdrawNow => return self.withdraw(hands),
            Message::Withdrawn(Ok(())) => return Step::Stored(Banner::wait(words.get("aefi-withdrawn"))),
            Message::Withdrawn(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Leave => return self.leave(),
        }
        Step::Stay
    }

    fn ask_to_withdraw(&mut self, hands: &Hands) -> Step<Message> {
        let may = hands.session.may(Right::Do(CommandKind::WithdrawAefi)) && !self.busy;
        // What was typed into the form belongs to nobody then: it is said, and asked for once more.
        if may && self.has_input() && !std::mem::replace(&mut self.warned, true) {
            self.trouble = Some(Trouble::Plain("shell-replace-loses"));
            return Step::Stay;
        }
        let Doing::Writing { of, .. } = &mut self.doing else { return Step::Stay };
        let Some(view) = of.take_if(|_| may) else { return Step::Stay };
        self.doing = Doing::Withdrawing { view, reason: String::new() };
        (self.warned, self.trouble) = (false, None);
        Step::Run(focus(REASON))
    }

    fn withdraw(&mut self, hands: &Hands) -> Step<Message> {
        let Doing::Withdrawing { view, reason } = &self.doing else { return Step::Stay };
        if self.busy {
            return Step::Stay;
        }
        (self.busy, self.trouble) = (true, None);
        let command = Command::WithdrawAefi { aefi: view.line.event, reason: reason.clone() };
        Step::Run(hands.submit(command, Message::Withdrawn))
    }

    fn save(&mut self, hands: &Hands) -> Step<Message> {
        let Doing::Writing { form, of } = &self.doing else { return Step::Stay };
        let kind = if of.is_some() { CommandKind::UpdateAefi } else { CommandKind::ReportAefi };
        if self.busy || !hands.session.may(Right::Do(kind)) {
            return Step::Stay;
        }
        let Some(written) = form.read() else { return Step::Stay };
        let command = match of {
            None => Command::ReportAefi { child: self.child, form: written },
            Some(view) => Command::UpdateAefi { aefi: view.line.event, form: written },
        };
        self.busy = true;
        self.trouble = None;
        Step::Run(hands.submit(command, Message::Saved))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let about_reason = |trouble: &&Trouble| trouble.field() == Some(Field::Reason);
        let trouble = self.trouble.as_ref().filter(|trouble| !about_reason(trouble));
        let trouble = trouble.map(|trouble| note(Look::Late, trouble.sentence(words)));
        let part = match &self.doing {
            Doing::Looking => self.list(now),
            Doing::Writing { form, of } => {
                let heading = ui::bold(words.get("aefi-form-title"));
                let form = form.view(self.today, words).map(Message::Form);
                let mut parts = column![heading, form].spacing(gap(2));
                if let Some(view) = of {
                    parts = parts.push(ui::rule()).push(filled(view, words));
                }
                parts.into()
            }
            Doing::Reading(view) => {
                let parts = column![ui::bold(words.get("aefi-form-title")), form::written(&view.form, words)];
                parts.push(ui::rule()).push(filled(view, words)).spacing(gap(2)).into()
            }
            Doing::Withdrawing { view, reason } => {
                let wrong = self.trouble.as_ref().filter(about_reason).map(|trouble| trouble.sentence(words));
                let why = field(words.get("field-reason"), reason, Message::Reason).id(REASON).error(wrong);
                column![
                    ui::bold(words.get("aefi-withdraw")),
                    self.line(&view.line, None, words),
                    note(Look::Wait, words.get("aefi-withdraw-about")),
                    Element::from(why.on_enter(Message::WithdrawNow)),
                ]
                .spacing(gap(3))
                .into()
            }
        };
        ui::card(column![ui::above(trouble.into_iter().collect()), part]).width(Length::Fill).into()
    }

    pub fn buttons<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let may = |kind| now.may(Right::Do(kind));
        let mut all = row![].spacing(gap(3)).align_y(iced::Center);
        match &self.doing {
            Doing::Looking if may(CommandKind::ReportAefi) && !self.doses.is_empty() => {
                all = all.push(Button::primary(words.get("aefi-new"), Some(Message::New)).key("N"));
            }
            Doing::Looking | Doing::Reading(_) => {}
            Doing::Writing { form, of } => {
                let missing = form.missing();
                let save = (!self.busy && missing.is_none()).then_some(Message::Save);
                all = all.push(Button::primary(words.get("aefi-save"), save).key("Enter"));
                if of.is_some() && may(CommandKind::WithdrawAefi) {
                    all = all.push(Button::secondary(words.get("aefi-withdraw"), Some(Message::Withdraw)).key("W"));
                }
                all = all.push(missing.map(|missing| ui::small(words.get(missing)).width(Length::Fill)));
            }
            Doing::Withdrawing { .. } => {
                let withdraw = (!self.busy).then_some(Message::WithdrawNow);
                let withdraw = Button::new(ui::Kind::Danger, words.get("aefi-withdraw-yes"), withdraw);
                all = all.push(withdraw.key("Enter"));
            }
        }
        let back = Button::secondary(words.get("shell-back"), Some(Message::Leave)).key("Esc");
        all.push(ui::push()).push(back).into()
    }

    fn list<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut rows = column![ui::title(words.get("aefi-title"))].spacing(gap(3));
        if self.reports.is_empty() {
            let next = match now.may(Right::Do(CommandKind::ReportAefi)) {
                false => "aefi-none-worker",
                true if self.doses.is_empty() => "aefi-none-doses",
                true => "aefi-none-next",
            };
            rows = rows.push(empty(Icon::Check, words.get("aefi-none"), words.get(next)));
        }
        for line in &self.reports {
            let open = Button::secondary(words.get("aefi-open"), Some(Message::Open(line.event)));
            rows = rows.push(self.line(line, Some(open), words)).push(ui::rule());
        }
        rows.into()
    }

    fn line<'a>(
        &'a self,
        line: &'a AefiLine,
        open: Option<Button<'a, Message>>,
        words: &Words,
    ) -> Element<'a, Message> {
        let look = match line.class {
            AefiClass::Minor => Look::Upcoming,
            AefiClass::Severe => Look::Wait,
            AefiClass::Serious => Look::Wrong,
        };
        let products: Vec<String> = line.products.iter().map(|product| words.product(product)).collect();
        let mut said = column![
            ui::bold(products.join(", ")),
            ui::small(words.get(&format!("aefi-outcome-{}", line.outcome.code())))
        ]
        .spacing(TIGHT)
        .width(Length::Fill);
        if let Some(due) = line.crf_due() {
            said = said.push(ui::small_bold(words.with("aefi-crf-due", &[("day", words.day(due).into())])));
        }
        if !line.case_id.is_empty() {
            said = said.push(ui::small(&*line.case_id));
        }
        row![
            container(ui::body(words.day(line.onset_on))).width(120),
            tag(look, words.get(&format!("aefi-class-{}", line.class.code()))),
            said,
        ]
        .push(open)
        .spacing(gap(3))
        .align_y(iced::Center)
        .into()
    }
}

/// What the records know already: nobody types it again.
fn filled<'a>(view: &'a AefiView, words: &Words) -> Element<'a, Message> {
    let mut lines = column![ui::small_bold(words.get("aefi-from-records"))].spacing(TIGHT);
    for dose in &view.doses {
        lines = lines.push(ui::small(dose_in_words(dose, words)));
    }
    if let Some(due) = view.line.crf_due() {
        lines = lines.push(ui::small_bold(words.with("aefi-crf-due", &[("day", words.day(due).into())])));
    }
    if let Some(due) = view.line.cif_due() {
        lines = lines.push(ui::small(words.with("aefi-cif-due", &[("day", words.day(due).into())])));
    }
    lines.into()
}

fn dose_in_words(dose: &AefiDoseView, words: &Words) -> String {
    let name = match dose.items.as_slice() {
        [] => words.product(&dose.dose.product),
        items => items.iter().map(|item| words.dose_label(item)).collect::<Vec<_>>().join(" + "),
    };
    let mut said = vec![format!("{name}, {}", words.day(dose.on))];
    if let Some(batch) = &dose.batch {
        said.push(words.with("aefi-batch", &[("batch", batch.into())]));
    }
    said.extend(dose.manufacturer.clone());
    if let Some(expires) = dose.expires_on {
        said.push(words.with("aefi-expires", &[("day", words.day(expires).into())]));
    }
    if let Some(session) = &dose.session {
        let kind = words.get(&format!("session-kind-{}", session.kind.code()));
        said.push(if session.site.is_empty() { kind } else { format!("{kind}: {}", session.site) });
    }
    if let Some(proof) = &dose.outside {
        said.push(words.with("past-outside", &[("proof", proof.into())]));
    }
    if dose.taken_back {
        said.push(words.get("aefi-dose-taken-back"));
    }
    said.join(" · ")
}
