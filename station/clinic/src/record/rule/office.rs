//! What the district's people may do, to the district itself and at its stations. The same rules as at a desk, looked
//! at in the district's copy of the station's records; what follows is a directive in the district's log for it.

use super::people::{self, user_fields};
use super::{By, Look, No, Now, People, child, decided};
use crate::record::command::{Command, CommandKind, NewUser};
use crate::record::fact::{self, Fact, Sought};
use crate::record::limits::{CONTACT_DAYS_MAX, TEXT_MAX_CHARS};
use crate::record::refusal::{Field, Refusal};
use crate::record::role::{OfficeKind, Right, Role, Roles, may, not_allowed};
use crate::record::secret::SecretHash;
use crate::record::text::required;
use hub_protocol::{ChildId, UserId};

pub use child::arrives;
pub use people::last_of_role;

/// One of the district's people, as the district's own log has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    pub user: UserId,
    pub role: Role,
}

impl Operator {
    pub fn may(&self, right: Right) -> Result<(), Refusal> {
        may(self.role, right).map(drop).ok_or_else(|| not_allowed(right))
    }
}

/// What is done at one station from the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeCommand {
    /// What an Admin there could do too: one of [`DIRECTIVE_COMMANDS`].
    As(Command),
    /// A new person. The code goes to that person alone.
    SendUser {
        user: UserId,
        new: NewUser,
        code: SecretHash,
    },
    /// A code for somebody who waits and lost theirs, or was disabled.
    SendCode {
        user: UserId,
        login: String,
        name: String,
        code: SecretHash,
    },
    /// To the station of this name.
    MoveChild {
        child: ChildId,
        to: String,
    },
    /// The record for which the station asked does not come.
    WithholdChild {
        sought: Sought,
        reason: String,
    },
    SetContactDays {
        days: u16,
    },
    RenameStation {
        name: String,
    },
}

/// What the district's people do as an Admin of the station would. A station takes what follows, and nothing else of
/// this kind.
pub const DIRECTIVE_COMMANDS: [CommandKind; 6] = [
    CommandKind::DisableUser,
    CommandKind::ChangeSettings,
    CommandKind::StopToy,
    CommandKind::StopCard,
    CommandKind::UnblockCard,
    CommandKind::AssignTask,
];

/// Decides for a station, by the records that the district has of it.
pub fn decide_directive<L: Look>(
    command: OfficeCommand,
    by: Operator,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    match command {
        OfficeCommand::As(command) => {
            if !DIRECTIVE_COMMANDS.contains(&command.kind()) {
                return Err(Refusal::NotAllowed(Roles::NONE).into());
            }
            let by = acting(by, command.right())?;
            decided(command, by, look, now)
        }
        OfficeCommand::SendUser { user, new, code } => {
            by.may(Command::RegisterUser { user, new: new.clone() }.right())?;
            let Fact::UserRegistered(f) = people::register(user, &new, look)? else {
                return Err(Refusal::NotAllowed(Roles::NONE).into());
            };
            let fact::UserRegistered { user, login, name, role } = f;
            Ok(Fact::UserSent(fact::UserSent { user, login, name, role, code }))
        }
        OfficeCommand::SendCode { user, login, name, code } => {
            let by = acting(by, Right::Do(CommandKind::EnableUser))?;
            let state = look.user(user)?.ok_or(Refusal::UnknownUser)?;
            people::may_manage(state.role, by.role)?;
            if state.active {
                return Err(Refusal::UserActive.into());
            }
            if look.other_has_login(user)? {
                return Err(Refusal::LoginTaken.into());
            }
            let NewUser { login, name, role } = user_fields(&NewUser { login, name, role: state.role })?;
            Ok(Fact::UserSent(fact::UserSent { user, login, name, role, code }))
        }
        OfficeCommand::MoveChild { child, to } => {
            by.may(Right::Office(OfficeKind::MoveChild))?;
            child::move_out(child, &to, look, now)
        }
        OfficeCommand::WithholdChild { sought, reason } => {
            by.may(Right::Office(OfficeKind::MoveChild))?;
            if !look.is_asked_for(sought)? {
                return Err(Refusal::NotAskedFor.into());
            }
            let reason = required(Field::Reason, &reason, TEXT_MAX_CHARS)?;
            Ok(Fact::ChildWithheld(fact::ChildWithheld { sought, reason }))
        }
        OfficeCommand::SetContactDays { days } => {
            by.may(Right::Office(OfficeKind::SetContactDays))?;
            if !(1..=CONTACT_DAYS_MAX).contains(&days) {
                return Err(Refusal::Range(Field::ContactDays).into());
            }
            Ok(Fact::ContactRule(fact::ContactRule { days }))
        }
        OfficeCommand::RenameStation { name } => {
            by.may(Right::Office(OfficeKind::RenameStation))?;
            Ok(Fact::StationRenamed(fact::StationRenamed { name }))
        }
    }
}

/// Decides about the district's own people, who are Super Admins and Admins. The first of all makes themselves: then
/// nobody is `by`.
pub fn decide_office<P: People>(
    command: &Command,
    by: Option<Operator>,
    look: &P,
    now_ms: u64,
) -> Result<Fact, No<P::Error>> {
    let by = match by {
        Some(by) => acting(by, command.right())?,
        None => first(command, look)?,
    };
    match command {
        Command::RegisterUser { new, .. } if !matches!(new.role, Role::SuperAdmin | Role::Admin) => {
            Err(Refusal::OfficeRole.into())
        }
        Command::RegisterUser { user, new } => people::register(*user, new, look),
        Command::DisableUser { user } => people::disable(*user, by, look, now_ms),
        Command::EnableUser { user } => people::enable(*user, by, look),
        Command::ResetPassword { user } => people::reset_password(*user, by, look),
        Command::ChangePassword => Ok(Fact::PasswordReset(fact::PasswordReset { user: by.user })),
        _ => Err(Refusal::NotAllowed(Roles::NONE).into()),
    }
}

fn acting(by: Operator, right: Right) -> Result<By, Refusal> {
    let scope = may(by.role, right).ok_or_else(|| not_allowed(right))?;
    Ok(By { user: by.user, role: by.role, scope })
}

/// As long as there is nobody, whoever has the district's key makes the first Super Admin.
fn first<P: People>(command: &Command, look: &P) -> Result<By, No<P::Error>> {
    let Command::RegisterUser { user, new } = command else { return Err(Refusal::NotActive.into()) };
    if look.active_users(Role::SuperAdmin)? > 0 {
        return Err(Refusal::NotActive.into());
    }
    if new.role != Role::SuperAdmin {
        return Err(Refusal::FirstIsSuperAdmin.into());
    }
    Ok(acting(Operator { user: *user, role: new.role }, command.right())?)
}
