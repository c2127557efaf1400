//! A clinic with one person of each role, and what commands and questions need to be there before them.

use crate::common::{Desk, NOON_MS, by_modem, desk, form, minor_aefi, password, today};
use chrono::Days;
use clinic::date::to_day;
use clinic::ledger::EventId;
use clinic::record::command::{Command, DoseKey, GivenAt, NewTask, NewUser};
use clinic::record::fact::{
    AefiForm, BatchReceived, Declined, DoseDeclined, GrowthMeasured, ReferenceKey, SessionKind, SessionPlan,
};
use clinic::record::role::Role;
use clinic::store::{OutboxShow, SubmitError};
use clinic::{Clinic, Session};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord, TaskKind};
use hub_protocol::{CardNo, ChildId, Identity, SessionId, TaskId, UserId};
use std::cell::Cell;
use std::path::PathBuf;

/// A clinic with one person of each role.
pub struct World {
    _dir: tempfile::TempDir,
    pub dir: PathBuf,
    pub d: Desk,
    supervisor: Session,
    tracker: Session,
    children: Cell<u64>,
    pub people: Cell<u32>,
}

impl World {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        let staff = |login: &str, role| {
            let new = NewUser { login: login.into(), name: format!("The {login}"), role };
            d.clinic.register_user(&d.admin, &new, &password(login)).unwrap();
            d.clinic.login(login, &password(login)).unwrap()
        };
        let (supervisor, tracker) = (staff("super", Role::Supervisor), staff("track", Role::Tracker));
        Self {
            dir: dir.path().to_owned(),
            _dir: dir,
            d,
            supervisor,
            tracker,
            children: Cell::default(),
            people: Cell::default(),
        }
    }

    pub fn session(&self, role: Role) -> &Session {
        match role {
            Role::SuperAdmin => &self.d.root,
            Role::Admin => &self.d.admin,
            Role::PhcWorker => &self.d.asha,
            Role::Supervisor => &self.supervisor,
            Role::Tracker => &self.tracker,
        }
    }

    pub fn clinic(&self) -> &Clinic {
        &self.d.clinic
    }

    pub fn person(&self, login: &str, role: Role) -> UserId {
        let new = NewUser { login: login.into(), name: format!("The {login}"), role };
        self.clinic().register_user(&self.d.root, &new, &password(login)).unwrap()
    }

    /// Nobody's yet; no two of them look like the same child.
    pub fn child(&self) -> ChildId {
        let n = self.children.replace(self.children.get() + 1);
        let names = ["Aarav", "Zoya", "Kamala", "Imran", "Pooja"];
        let mothers = ["Sunita Devi", "Rukhsana Bano", "Gita Kumari", "Farida Khatun", "Meera Singh"];
        let at = usize::try_from(n).unwrap();
        let mut form = form(names[at], today() - Days::new(100 + 90 * n));
        form.mother = mothers[at].into();
        form.phone = format!("98765 4321{n}");
        self.d.register(&self.d.admin, form, None).unwrap()
    }

    pub fn own_child(&self, worker: UserId) -> ChildId {
        let child = self.child();
        self.by_admin(Command::AssignChild { child, worker: Some(worker) });
        child
    }

    pub fn by_admin(&self, command: Command) -> EventId {
        self.clinic().submit(&self.d.admin, command).unwrap().event
    }

    pub fn by_worker(&self, command: Command) -> EventId {
        self.clinic().submit(&self.d.asha, command).unwrap().event
    }

    pub fn toy(&self, seed: u8) -> Identity {
        let toy = Identity::from_seed([seed; 32]);
        self.by_admin(Command::RegisterToy { key: toy.public_key(), model: "m".into(), label: seed.to_string() });
        toy
    }

    pub fn task(&self, worker: UserId) -> TaskId {
        let task = self.clinic().env().new_task_id().unwrap();
        self.by_admin(Command::AssignTask { task, new: new_task(worker) });
        task
    }

    pub fn card(&self) -> CardNo {
        let card = self.clinic().env().new_card_no().unwrap();
        self.by_admin(Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: true });
        card
    }

    /// One that waits, of a child who was born today.
    pub fn message(&self) -> [u8; 16] {
        self.by_admin(Command::ChangeReminders { settings: by_modem(), key: ReferenceKey([4; 32]) });
        self.d.register(&self.d.admin, form("Nanhi", today()), None).unwrap();
        assert_eq!(self.clinic().run_reminders().unwrap(), Some(1));
        self.clinic().outbox(&self.d.admin, OutboxShow::All, 0).unwrap().lines[0].reference
    }

    pub fn bcg(&self) -> DoseKey {
        let child = self.child();
        let on = to_day(today() - Days::new(50));
        self.by_worker(Command::RecordDose {
            child,
            product: "BCG".into(),
            on,
            batch: None,
            reason: None,
            at: GivenAt::Here(None),
        });
        DoseKey { child, product: "BCG".into(), on }
    }

    pub fn planned(&self) -> SessionId {
        let session = SessionId(71);
        self.by_admin(Command::PlanSession { session, plan: plan() });
        session
    }

    pub fn batch(&self) {
        self.by_admin(Command::ReceiveBatch(batch()));
    }

    pub fn aefi(&self, dose: &DoseKey) -> EventId {
        self.by_worker(Command::ReportAefi { child: dose.child, form: aefi(dose) })
    }

    pub fn growth(&self) -> EventId {
        let child = self.child();
        self.by_worker(Command::MeasureGrowth(growth(child)))
    }

    /// Signed in the name of `worker`.
    pub fn toys_record(&self, toy: &Identity, child: ChildId, worker: UserId) -> Result<(), SubmitError> {
        let dose = Dose { child, product: "PENTA".into(), on: to_day(today()), batch: None };
        let record =
            Record { toy: toy.device_id(), epoch: 1, seq: 1, worker, at_ms: NOON_MS, fact: ToyFact::Dose(dose) };
        let signed = SignedRecord::sign(&record, toy);
        self.clinic().take_toy_records(&toy.public_key(), vec![signed], 0).map(drop)
    }
}

pub fn new_task(worker: UserId) -> NewTask {
    let (kind, place, due) = (TaskKind::Other, "the well".into(), to_day(today()));
    NewTask { worker, kind, child: None, place, due, note: "look at the ice".into() }
}

pub fn plan() -> SessionPlan {
    let (site, villages) = ("Sub-centre".into(), vec!["Rampur".into()]);
    SessionPlan { on: to_day(today()), kind: SessionKind::Outreach, site, villages, worker: None }
}

pub fn batch() -> BatchReceived {
    BatchReceived {
        product: "BCG".into(),
        batch: "B 17".into(),
        manufacturer: "Serum".into(),
        expires_on: to_day(today() + Days::new(300)),
        doses_per_vial: 10,
        vials: 5,
        on: to_day(today()),
    }
}

pub fn growth(child: ChildId) -> GrowthMeasured {
    GrowthMeasured {
        child,
        on: to_day(today()),
        weight_g: Some(5_600),
        length_mm: Some(590),
        standing: false,
        muac_mm: None,
        head_mm: None,
        oedema: false,
        breastfed: Some(true),
    }
}

pub fn aefi(dose: &DoseKey) -> AefiForm {
    minor_aefi(&dose.product, dose.on, dose.on)
}

pub fn refused() -> DoseDeclined {
    DoseDeclined {
        child: ChildId(0),
        series: "BCG".into(),
        why: Declined::Refused,
        on: to_day(today()),
        until: None,
        reason: "the grandmother says no".into(),
    }
}
