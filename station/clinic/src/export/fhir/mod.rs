//! FHIR R4 as the ABDM implementation guide of NRCeS wants it: an `ImmunizationRecord` document for each child.
//!
//! Resources have the same ids each time they are written, so that who takes a record in twice has it once.

mod codes;
mod doses;
mod others;
mod person;

use crate::health_card::issuer_of;
use crate::store::{ChildPage, ClinicView, Expiries};
use codes::{PROFILE, SNOMED, concept};
use hub_protocol::DeviceId;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// What a record is in SNOMED CT, with the display that the guide fixes.
const RECORD: (&str, &str) = ("41000179103", "Immunization record");

/// Who writes the records, and when.
pub struct Writer<'a> {
    pub clinic: &'a ClinicView,
    pub station: DeviceId,
    /// When batches expire.
    pub expiries: Expiries,
    /// RFC 3339.
    pub at: String,
}

/// The entries of a document, in the order of the resources.
struct Document {
    patient: String,
    organization: String,
    /// Those who gave doses, once each.
    practitioners: Vec<String>,
    entries: Vec<Value>,
}

impl Document {
    fn add(&mut self, id: &str, resource: Value) {
        self.entries.push(entry(id, resource));
    }

    /// What the section may name: references to the resources of one kind.
    fn named(&self, kind: &str) -> Vec<Value> {
        let of_kind = self.entries.iter().filter(|entry| entry["resource"]["resourceType"] == kind);
        of_kind.map(|entry| json!({"reference": entry["fullUrl"], "type": kind})).collect()
    }
}

impl Writer<'_> {
    /// The systems that this clinic's own numbers are of.
    fn system(&self, what: &str) -> String {
        format!("{}/{what}", issuer_of(&self.station))
    }

    /// A child's record as a document. Phone, landmark and place are in it with the family's consent to being traced.
    pub fn child(&self, page: &ChildPage) -> Value {
        let child = page.child.id.to_string();
        let mut document = Document {
            patient: id(&["patient", &child]),
            organization: id(&["organization", &self.station.full()]),
            practitioners: Vec::new(),
            entries: Vec::new(),
        };
        document.add(&document.patient.clone(), self.patient(page, &document.patient));
        document.add(&document.organization.clone(), self.organization(&document.organization));
        self.doses(page, &mut document);
        self.others(page, &mut document);
        let composition = id(&["composition", &child]);
        document.entries.insert(0, entry(&composition, self.composition(&document, &composition)));
        let bundle = id(&["bundle", &child]);
        let mut written = json!({
            "resourceType": "Bundle",
            "id": bundle,
            "meta": {"profile": [format!("{PROFILE}/DocumentBundle")]},
            "identifier": {"system": self.system("bundle"), "value": bundle},
            "type": "document",
            "timestamp": self.at,
        });
        written["entry"] = Value::Array(document.entries);
        written
    }

    fn composition(&self, document: &Document, id: &str) -> Value {
        let (code, title) = RECORD;
        let mut section = json!({"title": title, "code": concept(SNOMED, code, title)});
        let mut entries = document.named("Immunization");
        entries.extend(document.named("ImmunizationRecommendation"));
        if entries.is_empty() {
            section["emptyReason"] = json!({"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown",
                "display": "Nil Known",
            }]});
        } else {
            section["entry"] = json!(entries);
        }
        let mut r#type = concept(SNOMED, code, title);
        r#type["text"] = json!(title);
        json!({
            "resourceType": "Composition",
            "id": id,
            "meta": {"profile": [format!("{PROFILE}/ImmunizationRecord")]},
            "status": "final",
            "type": r#type,
            "subject": {"reference": url(&document.patient)},
            "date": self.at,
            "author": [{"reference": url(&document.organization)}],
            "title": title,
            "section": [section],
        })
    }

    /// The beginning of a clinic's bundle; children follow by [`Self::next`], and [`Self::end`] closes it.
    pub fn begin(&self, out: &mut impl Write) -> io::Result<()> {
        let bundle = id(&["clinic", &self.station.full()]);
        write!(
            out,
            r#"{{"resourceType":"Bundle","id":"{bundle}","type":"collection","timestamp":{},"entry":["#,
            json!(self.at)
        )
    }

    /// One child of a clinic's bundle, on a line of its own.
    pub fn next(&self, page: &ChildPage, is_first: bool, out: &mut impl Write) -> io::Result<()> {
        let document = self.child(page);
        out.write_all(if is_first { b"\n" } else { b",\n" })?;
        let bundle = document["id"].as_str().unwrap_or_default();
        write!(out, r#"{{"fullUrl":"{}","resource":"#, url(bundle))?;
        serde_json::to_writer(&mut *out, &document)?;
        out.write_all(b"}")
    }

    pub fn end(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"\n]}\n")
    }
}

/// Moved, not copied, as `json!` would.
fn entry(id: &str, resource: Value) -> Value {
    Value::Object(Map::from_iter([("fullUrl".to_owned(), url(id).into()), ("resource".to_owned(), resource)]))
}

fn url(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// A UUID of version 8 (RFC 9562) that follows from what the resource is.
fn id(of: &[&str]) -> String {
    let mut hasher = Sha256::new_with_prefix(b"tikka fhir 1");
    for part in of {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let mut bytes: [u8; 16] = std::array::from_fn(|n| digest[n]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
