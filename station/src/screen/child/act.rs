//! What an Admin does with a child's record.

use super::super::{Hands, Now};
use super::alike::{Shown, child_name, why};
use super::{Loaded, Message, merge};
use crate::ui::theme::{self, RING, TIGHT, gap};
use crate::ui::{self, Button, Element, Kind, Look, Trouble, choice, field, note, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::Gone;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Right;
use clinic::store::{ChildRecord, MergeView};
use hub_protocol::{ChildId, UserId};
use iced::Length;
use iced::widget::{button, column, container, row};

pub const REASON: &str = "record-reason";
const ON: &str = "record-on";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The record becomes a part of another.
    Merge,
    /// This part stands for itself again.
    Unmerge(ChildId),
    Away,
    Back,
    Assign,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub what: What,
    /// A reason, or a note.
    pub reason: String,
    /// Another child's number.
    pub typed: String,
    /// In a merge: the record of this page stays, and the other becomes a part of it. Until a person says it, or sees
    /// what is proposed, it is none.
    pub keep: Option<bool>,
    /// What the merge would do.
    pub merging: Option<Box<MergeView>>,
    pub worker: Option<UserId>,
    pub why: Gone,
    pub on: String,
}

impl Act {
    fn new(what: What) -> Self {
        let (reason, typed, on) = (String::new(), String::new(), String::new());
        Self { what, reason, typed, keep: None, merging: None, worker: None, why: Gone::MovedAway, on }
    }

    pub fn merge(into: ChildId) -> Self {
        Self { typed: into.to_string(), ..Self::new(What::Merge) }
    }

    fn away(today: NaiveDate) -> Self {
        Self { on: typed_date::write(today), ..Self::new(What::Away) }
    }

    fn assign(record: &ChildRecord) -> Self {
        Self { worker: record.line.worker.as_ref().map(|(id, _)| *id), ..Self::new(What::Assign) }
    }

    pub fn into(&mut self, into: ChildId) {
        self.typed(into.to_string());
    }

    /// Another record is compared: what was said of the one before does not hold for it.
    pub fn typed(&mut self, typed: String) {
        (self.typed, self.keep, self.merging) = (typed, None, None);
    }

    pub fn has_input(&self) -> bool {
        !self.reason.trim().is_empty() || !self.typed.trim().is_empty()
    }

    /// The other record of a merge.
    pub fn other(&self) -> Option<ChildId> {
        self.typed.trim().parse().ok()
    }

    /// The record that becomes a part, and the one that stays.
    pub fn merges(&self, this: ChildId) -> Option<(ChildId, ChildId)> {
        let other = self.other()?;
        Some(if self.keep? { (other, this) } else { (this, other) })
    }

    fn kind(&self) -> CommandKind {
        match self.what {
            What::Merge => CommandKind::MergeChildren,
            What::Unmerge(_) => CommandKind::UnmergeChild,
            What::Away => CommandKind::InactivateChild,
            What::Back => CommandKind::ReactivateChild,
            What::Assign => CommandKind::AssignChild,
        }
    }

    pub fn is_allowed(&self, hands: &Hands) -> bool {
        hands.session.may(Right::Do(self.kind()))
    }

    pub fn command(&self, child: ChildId) -> Result<Command, Trouble> {
        let (worker, reason) = (self.worker, self.reason.clone());
        Ok(match self.what {
            What::Merge => {
                let (child, into) = self.merges(child).ok_or(Refusal::UnknownChild)?;
                Command::MergeChildren { child, into, reason }
            }
            What::Unmerge(part) => Command::UnmergeChild { child: part, worker, reason },
            What::Away => {
                let on = typed_date::parse(&self.on).ok_or_else(|| Trouble::no_date(&self.on, Field::Date))?;
                Command::InactivateChild { child, why: self.why, on: to_day(on), note: reason }
            }
            What::Back => Command::ReactivateChild { child, worker, reason },
            What::Assign => Command::AssignChild { child, worker },
        })
    }

    /// What is asked, and what it will do.
    pub fn view<'a>(
        &'a self,
        head: Option<Element<'a, Message>>,
        loaded: &'a Loaded,
        (trouble, busy): (Option<&Trouble>, bool),
        words: &'a Words,
    ) -> Element<'a, Message> {
        let (title, about, confirm) = match self.what {
            What::Merge => ("record-merge", "record-merge-about", "record-merge-do"),
            What::Unmerge(_) => ("record-unmerge", "record-unmerge-about", "record-unmerge-do"),
            What::Away => ("record-away", "record-away-about", "record-away-do"),
            What::Back => ("record-back", "record-back-about", "record-back-do"),
            What::Assign => ("record-assign", "record-assign-about", "record-assign-do"),
        };
        let title = column![ui::title(words.get(title)), ui::small(words.get(about))].spacing(gap(2));
        let mut main = column![].push(head).push(title).spacing(gap(2));
        if let Some(trouble) = trouble.filter(|trouble| trouble.field().and_then(input_of).is_none()) {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let error = |field: Field| {
            let trouble = trouble.filter(|trouble| trouble.field() == Some(field))?;
            Some(trouble.sentence(words))
        };
        main = match self.what {
            What::Merge => match &self.merging {
                Some(view) => main.push(merge::view(view, loaded.record.line.id, words)),
                None => main.push(self.others(loaded, words)),
            },
            What::Unmerge(part) => {
                let part = loaded.record.parts.iter().find(|line| line.id == part);
                let shown = part.map(|line| framed(Shown::line(line, words).view(words), false));
                let main = main.push(shown);
                if part.is_some_and(|line| line.gone.is_some()) { main } else { main.push(self.workers(loaded, words)) }
            }
            What::Away => {
                let mut why = row![].spacing(gap(2));
                for gone in Gone::ALL {
                    let label = words.get(&format!("gone-{}", gone.code()));
                    why = why.push(choice::short_choice(label, self.why == gone, Message::Why(gone)));
                }
                let on =
                    field(words.get("field-date"), &self.on, Message::On).id(ON).width(200).error(error(Field::Date));
                main.push(why).push(Element::from(on))
            }
            What::Back | What::Assign => main.push(self.workers(loaded, words)),
        };
        if self.what != What::Assign {
            let key = if self.what == What::Away { "field-note" } else { "field-reason" };
            let wrong = error(Field::Reason).or_else(|| error(Field::Note));
            let asked = field(words.get(key), &self.reason, Message::Reason).id(REASON).error(wrong);
            main = main.push(Element::from(asked));
        }
        // Another one can be chosen still.
        if self.merging.is_some() {
            main = main.push(ui::rule()).push(self.others(loaded, words));
        }
        let label = if busy { words.get("shell-saving") } else { words.get(confirm) };
        let end = row![
            Button::primary(label, (!busy).then_some(Message::Save)).key("Ctrl S"),
            Button::secondary(words.get("shell-cancel"), Some(Message::Leave)).key("Esc"),
        ]
        .spacing(gap(3));
        let main = container(main).padding(RING);
        let all = column![ui::scroll(main).height(Length::Fill), container(end).padding(RING)].spacing(gap(2));
        ui::card(all).width(Length::Fill).height(Length::Fill).into()
    }

    /// Records that look like this one, and any other by its number.
    fn others<'a>(&'a self, loaded: &'a Loaded, words: &'a Words) -> Element<'a, Message> {
        let chosen: Option<ChildId> = self.typed.trim().parse().ok();
        let mut all = column![].spacing(gap(2));
        if loaded.alike.is_empty() {
            all = all.push(ui::small(words.get("record-merge-none")));
        }
        let shown = |id: ChildId| self.merging.is_some() && chosen == Some(id);
        for line in loaded.alike.iter().filter(|line| !shown(line.child.id)) {
            let face = column![Shown::line(&line.child, words).view(words), why(line.level, &line.why, words)];
            let id = line.child.id;
            let face = framed(face.spacing(gap(2)), chosen == Some(id));
            let style = theme::row_style(chosen == Some(id));
            let pressed = button(face).padding(0).width(Length::Fill).style(style).on_press(Message::Into(id));
            all = all.push(ui::tab_stop(pressed, Message::Into(id)).by_space());
        }
        all = all.push(Element::from(
            field(words.get("record-merge-id"), &self.typed, Message::IntoTyped)
                .hint(words.get("record-merge-id-hint"))
                .width(320),
        ));
        all.into()
    }

    fn workers<'a>(&'a self, loaded: &'a Loaded, words: &Words) -> Element<'a, Message> {
        let nobody = choice::short_choice(words.get("register-nobody"), self.worker.is_none(), Message::Worker(None));
        let mut all = column![ui::small_bold(words.get("register-worker")), nobody].spacing(gap(1));
        for (id, name, children) in &loaded.workers {
            let label = words.with("register-worker-line", &[("name", name.into()), ("n", (*children).into())]);
            all = all.push(choice::short_choice(label, self.worker == Some(*id), Message::Worker(Some(*id))));
        }
        all.into()
    }
}

fn framed<'a>(content: impl Into<Element<'a, Message>>, chosen: bool) -> Element<'a, Message> {
    let back = if chosen { theme::colors().chosen } else { theme::colors().shade };
    container(content).padding(gap(3)).width(Length::Fill).style(theme::chip(back, theme::RADIUS)).into()
}

pub fn input_of(field: Field) -> Option<&'static str> {
    match field {
        Field::Reason | Field::Note => Some(REASON),
        Field::Date => Some(ON),
        _ => None,
    }
}

/// The buttons of what may be done with the record as it stands.
pub fn buttons<'a>(record: &'a ChildRecord, now: Now<'a>) -> Vec<Element<'a, Message>> {
    let words = now.words;
    let may = |kind| now.may(Right::Do(kind));
    let mut all: Vec<Element<'a, Message>> = Vec::new();
    let mut offer = |key: &str, kind: Kind, act: Act| {
        all.push(Button::new(kind, words.get(key), Some(Message::Act(act))).width(Length::Fill).into());
    };
    let gone = record.line.gone.is_some();
    if !gone && may(CommandKind::AssignChild) {
        offer("record-assign", Kind::Secondary, Act::assign(record));
    }
    // Whom the district moved on it brings back.
    if gone && record.line.gone != Some(Gone::MovedStation) && may(CommandKind::ReactivateChild) {
        offer("record-back", Kind::Secondary, Act::new(What::Back));
    }
    if record.parts.is_empty() && may(CommandKind::MergeChildren) {
        offer("record-merge", Kind::Secondary, Act::new(What::Merge));
    }
    if !gone && may(CommandKind::InactivateChild) {
        offer("record-away", Kind::Danger, Act::away(now.today()));
    }
    all
}

/// The records that are parts of this one, each with the way back.
pub fn parts<'a>(record: &'a ChildRecord, now: Now<'a>) -> Vec<Element<'a, Message>> {
    let words = now.words;
    let each = record.parts.iter().map(|part| {
        let name = child_name(&part.name, &part.mother, part.birth_order, words);
        let mut line = column![ui::bold(name), ui::small(part.id.to_string())].spacing(TIGHT);
        if now.may(Right::Do(CommandKind::UnmergeChild)) {
            let act = Act::new(What::Unmerge(part.id));
            line = line.push(Button::quiet(words.get("record-unmerge"), Some(Message::Act(act))));
        }
        framed(line, false)
    });
    each.collect()
}
