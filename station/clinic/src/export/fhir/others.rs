//! Measurings and adverse events.

use super::codes::{LOINC, UCUM};
use super::person::day;
use super::{Document, Writer, id, url};
use crate::record::fact::{AefiClass, AefiOutcome, GrowthMeasured};
use crate::store::{AefiLine, ChildPage};
use chrono::NaiveDate;
use serde_json::{Value, json};

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const SERIOUSNESS: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness";
const SEVERITY: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-severity";
const OUTCOME: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome";

impl Writer<'_> {
    pub(super) fn others(&self, page: &ChildPage, document: &mut Document) {
        for line in &page.growth {
            let event = format!("{}-{}", line.event.origin, line.event.seq);
            for (code, display, value, unit) in figures(&line.measured) {
                let Some(on) = day(line.measured.on) else { continue };
                let id = id(&["observation", &event, code]);
                let observation = json!({
                    "resourceType": "Observation",
                    "id": id,
                    "status": "final",
                    "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs", "display": "Vital Signs"}]}],
                    "code": {"coding": [{"system": LOINC, "code": code, "display": display}]},
                    "subject": {"reference": url(&document.patient)},
                    "effectiveDateTime": on,
                    "performer": [{"reference": url(&document.organization)}],
                    "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
                });
                document.add(&id, observation);
            }
        }
        for line in &page.aefis {
            if line.products.iter().any(|product| last_dose(line, page, product).is_some()) {
                let reaction = reaction(line, document);
                document.add(&reaction_id(line), reaction);
            }
            let event = adverse_event(line, page, document);
            document.add(&id(&["aefi", &line.event.origin.to_string(), &line.event.seq.to_string()]), event);
        }
    }
}

/// What was measured, in FHIR's units.
fn figures(measured: &GrowthMeasured) -> impl Iterator<Item = (&'static str, &'static str, f64, &'static str)> {
    let length = if measured.standing { ("8302-2", "Body height") } else { ("8306-3", "Body height --lying") };
    let cm = |mm: u32| f64::from(mm) / 10.0;
    [
        measured.weight_g.map(|g| ("29463-7", "Body weight", f64::from(g) / 1000.0, "kg")),
        measured.length_mm.map(|mm| (length.0, length.1, cm(mm), "cm")),
        measured.muac_mm.map(|mm| ("56072-2", "Circumference Mid upper arm - right", cm(mm.into()), "cm")),
        measured.head_mm.map(|mm| ("9843-4", "Head Occipital-frontal circumference", cm(mm.into()), "cm")),
    ]
    .into_iter()
    .flatten()
}

fn adverse_event(line: &AefiLine, page: &ChildPage, document: &Document) -> Value {
    let (serious, serious_display) = match line.class {
        AefiClass::Serious => ("serious", "Serious"),
        AefiClass::Minor | AefiClass::Severe => ("non-serious", "Non-serious"),
    };
    let (severity, severity_display) = match line.class {
        AefiClass::Minor => ("mild", "Mild"),
        AefiClass::Severe | AefiClass::Serious => ("severe", "Severe"),
    };
    let (outcome, outcome_display) = match line.outcome {
        AefiOutcome::Unknown => ("unknown", "Unknown"),
        AefiOutcome::Recovering => ("recovering", "Recovering"),
        AefiOutcome::Recovered => ("resolved", "Resolved"),
        AefiOutcome::Sequelae => ("resolvedWithSequelae", "Resolved with Sequelae"),
        AefiOutcome::NotRecovered => ("ongoing", "Ongoing"),
        AefiOutcome::Died => ("fatal", "Fatal"),
    };
    let mut event = json!({
        "resourceType": "AdverseEvent",
        "id": id(&["aefi", &line.event.origin.to_string(), &line.event.seq.to_string()]),
        "actuality": "actual",
        "subject": {"reference": url(&document.patient)},
        "date": line.onset_on.to_string(),
        "detected": line.on.to_string(),
        "seriousness": {"coding": [{"system": SERIOUSNESS, "code": serious, "display": serious_display}]},
        "severity": {"coding": [{"system": SEVERITY, "code": severity, "display": severity_display}]},
        "outcome": {"coding": [{"system": OUTCOME, "code": outcome, "display": outcome_display}]},
    });
    let suspects: Vec<Value> = line.products.iter().filter_map(|product| suspect(line, page, product)).collect();
    if !suspects.is_empty() {
        event["suspectEntity"] = json!(suspects);
    }
    event
}

/// What followed on a dose: when, and what was seen.
pub(super) fn reactions(page: &ChildPage, product: &str, on: NaiveDate) -> Vec<Value> {
    let of = |line: &&AefiLine| {
        line.products.iter().any(|suspect| suspect == product) && last_dose(line, page, product) == Some(on)
    };
    let told = |line: &AefiLine| {
        json!({
            "date": line.onset_on.to_string(),
            "detail": {"reference": url(&reaction_id(line))},
        })
    };
    page.aefis.iter().filter(of).map(told).collect()
}

fn reaction_id(line: &AefiLine) -> String {
    id(&["reaction", &line.event.origin.to_string(), &line.event.seq.to_string()])
}

/// What was seen of an adverse event, as a dose names it.
fn reaction(line: &AefiLine, document: &Document) -> Value {
    let class = match line.class {
        AefiClass::Minor => "Minor",
        AefiClass::Severe => "Severe",
        AefiClass::Serious => "Serious",
    };
    json!({
        "resourceType": "Observation",
        "id": reaction_id(line),
        "status": "final",
        "code": {"text": "Adverse event following immunization"},
        "subject": {"reference": url(&document.patient)},
        "effectiveDateTime": line.onset_on.to_string(),
        "performer": [{"reference": url(&document.organization)}],
        "valueCodeableConcept": {"text": class},
    })
}

/// The last dose of a product before the event began.
fn last_dose(line: &AefiLine, page: &ChildPage, product: &str) -> Option<NaiveDate> {
    page.doses.iter().filter(|dose| dose.product == product && dose.on <= line.onset_on).map(|dose| dose.on).max()
}

fn suspect(line: &AefiLine, page: &ChildPage, product: &str) -> Option<Value> {
    let on = last_dose(line, page, product)?;
    let dose = id(&["dose", &page.child.id.to_string(), &on.to_string(), product]);
    Some(json!({"instance": {"reference": url(&dose)}}))
}
