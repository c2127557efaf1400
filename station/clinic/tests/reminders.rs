//! Reminders over the records: the run of a day is made once and whole, what is told holds when it goes out, and what
//! nobody knows is not sent again.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::{
    Became, Body, Declined, DoseDeclined, Filled, NotSent, ReferenceKey, ReminderSettings, SessionKind, SessionPlan,
    SmsGateway, Template,
};
use clinic::record::refusal::Refusal;
use clinic::reminder::{Answer, Channel, Language, MessageState, Stage};
use clinic::store::{
    MessageStep, NextMessage, OutboxShow, Outgoing, Rebuilt, RecoveryKey, SaidStop, Way, found, restore,
};
use common::{Desk, NOON_MS, by_modem, clocked, form, founding, password, refusal, today};
use hub_protocol::{ChildId, SessionId};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: u64 = 24 * 3_600_000;
const HOUR_MS: u64 = 3_600_000;

/// A clinic with reminders by a modem, and a clock.
struct Station {
    dir: tempfile::TempDir,
    d: Desk,
    now: Arc<AtomicU64>,
    recovery: RecoveryKey,
}

impl Station {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicU64::new(NOON_MS));
        let founding = founding();
        let clinic = found(&dir.path().join("clinic"), &founding, clocked(&now)).unwrap();
        let login = |name: &str| clinic.login(name, &password(name)).unwrap();
        let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
        let settings = by_modem();
        d.clinic.submit(&d.admin, Command::ChangeReminders { settings, key: ReferenceKey([4; 32]) }).unwrap();
        Self { dir, d, now, recovery: founding.recovery }
    }

    fn clinic(&self) -> &Clinic {
        &self.d.clinic
    }

    fn at(&self, days: u64, hour: u64) {
        self.now.store(NOON_MS + days * DAY_MS - 12 * HOUR_MS + hour * HOUR_MS, Ordering::Relaxed);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Born on this day, with a phone of its own: the doses of birth are due then.
    fn child(&self, name: &str, born: NaiveDate, phone: &str) -> ChildId {
        let form = ChildForm { phone: phone.into(), ..form(name, born) };
        self.d.register(&self.d.admin, form, None).unwrap()
    }

    /// Plans the village's session so many days after the child's next dose is due. Gives both days.
    fn session_after_due(&self, child: ChildId, days: u64) -> (NaiveDate, NaiveDate) {
        let page = self.clinic().child(&self.d.admin, child).unwrap();
        let due = page.next.iter().filter_map(|line| line.due).min().unwrap();
        let session = due + Days::new(days);
        let plan = SessionPlan {
            on: to_day(session),
            kind: SessionKind::Outreach,
            site: "School".into(),
            villages: vec!["Rampur".into()],
            worker: None,
        };
        self.d.clinic.submit(&self.d.admin, Command::PlanSession { session: SessionId(7), plan }).unwrap();
        (due, session)
    }

    fn states(&self) -> Vec<MessageState> {
        states(self.clinic(), &self.d.admin)
    }

    fn step(&self, reference: [u8; 16], step: MessageStep) -> MessageState {
        self.clinic().message_step(reference, step).unwrap()
    }

    /// Gives the next message to the gateway, which answers so.
    fn send(&self, answer: Answer) -> (Outgoing, MessageState) {
        let out = sent(self.clinic().next_message().unwrap());
        assert_eq!(self.step(out.reference, MessageStep::Begin), MessageState::Sending);
        let state = self.step(out.reference, answered(answer));
        (out, state)
    }

    fn sound(&self) {
        assert_eq!(self.clinic().verify(&self.d.admin).unwrap().problems, []);
        let Rebuilt::Done { .. } = self.clinic().rebuild(&self.d.root, |_| {}).unwrap() else { panic!("not rebuilt") };
        assert_eq!(self.clinic().verify(&self.d.admin).unwrap().problems, []);
    }
}

fn by_gateway(once_by_reference: bool) -> ReminderSettings {
    let modem = by_modem().modem.unwrap();
    let registered = |template: Template| Template { id: "1107".into(), ..template };
    let filled = |name: &str, value: &str| Filled { name: name.into(), value: value.into() };
    let sms = SmsGateway {
        url: "https://sms.example.in/send".into(),
        body: Body::Form,
        fields: vec![
            filled("to", "91{to}"),
            filled("msg", "{text}"),
            filled("ref", "{reference}"),
            filled("dlt", "{sender} {entity} {template}"),
        ],
        headers: Vec::new(),
        taken: None,
        id_pointer: String::new(),
        once_by_reference,
        sender: "PHCRAM".into(),
        entity: "1101".into(),
        templates: modem.templates.into_iter().map(registered).collect(),
        part_paise: 18,
        status: None,
        answers: None,
        not_taken: None,
        taken_status: None,
    };
    ReminderSettings { on: true, sms: Some(Box::new(sms)), ..ReminderSettings::default() }
}

fn states(clinic: &Clinic, admin: &clinic::Session) -> Vec<MessageState> {
    clinic.outbox(admin, OutboxShow::All, 0).unwrap().lines.iter().map(|line| line.state).collect()
}

fn answered(answer: Answer) -> MessageStep {
    MessageStep::Answered { answer, gateway_id: "g-1".into(), parts: 2, paise: 50, random: 0 }
}

fn sent(next: NextMessage) -> Outgoing {
    match next {
        NextMessage::Send(out) => out,
        other => panic!("nothing to send: {other:?}"),
    }
}

#[test]
fn a_day_is_run_once_and_says_the_day_to_the_family() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    s.at(0, 8);
    assert_eq!(s.clinic().run_reminders().unwrap(), None, "it is not nine yet");
    s.at(0, 9);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    assert_eq!(s.clinic().run_reminders().unwrap(), None, "it was made");
    let (out, state) = s.send(Answer::Taken);
    assert_eq!((out.phone.as_str(), out.stage, out.on, out.children), ("9876543210", Stage::Today, today(), 1));
    assert_eq!((out.channel, out.language, state), (Channel::Modem, Language::English, MessageState::Sent));
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Wait(None));
    let box_ = s.clinic().outbox(&s.d.admin, OutboxShow::All, 0).unwrap();
    assert_eq!((box_.count, box_.month_paise, box_.lines[0].paise), (1, 50, Some(50)));
    // A later word of the network.
    assert_eq!(s.clinic().awaited_messages().unwrap()[0].gateway_id, "g-1");
    let delivered = MessageStep::Became { became: Became::Delivered, why: None };
    assert_eq!(s.step(out.reference, delivered.clone()), MessageState::Delivered);
    let events = s.clinic().sync().unwrap().events;
    assert_eq!(s.step(out.reference, delivered), MessageState::Delivered);
    assert_eq!(s.clinic().sync().unwrap().events, events, "said again, it is in the ledger once");
    // A week later the family is told that it did not come, and nothing more.
    s.at(7, 10);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    assert_eq!(s.send(Answer::Taken).0.stage, Stage::Late);
    s.at(8, 10);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(0));
    s.sound();
}

#[test]
fn a_worker_takes_out_what_was_sent_for_her_own_children() {
    let s = Station::new();
    let form = |name: &str| ChildForm { phone: "98765 43210".into(), ..form(name, today()) };
    let hers = s.d.register(&s.d.asha, form("Asha"), Some(s.d.asha.user)).unwrap();
    // A sibling for whom nobody had room; and another family's child.
    let nobodys = s.d.register(&s.d.admin, form("Ravi"), None).unwrap();
    let other = s.child("Meena", today(), "98765 43211");
    s.at(0, 9);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(2));
    let told = |by| -> Vec<Vec<ChildId>> {
        let box_ = s.clinic().outbox_to_take_out(by, 0).unwrap();
        assert_eq!(box_.count as usize, box_.lines.len());
        let of = |children: &[(ChildId, String, String)]| children.iter().map(|(child, ..)| *child).collect();
        box_.lines.iter().map(|line| of(&line.children)).collect()
    };
    assert_eq!(told(&s.d.asha), [[hers]]);
    let mut all = told(&s.d.admin).concat();
    all.sort_unstable();
    let mut known = [hers, nobodys, other];
    known.sort_unstable();
    assert_eq!(all, known);
}

#[test]
fn the_day_to_come_is_the_one_of_the_desk() {
    let s = Station::new();
    let child = s.child("Asha", today(), "98765 43210");
    for product in ["BCG", "OPV", "HepB"] {
        s.d.dose(&s.d.asha, child, product, today()).unwrap();
    }
    // Due on a day without a session; the village has one two days later.
    let (_, session) = s.session_after_due(child, 2);
    let days = u64::try_from((session - today()).num_days()).unwrap();
    for (before, told) in [(4, 0), (3, 1), (2, 0), (1, 0), (0, 1)] {
        s.at(days - before, 10);
        assert_eq!(s.clinic().run_reminders().unwrap(), Some(told), "{before} days before the session");
        if told > 0 {
            assert_eq!(s.send(Answer::Taken).0.on, session);
        }
    }
    // Once the doses are given nobody is late.
    s.at(days + 9, 10);
    for line in s.clinic().child(&s.d.admin, child).unwrap().next {
        if line.due.is_some_and(|due| due <= session) {
            s.d.dose(&s.d.asha, child, &line.products[0], session).unwrap();
        }
    }
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(0));
}

/// What is told on which day, from so many days after today to so many.
fn told(s: &Station, days: std::ops::Range<u64>) -> Vec<(NaiveDate, Stage, NaiveDate)> {
    let mut all = Vec::new();
    for day in days {
        s.at(day, 10);
        for _ in 0..s.clinic().run_reminders().unwrap().unwrap() {
            let out = s.send(Answer::Taken).0;
            all.push((today() + Days::new(day), out.stage, out.on));
        }
    }
    all
}

#[test]
fn nobody_is_late_before_the_day_of_the_session() {
    // On the day on which a family would be late without a session, and long after it.
    for days_later in [7, 17] {
        let s = Station::new();
        let child = s.child("Asha", today(), "98765 43210");
        for product in ["BCG", "OPV", "HepB"] {
            s.d.dose(&s.d.asha, child, product, today()).unwrap();
        }
        let (due, session) = s.session_after_due(child, days_later);
        let first = u64::try_from((due - today()).num_days()).unwrap();
        let expected = [
            (session - Days::new(3), Stage::Ahead, session),
            (session, Stage::Today, session),
            (session + Days::new(7), Stage::Late, session),
        ];
        assert_eq!(told(&s, first - 4..first + days_later + 9), expected, "{days_later} days after it is due");
    }
}

#[test]
fn a_dose_that_nobody_gave_silences_no_later_one() {
    let s = Station::new();
    // Born at home, never brought: BCG waits for a year. The doses of six weeks are due in three days.
    let child = s.child("Asha", today() - Days::new(39), "98765 43210");
    let six_weeks = today() + Days::new(3);
    assert_eq!(told(&s, 0..4), [(today(), Stage::Ahead, six_weeks), (six_weeks, Stage::Today, six_weeks)]);
    assert_eq!(told(&s, 4..12), [(six_weeks + Days::new(7), Stage::Late, six_weeks)]);
    // What was late is given, and BCG is not: nobody says again that it was missed.
    for line in s.clinic().child(&s.d.admin, child).unwrap().next {
        if line.due == Some(six_weeks) {
            s.d.dose(&s.d.asha, child, &line.products[0], today() + Days::new(11)).unwrap();
        }
    }
    let open = s.clinic().child(&s.d.admin, child).unwrap().next;
    assert!(open.iter().any(|line| line.due.is_some_and(|due| due < six_weeks)), "BCG still waits");
    assert_eq!(told(&s, 12..30), []);
    let ten_weeks = today() + Days::new(11 + 28);
    assert_eq!(
        told(&s, 30..40),
        [(ten_weeks - Days::new(3), Stage::Ahead, ten_weeks), (ten_weeks, Stage::Today, ten_weeks)]
    );
}

#[test]
fn siblings_are_told_what_still_holds_when_it_goes_out() {
    let s = Station::new();
    // One was to come a week ago, the other in three days.
    let ravi = s.child("Ravi", today() - Days::new(7), "98765 43210");
    let rani = s.child("Rani", today() - Days::new(39), "98765 43210");
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    let next = sent(s.clinic().next_message().unwrap());
    let ravis_day = today() - Days::new(7);
    assert_eq!((next.stage, next.on, next.children), (Stage::Late, ravis_day, 2));
    // The modem is off for two days, and the one who is late comes.
    s.at(1, 10);
    for product in ["BCG", "OPV"] {
        s.d.dose(&s.d.asha, ravi, product, today() + Days::new(1)).unwrap();
    }
    s.at(2, 10);
    let out = sent(s.clinic().next_message().unwrap());
    assert_eq!((out.reference, out.stage, out.on), (next.reference, Stage::Ahead, today() + Days::new(3)));
    assert_eq!(out.children, 1);
    let form = ChildForm { phone: "98765 43211".into(), ..form("Rani", today() - Days::new(39)) };
    let reason = "a phone of her own".into();
    s.d.clinic.submit(&s.d.admin, Command::EditChild { child: rani, form, reason }).unwrap();
    assert_eq!(sent(s.clinic().next_message().unwrap()).phone, "9876543211");
    // On the day itself nobody is told that it is to come.
    s.at(3, 10);
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Drop(next.reference, NotSent::TooLate));
    s.sound();
}

#[test]
fn twins_are_one_message_in_the_familys_language_and_no_consent_is_none() {
    let s = Station::new();
    let hindi = ChildForm { language: Some(Language::Hindi), ..form("Ravi", today()) };
    s.d.register(&s.d.admin, ChildForm { birth_order: Some(1), ..hindi.clone() }, None).unwrap();
    s.d.register(&s.d.admin, ChildForm { birth_order: Some(2), name: "Rani".into(), ..hindi }, None).unwrap();
    let silent = ChildForm { consent_reminders: false, phone: "98765 43211".into(), ..form("Bina", today()) };
    s.d.register(&s.d.admin, silent, None).unwrap();
    let declined = s.child("Chanda", today(), "98765 43212");
    // All that is due for this one was refused.
    for line in s.clinic().child(&s.d.admin, declined).unwrap().next {
        if line.due.is_none_or(|due| due > today()) {
            continue;
        }
        let decline = DoseDeclined {
            child: declined,
            series: line.series,
            why: Declined::Refused,
            on: to_day(today()),
            until: None,
            reason: "not now".into(),
        };
        s.d.clinic.submit(&s.d.asha, Command::DeclineDose(decline)).unwrap();
    }
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    let (out, _) = s.send(Answer::Taken);
    assert_eq!((out.children, out.language), (2, Language::Hindi));
}

#[test]
fn what_does_not_hold_any_more_is_not_sent() {
    let s = Station::new();
    let given = s.child("Asha", today(), "98765 43210");
    let stopped = s.child("Bina", today(), "98765 43211");
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(2));
    for product in ["BCG", "OPV", "HepB"] {
        s.d.dose(&s.d.asha, given, product, today()).unwrap();
    }
    let stop = |phone: &str| SaidStop { phone: phone.into(), entry: format!("STOP {phone}") };
    s.clinic().stops_heard(Channel::Modem, vec![stop("+91 98765 43211"), stop("VM-BANKXY")]).unwrap();
    for _ in [given, stopped] {
        let NextMessage::Drop(reference, why) = s.clinic().next_message().unwrap() else { panic!("it would be sent") };
        assert_eq!(why, NotSent::NotWanted);
        s.step(reference, MessageStep::Became { became: Became::Failed, why: Some(why) });
    }
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Wait(None));
    // A person says it once, and takes it back once.
    let out = |out| s.d.clinic.submit(&s.d.asha, Command::SetOptOut { phone: "98765-43211".into(), out });
    assert_eq!(refusal(out(true)), Refusal::OptOutKnown);
    out(false).unwrap();
    assert_eq!(refusal(out(false)), Refusal::OptOutKnown);
    s.sound();
}

/// A gateway with a box that many share, or that lies.
#[test]
fn only_families_of_this_clinic_are_heard_and_an_empty_list_undoes_nothing() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    let events = || s.clinic().verify(&s.d.admin).unwrap().events;
    let before = events();
    let stop = |phone: String, at: u32| SaidStop { entry: format!("STOP {phone} {at}"), phone };
    let shared: Vec<SaidStop> = (0..3_000).map(|n| stop(format!("70000{n:05}"), 1)).collect();
    s.clinic().stops_heard(Channel::Sms, shared).unwrap();
    assert_eq!(events(), before, "strangers' answers are no events");
    let hers = |at| stop("9876543210".into(), at);
    let heard = |stops: Vec<SaidStop>| {
        let before = events();
        s.clinic().stops_heard(Channel::Sms, stops).unwrap();
        events() - before
    };
    let again = || {
        let wanted = Command::SetOptOut { phone: "98765 43210".into(), out: false };
        s.d.clinic.submit(&s.d.asha, wanted).unwrap();
    };
    assert_eq!(heard(vec![hers(1), hers(1)]), 1);
    again();
    // It lists nothing for a day, then all of it again, and one that is new.
    assert_eq!(heard(Vec::new()), 0);
    s.at(1, 9);
    assert_eq!((heard(Vec::new()), heard(vec![hers(1), hers(1)])), (0, 0));
    assert_eq!(heard(vec![hers(2), hers(1)]), 1);
    again();
    // After more than a week it is another answer.
    assert_eq!(heard(Vec::new()), 0);
    s.at(10, 9);
    assert_eq!((heard(Vec::new()), heard(vec![hers(1)])), (0, 1));
    s.sound();
}

#[test]
fn nights_are_waited_for_and_yesterdays_day_is_not_named() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    s.at(0, 22);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1), "late, and not never");
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Wait(None));
    s.at(1, 9);
    assert!(matches!(s.clinic().next_message().unwrap(), NextMessage::Drop(_, NotSent::TooLate)));
}

#[test]
fn a_busy_gateway_is_tried_again_and_an_unclear_answer_is_not() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    s.clinic().run_reminders().unwrap();
    let (first, state) = s.send(Answer::NotNow { after_ms: None });
    assert_eq!(state, MessageState::Queued);
    let NextMessage::Wait(Some(next_ms)) = s.clinic().next_message().unwrap() else { panic!("it does not wait") };
    assert!((NOON_MS + 30_000..=NOON_MS + 60_000).contains(&next_ms), "{next_ms}");
    s.now.store(next_ms, Ordering::Relaxed);
    let (again, state) = s.send(Answer::Unclear);
    assert_eq!((again.reference, state), (first.reference, MessageState::Unknown));
    // And it may have been paid for.
    let cost = || s.clinic().outbox(&s.d.admin, OutboxShow::All, 0).unwrap();
    assert_eq!((cost().lines[0].paise, cost().month_paise), (Some(50), 50));
    s.at(0, 18);
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Wait(None), "it may have gone out");
    // A person decides, and it keeps its reference.
    let settle = |again| s.d.clinic.submit(&s.d.admin, Command::SettleMessage { reference: first.reference, again });
    settle(true).unwrap();
    assert_eq!(s.send(Answer::Taken).0.reference, first.reference);
    assert_eq!(cost().month_paise, 100, "both are paid for");
    assert_eq!(refusal(settle(true)), Refusal::MessageOver);
    s.sound();
}

#[test]
fn what_may_have_gone_out_is_never_told_as_failed() {
    let s = Station::new();
    let once = |once_by_reference| {
        let settings = by_gateway(once_by_reference);
        s.d.clinic.submit(&s.d.admin, Command::ChangeReminders { settings, key: ReferenceKey([4; 32]) }).unwrap();
    };
    once(true);
    s.child("Asha", today(), "98765 43210");
    s.child("Bina", today(), "98765 43211");
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(2));
    // The gateway takes a reference once: it is tried again.
    let (first, state) = s.send(Answer::Unclear);
    assert_eq!(state, MessageState::Queued);
    let (second, state) = s.send(Answer::Unclear);
    assert_eq!(state, MessageState::Queued);
    s.at(0, 15);
    let (refused, state) = s.send(Answer::Refused);
    assert_eq!(state, MessageState::Unknown, "the first try may have gone out");
    // Another gateway, which would take it again.
    once(false);
    let NextMessage::Drop(reference, why) = s.clinic().next_message().unwrap() else {
        panic!("it would be sent twice")
    };
    assert_ne!(reference, refused.reference);
    assert!([first.reference, second.reference].contains(&reference));
    let gone = MessageStep::Became { became: Became::Failed, why: Some(why) };
    assert_eq!(s.step(reference, gone), MessageState::Unknown);
    s.sound();
}

#[test]
fn a_program_that_ends_in_the_middle_of_a_message_sends_it_once() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    s.clinic().run_reminders().unwrap();
    let out = sent(s.clinic().next_message().unwrap());
    assert_eq!(s.step(out.reference, MessageStep::Begin), MessageState::Sending);
    assert_eq!(s.clinic().next_message().unwrap(), NextMessage::Wait(None), "another sender has it");
    let Station { dir, d, now, .. } = s;
    drop(d);
    let (clinic, admin) =
        Clinic::unlock(&dir.path().join("clinic"), "admin", &password("admin"), clocked(&now)).unwrap();
    clinic.resume_messages(0).unwrap();
    assert_eq!(states(&clinic, &admin), [MessageState::Unknown]);
    assert_eq!(clinic.next_message().unwrap(), NextMessage::Wait(None));
    assert_eq!(clinic.run_reminders().unwrap(), None);
}

#[test]
fn a_clock_that_was_ahead_takes_no_day_its_run() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    let (busy, state) = s.send(Answer::NotNow { after_ms: None });
    assert_eq!(state, MessageState::Queued);
    // It shows the day after next, and a message of that day has to wait.
    s.at(2, 10);
    s.child("Bina", today() + Days::new(2), "98765 43211");
    let _ = s.d.clinic.message_step(busy.reference, MessageStep::Begin).unwrap();
    assert_eq!(s.step(busy.reference, answered(Answer::NotNow { after_ms: None })), MessageState::Queued);
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1));
    // It is set right: nothing is made before somebody says so.
    s.at(0, 14);
    assert_eq!(s.clinic().run_reminders().unwrap(), None);
    s.d.clinic.submit(&s.d.admin, Command::AcceptClock).unwrap();
    let waiting: Vec<_> = (0..2).map(|_| s.send(Answer::Taken).0.reference).collect();
    assert!(waiting.contains(&busy.reference), "it does not wait for two days");
    s.at(2, 9);
    s.child("Chanda", today() + Days::new(2), "98765 43212");
    assert_eq!(s.clinic().run_reminders().unwrap(), Some(1), "this day has its run, and nobody is told twice");
    s.sound();
}

#[test]
fn a_way_that_nobody_opened_here_is_closed() {
    let s = Station::new();
    assert_eq!(s.clinic().closed_ways().unwrap(), [Channel::Modem]);
    let way = |place: &str, secret: &str| Way { place: place.into(), secret: secret.into() };
    let put = |channel, way: Way| s.clinic().set_message_way(&s.d.admin, channel, &way);
    put(Channel::Modem, way("/dev/ttyUSB0", "")).unwrap();
    assert_eq!(s.clinic().closed_ways().unwrap(), []);
    let mut settings = by_gateway(true);
    let change = |settings| Command::ChangeReminders { settings, key: ReferenceKey([4; 32]) };
    s.d.clinic.submit(&s.d.admin, change(settings.clone())).unwrap();
    assert_eq!(s.clinic().closed_ways().unwrap(), [], "this gateway wants no key");
    let key = Filled { name: "authorization".into(), value: "Bearer {key}".into() };
    settings.sms.as_mut().unwrap().headers.push(key);
    s.d.clinic.submit(&s.d.admin, change(settings)).unwrap();
    assert_eq!(s.clinic().closed_ways().unwrap(), [Channel::Sms]);
    put(Channel::Sms, way("", "k")).unwrap();
    assert_eq!(s.clinic().closed_ways().unwrap(), []);
    // A worker opens nothing.
    assert!(s.clinic().set_message_way(&s.d.asha, Channel::Sms, &way("", "k")).is_err());
}

#[test]
fn a_restored_clinic_sends_nothing_that_the_lost_one_may_have_sent() {
    let s = Station::new();
    s.child("Asha", today(), "98765 43210");
    s.clinic().run_reminders().unwrap();
    let backup = s.path("before.backup");
    s.d.clinic.backup(&s.d.admin, &backup, &mut |_| {}).unwrap();
    s.send(Answer::Taken);
    let again = s.path("again");
    let new_password = "another horse 7";
    restore(&backup, &again, &s.recovery, "admin", new_password, &clocked(&s.now), &mut |_| {}).unwrap();
    let (clinic, admin) = Clinic::unlock(&again, "admin", new_password, clocked(&s.now)).unwrap();
    clinic.resume_messages(0).unwrap();
    assert_eq!(states(&clinic, &admin), [MessageState::Unknown]);
    assert_eq!(clinic.next_message().unwrap(), NextMessage::Wait(None));
    // The same on a day whose run came after the backup: it is not made again.
    assert_eq!(clinic.run_reminders().unwrap(), None);
    s.now.fetch_add(DAY_MS, Ordering::Relaxed);
    assert_eq!(clinic.run_reminders().unwrap(), Some(0));
    assert_eq!(clinic.reminders().unwrap().unwrap().key, s.clinic().reminders().unwrap().unwrap().key);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

#[test]
fn the_first_key_holds_and_a_secret_stays_here() {
    let s = Station::new();
    let change = Command::ChangeReminders { settings: by_modem(), key: ReferenceKey([9; 32]) };
    s.d.clinic.submit(&s.d.admin, change).unwrap();
    assert_eq!(s.clinic().reminders().unwrap().unwrap().key, ReferenceKey([4; 32]));
    let way = Way { place: "/dev/ttyUSB0".into(), secret: "4711".into() };
    let events = s.clinic().sync().unwrap().events;
    s.clinic().set_message_way(&s.d.admin, Channel::Modem, &way).unwrap();
    assert_eq!(s.clinic().message_way(Channel::Modem).unwrap(), Some(way.clone()));
    assert_eq!(s.clinic().message_way(Channel::Sms).unwrap(), None);
    assert!(matches!(refusal(s.clinic().set_message_way(&s.d.asha, Channel::Modem, &way)), Refusal::NotAllowed(_)));
    assert_eq!(s.clinic().sync().unwrap().events, events, "it stands in no log");
    assert!(!format!("{way:?}").contains("4711"));
    assert_eq!(s.states(), []);
}
