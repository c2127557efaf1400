//! Cards that are true and cards that are not: each bad one is refused for its own reason.

use super::key::IssuerKey;
use super::*;
use chrono::{Days, NaiveDate};
use data_encoding::{BASE64URL, BASE64URL_NOPAD as BASE64};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use serde_json::{Value, json};
use std::io::Write;

const NOW_S: u64 = 1_795_156_200;
const ISS: &str = "https://abcde.tikka.invalid";

fn key() -> IssuerKey {
    IssuerKey::of(&[7; 32])
}

fn trusted(key: &IssuerKey) -> KeySet {
    KeySet::read(key.key_set().as_bytes()).expect("a key set")
}

/// Lots and days that compress as badly as real ones.
fn content(doses: u64) -> Content {
    let born = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day");
    let cvx = ["19", "178", "08", "198", "122", "10", "152", "04", "129", "01"];
    let dose = |n: u64| CardDose {
        cvx: cvx[n as usize % cvx.len()].to_owned(),
        on: born + Days::new(n * 37 + n * n % 11),
        lot: Some(format!("{:09X}", (n + 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 28)),
        place: Some("PHC Rampur".to_owned()),
        outside: n % 7 == 3,
    };
    Content { name: "विद्या Example".to_owned(), born, doses: (0..doses).map(dose).collect() }
}

fn one(doses: u64) -> String {
    let cards = issue(&content(doses), ISS, NOW_S, &key()).expect("cards");
    assert_eq!(cards.len(), 1);
    cards[0].jws.clone()
}

fn no(jws: &str) -> CardError {
    verify(jws, &trusted(&key()), NOW_S).expect_err("a bad card was taken")
}

/// Any head and any claims, signed by our key.
fn signed(head: &str, payload: &[u8]) -> String {
    let text = format!("{}.{}", BASE64.encode(head.as_bytes()), BASE64.encode(payload));
    format!("{text}.{}", BASE64.encode(&key().sign(text.as_bytes())))
}

fn head() -> String {
    format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{}"}}"#, key().kid())
}

fn deflated(claims: &Value) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(claims.to_string().as_bytes()).expect("memory");
    packer.finish().expect("memory")
}

fn claims_of(jws: &str) -> Value {
    let packed = BASE64.decode(jws.split('.').nth(1).expect("a payload").as_bytes()).expect("base64url");
    let mut claims = String::new();
    std::io::Read::read_to_string(&mut flate2::read::DeflateDecoder::new(packed.as_slice()), &mut claims)
        .expect("raw DEFLATE");
    serde_json::from_str(&claims).expect("JSON")
}

#[test]
fn a_card_is_read_back_as_it_was_issued() {
    let all = content(12);
    let jws = one(12);
    let card = verify(&jws, &trusted(&key()), NOW_S).expect("a true card");
    assert_eq!((card.iss.as_str(), card.kid), (ISS, key().kid()));
    assert_eq!((card.name, card.born), (all.name, "2024-02-29".to_owned()));
    let told: Vec<CardDose> = card
        .doses
        .into_iter()
        .map(|d| CardDose {
            cvx: d.cvx,
            on: d.on.parse().expect("a day"),
            lot: d.lot,
            place: d.place,
            outside: d.outside,
        })
        .collect();
    assert_eq!(told, all.doses);
}

#[test]
fn a_card_has_what_the_framework_asks_and_nothing_it_forbids() {
    let jws = one(3);
    let claims = claims_of(&jws);
    assert_eq!(claims["nbf"], NOW_S);
    assert_eq!(claims["vc"]["type"], json!(["https://smarthealth.cards#health-card"]));
    assert_eq!(claims["vc"]["credentialSubject"]["fhirVersion"], "4.0.1");
    let bundle = &claims["vc"]["credentialSubject"]["fhirBundle"];
    assert_eq!((bundle["type"].as_str(), &bundle["id"]), (Some("collection"), &Value::Null));
    for (n, entry) in bundle["entry"].as_array().expect("entries").iter().enumerate() {
        assert_eq!(entry["fullUrl"], format!("resource:{n}"));
        for forbidden in ["id", "meta", "text"] {
            assert!(entry["resource"][forbidden].is_null(), "{forbidden}");
        }
    }
    let packed = claims.to_string();
    assert!(!packed.contains("\"display\":\"BCG") && !packed.contains("98765"));
    // The head's name of the key is the thumbprint of the key that is handed out.
    let head = String::from_utf8(BASE64.decode(jws.split('.').next().unwrap_or_default().as_bytes()).expect("base64"));
    assert_eq!(head.expect("text"), self::head());
    let set: Value = serde_json::from_str(&key().key_set()).expect("JSON");
    assert_eq!(set["keys"][0]["kid"], key().kid());
    assert!(set["keys"][0]["d"].is_null());
}

#[test]
fn the_same_secret_makes_the_same_key_and_another_makes_another() {
    assert_eq!(key().kid(), key().kid());
    assert_ne!(key().kid(), IssuerKey::of(&[8; 32]).kid());
    assert_eq!(key().kid().len(), 43);
}

#[test]
fn every_number_of_doses_fits_and_none_is_lost() {
    for count in 0..=60 {
        let all = content(count);
        let cards = issue(&all, ISS, NOW_S, &key()).expect("cards");
        let mut told = Vec::new();
        for card in &cards {
            assert!(card.jws.len() <= JWS_MAX_CHARS, "{count} doses: {} characters", card.jws.len());
            let read = verify(&card.jws, &trusted(&key()), NOW_S).expect("a true card");
            assert_eq!(read.name, all.name);
            // What is left out is left out of the oldest, and of no more than need be.
            let brief = read.doses.iter().filter(|dose| dose.lot.is_none()).count();
            assert_eq!((read.doses.len(), brief), (card.doses, card.brief));
            assert!(read.doses[brief..].iter().all(|dose| dose.lot.is_some() && dose.place.is_some()));
            // The first one told in full brings the clinic's name along.
            let (room, enough) = (JWS_MAX_CHARS - card.jws.len(), if brief == card.doses { 120 } else { 40 });
            assert!(brief == 0 || room < enough, "{count} doses: {brief} in brief, and room for {room} characters");
            told.extend(read.doses.into_iter().map(|dose| (dose.cvx, dose.on)));
        }
        let wanted: Vec<_> = all.doses.iter().map(|dose| (dose.cvx.clone(), dose.on.to_string())).collect();
        assert_eq!(told, wanted);
        // The whole national programme is one code.
        assert!(cards.len() == 1 || count > 27, "{count} doses are {} cards", cards.len());
        assert!(count > 15 || cards[0].brief == 0, "{count} doses do not fit with their batches");
        assert!(count < 50 || cards.len() > 1);
    }
}

#[test]
fn a_name_that_fills_the_code_still_leaves_room_and_an_endless_one_is_refused() {
    let mut long = content(20);
    long.name = "क्षत्रियविद्यार्थीज्ञानेश्वरश्रीकृष्णद्ध".chars().cycle().take(100).collect();
    let cards = issue(&long, ISS, NOW_S, &key()).expect("cards");
    assert_eq!(cards.iter().map(|card| card.doses).sum::<usize>(), 20);
    long.name = (0..3_000u32).filter_map(|n| char::from_u32(0x4E00 + n * 7 % 5_000)).collect();
    assert_eq!(issue(&long, ISS, NOW_S, &key()), Err(TooLong));
}

#[test]
fn what_was_changed_is_refused() {
    let jws = one(8);
    let place = jws.find('.').expect("a dot") + 40;
    let mut changed = jws.clone().into_bytes();
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    assert_eq!(no(&String::from_utf8(changed).expect("text")), CardError::Signature);
    let mut parts: Vec<&str> = jws.split('.').collect();
    let other = one(7);
    parts[2] = other.split('.').nth(2).expect("a signature");
    assert_eq!(no(&parts.join(".")), CardError::Signature);
}

#[test]
fn another_key_is_refused_whatever_it_calls_itself() {
    let other = IssuerKey::of(&[9; 32]);
    let cards = issue(&content(3), ISS, NOW_S, &other).expect("cards");
    assert_eq!(no(&cards[0].jws), CardError::UnknownKey { kid: other.kid() });
    // Its signature under our key's name.
    let text = format!("{}.{}", BASE64.encode(head().as_bytes()), BASE64.encode(&deflated(&claims_of(&one(3)))));
    let forged = format!("{text}.{}", BASE64.encode(&other.sign(text.as_bytes())));
    assert_eq!(no(&forged), CardError::Signature);
    // Both are trusted, and it names the wrong one of them.
    let mut both = trusted(&key());
    both.extend(trusted(&other));
    assert_eq!(verify(&forged, &both, NOW_S), Err(CardError::Signature));
}

#[test]
fn only_es256_over_raw_deflate_is_a_card() {
    let claims = claims_of(&one(3));
    let packed = deflated(&claims);
    assert!(verify(&signed(&head(), &packed), &trusted(&key()), NOW_S).is_ok());
    let kid = key().kid();
    let none = format!(r#"{{"alg":"none","zip":"DEF","kid":"{kid}"}}"#);
    assert_eq!(no(&signed(&none, &packed)), CardError::Algorithm);
    let unsigned = format!("{}.{}.", BASE64.encode(none.as_bytes()), BASE64.encode(&packed));
    assert_eq!(no(&unsigned), CardError::Algorithm);
    // The name of a key is told to people: letters that draw on a terminal are no name.
    let drawn = "{\"alg\":\"ES256\",\"zip\":\"DEF\",\"kid\":\"\\u001b[2K\\rYes\"}";
    assert_eq!(no(&signed(drawn, &packed)), CardError::Head);
    let plain = format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#);
    assert_eq!(no(&signed(&plain, claims.to_string().as_bytes())), CardError::Packing);
    // The header that zlib puts before the raw stream.
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(claims.to_string().as_bytes()).expect("memory");
    assert_eq!(no(&signed(&head(), &zlib.finish().expect("memory"))), CardError::Unpack);
    assert_eq!(no(&signed(&head(), &packed[..packed.len() / 2])), CardError::Unpack);
    // The signature as DER has it.
    let text = format!("{}.{}", BASE64.encode(head().as_bytes()), BASE64.encode(&packed));
    let raw = p256::ecdsa::Signature::from_slice(&key().sign(text.as_bytes())).expect("a signature");
    let der = raw.to_der();
    let bytes = der.as_bytes().len();
    assert_eq!(no(&format!("{text}.{}", BASE64.encode(der.as_bytes()))), CardError::SignatureLength { bytes });
}

#[test]
fn what_is_signed_must_be_a_health_card_of_now() {
    let good = claims_of(&one(3));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut claims = good.clone();
        change(&mut claims);
        signed(&head(), &deflated(&claims))
    };
    let late = with(&|claims| claims["nbf"] = json!(NOW_S + 3_600));
    assert_eq!(no(&late), CardError::NotYet);
    assert_eq!(no(&with(&|claims| claims["exp"] = json!(NOW_S - 3_600))), CardError::Expired);
    let other = with(&|claims| claims["vc"]["type"] = json!(["VerifiableCredential"]));
    assert_eq!(no(&other), CardError::NotAHealthCard);
    let newer = with(&|claims| claims["vc"]["credentialSubject"]["fhirVersion"] = json!("5.0.0"));
    assert_eq!(no(&newer), CardError::FhirVersion("5.0.0".to_owned()));
    let bundle = "/vc/credentialSubject/fhirBundle/entry";
    for (at, value) in [("/0/resource/resourceType", json!(7)), ("/1/resource/occurrenceDateTime", json!("2024-02-30"))]
    {
        let bad = with(&|claims| {
            *claims.pointer_mut(&format!("{bundle}{at}")).expect("a place") = value.clone();
        });
        assert_eq!(no(&bad), CardError::Content, "{at}");
    }
    // A dose that was not given is no dose.
    let refused = with(&|claims| {
        *claims.pointer_mut(&format!("{bundle}/1/resource/status")).expect("a place") = json!("not-done");
    });
    assert_eq!(verify(&refused, &trusted(&key()), NOW_S).expect("a card").doses.len(), 2);
    // Decimals, as some issuers write the time, and more types than one.
    let decimal = with(&|claims| {
        claims["nbf"] = json!(1_795_156_200.25);
        claims["vc"]["type"] = json!(["https://smarthealth.cards#immunization", CARD_TYPE]);
    });
    assert!(verify(&decimal, &trusted(&key()), NOW_S).is_ok());
}

#[test]
fn a_card_that_unpacks_without_end_is_not_unpacked() {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&vec![b' '; 8 * 1024 * 1024]).expect("memory");
    let bomb = signed(&head(), &packer.finish().expect("memory"));
    assert!(bomb.len() < 20_000);
    assert_eq!(no(&bomb), CardError::TooLarge);
}

#[test]
fn the_text_of_a_code_is_read_and_a_wrong_one_is_refused() {
    let jws = one(5);
    let text = qr_text(&jws);
    assert!(text.starts_with("shc:/") && text[5..].bytes().all(|c| c.is_ascii_digit()));
    assert_eq!(cards_in(text.as_bytes()), Ok(vec![jws.clone()]));
    assert_eq!(cards_in(format!("QR-Code:{text}\n").as_bytes()), Ok(vec![jws.clone()]));
    assert_eq!(cards_in(jws.as_bytes()), Ok(vec![jws.clone()]));
    assert_eq!(cards_in(card_file([jws.as_str()]).as_bytes()), Ok(vec![jws.clone()]));
    assert_eq!(cards_in(format!("{text}\n\n{text}\n").as_bytes()), Ok(vec![jws.clone(), jws]));
    for (bad, why) in [
        (text[..text.len() - 1].to_owned(), CardError::OddDigits),
        (format!("{}78", &text[..text.len() - 2]), CardError::Digit),
        (format!("{text}x1"), CardError::Digit),
        (text[5..].to_owned(), CardError::NoPrefix),
        (format!("shc:/1/2/{}", &text[5..305]), CardError::Part),
        (String::new(), CardError::NoCard),
        ("{\"verifiableCredential\":[]}".to_owned(), CardError::NoCard),
        ("{\"cards\":1}".to_owned(), CardError::NoCard),
    ] {
        assert_eq!(cards_in(bad.as_bytes()), Err(why), "{bad}");
    }
    assert_eq!(cards_in(&[0xFF, 0xFE]), Err(CardError::NoCard));
    assert_eq!(cards_in(&vec![b'5'; FILE_MAX_BYTES + 1]), Err(CardError::TooLarge));
    assert_eq!(no("Meena"), CardError::Shape);
    assert_eq!(no("a.b.c.d"), CardError::Shape);
    // Padding and the other alphabet of base64 are not what the framework writes.
    let padded = format!("{}.{}", BASE64URL.encode(b"{}"), "e30.e30");
    assert_eq!(no(&padded), CardError::Shape);
}

#[test]
fn a_key_set_that_cannot_be_trusted_is_refused() {
    let set: Value = serde_json::from_str(&key().key_set()).expect("JSON");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut set = set.clone();
        change(&mut set["keys"][0]);
        KeySet::read(set.to_string().as_bytes()).map(drop)
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(with(&|key| key["d"] = json!("AAAA")), Err(KeySetError::Private));
    assert_eq!(with(&|key| key["kid"] = json!("mine")), Err(KeySetError::WrongName));
    assert_eq!(with(&|key| key["x"] = key["y"].clone()), Err(KeySetError::NoPoint));
    assert_eq!(with(&|key| key["kty"] = json!("RSA")), Err(KeySetError::Empty));
    assert_eq!(KeySet::read(b"{}").map(drop), Err(KeySetError::NotASet));
    assert_eq!(KeySet::read(&vec![b' '; 300_000]).map(drop), Err(KeySetError::TooLarge));
}
