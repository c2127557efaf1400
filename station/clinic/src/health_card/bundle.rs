//! What is signed: the claims of the JWS, with as little of FHIR as a card needs.

use super::{CARD_TYPE, CVX, FHIR_VERSION};
use serde::{Deserialize, Serialize};

/// The claims as they are written. The order of the members is that of the framework's examples.
#[derive(Serialize)]
pub struct Claims<'a> {
    pub iss: &'a str,
    pub nbf: u64,
    pub vc: Credential<'a>,
}

#[derive(Serialize)]
pub struct Credential<'a> {
    r#type: [&'a str; 1],
    #[serde(rename = "credentialSubject")]
    subject: Subject<'a>,
}

#[derive(Serialize)]
struct Subject<'a> {
    #[serde(rename = "fhirVersion")]
    fhir_version: &'a str,
    #[serde(rename = "fhirBundle")]
    bundle: Bundle<'a>,
}

#[derive(Serialize)]
struct Bundle<'a> {
    #[serde(rename = "resourceType")]
    kind: &'a str,
    r#type: &'a str,
    entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(rename = "fullUrl")]
    url: String,
    resource: Resource<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Resource<'a> {
    Patient(Patient<'a>),
    Immunization(Immunization<'a>),
}

#[derive(Serialize)]
struct Patient<'a> {
    #[serde(rename = "resourceType")]
    kind: &'a str,
    name: [Name<'a>; 1],
    #[serde(rename = "birthDate")]
    born: &'a str,
}

#[derive(Serialize)]
struct Name<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Immunization<'a> {
    #[serde(rename = "resourceType")]
    kind: &'a str,
    status: &'a str,
    #[serde(rename = "vaccineCode")]
    vaccine: Codes<'a>,
    patient: Reference<'a>,
    #[serde(rename = "occurrenceDateTime")]
    on: String,
    /// Only said when it is not so: the dose was copied from another card.
    #[serde(rename = "primarySource", skip_serializing_if = "Option::is_none")]
    primary: Option<bool>,
    #[serde(rename = "lotNumber", skip_serializing_if = "Option::is_none")]
    lot: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    performer: Option<[Performer<'a>; 1]>,
}

#[derive(Serialize)]
struct Codes<'a> {
    coding: [Coding<'a>; 1],
}

#[derive(Serialize)]
struct Coding<'a> {
    system: &'a str,
    code: &'a str,
}

#[derive(Serialize)]
struct Reference<'a> {
    reference: &'a str,
}

#[derive(Serialize)]
struct Performer<'a> {
    actor: Display<'a>,
}

#[derive(Serialize)]
struct Display<'a> {
    display: &'a str,
}

/// A dose as the bundle tells it.
pub struct Told<'a> {
    pub cvx: &'a str,
    pub on: chrono::NaiveDate,
    pub outside: bool,
    pub lot: Option<&'a str>,
    pub place: Option<&'a str>,
}

impl<'a> Credential<'a> {
    pub fn new(name: &'a str, born: &'a str, doses: impl Iterator<Item = Told<'a>>) -> Self {
        let patient = Patient { kind: "Patient", name: [Name { text: name }], born };
        let mut entry = vec![Entry { url: "resource:0".to_owned(), resource: Resource::Patient(patient) }];
        for (n, dose) in doses.enumerate() {
            let dose = Immunization {
                kind: "Immunization",
                status: "completed",
                vaccine: Codes { coding: [Coding { system: CVX, code: dose.cvx }] },
                patient: Reference { reference: "resource:0" },
                on: dose.on.to_string(),
                primary: dose.outside.then_some(false),
                lot: dose.lot,
                performer: dose.place.map(|place| [Performer { actor: Display { display: place } }]),
            };
            entry.push(Entry { url: format!("resource:{}", n + 1), resource: Resource::Immunization(dose) });
        }
        let bundle = Bundle { kind: "Bundle", r#type: "collection", entry };
        Self { r#type: [CARD_TYPE], subject: Subject { fhir_version: FHIR_VERSION, bundle } }
    }
}

/// The claims as they are read: from any issuer, so more may stand in them.
#[derive(Deserialize)]
pub struct ReadClaims {
    pub iss: String,
    /// Seconds since 1970, with decimals at some issuers.
    pub nbf: f64,
    pub exp: Option<f64>,
    pub vc: ReadCredential,
}

#[derive(Deserialize)]
pub struct ReadCredential {
    #[serde(rename = "type")]
    pub types: Vec<String>,
    #[serde(rename = "credentialSubject")]
    pub subject: ReadSubject,
}

#[derive(Deserialize)]
pub struct ReadSubject {
    #[serde(rename = "fhirVersion")]
    pub fhir_version: String,
    #[serde(rename = "fhirBundle")]
    pub bundle: ReadBundle,
}

#[derive(Deserialize)]
pub struct ReadBundle {
    #[serde(default)]
    pub entry: Vec<ReadEntry>,
}

#[derive(Deserialize)]
pub struct ReadEntry {
    pub resource: serde_json::Value,
}
