//! How long a station may go on without its district.

use crate::record::command::CommandKind;
use crate::record::refusal::Refusal;
use crate::record::role::Right;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How a station stands to the district it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// When the district was last heard, ms since 1970.
    pub last_ms: u64,
    /// For so many days nobody has to ask where it is.
    pub days: u16,
}

/// What waits for the district when it was not heard for too long: who may come in is no longer known, so nobody new
/// does. Care goes on, and so does what keeps the records safe.
pub fn in_contact(right: Right, contact: Option<Contact>, now_ms: u64) -> Result<(), Refusal> {
    let Some(Contact { last_ms, days }) = contact else { return Ok(()) };
    let waits = matches!(
        right,
        Right::Do(
            CommandKind::CreateSuperAdmin
                | CommandKind::CreateAdmin
                | CommandKind::CreateStaff
                | CommandKind::DisableUser
                | CommandKind::EnableUser
                | CommandKind::AdmitUser
                | CommandKind::ResetPassword
                | CommandKind::MakeKeyFile
                | CommandKind::Export
        )
    );
    let over = now_ms.saturating_sub(last_ms) > u64::from(days) * DAY_MS;
    if waits && over { Err(Refusal::OutOfContact { max: u32::from(days) }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn care_and_backups_go_on_and_the_rest_waits_after_the_last_day() {
        let contact = Some(Contact { last_ms: 5 * DAY_MS, days: 30 });
        for kind in CommandKind::ALL.iter().copied() {
            let right = Right::Do(kind);
            assert_eq!(in_contact(right, contact, 35 * DAY_MS), Ok(()), "{kind:?}");
            assert_eq!(in_contact(right, None, u64::MAX), Ok(()), "{kind:?}");
            // A clock that stands before the last contact says nothing.
            assert_eq!(in_contact(right, contact, 0), Ok(()), "{kind:?}");
        }
        let late = |kind| in_contact(Right::Do(kind), contact, 35 * DAY_MS + 1);
        let refused = Err(Refusal::OutOfContact { max: 30 });
        for kind in [CommandKind::RecordDose, CommandKind::Backup, CommandKind::ChangePassword, CommandKind::StopCard] {
            assert_eq!(late(kind), Ok(()), "{kind:?}");
        }
        for kind in [CommandKind::Export, CommandKind::CreateStaff, CommandKind::DisableUser, CommandKind::MakeKeyFile]
        {
            assert_eq!(late(kind), refused, "{kind:?}");
        }
    }
}
