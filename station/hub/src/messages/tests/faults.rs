//! The same thirty days at a station that is off when the run is to be made, whose program ends in the middle of a message,
//! and whose clock jumps: once, late, never twice.

use super::*;

/// So often the outbox is looked at.
const LOOK_MS: u64 = 30 * MINUTE_MS;
/// In looks: when the desk is opened, when it is opened late, and when it is closed.
const OPENS: u64 = 8 * 2;
const LATE: u64 = 15 * 2;
const CLOSES: u64 = 21 * 2;

struct Chance(u64);

impl Chance {
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 += 1;
        mixed(self.0) % n
    }
}

impl Station {
    /// The program is started again.
    pub(super) fn restarted(self) -> Self {
        let Self { dir, clinic, now, sender, .. } = self;
        drop((clinic, sender));
        let at = dir.path().join("clinic");
        let (clinic, admin) = Clinic::unlock(&at, "admin", &password("admin"), env(&now)).unwrap();
        clinic.resume_messages(7).unwrap();
        let sender = super::sender(&clinic);
        Self { dir, clinic, admin, now, sender }
    }

    /// The power goes when a message was begun: before the gateway has it, or before its answer is stored.
    async fn power_cut(self, given: bool) -> Self {
        if let NextMessage::Send(out) = self.clinic.next_message().unwrap() {
            assert_eq!(self.clinic.message_step(out.reference, MessageStep::Begin).unwrap(), MessageState::Sending);
            if given {
                let set = self.clinic.reminders().unwrap().unwrap();
                let _ = self.sender.give(&set.settings, &out, &Way::default(), &mut None).await;
            }
        }
        self.restarted()
    }

    /// For a moment the clock shows another day; then an Admin sets it right and says so.
    async fn clock_jump(&mut self, days: u64, stopped: &mut oneshot::Receiver<()>) {
        let now = self.now.load(Ordering::Relaxed);
        self.now.store(now + days * DAY_MS, Ordering::Relaxed);
        let _ = self.sender.work(stopped, false).await.unwrap();
        self.now.store(now, Ordering::Relaxed);
        self.clinic.submit(&self.admin, Command::AcceptClock).unwrap();
    }
}

/// Each child who was born, what is in the outbox at the end, and what the gateway took.
struct Month {
    born: Vec<ChildId>,
    lines: Vec<OutboxLine>,
    taken: BTreeMap<String, u32>,
}

async fn month(seed: u64, once: bool, jumps: bool) -> Month {
    eprintln!("seed {seed}, once by reference: {once}, clock jumps: {jumps}");
    let (url, taken) = gateway(seed, once).await;
    let mut station = Station::new(settings(url, once));
    let (_stop, mut stopped) = oneshot::channel();
    let (mut chance, mut born, mut was_on) = (Chance(seed << 32), Vec::new(), true);
    for day in 0..DAYS {
        let midnight = NOON_MS - DAY_MS / 2 + day * DAY_MS;
        let birth = day < BIRTH_DAYS && is_birthday(india(midnight + DAY_MS / 2));
        let opens = match chance.below(6) {
            0 => LATE,
            // Off for a whole day, and who was born that day is registered elsewhere.
            1 if was_on && !birth => CLOSES,
            _ => OPENS,
        };
        was_on = opens != CLOSES;
        for look in opens..CLOSES {
            station.now.store(midnight + look * LOOK_MS, Ordering::Relaxed);
            if birth && look == opens {
                born.push(station.born_today(day));
            }
            if jumps && chance.one_in(30) {
                station.clock_jump(1 + chance.below(9), &mut stopped).await;
            }
            if chance.one_in(9) {
                station = station.power_cut(chance.one_in(2)).await;
            }
            let _ = station.sender.work(&mut stopped, false).await.unwrap();
        }
    }
    assert_eq!(station.clinic.verify(&station.admin).unwrap().problems, []);
    let taken = taken.lock().unwrap().clone();
    Month { born, lines: station.outbox(), taken }
}

impl Month {
    /// Each family was told of its child what it should be, once, and what is told of a message is true.
    fn is_right(&self) {
        for child in &self.born {
            for stage in [Stage::Today, Stage::Late] {
                let tells =
                    |line: &&OutboxLine| line.stage == stage && line.children.iter().any(|(id, ..)| id == child);
                assert_eq!(self.lines.iter().filter(tells).count(), 1, "{child} {stage:?}");
            }
        }
        assert_eq!(self.lines.len(), 2 * self.born.len());
        assert!(self.taken.values().all(|count| *count == 1), "a family has a message twice: {:?}", self.taken);
        for line in &self.lines {
            let got = self.taken.contains_key(&hex(line.reference));
            match line.state {
                MessageState::Sent => assert!(got, "it was told as sent, and was not: {line:?}"),
                MessageState::Failed => assert!(!got, "it was told as failed, and was sent: {line:?}"),
                MessageState::Unknown => {}
                other => panic!("{other:?} at the end: {line:?}"),
            }
        }
    }

    fn count(&self, state: MessageState) -> usize {
        self.lines.iter().filter(|line| line.state == state).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_is_off_and_cut_off_tells_all_once() {
    for seed in [11, 12] {
        let month = month(seed, true, false).await;
        month.is_right();
        assert_eq!(month.count(MessageState::Sent), month.lines.len(), "none is missing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_makes_nothing_twice() {
    for seed in [21, 22] {
        let month = month(seed, true, true).await;
        month.is_right();
        let failed: Vec<_> = month.lines.iter().filter(|line| line.state != MessageState::Sent).collect();
        // By the wrong clock the day of a message that waited had gone by: the outbox says so.
        let is_known = |line: &OutboxLine| line.state == MessageState::Unknown || line.why == Some(NotSent::TooLate);
        assert!(failed.iter().all(|line| is_known(line)), "{failed:?}");
        assert!(failed.len() < 4, "{failed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_takes_any_reference_each_time_gets_none_twice_from_an_unlucky_station() {
    for seed in [31, 32] {
        let month = month(seed, false, true).await;
        month.is_right();
        let (sent, unknown) = (month.count(MessageState::Sent), month.count(MessageState::Unknown));
        assert!(sent > 5 && unknown > 5, "{sent} sent, {unknown} unknown of {}", month.lines.len());
    }
}
