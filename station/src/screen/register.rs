//! A child comes for the first time.

use super::child::alike::{CARD_WIDTH, Shown, why};
use super::child::form::{self, Form};
use super::child::merge;
use super::{Hands, Now, blocking, workers};
use crate::ui::theme::{self, RING, gap};
use crate::ui::{self, Button, Element, Look, Press, Trouble, choice, focus, note, tab_stop};
use crate::words::Words;
use clinic::date::india;
use clinic::record::command::{ChildForm, Command, CommandKind};
use clinic::record::fact::Sex;
use clinic::record::refusal::Refusal;
use clinic::record::role::Right;
use clinic::store::{Draft, DuplicateLine, RecordHas};
use hub_protocol::{ChildId, UserId};
use iced::widget::operation::RelativeOffset;
use iced::widget::{Column, button, column, container, operation, row};
use iced::{Length, Task};

/// The children who look alike.
const LIST: &str = "register-alike";
/// What follows sooner after the likeness was shown was meant for what stood there before.
const SETTLE_MS: u64 = 1_000;

/// Children who look like the one on the form, and what the person makes of them.
struct Alike {
    form: ChildForm,
    found: Vec<Found>,
    chosen: usize,
    shown_ms: u64,
}

/// A registered child who looks like the one on the form, with what hangs on the record.
type Found = (DuplicateLine, RecordHas);

pub struct Register {
    form: Form,
    /// Who may be given the child, for those who may choose.
    workers: Vec<(UserId, String, u32)>,
    worker: Option<UserId>,
    busy: bool,
    trouble: Option<Trouble>,
    /// What is wrong with single fields, until somebody types there.
    faults: Vec<Trouble>,
    alike: Option<Alike>,
    /// Whom the person said to be others.
    distinct_from: Vec<ChildId>,
    /// Typed since it was kept last.
    unkept: bool,
    /// It was typed before the program ended, or before the page was left by a power cut.
    from_before: bool,
}

#[derive(Clone)]
pub enum Message {
    Workers(Result<Vec<(UserId, String, u32)>, Trouble>),
    Villages(Result<Vec<String>, Trouble>),
    Form(form::Message),
    Worker(Option<UserId>),
    Save,
    /// The worker is full: the child goes on the clinic's list.
    SaveForNobody,
    Saved(Result<ChildId, Trouble>),
    Alike(Result<(Box<ChildForm>, Vec<Found>), Trouble>),
    Choose(usize),
    /// It is this child, who is registered already.
    Same(ChildId),
    /// It is none of them.
    Another,
    BackToForm,
    Cancel,
    /// What was typed the last time and not saved.
    Kept(Result<Option<Vec<u8>>, Trouble>),
    KeptNow,
    /// None of what was kept is wanted.
    Empty,
}

pub enum Action {
    None,
    Run(Task<Message>),
    /// And nothing of the form is to be kept.
    Saved(ChildId, Task<Message>),
    /// The child was there already.
    Open(ChildId),
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
            faults: Vec::new(),
            alike: None,
            distinct_from: Vec::new(),
            unkept: false,
            from_before: false,
        };
        let Hands { clinic, session, .. } = hands.clone();
        let kept = blocking(move || Ok(clinic.draft(&session, Draft::NewChild)?), Message::Kept);
        let Hands { clinic, session, .. } = hands.clone();
        let villages = blocking(move || Ok(clinic.villages(&session)?), Message::Villages);
        let focus = Task::batch([focus(form::NAME), kept, villages]);
        if !hands.session.may(Right::Do(CommandKind::AssignChild)) {
            return (screen, focus);
        }
        let hands = hands.clone();
        (screen, Task::batch([focus, blocking(move || workers(&hands), Message::Workers)]))
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        self.form.has_input()
    }

    /// The form, and for whom it is being filled.
    pub fn named(&self, words: &Words) -> String {
        let form = words.get("shell-register");
        self.form.name().map_or(form.clone(), |name| format!("{form}: {name}"))
    }

    /// As in a ledger: Enter goes on to the next field. The button at the end saves.
    pub fn enter_goes_on(&self) -> bool {
        self.alike.is_none()
    }

    /// Something was typed that a power cut would take.
    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Keeps what is typed so far, for the next time this form is opened.
    pub fn keep(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        keep(self.form.keep(), hands)
    }

    /// Nothing of it is wanted any more.
    pub fn forget(hands: &Hands) -> Task<Message> {
        keep(None, hands)
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            // Unless somebody was faster.
            Message::Kept(Ok(Some(body))) if !self.form.has_input() => {
                if let Some(form) = Form::kept(&body) {
                    (self.form, self.from_before) = (form.offering(&self.form), true);
                }
            }
            Message::Kept(Err(trouble)) => self.trouble = Some(trouble),
            Message::Kept(Ok(_)) | Message::KeptNow => {}
            Message::Empty => {
                (self.form, self.from_before, self.unkept) = (Form::default().offering(&self.form), false, false);
                self.faults.clear();
                return Action::Run(Task::batch([Self::forget(hands), focus(form::NAME)]));
            }
            Message::Workers(Ok(workers)) => self.workers = workers,
            Message::Workers(Err(trouble)) => self.trouble = Some(trouble),
            Message::Villages(Ok(villages)) => self.form.offer(villages),
            // Nothing is offered then; the log says why.
            Message::Villages(Err(_)) => {}
            Message::Form(typed) => {
                // Another form may look like other children.
                self.distinct_from.clear();
                let takes = matches!(typed, form::Message::Villages(_));
                let field = self.form.update(typed);
                self.unkept = true;
                self.faults.retain(|fault| field.is_none() || fault.field() != field);
                if takes {
                    return Action::Run(focus(form::MOTHER));
                }
            }
            Message::Worker(worker) => self.worker = worker,
            Message::Save => return self.save(hands),
            Message::SaveForNobody => {
                self.worker = None;
                return self.save(hands);
            }
            Message::Saved(Ok(child)) => {
                self.unkept = false;
                return Action::Saved(child, Self::forget(hands));
            }
            Message::Saved(Err(Trouble::Refused(Refusal::Duplicates))) => return self.look(hands),
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.alike = None;
                return self.say(trouble);
            }
            Message::Alike(Ok((form, found))) => {
                self.busy = false;
                let shown_ms = hands.clinic.env().now_ms();
                self.alike = Some(Alike { form: *form, found, chosen: 0, shown_ms });
            }
            Message::Alike(Err(trouble)) => {
                self.busy = false;
                return self.say(trouble);
            }
            Message::Choose(n) => {
                if let Some(alike) = &mut self.alike {
                    alike.chosen = n;
                }
            }
            Message::Same(child) if self.is_seen(hands) => return Action::Open(child),
            Message::Another if self.is_seen(hands) => return self.another(hands),
            Message::Same(_) | Message::Another => {}
            Message::BackToForm => self.alike = None,
            Message::Cancel => return Action::Cancel,
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        let seen = self.is_seen(hands);
        if let Some(alike) = &mut self.alike {
            let last = alike.found.len().saturating_sub(1);
            match press {
                Press::Up | Press::Down => {
                    let to = if press == Press::Up { alike.chosen.saturating_sub(1) } else { alike.chosen + 1 };
                    alike.chosen = to.min(last);
                    let y = alike.chosen as f32 / last.max(1) as f32;
                    return Action::Run(operation::snap_to(tab_stop::id(LIST), RelativeOffset { x: 0.0, y }));
                }
                Press::Enter if seen => {
                    return alike.found.get(alike.chosen).map_or(Action::None, |(line, _)| Action::Open(line.child.id));
                }
                Press::Letter('A') if seen => return self.another(hands),
                Press::Escape => self.alike = None,
                _ => {}
            }
            return Action::None;
        }
        let sex = match press {
            // Never a letter alone: it may be of a name that missed its field.
            Press::Ctrl('G') => Sex::Female,
            Press::Ctrl('B') => Sex::Male,
            Press::Ctrl('O') => Sex::Other,
            Press::Ctrl('S') => return self.save(hands),
            Press::Escape => return Action::Cancel,
            Press::Up | Press::Down => {
                self.form.step_village(press == Press::Down);
                return Action::None;
            }
            _ => return Action::None,
        };
        let _chosen = self.update(Message::Form(form::Message::Sex(sex)), hands);
        Action::Run(focus(form::VILLAGE))
    }

    /// The person had time to see who looks alike.
    fn is_seen(&self, hands: &Hands) -> bool {
        let shown_ms = self.alike.as_ref().map(|alike| alike.shown_ms);
        shown_ms.is_some_and(|ms| hands.clinic.env().now_ms().abs_diff(ms) >= SETTLE_MS)
    }

    fn save(&mut self, hands: &Hands) -> Action {
        if self.busy || self.alike.is_some() {
            return Action::None;
        }
        match self.form.read(india(hands.clinic.env().now_ms())) {
            Ok(form) => self.send(form, hands),
            Err(faults) => self.show_faults(faults),
        }
    }

    fn show_faults(&mut self, faults: Vec<Trouble>) -> Action {
        (self.busy, self.alike) = (false, None);
        self.faults = faults;
        self.form.show_all(&self.faults).map_or(Action::None, |id| Action::Run(focus(id)))
    }

    /// None of those who look alike is this child.
    fn another(&mut self, hands: &Hands) -> Action {
        let Some(alike) = self.alike.take() else { return Action::None };
        self.distinct_from = alike.found.iter().map(|(line, _)| line.child.id).collect();
        self.send(alike.form, hands)
    }

    fn send(&mut self, form: ChildForm, hands: &Hands) -> Action {
        self.busy = true;
        self.trouble = None;
        self.faults.clear();
        let (Hands { clinic, session, .. }, worker) = (hands.clone(), self.worker);
        let distinct_from = self.distinct_from.clone();
        let work = move || {
            let child = clinic.env().new_child_id().map_err(clinic::store::StoreError::from)?;
            clinic.submit(&session, Command::RegisterChild { child, form, worker, distinct_from })?;
            Ok(child)
        };
        Action::Run(blocking(work, Message::Saved))
    }

    /// Who looks like the child on the form?
    fn look(&mut self, hands: &Hands) -> Action {
        let form = match self.form.read(india(hands.clinic.env().now_ms())) {
            Ok(form) => form,
            // Somebody typed on meanwhile.
            Err(faults) => return self.show_faults(faults),
        };
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            let found = clinic.probable_duplicates(&session, &form)?.into_iter().map(|line| {
                let has = clinic.record_has(&session, line.child.id)?;
                Ok((line, has))
            });
            Ok((Box::new(form), found.collect::<Result<Vec<_>, Trouble>>()?))
        };
        Action::Run(blocking(work, Message::Alike))
    }

    /// Shows what is wrong and goes to where it is.
    fn say(&mut self, trouble: Trouble) -> Action {
        let at = trouble.field().and_then(|field| self.form.show(field));
        match at {
            Some(_) => self.faults = vec![trouble],
            None => self.trouble = Some(trouble),
        }
        at.map_or(Action::None, |id| Action::Run(focus(id)))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        if let Some(alike) = &self.alike {
            return alike.view(self.busy, now);
        }
        let before = self.from_before.then(|| from_before(words));
        let notice = self.trouble.as_ref().map(|trouble| self.notice(trouble, now));
        let worker = now
            .may(Right::Do(CommandKind::AssignChild))
            .then(|| ui::labelled(words.get("register-worker"), self.worker_choice(words)));
        let fields = self.form.view(&self.faults, now, Message::Form, worker);
        let head = column![ui::title(words.get("register-title")), ui::small(words.get("register-about"))];
        let main = column![
            container(head.spacing(gap(1))).padding(RING),
            iced::widget::space().height(gap(2)),
            ui::above(before.into_iter().chain(notice).collect()),
            // The buttons stay in sight, however long the form gets.
            ui::scroll(container(fields).padding(RING)).height(Length::Fill),
            self.end(now),
        ];
        ui::card(main).width(Length::Fill).height(Length::Fill).max_width(self.form.width()).into()
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

fn keep(body: Option<Vec<u8>>, hands: &Hands) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    blocking(
        move || Ok(clinic.keep_draft(&session, Draft::NewChild, body)?),
        // What is not kept is still on the screen; the log says why.
        |_| Message::KeptNow,
    )
}

/// The form stands as it was left, and can be emptied.
fn from_before<'a>(words: &Words) -> Element<'a, Message> {
    row![
        container(note(Look::Wait, words.get("register-from-before"))).width(Length::Fill),
        Button::quiet(words.get("register-empty"), Some(Message::Empty)),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}

impl Alike {
    fn view<'a>(&'a self, busy: bool, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let head = column![ui::title(words.get("alike-title")), ui::small(words.get("alike-about"))].spacing(gap(1));
        let typed = container(Shown::form(&self.form, words).view(words)).padding(gap(3)).width(Length::Fill);
        let typed = column![
            ui::small_bold(words.get("alike-typed")),
            typed.style(theme::chip(theme::colors().shade, theme::RADIUS))
        ]
        .spacing(gap(2));
        let mut found = column![ui::small_bold(words.with("alike-found", &[("n", self.found.len().into())]))]
            .spacing(gap(2))
            .width(Length::Fill);
        for (n, (line, has)) in self.found.iter().enumerate() {
            let chosen = n == self.chosen;
            let face = column![merge::whole(has, words), why(line.level, &line.why, words)].spacing(gap(2));
            let face = button(face).width(Length::Fill).padding(gap(3)).style(theme::row_style(chosen));
            let face = face.on_press(Message::Choose(n));
            found = found.push(face).push(ui::rule());
        }
        let list = |found: Column<'a, Message>| ui::scroll(found).id(tab_stop::id(LIST)).height(Length::Fill);
        let both: Element<'a, Message> = match now.room.is_tight() {
            // Who looks alike comes first, and can be read whole.
            true => list(column![head, found, typed].spacing(gap(3))).into(),
            false => {
                let both = row![typed.width(CARD_WIDTH), list(found)].spacing(gap(5)).height(Length::Fill);
                column![head, both].spacing(gap(3)).height(Length::Fill).into()
            }
        };
        // The answer that loses nothing comes first, and none is out of sight.
        let same = self.found.get(self.chosen).map(|(line, _)| Message::Same(line.child.id));
        let end = row![
            Button::primary(words.get("alike-same"), same).key("Enter"),
            Button::secondary(words.get("alike-another"), (!busy).then_some(Message::Another)).key("A"),
            Button::secondary(words.get("alike-back"), Some(Message::BackToForm)).key("Esc"),
        ]
        .spacing(gap(3));
        let end = end.wrap().vertical_spacing(gap(1));
        let main = column![both, container(end).padding(RING)].spacing(gap(3));
        ui::card(main).width(Length::Fill).height(Length::Fill).max_width(1060).into()
    }
}
