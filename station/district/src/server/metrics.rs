//! What the server counts, and where a monitoring system on this machine reads it.
//!
//! Prometheus' text format over HTTP, on loopback alone. Stations are named by the short id of their device.

use super::Shared;
use super::connection::blocking;
use crate::archive::{Archive, ArchiveError, StationState};
use crate::wall_ms;
use http_body_util::Full;
use hub_protocol::replica::Refusal;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TEXT_FORMAT, TextEncoder,
};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Readers at once; one more waits.
const READERS_MAX: usize = 4;
/// For a reader to ask, and to take the answer.
const READER_TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds of a store: from a fast disk to one that is nearly dead.
const STORE_BUCKETS_S: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Why what was counted cannot be told.
#[derive(Debug, thiserror::Error)]
enum Untold {
    #[error("the archive failed")]
    Archive(#[from] ArchiveError),
    #[error("a job ended badly")]
    Job(#[from] tokio::task::JoinError),
    #[error("the figures cannot be written")]
    Figures(#[from] prometheus::Error),
}

pub(super) struct Metrics {
    registry: Registry,
    pub connections: IntGauge,
    pub connections_total: IntCounter,
    pub refused_connections: IntCounter,
    pub batches: IntCounter,
    pub events: IntCounter,
    pub received_bytes: IntCounter,
    pub sent_bytes: IntCounter,
    refusals: IntCounterVec,
    store_seconds: Histogram,
    stations: IntGaugeVec,
    contact_age_seconds: GaugeVec,
}

impl Metrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| -> Result<IntCounter, prometheus::Error> {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let connections = IntGauge::new("tikka_connections", "Connections of peers that stand now.")?;
        let refusals = Opts::new("tikka_refusals_total", "What peers were refused, by reason.");
        let refusals = IntCounterVec::new(refusals, &["reason"])?;
        let store =
            HistogramOpts::new("tikka_store_seconds", "From a batch's arrival in the queue to its being durable.");
        let store_seconds = Histogram::with_opts(store.buckets(STORE_BUCKETS_S.to_vec()))?;
        let stations = IntGaugeVec::new(Opts::new("tikka_stations", "Stations, by state."), &["state"])?;
        let age =
            Opts::new("tikka_station_contact_age_seconds", "Since a station was last heard, by its device's short id.");
        let contact_age_seconds = GaugeVec::new(age, &["device"])?;
        let started_seconds = Gauge::new("tikka_start_time_seconds", "When the server started, seconds since 1970.")?;
        started_seconds.set(wall_ms() as f64 / 1_000.0);
        registry.register(Box::new(connections.clone()))?;
        registry.register(Box::new(refusals.clone()))?;
        registry.register(Box::new(store_seconds.clone()))?;
        registry.register(Box::new(stations.clone()))?;
        registry.register(Box::new(contact_age_seconds.clone()))?;
        registry.register(Box::new(started_seconds))?;
        Ok(Self {
            connections,
            connections_total: counter("tikka_connections_total", "Connections that were accepted.")?,
            refused_connections: counter("tikka_connections_refused_total", "Connections that were too many.")?,
            batches: counter("tikka_batches_total", "Batches that are durable; one that came twice counts twice.")?,
            events: counter("tikka_events_total", "Events of these batches.")?,
            received_bytes: counter("tikka_received_bytes_total", "UDP payload that stations sent.")?,
            sent_bytes: counter("tikka_sent_bytes_total", "UDP payload that stations were sent.")?,
            refusals,
            store_seconds,
            stations,
            contact_age_seconds,
            registry,
        })
    }

    pub fn refused(&self, refusal: Refusal) {
        self.refusals.with_label_values(&[refusal.code()]).inc();
    }

    /// A batch of so many events is durable, so long after it was begun.
    pub fn stored(&self, events: u64, since: Instant) {
        self.batches.inc();
        self.events.inc_by(events);
        self.store_seconds.observe(since.elapsed().as_secs_f64());
    }
}

/// Answers `GET /metrics` until it is dropped.
pub(super) async fn serve<A: Archive>(listener: TcpListener, shared: Arc<Shared<A>>) {
    let readers = Arc::new(Semaphore::new(READERS_MAX));
    loop {
        // The semaphore is never closed.
        let Ok(permit) = readers.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a reader of the metrics was lost");
                continue;
            }
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let _permit = permit;
            let service = service_fn(|request| answer(&shared, request));
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).keep_alive(false).header_read_timeout(READER_TIMEOUT);
            let served = http.serve_connection(TokioIo::new(stream), service);
            if let Ok(Err(error)) = tokio::time::timeout(2 * READER_TIMEOUT, served).await {
                tracing::debug!(%error, "a reader of the metrics went away");
            }
        });
    }
}

async fn answer<A: Archive>(
    shared: &Arc<Shared<A>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, body) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/metrics") => match figures(shared).await {
            Ok(text) => (StatusCode::OK, text),
            Err(error) => {
                tracing::error!(error = crate::chain(&error), "the metrics cannot be read");
                (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
            }
        },
        (&Method::GET, _) => (StatusCode::NOT_FOUND, Vec::new()),
        _ => (StatusCode::METHOD_NOT_ALLOWED, Vec::new()),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(TEXT_FORMAT));
    Ok(response)
}

async fn figures<A: Archive>(shared: &Arc<Shared<A>>) -> Result<Vec<u8>, Untold> {
    let archive = shared.archive.clone();
    let stations = blocking(shared, move || archive.stations()).await??;
    let metrics = &shared.metrics;
    let quarantined = stations.iter().filter(|s| matches!(s.state, StationState::Quarantined { .. })).count();
    metrics.stations.with_label_values(&["quarantined"]).set(quarantined as i64);
    metrics.stations.with_label_values(&["active"]).set((stations.len() - quarantined) as i64);
    let now_ms = wall_ms();
    for station in &stations {
        if let Some(last_ms) = station.last_contact_ms {
            let age = metrics.contact_age_seconds.with_label_values(&[&station.key.device_id().short()]);
            age.set(now_ms.saturating_sub(last_ms) as f64 / 1_000.0);
        }
    }
    let mut text = Vec::new();
    TextEncoder::new().encode(&metrics.registry.gather(), &mut text)?;
    Ok(text)
}
