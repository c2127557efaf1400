//! The watch over the toys: hears what the toys' side sees, keeps what is worth it, and knows what a person must be
//! told. What it decides stands in [`clinic::device`]; this task gives it news, time and a disk.

use clinic::Clinic;
use clinic::date::{india, to_day};
use clinic::device::{Batch, News, TICK_MS, Watch};
use clinic::store::StoreError;
use hub_protocol::Day;
use std::future::pending;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// News that wait for the watch.
pub const NEWS_MAX: usize = 1_024;
/// Rows are written together, this far apart at least; what a person must be told does not wait.
const FLUSH_INTERVAL: Duration = Duration::from_secs(5);
/// However often a toy changes its mind, what a person must be told is written together for this long.
const URGENT_INTERVAL: Duration = Duration::from_secs(1);
/// The same after a disk that did not take them.
const RETRY_INTERVAL: Duration = Duration::from_secs(30);
/// Changes of the records that come faster are looked at together.
const RULES_MIN_INTERVAL: Duration = Duration::from_secs(1);

/// What the toys' side saw of a device.
#[derive(Debug, Clone, PartialEq)]
pub struct ToyNews {
    /// The short id that it announces.
    pub short: String,
    pub news: News,
}

/// Runs until nobody tells news any more, and ends when the last of them are stored.
pub async fn run(clinic: Clinic, mut news: mpsc::Receiver<ToyNews>, mut changed: watch::Receiver<u64>) {
    let now_ms = || clinic.env().now_ms();
    let mut today = to_day(india(now_ms()));
    let begun = ask(&clinic, move |c| Ok((c.toys_watched()?, c.worked_before(today)?, c.toy_rules()?))).await;
    let (watched, worked, rules) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%error, "what was known of the toys cannot be read: nothing of them is kept");
            // The toys go on; their news come to nothing.
            while news.recv().await.is_some() {}
            return;
        }
    };
    let mut watch = Watch::new(watched.known, watched.open, now_ms());
    watch.worked(worked);
    watch.rules(rules, now_ms());
    look_ahead(&clinic, &mut watch).await;
    let mut tick = interval(Duration::from_millis(TICK_MS));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut flush_at, mut urgent_at) = (Instant::now(), Instant::now());
    let mut flush: Option<Flush> = None;
    let mut look_at: Option<Instant> = None;
    let mut records_end = false;
    loop {
        tokio::select! {
            one = news.recv() => match one {
                Some(ToyNews { short, news }) => watch.take(&short, news, now_ms()),
                None => break,
            },
            _ = tick.tick() => {
                let day = to_day(india(now_ms()));
                if day != std::mem::replace(&mut today, day) {
                    begin_day(&clinic, &mut watch, day).await;
                }
                watch.tick(now_ms());
            }
            done = written(&mut flush) => {
                flush = None;
                flush_at = Instant::now() + FLUSH_INTERVAL;
                urgent_at = Instant::now() + URGENT_INTERVAL;
                if let Some(batch) = done {
                    watch.put_back(batch);
                    urgent_at = Instant::now() + RETRY_INTERVAL;
                    flush_at = urgent_at;
                }
            }
            more = changed.changed(), if !records_end => match more {
                Ok(()) => look_at = look_at.or(Some(Instant::now() + RULES_MIN_INTERVAL)),
                Err(_) => records_end = true,
            },
            () = sleep_until(look_at.unwrap_or(flush_at)), if look_at.is_some() => {
                look_at = None;
                look(&clinic, &mut watch).await;
            }
        }
        let now = Instant::now();
        let due = now >= flush_at || (watch.waiting().is_urgent() && now >= urgent_at);
        if flush.is_none() && !watch.waiting().is_empty() && due {
            flush = Some(write(&clinic, watch.take_batch()));
        }
    }
    if let Some(flush) = flush
        && let Ok(Some(batch)) = flush.await
    {
        watch.put_back(batch);
    }
    let last = watch.take_batch();
    if !last.is_empty() && !matches!(write(&clinic, last).await, Ok(None)) {
        tracing::error!("the last news of the toys are not stored");
    }
}

/// Another day: the one before is over, and it may have been one of work.
async fn begin_day(clinic: &Clinic, watch: &mut Watch, today: Day) {
    match ask(clinic, move |c| c.worked_before(today)).await {
        Ok(worked) => watch.worked(worked),
        Err(error) => tracing::error!(%error, "when the clinic worked cannot be looked up"),
    }
    look_ahead(clinic, watch).await;
}

async fn look_ahead(clinic: &Clinic, watch: &mut Watch) {
    match ask(clinic, Clinic::toy_outlooks).await {
        Ok(outlooks) => watch.outlooks(outlooks, clinic.env().now_ms()),
        Err(error) => tracing::error!(%error, "the last weeks of the toys cannot be looked up"),
    }
}

async fn look(clinic: &Clinic, watch: &mut Watch) {
    match ask(clinic, Clinic::toy_rules).await {
        Ok(rules) => watch.rules(rules, clinic.env().now_ms()),
        Err(error) => tracing::error!(%error, "the toys cannot be looked up"),
    }
}

/// A batch on its way to the disk; gives it back when it could not be stored.
type Flush = JoinHandle<Option<Batch>>;

fn write(clinic: &Clinic, batch: Batch) -> Flush {
    let clinic = clinic.clone();
    tokio::task::spawn_blocking(move || match clinic.keep_devices(batch.clone()) {
        Ok(()) => None,
        Err(error) => {
            tracing::error!(%error, "news of the toys cannot be stored");
            Some(batch)
        }
    })
}

async fn written(flush: &mut Option<Flush>) -> Option<Batch> {
    match flush {
        // A thread that panicked has stored nothing, and its batch is gone with it.
        Some(flush) => flush.await.ok().flatten(),
        None => pending().await,
    }
}

/// The clinic's calls wait for a disk.
async fn ask<T: Send + 'static>(
    clinic: &Clinic,
    call: impl FnOnce(&Clinic) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let clinic = clinic.clone();
    tokio::task::spawn_blocking(move || call(&clinic)).await.unwrap_or(Err(StoreError::Closed))
}
