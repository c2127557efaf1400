//! Toys, cards, tasks, batches, vials, sessions: rules at their edges, lists, histories.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, NaiveDate};
use clinic::date::{to_date, to_day};
use clinic::device::{Batch, Happened, Happening, Sample};
use clinic::record::command::{ChildForm, Command, GivenAt, NewTask, NewUser, ToySettings};
use clinic::record::fact::{
    BatchReceived, CallMade, CallOutcome, CardStop, Fact, Gone, SessionKind, SessionPlan, StockWhy, ToyStop,
};
use clinic::record::limits::TOY_RECORDS_PER_DAY;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Role;
use clinic::record::rule::{NotThen, SessionStage};
use clinic::reminder::Language;
use clinic::store::{
    BatchStage, CardFilter, CardShow, DataKey, Happened as Past, Mirror, Stop, Taken, TaskFilter, TaskShow, found,
};
use clinic::{Clinic, Session};
use common::{Desk, NOON_MS, clocked, desk, form, founding, password, refusal, today};
use hub_protocol::toy::{
    BLOCKED_MAX, Dose, Fact as ToyFact, Found, Growth, NAME_MAX_CHARS, Obeyed, Order, OrderKind, ROSTER_MAX_CHILDREN,
    ROSTER_MAX_TASKS, Record, Refusal as ToyRefusal, Sighting, SignedObeyed, SignedRecord, TEXT_MAX_BYTES, TaskKind,
    ToToy,
};
use hub_protocol::{CardNo, ChildId, Identity, SessionId, UserId, frame};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const HOUR_MS: u64 = 3_600_000;

fn bina(d: &Desk) -> UserId {
    let new = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap()
}

fn whole_and_true(clinic: &Clinic, admin: &Session) {
    assert_eq!(clinic.verify(admin).unwrap().problems, []);
}

fn clocked_desk(dir: &Path, now: &Arc<AtomicU64>) -> Desk {
    let clinic = found(dir, &founding(), clocked(now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
    Desk { clinic, root, admin, asha }
}

fn toy_dose(toy: &Identity, seq: u64, worker: UserId, at_ms: u64, child: ChildId, product: &str) -> SignedRecord {
    let dose = Dose { child, product: product.into(), on: to_day(clinic::date::india(at_ms)), batch: None };
    SignedRecord::sign(&Record { toy: toy.device_id(), epoch: 7, seq, worker, at_ms, fact: ToyFact::Dose(dose) }, toy)
}

#[test]
fn a_stopped_toy_has_no_worker_carries_nobody_and_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let toy = Identity::from_seed([7; 32]);
    let id = toy.device_id();
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    now.store(NOON_MS + 3 * HOUR_MS, Ordering::Relaxed);
    let before = toy_dose(&toy, 1, d.asha.user, NOON_MS + 2 * HOUR_MS, child, "BCG");
    d.clinic.take_toy_records(&toy.public_key(), vec![before], 0).unwrap();
    assert_eq!(d.clinic.toy_by_short(&id.short()).unwrap(), Some(toy.public_key()));

    let stop = |why| Command::StopToy { toy: id, why, note: "left on the bus".into() };
    assert!(matches!(refusal(d.clinic.submit(&d.asha, stop(ToyStop::Lost))), Refusal::NotAllowed(_)));
    assert_eq!(
        refusal(d.clinic.submit(&d.admin, Command::ReturnToy { toy: id, note: String::new() })),
        Refusal::ToyNotStopped
    );
    d.clinic.submit(&d.admin, stop(ToyStop::Blocked)).unwrap();
    assert_eq!(refusal(d.clinic.submit(&d.admin, stop(ToyStop::Blocked))), Refusal::ToyStopped);
    // Blocked first, and then it turns out to be lost.
    d.clinic.submit(&d.admin, stop(ToyStop::Lost)).unwrap();
    let line = d.clinic.toy(&d.admin, id).unwrap();
    assert_eq!((line.worker, line.stopped, line.records), (None, Some(ToyStop::Lost), 1));
    // Served it is: that it forgets whom it carried, and hands over what was recorded before.
    assert_eq!(d.clinic.toy_by_short(&id.short()).unwrap(), Some(toy.public_key()));
    assert_eq!(d.clinic.roster(id).unwrap().worker, None);
    assert!(d.clinic.toys(&d.asha).unwrap().is_empty());
    assert_eq!(refusal(d.clinic.toy_history(&d.asha, id)), Refusal::UnknownToy);
    let assign = Command::AssignToy { toy: id, worker: Some(d.asha.user) };
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign.clone())), Refusal::ToyStopped);
    // She may have another one now.
    let other = Identity::from_seed([8; 32]);
    d.give_toy(&other, d.asha.user);

    // What somebody records on it afterwards is kept, and not believed.
    now.store(NOON_MS + 30 * HOUR_MS, Ordering::Relaxed);
    let after = toy_dose(&toy, 2, d.asha.user, NOON_MS + 29 * HOUR_MS, child, "PENTA");
    let taken = d.clinic.take_toy_records(&toy.public_key(), vec![after], 0).unwrap();
    assert_eq!(taken.committed, 2);
    let report = d.clinic.toy_report(&d.admin, id, &(today()..=today() + Days::new(3))).unwrap();
    assert_eq!((report.doses, report.doubted), (1, 1));
    assert_eq!(report.holders.len(), 1);
    assert_eq!(report.holders[0].worker, d.asha.user);
    assert_eq!(report.holders[0].until_ms, Some(NOON_MS + 3 * HOUR_MS));
    assert_eq!(report.last_record_ms, Some(NOON_MS + 30 * HOUR_MS));
    let later = d.clinic.toy_report(&d.admin, id, &(today() + Days::new(2)..=today() + Days::new(3))).unwrap();
    assert_eq!((later.doses, later.doubted, later.holders.len()), (0, 0, 0));
    // Of what it said, what it said while she had it is hers.
    let sample = |hour, battery_percent| {
        let at_ms = NOON_MS + hour * HOUR_MS;
        let said = Sample {
            at_ms,
            battery_percent,
            charging: false,
            temperature_c: 25,
            storage_free_kib: 4_000,
            restarts: 0,
            records_held: 0,
            clock_offset_ms: 0,
            position: None,
        };
        (id, said)
    };
    let happened =
        |hour, what, detail: &str| Happening { toy: id, at_ms: NOON_MS + hour * HOUR_MS, what, detail: detail.into() };
    let said = Batch {
        samples: vec![sample(1, 40), sample(2, 30), sample(30, 5)],
        happened: vec![
            happened(1, Happened::Restarted, "2"),
            happened(2, Happened::Offline, ""),
            happened(30, Happened::Failing, "floods"),
        ],
        ..Batch::default()
    };
    d.clinic.keep_devices(said).unwrap();
    let used = d.clinic.toy_use(&d.admin, id, &(today()..=today() + Days::new(3))).unwrap();
    assert_eq!(used.len(), 1);
    let hers = &used[0];
    assert_eq!((hers.worker, hers.doses, hers.doubted), (d.asha.user, 1, 1));
    assert_eq!((hers.days_heard, hers.lowest_battery_percent), (1, Some(30)));
    assert_eq!((hers.restarts, hers.faults, hers.lost), (2, 0, 1));

    d.clinic.submit(&d.admin, Command::ReturnToy { toy: id, note: "found".into() }).unwrap();
    let line = d.clinic.toy(&d.admin, id).unwrap();
    assert_eq!((line.worker, line.stopped), (None, None));
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign)), Refusal::WorkerHasToy);
    d.clinic.submit(&d.admin, Command::AssignToy { toy: id, worker: Some(bina(&d)) }).unwrap();
    let history = d.clinic.toy_history(&d.admin, id).unwrap();
    let kinds: Vec<&str> = history
        .iter()
        .map(|event| match &event.fact {
            Fact::ToyRegistered(_) => "registered",
            Fact::ToyAssigned(_) => "assigned",
            Fact::ToyStopped(f) => f.why.code(),
            Fact::ToyReturned(_) => "returned",
            _ => "?",
        })
        .collect();
    assert_eq!(kinds, ["registered", "assigned", "blocked", "lost", "returned", "assigned"]);
    assert!(history.iter().all(|event| event.by.as_ref().is_some_and(|(id, _)| *id == d.admin.user)));
    whole_and_true(&d.clinic, &d.admin);
}

#[test]
fn a_toy_is_locked_and_wiped_at_its_next_contact_and_confirms_it() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let toy = Identity::from_seed([7; 32]);
    let (id, key) = (toy.device_id(), toy.public_key());
    d.give_toy(&toy, d.asha.user);
    d.register(&d.asha, form("Asha", today() - Days::new(60)), Some(d.asha.user)).unwrap();
    assert_eq!(d.clinic.roster(id).unwrap().children.len(), 1);
    let order = |what| {
        let command = Command::OrderToy { toy: id, what, note: "left on the bus".into() };
        d.clinic.submit(&d.admin, command)
    };
    let waiting = || d.clinic.toy_order(id).unwrap();
    let obeyed = |order| SignedObeyed::sign(Obeyed { toy: id, order, at_ms: 5 }, &toy);
    let shown = || d.clinic.toy(&d.admin, id).unwrap().order.unwrap();

    assert_eq!(waiting(), None);
    assert_eq!(refusal(order(OrderKind::Unlock)), Refusal::ToyOrdered);
    order(OrderKind::Lock).unwrap();
    assert_eq!(refusal(order(OrderKind::Lock)), Refusal::ToyOrdered);
    let lock = waiting().unwrap();
    assert_eq!((lock.what, lock.no), (OrderKind::Lock, NOON_MS));
    let line = shown();
    assert_eq!((line.what, line.by.as_deref(), line.at_ms), (OrderKind::Lock, Some("The admin"), NOON_MS));
    assert_eq!(line.obeyed_ms, None);
    // It keeps its children, and nobody else gets it.
    assert_eq!(d.clinic.roster(id).unwrap().children.len(), 1);
    let bina = bina(&d);
    d.clinic.submit(&d.admin, Command::AssignToy { toy: id, worker: None }).unwrap();
    let assign = Command::AssignToy { toy: id, worker: Some(bina) };
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign.clone())), Refusal::ToyLocked);

    // Only the toy's own word counts, and only for an order that was given.
    let other = Identity::from_seed([8; 32]);
    let never = Order { no: lock.no + 1, ..lock };
    let toys = |refused: Refusal| match refused {
        Refusal::Toy(refusal) => refusal,
        other => panic!("{other:?}"),
    };
    let forged = SignedObeyed::sign(Obeyed { toy: id, order: lock, at_ms: 5 }, &other);
    assert_eq!(toys(refusal(d.clinic.toy_obeyed(&key, forged))), ToyRefusal::BadSignature);
    assert_eq!(toys(refusal(d.clinic.toy_obeyed(&key, obeyed(never)))), ToyRefusal::OutOfOrder);
    now.store(NOON_MS + HOUR_MS, Ordering::Relaxed);
    // Said twice, because our answer was lost, it is noted once.
    for _ in 0..2 {
        d.clinic.toy_obeyed(&key, obeyed(lock)).unwrap();
    }
    assert_eq!(shown().obeyed_ms, Some(NOON_MS + HOUR_MS));
    assert_eq!(waiting(), Some(lock), "at each contact again: it may have lost its store");

    // Found, unlocked before it heard of it, given to another, then lost for good.
    order(OrderKind::Unlock).unwrap();
    d.clinic.submit(&d.admin, assign).unwrap();
    order(OrderKind::Wipe).unwrap();
    let wipe = waiting().unwrap();
    assert_eq!(wipe.what, OrderKind::Wipe);
    // A late word about an earlier order changes nothing.
    d.clinic.toy_obeyed(&key, obeyed(lock)).unwrap();
    assert_eq!(waiting(), Some(wipe));
    let roster = d.clinic.roster(id).unwrap();
    assert_eq!((roster.worker, roster.children.len()), (None, 0), "what is to be wiped gets nothing");
    d.clinic.toy_obeyed(&key, obeyed(wipe)).unwrap();
    assert_eq!(d.clinic.roster(id).unwrap().worker, None);
    order(OrderKind::Unlock).unwrap();
    assert_eq!(d.clinic.roster(id).unwrap().worker.map(|w| w.id), Some(bina));

    let said = d.clinic.toy_history(&d.admin, id).unwrap();
    let said: Vec<String> = said
        .iter()
        .filter_map(|event| match &event.fact {
            Fact::ToyOrdered(f) => Some(format!("{} by {}", f.what.code(), event.by.as_ref().unwrap().1)),
            Fact::ToyObeyed(f) => Some(format!("{} done", f.order.what.code())),
            _ => None,
        })
        .collect();
    let by_admin = |what| format!("{what} by The admin");
    let (lock, unlock, wipe) = (by_admin("lock"), by_admin("unlock"), by_admin("wipe"));
    assert_eq!(said, [&lock, "lock done", &unlock, &wipe, "wipe done", &unlock]);
    whole_and_true(&d.clinic, &d.admin);
}

#[test]
fn the_counter_of_a_card_goes_forward_alone() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (card, uid) = (CardNo(1_001), vec![4, 1, 2, 3]);
    let write = |counter| d.clinic.submit(&d.asha, Command::WriteCard { card, counter });
    assert_eq!(refusal(write(1)), Refusal::UnknownCard);
    d.clinic.submit(&d.asha, Command::RegisterCard { card, uid: uid.clone(), written: true }).unwrap();
    assert_eq!(refusal(write(0)), Refusal::CardOlder);
    write(2).unwrap();
    assert_eq!(refusal(write(2)), Refusal::CardOlder);
    write(5).unwrap();
    assert_eq!(d.clinic.card_by_uid(&d.asha, &uid).unwrap().unwrap().counter, 5);
    d.clinic.submit(&d.asha, Command::StopCard { card, why: CardStop::Lost }).unwrap();
    assert_eq!(refusal(write(6)), Refusal::CardStopped);
    whole_and_true(&d.clinic, &d.admin);
}

#[test]
fn a_lost_card_never_opens_a_record_again_and_a_blocked_one_after_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let card = |n: u8| (CardNo(1_000 + u64::from(n)), vec![4, n, 2, 3]);
    let register = |n: u8| {
        let (card, uid) = card(n);
        d.clinic.submit(&d.asha, Command::RegisterCard { card, uid, written: true }).unwrap();
        card
    };
    let assign = |card, child| d.clinic.submit(&d.asha, Command::AssignCard { card, child });
    let stop = |card, why| d.clinic.submit(&d.asha, Command::StopCard { card, why });
    let unblock =
        |by: &Session, card, reason: &str| d.clinic.submit(by, Command::UnblockCard { card, reason: reason.into() });
    let first = register(1);
    assert_eq!(d.clinic.cards(&d.asha, &CardFilter { show: CardShow::Free, ..Default::default() }, 0).unwrap().1, 1);
    assign(first, child).unwrap();
    assert_eq!(refusal(unblock(&d.admin, first, "why")), Refusal::CardNotStopped);
    stop(first, CardStop::Blocked).unwrap();
    assert_eq!(refusal(stop(first, CardStop::Blocked)), Refusal::CardStopped);
    assert!(matches!(refusal(unblock(&d.asha, first, "the family came")), Refusal::NotAllowed(_)));
    assert_eq!(refusal(unblock(&d.admin, first, " ")), Refusal::Missing(Field::Reason));
    unblock(&d.admin, first, "the family came").unwrap();
    assert!(!d.clinic.card_by_uid(&d.asha, &card(1).1).unwrap().unwrap().stopped);

    // Replaced: the old one stops, the new one is the child's.
    let second = register(2);
    assert_eq!(refusal(assign(second, child)), Refusal::ChildHasCard);
    stop(first, CardStop::Replaced).unwrap();
    assign(second, child).unwrap();
    assert_eq!(refusal(unblock(&d.admin, first, "found")), Refusal::CardStopped);
    assert_eq!(refusal(stop(first, CardStop::Blocked)), Refusal::CardStopped);
    stop(first, CardStop::Lost).unwrap();
    assert_eq!(refusal(stop(first, CardStop::Lost)), Refusal::CardStopped);

    // Lost for ever, and a block makes nothing less of it.
    stop(second, CardStop::Lost).unwrap();
    for why in [CardStop::Blocked, CardStop::Replaced, CardStop::Lost] {
        assert_eq!(refusal(stop(second, why)), Refusal::CardStopped);
    }
    assert_eq!(refusal(unblock(&d.admin, second, "found")), Refusal::CardStopped);
    assert_eq!(refusal(assign(second, child)), Refusal::CardStopped);

    // Blocked, another one given meanwhile: it cannot come back.
    let third = register(3);
    assign(third, child).unwrap();
    stop(third, CardStop::Blocked).unwrap();
    let fourth = register(4);
    assign(fourth, child).unwrap();
    assert_eq!(refusal(unblock(&d.admin, third, "found")), Refusal::ChildHasCard);

    let shown = |show, typed: &str| d.clinic.cards(&d.admin, &CardFilter { show, typed: typed.into() }, 0).unwrap();
    assert_eq!(shown(CardShow::All, "").1, 4);
    let (in_use, total) = shown(CardShow::InUse, "");
    assert_eq!((total, in_use[0].card), (1, fourth));
    assert_eq!(in_use[0].child.as_ref().map(|c| (c.id, c.name.as_str())), Some((child, "Asha")));
    assert_eq!(shown(CardShow::Stopped, "").1, 3);
    assert_eq!(shown(CardShow::All, "asha").1, 4);
    assert_eq!(shown(CardShow::All, "nobody").1, 0);
    let history = d.clinic.card_history(&d.admin, first).unwrap();
    assert_eq!(history.len(), 6, "{history:?}");
    assert!(matches!(history[3].fact, Fact::CardUnblocked(ref f) if f.reason == "the family came"));
    whole_and_true(&d.clinic, &d.admin);
}

#[test]
fn tasks_are_listed_filtered_and_closed_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = bina(&d);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let mut numbers = 1..;
    let mut assign = |worker, kind, child, place: &str, due: NaiveDate, note: &str| {
        let task = hub_protocol::TaskId(numbers.next().unwrap());
        let new = NewTask { worker, kind, child, place: place.into(), due: to_day(due), note: note.into() };
        d.clinic.submit(&d.admin, Command::AssignTask { task, new }).map(|_| task)
    };
    let trace = assign(d.asha.user, TaskKind::Trace, Some(child), "", today() - Days::new(1), "").unwrap();
    let visit =
        assign(bina, TaskKind::Visit, None, "Brick kiln", today() + Days::new(2), "count the children").unwrap();
    let other = assign(d.asha.user, TaskKind::Other, None, "", today(), "bring the ice packs").unwrap();
    assert_eq!(refusal(assign(d.asha.user, TaskKind::Other, None, "", today(), " ")), Refusal::Missing(Field::Note));
    assert_eq!(
        refusal(assign(d.asha.user, TaskKind::Other, None, "", today() + Days::new(500), "x")),
        Refusal::Range(Field::Date)
    );
    assert_eq!(refusal(assign(d.admin.user, TaskKind::Other, None, "", today(), "x")), Refusal::NotAWorker);
    // A family that does not want to be looked for is called, not traced.
    let private = ChildForm { consent_tracing: false, ..form("Ravi", today() - Days::new(400)) };
    let private = d.register(&d.asha, private, None).unwrap();
    assert_eq!(refusal(assign(d.asha.user, TaskKind::Trace, Some(private), "", today(), "")), Refusal::NoConsent);

    let ids = |by: &Session, filter: TaskFilter| {
        let (lines, total) = d.clinic.tasks(by, &filter, 0).unwrap();
        assert_eq!(lines.len(), total as usize);
        lines.iter().map(|line| line.id).collect::<Vec<_>>()
    };
    let show = |show| TaskFilter { show, ..TaskFilter::default() };
    assert_eq!(ids(&d.admin, show(TaskShow::Open)), [trace, other, visit]);
    assert_eq!(ids(&d.admin, show(TaskShow::Overdue)), [trace]);
    assert_eq!(ids(&d.asha, show(TaskShow::Open)), [trace, other]);
    assert_eq!(ids(&d.asha, TaskFilter { worker: Some(bina), ..show(TaskShow::Open) }), []);
    assert_eq!(ids(&d.admin, TaskFilter { worker: Some(bina), ..show(TaskShow::Open) }), [visit]);
    assert_eq!(ids(&d.admin, TaskFilter { child: Some(child), ..show(TaskShow::All) }), [trace]);
    let lines = d.clinic.tasks(&d.admin, &show(TaskShow::Open), 0).unwrap().0;
    assert_eq!(lines[0].child.as_ref().map(|c| c.name.as_str()), Some("Asha"));
    assert_eq!(lines[2].place, "Brick kiln");

    let close = |by: &Session, task, done, reason: &str| {
        d.clinic.submit(by, Command::CloseTask { task, done, reason: reason.into() })
    };
    assert!(matches!(refusal(close(&d.asha, visit, true, "")), Refusal::NotAllowed(_)));
    assert_eq!(refusal(close(&d.asha, trace, false, " ")), Refusal::Missing(Field::Reason));
    close(&d.asha, trace, false, "moved to the town").unwrap();
    assert_eq!(refusal(close(&d.asha, trace, true, "")), Refusal::UnknownTask);
    close(&d.admin, visit, true, "").unwrap();
    // What was closed by mistake is open again; another's is not one's own, and what is open stays.
    let reopen = |by: &Session, task| d.clinic.submit(by, Command::ReopenTask { task });
    assert!(matches!(refusal(reopen(&d.asha, visit)), Refusal::NotAllowed(_)));
    assert_eq!(refusal(reopen(&d.asha, other)), Refusal::UnknownTask);
    close(&d.asha, other, true, "").unwrap();
    assert_eq!(ids(&d.asha, show(TaskShow::Open)), []);
    reopen(&d.asha, other).unwrap();
    assert_eq!(ids(&d.asha, show(TaskShow::Open)), [other]);
    let closed = d.clinic.tasks(&d.admin, &show(TaskShow::Closed), 0).unwrap().0;
    assert_eq!(closed.iter().map(|t| t.id).collect::<Vec<_>>(), [visit, trace], "the last one first");
    assert_eq!((closed[1].done, closed[1].reason.as_str()), (Some(false), "moved to the town"));
    assert_eq!(closed[1].closed_ms, Some(NOON_MS));
    assert_eq!(ids(&d.admin, show(TaskShow::Open)), [other]);
    assert_eq!(d.clinic.task_history(&d.asha, trace).unwrap().len(), 2);
    assert_eq!(d.clinic.task_history(&d.asha, visit).unwrap().len(), 0);

    // On the toy the place stands in the note.
    let toy = Identity::from_seed([7; 32]);
    d.give_toy(&toy, bina);
    let again = assign(bina, TaskKind::Visit, None, "Brick kiln", today(), "count the children").unwrap();
    let roster = d.clinic.roster(toy.device_id()).unwrap();
    assert_eq!(roster.tasks.len(), 1);
    assert_eq!((roster.tasks[0].id, roster.tasks[0].note.as_str()), (again, "Brick kiln: count the children"));
    whole_and_true(&d.clinic, &d.admin);
}

/// Notes in Hindi take three bytes a letter. What does not fit is left out; whose toy it is is always told.
#[test]
fn what_is_written_at_length_still_fits_a_toy() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let toy = Identity::from_seed([7; 32]);
    d.give_toy(&toy, d.asha.user);
    let mut assign = {
        let mut numbers = 1..;
        let d = &d;
        move |place: &str, note: &str| {
            let (task, due) = (hub_protocol::TaskId(numbers.next().unwrap()), to_day(today()));
            let (place, note) = (place.to_owned(), note.to_owned());
            let new = NewTask { worker: d.asha.user, kind: TaskKind::Visit, child: None, place, due, note };
            d.clinic.submit(&d.admin, Command::AssignTask { task, new }).unwrap();
        }
    };
    let roster = || d.clinic.roster(toy.device_id()).unwrap();
    let (place, note) = ("ग".repeat(NAME_MAX_CHARS), "क".repeat(290));
    assign(&place, &note);
    let told = roster().tasks.remove(0).note;
    assert!((TEXT_MAX_BYTES - 3..=TEXT_MAX_BYTES).contains(&told.len()), "{}", told.len());
    assert!(told.starts_with(&format!("{place}: क")) && told.ends_with("क…"), "{told}");

    for n in 1..ROSTER_MAX_TASKS {
        assign(&place, &format!("{n} {note}"));
    }
    for n in 0..ROSTER_MAX_CHILDREN {
        let long = format!("{n} {}", "ग".repeat(60));
        let form = ChildForm { mother: long.clone(), village: long.clone(), ..form(&long, today()) };
        d.register(&d.asha, form, Some(d.asha.user)).unwrap();
    }
    let full = roster();
    assert_eq!(full.worker.as_ref().map(|w| w.id), Some(d.asha.user));
    assert_eq!((full.children.len(), full.tasks.len()), (ROSTER_MAX_CHILDREN, ROSTER_MAX_TASKS));
    assert!(!full.tasks[0].note.is_empty() && full.tasks[ROSTER_MAX_TASKS - 1].note.is_empty());
    let silent = full.tasks.iter().filter(|task| task.note.is_empty()).count();
    assert_eq!(full.left_out as usize, silent, "and how much is left out is said");
    frame::write(&ToToy::Roster(full), frame::TOY_MAX_BYTES).unwrap();
    for n in 0..5 {
        assign(&place, &format!("one more {n}"));
    }
    assert_eq!(roster().left_out as usize, silent + 5);
}

/// Whoever meets a child in the village is to know that its card was stopped at the desk.
#[test]
fn cards_that_were_stopped_are_known_to_each_toy_and_cut_to_the_newest() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (toy, spare) = (Identity::from_seed([7; 32]), Identity::from_seed([8; 32]));
    d.give_toy(&toy, d.asha.user);
    d.clinic
        .submit(&d.admin, Command::RegisterToy { key: spare.public_key(), model: "bear".into(), label: "2".into() })
        .unwrap();
    let roster = || d.clinic.roster(toy.device_id()).unwrap();
    let submit = |command| d.clinic.submit(&d.admin, command).unwrap();
    let register = |no: u64| {
        let uid = no.to_be_bytes()[1..].to_vec();
        Command::RegisterCard { card: CardNo(no), uid, written: true }
    };
    let card = |no: u64| {
        d.clinic.submit(&d.asha, register(no)).unwrap();
        CardNo(no)
    };
    let stop = |card, why| submit(Command::StopCard { card, why });
    let (blocked, lost, _good) = (card(2), card(1), card(3));
    let before = (roster(), d.clinic.toy_stamp(toy.device_id()));
    assert_eq!(before.0.blocked, []);
    stop(blocked, CardStop::Blocked);
    stop(lost, CardStop::Lost);
    let after = roster();
    assert_eq!((&after.blocked, after.left_out), (&vec![lost, blocked], 0));
    assert_ne!(after.revision, before.0.revision);
    assert_ne!(d.clinic.toy_stamp(toy.device_id()), before.1, "its toy is told");
    assert_eq!(d.clinic.roster(spare.device_id()).unwrap().blocked, [], "nobody's toy knows none");
    submit(Command::UnblockCard { card: blocked, reason: "found".into() });
    assert_eq!(roster().blocked, [lost]);
    // The oldest are left out when there are too many, and that is said.
    let more = 10..10 + BLOCKED_MAX as u64;
    let stops = more.clone().map(|no| Command::StopCard { card: CardNo(no), why: CardStop::Blocked });
    assert!(d.clinic.submit_all(&d.asha, more.map(register)).iter().all(Result::is_ok));
    assert!(d.clinic.submit_all(&d.admin, stops).iter().all(Result::is_ok));
    let full = roster();
    assert_eq!((full.blocked.len(), full.left_out, full.blocked.contains(&lost)), (BLOCKED_MAX, 1, false));
    assert!(full.blocked.is_sorted());
    frame::write(&ToToy::Roster(full), frame::TOY_MAX_BYTES).unwrap();
}

fn receive(product: &str, batch: &str, expires: NaiveDate, vials: u32) -> Command {
    Command::ReceiveBatch(BatchReceived {
        product: product.into(),
        batch: batch.into(),
        manufacturer: "Bharat".into(),
        expires_on: to_day(expires),
        doses_per_vial: 10,
        vials,
        on: to_day(today()),
    })
}

#[test]
fn stock_first_expired_first_out_and_no_open_vial_for_the_next_day() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let submit = |command| d.clinic.submit(&d.asha, command);
    let open = |product: &str, batch: &str| Command::OpenVial { product: product.into(), batch: batch.into() };
    let change = |vials, why, note: &str| Command::ChangeStock {
        product: "BCG".into(),
        batch: "A1".into(),
        vials,
        why,
        note: note.into(),
    };
    submit(receive("BCG", "B2", today() + Days::new(400), 5)).unwrap();
    submit(receive("BCG", "A1", today() + Days::new(30), 2)).unwrap();
    submit(receive("PENTA", "P1", today(), 1)).unwrap();
    assert_eq!(refusal(submit(receive("BCG", "C3", today() - Days::new(1), 1))), Refusal::Range(Field::Expiry));
    assert_eq!(refusal(submit(receive("BCG", "a1", today() + Days::new(31), 1))), Refusal::BatchDiffers);
    assert_eq!(refusal(submit(receive("BCG", "A1", today() + Days::new(30), 0))), Refusal::Range(Field::Vials));
    assert_eq!(refusal(submit(open("BCG", "XX"))), Refusal::UnknownBatch);

    let batches = || {
        let stock = d.clinic.stock(&d.asha, 0).unwrap().batches;
        stock.iter().map(|b| (b.batch.clone(), b.vials, b.stage, b.next)).collect::<Vec<_>>()
    };
    let row = |batch: &str, vials, stage, next| (batch.to_owned(), vials, stage, next);
    assert_eq!(
        batches(),
        [
            row("A1", 2, BatchStage::ExpiresSoon, true),
            row("B2", 5, BatchStage::Good, false),
            row("P1", 1, BatchStage::ExpiresSoon, true)
        ]
    );

    // A batch is known in small letters too, and the vial counts for the batch.
    let bcg = submit(open("BCG", "a1")).unwrap().event;
    let penta = submit(open("PENTA", "P1")).unwrap().event;
    assert_eq!(refusal(submit(open("PENTA", "P1"))), Refusal::NoVials);
    let vials = d.clinic.stock(&d.asha, 0).unwrap().vials;
    assert_eq!(vials.iter().map(|v| (v.vial, v.usable)).collect::<Vec<_>>(), [(bcg, true), (penta, true)]);
    assert_eq!(vials[0].discard_ms, Some(NOON_MS + 4 * HOUR_MS));
    assert_eq!(d.clinic.usable_vials(&d.asha, "BCG").unwrap().len(), 1);
    // What a dose may be of is offered: what is open, what was used today, else what stands on the shelf.
    let newborn = d.register(&d.asha, form("Chhaya", today()), None).unwrap();
    let at_hand = |product: &str| d.clinic.child(&d.asha, newborn).unwrap().at_hand[product].clone();
    assert_eq!((at_hand("BCG"), at_hand("PENTA")), (vec!["A1".to_owned()], vec!["P1".to_owned()]));
    d.dose(&d.asha, newborn, "OPV", today()).unwrap();
    let bela = d.register(&d.asha, form("Bela", today() - Days::new(3)), None).unwrap();
    d.dose(&d.asha, bela, "BCG", today()).unwrap();
    assert_eq!((at_hand("BCG"), at_hand("OPV")), (vec!["A1".to_owned(), "B 17".into()], vec!["B 17".to_owned()]));
    let given = clinic::record::command::DoseKey { child: bela, product: "BCG".into(), on: to_day(today()) };
    d.clinic.submit(&d.asha, Command::WithdrawDose { dose: given, reason: "nobody gave it".into() }).unwrap();
    now.store(NOON_MS + 4 * HOUR_MS, Ordering::Relaxed);
    assert_eq!(at_hand("BCG"), ["A1", "B2"], "on the shelf");
    assert_eq!(d.clinic.usable_vials(&d.asha, "BCG").unwrap(), [], "after four hours");

    // Opened at ten in the evening: at one o'clock it is the next day's.
    let late = NOON_MS + 10 * HOUR_MS;
    now.store(late, Ordering::Relaxed);
    submit(open("BCG", "A1")).unwrap();
    assert_eq!(d.clinic.usable_vials(&d.asha, "BCG").unwrap().len(), 1);
    let midnight = NOON_MS + 12 * HOUR_MS;
    assert_eq!(d.clinic.usable_vials(&d.asha, "BCG").unwrap()[0].discard_ms, Some(midnight));
    now.store(midnight, Ordering::Relaxed);
    assert_eq!(d.clinic.usable_vials(&d.asha, "BCG").unwrap(), [], "not on the next day");
    // The pentavalent vial is kept for 28 days, but its batch ended yesterday.
    assert_eq!(d.clinic.usable_vials(&d.asha, "PENTA").unwrap(), []);
    assert_eq!(refusal(submit(open("PENTA", "P1"))), Refusal::BatchExpired);
    assert_eq!(
        batches()[1..],
        [row("A1", 0, BatchStage::Empty, false), row("P1", 0, BatchStage::Empty, false)],
        "empty ones come last"
    );

    // Signs and notes of what leaves the shelf otherwise.
    assert_eq!(refusal(submit(change(0, StockWhy::Broken, ""))), Refusal::Range(Field::Vials));
    assert_eq!(refusal(submit(change(3, StockWhy::Broken, ""))), Refusal::Range(Field::Vials));
    assert_eq!(refusal(submit(change(-1, StockWhy::Broken, ""))), Refusal::NoVials);
    assert_eq!(refusal(submit(change(-1, StockWhy::Other, " "))), Refusal::Missing(Field::Note));
    submit(change(3, StockWhy::Counted, "")).unwrap();
    submit(change(-1, StockWhy::Broken, "")).unwrap();
    submit(change(-1, StockWhy::Returned, "")).unwrap();

    let close = |vial, wasted_doses| submit(Command::CloseVial { vial, wasted_doses });
    assert_eq!(refusal(close(bcg, 11)), Refusal::Range(Field::DosesPerVial));
    close(bcg, 7).unwrap();
    assert_eq!(refusal(close(bcg, 7)), Refusal::UnknownVial);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(3)), None).unwrap();
    d.dose(&d.asha, child, "BCG", today()).unwrap();
    let wasted = d.clinic.wastage(&d.admin, &(today()..=today())).unwrap();
    let bcg = wasted.iter().find(|l| l.product == "BCG").unwrap();
    assert_eq!((bcg.opened, bcg.lost, bcg.given, bcg.thrown_away), (20, 10, 1, 7));
    assert_eq!(bcg.rate_permille(), Some(29 * 1000 / 30));
    assert_eq!(bcg.month, (2026, 11));
    assert!(d.clinic.wastage(&d.admin, &(today() - Days::new(60)..=today() - Days::new(31))).unwrap().is_empty());
    whole_and_true(&d.clinic, &d.admin);
}

fn plan(on: NaiveDate, kind: SessionKind, site: &str, villages: &[&str], worker: Option<UserId>) -> SessionPlan {
    let villages = villages.iter().map(|v| (*v).to_owned()).collect();
    SessionPlan { on: to_day(on), kind, site: site.into(), villages, worker }
}

#[test]
fn a_family_is_asked_to_come_on_a_day_when_somebody_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    // The doses of six weeks fall on a Sunday.
    let sunday = today() + Days::new(2);
    let dob = sunday - Days::new(42);
    let child = d.register(&d.asha, form("Aarti", dob), None).unwrap();
    ["BCG", "HepB", "OPV"].into_iter().for_each(|product| d.dose(&d.asha, child, product, dob).unwrap());
    let visit = || d.clinic.child(&d.asha, child).unwrap().next_visit.unwrap();
    let day = |n| sunday + Days::new(n);
    let asked = |on: NaiveDate| {
        let back = d.clinic.coming(&d.asha, child, on).unwrap();
        (back.on, back.not_then, back.session)
    };
    let back = visit().day;
    assert_eq!((back.wanted, back.on, back.not_then, back.session), (sunday, day(1), Some(NotThen::Sunday), None));
    assert!(visit().items.contains(&"PENTA-1".to_owned()), "{:?}", visit().items);

    // The list of children and the toy say the same day as the page.
    let toy = Identity::from_seed([5; 32]);
    d.give_toy(&toy, d.asha.user);
    d.clinic.submit(&d.admin, Command::AssignChild { child, worker: Some(d.asha.user) }).unwrap();
    let on_lists = || {
        let line = d.clinic.children(&d.asha, "aarti", 0).unwrap().0.remove(0);
        assert_eq!(
            (line.next_due, d.clinic.child(&d.asha, child).unwrap().child.come_on),
            (Some(sunday), line.come_on)
        );
        let roster = d.clinic.roster(toy.device_id()).unwrap();
        let penta = roster.children[0].due.iter().find(|due| due.item == "PENTA-1").unwrap();
        (line.come_on.unwrap(), clinic::date::to_date(penta.due).unwrap())
    };
    assert_eq!(on_lists(), (day(1), day(1)));

    // A session of another village is none for this family.
    let plan_it = |session, on, villages: &[&str]| {
        let plan = plan(on, SessionKind::Outreach, "School", villages, None);
        d.clinic.submit(&d.admin, Command::PlanSession { session: SessionId(session), plan }).unwrap();
    };
    plan_it(1, day(1), &["Sonpur"]);
    plan_it(2, day(3), &["rampur"]);
    let school = Some((SessionKind::Outreach, "School".to_owned()));
    assert_eq!((visit().day.on, visit().day.session), (day(3), school.clone()));
    assert_eq!(on_lists(), (day(3), day(3)));
    assert_eq!(asked(day(1)), (day(3), Some(NotThen::NoSession), school.clone()));
    assert_eq!(asked(day(3)), (day(3), None, school));
    // Who is there already is asked for no other day.
    assert_eq!(asked(today()), (today(), None, None));

    let given_up = Command::CancelSession { session: SessionId(2), reason: "flood".into() };
    d.clinic.submit(&d.admin, given_up).unwrap();
    assert_eq!((visit().day.on, visit().day.session), (day(1), None));
    assert_eq!(on_lists(), (day(1), day(1)));
    assert_eq!(asked(day(3)), (day(4), Some(NotThen::GivenUp), None));
    assert_eq!(refusal(d.clinic.coming(&d.asha, ChildId(1), day(1))), Refusal::UnknownChild);
    // Who is not looked after here is not asked to come.
    let (why, on) = (Gone::MovedAway, to_day(today()));
    d.clinic.submit(&d.admin, Command::InactivateChild { child, why, on, note: String::new() }).unwrap();
    let page = d.clinic.child(&d.asha, child).unwrap();
    assert_eq!((page.next_visit, page.child.come_on), (None, None));
}

#[test]
fn sessions_planned_held_given_up_and_what_was_done_in_them() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let mut numbers = 1..;
    let mut fresh = || SessionId(numbers.next().unwrap());
    let tomorrow = today() + Days::new(1);
    let outreach = fresh();
    let planned = plan(tomorrow, SessionKind::Outreach, "Anganwadi 3", &["Rampur"], Some(d.asha.user));
    let submit = |by: &Session, command| d.clinic.submit(by, command);
    let plan_it = |session, plan: &SessionPlan| Command::PlanSession { session, plan: plan.clone() };
    assert!(matches!(refusal(submit(&d.asha, plan_it(outreach, &planned))), Refusal::NotAllowed(_)));
    let nowhere = plan(tomorrow, SessionKind::Outreach, " ", &[], None);
    assert_eq!(refusal(submit(&d.admin, plan_it(outreach, &nowhere))), Refusal::Missing(Field::Site));
    submit(&d.admin, plan_it(outreach, &planned)).unwrap();
    // A plan can be changed as long as it is one.
    submit(&d.admin, plan_it(outreach, &plan(tomorrow, SessionKind::Mobile, "Kiln", &["Rampur"], None))).unwrap();
    submit(&d.admin, plan_it(outreach, &planned)).unwrap();
    let hold = |session, plan| Command::HoldSession { session, plan };
    assert_eq!(refusal(submit(&d.asha, hold(outreach, None))), Refusal::SessionAhead);
    assert_eq!(refusal(submit(&d.asha, hold(fresh(), None))), Refusal::UnknownSession);
    assert_eq!(refusal(submit(&d.asha, hold(outreach, Some(planned)))), Refusal::SessionTaken);

    let here = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let mut away = form("Bela", today() - Days::new(60));
    away.village = "Sonpur".into();
    let away = d.register(&d.asha, away, None).unwrap();
    let page = d.clinic.session_page(&d.admin, outreach).unwrap();
    assert_eq!((page.session.stage, page.session.planned), (SessionStage::Planned, true));
    assert_eq!(page.expected_children, 1, "Sonpur is not of its villages");
    assert!(page.expected.contains(&("PENTA".to_owned(), 1)), "{:?}", page.expected);
    let (due, total) = d.clinic.session_due(&d.asha, outreach, 0).unwrap();
    assert_eq!((total, due[0].child.id), (1, here));
    assert_eq!(d.clinic.session_today(&d.asha).unwrap(), None);

    now.store(NOON_MS + 24 * HOUR_MS, Ordering::Relaxed);
    assert_eq!(d.clinic.session_today(&d.asha).unwrap().unwrap().id, outreach);
    submit(&d.asha, hold(outreach, None)).unwrap();
    assert_eq!(refusal(submit(&d.asha, hold(outreach, None))), Refusal::SessionOver);
    let no = Command::CancelSession { session: outreach, reason: "rain".into() };
    assert_eq!(refusal(submit(&d.asha, no)), Refusal::SessionOver);
    for product in ["BCG", "PENTA"] {
        d.dose(&d.asha, here, product, tomorrow).unwrap();
    }
    d.dose(&d.asha, away, "PENTA", tomorrow).unwrap();
    let page = d.clinic.session_page(&d.asha, outreach).unwrap();
    assert_eq!(page.tally, [("BCG".to_owned(), 1), ("PENTA".to_owned(), 2)]);
    assert_eq!((page.children, page.session.doses), (2, 3));

    // One that nobody planned is opened for a dose that is written down late.
    d.dose(&d.asha, here, "PCV", today()).unwrap();
    let given_up = fresh();
    let fixed = plan(tomorrow + Days::new(7), SessionKind::Fixed, "", &[], None);
    submit(&d.admin, plan_it(given_up, &fixed)).unwrap();
    let cancel = |reason: &str| Command::CancelSession { session: given_up, reason: reason.into() };
    assert_eq!(refusal(submit(&d.asha, cancel(" "))), Refusal::Missing(Field::Reason));
    submit(&d.asha, cancel("no vaccine came")).unwrap();
    let dose = Command::RecordDose {
        child: away,
        product: "PCV".into(),
        on: to_day(tomorrow),
        batch: None,
        reason: None,
        at: GivenAt::Here(Some(given_up)),
    };
    assert_eq!(refusal(submit(&d.asha, dose)), Refusal::SessionDay);
    let (lines, total) = d.clinic.sessions(&d.admin, &(today()..=today() + Days::new(30)), 0).unwrap();
    let told: Vec<_> = lines.iter().map(|l| (l.on, l.stage, l.planned, l.doses, l.reason.as_str())).collect();
    let expected = [
        (to_date(fixed.on).unwrap(), SessionStage::NotHeld, true, 0, "no vaccine came"),
        (tomorrow, SessionStage::Held, true, 3, ""),
        (today(), SessionStage::Held, false, 1, ""),
    ];
    assert_eq!(told, expected);
    assert_eq!(total, 3);
    assert_eq!(d.clinic.sessions(&d.admin, &(tomorrow..=tomorrow), 0).unwrap().1, 1);
    assert_eq!(d.clinic.session_history(&d.admin, outreach).unwrap().len(), 4);
    whole_and_true(&d.clinic, &d.admin);
}

/// A record that became a part of another: its blocked card and the notes of its calls are the whole child's.
#[test]
fn a_part_is_no_way_around_its_child() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let submit = |by: &Session, command| d.clinic.submit(by, command);
    let asha = d.register(&d.asha, form("Asha", today() - Days::new(90)), None).unwrap();
    let other = d.register(&d.admin, form("Bina", today() - Days::new(300)), None).unwrap();
    let card = |child, uid: u8| {
        let card = d.clinic.env().new_card_no().unwrap();
        submit(&d.asha, Command::RegisterCard { card, uid: vec![4, 1, 2, uid], written: true }).unwrap();
        submit(&d.asha, Command::AssignCard { card, child }).unwrap();
        card
    };
    let (blocked, _used) = (card(other, 1), card(asha, 2));
    submit(&d.admin, Command::StopCard { card: blocked, why: CardStop::Blocked }).unwrap();
    let call = CallMade {
        child: other,
        on: to_day(today()),
        outcome: CallOutcome::NoAnswer,
        will_come_on: None,
        note: "asks for the grandmother".into(),
    };
    submit(&d.admin, Command::RecordCall(call)).unwrap();
    bina(&d);
    let bina = d.clinic.login("bina", "horse staple 44").unwrap();
    assert_eq!(d.clinic.calls(&bina, other).unwrap().len(), 1, "on the clinic's list, anybody's");
    submit(&d.admin, Command::MergeChildren { child: other, into: asha, reason: "one".into() }).unwrap();
    assert!(matches!(refusal(d.clinic.calls(&bina, other)), Refusal::NotAllowed(_)));
    assert_eq!(d.clinic.calls(&d.asha, asha).unwrap()[0].note, "asks for the grandmother");
    let unblock = Command::UnblockCard { card: blocked, reason: "found".into() };
    assert_eq!(refusal(submit(&d.admin, unblock)), Refusal::ChildHasCard);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

/// What was measured and seen in the villages: each once, in doubt when the toy is, true when an Admin says so.
#[test]
fn a_toy_tells_of_measurings_and_visits_too() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let toy = Identity::from_seed([9; 32]);
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(200)), None).unwrap();
    now.store(NOON_MS + HOUR_MS, Ordering::Relaxed);
    let on = to_day(today());
    let told = |seq, fact| {
        let at_ms = NOON_MS + HOUR_MS / 2;
        SignedRecord::sign(&Record { toy: toy.device_id(), epoch: 1, seq, worker: d.asha.user, at_ms, fact }, &toy)
    };
    let weighed = |weight_g| {
        ToyFact::Growth(Growth {
            child,
            on,
            weight_g: Some(weight_g),
            length_mm: None,
            standing: false,
            muac_mm: Some(131),
            head_mm: None,
            oedema: false,
        })
    };
    let visit = ToyFact::Sighting(Sighting { child, on, found: Found::Away, note: "at her aunt".into() });
    let take = |records: Vec<SignedRecord>, offset_ms| d.clinic.take_toy_records(&toy.public_key(), records, offset_ms);
    let measured = || d.clinic.child_growth(&d.asha, child).unwrap().lines.len();

    let both = vec![told(1, weighed(7_200)), told(2, visit)];
    assert_eq!(take(both.clone(), 0).unwrap().committed, 2);
    assert_eq!(take(both, 0).unwrap().committed, 2, "sent again, because the answer was lost");
    let other = take(vec![told(2, weighed(7_300))], 0);
    assert!(matches!(refusal(other), Refusal::Toy(ToyRefusal::BadSequence)));
    assert_eq!(measured(), 1);
    let history = d.clinic.child_history(&d.asha, child).unwrap();
    let said = |what: fn(&Past) -> bool| history.iter().filter(|line| what(&line.what)).count();
    assert_eq!(said(|h| matches!(h, Past::MeasuredOnToy { doubt: None, .. })), 1);
    assert_eq!(said(|h| matches!(h, Past::Sighted { found: Found::Away, doubt: None, .. })), 1);
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap(), []);
    let told_of = |days: Days| {
        let period = today() + days..=today() + days;
        let (report, used) = (
            d.clinic.toy_report(&d.admin, toy.device_id(), &period),
            d.clinic.toy_use(&d.admin, toy.device_id(), &period),
        );
        let (report, used) = (report.unwrap(), used.unwrap());
        let hers = used.iter().find(|used| used.worker == d.asha.user).map(|used| (used.besides, used.doubted));
        assert_eq!(hers.unwrap_or_default(), (report.besides, report.doubted));
        (report.besides.measured, report.besides.visits, report.besides.children, report.doubted)
    };
    assert_eq!(told_of(Days::new(0)), (1, 1, 0, 0));
    assert_eq!(told_of(Days::new(1)), (0, 0, 0, 0));

    // By a clock that is two days wrong, of a weight that no child has, and of a child that nobody knows.
    let strange = Sighting { child: ChildId(77), on, found: Found::Moved, note: String::new() };
    let wrong = vec![told(3, weighed(7_400)), told(4, weighed(900_000)), told(5, ToyFact::Sighting(strange))];
    assert_eq!(take(wrong, 48 * HOUR_MS as i64).unwrap().committed, 5, "nothing is dropped");
    assert_eq!(measured(), 1);
    let open = d.clinic.conflicts(&d.admin).unwrap();
    let kinds: Vec<_> = open.iter().map(|conflict| (conflict.kind.as_str(), conflict.acceptable)).collect();
    assert_eq!(kinds, [("toy-measured", true), ("toy-measured-impossible", false), ("toy-sighted", true)]);
    let settle = |event, accepted| {
        d.clinic.submit(&d.admin, Command::SettleConflict { event, accepted, reason: "she showed the paper".into() })
    };
    // Where the child moves to nobody would judge it again: what is in doubt does not go along.
    let mirrors = tempfile::tempdir().unwrap();
    let mut mirror = Mirror::open(&mirrors.path().join("mirror.db"), &DataKey::new([5; 32])).unwrap();
    let mut goes_along = || {
        mirror.advance(&d.clinic, &Identity::from_seed([99; 32]).public_key(), &Stop::default()).unwrap();
        mirror.events_of(child).unwrap()
    };
    assert_eq!(goes_along().len(), 3, "the registration, one measuring, one visit");
    assert_eq!(told_of(Days::new(0)), (1, 1, 0, 3));
    settle(open[0].event, true).unwrap();
    assert_eq!(measured(), 2, "what is true after all counts");
    assert_eq!(told_of(Days::new(0)), (2, 1, 0, 2));
    let believed = goes_along();
    assert!(believed.contains(&open[0].event) && !believed.contains(&open[1].event), "{believed:?}");
    assert_eq!(refusal(settle(open[1].event, true)), Refusal::CannotAccept);
    settle(open[1].event, false).unwrap();
    settle(open[2].event, false).unwrap();
    assert_eq!(measured(), 2);
    assert!(!goes_along().contains(&open[1].event), "what was set aside stays too");
    whole_and_true(&d.clinic, &d.admin);
}

/// A toy that floods with what is true: it is asked to wait until tomorrow, and nothing is lost.
#[test]
fn more_records_than_a_day_has_wait_on_the_toy() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let toy = Identity::from_seed([7; 32]);
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let last = TOY_RECORDS_PER_DAY as u64 + 150;
    let note = |seq| Sighting { child, on: to_day(today()), found: Found::Away, note: format!("visit {seq}") };
    let told = |epoch, seq| {
        let (worker, fact) = (d.asha.user, ToyFact::Sighting(note(seq)));
        SignedRecord::sign(&Record { toy: toy.device_id(), epoch, seq, worker, at_ms: NOON_MS, fact }, &toy)
    };
    let records: Vec<SignedRecord> = (1..=last).map(|seq| told(5, seq)).collect();
    // A message ends inside of the limit, one goes over it, and then none is taken.
    let take =
        |from: usize, until: usize| d.clinic.take_toy_records(&toy.public_key(), records[from..until].to_vec(), 0);
    for from in (0..TOY_RECORDS_PER_DAY - 50).step_by(75) {
        assert_eq!(take(from, from + 75).unwrap().wait_s, None);
    }
    let begun = (TOY_RECORDS_PER_DAY - 50).div_ceil(75) * 75;
    let over = take(begun, begun + 100).unwrap();
    assert_eq!(
        (over.committed, over.repeated),
        (TOY_RECORDS_PER_DAY as u64, 0),
        "what is not taken was not here before"
    );
    // Until midnight in India.
    assert_eq!(over.wait_s, Some(12 * 3_600 + 1));
    assert_eq!(take(TOY_RECORDS_PER_DAY, TOY_RECORDS_PER_DAY + 100).unwrap(), over);
    // What is here already is said to be here, today too, with all that came after it.
    let here = Taken { epoch: 5, committed: TOY_RECORDS_PER_DAY as u64, repeated: 100, wait_s: None };
    assert_eq!(take(0, 100).unwrap(), here);
    // A new epoch is no way around it.
    let under = |epoch| d.clinic.take_toy_records(&toy.public_key(), vec![told(epoch, 1)], 0);
    assert_eq!(under(6).unwrap(), Taken { epoch: 6, committed: 0, ..over });
    // Another toy is not to blame, nor is this one tomorrow.
    let other = Identity::from_seed([8; 32]);
    d.give_toy(&other, bina(&d));
    let fact = ToyFact::Sighting(note(1));
    let record = Record { toy: other.device_id(), epoch: 1, seq: 1, worker: d.asha.user, at_ms: NOON_MS, fact };
    let taken = d.clinic.take_toy_records(&other.public_key(), vec![SignedRecord::sign(&record, &other)], 0);
    assert_eq!(taken.unwrap().wait_s, None);
    now.store(NOON_MS + 12 * HOUR_MS, Ordering::Relaxed);
    let rest = take(TOY_RECORDS_PER_DAY, records.len()).unwrap();
    assert_eq!((rest.committed, rest.wait_s), (last, None));
    // Nor is an old one, of which none would be counted after these.
    assert_eq!(refusal(under(4)), Refusal::Toy(ToyRefusal::BadSequence));
    assert_eq!(under(6).unwrap(), Taken { epoch: 6, committed: 1, repeated: 0, wait_s: None });
    whole_and_true(&d.clinic, &d.admin);
}

/// The ledger's own clock never goes back: after one that stood years ahead its stamps stay there.
#[test]
fn a_clock_that_stood_ahead_stops_no_toy_and_lets_no_future_in() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS + 3_650 * 24 * HOUR_MS));
    let d = clocked_desk(dir.path(), &now);
    now.store(NOON_MS, Ordering::Relaxed);
    d.clinic.submit(&d.admin, Command::AcceptClock).unwrap();
    let toy = Identity::from_seed([7; 32]);
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let at = |seq: u64| NOON_MS + seq / 300 * 24 * HOUR_MS;
    let told = |seq: u64| {
        let on = to_day(clinic::date::india(at(seq)));
        let fact = ToyFact::Sighting(Sighting { child, on, found: Found::Away, note: String::new() });
        let record = Record { toy: toy.device_id(), epoch: 1, seq, worker: d.asha.user, at_ms: at(seq), fact };
        SignedRecord::sign(&record, &toy)
    };
    let last = TOY_RECORDS_PER_DAY as u64 + 100;
    for from in (1..=last).step_by(100) {
        now.store(at(from + 99), Ordering::Relaxed);
        let records = (from..from + 100).map(told).collect();
        let taken = d.clinic.take_toy_records(&toy.public_key(), records, 0).unwrap();
        assert_eq!((taken.committed, taken.wait_s), (from + 99, None));
    }
    // A dose of next year, whatever the toy says of its clock now.
    let next_year = now.load(Ordering::Relaxed) + 365 * 24 * HOUR_MS;
    let dose = Dose { child, product: "BCG".into(), on: to_day(clinic::date::india(next_year)), batch: None };
    let fact = ToyFact::Dose(dose);
    let record = Record { toy: toy.device_id(), epoch: 1, seq: last + 1, worker: d.asha.user, at_ms: next_year, fact };
    let record = SignedRecord::sign(&record, &toy);
    d.clinic.take_toy_records(&toy.public_key(), vec![record], 0).unwrap();
    assert_eq!(d.clinic.child(&d.admin, child).unwrap().doses.len(), 0);
    whole_and_true(&d.clinic, &d.admin);
}

#[test]
fn a_number_that_no_toy_counts_to_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let toy = Identity::from_seed([7; 32]);
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    for (epoch, seq) in [(1 << 63, 1), (u64::MAX, 1), (1, 1 << 63)] {
        let fact = ToyFact::Sighting(Sighting { child, on: to_day(today()), found: Found::Away, note: String::new() });
        let record = Record { toy: toy.device_id(), epoch, seq, worker: d.asha.user, at_ms: NOON_MS, fact };
        let taken = d.clinic.take_toy_records(&toy.public_key(), vec![SignedRecord::sign(&record, &toy)], 0);
        assert_eq!(refusal(taken), Refusal::Toy(ToyRefusal::Malformed));
    }
}

#[test]
fn an_admin_says_how_the_toys_behave() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (first, before) = (d.clinic.clinic().unwrap().toys, d.clinic.toy_settings().unwrap());
    assert_eq!((first, before.are_possible()), (ToySettings::default(), true));
    let wanted = ToySettings { language: Language::Hindi, report_s: 120, roster_days: 7 };
    let change = |session, settings| d.clinic.submit(session, Command::ChangeToySettings(settings));
    for somebody in [&d.asha, &d.root] {
        assert!(matches!(refusal(change(somebody, wanted)), Refusal::NotAllowed(_)));
    }
    for report_s in [0, 3_601] {
        let wrong = ToySettings { report_s, ..wanted };
        assert_eq!(refusal(change(&d.admin, wrong)), Refusal::Range(Field::ToyReport));
    }
    for roster_days in [0, 91] {
        let wrong = ToySettings { roster_days, ..wanted };
        assert_eq!(refusal(change(&d.admin, wrong)), Refusal::Range(Field::ToyRoster));
    }
    change(&d.admin, wanted).unwrap();
    let told = d.clinic.toy_settings().unwrap();
    assert_eq!((told.language.as_str(), told.report_s, told.roster_days), ("hi", 120, 7));
    assert_ne!(told.revision, before.revision);
    change(&d.admin, first).unwrap();
    assert_eq!(d.clinic.toy_settings().unwrap(), before, "the same again is the same revision");
    whole_and_true(&d.clinic, &d.admin);
}
