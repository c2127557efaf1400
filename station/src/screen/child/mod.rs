//! What is written of a child: the form as it stands, how it came to be so, and what an Admin may do with the record.

mod act;
pub mod alike;
pub mod draft;
pub mod form;
pub mod history;
pub mod merge;
pub mod pairs;
mod view;

use super::ask_district::{ask_district, asked_for};
use super::{Hands, blocking, workers};
use crate::ui::{Banner, Press, Trouble, focus};
use crate::words::Words;
use act::Act;
use clinic::date::india;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{Gone, Sought};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Right;
use clinic::store::{AskedFor, ChildRecord, DuplicateLine, HistoryLine, MergeView};
use form::Form;
use hub_protocol::{ChildId, UserId};
use iced::Task;

/// Everything that is read for this screen.
#[derive(Debug, Clone)]
pub struct Loaded {
    record: ChildRecord,
    history: Vec<HistoryLine>,
    /// Other records that look like this one.
    alike: Vec<DuplicateLine>,
    workers: Vec<(UserId, String, u32)>,
    /// Of a child that the district moved on: was it asked for?
    asked: Option<AskedFor>,
}

/// What the person is doing with the record.
enum Doing {
    Looking,
    Editing { form: Box<Form>, before: Box<Form>, reason: String },
    Acting(Act),
}

pub struct Record {
    child: ChildId,
    loaded: Option<Box<Loaded>>,
    doing: Doing,
    /// The whole history is shown.
    all: bool,
    busy: bool,
    trouble: Option<Trouble>,
    /// A record of which this one becomes a part, when the page was opened for that.
    merge_into: Option<ChildId>,
    /// Typed since it was kept last.
    unkept: bool,
    /// Something of the edited form is kept beside the records.
    is_kept: bool,
    /// It was typed before the program ended.
    from_before: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    Loaded(Result<Box<Loaded>, Trouble>),
    Edit,
    Form(form::Message),
    Reason(String),
    Act(Act),
    /// The district for the record.
    Ask,
    Asked(Result<(), Trouble>),
    /// The family wants no more reminders, or wants them again.
    OptOut(bool),
    OptedOut(bool, Result<(), Trouble>),
    Into(ChildId),
    IntoTyped(String),
    /// In a merge: does the record of this page stay?
    Keep(bool),
    Merging(Result<Box<MergeView>, Trouble>),
    Worker(Option<UserId>),
    Why(Gone),
    On(String),
    Save,
    Saved(Result<(), Trouble>),
    Leave,
    All,
    Visit,
    Open(ChildId),
    /// What was typed the last time and not saved.
    Kept(Result<Option<Vec<u8>>, Trouble>),
    KeptNow,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    /// To the page of the child's doses.
    Visit(ChildId),
}

impl Record {
    /// `merge_into`: the page is opened to make this record a part of another.
    pub fn new(child: ChildId, merge_into: Option<ChildId>, hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            child,
            loaded: None,
            doing: Doing::Looking,
            all: false,
            busy: false,
            trouble: None,
            merge_into,
            unkept: false,
            is_kept: false,
            from_before: false,
        };
        let load = screen.reload(hands);
        (screen, load)
    }

    /// Whose record it is.
    pub fn named(&self, words: &Words) -> Option<String> {
        self.loaded.as_ref().map(|loaded| words.child_name(&loaded.record.line.name, &loaded.record.line.mother))
    }

    pub fn child(&self) -> ChildId {
        self.child
    }

    /// Reads again what is shown; what a person is typing stays.
    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (child, hands) = (self.child, hands.clone());
        let work = move || {
            let Hands { clinic, session, .. } = &hands;
            let record = clinic.child_record(session, child)?;
            let history = clinic.child_history(session, child)?;
            let mut alike = Vec::new();
            if session.may(Right::Do(CommandKind::MergeChildren)) {
                alike = clinic.probable_duplicates(session, &record.form)?;
                alike.retain(|line| line.child.id != record.line.id);
            }
            let asked = asked_for(Sought::Child(record.line.id), &hands)?;
            Ok(Box::new(Loaded { record, history, alike, workers: workers(&hands)?, asked }))
        };
        blocking(work, Message::Loaded)
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        match &self.doing {
            Doing::Looking => false,
            Doing::Editing { form, before, reason } => form != before || !reason.trim().is_empty(),
            Doing::Acting(act) => act.has_input(),
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                let first = self.loaded.is_none();
                // A record that became a part of another shows the other.
                self.child = loaded.record.line.id;
                self.loaded = Some(loaded);
                if let Some(into) = self.merge_into.take() {
                    self.doing = Doing::Acting(Act::merge(into));
                    return self.look_at_merge(hands);
                }
                if first {
                    return Action::Run(Self::look_for_kept(hands));
                }
            }
            Message::Loaded(Err(trouble)) | Message::Kept(Err(trouble)) => self.trouble = Some(trouble),
            Message::Kept(Ok(kept)) => self.take_kept(kept.as_deref()),
            Message::KeptNow => {}
            Message::Edit => return self.edit(hands),
            Message::Form(typed) => {
                if let Doing::Editing { form, .. } = &mut self.doing {
                    let field = form.update(typed);
                    self.unkept = true;
                    self.trouble.take_if(|trouble| field.is_some() && trouble.field() == field);
                }
            }
            Message::Reason(typed) => match &mut self.doing {
                Doing::Looking => {}
                Doing::Editing { reason, .. } => {
                    *reason = typed;
                    self.unkept = true;
                    self.trouble.take_if(|trouble| trouble.field() == Some(Field::Reason));
                }
                Doing::Acting(act) => {
                    act.reason = typed;
                    self.trouble = None;
                }
            },
            Message::Act(act) if act.is_allowed(hands) => {
                self.trouble = None;
                self.doing = Doing::Acting(act);
                return Action::Run(focus(act::REASON));
            }
            Message::Act(_) => {}
            Message::Ask => return Action::Run(ask_district(hands, Sought::Child(self.child), Message::Asked)),
            Message::Asked(Ok(())) => {
                return Action::Said(Banner::good(words.get("ask-district-done")), self.reload(hands));
            }
            Message::Asked(Err(trouble)) => self.trouble = Some(trouble),
            Message::OptOut(out) => return self.opt_out(out, hands),
            Message::OptedOut(out, Ok(())) => {
                self.busy = false;
                let said = if out { "record-opted-out" } else { "record-opted-in" };
                return Action::Said(Banner::good(words.get(said)), self.reload(hands));
            }
            Message::OptedOut(_, Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Into(into) => {
                self.change(|act| act.into(into));
                return self.look_at_merge(hands);
            }
            Message::IntoTyped(typed) => {
                self.change(|act| act.typed(typed));
                return self.look_at_merge(hands);
            }
            Message::Keep(keep) => {
                self.change(|act| act.keep = Some(keep));
                return self.look_at_merge(hands);
            }
            Message::Merging(Ok(view)) => {
                let child = self.child;
                // Unless another record was chosen meanwhile.
                self.change(|act| {
                    let (goes, stays) = (view.goes.line.id, view.stays.line.id);
                    let of_these =
                        act.other().is_some_and(|other| [(child, other), (other, child)].contains(&(goes, stays)));
                    if of_these && act.keep.is_none_or(|keep| keep == (stays == child)) {
                        act.keep = Some(stays == child);
                        act.merging = Some(view);
                    }
                });
            }
            Message::Merging(Err(trouble)) => self.trouble = Some(trouble),
            Message::Worker(worker) => self.change(|act| act.worker = worker),
            Message::Why(why) => self.change(|act| act.why = why),
            Message::On(typed) => self.change(|act| act.on = typed),
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                let said = match &self.doing {
                    Doing::Acting(Act { what: act::What::Merge, merging: Some(view), .. }) => {
                        merge::said(view, "merge-after", words)
                    }
                    _ => words.get("record-saved"),
                };
                self.busy = false;
                let forget = self.leave(hands);
                return Action::Said(Banner::good(said), Task::batch([forget, self.reload(hands)]));
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                return self.say(trouble);
            }
            Message::Leave => return Action::Run(self.leave(hands)),
            Message::All => self.all = !self.all,
            Message::Visit => return Action::Visit(self.child),
            Message::Open(child) => return Action::Visit(child),
        }
        Action::None
    }

    /// Enter goes on to the next field.
    pub fn enter_goes_on(&self) -> bool {
        matches!(self.doing, Doing::Editing { .. } | Doing::Acting(_))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        match (press, &self.doing) {
            (Press::Escape, Doing::Looking) => return Action::Visit(self.child),
            (Press::Escape, _) => return Action::Run(self.leave(hands)),
            (Press::Letter('E'), Doing::Looking) => return self.edit(hands),
            (Press::Ctrl('S'), Doing::Editing { .. } | Doing::Acting(_)) => return self.save(hands),
            _ => {}
        }
        Action::None
    }

    fn opt_out(&mut self, out: bool, hands: &Hands) -> Action {
        let Some(loaded) = self.loaded.as_ref().filter(|_| !self.busy) else { return Action::None };
        self.busy = true;
        self.trouble = None;
        let phone = loaded.record.form.phone.clone();
        Action::Run(hands.submit(Command::SetOptOut { phone, out }, move |done| Message::OptedOut(out, done)))
    }

    fn change(&mut self, change: impl FnOnce(&mut Act)) {
        if let Doing::Acting(act) = &mut self.doing {
            change(act);
            self.trouble = None;
        }
    }

    /// Reads what the merge would make of the two records, once both are known.
    fn look_at_merge(&mut self, hands: &Hands) -> Action {
        let Doing::Acting(act) = &mut self.doing else { return Action::None };
        act.merging = None;
        let (this, chosen) = (self.child, act.merges(self.child));
        let Some(other) = act.other() else { return Action::None };
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            Ok(Box::new(match chosen {
                Some((goes, stays)) => clinic.merging(&session, goes, stays)?,
                None => clinic.merge_proposed(&session, this, other)?,
            }))
        };
        Action::Run(blocking(read, Message::Merging))
    }

    fn leave(&mut self, hands: &Hands) -> Task<Message> {
        self.doing = Doing::Looking;
        self.trouble = None;
        self.from_before = false;
        self.forget(hands)
    }

    fn edit(&mut self, hands: &Hands) -> Action {
        let Some(loaded) = self.loaded.as_ref().filter(|_| hands.session.may(Right::Do(CommandKind::EditChild))) else {
            return Action::None;
        };
        let form = Box::new(Form::of(&loaded.record.form));
        self.trouble = None;
        self.doing = Doing::Editing { before: form.clone(), form, reason: String::new() };
        Action::Run(focus(form::NAME))
    }

    fn save(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let child = self.child;
        let command = match &mut self.doing {
            Doing::Looking => return Action::None,
            // Nothing was changed: there is nothing to save.
            Doing::Editing { form, before, .. } if form == before => return Action::Run(self.leave(hands)),
            Doing::Editing { form, reason, .. } => match form.read(india(hands.clinic.env().now_ms())) {
                Ok(form) => {
                    let was = self.loaded.as_ref().map(|loaded| &loaded.record.form);
                    if reason.trim().is_empty() && was.is_some_and(|was| form.tells_another(was)) {
                        Err(Refusal::Missing(Field::Reason).into())
                    } else {
                        Ok(Command::EditChild { child, form, reason: reason.clone() })
                    }
                }
                Err(faults) => match faults.into_iter().next() {
                    Some(first) => Err(first),
                    None => return Action::None,
                },
            },
            Doing::Acting(act) => act.command(child),
        };
        let command = match command {
            Ok(command) => command,
            Err(trouble) => return self.say(trouble),
        };
        self.busy = true;
        self.trouble = None;
        Action::Run(hands.submit(command, Message::Saved))
    }

    /// Shows what is wrong and goes to where it is.
    fn say(&mut self, trouble: Trouble) -> Action {
        let at = match (&mut self.doing, trouble.field()) {
            (Doing::Editing { .. }, Some(Field::Reason)) => Some(act::REASON),
            (Doing::Editing { form, .. }, Some(field)) => form.show(field),
            (Doing::Acting(_), Some(field)) => act::input_of(field),
            _ => None,
        };
        self.trouble = Some(trouble);
        at.map_or(Action::None, |id| Action::Run(focus(id)))
    }
}
