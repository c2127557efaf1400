//! What leaves the clinic for other systems: is it what they ask for, does it say what the records say, and who may
//! take it out?
#![allow(clippy::unwrap_used)]

mod common;
#[path = "export/others.rs"]
mod others;

use chrono::{Days, Months, NaiveDate};
use clinic::date::to_day;
use clinic::export::dhis2::{Dhis2Error, Map, Target, data_value_set};
use clinic::export::fhir::Writer;
use clinic::export::report::{Narrowed, rows};
use clinic::record::command::{Command, GivenAt, NewUser, Settings};
use clinic::record::fact::{BatchReceived, Declined, DoseDeclined, GrowthMeasured};
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::store::{AuditFilter, ReportFilter, Seen, SubmitError};
use clinic::{Clinic, Session};
use common::{Desk, desk, form, minor_aefi, refusal, today};
use hub_protocol::ChildId;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const AT: &str = "2026-11-20T12:00:00+05:30";

fn ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn give(d: &Desk, child: ChildId, product: &str, on: NaiveDate, reason: Option<&str>, at: GivenAt) {
    let (product, reason) = (product.to_owned(), reason.map(str::to_owned));
    let batch = matches!(at, GivenAt::Here(_)).then(|| format!("{product} 7"));
    let command = Command::RecordDose { child, product, on: to_day(on), batch, reason, at };
    d.clinic.submit(&d.asha, command).unwrap();
}

/// A child with everything that a record can have.
fn full(d: &Desk) -> ChildId {
    let mut details = form("मीना कुमारी", ago(400));
    details.father = "Ram Prasad".into();
    details.landmark = "near the well".into();
    details.birth_order = Some(2);
    details.rch = "RCH-77".into();
    let child = d.register(&d.asha, details, None).unwrap();
    give(d, child, "BCG", ago(400), None, GivenAt::Here(None));
    give(d, child, "OPV", ago(400), None, GivenAt::Here(None));
    give(d, child, "HepB", ago(400), None, GivenAt::Outside("birth card".into()));
    give(d, child, "PENTA", ago(358), None, GivenAt::Here(None));
    give(d, child, "fIPV", ago(380), Some("the family travels"), GivenAt::Here(None));
    give(d, child, "VitA", ago(100), None, GivenAt::Here(None));
    let declined = DoseDeclined {
        child,
        series: "MR".into(),
        why: Declined::Refused,
        on: to_day(ago(20)),
        until: None,
        reason: "afraid of fever".into(),
    };
    d.clinic.submit(&d.asha, Command::DeclineDose(declined)).unwrap();
    let measured = GrowthMeasured {
        child,
        on: to_day(ago(10)),
        weight_g: Some(8_150),
        length_mm: Some(735),
        standing: false,
        muac_mm: Some(131),
        head_mm: None,
        oedema: false,
        breastfed: None,
    };
    d.clinic.submit(&d.asha, Command::MeasureGrowth(measured)).unwrap();
    let event = minor_aefi("PENTA", to_day(ago(358)), to_day(ago(357)));
    d.clinic.submit(&d.asha, Command::ReportAefi { child, form: event }).unwrap();
    child
}

fn document(d: &Desk, by: &Session, child: ChildId) -> Value {
    let (page, view) = (d.clinic.take_out_child(by, child).unwrap(), d.clinic.clinic().unwrap());
    let expiries = d.clinic.expiries().unwrap();
    Writer { clinic: &view, station: d.clinic.identity().device_id(), expiries, at: AT.into() }.child(&page)
}

/// All children that somebody may take out, as the command writes them.
fn bundle(clinic: &Clinic, by: &Session) -> Result<(u32, Value), SubmitError> {
    let view = clinic.clinic()?;
    let expiries = clinic.expiries()?;
    let writer = Writer { clinic: &view, station: clinic.identity().device_id(), expiries, at: AT.into() };
    let mut out = Vec::new();
    writer.begin(&mut out).unwrap();
    let mut first = true;
    let count = clinic.take_out_children(by, |page| {
        writer.next(&page, std::mem::take(&mut first), &mut out).unwrap();
        Ok::<(), SubmitError>(())
    })?;
    writer.end(&mut out).unwrap();
    Ok((count, serde_json::from_slice(&out).unwrap()))
}

fn of_kind<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    let entries = document["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    entries.filter(|resource| resource["resourceType"] == kind).collect()
}

/// Every reference and every text that stands under a name, however deep.
fn under<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                if key == name {
                    found.extend(inner.as_str());
                }
                under(inner, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, name, found)),
        _ => {}
    }
}

/// What of the guide's rules for an immunization record a document breaks.
fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    check(document["type"] == "document", "no document");
    check(document["identifier"]["value"].is_string() && document["timestamp"].is_string(), "no identifier");
    let entries = document["entry"].as_array().unwrap();
    let composition = &entries[0]["resource"];
    let profile = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/ImmunizationRecord";
    check(composition["resourceType"] == "Composition", "no composition first");
    check(composition["meta"]["profile"] == json!([profile]), "another profile");
    let record = json!([{"system": "http://snomed.info/sct", "code": "41000179103", "display": "Immunization record"}]);
    check(composition["type"]["coding"] == record, "another type");
    let sections = composition["section"].as_array().unwrap();
    check(sections.len() == 1 && sections[0]["code"]["coding"] == record, "not one section");
    let named = sections[0]["entry"].as_array().cloned().unwrap_or_default();
    let kinds: Vec<&str> = named.iter().map(|entry| entry["type"].as_str().unwrap_or_default()).collect();
    let allowed = ["Immunization", "ImmunizationRecommendation", "DocumentReference"];
    check(kinds.iter().all(|kind| allowed.contains(kind)), "something else in the section");
    check(kinds.iter().filter(|kind| **kind == "ImmunizationRecommendation").count() <= 1, "two recommendations");
    let urls: BTreeSet<&str> = entries.iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    check(urls.len() == entries.len(), "two resources of one name");
    let is_own = |entry: &Value| entry["fullUrl"] == format!("urn:uuid:{}", entry["resource"]["id"].as_str().unwrap());
    check(entries.iter().all(is_own), "a resource under another's name");
    let mut references = Vec::new();
    under(document, "reference", &mut references);
    check(references.iter().all(|reference| urls.contains(reference)), "a reference to nothing");
    for dose in of_kind(document, "Immunization") {
        check(["completed", "not-done"].contains(&dose["status"].as_str().unwrap_or_default()), "another status");
        let codes = dose["vaccineCode"]["coding"].as_array().cloned().unwrap_or_default();
        let whole = |code: &Value| ["system", "code", "display"].iter().all(|part| code[part].is_string());
        check(!codes.is_empty() && codes.iter().all(whole), "a vaccine without a code");
        let on = dose["occurrenceDateTime"].as_str().unwrap_or_default();
        check(on.parse::<NaiveDate>().is_ok(), "a dose without a day");
        let not_done = dose["status"] == "not-done";
        check(not_done == dose["statusReason"].is_object(), "no reason, or one too many");
    }
    for row in
        of_kind(document, "ImmunizationRecommendation").iter().flat_map(|r| r["recommendation"].as_array().unwrap())
    {
        check(row["vaccineCode"].is_array() || row["targetDisease"].is_object(), "a recommendation of nothing");
    }
    let patients = of_kind(document, "Patient");
    check(patients.len() == 1, "not one patient");
    let patient = patients[0];
    let typed = |identifier: &Value| identifier["type"].is_object() && identifier["value"].is_string();
    check(
        patient["identifier"].as_array().is_some_and(|ids| !ids.is_empty() && ids.iter().all(typed)),
        "no identifier",
    );
    check(patient["name"][0]["text"].is_string(), "no name");
    faults
}

#[test]
fn a_record_is_a_document_as_the_guide_asks_and_says_what_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = full(&d);
    let batch = BatchReceived {
        product: "BCG".into(),
        batch: "bcg 7".into(),
        manufacturer: "Serum".into(),
        expires_on: to_day(today() + Days::new(200)),
        doses_per_vial: 10,
        vials: 3,
        on: to_day(today()),
    };
    d.clinic.submit(&d.admin, Command::ReceiveBatch(batch)).unwrap();
    let settings = d.clinic.settings(&d.admin).unwrap();
    let settings = Settings {
        facility_code: Some("IN0910001234".into()),
        facility_phone: Some("05922-234567".into()),
        ..settings
    };
    d.clinic.submit(&d.admin, Command::ChangeSettings(settings)).unwrap();
    let written = document(&d, &d.asha, child);
    assert_eq!(faults(&written), Vec::<String>::new());

    let patient = of_kind(&written, "Patient")[0];
    assert_eq!((&patient["name"][0]["text"], &patient["gender"]), (&json!("मीना कुमारी"), &json!("female")));
    assert_eq!(patient["birthDate"], ago(400).to_string());
    assert_eq!(patient["multipleBirthInteger"], 2);
    assert_eq!(patient["contact"].as_array().unwrap().len(), 2);
    assert_eq!(patient["contact"][0]["telecom"][0]["value"], "9876543210");
    assert_eq!(patient["address"][0]["text"], "Rampur, near the well");

    let doses = of_kind(&written, "Immunization");
    let cvx = |dose: &Value| dose["vaccineCode"]["coding"][1]["code"].as_str().unwrap_or_default().to_owned();
    let told: BTreeMap<String, &Value> = doses.iter().map(|dose| (cvx(dose), *dose)).collect();
    assert_eq!(told.keys().map(String::as_str).collect::<Vec<_>>(), ["04", "08", "10", "178", "19", "198"]);
    assert_eq!(
        (&told["04"]["status"], &told["04"]["statusReason"]["coding"][0]["code"]),
        (&json!("not-done"), &json!("PATOBJ"))
    );
    assert_eq!(
        (&told["08"]["primarySource"], &told["08"]["reportOrigin"]["text"]),
        (&json!(false), &json!("birth card"))
    );
    assert_eq!((&told["19"]["lotNumber"], &told["19"]["primarySource"]), (&json!("BCG 7"), &json!(true)));
    // A birth dose has no positive number; a combined vaccine is one injection for several series.
    assert_eq!(told["178"]["protocolApplied"][0]["doseNumberString"], "0");
    assert_eq!(told["198"]["protocolApplied"][0]["doseNumberPositiveInt"], 1);
    assert_eq!(told["10"]["note"][0]["text"], "the family travels");
    // It was given, and it does not count: both are said.
    let fipv = told["10"]["id"].as_str().unwrap();
    let judged = of_kind(&written, "ImmunizationEvaluation");
    let judged = judged.iter().find(|e| e["immunizationEvent"]["reference"] == format!("urn:uuid:{fipv}")).unwrap();
    assert_eq!(
        (&told["10"]["status"], &judged["doseStatus"]["coding"][0]["code"]),
        (&json!("completed"), &json!("notvalid"))
    );
    // A supplement is a medicine.
    assert_eq!(of_kind(&written, "MedicationAdministration").len(), 1);
    let observed = of_kind(&written, "Observation");
    let figures: Vec<f64> = observed.iter().filter_map(|o| o["valueQuantity"]["value"].as_f64()).collect();
    assert_eq!(figures, [8.15, 73.5, 13.1]);
    let event = of_kind(&written, "AdverseEvent")[0];
    let penta = format!("urn:uuid:{}", told["198"]["id"].as_str().unwrap());
    assert_eq!(event["suspectEntity"][0]["instance"]["reference"], penta);
    // The dose names what followed on it, who gave it, how, and until when the batch was good.
    let reaction = &told["198"]["reaction"];
    assert_eq!(reaction[0]["date"], ago(357).to_string());
    let seen = observed.iter().find(|o| o["valueCodeableConcept"]["text"] == "Minor").unwrap();
    assert_eq!(reaction[0]["detail"]["reference"], format!("urn:uuid:{}", seen["id"].as_str().unwrap()));
    assert!(told["19"]["reaction"].is_null() && told["178"]["reaction"].is_null());
    let practitioners = of_kind(&written, "Practitioner");
    assert_eq!((practitioners.len(), &practitioners[0]["name"][0]["text"]), (1, &json!("The asha")));
    let performer = format!("urn:uuid:{}", practitioners[0]["id"].as_str().unwrap());
    assert_eq!(told["198"]["performer"][1]["actor"]["reference"], performer);
    for (cvx, route) in [("178", "26643006"), ("19", "372464004"), ("10", "372464004"), ("198", "78421000")] {
        assert_eq!(told[cvx]["route"]["coding"][0]["code"], route, "{cvx}");
    }
    assert_eq!(told["19"]["expirationDate"], (today() + Days::new(200)).to_string());
    for nothing in [&told["178"]["expirationDate"], &told["08"]["expirationDate"], &told["08"]["route"]] {
        assert!(nothing.is_null());
    }
    let facility = of_kind(&written, "Organization")[0];
    assert_eq!(facility["identifier"][0]["value"], "IN0910001234");
    assert_eq!(facility["telecom"][0]["value"], "05922-234567");
    assert_eq!(of_kind(&written, "ImmunizationRecommendation").len(), 1);
    // Written again it is the same, so that who takes it in twice has it once.
    assert_eq!(document(&d, &d.asha, child), written);
}

#[test]
fn the_rules_of_the_guide_find_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let good = document(&d, &d.asha, full(&d));
    let dose = good["entry"].as_array().unwrap().iter().position(|e| e["resource"]["resourceType"] == "Immunization");
    let dose = format!("/entry/{}/resource", dose.unwrap());
    for (at, value, fault) in [
        (format!("{dose}/status"), json!("done"), "another status"),
        (format!("{dose}/occurrenceDateTime"), json!("2026-02-30"), "a dose without a day"),
        (format!("{dose}/vaccineCode"), json!({"text": "BCG"}), "a vaccine without a code"),
        (format!("{dose}/patient/reference"), json!("urn:uuid:nobody"), "a reference to nothing"),
        ("/entry/0/resource/section/0/entry/0/type".to_owned(), json!("Observation"), "something else in the section"),
        ("/entry/0/resource/section/0/code".to_owned(), json!({}), "not one section"),
        ("/type".to_owned(), json!("collection"), "no document"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(&at).unwrap() = value;
        assert_eq!(faults(&bad), [fault], "{at}");
    }
}

#[test]
fn where_a_family_lives_is_told_with_its_consent_alone() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut details = form("", ago(3));
    details.landmark = "near the well".into();
    details.consent_tracing = false;
    let child = d.register(&d.asha, details, None).unwrap();
    let written = document(&d, &d.admin, child);
    assert_eq!(faults(&written), Vec::<String>::new());
    let text = written.to_string();
    assert!(!text.contains("9876543210") && !text.contains("well"), "{text}");
    assert_eq!(of_kind(&written, "Patient")[0]["name"][0], json!({"use": "temp", "text": "Baby of Meena Devi"}));
    // Nothing was given yet; what comes next is known.
    assert_eq!(of_kind(&written, "Immunization"), Vec::<&Value>::new());
    assert_eq!(of_kind(&written, "ImmunizationRecommendation").len(), 1);
}

#[test]
fn a_clinic_is_one_bundle_of_what_one_may_see_and_the_taking_is_noted() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mine = full(&d);
    let of_nobody: Vec<ChildId> =
        (0..5).map(|n| d.register(&d.admin, form(&format!("Raju {n}"), ago(50 + n)), None).unwrap()).collect();
    let (count, all) = bundle(&d.clinic, &d.admin).unwrap();
    assert_eq!((count, all["type"].as_str()), (6, Some("collection")));
    for entry in all["entry"].as_array().unwrap() {
        assert_eq!(faults(&entry["resource"]), Vec::<String>::new());
        assert_eq!(entry["fullUrl"], format!("urn:uuid:{}", entry["resource"]["id"].as_str().unwrap()));
    }
    let (count, own) = bundle(&d.clinic, &d.asha).unwrap();
    assert_eq!(count, 1);
    assert_eq!(own["entry"][0]["resource"], document(&d, &d.asha, mine));
    let new = NewUser { login: "sup".into(), name: "Sup".into(), role: Role::Supervisor };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    let supervisor = d.clinic.login("sup", "horse staple 44").unwrap();
    assert!(matches!(refusal(bundle(&d.clinic, &supervisor).map(|(n, _)| n)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.clinic.take_out_child(&supervisor, mine)), Refusal::NotAllowed(_)));
    assert_eq!(refusal(d.clinic.take_out_child(&d.admin, ChildId(4))), Refusal::UnknownChild);

    // Two records that are one child are written once.
    let merge = Command::MergeChildren { child: of_nobody[0], into: of_nobody[1], reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    assert_eq!(bundle(&d.clinic, &d.admin).unwrap().0, 5);

    let filter = AuditFilter { what: Some(Seen::Export), ..AuditFilter::default() };
    let noted = d.clinic.audit(&d.admin, &filter, None).unwrap().lines;
    let whole = noted.iter().filter(|line| line.child.is_none()).count();
    let of_child = noted.iter().filter(|line| line.child.as_ref().is_some_and(|child| child.id == mine)).count();
    // The supervisor took nothing, and nothing is noted.
    assert_eq!((whole, of_child), (3, 1));
    let looks = AuditFilter { what: Some(Seen::SawRecord), ..AuditFilter::default() };
    assert_eq!(d.clinic.audit(&d.admin, &looks, None).unwrap().lines, []);
}

#[test]
fn two_workers_of_one_name_are_two_practitioners() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.register(&d.admin, form("Meena", ago(100)), None).unwrap();
    let dose = |by: &Session, product: &str, days| {
        let (product, on) = (product.to_owned(), to_day(ago(days)));
        let command = Command::RecordDose { child, product, on, batch: None, reason: None, at: GivenAt::Here(None) };
        d.clinic.submit(by, command).unwrap();
    };
    let name = d.asha.name.clone();
    let new = NewUser { login: "asha2".into(), name: name.clone(), role: Role::PhcWorker };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    let other = d.clinic.login("asha2", "horse staple 44").unwrap();
    dose(&d.asha, "BCG", 100);
    dose(&other, "OPV", 50);
    dose(&d.asha, "PENTA", 50);
    let written = document(&d, &d.admin, child);
    let people = of_kind(&written, "Practitioner");
    assert!(people.len() == 2 && people[0]["id"] != people[1]["id"], "{people:?}");
    assert!(people.iter().all(|one| one["name"][0]["text"] == json!(name)), "{people:?}");
}

fn target(map: Option<&str>) -> Target {
    let map = map.map(|text| Map::read(text.as_bytes()).unwrap());
    Target { org_unit: "DiszpKrYNg8".into(), data_set: Some("lyLU2wR22tC".into()), map }
}

#[test]
fn a_month_is_a_data_value_set() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let _ = full(&d);
    let born = ago(400);
    let first = NaiveDate::from_ymd_opt(chrono::Datelike::year(&born), chrono::Datelike::month(&born), 1).unwrap();
    let month = first..=(first + Months::new(1)).pred_opt().unwrap();
    let report = d.clinic.report(&d.admin, &month, &ReportFilter::default()).unwrap();
    let set = data_value_set(&report, &target(None), Some(today())).unwrap();
    let value = serde_json::to_value(&set).unwrap();
    assert_eq!(
        (&value["period"], &value["orgUnit"]),
        (&json!(first.format("%Y%m").to_string()), &json!("DiszpKrYNg8"))
    );
    assert_eq!((&value["dataSet"], &value["completeDate"]), (&json!("lyLU2wR22tC"), &json!(today().to_string())));
    let values: BTreeMap<&str, &str> =
        set.data_values.iter().map(|v| (v.data_element.as_str(), v.value.as_str())).collect();
    // What was given elsewhere is another's to report; what is not recorded is not nought.
    assert_eq!((values["TIKKA_BCG"], values["TIKKA_OPV_0"], values["TIKKA_HEPB_0"]), ("1", "1", "0"));
    assert!(!values.contains_key("TIKKA_VITK"));
    let counted = report.items.iter().filter(|item| item.count.is_some()).count();
    assert_eq!(values.len(), counted);

    let mapped = data_value_set(
        &report,
        &target(Some("key,data_element,category_option_combo\nbcg,fbfJHSPpUQD,pq2XI5kz2BY\n")),
        None,
    );
    let mapped = serde_json::to_value(mapped.unwrap()).unwrap();
    let wanted = json!([{"dataElement": "fbfJHSPpUQD", "categoryOptionCombo": "pq2XI5kz2BY", "value": "1"}]);
    assert_eq!((&mapped["dataValues"], &mapped["dataElementIdScheme"]), (&wanted, &json!("UID")));
    assert!(mapped["completeDate"].is_null());

    assert_eq!(Map::read(b"key,data_element\nbcg,../x\n"), Err(Dhis2Error::Id));
    assert_eq!(Map::read(b"key,data_element\nbcg,a\nbcg,b\n"), Err(Dhis2Error::Twice("bcg".into())));
    assert_eq!(Map::read(b"anything"), Err(Dhis2Error::Map));
    let unknown = data_value_set(&report, &target(Some("key,data_element\nbgc,a\n")), None);
    assert_eq!(unknown, Err(Dhis2Error::UnknownKey("bgc".into())));
    let week = d.clinic.report(&d.admin, &(first..=first + Days::new(6)), &ReportFilter::default()).unwrap();
    assert_eq!(data_value_set(&week, &target(None), None), Err(Dhis2Error::NotAMonth));
    let nowhere = Target { org_unit: "PHC Rampur".into(), ..Target::default() };
    assert_eq!(data_value_set(&report, &nowhere, None), Err(Dhis2Error::Id));
}

#[test]
fn a_report_as_rows_has_every_figure() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let _ = full(&d);
    let period = ago(60)..=today();
    let report = d.clinic.report(&d.admin, &period, &ReportFilter::default()).unwrap();
    let narrowed = Narrowed { village: Some("Rampur".into()), ..Narrowed::default() };
    let covered = d.clinic.coverage(&d.admin, today(), &ReportFilter::default()).unwrap();
    let rows: Vec<[String; 6]> = rows(&report, &covered, &narrowed).collect();
    let row = |section: &str, key: &str| rows.iter().find(|row| row[0] == section && row[2] == key).unwrap().clone();
    assert_eq!(rows.iter().filter(|row| row[0] == "hmis").count(), report.items.len());
    assert_eq!(row("hmis", "vitk")[3], "");
    // The child became one year old in this time, and MR was refused.
    assert_eq!(row("only", "village")[3], "Rampur");
    assert!(!rows.iter().any(|row| row[2] == "worker"));
    assert_eq!(row("turned-one", "fully")[3..5], ["0".to_owned(), "1".to_owned()]);
    assert_eq!(row("coverage", "PENTA-1")[3..5], ["1".to_owned(), "1".to_owned()]);
    assert_eq!(rows.iter().filter(|row| row[0] == "coverage").count(), covered.len());
    assert_eq!(row("12-23-months", "penta1")[3..5], ["1".to_owned(), "1".to_owned()]);
    assert_eq!(row("drop-out-children", "penta1-penta3")[3..5], ["1".to_owned(), "1".to_owned()]);
    // Every share says whose it is.
    assert!(rows.iter().all(|row| row[4].is_empty() == row[5].is_empty()));
    assert_eq!(row("turned-one", "fully")[5], "registered children who became one year old in the time");
    // An event was told, and no dose was given in the time: somebody looks at it before the report is sent.
    assert_eq!(report.doubts().map(|check| check.key).collect::<Vec<_>>(), ["aefi-doses"]);
    assert!(!report.is_month());
}
