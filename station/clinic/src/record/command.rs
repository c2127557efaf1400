//! What an actor asks for. A command may be refused; what became of it is a [`super::Fact`].

use super::fact::{
    AefiForm, CallMade, CardStop, CertificateKey, ChildDetails, DoseTold, FenceSet, Gone, GrowthMeasured, LineChanged,
    SessionPlan, SettingsChanged, Sought, StockWhy, ToySettingsChanged, ToyStop,
};
use super::fact::{BatchReceived, Declined, DoseDeclined, ReferenceKey, ReminderSettings};
use super::role::{Right, Role};
use crate::device::FenceId;
use crate::ledger::EventId;
use hub_protocol::toy::{OrderKind, SignedRecord, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, PublicKey, SessionId, TaskId, UserId};

/// The form of a child, as typed.
pub type ChildForm = ChildDetails;
pub type Settings = SettingsChanged;
/// How the line to the district is used.
pub type Line = LineChanged;
/// How the toys are to behave.
pub type ToySettings = ToySettingsChanged;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub role: Role,
}

/// Where a dose was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenAt {
    /// Here, in the session named, or in the one of that day: one at the centre is opened when there is none.
    Here(Option<SessionId>),
    /// Elsewhere: what was seen as the proof of it.
    Outside(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    pub worker: UserId,
    pub kind: TaskKind,
    pub child: Option<ChildId>,
    /// Where, when it is about no child.
    pub place: String,
    pub due: Day,
    pub note: String,
}

/// A dose as people know it: whoever told of it, it is the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseKey {
    pub child: ChildId,
    pub product: String,
    pub on: Day,
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
    EnableUser {
        user: UserId,
    },
    /// Whom the district sent, with the one-time code in hand; the key slot is made beside the event.
    AdmitUser {
        user: UserId,
    },
    /// By an Admin for somebody who forgot it; the key slot is made beside the event.
    ResetPassword {
        user: UserId,
    },
    /// One's own.
    ChangePassword,
    ChangeSettings(Settings),
    ChangeLine(Line),
    ChangeToySettings(ToySettings),
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
    StopToy {
        toy: DeviceId,
        why: ToyStop,
        note: String,
    },
    ReturnToy {
        toy: DeviceId,
        note: String,
    },
    /// Takes effect at the toy's next contact.
    OrderToy {
        toy: DeviceId,
        what: OrderKind,
        note: String,
    },
    /// A new fence, or a known one anew.
    SetFence(FenceSet),
    RemoveFence {
        fence: FenceId,
    },
    RegisterChild {
        child: ChildId,
        form: ChildForm,
        worker: Option<UserId>,
        /// Children who look like the same one, and of whom the person says that they are others. One that
        /// is not named here makes the command refused.
        distinct_from: Vec<ChildId>,
    },
    EditChild {
        child: ChildId,
        form: ChildForm,
        reason: String,
    },
    AssignChild {
        child: ChildId,
        worker: Option<UserId>,
    },
    /// The record `child` goes on as a part of `into`.
    MergeChildren {
        child: ChildId,
        into: ChildId,
        reason: String,
    },
    UnmergeChild {
        child: ChildId,
        worker: Option<UserId>,
        reason: String,
    },
    /// Two records that look like one child are two.
    TellApart {
        child: ChildId,
        other: ChildId,
    },
    InactivateChild {
        child: ChildId,
        why: Gone,
        on: Day,
        note: String,
    },
    ReactivateChild {
        child: ChildId,
        worker: Option<UserId>,
        reason: String,
    },
    /// For the record of a child whom another station of the district looks after.
    AskForChild {
        sought: Sought,
    },
    /// It was asked by mistake, or is not needed any more.
    WithdrawAsk {
        sought: Sought,
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
    UnblockCard {
        card: CardNo,
        reason: String,
    },
    /// The record on the card was written anew and read back.
    WriteCard {
        card: CardNo,
        counter: u32,
    },
    AssignTask {
        task: TaskId,
        new: NewTask,
    },
    CloseTask {
        task: TaskId,
        done: bool,
        reason: String,
    },
    /// It was closed by mistake. Not one that went to another worker.
    ReopenTask {
        task: TaskId,
    },
    RecordDose {
        child: ChildId,
        product: String,
        on: Day,
        batch: Option<String>,
        /// Needed when a rule warns.
        reason: Option<String>,
        at: GivenAt,
    },
    /// A dose from a file of an Admin's: written down elsewhere, or on paper before the clinic had Tikka.
    ImportDose {
        child: ChildId,
        product: String,
        on: Day,
        batch: Option<String>,
        /// Needed when a rule warns.
        reason: Option<String>,
        at: GivenAt,
    },
    CorrectDose {
        dose: DoseKey,
        to: DoseTold,
        reason: String,
        /// The person saw what the schedule says against it.
        anyway: bool,
    },
    WithdrawDose {
        dose: DoseKey,
        reason: String,
    },
    /// A vaccine that was refused or would harm.
    DeclineDose(DoseDeclined),
    LiftDecline {
        child: ChildId,
        series: String,
        why: Declined,
        reason: String,
    },
    ReportAefi {
        child: ChildId,
        form: AefiForm,
    },
    UpdateAefi {
        aefi: EventId,
        form: AefiForm,
    },
    WithdrawAefi {
        aefi: EventId,
        reason: String,
    },
    MeasureGrowth(GrowthMeasured),
    WithdrawGrowth {
        growth: EventId,
        reason: String,
    },
    RecordCall(CallMade),
    /// By whoever wrote it down.
    WithdrawCall {
        call: EventId,
    },
    ReceiveBatch(BatchReceived),
    /// Unopened vials that went or came otherwise than by use.
    ChangeStock {
        product: String,
        batch: String,
        vials: i32,
        why: StockWhy,
        note: String,
    },
    OpenVial {
        product: String,
        batch: String,
    },
    CloseVial {
        vial: EventId,
        wasted_doses: u16,
    },
    PlanSession {
        session: SessionId,
        plan: SessionPlan,
    },
    /// The plan is for a session that nobody planned.
    HoldSession {
        session: SessionId,
        plan: Option<SessionPlan>,
    },
    CancelSession {
        session: SessionId,
        reason: String,
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
        /// Which signs it.
        key: CertificateKey,
    },
    /// An answer to a fact that broke a rule.
    SettleConflict {
        event: EventId,
        accepted: bool,
        reason: String,
    },
    /// `key` is fresh and random; it is used when there is none yet.
    ChangeReminders {
        settings: ReminderSettings,
        key: ReferenceKey,
    },
    /// A family said at the desk that it wants no more reminders, or wants them again.
    SetOptOut {
        phone: String,
        out: bool,
    },
    /// About a message of which nobody knows, or that failed: it is sent again, or given up.
    SettleMessage {
        reference: [u8; 16],
        again: bool,
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
    EnableUser,
    AdmitUser,
    ResetPassword,
    ChangePassword,
    ChangeSettings,
    ChangeLine,
    ChangeToySettings,
    RegisterToy,
    AssignToy,
    StopToy,
    ReturnToy,
    OrderToy,
    SetFence,
    RemoveFence,
    RegisterChild,
    EditChild,
    AssignChild,
    MergeChildren,
    UnmergeChild,
    TellApart,
    InactivateChild,
    ReactivateChild,
    AskForChild,
    WithdrawAsk,
    RegisterCard,
    AssignCard,
    StopCard,
    UnblockCard,
    WriteCard,
    AssignTask,
    CloseTask,
    ReopenTask,
    RecordDose,
    CorrectDose,
    WithdrawDose,
    DeclineDose,
    LiftDecline,
    ReportAefi,
    UpdateAefi,
    WithdrawAefi,
    MeasureGrowth,
    WithdrawGrowth,
    RecordCall,
    WithdrawCall,
    ReceiveBatch,
    ChangeStock,
    OpenVial,
    CloseVial,
    PlanSession,
    HoldSession,
    CancelSession,
    TakeToyRecord,
    IssueCertificate,
    SettleConflict,
    ChangeReminders,
    SetOptOut,
    SettleMessage,
    AcceptClock,
    /// Somebody saw what is told of a toy. Stands in no log: the watch over the toys is this computer's.
    AcknowledgeAlert,
    /// A file that opens the clinic as the one who makes it. Stands in no log: slots are this computer's.
    MakeKeyFile,
    /// Many children or doses from a file: each one is a command of its own, and so is a dose's.
    Import,
    /// Records, as a file or as lines for another program. Stands in no log of events.
    Export,
    /// Stand in no log: they are about this computer's file.
    Backup,
    Rebuild,
    JoinDistrict,
}

impl CommandKind {
    /// What it is to make somebody of this role.
    pub fn creates(role: Role) -> Self {
        match role {
            Role::SuperAdmin => Self::CreateSuperAdmin,
            Role::Admin => Self::CreateAdmin,
            Role::PhcWorker | Role::Supervisor | Role::Tracker => Self::CreateStaff,
        }
    }
}

impl Command {
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::RegisterUser { new, .. } => CommandKind::creates(new.role),
            Self::DisableUser { .. } => CommandKind::DisableUser,
            Self::EnableUser { .. } => CommandKind::EnableUser,
            Self::AdmitUser { .. } => CommandKind::AdmitUser,
            Self::ResetPassword { .. } => CommandKind::ResetPassword,
            Self::ChangePassword => CommandKind::ChangePassword,
            Self::ChangeSettings(_) => CommandKind::ChangeSettings,
            Self::ChangeLine(_) => CommandKind::ChangeLine,
            Self::ChangeToySettings(_) => CommandKind::ChangeToySettings,
            Self::RegisterToy { .. } => CommandKind::RegisterToy,
            Self::AssignToy { .. } => CommandKind::AssignToy,
            Self::StopToy { .. } => CommandKind::StopToy,
            Self::ReturnToy { .. } => CommandKind::ReturnToy,
            Self::OrderToy { .. } => CommandKind::OrderToy,
            Self::SetFence(_) => CommandKind::SetFence,
            Self::RemoveFence { .. } => CommandKind::RemoveFence,
            Self::RegisterChild { .. } => CommandKind::RegisterChild,
            Self::EditChild { .. } => CommandKind::EditChild,
            Self::AssignChild { .. } => CommandKind::AssignChild,
            Self::MergeChildren { .. } => CommandKind::MergeChildren,
            Self::UnmergeChild { .. } => CommandKind::UnmergeChild,
            Self::TellApart { .. } => CommandKind::TellApart,
            Self::InactivateChild { .. } => CommandKind::InactivateChild,
            Self::ReactivateChild { .. } => CommandKind::ReactivateChild,
            Self::AskForChild { .. } => CommandKind::AskForChild,
            Self::WithdrawAsk { .. } => CommandKind::WithdrawAsk,
            Self::RegisterCard { .. } => CommandKind::RegisterCard,
            Self::AssignCard { .. } => CommandKind::AssignCard,
            Self::StopCard { .. } => CommandKind::StopCard,
            Self::UnblockCard { .. } => CommandKind::UnblockCard,
            Self::WriteCard { .. } => CommandKind::WriteCard,
            Self::AssignTask { .. } => CommandKind::AssignTask,
            Self::CloseTask { .. } => CommandKind::CloseTask,
            Self::ReopenTask { .. } => CommandKind::ReopenTask,
            Self::RecordDose { .. } => CommandKind::RecordDose,
            Self::ImportDose { .. } => CommandKind::Import,
            Self::CorrectDose { .. } => CommandKind::CorrectDose,
            Self::WithdrawDose { .. } => CommandKind::WithdrawDose,
            Self::DeclineDose(_) => CommandKind::DeclineDose,
            Self::LiftDecline { .. } => CommandKind::LiftDecline,
            Self::ReportAefi { .. } => CommandKind::ReportAefi,
            Self::UpdateAefi { .. } => CommandKind::UpdateAefi,
            Self::WithdrawAefi { .. } => CommandKind::WithdrawAefi,
            Self::MeasureGrowth(_) => CommandKind::MeasureGrowth,
            Self::WithdrawGrowth { .. } => CommandKind::WithdrawGrowth,
            Self::RecordCall(_) => CommandKind::RecordCall,
            Self::WithdrawCall { .. } => CommandKind::WithdrawCall,
            Self::ReceiveBatch(_) => CommandKind::ReceiveBatch,
            Self::ChangeStock { .. } => CommandKind::ChangeStock,
            Self::OpenVial { .. } => CommandKind::OpenVial,
            Self::CloseVial { .. } => CommandKind::CloseVial,
            Self::PlanSession { .. } => CommandKind::PlanSession,
            Self::HoldSession { .. } => CommandKind::HoldSession,
            Self::CancelSession { .. } => CommandKind::CancelSession,
            Self::TakeToyRecord { .. } => CommandKind::TakeToyRecord,
            Self::IssueCertificate { .. } => CommandKind::IssueCertificate,
            Self::SettleConflict { .. } => CommandKind::SettleConflict,
            Self::ChangeReminders { .. } => CommandKind::ChangeReminders,
            Self::SetOptOut { .. } => CommandKind::SetOptOut,
            Self::SettleMessage { .. } => CommandKind::SettleMessage,
            Self::AcceptClock => CommandKind::AcceptClock,
            Self::JoinDistrict { .. } => CommandKind::JoinDistrict,
        }
    }

    pub fn right(&self) -> Right {
        Right::Do(self.kind())
    }
}
