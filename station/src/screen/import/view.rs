//! How the pages of an import look.

use super::work::{Alike, Left, Told, Wrong};
use super::{Answer, CHILDREN, Import, Message, ROW_HEIGHT, Shown};
use crate::import_files::said;
use crate::screen::Now;
use crate::screen::child::{alike, merge};
use crate::screen::long::Running;
use crate::screen::today::opened_row;
use crate::ui::tag::filter;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{self, Beside, Button, Element, Icon, Look, empty, field, headed_card, note, panes, tag, tick};
use crate::words::Words;
use clinic::import::{FileFault, Outcome, Progress, What, Which, Why};
use clinic::record::refusal::{Field, Refusal};
use clinic::store::Keep;
use iced::Length;
use iced::widget::{Column, column, container, row, text};

const LINE_WIDTH: f32 = 170.0;
const STATE_WIDTH: f32 = 190.0;
const SIDE_WIDTH: f32 = 400.0;
const FILES_WIDTH: f32 = 860.0;
/// Names of unknown columns that are told.
const COLUMNS_SHOWN: usize = 8;

pub fn running<'a>(running: &Running<Progress>, keep: Keep, words: &Words) -> Element<'a, Message> {
    let title = if keep == Keep::No { "bring-trying" } else { "bring-taking" };
    let how_far = |Progress { done, total, open }: Progress| {
        words.with("bring-how-far", &[("n", done.into()), ("of", total.into()), ("open", open.into())])
    };
    let about = if keep == Keep::No { "bring-trying-about" } else { "bring-taking-about" };
    let main =
        column![ui::title(words.get(title)), ui::body(words.get(about)), running.view(how_far, Message::Stop, words)];
    ui::card(main.spacing(gap(4))).width(Length::Fill).height(Length::Fill).into()
}

impl Import {
    pub(super) fn files<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let wrong = self.wrong.as_ref().map(|wrong| note(Look::Late, sentence(wrong, words)));
        let any = !(self.children.trim().is_empty() && self.doses.trim().is_empty());
        let main = column![
            ui::opened(words.get("bring-title"), Message::Back, words),
            ui::body(words.get("bring-about")),
            ui::above(wrong.into_iter().collect()),
            field(words.get("bring-children"), &self.children, Message::Children)
                .id(CHILDREN)
                .hint(words.get("bring-children-hint")),
            self.files.view(words, Message::Children, Message::Files),
            field(words.get("bring-doses"), &self.doses, Message::Doses).hint(words.get("bring-doses-hint")),
            self.files.view(words, Message::Doses, Message::Files),
            tick(words.get("bring-full-to-list"), self.options.full_to_list, Message::FullToList),
            field(words.get("bring-proof"), &self.options.proof, Message::Proof).hint(words.get("bring-proof-hint")),
            field(words.get("bring-reason"), &self.options.reason, Message::Reason)
                .hint(words.get("bring-reason-hint")),
            row![
                Button::primary(words.get("bring-try"), any.then_some(Message::Try)).key("Enter"),
                Button::secondary(words.get("bring-empty-files"), Some(Message::Empty)),
            ]
            .spacing(gap(3))
            .wrap(),
        ]
        .spacing(gap(3))
        .max_width(FILES_WIDTH);
        ui::card(ui::scroll(container(main).padding(gap(1))).width(Length::Fill).height(Length::Fill))
            .width(Length::Fill)
            .height(Length::Fill)
            .into()
    }
}

impl Shown {
    pub(super) fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trial = self.told.keep == Keep::No;
        let title = if trial { "bring-tried" } else { "bring-taken" };
        let heading = ui::title(words.get(title));
        let mut buttons = row![Button::secondary(words.get("bring-report"), Some(Message::Report)).key("R")];
        if trial {
            let take = self.may_take().then_some(Message::Take);
            buttons = buttons.push(Button::primary(words.get("bring-take"), take).key("T"));
        }
        buttons = buttons.push(Button::quiet(words.get("bring-to-files"), Some(Message::ToFiles)).key("Esc"));
        let buttons = buttons.spacing(gap(2)).align_y(iced::Center);
        let heading: Element<'a, Message> = match now.room.is_tight() {
            true => column![heading, buttons.wrap().vertical_spacing(gap(1))].spacing(gap(1)).into(),
            false => row![heading.width(Length::Fill), buttons].align_y(iced::Center).into(),
        };
        let mut main = column![heading, self.counts(words)].spacing(gap(3));
        for said in self.notes(words) {
            main = main.push(said);
        }
        main = match self.rows.is_empty() {
            true => {
                main.push(empty(Icon::Check, words.get("bring-nothing-open"), words.get("bring-nothing-open-next")))
            }
            false => {
                let list = self.list.view(self.rows.len(), |n| self.row_view(n, words), Message::Scrolled);
                main.push(list).push(chooses(words))
            }
        };
        let side = match self.chosen() {
            Some(outcome) => Beside::Also(self.one(outcome, words)),
            None => Beside::Nothing,
        };
        panes(now.room, ui::card(main).width(Length::Fill).height(Length::Fill), side, SIDE_WIDTH)
    }

    /// How many lines came to what; pressed, they are shown.
    fn counts<'a>(&self, words: &Words) -> Element<'a, Message> {
        let count = |wanted: fn(&What) -> bool| self.told.outcomes.iter().filter(|o| wanted(&o.what)).count();
        let taken = count(|what| matches!(what, What::Added(_) | What::AddedToList(_)));
        let known = count(|what| matches!(what, What::AlreadyHere(_) | What::Joined(_)));
        let alike = count(|what| matches!(what, What::LooksLike(_)));
        let refused = count(|what| matches!(what, What::Refused { .. }));
        let open = alike + refused;
        let n = |n: usize| [("n", n.into())];
        let shown = [
            filter(Look::Wait, words.with("bring-open", &n(open)), self.open_only, Message::Show(true)),
            filter(
                Look::Upcoming,
                words.with("bring-all", &n(taken + known + open)),
                !self.open_only,
                Message::Show(false),
            ),
        ];
        let new = if self.told.keep == Keep::No { "bring-would-be-taken" } else { "bring-were-taken" };
        let told = [
            (Look::Good, new, taken),
            (Look::Done, "bring-known", known),
            (Look::Wait, "bring-alike", alike),
            (Look::Late, "bring-refused", refused),
        ];
        let told = told.into_iter().filter(|(.., count)| *count > 0);
        let mut all = iced::widget::Row::with_children(shown).spacing(gap(2)).align_y(iced::Center);
        for (look, key, count) in told {
            all = all.push(tag(look, words.with(key, &n(count))));
        }
        all.wrap().vertical_spacing(gap(1)).into()
    }

    fn notes<'a>(&self, words: &Words) -> Vec<Element<'a, Message>> {
        let Told { lines, outcomes, left, unknown_columns, keep, .. } = &*self.told;
        let args = [("n", outcomes.len().into()), ("of", (*lines).into())];
        let mut said = Vec::new();
        match (left, *keep) {
            (Some(Left::Stopped), Keep::No) => said.push(note(Look::Wait, words.with("bring-stopped-trial", &args))),
            (Some(Left::Stopped), Keep::Yes) => said.push(note(Look::Wait, words.with("bring-stopped", &args))),
            (Some(Left::Broken(trouble)), _) => {
                let why = format!("{} {}", words.with("bring-broken", &args), trouble.sentence(words));
                said.push(note(Look::Late, why));
            }
            (None, _) => {}
        }
        if !unknown_columns.is_empty() {
            let names: Vec<_> = unknown_columns.iter().take(COLUMNS_SHOWN).cloned().collect();
            said.push(ui::small(words.with("bring-unknown-columns", &[("names", names.join(", ").into())])).into());
        }
        if let Some(key) = help(outcomes).filter(|_| *keep == Keep::No) {
            said.push(ui::small(words.get(key)).color(theme::colors().ink).into());
        }
        said
    }

    fn row_view<'a>(&'a self, n: usize, words: &Words) -> Element<'a, Message> {
        let Some(outcome) = self.rows.get(n).and_then(|at| self.told.outcomes.get(*at)) else { return ui::rule() };
        let file = words.get(if outcome.which == Which::Doses { "bring-file-doses" } else { "bring-file-children" });
        let line = words.with("bring-line", &[("n", outcome.line.into())]);
        let which = column![
            ui::bold(line).wrapping(text::Wrapping::None),
            ui::small(match outcome.reference.as_str() {
                "" => file,
                reference => format!("{file} · {reference}"),
            })
            .wrapping(text::Wrapping::None)
        ];
        let (look, state) = self.state(outcome, words);
        let cells = row![
            container(which).width(LINE_WIDTH).clip(true),
            container(ui::small(self.why(outcome, words)).color(theme::colors().ink)).width(Length::Fill).clip(true),
            container(tag(look, state)).width(STATE_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Choose(n))
    }

    fn why(&self, outcome: &Outcome, words: &Words) -> String {
        match outcome.what {
            What::LooksLike(_) => words.get("bring-looks-like"),
            _ => said(outcome, self.told.keep, words).words,
        }
    }

    fn state(&self, outcome: &Outcome, words: &Words) -> (Look, String) {
        let (look, key) = match (&outcome.what, self.answers.of(outcome)) {
            (_, Some(Answer::Same(_))) => (Look::Done, "bring-state-same"),
            (_, Some(Answer::Other)) => (Look::Good, "bring-state-other"),
            (What::Added(_) | What::AddedToList(_), None) => (Look::Good, "bring-state-new"),
            (What::AlreadyHere(_), None) => (Look::Done, "bring-state-known"),
            (What::Joined(_), None) => (Look::Done, "bring-state-same"),
            (What::LooksLike(_), None) => (Look::Wait, "bring-state-alike"),
            (What::Refused { .. }, None) => (Look::Late, "bring-state-refused"),
        };
        (look, words.get(key))
    }

    /// The chosen line, and what can be said of it.
    fn one<'a>(&'a self, outcome: &'a Outcome, words: &'a Words) -> Element<'a, Message> {
        let heading = words.with("bring-line", &[("n", outcome.line.into())]);
        let (look, state) = self.state(outcome, words);
        let mut lines = column![tag(look, state), ui::body(self.why(outcome, words))].spacing(gap(3));
        let alike = self
            .alike
            .as_ref()
            .filter(|alike| alike.line == outcome.line && matches!(outcome.what, What::LooksLike(_)));
        if let Some(alike) = alike {
            lines = lines.push(self.alike(outcome, alike, words));
        }
        headed_card(heading, lines).into()
    }

    /// The answers stand over what they are about: they are never scrolled away. Each says of which two children it is.
    fn alike<'a>(&self, outcome: &Outcome, alike: &Alike, words: &Words) -> Element<'a, Message> {
        let answered = self.answers.of(outcome);
        let asks = self.told.keep == Keep::No && answered.is_none();
        let typed = || alike.form.as_ref().map(|form| alike::Shown::form(form, words));
        let frame = |content: Column<'a, Message>| {
            let frame = container(content.spacing(gap(2))).padding(gap(3)).width(Length::Fill);
            frame.style(theme::chip(theme::colors().shade, theme::RADIUS))
        };
        let mut lines = column![].spacing(gap(3));
        if asks {
            let other = Some(Message::Answer(Some(Answer::Other)));
            lines = lines.push(Button::secondary(words.get("bring-another"), other).key("A").width(Length::Fill));
        } else if answered.is_some() {
            lines = lines.push(Button::quiet(words.get("bring-ask-again"), Some(Message::Answer(None))));
        }
        lines = lines.push(ui::small_bold(words.with("alike-found", &[("n", alike.found.len().into())])));
        let only = alike.found.len() == 1;
        for found in &alike.found {
            let both = typed().map(|typed| {
                column![ui::small_bold(words.get("bring-in-the-file")), ui::body(typed.brief(words))].spacing(TIGHT)
            });
            let here = alike::Shown::line(&found.line, words).brief(words);
            let here = column![ui::small_bold(words.get("bring-registered")), ui::body(here)].spacing(TIGHT);
            let same = asks.then(|| {
                let same = Some(Message::Answer(Some(Answer::Same(found.line.id))));
                let same = Button::primary(words.get("bring-same"), same).width(Length::Fill);
                if only { same.key("Enter") } else { same }
            });
            lines = lines.push(frame(column![].push(both).push(here).push(same).push(merge::whole(found, words))));
        }
        if let Some(typed) = typed() {
            lines = lines.push(ui::small_bold(words.get("bring-in-the-file")));
            lines = lines.push(frame(column![typed.view(words)]));
        }
        lines.into()
    }
}

/// How the list is used without a mouse.
fn chooses<'a>(words: &Words) -> Element<'a, Message> {
    let cap = |key| ui::button::key_cap(key, theme::colors().muted);
    row![cap("↑"), cap("↓"), ui::small(words.get("shell-keys-choose"))].spacing(gap(2)).align_y(iced::Center).into()
}

fn sentence(wrong: &Wrong, words: &Words) -> String {
    match wrong {
        Wrong::Trouble(trouble) => trouble.sentence(words),
        Wrong::Unreadable(Which::Doses) => words.get("bring-unreadable-doses"),
        Wrong::Unreadable(_) => words.get("bring-unreadable-children"),
        Wrong::File(which, fault) => {
            let file = if *which == Which::Doses { "bring-file-doses" } else { "bring-file-children" };
            words.with("bring-fault", &[("file", words.get(file).into()), ("words", of_file(fault, words).into())])
        }
    }
}

fn of_file(fault: &FileFault, words: &Words) -> String {
    match fault {
        FileFault::TooLarge => words.get("bring-fault-too-large"),
        FileFault::TooManyLines => words.get("bring-fault-too-many-lines"),
        FileFault::NotUtf8 { line } => words.with("bring-fault-not-utf8", &[("line", (*line).into())]),
        FileFault::NotText => words.get("bring-fault-not-text"),
        FileFault::Empty => words.get("bring-fault-empty"),
        FileFault::NoColumn(name) => words.with("bring-fault-no-column", &[("column", (*name).into())]),
        FileFault::ColumnTwice(name) => words.with("bring-fault-column-twice", &[("column", (*name).into())]),
        FileFault::TooManyColumns => words.get("bring-fault-too-many-columns"),
        FileFault::OpenQuote { line } => words.with("bring-fault-open-quote", &[("line", (*line).into())]),
        // Of a file of decisions, which nobody gives here.
        FileFault::Decision { line }
        | FileFault::DecisionChild { line }
        | FileFault::DecisionOf { line }
        | FileFault::SameTwice { line } => words.with("bring-fault-decision", &[("line", (*line).into())]),
    }
}

/// What would help with most of what was refused.
fn help(outcomes: &[Outcome]) -> Option<&'static str> {
    type Applies = fn(Refusal) -> bool;
    let refused = |wanted: Applies| {
        outcomes.iter().any(|outcome| matches!(outcome.what, What::Refused { why: Why::Rule(no), .. } if wanted(no)))
    };
    let helps: [(Applies, &str); 3] = [
        (|no| matches!(no, Refusal::WorkerFull { .. }), "bring-help-full"),
        (|no| no == Refusal::Missing(Field::Proof), "bring-help-proof"),
        (|no| matches!(no, Refusal::NeedsReason(_) | Refusal::BatchExpired), "bring-help-reason"),
    ];
    helps.into_iter().find(|(applies, _)| refused(*applies)).map(|(_, key)| key)
}
