//! A new task: for whom, what, about which child or place, until when.

use super::{Action, Message, wrong_at};
use crate::screen::{Hands, blocking};
use crate::ui::choice::short_choice;
use crate::ui::theme::gap;
use crate::ui::typed_date::{self, parse};
use crate::ui::{self, Button, Element, Look, Trouble, choice, field, focus, headed_card, note};
use crate::words::Words;
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{Command, NewTask};
use clinic::record::refusal::Field;
use clinic::store::{ChildLine, Named, StoreError};
use hub_protocol::UserId;
use hub_protocol::toy::TaskKind;
use iced::Task;
use iced::widget::{Row, column, row};

const NOTE: &str = "tasks-note";
/// A task is usually for the next days.
const DUE_DAYS: u64 = 3;
/// Children that are offered for what is typed.
const FOUND_SHOWN: usize = 4;
const KINDS: [TaskKind; 4] = [TaskKind::Visit, TaskKind::Trace, TaskKind::Card, TaskKind::Other];

pub struct Form {
    kind: TaskKind,
    worker: Option<UserId>,
    child: Option<Named>,
    typed: String,
    found: Vec<ChildLine>,
    place: String,
    due: String,
    note: String,
    busy: bool,
    trouble: Option<Trouble>,
}

impl Form {
    pub fn new(child: Option<Named>, today: NaiveDate) -> (Self, Task<Message>) {
        let form = Self {
            kind: if child.is_some() { TaskKind::Trace } else { TaskKind::Visit },
            worker: None,
            child,
            typed: String::new(),
            found: Vec::new(),
            place: String::new(),
            due: typed_date::write(today + Days::new(DUE_DAYS)),
            note: String::new(),
            busy: false,
            trouble: None,
        };
        (form, focus(NOTE))
    }

    pub fn has_input(&self) -> bool {
        let typed = [&self.typed, &self.place, &self.note];
        self.busy || typed.iter().any(|text| !text.trim().is_empty())
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Kind(kind) => self.kind = kind,
            Message::Worker(worker) => self.worker = Some(worker),
            Message::Typed(typed) => {
                self.typed = typed.clone();
                if typed.trim().is_empty() {
                    self.found.clear();
                    return Action::None;
                }
                let Hands { clinic, session, .. } = hands.clone();
                let find = move || {
                    let mut found = clinic.children(&session, &typed, 0)?.0;
                    found.truncate(FOUND_SHOWN);
                    Ok((typed, found))
                };
                let told = |found: Result<(String, Vec<ChildLine>), Trouble>| match found {
                    Ok((typed, found)) => Message::Found(typed, Ok(found)),
                    Err(trouble) => Message::Found(String::new(), Err(trouble)),
                };
                return Action::Run(blocking(find, told));
            }
            Message::Found(typed, Ok(found)) if typed == self.typed => self.found = found,
            Message::Found(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Child(child) => {
                self.child = child;
                self.typed.clear();
                self.found.clear();
            }
            Message::Place(typed) => self.place = typed,
            Message::Due(typed) => self.due = typed,
            Message::Note(typed) => self.note = typed,
            Message::Save => return self.save(hands),
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            _ => {}
        }
        Action::None
    }

    fn save(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        let Some(worker) = self.worker else {
            self.trouble = Some(Trouble::Plain("tasks-no-worker"));
            return Action::None;
        };
        if self.child.is_none() && !self.typed.trim().is_empty() {
            self.trouble = Some(Trouble::Plain("tasks-choose-child"));
            return Action::None;
        }
        if self.child.is_none() && self.place.trim().is_empty() {
            self.trouble = Some(Trouble::Plain("tasks-no-aim"));
            return Action::None;
        }
        let Some(due) = parse(&self.due) else {
            self.trouble = Some(Trouble::no_date(&self.due, Field::Date));
            return Action::None;
        };
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let new = NewTask {
            worker,
            kind: self.kind,
            child: self.child.as_ref().map(|child| child.id),
            place: self.place.clone(),
            due: to_day(due),
            note: self.note.clone(),
        };
        let child = self.child.clone();
        let work = move || {
            let task = clinic.env().new_task_id().map_err(StoreError::from)?;
            clinic.submit(&session, Command::AssignTask { task, new })?;
            let users = clinic.users(&session)?;
            let name = users.into_iter().find(|user| user.id == worker).map(|user| user.name);
            Ok((task, name.unwrap_or_default(), child))
        };
        Action::Run(blocking(work, Message::Saved))
    }

    pub fn view<'a>(&'a self, words: &Words, workers: &'a [(UserId, String, u32)]) -> Element<'a, Message> {
        let trouble = self.trouble.as_ref();
        let kinds =
            KINDS.map(|kind| short_choice(words.get(super::kind_key(kind)), self.kind == kind, Message::Kind(kind)));
        let mut lines = column![Row::with_children(kinds).spacing(gap(1)).wrap()].spacing(gap(2));
        lines = lines.push(ui::small_bold(words.get("tasks-for")));
        if workers.is_empty() {
            lines = lines.push(ui::small(words.get("tasks-no-workers")));
        }
        for (id, name, _) in workers {
            lines = lines.push(choice(name.clone(), None, self.worker == Some(*id), Message::Worker(*id)));
        }
        match &self.child {
            Some(child) => {
                let name = words.child_name(&child.name, &child.mother);
                let said =
                    column![ui::small_bold(words.get("tasks-child")), ui::body(format!("{name} · {}", child.village))];
                let other = Button::quiet(words.get("tasks-no-child"), Some(Message::Child(None)));
                lines = lines.push(row![said.width(iced::Length::Fill), other].align_y(iced::Center));
            }
            None => {
                let typed = field(words.get("tasks-child"), &self.typed, Message::Typed);
                lines = lines.push(Element::from(typed.hint(words.get("tasks-child-hint"))));
                for line in &self.found {
                    let named = Named {
                        id: line.id,
                        name: line.name.clone(),
                        mother: line.mother.clone(),
                        village: line.village.clone(),
                    };
                    let name = words.child_name(&line.name, &line.mother);
                    let label = format!("{name} · {}", line.village);
                    lines = lines.push(Button::quiet(label, Some(Message::Child(Some(named)))));
                }
                let place = field(words.get("tasks-place"), &self.place, Message::Place);
                lines = lines.push(Element::from(place.error(wrong_at(trouble, Field::Place, words))));
            }
        }
        let due = field(words.get("tasks-due"), &self.due, Message::Due).error(wrong_at(trouble, Field::Date, words));
        let note_field = field(words.get("call-note"), &self.note, Message::Note).id(NOTE);
        let note_field = note_field.error(wrong_at(trouble, Field::Note, words)).on_enter(Message::Save);
        lines = lines.push(Element::from(due)).push(Element::from(note_field));
        let shown = [Field::Note, Field::Date, Field::Place];
        if let Some(trouble) = trouble.filter(|t| t.field().is_none_or(|f| !shown.contains(&f))) {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let save = Button::primary(words.get("tasks-save"), (!self.busy).then_some(Message::Save)).key("Enter");
        let leave = Button::quiet(words.get("shell-cancel"), Some(Message::Leave)).key("Esc");
        lines = lines.push(row![save, leave].spacing(gap(1)).align_y(iced::Center));
        headed_card(words.get("tasks-new"), lines).into()
    }
}
