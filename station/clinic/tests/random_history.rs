//! A random history of every kind of command: nothing panics, a refusal changes nothing, and the read tables
//! are what the ledger says. `TIKKA_COMMANDS` and `TIKKA_SEED` make it longer, or again.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::date::to_day;
use clinic::device::{FenceFor, FenceId, Place, Shape};
use clinic::ledger::EventId;
use clinic::milestone::FullySet;
use clinic::record::command::{ChildForm, Command, DoseKey, GivenAt, NewTask, Settings, ToySettings};
use clinic::record::fact::{self, DoseTold, Fact, Sex};
use clinic::record::role::Role;
use clinic::reminder::{Answer, Language};
use clinic::store::{DataKey, MessageStep, Mirror, NextMessage, Rebuilt, RecoveryKey, Stop, SubmitError};
use clinic::{Clinic, Session};
use common::*;
use hub_protocol::toy::{self, Obeyed, Order, Record, SignedObeyed, SignedRecord, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, Identity, SessionId, TaskId, UserId};
use std::collections::BTreeMap;

const PRODUCTS: [&str; 10] = ["BCG", "OPV", "HEPB", "PENTA", "RVV", "PCV", "FIPV", "MR", "DPT", "NONE"];
const SERIES: [&str; 5] = ["BCG", "POLIO", "MEASLES", "DTP", "NONE"];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(from.len().max(1) as u64)).unwrap();
        from.get(at).cloned()
    }

    fn some<T: Clone>(&mut self, from: &[T], else_some: impl FnOnce(u64) -> T) -> T {
        let odd = self.one_in(200);
        let fresh = self.next() >> 9;
        if odd { else_some(fresh) } else { self.pick(from).unwrap_or_else(|| else_some(fresh)) }
    }

    /// Mostly a day of the last five years; sometimes ahead, sometimes nonsense.
    fn day(&mut self) -> Day {
        match self.below(60) {
            0 => Day(i32::MAX),
            1 => to_day(today() + Days::new(self.below(40))),
            _ => to_day(today() - Days::new(self.below(5 * 365))),
        }
    }

    fn text(&mut self) -> String {
        let texts = ["", "because", "मीना ने बताया", "a\u{202e}b", "x", "at the well"];
        self.pick(&texts).unwrap_or_default().to_owned()
    }
}

/// What exists so far, as the receipts told.
#[derive(Default)]
struct World {
    children: Vec<ChildId>,
    doses: Vec<DoseKey>,
    cards: Vec<CardNo>,
    tasks: Vec<TaskId>,
    sessions: Vec<SessionId>,
    workers: Vec<UserId>,
    vials: Vec<EventId>,
    aefis: Vec<EventId>,
    growths: Vec<EventId>,
    events: Vec<EventId>,
    toys: Vec<(Identity, u64)>,
    fences: Vec<FenceId>,
    messages: Vec<[u8; 16]>,
    /// Facts that wait for an Admin's answer.
    asked: Vec<EventId>,
}

impl World {
    fn learn(&mut self, event: EventId, fact: Fact) {
        self.events.push(event);
        match fact {
            Fact::ChildRegistered(f) => self.children.push(f.child),
            Fact::DoseGiven(f) => self.doses.push(DoseKey { child: f.child, product: f.product, on: f.on }),
            Fact::DoseCorrected(f) => {
                self.doses.push(DoseKey { child: f.child, product: f.to.product, on: f.to.on });
            }
            Fact::CardRegistered(f) => self.cards.push(f.card),
            Fact::TaskAssigned(f) => self.tasks.push(f.task),
            Fact::SessionPlanned(f) => self.sessions.push(f.session),
            Fact::SessionHeld(f) => self.sessions.push(f.session),
            Fact::VialOpened(_) => self.vials.push(event),
            Fact::AefiReported(_) => self.aefis.push(event),
            Fact::GrowthMeasured(_) => self.growths.push(event),
            Fact::FenceSet(f) => self.fences.push(f.fence),
            _ => {}
        }
    }

    fn form(&mut self, c: &mut Chance) -> ChildForm {
        let names = ["Asha", "Pooja", "Puja", "पूजा", "Ram", "Sita", "", "Mohan", "मोहन", "Nur"];
        let mothers = ["Meena Devi", "मीना देवी", "Sunita", "Fatima", ""];
        ChildForm {
            name: c.pick(&names).unwrap_or_default().to_owned(),
            dob: c.day(),
            dob_estimated: c.one_in(9),
            sex: c.pick(&[Sex::Female, Sex::Male, Sex::Other]).unwrap_or_default(),
            mother: c.pick(&mothers).unwrap_or_default().to_owned(),
            father: c.text(),
            phone: if c.one_in(3) { format!("60000{:05}", c.below(100_000)) } else { String::new() },
            village: c.pick(&["Rampur", "रामपुर", "Belwa", ""]).unwrap_or_default().to_owned(),
            landmark: c.text(),
            consent_reminders: !c.one_in(3),
            consent_tracing: c.one_in(2),
            language: c.pick(&[None, Some(Language::English), Some(Language::Hindi)]).flatten(),
            rch: if c.one_in(20) { format!("R{}", c.below(50)) } else { String::new() },
            birth_order: c.one_in(10).then(|| u8::try_from(c.below(11)).unwrap()),
            ..ChildForm::default()
        }
    }

    fn dose(&mut self, c: &mut Chance) -> DoseKey {
        let child = self.child(c);
        let odd = DoseKey { child, product: "BCG".into(), on: to_day(today()) };
        // Mostly a late one: early ones were corrected and withdrawn often enough.
        let from = self.doses.len().saturating_sub(500);
        c.some(&self.doses[from..], |_| odd)
    }

    fn child(&mut self, c: &mut Chance) -> ChildId {
        c.some(&self.children, ChildId)
    }

    fn aefi(&mut self, c: &mut Chance) -> (ChildId, fact::AefiForm) {
        let DoseKey { child, product, on } = self.dose(c);
        let dose = fact::AefiDose { product, on, at_min: None, opened_ms: None, diluent: String::new() };
        let outcome = c.pick(&fact::AefiOutcome::ALL).unwrap();
        let died_on = (outcome == fact::AefiOutcome::Died && !c.one_in(4)).then(|| to_day(today()));
        let form = fact::AefiForm {
            class: c.pick(&fact::AefiClass::ALL).unwrap(),
            doses: if c.one_in(20) { Vec::new() } else { vec![dose] },
            onset_on: c.day().max(on),
            onset_min: c.one_in(3).then(|| u16::try_from(c.below(1_500)).unwrap()),
            description: c.text(),
            hospital: c.text(),
            admitted_on: None,
            outcome,
            died_on,
            past_reactions: String::new(),
            case_id: String::new(),
            told_by: c.text(),
            cluster: c.one_in(30),
        };
        (child, form)
    }

    fn plan(&mut self, c: &mut Chance) -> fact::SessionPlan {
        fact::SessionPlan {
            on: c.day(),
            kind: c.pick(&fact::SessionKind::ALL).unwrap(),
            site: c.text(),
            villages: vec!["Rampur".into()],
            worker: c.one_in(2).then(|| c.some(&self.workers, UserId)),
        }
    }

    /// Whom a child is given to: mostly nobody, so that fifty do not end the history.
    fn anyones(&mut self, c: &mut Chance) -> Option<UserId> {
        c.one_in(40).then(|| c.some(&self.workers, UserId))
    }

    /// Any command, and who might ask for it: 0 Super Admin, 1 Admin, 2 worker.
    fn command(&mut self, c: &mut Chance, fresh: u64) -> (usize, Command) {
        let day = c.day();
        let product: String = c.pick(&PRODUCTS).unwrap().into();
        let series: String = c.pick(&SERIES).unwrap().into();
        let reason = c.text();
        match c.below(100) {
            0..=13 => {
                let (form, worker) = (self.form(c), self.anyones(c));
                // The Admin says that all who look alike are others: half of the time.
                let distinct_from = if c.one_in(2) { self.children.clone() } else { Vec::new() };
                (1, Command::RegisterChild { child: ChildId(fresh), form, worker, distinct_from })
            }
            14..=49 => {
                let at = match c.below(12) {
                    0 => GivenAt::Outside(c.text()),
                    1 => GivenAt::Here(Some(c.some(&self.sessions, SessionId))),
                    _ => GivenAt::Here(None),
                };
                let reason = (!c.one_in(3)).then_some(reason);
                let (child, batch) = (self.child(c), c.one_in(2).then(|| "B1".to_owned()));
                (2, Command::RecordDose { child, product, on: day, batch, reason, at })
            }
            50..=52 => {
                let (dose, batch) = (self.dose(c), c.one_in(2).then(|| "B2".to_owned()));
                let (product, on) = if c.one_in(3) { (dose.product.clone(), dose.on) } else { (product, day) };
                (2, Command::CorrectDose { dose, to: DoseTold { product, on, batch }, reason, anyway: c.one_in(2) })
            }
            53..=55 => (2, Command::WithdrawDose { dose: self.dose(c), reason }),
            56..=57 => {
                let why = c.pick(&[fact::Declined::Refused, fact::Declined::ContraIndicated]).unwrap();
                let until = c.one_in(3).then(|| Day(day.0.saturating_add(30)));
                let decline = fact::DoseDeclined { child: self.child(c), series, why, on: day, until, reason };
                (2, Command::DeclineDose(decline))
            }
            58 => {
                let why = c.pick(&fact::Declined::ALL).unwrap();
                (2, Command::LiftDecline { child: self.child(c), series, why, reason })
            }
            59..=61 => (1, Command::EditChild { child: self.child(c), form: self.form(c), reason }),
            62..=63 => (1, Command::MergeChildren { child: self.child(c), into: self.child(c), reason }),
            64..=65 => (1, Command::UnmergeChild { child: self.child(c), worker: self.anyones(c), reason }),
            66..=67 => {
                let why = c.pick(&fact::Gone::ALL).unwrap();
                (1, Command::InactivateChild { child: self.child(c), why, on: day, note: reason })
            }
            68 => (1, Command::ReactivateChild { child: self.child(c), worker: self.anyones(c), reason }),
            69 => (1, Command::AssignChild { child: self.child(c), worker: self.anyones(c) }),
            70..=71 => {
                let uid = fresh.to_be_bytes()[..usize::try_from(c.below(9)).unwrap()].to_vec();
                (2, Command::RegisterCard { card: CardNo(fresh), uid, written: c.one_in(2) })
            }
            72..=73 => (2, Command::AssignCard { card: c.some(&self.cards, CardNo), child: self.child(c) }),
            74 if c.one_in(2) => {
                let (child, card) = (fact::Sought::Child(self.child(c)), c.some(&self.cards, CardNo));
                let sought = if c.one_in(2) { child } else { fact::Sought::Card(card) };
                let ask = Command::AskForChild { sought };
                (1, if c.one_in(3) { Command::WithdrawAsk { sought } } else { ask })
            }
            74 => {
                let why = c.pick(&[fact::CardStop::Lost, fact::CardStop::Blocked, fact::CardStop::Replaced]).unwrap();
                (1, Command::StopCard { card: c.some(&self.cards, CardNo), why })
            }
            75 if c.one_in(2) => {
                let counter = u32::try_from(c.below(9)).unwrap();
                (1, Command::WriteCard { card: c.some(&self.cards, CardNo), counter })
            }
            75 => (1, Command::UnblockCard { card: c.some(&self.cards, CardNo), reason }),
            76..=77 => {
                let child = c.one_in(2).then(|| self.child(c));
                let worker = c.some(&self.workers, UserId);
                let kind = c.pick(&[TaskKind::Visit, TaskKind::Trace, TaskKind::Other]).unwrap();
                let new = NewTask { worker, kind, child, place: c.text(), due: day, note: reason };
                (1, Command::AssignTask { task: TaskId(fresh), new })
            }
            78 => {
                let (task, done) = (c.some(&self.tasks, TaskId), c.one_in(2));
                (2, if c.one_in(3) { Command::ReopenTask { task } } else { Command::CloseTask { task, done, reason } })
            }
            79..=80 => {
                let (child, form) = self.aefi(c);
                (2, Command::ReportAefi { child, form })
            }
            81 => {
                let (_, form) = self.aefi(c);
                let Some(aefi) = c.pick(&self.aefis) else { return (2, Command::ChangePassword) };
                (2, Command::UpdateAefi { aefi, form })
            }
            82 => {
                let Some(aefi) = c.pick(&self.aefis) else { return (2, Command::ChangePassword) };
                (2, Command::WithdrawAefi { aefi, reason })
            }
            83..=85 => {
                let some = |c: &mut Chance, most: u64| c.one_in(2).then(|| u32::try_from(c.below(most)).unwrap());
                let growth = fact::GrowthMeasured {
                    child: self.child(c),
                    on: day,
                    weight_g: some(c, 40_000),
                    length_mm: some(c, 1_500),
                    standing: c.one_in(2),
                    muac_mm: some(c, 600).map(|m| u16::try_from(m).unwrap()),
                    head_mm: None,
                    oedema: c.one_in(30),
                    breastfed: None,
                };
                (2, Command::MeasureGrowth(growth))
            }
            86 => {
                let Some(growth) = c.pick(&self.growths) else { return (2, Command::ChangePassword) };
                (2, Command::WithdrawGrowth { growth, reason })
            }
            87..=88 => {
                let outcome = c.pick(&fact::CallOutcome::ALL).unwrap();
                let will_come_on = (outcome == fact::CallOutcome::WillCome).then(|| to_day(today() + Days::new(3)));
                let call = fact::CallMade { child: self.child(c), on: day, outcome, will_come_on, note: reason };
                (1, Command::RecordCall(call))
            }
            89 => {
                let batch = fact::BatchReceived {
                    product,
                    batch: c.pick(&["B1", "B2", "b1"]).unwrap().into(),
                    manufacturer: "M".into(),
                    expires_on: to_day(today() + Days::new(100)),
                    doses_per_vial: 10,
                    vials: 5,
                    on: day,
                };
                (1, Command::ReceiveBatch(batch))
            }
            90 => {
                let vials = i32::try_from(c.below(7)).unwrap() - 4;
                let why = c.pick(&fact::StockWhy::ALL).unwrap();
                (1, Command::ChangeStock { product, batch: "B1".into(), vials, why, note: reason })
            }
            91 => (2, Command::OpenVial { product, batch: "B1".into() }),
            92 => {
                let Some(vial) = c.pick(&self.vials) else { return (2, Command::ChangePassword) };
                (2, Command::CloseVial { vial, wasted_doses: u16::try_from(c.below(12)).unwrap() })
            }
            93 => (1, Command::PlanSession { session: SessionId(fresh), plan: self.plan(c) }),
            94 => {
                let plan = c.one_in(2).then(|| self.plan(c));
                let session = if plan.is_some() { SessionId(fresh) } else { c.some(&self.sessions, SessionId) };
                (2, Command::HoldSession { session, plan })
            }
            95 => (1, Command::CancelSession { session: c.some(&self.sessions, SessionId), reason }),
            96 => (
                1,
                Command::IssueCertificate {
                    child: self.child(c),
                    on: to_day(today()),
                    key: fact::CertificateKey([2; 33]),
                },
            ),
            97 => {
                let from = if c.one_in(3) || self.asked.is_empty() { &self.events } else { &self.asked };
                let Some(event) = c.pick(from) else { return (2, Command::ChangePassword) };
                (1, Command::SettleConflict { event, accepted: c.one_in(2), reason })
            }
            98 if c.one_in(8) => {
                let phone = if c.one_in(4) { c.text() } else { format!("60000{:05}", c.below(100_000)) };
                (1, Command::SetOptOut { phone, out: c.one_in(2) })
            }
            98 if c.one_in(6) => {
                let settings = fact::ReminderSettings {
                    run_at_min: u16::try_from(c.below(1_500)).unwrap(),
                    language: c.pick(&Language::ALL).unwrap(),
                    ..by_modem()
                };
                (1, Command::ChangeReminders { settings, key: fact::ReferenceKey([c.below(9) as u8; 32]) })
            }
            98 if c.one_in(2) => {
                let Some(reference) = c.pick(&self.messages) else { return (2, Command::ChangePassword) };
                (1, Command::SettleMessage { reference, again: c.one_in(2) })
            }
            98 if c.one_in(22) => {
                let settings = Settings {
                    schedule: c.pick(&["uip", "seed", "none"]).unwrap().into(),
                    je_endemic: c.one_in(2),
                    defaulter_days: u16::try_from(c.below(90)).unwrap(),
                    auto_lock_min: u16::try_from(c.below(90)).unwrap(),
                    region: c.pick(&["", "north", "moon"]).unwrap().into(),
                    facility_code: c.pick(&[None, Some(""), Some("IN09"), Some("नौ")]).unwrap().map(Into::into),
                    facility_phone: c.pick(&[None, Some(""), Some("05922-234567")]).unwrap().map(Into::into),
                    fully: c.pick(&[None, Some(FullySet::Basic), Some(FullySet::Extended)]).flatten(),
                };
                (1, Command::ChangeSettings(settings))
            }
            98 => (1, self.of_toys(c, fresh)),
            _ if !c.one_in(3) => (1, self.of_toys(c, fresh)),
            _ => (usize::try_from(c.below(3)).unwrap(), Command::ChangePassword),
        }
    }

    /// What an Admin does about toys that are not in good hands, and about where they may be.
    fn of_toys(&mut self, c: &mut Chance, fresh: u64) -> Command {
        let unknown = |fresh: u64| Identity::from_seed([u8::try_from(fresh % 200).unwrap() + 50; 32]);
        let known: Vec<DeviceId> = self.toys.iter().map(|(toy, _)| toy.device_id()).collect();
        let toy = c.some(&known, |fresh| unknown(fresh).device_id());
        let note = c.text();
        match c.below(10) {
            9 => Command::ChangeToySettings(ToySettings {
                language: c.pick(&Language::ALL).unwrap(),
                report_s: u16::try_from(c.below(4_000)).unwrap(),
                roster_days: u16::try_from(c.below(100)).unwrap(),
            }),
            0..=2 => Command::OrderToy { toy, what: c.pick(&toy::OrderKind::ALL).unwrap(), note },
            3 => Command::StopToy { toy, why: c.pick(&fact::ToyStop::ALL).unwrap(), note },
            4 => Command::ReturnToy { toy, note },
            5 => Command::AssignToy { toy, worker: c.one_in(2).then(|| c.some(&self.workers, UserId)) },
            6..=7 => {
                let known = c.some(&self.fences, FenceId);
                let fence = if c.one_in(2) { FenceId(fresh) } else { known };
                let place = |c: &mut Chance| Place {
                    latitude_e7: 286_000_000 + i32::try_from(c.below(1_000_000)).unwrap(),
                    longitude_e7: 772_000_000 + i32::try_from(c.below(1_000_000)).unwrap(),
                };
                let shape = if c.one_in(2) {
                    Shape::Circle { centre: place(c), radius_m: u32::try_from(c.below(60_000)).unwrap() }
                } else {
                    Shape::Polygon((0..c.below(9)).map(|_| place(c)).collect())
                };
                let whose = match c.below(3) {
                    0 => FenceFor::Everybody,
                    1 => FenceFor::Worker(c.some(&self.workers, UserId)),
                    _ => FenceFor::Village(c.text()),
                };
                Command::SetFence(fact::FenceSet { fence, name: note, whose, shape })
            }
            _ => Command::RemoveFence { fence: c.some(&self.fences, FenceId) },
        }
    }

    /// The toy's word that it did what it was ordered, or something else.
    fn obeyed(&mut self, c: &mut Chance, clinic: &Clinic) -> Option<(hub_protocol::PublicKey, SignedObeyed)> {
        let (toy, _) = self.toys.last()?;
        let told = clinic.toy_order(toy.device_id()).unwrap()?;
        let order = if c.one_in(9) { Order { no: told.no + 1, ..told } } else { told };
        let obeyed = Obeyed { toy: toy.device_id(), order, at_ms: NOON_MS };
        Some((toy.public_key(), SignedObeyed::sign(obeyed, toy)))
    }

    /// The run of the day when it was not made, and a message that goes out, or does not.
    fn send(&mut self, c: &mut Chance, d: &Desk) {
        let _ = d.clinic.run_reminders().unwrap();
        match d.clinic.next_message().unwrap() {
            NextMessage::Send(out) => {
                self.messages.push(out.reference);
                let step = |step| d.clinic.message_step(out.reference, step).unwrap();
                let _ = step(MessageStep::Begin);
                let answers = [Answer::Taken, Answer::Refused, Answer::NotNow { after_ms: None }, Answer::Unclear];
                let answer = c.pick(&answers).unwrap();
                let (gateway_id, random) = ("g".to_owned(), 0);
                let _ = step(MessageStep::Answered { answer, gateway_id, parts: 1, paise: 25, random });
                let became = c.pick(&[fact::Became::Delivered, fact::Became::Failed, fact::Became::Unknown]).unwrap();
                if c.one_in(3) {
                    let _ = step(MessageStep::Became { became, why: None });
                }
            }
            NextMessage::Drop(reference, why) => {
                let gone = MessageStep::Became { became: fact::Became::Failed, why: Some(why) };
                let _ = d.clinic.message_step(reference, gone).unwrap();
            }
            NextMessage::Wait(_) => {}
        }
    }

    /// A toy's record, by the worker or somebody else: mostly a dose, one of its own or one that the desk knows.
    fn toy_record(&mut self, c: &mut Chance) -> (hub_protocol::PublicKey, SignedRecord) {
        let fact = match c.below(8) {
            0 | 1 => {
                let DoseKey { child, product, on } = self.dose(c);
                toy::Fact::Dose(toy::Dose { child, product, on, batch: None })
            }
            2 => toy::Fact::Growth(self.weighed(c)),
            3 => {
                let (child, on, found) = (self.child(c), c.day(), c.pick(&toy::Found::ALL).unwrap());
                toy::Fact::Sighting(toy::Sighting { child, on, found, note: c.text() })
            }
            4 => toy::Fact::Child(self.new_child(c)),
            _ => {
                let (child, product, on) = (self.child(c), c.pick(&PRODUCTS).unwrap().into(), c.day());
                toy::Fact::Dose(toy::Dose { child, product, on, batch: None })
            }
        };
        let worker = c.some(&self.workers, UserId);
        let (toy, seq) = self.toys.last_mut().unwrap();
        *seq += 1;
        let record = Record { toy: toy.device_id(), epoch: 1, seq: *seq, worker, at_ms: NOON_MS, fact };
        (toy.public_key(), SignedRecord::sign(&record, toy))
    }

    fn weighed(&mut self, c: &mut Chance) -> toy::Growth {
        toy::Growth {
            child: self.child(c),
            on: c.day(),
            weight_g: (!c.one_in(5)).then(|| u32::try_from(c.below(30_000)).unwrap()),
            length_mm: None,
            standing: c.one_in(2),
            muac_mm: c.one_in(2).then(|| u16::try_from(c.below(300)).unwrap()),
            head_mm: None,
            oedema: c.one_in(20),
        }
    }

    /// Known from now on: what else is told may speak of it. Some have a number that is taken.
    fn new_child(&mut self, c: &mut Chance) -> toy::NewChild {
        let form = self.form(c);
        let child = if c.one_in(20) { self.child(c) } else { ChildId(c.next() >> 9) };
        self.children.push(child);
        toy::NewChild {
            child,
            name: form.name,
            dob: form.dob,
            dob_estimated: form.dob_estimated,
            sex: form.sex,
            mother: form.mother,
            phone: form.phone,
            village: form.village,
            consent_reminders: form.consent_reminders,
            consent_tracing: form.consent_tracing,
            birth_order: form.birth_order,
        }
    }
}

/// What toys are told, and under which stamp.
#[derive(Default)]
struct Rosters(BTreeMap<DeviceId, (u64, Answers)>);

/// The order, and the revisions of settings and roster.
type Answers = (Option<Order>, u64, u64);

impl Rosters {
    /// Whoever is told something else is concerned by what happened. Gives how many were concerned.
    fn look_again(&mut self, d: &Desk, toys: &[(Identity, u64)]) -> usize {
        let again = |(toy, _): &(Identity, u64)| {
            let toy = toy.device_id();
            let stamp = d.clinic.toy_stamp(toy);
            let order = d.clinic.toy_order(toy).unwrap();
            let answers = (order, d.clinic.toy_settings().unwrap().revision, d.clinic.roster(toy).unwrap().revision);
            let before = self.0.insert(toy, (stamp, answers));
            let concerned = before.is_none_or(|(before, _)| before != stamp);
            assert!(concerned || before.is_some_and(|(_, before)| before == answers), "{before:?}, then {answers:?}");
            concerned
        };
        toys.iter().map(again).filter(|concerned| *concerned).count()
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn the_tables_are_what_the_ledger_says_after_any_history() {
    let (commands, seed) = (number("TIKKA_COMMANDS", 6_000), number("TIKKA_SEED", 20_261_122));
    eprintln!("TIKKA_COMMANDS={commands} TIKKA_SEED={seed}");
    let dir = tempfile::tempdir().unwrap();
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let d = desk_of(&dir.path().join("clinic"), &clinic::store::Founding { recovery: recovery.clone(), ..founding() });
    let (mirror_file, mirror_key) = (dir.path().join("mirror.db"), DataKey::new([5; 32]));
    let mut mirror = Mirror::open(&mirror_file, &mirror_key).unwrap();
    let mut chance = Chance(seed);
    let mut world = World { workers: vec![d.asha.user], ..World::default() };
    for n in 0..3u8 {
        let toy = Identity::from_seed([n + 1; 32]);
        let login = format!("bina{n}");
        let new = clinic::record::NewUser { login: login.clone(), name: login.clone(), role: Role::PhcWorker };
        let user = d.clinic.register_user(&d.admin, &new, &password(&login)).unwrap();
        world.workers.push(user);
        d.give_toy(&toy, user);
        world.toys.push((toy, 0));
    }
    let who: [&Session; 3] = [&d.root, &d.admin, &d.asha];
    let (mut done, mut refused, mut told, mut obeyed_orders) = (0_u64, 0_u64, 0_u64, 0_u64);
    // Small groups at first, so that what exists is known to what comes next.
    let mut asked = 0;
    let (mut rosters, mut concerned, mut groups) = (Rosters::default(), 0, 0);
    while asked < commands {
        groups += 1;
        concerned += rosters.look_again(&d, &world.toys);
        let group = 1 + chance.below(40);
        asked += group;
        if chance.one_in(6) {
            world.toys.rotate_left(1);
            let (key, record) = world.toy_record(&mut chance);
            let offset_ms = if chance.one_in(9) { 86_400_000 } else { 0 };
            match d.clinic.take_toy_records(&key, vec![record], offset_ms) {
                Ok(taken) => told += u64::from(taken.wait_s.is_none()),
                Err(error) => panic!("a toy's record was not taken: {error:?}"),
            }
        }
        if chance.one_in(6) {
            world.asked = d.clinic.conflicts(&d.admin).unwrap().into_iter().map(|line| line.event).collect();
        }
        if chance.one_in(2)
            && let Some((key, obeyed)) = world.obeyed(&mut chance, &d.clinic)
        {
            match d.clinic.toy_obeyed(&key, obeyed) {
                Ok(()) => obeyed_orders += 1,
                Err(SubmitError::Refused(_)) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        world.send(&mut chance, &d);
        if chance.one_in(40) {
            mirror.advance(&d.clinic, &Identity::from_seed([99; 32]).public_key(), &Stop::default()).unwrap();
        }
        let by = usize::try_from(chance.below(3)).unwrap();
        let list: Vec<(usize, Command)> = (0..group)
            .map(|_| {
                let fresh = chance.next() >> 9;
                let (usual, command) = world.command(&mut chance, fresh);
                (if chance.one_in(30) { by } else { usual }, command)
            })
            .collect();
        for (n, session) in who.iter().enumerate() {
            let theirs = list.iter().filter(|(by, _)| *by == n).map(|(_, command)| command.clone());
            for result in d.clinic.submit_all(session, theirs) {
                match result {
                    Ok(receipt) => {
                        done += 1;
                        world.learn(receipt.event, receipt.fact);
                    }
                    Err(SubmitError::Refused(_)) => refused += 1,
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
    }
    eprintln!("{done} done, {refused} refused, {told} told by toys, which obeyed {obeyed_orders} orders");
    eprintln!("after {groups} groups of commands, {concerned} looks at what {} toys are told", world.toys.len());
    assert!(commands < 6_000 || (obeyed_orders > 0 && !world.fences.is_empty()), "no toy obeyed, or no area was made");
    // A history in which nearly everything is refused would show nothing.
    assert!(done > commands / 4, "{done} of {commands}");
    let report = d.clinic.verify(&d.admin).unwrap();
    assert_eq!(report.problems, []);
    assert!(!d.clinic.conflicts(&d.admin).unwrap().is_empty());
    a_district_takes_all_of(&d.clinic);
    // List and page ask the family to come on the same day.
    let (listed, _) = d.clinic.children(&d.admin, "", 0).unwrap();
    for line in &listed {
        assert_eq!(d.clinic.child(&d.admin, line.id).unwrap().child, *line);
    }
    assert!(listed.iter().any(|line| line.come_on.is_some()), "{} children", listed.len());
    // The district makes the same of it, in steps, and finds that no rule was broken but those that are known here.
    let district = Identity::from_seed([99; 32]).public_key();
    mirror.advance(&d.clinic, &district, &Stop::default()).unwrap();
    assert_eq!(mirror.advance(&d.clinic, &district, &Stop::default()).unwrap(), 0);
    let breaches = mirror.breaches().unwrap();
    let unseen: Vec<_> = breaches.iter().filter(|breach| !breach.noticed).collect();
    assert!(unseen.is_empty(), "{} of {}: {:?}", unseen.len(), breaches.len(), &unseen[..unseen.len().min(9)]);
    drop(mirror);
    let secret = clinic::store::Secret::Recovery(&recovery);
    let key = clinic::store::Keys::read(&dir.path().join("clinic")).unwrap().open(&secret, &env()).unwrap().unwrap();
    let (ours, theirs) =
        (tables(&database(&dir.path().join("clinic"), &key)), tables(&database_at(&mirror_file, &mirror_key)));
    let derived = |table: &&String| {
        let own = [
            "node",
            "former",
            "signed",
            "proven",
            "draft",
            "audit",
            "toy_sample",
            "toy_happened",
            "toy_alert",
            "message_try",
            "message_way",
            "stop_listed",
            "event",
            "origin",
            "head",
            "forecast",
            "next_dose",
            "nourished",
            "waiting",
        ];
        !own.contains(&table.as_str())
    };
    let compared =
        ours.keys().filter(derived).inspect(|table| assert!(ours[*table] == theirs[*table], "{table} differs"));
    assert!(compared.count() > 25);
    // Built again in place, they are the same again.
    let Rebuilt::Done { events } = d.clinic.rebuild(&d.root, |_| {}).unwrap() else { panic!("not rebuilt") };
    assert_eq!(events, report.events);
    let again = d.clinic.verify(&d.admin).unwrap();
    assert_eq!((again.problems.as_slice(), again.rows), ([].as_slice(), report.rows));
}
