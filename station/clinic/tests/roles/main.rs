//! The role table, walked row by row: each command and each question is tried by each role, on a clinic where
//! nothing but the role can stand in its way. What the table does not allow is refused and changes nothing.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod world;

use chrono::Days;
use clinic::Session;
use clinic::date::to_day;
use clinic::device::{Alert, AlertKind, Batch, FenceFor, FenceId, Place, Shape};
use clinic::import::{self, Import, Options};
use clinic::milestone::FullySet;
use clinic::record::command::{Command, CommandKind, DoseKey, GivenAt, Line, NewUser, Settings, ToySettings};
use clinic::record::fact::{
    AefiForm, CallMade, CallOutcome, CardStop, Congestion, Declined, DoseDeclined, DoseTold, FenceSet, Gone,
    ReferenceKey, Sought, StockWhy, ToyStop,
};
use clinic::record::refusal::Refusal;
use clinic::record::role::{Query, Right, Role, Scope, TABLE, may};
use clinic::store::{
    AlertShow, AuditFilter, BackupError, CardFilter, CertificateFilter, ChildFilter, DueFilter, GrowthShow, Keep,
    OutboxShow, ReportFilter, SubmitError, TaskFilter,
};
use common::{NOON_MS, TestDistrict, by_modem, form, password, today};
use hub_protocol::toy::{Dose, Fact as ToyFact, OrderKind, Record, SignedRecord};
use hub_protocol::{ChildId, DeviceId, Identity, SessionId, TaskId, UserId};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use world::{World, aefi, batch, growth, new_task, plan, refused};

const NEW: &str = "tall neem 42";

type Try<'w> = Box<dyn FnOnce(&Session) -> Result<(), SubmitError> + 'w>;

/// A command of this kind in which nothing is wrong, with everything before it done. A kind without a sample
/// does not compile.
fn sample<'w>(w: &'w World, kind: CommandKind, role: Role) -> Try<'w> {
    let clinic = w.clinic();
    let submit = |command: Command| -> Try<'w> { Box::new(move |by| clinic.submit(by, command).map(drop)) };
    let asha = w.d.asha.user;
    let on = to_day(today());
    let note = || "because".to_owned();
    let create = |role| -> Try<'w> {
        let new = NewUser { login: "fresh".into(), name: "Fresh".into(), role };
        Box::new(move |by| clinic.register_user(by, &new, NEW).map(drop))
    };
    match kind {
        CommandKind::CreateSuperAdmin => create(Role::SuperAdmin),
        CommandKind::CreateAdmin => create(Role::Admin),
        CommandKind::CreateStaff => create(Role::Tracker),
        CommandKind::DisableUser => {
            let user = w.person("other", Role::PhcWorker);
            submit(Command::DisableUser { user })
        }
        CommandKind::EnableUser => {
            let user = w.person("other", Role::PhcWorker);
            clinic.disable_user(&w.d.admin, user).unwrap();
            Box::new(move |by| clinic.enable_user(by, user, NEW))
        }
        CommandKind::AdmitUser => {
            let user = UserId(4711);
            let (sent, code) = TestDistrict::sends(user, "sent", Role::Tracker);
            TestDistrict::joined(&w.d).tell(clinic, &[sent]);
            Box::new(move |by| clinic.admit_user(by, user, &code.printed(), NEW))
        }
        CommandKind::Export => Box::new(move |by| clinic.takes_out(by, Query::Clinic)),
        CommandKind::ResetPassword => {
            let user = w.person("other", Role::PhcWorker);
            Box::new(move |by| clinic.reset_password(by, user, NEW))
        }
        CommandKind::ChangePassword => {
            let old = password(&w.session(role).login);
            Box::new(move |by| match clinic.change_password(by, &old, NEW) {
                Ok(_) => Ok(()),
                Err(clinic::store::LoginError::Open(clinic::store::OpenError::Refused(refusal))) => Err(refusal.into()),
                Err(error) => panic!("{error:?}"),
            })
        }
        CommandKind::ChangeSettings => submit(Command::ChangeSettings(Settings {
            schedule: "seed".into(),
            je_endemic: true,
            defaulter_days: 10,
            auto_lock_min: 6,
            region: "east".into(),
            facility_code: Some("IN0910001234".into()),
            facility_phone: Some("05922-234567".into()),
            fully: Some(FullySet::Extended),
        })),
        CommandKind::ChangeLine => submit(Command::ChangeLine(Line { daily_mb: Some(5), congestion: Congestion::Bbr })),
        CommandKind::ChangeToySettings => submit(Command::ChangeToySettings(ToySettings::default())),
        CommandKind::RegisterToy => {
            let key = Identity::from_seed([9; 32]).public_key();
            submit(Command::RegisterToy { key, model: "m".into(), label: "9".into() })
        }
        CommandKind::AssignToy => submit(Command::AssignToy { toy: w.toy(1).device_id(), worker: Some(asha) }),
        CommandKind::StopToy => {
            submit(Command::StopToy { toy: w.toy(1).device_id(), why: ToyStop::Lost, note: note() })
        }
        CommandKind::ReturnToy => {
            let toy = w.toy(1).device_id();
            w.by_admin(Command::StopToy { toy, why: ToyStop::Lost, note: note() });
            submit(Command::ReturnToy { toy, note: note() })
        }
        CommandKind::SetFence => submit(Command::SetFence(fence(1))),
        CommandKind::RemoveFence => {
            w.by_admin(Command::SetFence(fence(2)));
            submit(Command::RemoveFence { fence: FenceId(2) })
        }
        CommandKind::AcknowledgeAlert => {
            let alert =
                Alert { short: "abcdefgh".into(), kind: AlertKind::Unknown, opened_ms: 1, detail: String::new() };
            clinic.keep_devices(Batch { opened: vec![(None, alert)], ..Batch::default() }).unwrap();
            let no = clinic.toy_alerts(&w.d.admin).unwrap().lines[0].no;
            Box::new(move |by| clinic.acknowledge_alert(by, no))
        }
        CommandKind::OrderToy => {
            submit(Command::OrderToy { toy: w.toy(1).device_id(), what: OrderKind::Lock, note: note() })
        }
        CommandKind::RegisterChild => {
            let child = clinic.env().new_child_id().unwrap();
            submit(Command::RegisterChild {
                child,
                form: form("Asha", today()),
                worker: None,
                distinct_from: Vec::new(),
            })
        }
        CommandKind::EditChild => {
            let child = w.child();
            submit(Command::EditChild { child, form: form("Renamed", today() - Days::new(100)), reason: note() })
        }
        CommandKind::AssignChild => submit(Command::AssignChild { child: w.child(), worker: Some(asha) }),
        CommandKind::MergeChildren => {
            submit(Command::MergeChildren { child: w.child(), into: w.child(), reason: note() })
        }
        CommandKind::UnmergeChild => {
            let (child, into) = (w.child(), w.child());
            w.by_admin(Command::MergeChildren { child, into, reason: note() });
            submit(Command::UnmergeChild { child, worker: None, reason: note() })
        }
        CommandKind::TellApart => submit(Command::TellApart { child: w.child(), other: w.child() }),
        CommandKind::InactivateChild => {
            submit(Command::InactivateChild { child: w.child(), why: Gone::MovedAway, on, note: note() })
        }
        CommandKind::ReactivateChild => {
            let child = w.child();
            w.by_admin(Command::InactivateChild { child, why: Gone::MovedAway, on, note: note() });
            submit(Command::ReactivateChild { child, worker: None, reason: note() })
        }
        CommandKind::RegisterCard => {
            let card = clinic.env().new_card_no().unwrap();
            submit(Command::RegisterCard { card, uid: vec![4, 9, 9, 9], written: true })
        }
        CommandKind::AskForChild => {
            TestDistrict::joined(&w.d);
            submit(Command::AskForChild { sought: Sought::Child(clinic.env().new_child_id().unwrap()) })
        }
        CommandKind::WithdrawAsk => {
            TestDistrict::joined(&w.d);
            let sought = Sought::Child(clinic.env().new_child_id().unwrap());
            w.by_admin(Command::AskForChild { sought });
            submit(Command::WithdrawAsk { sought })
        }
        CommandKind::AssignCard => submit(Command::AssignCard { card: w.card(), child: w.child() }),
        CommandKind::StopCard => submit(Command::StopCard { card: w.card(), why: CardStop::Blocked }),
        CommandKind::WriteCard => submit(Command::WriteCard { card: w.card(), counter: 1 }),
        CommandKind::UnblockCard => {
            let card = w.card();
            w.by_admin(Command::StopCard { card, why: CardStop::Blocked });
            submit(Command::UnblockCard { card, reason: note() })
        }
        CommandKind::AssignTask => {
            let task = clinic.env().new_task_id().unwrap();
            submit(Command::AssignTask { task, new: new_task(asha) })
        }
        CommandKind::ReopenTask => {
            let task = w.task(asha);
            w.by_admin(Command::CloseTask { task, done: true, reason: String::new() });
            submit(Command::ReopenTask { task })
        }
        CommandKind::CloseTask => submit(Command::CloseTask { task: w.task(asha), done: true, reason: String::new() }),
        CommandKind::RecordDose => submit(Command::RecordDose {
            child: w.child(),
            product: "BCG".into(),
            on,
            batch: None,
            reason: None,
            at: GivenAt::Here(None),
        }),
        CommandKind::CorrectDose => {
            let dose = w.bcg();
            let to = DoseTold { product: "BCG".into(), on, batch: None };
            submit(Command::CorrectDose { dose, to, reason: note(), anyway: true })
        }
        CommandKind::WithdrawDose => submit(Command::WithdrawDose { dose: w.bcg(), reason: note() }),
        CommandKind::DeclineDose => submit(Command::DeclineDose(DoseDeclined { child: w.child(), ..refused() })),
        CommandKind::LiftDecline => {
            let child = w.child();
            w.by_worker(Command::DeclineDose(DoseDeclined { child, ..refused() }));
            submit(Command::LiftDecline { child, series: "BCG".into(), why: Declined::Refused, reason: note() })
        }
        CommandKind::ReportAefi => {
            let dose = w.bcg();
            submit(Command::ReportAefi { child: dose.child, form: aefi(&dose) })
        }
        CommandKind::UpdateAefi => {
            let dose = w.bcg();
            let form = AefiForm { hospital: "CHC".into(), ..aefi(&dose) };
            submit(Command::UpdateAefi { aefi: w.aefi(&dose), form })
        }
        CommandKind::WithdrawAefi => submit(Command::WithdrawAefi { aefi: w.aefi(&w.bcg()), reason: note() }),
        CommandKind::MeasureGrowth => submit(Command::MeasureGrowth(growth(w.child()))),
        CommandKind::WithdrawGrowth => submit(Command::WithdrawGrowth { growth: w.growth(), reason: note() }),
        CommandKind::WithdrawCall => {
            let (child, outcome) = (w.child(), CallOutcome::NoAnswer);
            let made = CallMade { child, on, outcome, will_come_on: None, note: String::new() };
            // A call of one's own, for those who may make one.
            let own = clinic.submit(w.session(role), Command::RecordCall(made.clone())).map(|receipt| receipt.event);
            let call = own.unwrap_or_else(|_| w.by_admin(Command::RecordCall(made)));
            submit(Command::WithdrawCall { call })
        }
        CommandKind::RecordCall => submit(Command::RecordCall(CallMade {
            child: w.child(),
            on,
            outcome: CallOutcome::NoAnswer,
            will_come_on: None,
            note: String::new(),
        })),
        CommandKind::ReceiveBatch => submit(Command::ReceiveBatch(batch())),
        CommandKind::ChangeStock => {
            w.batch();
            let (product, batch) = ("BCG".into(), "B 17".into());
            submit(Command::ChangeStock { product, batch, vials: -1, why: StockWhy::Broken, note: note() })
        }
        CommandKind::OpenVial => {
            w.batch();
            submit(Command::OpenVial { product: "BCG".into(), batch: "B 17".into() })
        }
        CommandKind::CloseVial => {
            w.batch();
            let vial = w.by_worker(Command::OpenVial { product: "BCG".into(), batch: "B 17".into() });
            submit(Command::CloseVial { vial, wasted_doses: 2 })
        }
        CommandKind::PlanSession => submit(Command::PlanSession { session: SessionId(70), plan: plan() }),
        CommandKind::HoldSession => submit(Command::HoldSession { session: w.planned(), plan: None }),
        CommandKind::CancelSession => submit(Command::CancelSession { session: w.planned(), reason: note() }),
        CommandKind::TakeToyRecord => {
            // Nobody at the desk tells what a toy recorded; what a toy told is never refused. That only a PHC
            // Worker's is believed is the next test.
            let (toy, child) = (w.toy(1), w.child());
            if role != Role::PhcWorker {
                let dose = Dose { child, product: "PENTA".into(), on, batch: None };
                let (worker, fact) = (w.session(role).user, ToyFact::Dose(dose));
                let record = Record { toy: toy.device_id(), epoch: 1, seq: 1, worker, at_ms: NOON_MS, fact };
                let record = SignedRecord::sign(&record, &toy);
                return submit(Command::TakeToyRecord { toy: toy.public_key(), record, clock_offset_ms: 0 });
            }
            w.by_admin(Command::AssignToy { toy: toy.device_id(), worker: Some(asha) });
            Box::new(move |by| w.toys_record(&toy, child, by.user))
        }
        CommandKind::IssueCertificate => {
            let child = w.child();
            Box::new(move |by| clinic.issue_certificate(by, child).map(drop))
        }
        CommandKind::SettleConflict => {
            w.toys_record(&w.toy(1), ChildId(77), asha).unwrap();
            let event = clinic.conflicts(&w.d.admin).unwrap()[0].event;
            submit(Command::SettleConflict { event, accepted: false, reason: note() })
        }
        CommandKind::ChangeReminders => {
            submit(Command::ChangeReminders { settings: by_modem(), key: ReferenceKey([4; 32]) })
        }
        CommandKind::SetOptOut => submit(Command::SetOptOut { phone: "98765 43210".into(), out: true }),
        CommandKind::SettleMessage => submit(Command::SettleMessage { reference: w.message(), again: false }),
        CommandKind::AcceptClock => submit(Command::AcceptClock),
        CommandKind::MakeKeyFile => {
            let path = w.dir.join("made.key");
            Box::new(move |by| clinic.make_key_file(by, &path))
        }
        CommandKind::Import => {
            let children = include_bytes!("../../../../tests/data/import/children.csv");
            let import = Import::read(Some(children), None, None, Options::default()).unwrap();
            Box::new(move |by| import::run(clinic, by, import, Keep::Yes, |_| ControlFlow::Continue(())).map(drop))
        }
        CommandKind::Backup => {
            let path = w.dir.join("made.backup");
            Box::new(move |by| match clinic.backup(by, &path, &mut |_| {}) {
                Ok(_) => Ok(()),
                Err(BackupError::Refused(refusal)) => Err(refusal.into()),
                Err(error) => panic!("{error:?}"),
            })
        }
        CommandKind::Rebuild => Box::new(move |by| clinic.rebuild(by, |_| {}).map(drop)),
        CommandKind::JoinDistrict => submit(Command::JoinDistrict {
            district: DeviceId([7; 32]),
            address: "district.example:4433".into(),
            district_name: "District".into(),
            station_name: "PHC".into(),
        }),
    }
}

/// What may not change when something is refused.
fn state(w: &World) -> (u64, Vec<u8>) {
    (w.clinic().sync().unwrap().events, std::fs::read(w.dir.join("keys.cbor")).unwrap())
}

/// Refused for the role, with the roles that may.
fn takes_another<T>(tried: &Result<T, SubmitError>, role: Role) -> bool {
    let Err(SubmitError::Refused(Refusal::NotAllowed(roles))) = tried else { return false };
    roles.iter().next().is_some() && roles.iter().all(|other| other != role)
}

fn try_command(kind: CommandKind, role: Role) {
    let w = World::new();
    let attempt = sample(&w, kind, role);
    let before = state(&w);
    let tried = attempt(w.session(role));
    if may(role, Right::Do(kind)).is_some() {
        assert!(tried.is_ok(), "{kind:?} by {role:?}: {tried:?}");
    } else {
        assert!(takes_another(&tried, role), "{kind:?} by {role:?}: {tried:?}");
        assert!(state(&w) == before, "{kind:?} by {role:?} was refused and changed something");
        assert!(!w.dir.join("made.key").exists() && !w.dir.join("made.backup").exists());
    }
    // Whatever the password became, the Super Admin is asked.
    let root = w.clinic().login("root1", &password("root1")).or_else(|_| w.clinic().login("root1", NEW)).unwrap();
    assert_eq!(w.clinic().verify(&root).unwrap().problems, [], "{kind:?} by {role:?}");
}

/// Each of `rows` by each role, on all cores.
fn walk<T: Copy + Sync>(rows: &[T], check: impl Fn(T, Role) + Sync) {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = rows.get(n / Role::ALL.len()) else { return };
                    let role = Role::ALL[n % Role::ALL.len()];
                    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(*row, role)));
                    if checked.is_err() {
                        failed.lock().unwrap().push(n);
                    }
                }
            });
        }
    });
    // Each has said above what was wrong.
    assert_eq!(failed.into_inner().unwrap().len(), 0);
}

#[test]
fn every_command_is_done_or_refused_as_the_table_says() {
    walk(CommandKind::ALL, try_command);
}

#[test]
fn a_toys_record_is_stored_whoever_signed_and_only_a_workers_is_believed() {
    for role in Role::ALL {
        let w = World::new();
        let (toy, child, session) = (w.toy(1), w.child(), w.session(role));
        if role == Role::PhcWorker {
            w.by_admin(Command::AssignToy { toy: toy.device_id(), worker: Some(session.user) });
        }
        let events = state(&w).0;
        w.toys_record(&toy, child, session.user).unwrap();
        assert_eq!(state(&w).0, events + 1, "{role:?}");
        let believed = may(role, Right::Do(CommandKind::TakeToyRecord)).is_some();
        assert_eq!(w.clinic().child(&w.d.admin, child).unwrap().doses.len(), usize::from(believed), "{role:?}");
        assert_eq!(w.clinic().open_conflicts(&w.d.admin).unwrap(), u32::from(!believed), "{role:?}");
    }
}

type Answer = (&'static str, Result<(), SubmitError>);

/// Every question of this kind, asked by somebody. A kind without a sample does not compile.
fn ask(w: &World, query: Query, by: &Session) -> Vec<Answer> {
    let clinic = w.clinic();
    let child = w.own_child(w.d.asha.user);
    let days = today()..=today();
    fn answer<T>(name: &'static str, asked: Result<T, SubmitError>) -> Answer {
        (name, asked.map(drop))
    }
    match query {
        // Also shown before anybody logs in.
        Query::Clinic => vec![answer("clinic", clinic.clinic().map_err(SubmitError::from))],
        Query::Users => vec![answer("users", clinic.users(by))],
        Query::Today => vec![
            answer("growth_list", clinic.growth_list(by, GrowthShow::InNeed, 0)),
            answer("session_due", clinic.session_due(by, w.planned(), 0)),
            answer("today_view", clinic.today_view(by)),
            answer("due_list", clinic.due_list(by, &DueFilter::default(), 0)),
            answer("alerts", clinic.alerts(by, AlertShow::Open, 0)),
            answer("calls", clinic.calls(by, child)),
            answer("coming", clinic.coming(by, child, today())),
        ],
        Query::Children => vec![
            answer("children", clinic.children(by, "", 0)),
            answer("find_children", clinic.find_children(by, "", &ChildFilter::default(), 0)),
            answer("villages", clinic.villages(by)),
            answer("asked_for", clinic.asked_for(by)),
        ],
        Query::Child => vec![
            answer("child", clinic.child(by, child)),
            answer("child_history", clinic.child_history(by, child)),
            answer("child_growth", clinic.child_growth(by, child)),
            answer("merging", clinic.merging(by, child, child)),
            answer("diet_plan", clinic.diet_plan(by, child)),
            answer("card_by_uid", clinic.card_by_uid(by, &[1])),
        ],
        Query::Duplicates => vec![
            answer("probable_duplicates", clinic.probable_duplicates(by, &form("Asha", today()))),
            answer("duplicates", clinic.duplicates(by, 0)),
        ],
        Query::Cards => {
            let card = w.card();
            vec![
                answer("cards", clinic.cards(by, &CardFilter::default(), 0)),
                answer("card_history", clinic.card_history(by, card)),
            ]
        }
        Query::Toys => {
            let toy = w.toy(1).device_id();
            w.by_admin(Command::AssignToy { toy, worker: Some(w.d.asha.user) });
            vec![
                answer("toys", clinic.toys(by)),
                answer("toy", clinic.toy(by, toy)),
                answer("toy_history", clinic.toy_history(by, toy)),
                answer("toy_report", clinic.toy_report(by, toy, &days)),
                answer("toy_holders", clinic.toy_holders(by, toy)),
                answer("toys_now", clinic.toys_now(by)),
                answer("toy_course", clinic.toy_course(by, toy, 0, 1)),
                answer("toy_use", clinic.toy_use(by, toy, &days)),
                answer("toy_outlook", clinic.toy_outlook(by, toy)),
                answer("toy_alerts", clinic.toy_alerts(by)),
                answer("fences", clinic.fences(by)),
            ]
        }
        Query::Tasks => {
            let task = w.task(w.d.asha.user);
            vec![
                answer("tasks", clinic.tasks(by, &TaskFilter::default(), 0)),
                answer("task_history", clinic.task_history(by, task)),
            ]
        }
        Query::Sessions => {
            let session = w.planned();
            vec![
                answer("sessions", clinic.sessions(by, &days, 0)),
                answer("session_today", clinic.session_today(by)),
                answer("session_page", clinic.session_page(by, session)),
                answer("vaccines_used", clinic.vaccines_used(by)),
                answer("session_history", clinic.session_history(by, session)),
            ]
        }
        Query::Stock => vec![
            answer("stock", clinic.stock(by, 0)),
            answer("usable_vials", clinic.usable_vials(by, "BCG")),
            answer("wastage", clinic.wastage(by, &days)),
        ],
        // It is made and shown in one.
        Query::Certificate => vec![answer("issue_certificate", clinic.issue_certificate(by, child))],
        Query::Certificates => vec![answer("certificates", clinic.certificates(by, &CertificateFilter::default(), 0))],
        Query::Aefis => {
            let event = w.aefi(&w.bcg());
            vec![answer("aefis", clinic.aefis(by, &days, 0)), answer("aefi", clinic.aefi(by, event))]
        }
        Query::Find => vec![answer("find_list", clinic.find_list(by, 0))],
        Query::Reports => vec![
            answer("report", clinic.report(by, &days, &ReportFilter::default())),
            answer("coverage", clinic.coverage(by, today(), &ReportFilter::default())),
            answer("late_by_village", clinic.late_by_village(by, None)),
        ],
        Query::Conflicts => vec![
            answer("conflicts", clinic.conflicts(by)),
            answer("open_conflicts", clinic.open_conflicts(by)),
            answer("settled_conflicts", clinic.settled_conflicts(by, 0)),
        ],
        Query::Audit => vec![answer("audit", clinic.audit(by, &AuditFilter::default(), None))],
        Query::Reminders => vec![answer("outbox", clinic.outbox(by, OutboxShow::All, 0))],
        Query::Settings => {
            let settings = clinic.settings(&w.d.admin).unwrap();
            vec![
                answer("reminder_settings", clinic.reminder_settings(by)),
                answer("settings", clinic.settings(by)),
                answer("settings_effect", clinic.settings_effect(by, &settings)),
            ]
        }
        Query::Verify => vec![answer("verify", clinic.verify(by))],
    }
}

#[test]
fn every_question_is_answered_or_refused_as_the_table_says() {
    walk(Query::ALL, |query, role| {
        let w = World::new();
        let answers = ask(&w, query, w.session(role));
        assert!(!answers.is_empty(), "{query:?} has no question");
        for (name, answer) in answers {
            if may(role, Right::See(query)).is_some() {
                assert!(answer.is_ok(), "{name} of {query:?} for {role:?}: {answer:?}");
            } else {
                assert!(takes_another(&answer, role), "{name} of {query:?} for {role:?}: {answer:?}");
            }
        }
    });
}

/// What a worker whose right reaches only her own things sees of another worker's. `w` has a child with a dose, a
/// toy, a task of Asha's; the one who asks is Bina, who has nothing. Each answer: what was asked, and whether
/// nothing of Asha's is in it.
fn of_another(w: &World, right: Right, bina: &Session, hers: &Hers) -> Vec<(&'static str, bool)> {
    let clinic = w.clinic();
    let days = today()..=today();
    fn hidden<T>(asked: &Result<T, SubmitError>) -> bool {
        use Refusal::{NotAllowed, UnknownTask, UnknownToy};
        matches!(asked, Err(SubmitError::Refused(NotAllowed(_) | UnknownTask | UnknownToy)))
    }
    match right {
        Right::Do(CommandKind::CloseTask) => {
            let close = Command::CloseTask { task: hers.task, done: true, reason: String::new() };
            vec![("CloseTask", hidden(&clinic.submit(bina, close)))]
        }
        Right::Do(CommandKind::ReopenTask) => {
            let close = Command::CloseTask { task: hers.task, done: true, reason: String::new() };
            w.by_admin(close);
            let asked = hidden(&clinic.submit(bina, Command::ReopenTask { task: hers.task }));
            w.by_admin(Command::ReopenTask { task: hers.task });
            vec![("ReopenTask", asked)]
        }
        Right::See(Query::Today) => {
            let today = clinic.today_view(bina).unwrap();
            let list = clinic.due_list(bina, &DueFilter::default(), 0).unwrap();
            vec![
                ("today_view", today.children == 0 && today.open_tasks == 0 && today.list.rows.is_empty()),
                ("due_list", list.rows.is_empty() && list.late + list.due == 0),
                ("alerts", clinic.alerts(bina, AlertShow::Open, 0).unwrap().rows.is_empty()),
            ]
        }
        // A child that stands before her is seen, and that is written down.
        Right::See(Query::Child) => vec![
            ("child", logged(w, hers.child, |by| clinic.child(by, hers.child))),
            ("child_history", logged(w, hers.child, |by| clinic.child_history(by, hers.child))),
            ("child_growth", logged(w, hers.child, |by| clinic.child_growth(by, hers.child))),
            ("diet_plan", logged(w, hers.child, |by| clinic.diet_plan(by, hers.child))),
        ],
        Right::See(Query::Certificate) => {
            vec![("issue_certificate", logged(w, hers.child, |by| clinic.issue_certificate(by, hers.child)))]
        }
        Right::See(Query::Certificates) => {
            clinic.issue_certificate(&w.d.asha, hers.child).unwrap();
            let all = clinic.certificates(bina, &CertificateFilter::default(), 0).unwrap();
            vec![("certificates", all.0.is_empty() && all.1 == 0)]
        }
        Right::See(Query::Aefis) => {
            let event = w.aefi(&DoseKey { child: hers.child, product: "BCG".into(), on: to_day(today()) });
            let all = clinic.aefis(bina, &days, 0).unwrap();
            vec![
                ("aefis", all.0.is_empty() && all.1 == 0),
                ("aefi", logged(w, hers.child, |by| clinic.aefi(by, event))),
            ]
        }
        Right::See(Query::Toys) => vec![
            ("toys", clinic.toys(bina).unwrap().is_empty()),
            ("toy", hidden(&clinic.toy(bina, hers.toy))),
            ("toy_history", hidden(&clinic.toy_history(bina, hers.toy))),
            ("toy_report", hidden(&clinic.toy_report(bina, hers.toy, &days))),
            ("toy_holders", hidden(&clinic.toy_holders(bina, hers.toy))),
            ("toys_now", clinic.toys_now(bina).unwrap().is_empty()),
            ("toy_course", hidden(&clinic.toy_course(bina, hers.toy, 0, u64::MAX / 2))),
            ("toy_use", hidden(&clinic.toy_use(bina, hers.toy, &days))),
            ("toy_outlook", hidden(&clinic.toy_outlook(bina, hers.toy))),
            ("toy_alerts", {
                let alert =
                    Alert { short: hers.toy.short(), kind: AlertKind::LowBattery, opened_ms: 1, detail: String::new() };
                clinic.keep_devices(Batch { opened: vec![(Some(hers.toy), alert)], ..Batch::default() }).unwrap();
                clinic.toy_alerts(bina).unwrap().open == 0 && clinic.toy_alerts(&w.d.asha).unwrap().open == 1
            }),
            ("fences", {
                let whose = FenceFor::Worker(w.d.asha.user);
                w.by_admin(Command::SetFence(FenceSet { whose, ..fence(3) }));
                clinic.fences(bina).unwrap().is_empty() && clinic.fences(&w.d.asha).unwrap().len() == 1
            }),
        ],
        Right::See(Query::Tasks) => vec![
            ("tasks", clinic.tasks(bina, &TaskFilter::default(), 0).unwrap().0.is_empty()),
            ("task_history", clinic.task_history(bina, hers.task).unwrap().is_empty()),
        ],
        Right::See(Query::Reports) => {
            let all = clinic.report(&w.d.admin, &days, &ReportFilter::default()).unwrap();
            let own = clinic.report(bina, &days, &ReportFilter::default()).unwrap();
            // The children are of an age that is judged by then.
            let then = today() + Days::new(450);
            let coverage = |by| clinic.coverage(by, then, &ReportFilter::default()).unwrap();
            let late = |by| clinic.late_by_village(by, None).unwrap();
            vec![
                ("report", all != own),
                ("coverage", coverage(&w.d.admin) != coverage(bina)),
                ("late_by_village", late(&w.d.admin) != late(bina)),
            ]
        }
        right => panic!("{right:?} reaches a worker's own things: say here what hides the others'"),
    }
}

/// Is this look at a child written down? Within some minutes only the first one is, so that each is somebody
/// else's.
fn logged<T>(w: &World, child: ChildId, look: impl FnOnce(&Session) -> Result<T, SubmitError>) -> bool {
    let login = format!("worker{}", w.people.replace(w.people.get() + 1));
    let user = w.person(&login, Role::PhcWorker);
    let by = w.clinic().login(&login, &password(&login)).unwrap();
    let filter = AuditFilter { user: Some(user), child: Some(child), ..AuditFilter::default() };
    let lines = || w.clinic().audit(&w.d.admin, &filter, None).unwrap().lines.len();
    let before = lines();
    look(&by).unwrap();
    before == 0 && lines() == 1
}

fn fence(n: u64) -> FenceSet {
    let centre = Place { latitude_e7: 286_000_000, longitude_e7: 772_000_000 };
    let shape = Shape::Circle { centre, radius_m: 1_000 };
    FenceSet { fence: FenceId(n), name: "Rampur".into(), whose: FenceFor::Everybody, shape }
}

struct Hers {
    child: ChildId,
    toy: DeviceId,
    task: TaskId,
}

#[test]
fn what_is_a_workers_own_is_not_anothers() {
    let of_worker = |grants: &[clinic::record::Grant]| {
        grants.iter().any(|grant| grant.role == Role::PhcWorker && grant.scope == Scope::Own)
    };
    let own = TABLE.iter().filter(|(_, grants)| of_worker(grants));
    let mut asked = 0;
    for (right, _) in own {
        let w = World::new();
        w.person("bina", Role::PhcWorker);
        let bina = w.clinic().login("bina", &password("bina")).unwrap();
        let child = w.own_child(w.d.asha.user);
        let toy = w.toy(1).device_id();
        w.by_admin(Command::AssignToy { toy, worker: Some(w.d.asha.user) });
        let on = to_day(today());
        let bcg = Command::RecordDose {
            child,
            product: "BCG".into(),
            on,
            batch: None,
            reason: None,
            at: GivenAt::Here(None),
        };
        w.by_worker(bcg);
        let hers = Hers { child, toy, task: w.task(w.d.asha.user) };
        for (name, hidden) in of_another(&w, *right, &bina, &hers) {
            assert!(hidden, "{name}: Bina sees what is Asha's");
            asked += 1;
        }
    }
    assert!(asked > 10);
}

/// Calls of `Clinic` that tell something and name nobody, each with the reason. All others name a session.
const NAME_NOBODY: &[(&str, &str)] = &[
    ("identity", "the station's own key, for toys and the district"),
    ("origin", "the name of the station's own log"),
    ("dir", "the clinic's folder: the hub counts there what the line cost today"),
    ("env", "clock and randomness"),
    ("on_commit", "tells that something changed, not what"),
    ("clinic", "the clinic's name and settings: the login screen shows them"),
    ("sync", "how many records wait: the bar shows it"),
    ("login", "gives the session"),
    ("take_toy_records", "the hub's: the toy's signature names the author"),
    ("proven", "the hub's: what the district proved"),
    ("toy_durable", "the hub's: how far a toy's records are safe"),
    ("toy_order", "the hub's: what a toy is to do"),
    ("toy_settings", "the hub's: how toys are to behave"),
    ("toy_stamp", "the hub's: whether a toy may be told something else, not what"),
    ("toy_registrations", "the hub's: whether another toy may be registered, not which"),
    ("toy_obeyed", "the hub's: the toy's signature says that it did"),
    ("toys_watched", "the hub's: what its watch over the toys begins with"),
    ("toy_rules", "the hub's: who has which toy since when, without names, and where it may be"),
    ("toy_outlooks", "the hub's: which toys will likely fail, without whose"),
    ("worked_before", "the hub's: the last day of work, without whose"),
    ("keep_devices", "the hub's: what its watch over the toys found"),
    ("roster", "the hub's: what a registered toy carries"),
    ("stations_known", "the hub's: whose signature on a card is good"),
    ("is_stopped_elsewhere", "the hub's: a card of another station that opens nothing"),
    ("card_signers", "the hub's: whose signature on a card is good, and whose no more"),
    ("card_key", "the hub's: what opens the summary on a card"),
    ("has_card", "the hub's: a number that stands on two chips"),
    ("toy_by_short", "the hub's: the key of a toy that announces itself"),
    ("reminders", "the hub's: how messages are sent, without families"),
    ("expiries", "of batches, for what is written of doses"),
    ("closed_ways", "the hub's: which ways this computer cannot open"),
    ("message_way", "the hub's: what opens a gateway; no page shows it"),
    ("run_reminders", "the hub's: makes the messages of the day"),
    ("resume_messages", "the hub's: what was on its way when the program ended"),
    ("next_message", "the hub's: to whom a message goes now"),
    ("next_message_but", "the hub's: the same, by some ways"),
    ("message_step", "the hub's: what became of a message"),
    ("awaited_messages", "the hub's: the gateway's numbers of what it took"),
    ("stops_heard", "the hub's: phones that wrote STOP"),
];

#[test]
fn every_call_that_tells_of_people_names_who_asks() {
    fn sources(dir: &std::path::Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                all.push(path);
            }
        }
    }
    let mut all = Vec::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store"), &mut all);
    let (mut found, mut nobody) = (0, Vec::new());
    for path in all {
        let source = std::fs::read_to_string(&path).unwrap();
        for part in source.split("\nimpl Clinic {").skip(1) {
            let block = part.split("\n}\n").next().unwrap();
            for call in block.split("\n    pub fn ").skip(1) {
                let head = call.split(" {\n").next().unwrap();
                let name = head.split(['(', '<']).next().unwrap();
                if head.contains("&self") {
                    found += 1;
                    if !head.contains("Session") || name == "login" {
                        nobody.push(name.to_owned());
                    }
                }
            }
        }
    }
    assert!(found > 40, "only {found} calls found: has the way of writing them changed?");
    nobody.sort_unstable();
    let mut known: Vec<&str> = NAME_NOBODY.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(nobody, known);
}
