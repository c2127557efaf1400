//! What a card costs the desk: from the moment it is seen to the data of the child's page, and a renewal that is read
//! back. pcscd's own poll, before it tells of a card, comes on top and is measured beside it.

use crate::{Outcome, figure, spread};
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::Sex;
use clinic::store::{RecoveryKey, found};
use hub::cards::{CardEvent, CardIn, CardReader};
use hub::{CardMeaning, Hub};
use hub_protocol::CardNo;
use hub_protocol::card::summary::{NONCE_BYTES, Summary};
use hub_protocol::card::{KeyId, SEALED_MAX_BYTES, encode};
use serde_json::json;
use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};
use tests::pcscd::Pcscd;
use tests::people::{PASSWORD, env, founding};
use tests::vcard::{Chip, Kind, VirtualCard};
use tokio::sync::broadcast;

const ROUNDS: usize = 20;
const UID: [u8; 7] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6];
/// Where the other process finds the reader.
const PORT: &str = "TIKKA_BENCH_CARD_PORT";
const PATIENCE: Duration = Duration::from_secs(20);

/// The card service is told to a process by its environment, so that what is measured is another one.
pub fn run() -> Outcome {
    let pcscd = Pcscd::start();
    let mut side = Process::new(std::env::current_exe()?);
    let side = side.arg("cards-side").envs(pcscd.env()).env(PORT, pcscd.port().to_string());
    if side.status()?.success() { Ok(()) } else { Err("the measured process failed".into()) }
}

pub fn side(dir: &Path) -> Outcome {
    let port: u16 = std::env::var(PORT)?.parse()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(dir, port))
}

async fn measure(dir: &Path, port: u16) -> Outcome {
    let clinic = found(&dir.join("clinic"), &founding("Bench", RecoveryKey::generate(&env())?), env())?;
    let asha = clinic.login("asha", PASSWORD)?;
    let child = clinic.env().new_child_id()?;
    let today = india(clinic.env().now_ms());
    let born = today - chrono::Days::new(300);
    let form = ChildForm {
        name: "Rukmini".into(),
        dob: to_day(born),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: "Belwa".into(),
        ..ChildForm::default()
    };
    let admin = clinic.login("admin", PASSWORD)?;
    let _ = clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: Vec::new() })?;
    for (product, days) in [("BCG", 1), ("OPV", 1), ("HepB", 1), ("PENTA", 45), ("OPV", 45), ("PENTA", 80), ("OPV", 80)]
    {
        let on = to_day(born + chrono::Days::new(days));
        let (reason, at) = (Some("told so".to_owned()), GivenAt::Outside("paper card".into()));
        let dose = Command::RecordDose { child, product: product.into(), on, batch: None, reason, at };
        let _ = clinic.submit(&asha, dose)?;
    }
    let hub = Hub::start(clinic.clone(), None).await?;
    let mut cards = hub.cards().ok_or("the hub has no cards")?;
    let mut chip = Chip::blank(Kind::Ntag215, &UID)?;
    let (mut polls, mut pages) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let began = Instant::now();
        let card = VirtualCard::insert(port, chip)?;
        let seen = inserted(&mut cards).await?;
        polls.push(began.elapsed());
        if round == 0 {
            let number = hub.issue_card(&asha, &seen).await?;
            let _ = clinic.submit(&asha, Command::AssignCard { card: number, child })?;
        } else {
            let seen_at = Instant::now();
            let CardMeaning::Child(found) = hub.meaning(&asha, &seen).await? else {
                return Err("not the child".into());
            };
            let _ = hub.card_told(&asha, &seen, Some(found)).await?;
            let _ = clinic.child(&asha, found)?;
            pages.push(seen_at.elapsed());
        }
        chip = card.remove();
        removed(&mut cards).await?;
    }
    let (median, p99) = spread(pages);
    let (poll, _) = spread(polls);
    figure(
        "card-to-page",
        median,
        "ms",
        Some(50.0),
        json!({"p99": p99, "pcscd_poll_and_read_ms": poll, "rounds": ROUNDS}),
    )?;
    hub.shutdown().await;
    write_back(port).await
}

/// The longest record there is, page by page, read back whole.
async fn write_back(port: u16) -> Outcome {
    let station = hub_protocol::Identity::from_seed([7; 32]);
    let reader = CardReader::start()?;
    let mut cards = reader.cards();
    let _card = VirtualCard::insert(port, Chip::blank(Kind::Ntag215, &UID)?)?;
    let seen = inserted(&mut cards).await?;
    let mut held = reader.issue(&seen, CardNo(77), &station).await?;
    let key = station.public_key();
    let known = |kid: &KeyId| (*kid == KeyId::of(&key.device_id())).then_some(key);
    let given = (0..40).map(|n| ("OPV".to_owned(), hub_protocol::Day(20_000 + 30 * n)));
    let sealed = Summary::of(given, None).seal((1, &[5; 32]), &[6; NONCE_BYTES], CardNo(77), &UID)?;
    debug_assert!(sealed.len() <= SEALED_MAX_BYTES);
    let (mut times, mut bytes) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        held = reader.renew(&held, known, Some(sealed.clone()), &station).await?;
        times.push(began.elapsed());
        let record = hub::cards::verify(&held, known)?.record;
        bytes = encode(&record, &UID, &station)?.len();
    }
    let (median, p99) = spread(times);
    figure("card-write-back", median, "ms", Some(100.0), json!({"p99": p99, "bytes": bytes, "rounds": ROUNDS}))
}

async fn inserted(
    cards: &mut broadcast::Receiver<CardEvent>,
) -> Result<CardIn, Box<dyn std::error::Error + Send + Sync>> {
    loop {
        if let CardEvent::Inserted(card) = tokio::time::timeout(PATIENCE, cards.recv()).await?? {
            return Ok(card);
        }
    }
}

async fn removed(cards: &mut broadcast::Receiver<CardEvent>) -> Outcome {
    while !matches!(tokio::time::timeout(PATIENCE, cards.recv()).await??, CardEvent::Removed { .. }) {}
    Ok(())
}
