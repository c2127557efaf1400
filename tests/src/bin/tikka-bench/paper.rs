//! What leaves the clinic: certificates, the bundle of all children, the month's report.

use crate::corpus::{self, Place};
use crate::{Outcome, cpu_s, figure, memory_mib, ms, spread, timed};
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::health_card::IssuerKey;
use clinic::store::CertificateFilter;
use clinic::{Clinic, Session};
use hub_protocol::ChildId;
use serde_json::json;
use station::fonts::Fonts;
use station::paper::text::Typesetter;
use station::paper::{Languages, certificate, certificate_of};
use std::hint::black_box;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

const CERTIFICATES: usize = 1_000;
/// In the list that is searched.
const LISTED: usize = 5_000;
const REPORTS: usize = 20;
/// The bundle is read in pieces of this size, and the writer's memory looked at after each.
const PIECE_BYTES: usize = 1024 * 1024;

pub fn run(place: &Place) -> Outcome {
    let (clinic, admin) = corpus::open(&place.dir)?;
    certificates(&clinic, &admin)?;
    list(&clinic, &admin)?;
    month(&clinic, &admin, place)?;
    let key = place.dir.join("paper.key");
    clinic.make_key_file(&admin, &key)?;
    drop(clinic);
    bundle(place, &key)?;
    Ok(std::fs::remove_file(key)?)
}

/// Issued, signed and drawn one after the other, on one core.
fn certificates(clinic: &Clinic, admin: &Session) -> Outcome {
    let fonts = Fonts::load()?;
    let setter = Typesetter::new(&fonts)?;
    let children = some_children(clinic, admin, CERTIFICATES)?;
    let (before_s, start) = (cpu_s(std::process::id()), Instant::now());
    let (mut issuing, mut largest, mut codes) = (Vec::new(), 0, 0);
    for child in &children {
        let (data, issued) = timed(|| clinic.issue_certificate(admin, *child))?;
        issuing.push(issued);
        codes += data.cards.len();
        let pdf = certificate::render(&certificate_of(&data, &admin.name), &setter, Languages::Both)?;
        largest = largest.max(pdf.len());
    }
    let (took, busy_s) = (start.elapsed().as_secs_f64(), cpu_s(std::process::id()) - before_s);
    let (median_ms, _) = spread(issuing);
    let more = json!({"certificates": children.len(), "codes": codes, "largest_bytes": largest,
        "processor_s": busy_s, "issue_median_ms": median_ms});
    figure("certificates", took, "s", Some(10.0), more)
}

/// The desk's list of certificates: its first and last page, and what is found while somebody types.
fn list(clinic: &Clinic, admin: &Session) -> Outcome {
    let key = IssuerKey::of(&[1; 32]).public();
    let children = some_children(clinic, admin, CERTIFICATES)?;
    let on = to_day(clinic::date::india(clinic.env().now_ms()));
    let had = clinic.certificates(admin, &CertificateFilter::default(), 0)?.1 as usize;
    for child in children.iter().cycle().take(LISTED.saturating_sub(had)) {
        let _ = clinic.submit(admin, clinic::record::command::Command::IssueCertificate { child: *child, on, key })?;
    }
    let mut times = Vec::new();
    let mut found = Vec::new();
    for _ in 0..REPORTS {
        found.clear();
        for (typed, offset) in [("", 0), ("", LISTED - 50), ("d", 0), ("devi", 0), ("kumari d", 0), ("4321", 0)] {
            let filter = CertificateFilter { typed: typed.to_owned(), period: None };
            let offset = u32::try_from(offset)?;
            let ((_, total), time) = timed(|| clinic.certificates(admin, &filter, offset))?;
            found.push(total);
            times.push(time);
        }
    }
    let (median, p99) = spread(times);
    figure(
        "certificate-list",
        p99,
        "ms",
        Some(50.0),
        json!({"certificates": LISTED, "median_ms": median, "found": found}),
    )
}

fn some_children(clinic: &Clinic, admin: &Session, wanted: usize) -> Result<Vec<ChildId>, corpus::Error> {
    let mut children = Vec::new();
    while children.len() < wanted {
        let (page, _) = clinic.children(admin, "", u32::try_from(children.len())?)?;
        if page.is_empty() {
            break;
        }
        children.extend(page.iter().map(|line| line.id));
    }
    children.truncate(wanted);
    Ok(children)
}

/// The month before the one of the corpus' day.
fn month(clinic: &Clinic, admin: &Session, place: &Place) -> Outcome {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).ok_or("no day");
    let days = day(10, 1)?..=day(10, 31)?;
    let (first, cold) = timed(|| clinic.report(admin, &days, &Default::default()))?;
    let mut times = Vec::new();
    for _ in 0..REPORTS {
        let (report, time) = timed(|| clinic.report(admin, &days, &Default::default()))?;
        black_box(report);
        times.push(time);
    }
    let (median, p99) = spread(times);
    let more = json!({"p99_ms": p99, "first_ms": ms(cold), "doses": place.doses, "of_the_month": first.doses});
    figure("hmis-month", median, "ms", Some(200.0), more)
}

/// By the command, as a process of its own, so that the memory is the export's alone.
fn bundle(place: &Place, key: &std::path::Path) -> Outcome {
    let program = std::env::current_exe()?.with_file_name("tikka-station");
    let mut export = Command::new(program)
        .args(["export", "fhir", "--data"])
        .arg(&place.dir)
        .arg("--key-file")
        .arg(key)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut out = export.stdout.take().ok_or("no output")?;
    let process = export.id().to_string();
    let mut piece = vec![0; PIECE_BYTES];
    let (mut bytes, mut peaks) = (0_u64, Vec::new());
    // From the first byte: opening the clinic is the same for one child.
    let mut start = None;
    loop {
        let got = out.read(&mut piece)?;
        let begun = *start.get_or_insert_with(Instant::now);
        if got == 0 {
            let took = begun.elapsed().as_secs_f64();
            if !export.wait()?.success() {
                return Err("the export failed".into());
            }
            let peak = peaks.last().copied().unwrap_or_default();
            let early = peaks.get(peaks.len() / 10).copied().unwrap_or_default();
            let size = json!({"bytes": bytes, "children": place.children, "seconds": took});
            figure("fhir-bundle", bytes as f64 / 1e6 / took, "MB/s", Some(20.0), size)?;
            let flat = json!({"after_a_tenth_mib": early, "note": "the key file's slot was made with a cheap Argon2"});
            return figure("fhir-memory", peak, "MiB", Some(64.0), flat);
        }
        bytes += got as u64;
        let peak = memory_mib(&process, "VmHWM");
        // A process that ended tells nothing any more.
        if peak > 0.0 {
            peaks.push(peak);
        }
    }
}
