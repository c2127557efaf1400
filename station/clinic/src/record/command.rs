//! What an actor asks for. A command may be refused; what became of it is a [`super::Fact`].

use super::fact::{CardStop, ChildDetails};
use super::role::{Right, Role};
use hub_protocol::toy::{SignedRecord, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, PublicKey, TaskId, UserId};

/// The form of a child, as typed.
pub type ChildForm = ChildDetails;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    RegisterUser {
        user: UserId,
        new: NewUser,
    },
    DisableUser {
        user: UserId,
    },
    RegisterToy {
        key: PublicKey,
        model: String,
        label: String,
    },
    /// `None` takes it back.
    AssignToy {
        toy: DeviceId,
        worker: Option<UserId>,
    },
    RegisterChild {
        child: ChildId,
        form: ChildForm,
        worker: Option<UserId>,
    },
    AssignChild {
        child: ChildId,
        worker: Option<UserId>,
    },
    RegisterCard {
        card: CardNo,
        uid: Vec<u8>,
        written: bool,
    },
    AssignCard {
        card: CardNo,
        child: ChildId,
    },
    StopCard {
        card: CardNo,
        why: CardStop,
    },
    AssignTask {
        task: TaskId,
        worker: UserId,
        kind: TaskKind,
        child: Option<ChildId>,
        due: Day,
        note: String,
    },
    CloseTask {
        task: TaskId,
        done: bool,
        reason: String,
    },
    RecordDose {
        child: ChildId,
        product: String,
        on: Day,
        batch: Option<String>,
        /// Needed when a rule warns.
        reason: Option<String>,
    },
    /// A fact that a toy's worker recorded earlier: checked for its signature and place only.
    TakeToyRecord {
        toy: PublicKey,
        record: SignedRecord,
        clock_offset_ms: i64,
    },
    IssueCertificate {
        child: ChildId,
        on: Day,
    },
    /// The clock is right now, and was wrong before.
    AcceptClock,
    JoinDistrict {
        district: DeviceId,
        address: String,
        district_name: String,
        station_name: String,
    },
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What the role table speaks of. Making users is three kinds, by the role that is given.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CommandKind { $($(#[$doc])* $name),* }
        impl CommandKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

kinds! {
    CreateSuperAdmin,
    CreateAdmin,
    CreateStaff,
    DisableUser,
    RegisterToy,
    AssignToy,
    RegisterChild,
    AssignChild,
    RegisterCard,
    AssignCard,
    StopCard,
    AssignTask,
    CloseTask,
    RecordDose,
    TakeToyRecord,
    IssueCertificate,
    AcceptClock,
    /// A file that opens the clinic as the one who makes it. Stands in no log: slots are this computer's.
    MakeKeyFile,
    JoinDistrict,
}

impl Command {
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::RegisterUser { new, .. } => match new.role {
                Role::SuperAdmin => CommandKind::CreateSuperAdmin,
                Role::Admin => CommandKind::CreateAdmin,
                Role::PhcWorker | Role::Supervisor | Role::Tracker => CommandKind::CreateStaff,
            },
            Self::DisableUser { .. } => CommandKind::DisableUser,
            Self::RegisterToy { .. } => CommandKind::RegisterToy,
            Self::AssignToy { .. } => CommandKind::AssignToy,
            Self::RegisterChild { .. } => CommandKind::RegisterChild,
            Self::AssignChild { .. } => CommandKind::AssignChild,
            Self::RegisterCard { .. } => CommandKind::RegisterCard,
            Self::AssignCard { .. } => CommandKind::AssignCard,
            Self::StopCard { .. } => CommandKind::StopCard,
            Self::AssignTask { .. } => CommandKind::AssignTask,
            Self::CloseTask { .. } => CommandKind::CloseTask,
            Self::RecordDose { .. } => CommandKind::RecordDose,
            Self::TakeToyRecord { .. } => CommandKind::TakeToyRecord,
            Self::IssueCertificate { .. } => CommandKind::IssueCertificate,
            Self::AcceptClock => CommandKind::AcceptClock,
            Self::JoinDistrict { .. } => CommandKind::JoinDistrict,
        }
    }

    pub fn right(&self) -> Right {
        Right::Do(self.kind())
    }
}
