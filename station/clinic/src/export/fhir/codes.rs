//! Codes of other systems, and how FHIR writes them.

use crate::codes::vaccine_codes;
use crate::forecast::Schedule;
use serde_json::{Value, json};

pub const PROFILE: &str = "https://nrces.in/ndhm/fhir/r4/StructureDefinition";
pub const SNOMED: &str = "http://snomed.info/sct";
pub const LOINC: &str = "http://loinc.org";
pub const UCUM: &str = "http://unitsofmeasure.org";
pub const IDENTIFIER_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const ATC: &str = "http://www.whocc.no/atc";
const UNKNOWN: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

pub fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": display}]})
}

/// Is it a medicine, and no vaccine?
pub fn is_supplement(product: &str) -> bool {
    vaccine_codes(product).is_some_and(|codes| codes.cvx.is_empty())
}

/// A product as `vaccineCode`; one that no table knows is named in words alone.
pub fn vaccine(product: &str) -> Value {
    let Some(codes) = vaccine_codes(product).filter(|codes| !codes.cvx.is_empty()) else {
        return unknown(product);
    };
    let mut coding = Vec::with_capacity(2);
    if !codes.snomed_ct.is_empty() {
        coding.push(json!({"system": SNOMED, "code": codes.snomed_ct, "display": codes.snomed_term}));
    }
    coding.push(json!({"system": CVX, "code": codes.cvx, "display": codes.cvx_name}));
    json!({"coding": coding, "text": codes.name})
}

/// What a refusal or a contra-indication is about: a product, a series, or a kind of vaccine.
pub fn against(schedule: Option<&Schedule>, against: &str) -> Value {
    if let Some(product) = against.strip_prefix("product:") {
        return vaccine(product);
    }
    let product = schedule.and_then(|schedule| {
        let series = schedule.series_id(against)?;
        let entry = schedule.plan(series).next()?;
        schedule.products_for(entry).first().map(|product| schedule.product_name(*product))
    });
    product.map_or_else(|| unknown(against), vaccine)
}

pub fn medicine(product: &str) -> Value {
    match vaccine_codes(product).filter(|codes| !codes.atc.is_empty()) {
        Some(codes) => {
            json!({"coding": [{"system": ATC, "code": codes.atc, "display": codes.name}], "text": codes.name})
        }
        None => json!({"text": product}),
    }
}

fn unknown(text: &str) -> Value {
    let mut value = concept(UNKNOWN, "unknown", "Unknown");
    value["text"] = json!(text);
    value
}

/// The number of a dose in its series, from the schedule's name of it (`PENTA-2`): FHIR wants a positive number, or a
/// text where there is none (`OPV-0`, `DPT-B1`).
pub fn dose_number(item: &str, into: &mut Value) {
    let Some((_, number)) = item.rsplit_once('-') else {
        into["doseNumberString"] = json!(item);
        return;
    };
    match number.parse::<u32>() {
        Ok(number) if number > 0 => into["doseNumberPositiveInt"] = json!(number),
        _ => into["doseNumberString"] = json!(number),
    }
}
