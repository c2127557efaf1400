//! A bad link between a station and a district on one machine: a UDP proxy that delays, loses, repeats and
//! swaps packets, has a rate, and is dead at times. From a seed: the same packets at the same times meet the same luck.

use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// What IPv4 and UDP put before each packet; it takes its share of the rate and of the counted bytes.
pub const HEADERS_BYTES: u64 = 28;
/// The largest UDP packet.
const PACKET_MAX_BYTES: usize = 65_536;
/// Packets of one peer that may wait for its turn in this program; more are lost, as in a socket's buffer.
const WAITING_MAX: usize = 4_096;

/// The link, the same for every peer: each has its own.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// From the dialling side; `None`: as fast as the machine.
    pub up_bits_per_s: Option<u64>,
    pub down_bits_per_s: Option<u64>,
    pub round_trip: Duration,
    /// Each packet is late by up to so much more.
    pub jitter: Duration,
    /// Shares of the packets of each direction, from 0 to 1.
    pub loss: f64,
    pub repeated: f64,
    /// Late by 50 to 150 ms, and so overtaken.
    pub swapped: f64,
    /// A packet that would wait longer than this for the rate is lost.
    pub queue: Duration,
    pub outage: Option<Outage>,
    /// Larger packets, headers included, are lost.
    pub packet_max_bytes: u64,
}

/// Nothing passes for `dead`, first when the proxy is so old as `first` says, and again after each `every`.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    pub first: Duration,
    pub every: Duration,
    pub dead: Duration,
}

impl Outage {
    fn is_dead(self, age: Duration) -> bool {
        let Some(since) = age.checked_sub(self.first) else { return false };
        since.as_nanos() % self.every.as_nanos().max(1) < self.dead.as_nanos()
    }

    /// How many began before the proxy was so old.
    pub fn begun(self, age: Duration) -> u64 {
        let since = age.checked_sub(self.first);
        since.map_or(0, |since| 1 + (since.as_nanos() / self.every.as_nanos().max(1)) as u64)
    }
}

impl Link {
    /// Nothing is lost or late.
    pub const CLEAN: Self = Self {
        up_bits_per_s: None,
        down_bits_per_s: None,
        round_trip: Duration::ZERO,
        jitter: Duration::ZERO,
        loss: 0.0,
        repeated: 0.0,
        swapped: 0.0,
        queue: Duration::from_secs(2),
        outage: None,
        packet_max_bytes: 1_500,
    };

    /// A village's link: 256 kbit/s up, 512 kbit/s down, 600 ms there and back.
    pub const VILLAGE: Self = Self {
        up_bits_per_s: Some(256_000),
        down_bits_per_s: Some(512_000),
        round_trip: Duration::from_millis(600),
        packet_max_bytes: 1_400,
        ..Self::CLEAN
    };
}

/// What went one way. Bytes include the headers of IP and UDP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// What the sender paid for.
    pub packets: u64,
    pub bytes: u64,
    /// By the loss of the link and its outages.
    pub lost: u64,
    /// Because more was sent than the rate carries.
    pub overflowed: u64,
}

impl std::ops::Sub for Count {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            packets: self.packets - before.packets,
            bytes: self.bytes - before.bytes,
            lost: self.lost - before.lost,
            overflowed: self.overflowed - before.overflowed,
        }
    }
}

/// The running proxy; it ends when it is dropped.
#[derive(Debug)]
pub struct BadLink {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    to: SocketAddr,
    link: Link,
    started: Instant,
    cut: AtomicBool,
    /// Peers that came before this one have no way any more.
    stranded: AtomicU64,
    peers: AtomicU64,
    seed: AtomicU64,
    up: Mutex<Count>,
    down: Mutex<Count>,
}

impl BadLink {
    /// Listens on a port of its own and passes on to `to`; on the current tokio runtime.
    pub async fn start(to: SocketAddr, link: Link, seed: u64) -> io::Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), to, link, seed).await
    }

    /// The same on this address.
    pub async fn start_at(listen: SocketAddr, to: SocketAddr, link: Link, seed: u64) -> io::Result<Self> {
        let front = Arc::new(UdpSocket::bind(listen).await?);
        let address = front.local_addr()?;
        let shared = Arc::new(Shared {
            to,
            link,
            started: Instant::now(),
            cut: AtomicBool::new(false),
            stranded: AtomicU64::new(0),
            peers: AtomicU64::new(0),
            seed: AtomicU64::new(seed),
            up: Mutex::default(),
            down: Mutex::default(),
        });
        let task = tokio::spawn(pass(front, shared.clone()));
        Ok(Self { address, shared, task })
    }

    /// Where to dial instead.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Nothing passes until this is said again with `false`.
    pub fn cut(&self, cut: bool) {
        self.shared.cut.store(cut, Ordering::Relaxed);
    }

    /// Nothing passes any more for whoever came so far; who comes from another port finds a way. So it is when a router
    /// forgot them.
    pub fn strand(&self) {
        self.shared.stranded.store(self.peers(), Ordering::Relaxed);
    }

    /// Ports that something came from.
    pub fn peers(&self) -> u64 {
        self.shared.peers.load(Ordering::Relaxed)
    }

    /// From the dialling side so far.
    pub fn up(&self) -> Count {
        *lock(&self.shared.up)
    }

    pub fn down(&self) -> Count {
        *lock(&self.shared.down)
    }
}

impl Drop for BadLink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives each peer's packets to the task that has its link.
async fn pass(front: Arc<UdpSocket>, shared: Arc<Shared>) {
    let mut peers: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>> = HashMap::new();
    let mut tasks = tokio::task::JoinSet::new();
    let mut buffer = vec![0; PACKET_MAX_BYTES];
    loop {
        // Errors are those of single packets: a peer that is gone.
        let Ok((bytes, from)) = front.recv_from(&mut buffer).await else { continue };
        let peer = peers.entry(from).or_insert_with(|| {
            let (tell, told) = mpsc::channel(WAITING_MAX);
            let no = shared.peers.fetch_add(1, Ordering::Relaxed);
            tasks.spawn(carry(front.clone(), (no, from), shared.clone(), told));
            tell
        });
        let _ = peer.try_send(buffer[..bytes].to_vec());
    }
}

/// One peer's link, both ways.
async fn carry(
    front: Arc<UdpSocket>,
    (no, peer): (u64, SocketAddr),
    shared: Arc<Shared>,
    mut told: mpsc::Receiver<Vec<u8>>,
) {
    let Ok(back) = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await else { return };
    if back.connect(shared.to).await.is_err() {
        return;
    }
    let mut up = Way::new(&shared, no, shared.link.up_bits_per_s);
    let mut down = Way::new(&shared, no, shared.link.down_bits_per_s);
    let mut buffer = vec![0; PACKET_MAX_BYTES];
    loop {
        let next = [up.next(), down.next()].into_iter().flatten().min();
        tokio::select! {
            packet = told.recv() => match packet {
                Some(packet) => up.offer(&shared, &shared.up, packet),
                None => return,
            },
            Ok(bytes) = back.recv(&mut buffer) => down.offer(&shared, &shared.down, buffer[..bytes].to_vec()),
            () = until(next) => {}
        }
        let now = Instant::now();
        while let Some(packet) = up.due(now) {
            let _ = back.send(&packet).await;
        }
        while let Some(packet) = down.due(now) {
            let _ = front.send_to(&packet, peer).await;
        }
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// One direction of one peer's link.
struct Way {
    /// The number of the peer.
    no: u64,
    dice: Dice,
    bits_per_s: Option<u64>,
    /// When the last packet that was taken has left.
    free: Instant,
    under_way: BinaryHeap<Packet>,
    count: u64,
}

/// The heap gives the earliest first.
#[derive(PartialEq, Eq)]
struct Packet {
    at: Instant,
    no: u64,
    bytes: Vec<u8>,
}

impl Ord for Packet {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.at, other.no).cmp(&(self.at, self.no))
    }
}

impl PartialOrd for Packet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Way {
    fn new(shared: &Shared, no: u64, bits_per_s: Option<u64>) -> Self {
        let dice = Dice(shared.seed.fetch_add(1, Ordering::Relaxed));
        Self { no, dice, bits_per_s, free: Instant::now(), under_way: BinaryHeap::new(), count: 0 }
    }

    fn offer(&mut self, shared: &Shared, count: &Mutex<Count>, bytes: Vec<u8>) {
        let (link, now) = (&shared.link, Instant::now());
        let size = bytes.len() as u64 + HEADERS_BYTES;
        let mut count = lock(count);
        count.packets += 1;
        count.bytes += size;
        let dead = link.outage.is_some_and(|outage| outage.is_dead(now - shared.started));
        let unlucky = self.dice.chance(link.loss);
        let cut = shared.cut.load(Ordering::Relaxed) || self.no < shared.stranded.load(Ordering::Relaxed);
        if dead || unlucky || size > link.packet_max_bytes || cut {
            count.lost += 1;
            return;
        }
        let start = self.free.max(now);
        if start - now > link.queue {
            count.overflowed += 1;
            return;
        }
        let takes = self.bits_per_s.map_or(0.0, |rate| (size * 8) as f64 / rate as f64);
        self.free = start + Duration::from_secs_f64(takes);
        let mut at = self.free + link.round_trip / 2 + link.jitter.mul_f64(self.dice.share());
        if self.dice.chance(link.swapped) {
            at += Duration::from_millis(50) + Duration::from_millis(100).mul_f64(self.dice.share());
        }
        if self.dice.chance(link.repeated) {
            self.put(at, bytes.clone());
        }
        self.put(at, bytes);
    }

    fn put(&mut self, at: Instant, bytes: Vec<u8>) {
        self.count += 1;
        self.under_way.push(Packet { at, no: self.count, bytes });
    }

    fn next(&self) -> Option<Instant> {
        self.under_way.peek().map(|packet| packet.at)
    }

    fn due(&mut self, now: Instant) -> Option<Vec<u8>> {
        self.next().filter(|at| *at <= now)?;
        self.under_way.pop().map(|packet| packet.bytes)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    /// From 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, share: f64) -> bool {
        share > 0.0 && self.share() < share
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// No machine is so busy that nothing moves for so long.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Sends `packets` of 100 bytes through a link to an echo, and gives the answers with their delays: as many as `due`
    /// makes of the counts of both ways, and what comes just after.
    async fn echoes(link: Link, packets: u64, due: impl Fn(Count, Count) -> u64) -> (Vec<Duration>, Count, Count) {
        let echo = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let to = echo.local_addr().unwrap();
        let answers = tokio::spawn(async move {
            let mut buffer = [0; 200];
            loop {
                let (n, from) = echo.recv_from(&mut buffer).await.unwrap();
                echo.send_to(&buffer[..n], from).await.unwrap();
            }
        });
        let bad = BadLink::start(to, link, 7).await.unwrap();
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        client.connect(bad.address()).await.unwrap();
        let start = Instant::now();
        for _ in 0..packets {
            client.send(&[1; 100]).await.unwrap();
        }
        let (mut delays, mut buffer) = (Vec::new(), [0; 200]);
        loop {
            if tokio::time::timeout(Duration::from_millis(50), client.recv(&mut buffer)).await.is_ok() {
                delays.push(start.elapsed());
                continue;
            }
            let (up, down) = (bad.up(), bad.down());
            if up.packets == packets && delays.len() as u64 >= due(up, down) {
                break;
            }
            assert!(start.elapsed() < PATIENCE, "{} came, {up:?}, {down:?}", delays.len());
        }
        answers.abort();
        (delays, bad.up(), bad.down())
    }

    #[tokio::test]
    async fn a_clean_link_passes_everything_and_counts_it() {
        let (delays, up, down) = echoes(Link::CLEAN, 50, |_, _| 50).await;
        assert_eq!(delays.len(), 50);
        let all = Count { packets: 50, bytes: 50 * (100 + HEADERS_BYTES), lost: 0, overflowed: 0 };
        assert_eq!((up, down), (all, all));
    }

    #[tokio::test]
    async fn delay_and_rate_hold() {
        // 128 bytes with headers are 8 ms at 128 kbit/s.
        let link = Link { up_bits_per_s: Some(128_000), round_trip: Duration::from_millis(100), ..Link::CLEAN };
        let (delays, ..) = echoes(link, 10, |_, _| 10).await;
        assert!(delays[0] >= Duration::from_millis(108), "{delays:?}");
        assert!(delays[9] >= Duration::from_millis(180), "{delays:?}");
    }

    #[tokio::test]
    async fn what_is_lost_repeated_or_too_much_is_counted() {
        let link = Link { loss: 0.3, ..Link::CLEAN };
        let (delays, up, down) = echoes(link, 400, |up, down| 400 - up.lost - down.lost).await;
        assert!((60..180).contains(&up.lost), "{up:?}");
        assert_eq!(delays.len() as u64, 400 - up.lost - down.lost);
        let (delays, ..) = echoes(Link { repeated: 1.0, ..Link::CLEAN }, 10, |_, _| 40).await;
        assert_eq!(delays.len(), 40);
        // One that is on its way fills the queue for longer than a test lasts.
        let link = Link { up_bits_per_s: Some(100), queue: Duration::ZERO, ..Link::CLEAN };
        let (delays, up, _) = echoes(link, 100, |_, _| 0).await;
        assert_eq!((delays.len(), up.overflowed), (0, 99));
    }

    #[tokio::test]
    async fn who_came_before_is_stranded_and_who_comes_after_is_not() {
        let to = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let bad = BadLink::start(to.local_addr().unwrap(), Link::CLEAN, 7).await.unwrap();
        let mut buffer = [0; 10];
        let [first, second] = [1, 2].map(|n| async move { (UdpSocket::bind("127.0.0.1:0").await.unwrap(), [n]) });
        let (first, second) = (first.await, second.await);
        first.0.send_to(&first.1, bad.address()).await.unwrap();
        assert_eq!(to.recv(&mut buffer).await.unwrap(), 1);
        bad.strand();
        first.0.send_to(&first.1, bad.address()).await.unwrap();
        second.0.send_to(&second.1, bad.address()).await.unwrap();
        let _ = to.recv(&mut buffer).await.unwrap();
        assert_eq!((buffer[0], bad.peers()), (2, 2));
    }

    #[test]
    fn an_outage_comes_again() {
        let [first, every, dead] = [15, 60, 20].map(Duration::from_secs);
        let outage = Outage { first, every, dead };
        let dead = |s| outage.is_dead(Duration::from_secs(s));
        assert_eq!([0, 14, 15, 34, 35, 74, 75, 95].map(dead), [false, false, true, true, false, false, true, false]);
        let begun = |s| outage.begun(Duration::from_secs(s));
        assert_eq!([0, 14, 15, 74, 75].map(begun), [0, 0, 1, 1, 2]);
    }
}
