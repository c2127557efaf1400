//! Who may do what: one table, as data. What has no row is refused.

use super::command::CommandKind;
use super::refusal::Refusal;
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

    /// With its article, in English.
    fn one(self) -> &'static str {
        match self {
            Self::SuperAdmin => "a Super Admin",
            Self::Admin => "an Admin",
            Self::PhcWorker => "a PHC Worker",
            Self::Supervisor => "a Supervisor",
            Self::Tracker => "a Tracker",
        }
    }
}

/// Some of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Roles(u8);

impl Roles {
    pub const NONE: Self = Self(0);

    pub fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        Self(roles.into_iter().fold(0, |all, role| all | 1 << role as u8))
    }

    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.0 & 1 << *role as u8 != 0)
    }
}

/// `an Admin or a PHC Worker`.
impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.iter().map(Role::one).collect();
        f.write_str(&names.join(" or "))
    }
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What a person can ask to see.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Query { $($(#[$doc])* $name),* }
        impl Query {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

queries! {
    /// The clinic's name, schedule, settings and the state of its records. Also what the login screen shows.
    Clinic,
    Users,
    /// Who is due and who is late; missed-dose alerts; calls.
    Today,
    Children,
    /// A child's whole record with its history, growth and diet plan.
    Child,
    /// Who looks like the same child.
    Duplicates,
    Certificate,
    /// All certificates that were issued.
    Certificates,
    Cards,
    Toys,
    Tasks,
    Sessions,
    Stock,
    Aefis,
    /// Children to be found, as little of each as finding needs.
    Find,
    /// Counts of a period.
    Reports,
    Conflicts,
    /// Who saw whose record.
    Audit,
    /// What a change of the schedule would do.
    Settings,
    /// The messages to families, and what became of them.
    Reminders,
    Verify,
}

macro_rules! office {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What only the district's people do, beside what they do as the people of a station would.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum OfficeKind { $($(#[$doc])* $name),* }
        impl OfficeKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

office! {
    /// From one station to another, with the whole record.
    MoveChild,
    /// Children of all stations, by name.
    FindChildren,
    /// Facts of all stations that broke a rule.
    SeeConflicts,
    RenameStation,
    /// Keeps a station out for good.
    RevokeStation,
    ReadmitStation,
    /// How long a station may go on without the district.
    SetContactDays,
    /// A new key for the summaries on cards.
    RotateCardKey,
    /// The district's own people.
    SeeOperators,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    Do(CommandKind),
    See(Query),
    Office(OfficeKind),
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

const EVERYBODY: &[Grant] = &[all(SuperAdmin), all(Admin), all(PhcWorker), all(Supervisor), all(Tracker)];

/// The role table. One row a right; the order is that of the enumerations.
pub const TABLE: &[(Right, &[Grant])] = &[
    (Right::Do(CommandKind::CreateSuperAdmin), &[all(SuperAdmin)]),
    (Right::Do(CommandKind::CreateAdmin), &[all(SuperAdmin)]),
    (Right::Do(CommandKind::CreateStaff), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::DisableUser), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::EnableUser), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::AdmitUser), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::ResetPassword), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::ChangePassword), EVERYBODY),
    (Right::Do(CommandKind::ChangeSettings), &[all(Admin)]),
    (Right::Do(CommandKind::ChangeLine), &[all(Admin)]),
    (Right::Do(CommandKind::ChangeToySettings), &[all(Admin)]),
    (Right::Do(CommandKind::RegisterToy), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::AssignToy), &[all(Admin)]),
    (Right::Do(CommandKind::StopToy), &[all(Admin)]),
    (Right::Do(CommandKind::ReturnToy), &[all(Admin)]),
    (Right::Do(CommandKind::OrderToy), &[all(Admin)]),
    (Right::Do(CommandKind::SetFence), &[all(Admin)]),
    (Right::Do(CommandKind::RemoveFence), &[all(Admin)]),
    (Right::Do(CommandKind::RegisterChild), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::EditChild), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignChild), &[all(Admin)]),
    (Right::Do(CommandKind::MergeChildren), &[all(Admin)]),
    (Right::Do(CommandKind::UnmergeChild), &[all(Admin)]),
    (Right::Do(CommandKind::TellApart), &[all(Admin)]),
    (Right::Do(CommandKind::InactivateChild), &[all(Admin)]),
    (Right::Do(CommandKind::ReactivateChild), &[all(Admin)]),
    (Right::Do(CommandKind::AskForChild), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::WithdrawAsk), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::RegisterCard), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignCard), &[all(PhcWorker)]),
    (Right::Do(CommandKind::StopCard), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::UnblockCard), &[all(Admin)]),
    (Right::Do(CommandKind::WriteCard), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::AssignTask), &[all(Admin)]),
    (Right::Do(CommandKind::CloseTask), &[all(Admin), own(PhcWorker)]),
    (Right::Do(CommandKind::ReopenTask), &[all(Admin), own(PhcWorker)]),
    (Right::Do(CommandKind::RecordDose), &[all(PhcWorker)]),
    (Right::Do(CommandKind::CorrectDose), &[all(PhcWorker)]),
    (Right::Do(CommandKind::WithdrawDose), &[all(PhcWorker)]),
    (Right::Do(CommandKind::DeclineDose), &[all(PhcWorker)]),
    (Right::Do(CommandKind::LiftDecline), &[all(PhcWorker)]),
    (Right::Do(CommandKind::ReportAefi), &[all(PhcWorker)]),
    (Right::Do(CommandKind::UpdateAefi), &[all(PhcWorker)]),
    (Right::Do(CommandKind::WithdrawAefi), &[all(PhcWorker)]),
    (Right::Do(CommandKind::MeasureGrowth), &[all(PhcWorker)]),
    (Right::Do(CommandKind::WithdrawGrowth), &[all(PhcWorker)]),
    (Right::Do(CommandKind::RecordCall), &[all(Admin), all(PhcWorker), all(Tracker)]),
    (Right::Do(CommandKind::WithdrawCall), &[all(Admin), all(PhcWorker), all(Tracker)]),
    (Right::Do(CommandKind::ReceiveBatch), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::ChangeStock), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::OpenVial), &[all(PhcWorker)]),
    (Right::Do(CommandKind::CloseVial), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::PlanSession), &[all(Admin)]),
    (Right::Do(CommandKind::HoldSession), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::CancelSession), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::TakeToyRecord), &[all(PhcWorker)]),
    (Right::Do(CommandKind::IssueCertificate), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::SettleConflict), &[all(Admin)]),
    (Right::Do(CommandKind::ChangeReminders), &[all(Admin)]),
    (Right::Do(CommandKind::SetOptOut), &[all(Admin), all(PhcWorker)]),
    (Right::Do(CommandKind::SettleMessage), &[all(Admin)]),
    (Right::Do(CommandKind::AcceptClock), &[all(Admin)]),
    (Right::Do(CommandKind::AcknowledgeAlert), &[all(Admin)]),
    (Right::Do(CommandKind::MakeKeyFile), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::Import), &[all(Admin)]),
    // What is taken out is what the person may see: each list has a row of its own below.
    (Right::Do(CommandKind::Export), EVERYBODY),
    (Right::Do(CommandKind::Backup), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::Rebuild), &[all(SuperAdmin), all(Admin)]),
    (Right::Do(CommandKind::JoinDistrict), &[all(SuperAdmin)]),
    (Right::See(Query::Clinic), EVERYBODY),
    (Right::See(Query::Users), &[all(SuperAdmin), all(Admin)]),
    (Right::See(Query::Today), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Children), &[all(Admin), all(PhcWorker)]),
    (Right::See(Query::Child), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Duplicates), &[all(Admin), all(PhcWorker)]),
    (Right::See(Query::Certificate), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Certificates), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Cards), &[all(Admin), all(PhcWorker)]),
    (Right::See(Query::Toys), &[all(SuperAdmin), all(Admin), own(PhcWorker), all(Supervisor)]),
    (Right::See(Query::Tasks), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Sessions), &[all(Admin), all(PhcWorker), all(Supervisor)]),
    (Right::See(Query::Stock), &[all(Admin), all(PhcWorker), all(Supervisor)]),
    (Right::See(Query::Aefis), &[all(Admin), own(PhcWorker)]),
    (Right::See(Query::Find), &[all(Admin), all(PhcWorker), all(Tracker)]),
    (Right::See(Query::Reports), &[all(SuperAdmin), all(Admin), own(PhcWorker), all(Supervisor)]),
    (Right::See(Query::Conflicts), &[all(Admin)]),
    (Right::See(Query::Audit), &[all(SuperAdmin), all(Admin)]),
    (Right::See(Query::Settings), &[all(Admin)]),
    (Right::See(Query::Reminders), &[all(Admin), all(PhcWorker)]),
    (Right::See(Query::Verify), &[all(SuperAdmin), all(Admin)]),
    (Right::Office(OfficeKind::MoveChild), &[all(Admin)]),
    (Right::Office(OfficeKind::FindChildren), &[all(Admin)]),
    (Right::Office(OfficeKind::SeeConflicts), &[all(SuperAdmin), all(Admin)]),
    (Right::Office(OfficeKind::RenameStation), &[all(SuperAdmin), all(Admin)]),
    (Right::Office(OfficeKind::RevokeStation), &[all(SuperAdmin)]),
    (Right::Office(OfficeKind::ReadmitStation), &[all(SuperAdmin)]),
    (Right::Office(OfficeKind::SetContactDays), &[all(Admin)]),
    (Right::Office(OfficeKind::RotateCardKey), &[all(SuperAdmin)]),
    (Right::Office(OfficeKind::SeeOperators), &[all(SuperAdmin), all(Admin)]),
];

/// What the table says; `None` is no.
pub fn may(role: Role, right: Right) -> Option<Scope> {
    let (_, grants) = TABLE.iter().find(|(r, _)| *r == right)?;
    grants.iter().find(|g| g.role == role).map(|g| g.scope)
}

fn who(right: Right, fits: impl Fn(Scope) -> bool) -> Roles {
    let grants = TABLE.iter().find(|(r, _)| *r == right).map_or(&[][..], |(_, grants)| grants);
    Roles::of(grants.iter().filter(|grant| fits(grant.scope)).map(|grant| grant.role))
}

/// The refusal of a right that a role does not have: says who has it.
pub fn not_allowed(right: Right) -> Refusal {
    Refusal::NotAllowed(who(right, |_| true))
}

/// The refusal of a right that reaches one's own things only: says whose reaches further.
pub fn not_ones_own(right: Right) -> Refusal {
    Refusal::NotAllowed(who(right, |scope| scope == Scope::All))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_is_said_in_words() {
        let staff = not_allowed(Right::Do(CommandKind::CreateStaff)).to_string();
        assert_eq!(staff, "the role may not do this: it takes a Super Admin or an Admin");
        // A worker closes her own tasks: another's takes an Admin.
        let task = Right::Do(CommandKind::CloseTask);
        assert!(not_allowed(task).to_string().ends_with("an Admin or a PHC Worker"));
        assert!(not_ones_own(task).to_string().ends_with(": it takes an Admin"));
        let refused = not_allowed(Right::Office(OfficeKind::MoveChild)).to_string();
        assert_eq!(refused, "the role may not do this: it takes an Admin");
        assert_eq!(Refusal::NotAllowed(Roles::NONE).to_string(), "the role may not do this");
    }

    #[test]
    fn every_command_and_every_query_has_one_row() {
        let rights = CommandKind::ALL.iter().map(|k| Right::Do(*k)).chain(Query::ALL.iter().map(|q| Right::See(*q)));
        let rights = rights.chain(OfficeKind::ALL.iter().map(|o| Right::Office(*o)));
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
        let may_do = |role| CommandKind::ALL.iter().copied().filter(move |k| may(role, Right::Do(*k)).is_some());
        // Export writes nothing but that it happened.
        let writes = |role| may_do(role).filter(|kind| *kind != CommandKind::Export).collect::<Vec<_>>();
        assert_eq!(writes(Supervisor), [CommandKind::ChangePassword]);
        // What a Tracker found out about a family is the whole of what one writes.
        let told = [CommandKind::ChangePassword, CommandKind::RecordCall, CommandKind::WithdrawCall];
        assert_eq!(writes(Tracker), told);
        let may_see: Vec<Query> =
            Query::ALL.iter().copied().filter(|q| may(Tracker, Right::See(*q)).is_some()).collect();
        assert_eq!(may_see, [Query::Clinic, Query::Find]);
    }
}
