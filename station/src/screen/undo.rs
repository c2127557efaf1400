//! What one key takes back for a minute after it was stored.

use clinic::ledger::EventId;
use clinic::record::command::Command;
use clinic::record::fact::BY_MISTAKE;
use hub_protocol::TaskId;

const UNDO_MS: u64 = 60_000;

#[derive(Debug, Clone, Copy)]
pub enum Undo {
    Call(EventId),
    /// A task that was closed.
    Task(TaskId),
    /// A task that was given.
    Given(TaskId),
}

impl Undo {
    pub fn command(self) -> Command {
        match self {
            Self::Call(call) => Command::WithdrawCall { call },
            Self::Task(task) => Command::ReopenTask { task },
            Self::Given(task) => Command::CloseTask { task, done: false, reason: BY_MISTAKE.to_owned() },
        }
    }

    /// The key of the words of the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Call(_) => "call-undo",
            Self::Task(_) => "tasks-undo",
            Self::Given(_) => "task-undo",
        }
    }

    /// The key of what is said when it is done.
    pub fn done(self) -> &'static str {
        match self {
            Self::Call(_) => "call-undone",
            Self::Task(_) => "tasks-reopened",
            Self::Given(_) => "task-undone",
        }
    }
}

/// What was done at that time, as long as it can be taken back.
pub fn still<T>(undo: Option<(T, u64)>, now_ms: u64) -> Option<T> {
    undo.filter(|(_, at_ms)| now_ms.abs_diff(*at_ms) < UNDO_MS).map(|(undo, _)| undo)
}
