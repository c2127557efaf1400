//! Who may do what: one table, as data. What has no row is refused.

use super::command::CommandKind;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    #[n(0)]
    SuperAdmin,
    #[n(1)]
    Admin,
    #[n(2)]
    PhcWorker,
    #[n(3)]
    Supervisor,
    #[n(4)]
    Tracker,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::SuperAdmin, Self::Admin, Self::PhcWorker, Self::Supervisor, Self::Tracker];

    /// The word in the command line, in files, and in the words' keys (`role-phc-worker`).
    pub fn code(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super-admin",
            Self::Admin => "admin",
            Self::PhcWorker => "phc-worker",
            Self::Supervisor => "supervisor",
            Self::Tracker => "tracker",
        }
    }
}

/// What a person can ask to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Query {
    /// The clinic's name, schedule and the state of its records. Also what the login screen shows.
    Clinic,
    Users,
    /// Who is due and who is late.
    Today,
    Children,
    /// A child's whole record.
    Child,
    Certificate,
    Toys,
    Tasks,
    Conflicts,
    Verify,
}

impl Query {
    pub const ALL: [Self; 10] = [
        Self::Clinic,
        Self::Users,
        Self::Today,
        Self::Children,
        Self::Child,
        Self::Certificate,
        Self::Toys,
        Self::Tasks,
        Self::Conflicts,
        Self::Verify,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    Do(CommandKind),
    See(Query),
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    All,
    /// The worker's own children, toy and tasks; and, logged, any child of the station that stands
    /// before the worker (a card on the reader, a name asked for at the desk).
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
}

const fn all(role: Role) -> Grant {
    Grant { role, scope: Scope::All }
}

const fn own(role: Role) -> Grant {
    Grant { role, scope: Scope::Own }
}

use Role::{Admin, PhcWorker, SuperAdmin, Supervisor, Tracker};

/// The role table. One row a right; the order is that of the enumerations.
pub const TABLE: &[(Right, &[Grant])] = &[
    (Right::Do(CommandKind::CreateSuperAdmin), &[all(SuperAdmin)]),
    (Right::Do(CommandKind::CreateAdmin), &[all(SuperAdmin)]),
    (Right::Do(CommandKind::CreateStaff), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::DisableUser), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::RegisterToy), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::AssignToy), &[all(Admin)]),
    (Right::Do(CommandKind::RegisterChild), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignChild), &[all(Admin)]),
    (Right::Do(CommandKind::RegisterCard), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignCard), &[all(PhcWorker)]),
    (Right::Do(CommandKind::StopCard), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignTask), &[all(Admin)]),
    (Right::Do(CommandKind::CloseTask), &[all(Admin), own(PhcWorker)]),
    (Right::Do(CommandKind::RecordDose), &[all(PhcWorker)]),
    (Right::Do(CommandKind::TakeToyRecord), &[all(PhcWorker)]),
    (Right::Do(CommandKind::IssueCertificate), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AcceptClock), &[all(Admin)]),
    (Right::Do(CommandKind::MakeKeyFile), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::JoinDistrict), &[all(SuperAdmin)]),
    (Right::See(Query::Clinic), &[all(SuperAdmin), all(Admin), all(PhcWorker), all(Supervisor), all(Tracker)]),
    (Right::See(Query::Users), &[all(SuperAdmin), all(Admin)]),
    (Right::See(Query::Today), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Children), &[all(Admin), all(PhcWorker)]),
    (Right::See(Query::Child), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Certificate), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Toys), &[all(SuperAdmin), all(Admin), own(PhcWorker), all(Supervisor)]),
    (Right::See(Query::Tasks), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Conflicts), &[all(Admin)]),
    (Right::See(Query::Verify), &[all(SuperAdmin), all(Admin)]),
];

/// What the table says; `None` is no.
pub fn may(role: Role, right: Right) -> Option<Scope> {
    let (_, grants) = TABLE.iter().find(|(r, _)| *r == right)?;
    grants.iter().find(|g| g.role == role).map(|g| g.scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_query_has_one_row() {
        let rights = CommandKind::ALL.iter().map(|k| Right::Do(*k)).chain(Query::ALL.iter().map(|q| Right::See(*q)));
        let mut count = 0;
        for right in rights {
            assert_eq!(TABLE.iter().filter(|(r, _)| *r == right).count(), 1, "{right:?}");
            count += 1;
        }
        assert_eq!(TABLE.len(), count);
    }

    #[test]
    fn the_hard_lines_of_the_programme() {
        assert_eq!(may(SuperAdmin, Right::Do(CommandKind::RecordDose)), None);
        assert_eq!(may(Admin, Right::Do(CommandKind::AssignCard)), None);
        assert_eq!(may(PhcWorker, Right::Do(CommandKind::AssignToy)), None);
        assert_eq!(may(SuperAdmin, Right::Do(CommandKind::AssignToy)), None);
        assert_eq!(may(Admin, Right::Do(CommandKind::CreateAdmin)), None);
        for role in [Supervisor, Tracker] {
            assert!(CommandKind::ALL.iter().all(|k| may(role, Right::Do(*k)).is_none()));
        }
    }
}
