//! One child's card between clinics of a district that never send each other the child: real hubs over real records, a
//! real district, a real pcscd and an emulated card.
#![allow(clippy::unwrap_used)]

#[path = "office/desk.rs"]
#[allow(dead_code, reason = "the office's own tests ask more of it")]
mod desk;
#[path = "district/hostile.rs"]
#[allow(dead_code, reason = "other tests are more hostile")]
mod hostile;
#[path = "office/phc.rs"]
#[allow(dead_code, reason = "here the hub replicates")]
mod phc;
#[path = "district/server.rs"]
#[allow(dead_code, reason = "other tests kill it")]
mod server;

use chrono::Days;
use clinic::Session;
use clinic::date::to_day;
use clinic::forecast::NextStatus;
use clinic::record::command::{Command, GivenAt};
use clinic::record::fact::CardStop;
use clinic::record::refusal::Refusal;
use clinic::store::{AuditFilter, ChildFilter, Seen, SubmitError};
use desk::Operator;
use hostile::Hostile;
use hub::cards::{CardEvent, CardIn};
use hub::{CardMeaning, CardTold, Hub, HubError};
use hub_protocol::card::summary::{NONCE_BYTES, Summary};
use hub_protocol::card::{AREA_BYTES, CardRecord, KeyId, Slot, encode, read};
use hub_protocol::replica::{self, EnrolLink};
use hub_protocol::{ChildId, Day, Identity, OriginId, UserId};
use phc::{Phc, today};
use server::District;
use std::future::Future;
use std::time::{Duration, Instant};
use tests::pcscd::{self, Pcscd};
use tests::vcard::{Chip, Kind, VirtualCard};
use tokio::sync::broadcast;
use tokio::time::{sleep, timeout};

const UID: [u8; 7] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6];
const OTHER_UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];
const STEP: Duration = Duration::from_secs(120);
const WHOLE: Duration = Duration::from_secs(900);

fn alone<F: Future<Output = ()>>(test: &str, body: impl FnOnce() -> F) {
    pcscd::in_own_process(test, WHOLE, || {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(body());
    });
}

/// A clinic and its running hub.
struct Station {
    phc: Phc,
    hub: Hub,
    cards: broadcast::Receiver<CardEvent>,
}

impl Station {
    async fn start(name: &str) -> Self {
        let phc = Phc::found(name);
        let hub = Hub::start(phc.clinic.clone(), None).await.unwrap();
        let cards = hub.cards().unwrap();
        Self { phc, hub, cards }
    }

    async fn of(name: &str, link: &EnrolLink) -> Self {
        let station = Self::start(name).await;
        station.hub.enrol(&station.phc.root, &link.to_string()).await.unwrap();
        station
    }

    fn asha(&self) -> &Session {
        &self.phc.asha
    }

    /// The card that is put down next, as this station sees it.
    async fn sees(&mut self) -> CardIn {
        let inserted = async {
            loop {
                if let CardEvent::Inserted(card) = self.cards.recv().await.unwrap() {
                    return card;
                }
            }
        };
        timeout(STEP, inserted).await.expect("a card is seen")
    }

    /// Takes a card away; the next one is put down when this station has noticed it.
    async fn take(&mut self, card: VirtualCard) -> Chip {
        let chip = card.remove();
        let removed = async { while !matches!(self.cards.recv().await.unwrap(), CardEvent::Removed { .. }) {} };
        timeout(STEP, removed).await.expect("a card is gone");
        chip
    }

    async fn meaning(&self, card: &CardIn) -> CardMeaning {
        self.hub.meaning(self.asha(), card).await.unwrap()
    }

    async fn told(&self, card: &CardIn, child: Option<ChildId>) -> Option<CardTold> {
        self.hub.card_told(self.asha(), card, child).await.unwrap()
    }

    /// The card as it lies there now.
    fn lying(&self, card: &CardIn) -> CardIn {
        self.hub.cards_present().into_iter().find(|now| now.uid == card.uid).unwrap()
    }

    async fn give(&self, card: &CardIn, child: ChildId) {
        let number = self.hub.issue_card(self.asha(), card).await.unwrap();
        self.phc.clinic.submit(self.asha(), Command::AssignCard { card: number, child }).unwrap();
    }

    fn confirm(&self, child: ChildId, (product, on): (String, Day), station: &str) {
        let proof = format!("Card, signed by {station}");
        let (reason, at) = (Some(proof.clone()), GivenAt::Outside(proof));
        let dose = Command::RecordDose { child, product, on, batch: None, reason, at };
        self.phc.clinic.submit(self.asha(), dose).unwrap();
    }

    /// Who put a card that is not what it should be on the reader, and of which child, as the Admin reads it.
    fn reported(&self, what: Seen) -> Vec<(UserId, Option<ChildId>)> {
        let filter = AuditFilter { what: Some(what), ..AuditFilter::default() };
        let lines = self.phc.clinic.audit(&self.phc.admin, &filter, None).unwrap().lines;
        lines.into_iter().map(|line| (line.user.unwrap().0, line.child.map(|child| child.id))).collect()
    }

    fn children(&self) -> usize {
        self.phc.clinic.find_children(&self.phc.admin, "", &ChildFilter::default(), 0).unwrap().lines.len()
    }

    /// May this product be given today, by the record?
    fn offers(&self, child: ChildId, product: &str) -> bool {
        let page = self.phc.clinic.child(&self.phc.admin, child).unwrap();
        let due = |status| matches!(status, NextStatus::Due | NextStatus::Overdue);
        page.next.iter().any(|line| due(line.status) && line.products.iter().any(|p| p == product))
    }
}

/// Two clinics of a district, at one reader.
async fn two_stations(district: &District) -> (Station, Station) {
    let of = async |name| Station::of(name, &district.link(name)).await;
    (of("PHC Belwa").await, of("PHC Kheri").await)
}

async fn until(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + STEP;
    while !there() {
        assert!(Instant::now() < end, "it never came: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// As a reader writes one slot of a card.
fn write(area: &mut [u8], slot: Slot, record: &[u8]) {
    area[slot.offset()..slot.offset() + record.len()].copy_from_slice(record);
}

/// The district makes a key for cards, and each station has it and knows the other.
async fn rotated(office: &Operator<'_>, stations: [&Station; 2]) {
    office.as_login("boss", &["key", "rotate"]);
    let ready =
        |s: &Station| s.phc.clinic.card_key(1).unwrap().is_some() && s.phc.clinic.stations_known().unwrap().len() == 1;
    until("keys", || stations.into_iter().all(ready)).await;
}

fn dose(product: &str) -> (String, Day) {
    (product.to_owned(), to_day(today()))
}

#[test]
fn two_clinics_that_never_met_give_no_dose_of_the_card_twice() {
    alone("two_clinics_that_never_met_give_no_dose_of_the_card_twice", || async {
        let (pcscd, district) = (Pcscd::start(), District::start());
        let office = Operator::first(&district);
        let (mut belwa, mut kheri) = two_stations(&district).await;
        rotated(&office, [&belwa, &kheri]).await;

        // Belwa: a child, a dose, a card.
        let rukmini = belwa.phc.register("Rukmini", "Meena Devi", None);
        belwa.phc.dose(rukmini, "BCG", today()).unwrap();
        let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Ntag215, &UID).unwrap()).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::New);
        belwa.give(&seen, rukmini).await;
        assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap());
        assert!(!belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap(), "it says the same already");
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Child(rukmini), "as it lies there, not as it came");
        let now = belwa.lying(&seen);
        assert_eq!(belwa.meaning(&now).await, CardMeaning::Child(rukmini));
        assert_eq!(belwa.told(&now, Some(rukmini)).await.unwrap().doses, []);
        let _ = kheri.sees().await;
        let first = belwa.take(card).await;
        let words = first.data().windows(7).any(|bytes| bytes == b"Rukmini" || bytes == b"Meena D");
        assert!(!words, "nothing personal in clear");

        // Kheri never met her, and makes no child by itself.
        let card = VirtualCard::insert(pcscd.port(), first.clone()).unwrap();
        let seen = kheri.sees().await;
        assert!(matches!(kheri.meaning(&seen).await, CardMeaning::Neighbour(_)));
        let told = kheri.told(&seen, None).await.unwrap();
        assert_eq!((told.station.as_deref(), &told.doses[..], told.more), (Some("PHC Belwa"), &[dose("BCG")][..], 0));
        assert!(told.due.is_some());
        assert_eq!(kheri.children(), 0);
        let other = kheri.phc.register("Rukmini", "Meena Devi", None);
        kheri.give(&seen, other).await;
        assert_eq!(kheri.meaning(&seen).await, CardMeaning::Child(other));
        assert!(kheri.offers(other, "OPV"));
        // Nothing is mixed silently: neither into the record, nor off the card.
        assert_eq!(kheri.phc.clinic.child(&kheri.phc.admin, other).unwrap().doses, []);
        let more = kheri.hub.renew_card(kheri.asha(), &seen).await;
        assert!(matches!(more, Err(HubError::CardTellsMore)), "{more:?}");
        kheri.confirm(other, dose("BCG"), "PHC Belwa");
        assert!(!kheri.offers(other, "BCG"));
        assert_eq!(kheri.told(&seen, Some(other)).await.unwrap().doses, []);
        kheri.phc.dose(other, "OPV", today()).unwrap();
        assert!(kheri.hub.renew_card(kheri.asha(), &seen).await.unwrap());
        let _ = belwa.sees().await;
        let second = belwa.take(card).await;

        // Back at Belwa, which heard nothing of Kheri's child.
        let card = VirtualCard::insert(pcscd.port(), second).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Child(rukmini));
        let told = belwa.told(&seen, Some(rukmini)).await.unwrap();
        assert_eq!((told.station.as_deref(), &told.doses[..]), (Some("PHC Kheri"), &[dose("OPV")][..]));
        assert!(belwa.offers(rukmini, "OPV"));
        belwa.confirm(rukmini, dose("OPV"), "PHC Kheri");
        assert!(!belwa.offers(rukmini, "OPV"), "it is not given twice");
        let again = belwa.phc.dose(rukmini, "OPV", today());
        assert!(matches!(again, Err(SubmitError::Refused(Refusal::DoseKnown))), "{again:?}");
        // The card says the same, in Kheri's name; then in this one's.
        assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap());
        assert!(!belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap());
        // A new key seals from now on; what the old one sealed stays readable.
        office.as_login("boss", &["key", "rotate"]);
        until("the second key", || belwa.phc.clinic.card_key(2).unwrap().is_some()).await;
        assert_eq!(belwa.told(&seen, Some(rukmini)).await.unwrap().doses, []);
        assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap());
        let third = belwa.take(card).await;

        // An older state of the card, and its copy on another chip.
        for copy in [first, Chip::blank(Kind::Ntag215, &OTHER_UID).unwrap().with_data(&third.data()[..496])] {
            let card = VirtualCard::insert(pcscd.port(), copy).unwrap();
            let seen = belwa.sees().await;
            assert_eq!(belwa.meaning(&seen).await, CardMeaning::Copied);
            assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.is_err() || seen.uid == OTHER_UID);
            // However often it is looked at, the Admin reads once who had it there, and of which child it is.
            assert_eq!(belwa.meaning(&seen).await, CardMeaning::Copied);
            assert_eq!(belwa.reported(Seen::CardCopied), [(belwa.asha().user, Some(rukmini))]);
            belwa.take(card).await;
        }
        let mut scratched = third.data()[..496].to_vec();
        scratched[Slot::A.offset()..].fill(0xEE);
        let card = VirtualCard::insert(pcscd.port(), third.clone().with_data(&scratched)).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Altered);
        assert_eq!(belwa.reported(Seen::CardAltered), [(belwa.asha().user, Some(rukmini))]);
        belwa.take(card).await;

        // Sealed at Kheri with a key that has not reached Belwa: what cannot be read is not written over.
        let number = belwa.phc.clinic.child(&belwa.phc.admin, rukmini).unwrap().card.unwrap();
        let later = Summary::of([dose("PENTA")], None).seal((99, &[5; 32]), &[6; NONCE_BYTES], number, &UID).unwrap();
        let record = CardRecord { card_no: number, counter: 99, sealed: Some(later) };
        let area = encode(&record, &UID, kheri.phc.clinic.identity()).unwrap();
        let card = VirtualCard::insert(pcscd.port(), third.clone().with_data(&area)).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Child(rukmini));
        assert_eq!(belwa.told(&seen, Some(rukmini)).await, None);
        let over = belwa.hub.renew_card(belwa.asha(), &seen).await;
        assert!(matches!(over, Err(HubError::CardNotUnderstood)), "{over:?}");
        assert!(belwa.take(card).await.data().starts_with(&area), "it is as it was");

        // Written last by a station of which Belwa has not heard: what is older beside it is not believed either.
        let mut area = third.data()[..AREA_BYTES].to_vec();
        let key = belwa.phc.clinic.identity().public_key();
        let held = read(&area, &UID, |kid| (*kid == KeyId::of(&key.device_id())).then_some(key)).unwrap();
        let record = CardRecord { counter: held.record.counter + 1, ..held.record };
        write(&mut area, held.slot.other(), &encode(&record, &UID, &Identity::from_seed([9; 32])).unwrap());
        let card = VirtualCard::insert(pcscd.port(), third.clone().with_data(&area)).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::AnotherClinic);
        assert_eq!(belwa.told(&seen, Some(rukmini)).await, None);
        let over = belwa.hub.renew_card(belwa.asha(), &seen).await;
        assert!(over.is_err(), "{over:?}");
        assert!(belwa.take(card).await.data().starts_with(&area), "it is as it was");

        // Lost: it opens nothing, and is not written.
        let card = VirtualCard::insert(pcscd.port(), third).unwrap();
        let seen = belwa.sees().await;
        belwa.phc.clinic.submit(&belwa.phc.admin, Command::StopCard { card: number, why: CardStop::Lost }).unwrap();
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Stopped);
        assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.is_err());
        card.remove();
        for station in [&belwa, &kheri] {
            station.phc.verify();
            station.hub.shutdown().await;
        }
    });
}

#[test]
fn a_full_card_counts_the_doses_that_it_does_not_show_at_every_clinic() {
    alone("a_full_card_counts_the_doses_that_it_does_not_show_at_every_clinic", || async {
        let (pcscd, district) = (Pcscd::start(), District::start());
        let office = Operator::first(&district);
        let (mut belwa, mut kheri) = two_stations(&district).await;
        rotated(&office, [&belwa, &kheri]).await;
        let child = belwa.phc.register("Rukmini", "Meena Devi", None);
        let days = (1..=35).map(|n| to_day(today() - Days::new(2 * n)));
        let doses: Vec<_> = days.flat_map(|on| ["OPV", "PENTA"].map(|p| (p.to_owned(), on))).collect();
        for dose in &doses {
            belwa.confirm(child, dose.clone(), "a paper card");
        }
        let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Ntag215, &UID).unwrap()).unwrap();
        let seen = belwa.sees().await;
        belwa.give(&seen, child).await;
        assert!(belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap());
        assert!(!belwa.hub.renew_card(belwa.asha(), &seen).await.unwrap(), "it says the same already");
        let told = belwa.told(&seen, Some(child)).await.unwrap();
        assert_eq!((&told.doses[..], told.more), (&[][..], 0), "the clinic that wrote it has them all");

        // Kheri learns of those that the card shows, and that there are others.
        let _ = kheri.sees().await;
        let chip = belwa.take(card).await;
        let card = VirtualCard::insert(pcscd.port(), chip).unwrap();
        let seen = kheri.sees().await;
        let told = kheri.told(&seen, None).await.unwrap();
        let more = told.more;
        assert!(more > 1 && told.doses.len() + more as usize == doses.len(), "{} and {more}", told.doses.len());
        let other = kheri.phc.register("Rukmini", "Meena Devi", None);
        kheri.give(&seen, other).await;
        for dose in told.doses {
            kheri.confirm(other, dose, "PHC Belwa");
        }
        let told = async |kheri: &Station| kheri.told(&seen, Some(other)).await.unwrap();
        assert_eq!((told(&kheri).await.doses, told(&kheri).await.more), (vec![], more));
        // It writes on the card what it gave, and the count of what it was never told of stays on it.
        kheri.phc.dose(other, "BCG", today()).unwrap();
        assert!(kheri.hub.renew_card(kheri.asha(), &seen).await.unwrap());
        assert!(!kheri.hub.renew_card(kheri.asha(), &seen).await.unwrap(), "it says the same already");
        assert_eq!(told(&kheri).await.more, more);
        let all = kheri.told(&seen, None).await.unwrap();
        assert_eq!(all.doses.len() + all.more as usize, doses.len() + 1);
        // The oldest, from the paper card that the family found.
        kheri.confirm(other, doses.last().unwrap().clone(), "the paper card");
        assert_eq!(told(&kheri).await.more, more - 1);
        assert!(!kheri.hub.renew_card(kheri.asha(), &seen).await.unwrap(), "as many doses, with it");

        // Back at Belwa the one dose is new, and nothing is missing.
        let _ = belwa.sees().await;
        let chip = belwa.take(card).await;
        let card = VirtualCard::insert(pcscd.port(), chip).unwrap();
        let seen = belwa.sees().await;
        let told = belwa.told(&seen, Some(child)).await.unwrap();
        assert_eq!((&told.doses[..], told.more), (&[dose("BCG")][..], 0));
        belwa.take(card).await;
        for station in [&belwa, &kheri] {
            station.phc.verify();
            station.hub.shutdown().await;
        }
    });
}

#[test]
fn a_card_of_a_station_that_was_shut_out_opens_nothing() {
    alone("a_card_of_a_station_that_was_shut_out_opens_nothing", || async {
        let (pcscd, district) = (Pcscd::start(), District::start());
        let office = Operator::first(&district);
        let (mut belwa, mut kheri) = two_stations(&district).await;
        until("keys", || belwa.phc.clinic.stations_known().unwrap().len() == 1).await;
        let child = kheri.phc.register("Salma", "Farzana Khatun", None);
        let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Files, &UID).unwrap()).unwrap();
        let (seen, at_belwa) = (kheri.sees().await, belwa.sees().await);
        kheri.give(&seen, child).await;
        assert_eq!(belwa.meaning(&at_belwa).await, CardMeaning::New, "as it was when it came");
        let chip = belwa.take(card).await;
        let card = VirtualCard::insert(pcscd.port(), chip).unwrap();
        let seen = belwa.sees().await;
        let CardMeaning::Neighbour(number) = belwa.meaning(&seen).await else { panic!("a neighbour's") };
        // The district has no key for cards: there is nothing to be read on it.
        assert_eq!(belwa.told(&seen, None).await, None);

        // Somebody speaks with its key and signs what is no log of its: the district hears it no more, and nobody
        // believes its cards until a person has looked.
        let of_kheri = kheri.phc.clinic.identity();
        let mut forger = Hostile::connect(&district.address, district.id, of_kheri).await;
        forger.hello(vec![]).await;
        forger.send(&forger.batch(OriginId([5; 16]), &[2], &Identity::from_seed([9; 32]))).await;
        assert_eq!(forger.refusal().await, replica::Refusal::BadSignature);
        until("that its key is forgotten", || belwa.phc.clinic.stations_known().unwrap().is_empty()).await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Distrusted(Some(number)));
        office.as_login("boss", &["station", "readmit", "PHC Kheri"]);
        until("that its key is known", || belwa.phc.clinic.stations_known().unwrap().len() == 1).await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Neighbour(number));

        office.as_login("boss", &["station", "revoke", "PHC Kheri", "--reason", "stolen"]);
        until("that its key is forgotten", || belwa.phc.clinic.stations_known().unwrap().is_empty()).await;
        // The district can be asked whose it is; the card itself tells nothing that is believed.
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Distrusted(Some(number)));
        assert_eq!(belwa.told(&seen, None).await, None);
        let issued = belwa.hub.issue_card(belwa.asha(), &seen).await;
        assert!(issued.is_err(), "{issued:?}");
        belwa.take(card).await;

        // Nor does a card of Belwa's own on which that one wrote last, and its older record is not written anew.
        let own = belwa.phc.register("Meena", "Sita Devi", None);
        let blank = Chip::blank(Kind::Ntag215, &OTHER_UID).unwrap();
        let card = VirtualCard::insert(pcscd.port(), blank).unwrap();
        let seen = belwa.sees().await;
        belwa.give(&seen, own).await;
        let chip = belwa.take(card).await;
        let card_no = belwa.phc.clinic.child(&belwa.phc.admin, own).unwrap().card.unwrap();
        let last = CardRecord { card_no, counter: 2, sealed: None };
        let mut area = chip.data()[..AREA_BYTES].to_vec();
        write(&mut area, Slot::B, &encode(&last, &OTHER_UID, kheri.phc.clinic.identity()).unwrap());
        let card = VirtualCard::insert(pcscd.port(), chip.with_data(&area)).unwrap();
        let seen = belwa.sees().await;
        assert_eq!(belwa.meaning(&seen).await, CardMeaning::Distrusted(None));
        let over = belwa.hub.renew_card(belwa.asha(), &seen).await;
        assert!(over.is_err(), "{over:?}");
        assert!(belwa.take(card).await.data().starts_with(&area), "it is as it was");
        belwa.phc.verify();
        belwa.hub.shutdown().await;
        kheri.hub.shutdown().await;
    });
}
