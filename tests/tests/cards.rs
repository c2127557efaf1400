//! The station's card reader against a real pcscd, the virtual reader vpcd and emulated cards.
#![allow(clippy::unwrap_used)]

use hub::cards::{CardError, CardEvent, CardIn, CardKind, CardReader, Content, NoRecord, ReaderState, verify};
use hub_protocol::card::{self, CardRefusal, KeyId, Slot};
use hub_protocol::{CardNo, Identity, PublicKey};
use std::future::Future;
use std::time::{Duration, Instant};
use tests::pcscd::{self, Pcscd, Plugs};
use tests::vcard::{Chip, Kind, VirtualCard};
use tokio::sync::broadcast;
use tokio::time::timeout;

const UID: [u8; 7] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6];
const OTHER_UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];
const CARD_NO: CardNo = CardNo(0x0012_3456_789A_BCDE);
/// No single thing takes longer on a slow machine.
const STEP: Duration = Duration::from_secs(60);
const WHOLE: Duration = Duration::from_secs(600);

/// Each test has its own process, because its PC/SC service is told by the environment.
fn alone<F: Future<Output = ()>>(test: &str, body: impl FnOnce() -> F) {
    pcscd::in_own_process(test, WHOLE, || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body());
    });
}

fn station() -> Identity {
    Identity::from_seed([7; 32])
}

fn known(stations: &[&Identity]) -> impl Fn(&KeyId) -> Option<PublicKey> + use<> {
    let keys: Vec<PublicKey> = stations.iter().map(|s| s.public_key()).collect();
    move |kid| keys.iter().find(|key| KeyId::of(&key.device_id()) == *kid).copied()
}

fn ntag(uid: &[u8]) -> Chip {
    Chip::blank(Kind::Ntag215, uid).unwrap()
}

/// A reader, and what it tells from its start on.
struct Desk {
    reader: CardReader,
    cards: broadcast::Receiver<CardEvent>,
}

impl Desk {
    fn start() -> Self {
        let reader = CardReader::start().unwrap();
        let cards = reader.cards();
        Self { reader, cards }
    }

    async fn state(&self, wanted: impl FnMut(&ReaderState) -> bool) -> ReaderState {
        let mut state = self.reader.state();
        let outcome = timeout(STEP, state.wait_for(wanted)).await;
        outcome.expect("the state comes").unwrap().clone()
    }

    async fn inserted(&mut self) -> CardIn {
        match timeout(STEP, self.cards.recv()).await.expect("a card is seen").unwrap() {
            CardEvent::Inserted(card) => card,
            other => panic!("not a card: {other:?}"),
        }
    }

    async fn removed(&mut self) -> String {
        match timeout(STEP, self.cards.recv()).await.expect("a card goes").unwrap() {
            CardEvent::Removed { reader } => reader,
            other => panic!("not a removal: {other:?}"),
        }
    }

    async fn put(&mut self, pcscd: &Pcscd, chip: Chip) -> (VirtualCard, CardIn) {
        let card = VirtualCard::insert(pcscd.port(), chip).unwrap();
        (card, self.inserted().await)
    }

    async fn take(&mut self, card: VirtualCard) -> Chip {
        let chip = card.remove();
        self.removed().await;
        chip
    }
}

#[test]
fn each_state_of_the_reader_is_told() {
    alone("each_state_of_the_reader_is_told", || async {
        let desk = Desk::start();
        desk.state(|s| *s == ReaderState::ServiceNotRunning).await;
        let nowhere =
            CardIn { reader: "none".into(), uid: UID.to_vec(), kind: CardKind::Ntag215, content: Content::Blank };
        let refused = desk.reader.issue(&nowhere, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::ServiceNotRunning)), "{refused:?}");

        let mut pcscd = Pcscd::start_without_reader();
        desk.state(|s| *s == ReaderState::NoReader).await;
        let refused = desk.reader.issue(&nowhere, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::ReaderGone)), "{refused:?}");

        pcscd.start_again();
        let ready = desk.state(|s| matches!(s, ReaderState::Ready { .. })).await;
        assert!(matches!(ready, ReaderState::Ready { readers } if readers.len() == 2));
        assert_eq!(desk.reader.present(), []);

        pcscd.stop();
        desk.state(|s| *s == ReaderState::ServiceNotRunning).await;
        desk.reader.stop();
    });
}

#[test]
fn cards_come_and_go_on_two_readers() {
    alone("cards_come_and_go_on_two_readers", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (first, seen) = desk.put(&pcscd, ntag(&UID)).await;
        assert_eq!((&seen.uid[..], seen.kind, &seen.content), (&UID[..], CardKind::Ntag215, &Content::Blank));
        assert_eq!(desk.reader.present(), std::slice::from_ref(&seen));

        let big = Chip::blank(Kind::Ntag216, &OTHER_UID).unwrap();
        let second = VirtualCard::insert(pcscd.second_port(), big).unwrap();
        let beside = desk.inserted().await;
        assert_eq!((&beside.uid[..], beside.kind), (&OTHER_UID[..], CardKind::Ntag216));
        assert_ne!(beside.reader, seen.reader);
        assert_eq!(desk.reader.present(), [seen.clone(), beside.clone()]);

        first.remove();
        assert_eq!(desk.removed().await, seen.reader);
        assert_eq!(desk.reader.present(), std::slice::from_ref(&beside));
        second.remove();
        assert_eq!(desk.removed().await, beside.reader);
    });
}

/// As [`alone`], with readers that can be pulled off.
fn alone_with_plugs(test: &str, body: impl AsyncFnOnce(&Plugs)) {
    pcscd::with_plugs(test, WHOLE, |plugs| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body(plugs));
    });
}

#[test]
fn a_reader_leaves_a_running_service_and_comes_back() {
    alone_with_plugs("a_reader_leaves_a_running_service_and_comes_back", async |plugs| {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (_first, seen) = desk.put(&pcscd, ntag(&UID)).await;
        let (_second, beside) = {
            let card = VirtualCard::insert(pcscd.second_port(), ntag(&OTHER_UID)).unwrap();
            (card, desk.inserted().await)
        };
        // One of two: the other one goes on.
        plugs.pull(&[&seen.reader]);
        assert_eq!(desk.removed().await, seen.reader);
        let only = ReaderState::Ready { readers: vec![beside.reader.clone()] };
        desk.state(|s| *s == only).await;
        assert_eq!(desk.reader.present(), std::slice::from_ref(&beside));
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::ReaderGone)), "{refused:?}");
        let issued = desk.reader.issue(&beside, CARD_NO, &station()).await.unwrap();
        // And the last one.
        plugs.pull(&[&seen.reader, &beside.reader]);
        assert_eq!(desk.removed().await, beside.reader);
        desk.state(|s| *s == ReaderState::NoReader).await;
        assert_eq!(desk.reader.present(), []);
        let refused = desk.reader.renew(&issued, known(&[&station()]), None, &station()).await;
        assert!(matches!(refused, Err(CardError::ReaderGone)), "{refused:?}");
        plugs.plug_in();
        desk.state(|s| matches!(s, ReaderState::Ready { readers } if readers.len() == 2)).await;
        let mut back = [desk.inserted().await, desk.inserted().await];
        back.sort_by(|a, b| a.reader.cmp(&b.reader));
        assert_eq!(back, [seen, issued], "what lies there is seen again");
    });
}

/// Whatever the service answers while it loses the reader, the person is told that it is unplugged.
#[test]
fn a_reader_pulled_in_a_write_leaves_the_older_record() {
    alone_with_plugs("a_reader_pulled_in_a_write_leaves_the_older_record", async |plugs| {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        let mut lies = desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let before = card.chip().memory().to_vec();
        let sealed = Some(vec![7; card::SEALED_MAX_BYTES]);
        // Invalid handle, invalid value, not transacted, reader unavailable, no such device.
        for (n, answer) in [0x8010_0003, 0x8010_0011, 0x8010_0016, 0x8010_0017, 0x8010_0009].into_iter().enumerate() {
            // Behind the look at the card, in the pages.
            plugs.pull_after(40 + 5 * u32::try_from(n).unwrap(), &lies.reader, answer);
            let torn = desk.reader.renew(&lies, keys(), sealed.clone(), &station()).await;
            assert!(matches!(torn, Err(CardError::ReaderGone)), "{answer:x}: {torn:?}");
            assert_eq!(desk.removed().await, lies.reader);
            assert_ne!(card.chip().memory(), before, "the write was torn, not undone");
            plugs.plug_in();
            lies = desk.inserted().await;
            let found = verify(&lies, keys()).unwrap();
            assert_eq!((found.record.counter, found.slot), (1, Slot::A), "{answer:x}");
        }
        let renewed = desk.reader.renew(&lies, keys(), sealed, &station()).await.unwrap();
        assert_eq!(verify(&renewed, keys()).unwrap().record.counter, 2);
    });
}

#[test]
fn a_card_without_storage_is_known_by_its_uid() {
    alone("a_card_without_storage_is_known_by_its_uid", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let kinds = [
            (Kind::Classic, vec![0xDE, 0xAD, 0xBE, 0xEF], CardKind::UidOnly),
            (Kind::Ntag213, UID.to_vec(), CardKind::Ntag213),
        ];
        for (kind, uid, expected) in kinds {
            let (card, seen) = desk.put(&pcscd, Chip::blank(kind, &uid).unwrap()).await;
            assert_eq!((&seen.uid, seen.kind, &seen.content), (&uid, expected, &Content::NoStorage));
            assert_eq!(verify(&seen, known(&[&station()])), Err(NoRecord::NoStorage));
            let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
            assert!(matches!(refused, Err(CardError::NoStorage)), "{refused:?}");
            desk.take(card).await;
        }
        // A telephone invents a UID each time: nothing may be tied to it.
        let phone = Chip::blank(Kind::Classic, &[0x08, 1, 2, 3]).unwrap();
        let (_card, seen) = desk.put(&pcscd, phone).await;
        assert!(matches!(seen.content, Content::Unreadable(hub::cards::ReadFailure::RandomUid)));
        assert!(seen.uid.is_empty());
    });
}

/// A card with files holds the same area, a few bytes at a time; a bank's has none, and hears no write.
#[test]
fn a_card_with_files_holds_a_record_and_a_banks_does_not() {
    alone("a_card_with_files_holds_a_record_and_a_banks_does_not", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);
        let blank = Chip::blank(Kind::Files, &UID).unwrap();
        let (card, seen) = desk.put(&pcscd, blank.clone()).await;
        assert_eq!((seen.kind, &seen.content), (CardKind::Files, &Content::Blank));
        let issued = desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let sealed = Some(vec![7; card::SEALED_MAX_BYTES]);
        let renewed = desk.reader.renew(&issued, keys(), sealed.clone(), &station()).await.unwrap();
        let mut chip = desk.take(card).await;
        assert_eq!(chip.data()[..2], [0, 0], "other programs see an empty tag");
        assert_eq!(verify(&renewed, keys()).unwrap().record.sealed, sealed);

        // Torn in each of its writes, after some of the bytes.
        for (nth, bytes) in [(1, 0), (1, 3), (1, 51), (2, 17), (4, 30)] {
            let (card, seen) = desk.put(&pcscd, chip.clone().pulled_at_write(nth).torn_at_byte(bytes)).await;
            let torn = desk.reader.renew(&seen, keys(), sealed.clone(), &station()).await;
            assert!(matches!(torn, Err(CardError::CardPulled)), "write {nth}, byte {bytes}: {torn:?}");
            desk.removed().await;
            chip = card.remove();
            let (card, seen) = desk.put(&pcscd, chip.clone()).await;
            assert_eq!(verify(&seen, keys()).unwrap().record.counter, 2, "write {nth}, byte {bytes}");
            desk.take(card).await;
        }
        let (card, seen) = desk.put(&pcscd, chip).await;
        let renewed = desk.reader.renew(&seen, keys(), None, &station()).await.unwrap();
        assert_eq!(verify(&renewed, keys()).unwrap().record.counter, 3);
        desk.take(card).await;

        let link = b"\x00\x0c\xd1\x01\x08U\x01a.org/x";
        let (card, seen) = desk.put(&pcscd, blank.with_data(link)).await;
        assert_eq!(seen.content, Content::Foreign);
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::Foreign)), "{refused:?}");
        assert_eq!(desk.take(card).await.data()[..link.len()], link[..]);

        let (_card, seen) = desk.put(&pcscd, Chip::blank(Kind::Bank, &OTHER_UID).unwrap()).await;
        assert_eq!((seen.kind, &seen.content), (CardKind::Iso7816, &Content::NoStorage));
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::NoStorage)), "{refused:?}");
    });
}

/// A page is torn after any of its bytes; that every byte of the whole is harmless is proven beside the format.
#[test]
fn a_page_that_is_torn_inside_keeps_the_older_record() {
    alone("a_page_that_is_torn_inside_keeps_the_older_record", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let chip = desk.take(card).await;
        for (nth, bytes) in [(1, 1), (2, 3), (3, 2), (9, 1), (30, 3), (57, 2)] {
            let torn = chip.clone().pulled_at_write(nth).torn_at_byte(bytes);
            let (card, seen) = desk.put(&pcscd, torn).await;
            let sealed = Some(vec![7; card::SEALED_MAX_BYTES]);
            let torn = desk.reader.renew(&seen, keys(), sealed, &station()).await;
            assert!(matches!(torn, Err(CardError::CardPulled)), "page {nth}: {torn:?}");
            desk.removed().await;
            let (card, seen) = desk.put(&pcscd, card.remove()).await;
            let found = verify(&seen, keys()).unwrap();
            assert_eq!((found.record.counter, found.slot), (1, Slot::A), "page {nth}, byte {bytes}");
            desk.take(card).await;
        }
    });
}

/// Every byte of a renewal: what the reader was told is said again to the chip alone, torn after each of its bytes.
#[test]
fn a_renewal_torn_after_any_byte_keeps_the_older_record() {
    alone("a_renewal_torn_after_any_byte_keeps_the_older_record", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);
        for kind in [Kind::Ntag215, Kind::Ntag216, Kind::Files] {
            let (card, seen) = desk.put(&pcscd, Chip::blank(kind, &UID).unwrap()).await;
            desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
            let before = desk.take(card).await;
            let (card, seen) = desk.put(&pcscd, before.clone()).await;
            let sealed = Some(vec![7; card::SEALED_MAX_BYTES]);
            desk.reader.renew(&seen, keys(), sealed, &station()).await.unwrap();
            let after = desk.take(card).await;
            let writes = &after.writes()[before.writes().len()..];
            // Behind the length of the message that a card with files has not.
            let from = if kind == Kind::Files { 2 } else { 0 };
            let counter = |chip: &Chip| {
                let area = &chip.data()[from..from + card::AREA_BYTES];
                card::read(area, &UID, keys()).unwrap().record.counter
            };
            assert_eq!((counter(&before), counter(&after)), (1, 2));
            let mut torn = 0;
            for (nth, write) in writes.iter().enumerate() {
                // The last one may be whole although the card was pulled before it said so.
                let last = nth + 1 == writes.len();
                for bytes in 0..=write.len() - 5 {
                    let mut chip = before.clone().pulled_at_write(nth + 1).torn_at_byte(bytes);
                    chip.replay(writes);
                    let counter = counter(&chip);
                    assert!(counter == 1 || (last && counter == 2), "{kind:?}, write {nth}, byte {bytes}: {counter}");
                    torn += 1;
                }
            }
            assert!(torn > card::SEALED_MAX_BYTES, "{kind:?}: {torn}");
        }
    });
}

#[test]
fn a_card_is_issued_read_again_and_renewed() {
    alone("a_card_is_issued_read_again_and_renewed", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        let issued = desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        assert_eq!(desk.reader.present(), [issued]);
        let mut chip = desk.take(card).await;

        for writes in 1..=3 {
            let (card, seen) = desk.put(&pcscd, chip).await;
            let found = verify(&seen, keys()).unwrap();
            let slot = if writes % 2 == 1 { Slot::A } else { Slot::B };
            assert_eq!((found.record.card_no, found.record.counter, found.slot), (CARD_NO, writes, slot));
            assert_eq!(found.station, station().device_id());

            let again = desk.reader.issue(&seen, CARD_NO, &station()).await;
            assert!(matches!(again, Err(CardError::AlreadyIssued)), "{again:?}");
            let renewed = desk.reader.renew(&seen, keys(), None, &station()).await.unwrap();
            assert_eq!(verify(&renewed, keys()).unwrap().record.counter, writes + 1);
            // What the caller holds is old now: a second renewal from it would repeat a counter.
            let stale = desk.reader.renew(&seen, keys(), None, &station()).await;
            assert!(matches!(stale, Err(CardError::Changed)), "{stale:?}");
            chip = desk.take(card).await;
        }
    });
}

#[test]
fn a_foreign_card_is_left_as_it_is() {
    alone("a_foreign_card_is_left_as_it_is", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let link = b"\x03\x0c\xd1\x01\x08U\x01a.org/x\xfe";
        let foreign = ntag(&UID).with_data(link);
        let before = foreign.memory().to_vec();
        let (card, seen) = desk.put(&pcscd, foreign).await;
        assert_eq!(seen.content, Content::Foreign);
        assert_eq!(verify(&seen, known(&[&station()])), Err(CardRefusal::Foreign.into()));
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::Foreign)), "{refused:?}");
        // Nor when the caller believes that it is blank: the thread looks for itself.
        let believed = CardIn { content: Content::Blank, ..seen };
        let refused = desk.reader.issue(&believed, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::Foreign)), "{refused:?}");
        assert_eq!(desk.take(card).await.memory(), before);
    });
}

#[test]
fn a_card_that_cannot_be_written_says_so() {
    alone("a_card_that_cannot_be_written_says_so", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (card, seen) = desk.put(&pcscd, ntag(&UID).locked()).await;
        assert_eq!(seen.content, Content::Blank);
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::WriteRefused { status: 0x6300 })), "{refused:?}");
        desk.take(card).await;
        let (_card, seen) = desk.put(&pcscd, ntag(&UID).worn()).await;
        let lost = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(lost, Err(CardError::NotKept)), "{lost:?}");
    });
}

#[test]
fn another_card_than_the_one_seen_is_not_written() {
    alone("another_card_than_the_one_seen_is_not_written", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        desk.take(card).await;
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::CardPulled)), "{refused:?}");

        let (card, _) = desk.put(&pcscd, ntag(&OTHER_UID)).await;
        let refused = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(refused, Err(CardError::WrongCard)), "{refused:?}");
        assert_eq!(desk.take(card).await.memory(), ntag(&OTHER_UID).memory());
    });
}

#[test]
fn a_card_pulled_in_a_write_keeps_its_older_record() {
    alone("a_card_pulled_in_a_write_keeps_its_older_record", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let keys = || known(&[&station()]);

        // The first write, torn inside and behind the record's head: the card can still be issued.
        let mut chip = ntag(&UID);
        for nth in [2, 20] {
            let (card, seen) = desk.put(&pcscd, chip.clone().pulled_at_write(nth)).await;
            let torn = desk.reader.issue(&seen, CARD_NO, &station()).await;
            assert!(matches!(torn, Err(CardError::CardPulled)), "{torn:?}");
            desk.removed().await;
            assert!(!card.is_there());
            chip = card.remove();
            assert_ne!(chip.data(), ntag(&UID).data(), "the write was torn, not undone");
        }
        let (card, seen) = desk.put(&pcscd, chip).await;
        assert!(matches!(verify(&seen, keys()), Err(NoRecord::Refused(_))));
        desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let mut chip = desk.take(card).await;

        // A renewal, torn at its first page, in the middle and at its last.
        let record = card::CardRecord { card_no: CARD_NO, counter: 2, sealed: None };
        let pages = card::encode(&record, &UID, &station()).unwrap().len() / 4;
        for nth in [1, pages / 2, pages] {
            let (card, seen) = desk.put(&pcscd, chip.clone().pulled_at_write(nth)).await;
            let torn = desk.reader.renew(&seen, keys(), None, &station()).await;
            assert!(matches!(torn, Err(CardError::CardPulled)), "page {nth}: {torn:?}");
            desk.removed().await;
            chip = card.remove();
        }
        let (_card, seen) = desk.put(&pcscd, chip).await;
        let found = verify(&seen, keys()).unwrap();
        assert_eq!((found.record.counter, found.slot), (1, Slot::A));
        let renewed = desk.reader.renew(&seen, keys(), None, &station()).await.unwrap();
        assert_eq!(verify(&renewed, keys()).unwrap().record.counter, 2);
    });
}

#[test]
fn a_card_of_another_station_or_chip_is_refused() {
    alone("a_card_of_another_station_or_chip_is_refused", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let other = Identity::from_seed([8; 32]);
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let chip = desk.take(card).await;

        let (card, seen) = desk.put(&pcscd, chip.clone()).await;
        assert_eq!(verify(&seen, known(&[&other])), Err(CardRefusal::UnknownStation.into()));
        let refused = desk.reader.renew(&seen, known(&[&other]), None, &other).await;
        assert!(matches!(refused, Err(CardError::NoRecord(_))), "{refused:?}");
        let refused = desk.reader.issue(&seen, CARD_NO, &other).await;
        assert!(matches!(refused, Err(CardError::AlreadyIssued)), "{refused:?}");
        // A station that knows the other one reads its card and may renew it.
        let both = known(&[&station(), &other]);
        let renewed = desk.reader.renew(&seen, &both, None, &other).await.unwrap();
        assert_eq!(verify(&renewed, &both).unwrap().station, other.device_id());
        desk.take(card).await;

        let copied = ntag(&OTHER_UID).with_data(&chip.data()[..card::AREA_BYTES]);
        let (_card, seen) = desk.put(&pcscd, copied).await;
        assert_eq!(seen.uid, OTHER_UID);
        assert_eq!(verify(&seen, known(&[&station()])), Err(CardRefusal::BadSignature.into()));
    });
}

#[test]
fn a_restarted_service_is_found_again() {
    alone("a_restarted_service_is_found_again", || async {
        let mut pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (_card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        for _ in 0..2 {
            pcscd.stop();
            assert_eq!(desk.removed().await, seen.reader);
            desk.state(|s| *s == ReaderState::ServiceNotRunning).await;
            assert_eq!(desk.reader.present(), []);
            pcscd.start_again();
            desk.state(|s| matches!(s, ReaderState::Ready { .. })).await;
            assert_eq!(desk.inserted().await, seen);
        }
        desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
    });
}

#[test]
fn a_frozen_service_holds_nobody_up() {
    alone("a_frozen_service_holds_nobody_up", || async {
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let (card, seen) = desk.put(&pcscd, ntag(&UID)).await;
        pcscd.freeze();
        let unanswered = desk.reader.issue(&seen, CARD_NO, &station()).await;
        assert!(matches!(unanswered, Err(CardError::TimedOut)), "{unanswered:?}");
        // What its caller gave up on is not written later: the card is as blank as it was seen.
        pcscd.thaw();
        let issued = desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
        let memory = card.chip().memory().to_vec();

        pcscd.freeze();
        let unanswered = desk.reader.renew(&issued, known(&[&station()]), None, &station()).await;
        assert!(matches!(unanswered, Err(CardError::TimedOut)), "{unanswered:?}");
        let began = Instant::now();
        desk.reader.stop();
        // The service never answers: any end at all is one without it.
        assert!(began.elapsed() < STEP, "stopping took {:?}", began.elapsed());
        assert_eq!(card.remove().memory(), memory);
    });
}

#[test]
fn a_reader_stops_at_once() {
    alone("a_reader_stops_at_once", || async {
        let _pcscd = Pcscd::start();
        let desk = Desk::start();
        desk.state(|s| matches!(s, ReaderState::Ready { .. })).await;
        let mut state = desk.reader.state();
        desk.reader.stop();
        let gone = async { while state.changed().await.is_ok() {} };
        timeout(STEP, gone).await.expect("the thread has let go of everything");
    });
}

/// The card as a program of its own, with its memory in a file.
#[test]
fn the_card_program_keeps_its_memory_in_a_file() {
    alone("the_card_program_keeps_its_memory_in_a_file", || async {
        use std::process::{Command, Stdio};
        let pcscd = Pcscd::start();
        let mut desk = Desk::start();
        let dir = tempfile::tempdir().unwrap();
        let image = dir.path().join("card.bin");
        for writes in 0..2 {
            let mut program = Command::new(env!("CARGO_BIN_EXE_tikka-vcard"))
                .args(["--port", &pcscd.port().to_string(), "--kind", "ntag215", "--uid", "04A1B2C3D4E5F6", "--image"])
                .arg(&image)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            let seen = desk.inserted().await;
            assert_eq!(seen.uid, UID);
            if writes == 0 {
                desk.reader.issue(&seen, CARD_NO, &station()).await.unwrap();
            } else {
                assert_eq!(verify(&seen, known(&[&station()])).unwrap().record.card_no, CARD_NO);
            }
            drop(program.stdin.take());
            assert!(program.wait().unwrap().success());
            desk.removed().await;
        }
    });
}
