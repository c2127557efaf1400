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

/// By which way a product is given here.
pub fn route(product: &str) -> Option<Value> {
    let codes = vaccine_codes(product)?;
    let (code, display) = match codes.route.as_str() {
        "oral" => ("26643006", "Oral route"),
        "intradermal" => ("372464004", "Intradermal route"),
        "subcutaneous" => ("34206005", "Subcutaneous route"),
        "intramuscular" => ("78421000", "Intramuscular route"),
        _ => return None,
    };
    Some(concept(SNOMED, code, display))
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

/// The number of a dose in its series, from the schedule's name of it (`PENTA-2`), or its place in the plan where the
/// name holds an age (`Td-10`): FHIR wants a positive number, or a text where there is none (`OPV-0`, `DPT-B1`).
pub fn dose_number(schedule: Option<&Schedule>, item: &str, into: &mut Value) {
    let Some((_, named)) = item.rsplit_once('-') else {
        into["doseNumberString"] = json!(item);
        return;
    };
    match named.parse::<usize>() {
        Ok(number) if number > 0 => {
            let number = schedule.and_then(|schedule| place_if_over(schedule, item, number)).unwrap_or(number);
            into["doseNumberPositiveInt"] = json!(number);
        }
        _ => into["doseNumberString"] = json!(named),
    }
}

/// The place of a dose in the plan of its series, if that has fewer doses than `number`.
fn place_if_over(schedule: &Schedule, item: &str, number: usize) -> Option<usize> {
    let entry = schedule.entry_id(item)?;
    let plan: Vec<_> = schedule.plan(schedule.entry(entry).series).collect();
    let place = plan.iter().position(|planned| *planned == entry)? + 1;
    (plan.len() < number).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_in_a_name_is_no_number_of_a_dose() {
        let schedule = Schedule::builtin("uip");
        let numbered = |item: &str| {
            let mut value = json!({});
            dose_number(schedule, item, &mut value);
            value
        };
        for (item, number) in [("Td-10", 1), ("Td-16", 2), ("PENTA-3", 3), ("MR-2", 2), ("VitA-9", 9), ("fIPV-1", 1)] {
            assert_eq!(numbered(item), json!({"doseNumberPositiveInt": number}), "{item}");
        }
        for (item, text) in [("OPV-0", "0"), ("DPT-B1", "B1"), ("BCG", "BCG")] {
            assert_eq!(numbered(item), json!({"doseNumberString": text}), "{item}");
        }
    }
}
