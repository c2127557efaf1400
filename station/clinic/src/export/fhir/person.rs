//! The child and the clinic.

use super::codes::{IDENTIFIER_TYPE, PROFILE, concept};
use super::{Document, Writer, url};
use crate::date::to_date;
use crate::record::fact::{Gone, Sex};
use crate::store::ChildPage;
use hub_protocol::UserId;
use serde_json::{Value, json};

const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
/// India's register of health facilities.
const FACILITY: &str = "https://facility.ndhm.gov.in";
const ABDM_IDENTIFIER_TYPE: &str = "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code";

impl Writer<'_> {
    pub(super) fn organization(&self, id: &str) -> Value {
        let number = |system: String, value: &str| json!({"type": concept(IDENTIFIER_TYPE, "PRN", "Provider number"), "system": system, "value": value});
        let mut numbers = vec![number(self.system("facility"), &self.station.code())];
        let clinic = self.clinic;
        if !clinic.facility_code.is_empty() {
            numbers.insert(0, number(FACILITY.to_owned(), &clinic.facility_code));
        }
        let mut organization = json!({
            "resourceType": "Organization",
            "id": id,
            "meta": {"profile": [format!("{PROFILE}/Organization")]},
            "identifier": numbers,
            "name": clinic.name,
        });
        if !clinic.facility_phone.is_empty() {
            organization["telecom"] = json!([{"system": "phone", "value": clinic.facility_phone}]);
        }
        organization
    }

    /// Who gives doses here, once in a document. No register's number of a worker is kept: the clinic's own names it.
    pub(super) fn practitioner(&self, user: UserId, name: &str, document: &mut Document) -> String {
        let id = super::id(&["practitioner", &self.station.full(), &user.0.to_string()]);
        if !document.practitioners.contains(&id) {
            document.practitioners.push(id.clone());
            let practitioner = json!({
                "resourceType": "Practitioner",
                "id": id,
                "meta": {"profile": [format!("{PROFILE}/Practitioner")]},
                "identifier": [{
                    "type": concept(IDENTIFIER_TYPE, "EI", "Employee number"),
                    "system": self.system("practitioner"), "value": id,
                }],
                "name": [{"text": name}],
            });
            document.add(&id, practitioner);
        }
        id
    }

    pub(super) fn patient(&self, page: &ChildPage, id: &str) -> Value {
        let form = &page.details;
        let mut patient = json!({
            "resourceType": "Patient",
            "id": id,
            "meta": {"profile": [format!("{PROFILE}/Patient")]},
            "identifier": self.identifiers(page),
            "active": page.gone.is_none(),
            "name": [name(page)],
            "gender": match form.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Other => "other",
            },
            "birthDate": page.child.dob.to_string(),
            "managingOrganization": {"reference": url(&super::id(&["organization", &self.station.full()]))},
        });
        if form.dob_estimated {
            patient["_birthDate"] = json!({"extension": [{"url": self.system("estimated"), "valueBoolean": true}]});
        }
        if let Some((Gone::Died, on)) = page.gone {
            patient["deceasedDateTime"] = json!(on.to_string());
        }
        if let Some(order) = form.birth_order {
            patient["multipleBirthInteger"] = json!(order);
        }
        let contacts = contacts(page);
        if !contacts.is_empty() {
            patient["contact"] = json!(contacts);
        }
        // Where the family lives, exactly enough to find it, only when it agreed to be found.
        let landmark = if form.consent_tracing { form.landmark.as_str() } else { "" };
        let lines: Vec<&str> = [form.village.as_str(), landmark].into_iter().filter(|line| !line.is_empty()).collect();
        if !lines.is_empty() {
            patient["address"] = json!([{"use": "home", "text": lines.join(", "), "country": "IN"}]);
        }
        patient
    }

    /// ABHA, RCH and U-WIN numbers stand beside the clinic's own. There is never one of Aadhaar.
    fn identifiers(&self, page: &ChildPage) -> Vec<Value> {
        let form = &page.details;
        let own = json!({
            "type": concept(IDENTIFIER_TYPE, "MR", "Medical record number"),
            "system": self.system("child"), "value": page.child.id.to_string(),
        });
        let others = [
            (
                ABDM_IDENTIFIER_TYPE,
                "ABHA",
                "Ayushman Bharat Health Account (ABHA) ID",
                "https://healthid.ndhm.gov.in",
                &form.abha,
            ),
            (IDENTIFIER_TYPE, "NI", "National unique individual identifier", "https://rch.mohfw.gov.in", &form.rch),
            (IDENTIFIER_TYPE, "NI", "National unique individual identifier", "https://uwin.mohfw.gov.in", &form.uwin),
        ];
        let others = others.into_iter().filter(|(.., value)| !value.is_empty());
        std::iter::once(own)
            .chain(others.map(|(types, code, display, system, value)| {
                json!({"type": concept(types, code, display), "system": system, "value": value})
            }))
            .collect()
    }
}

/// A child without a name is called after its mother or father until it has one.
fn name(page: &ChildPage) -> Value {
    let child = &page.child;
    let parent = if child.mother.is_empty() { &child.father } else { &child.mother };
    if child.name.is_empty() {
        json!({"use": "temp", "text": format!("Baby of {parent}")})
    } else {
        json!({"use": "official", "text": child.name})
    }
}

fn contacts(page: &ChildPage) -> Vec<Value> {
    let form = &page.details;
    let mut phone = form.consent_tracing && !form.phone.is_empty();
    let parents = [("MTH", "mother", &form.mother), ("FTH", "father", &form.father)];
    let mut contacts = Vec::new();
    for (code, display, name) in parents.into_iter().filter(|(.., name)| !name.is_empty()) {
        let mut contact = json!({"relationship": [concept(ROLE, code, display)], "name": {"text": name}});
        // The family has one number: it stands with the first who is named.
        if std::mem::take(&mut phone) {
            contact["telecom"] = json!([{"system": "phone", "value": form.phone}]);
        }
        contacts.push(contact);
    }
    contacts
}

/// A day number of a form, as FHIR writes it.
pub(super) fn day(day: hub_protocol::Day) -> Option<String> {
    to_date(day).map(|date| date.to_string())
}
