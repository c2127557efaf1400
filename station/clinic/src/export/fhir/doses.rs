//! What was given, what it counts for, what was declined, and what comes next.

use super::codes::{LOINC, PROFILE, against, dose_number, is_supplement, medicine, route, vaccine};
use super::others::reactions;
use super::{Document, Writer, id, url};
use crate::forecast::{GivenStatus, NextStatus, Schedule};
use crate::record::fact::Declined;
use crate::store::{ChildPage, DoseLine, NextLine};
use serde_json::{Value, json};

const STATUS: &str = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const EVALUATION: &str = "http://terminology.hl7.org/CodeSystem/immunization-evaluation-dose-status";
const ORIGIN: &str = "http://terminology.hl7.org/CodeSystem/immunization-origin";

impl Writer<'_> {
    pub(super) fn doses(&self, page: &ChildPage, document: &mut Document) {
        let schedule = Schedule::builtin(&self.clinic.schedule);
        // A combined vaccine is one injection with a line for each series.
        let mut seen: Vec<(chrono::NaiveDate, &str)> = Vec::new();
        for line in &page.doses {
            let key = (line.on, line.product.as_str());
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let lines: Vec<&DoseLine> =
                page.doses.iter().filter(|other| (other.on, other.product.as_str()) == key).collect();
            self.given(&lines, schedule, page, document);
        }
        self.declined(page, schedule, document);
        self.forecast(page, schedule, document);
    }

    fn given(&self, lines: &[&DoseLine], schedule: Option<&Schedule>, page: &ChildPage, document: &mut Document) {
        let Some(first) = lines.first() else { return };
        let child = page.child.id.to_string();
        let of = ["dose", &child, &first.on.to_string(), &first.product];
        let id = id(&of);
        if is_supplement(&first.product) {
            let given = self.supplement(first, &id, document);
            return document.add(&id, given);
        }
        let mut dose = json!({
            "resourceType": "Immunization",
            "id": id,
            "meta": {"profile": [format!("{PROFILE}/Immunization")]},
            "status": "completed",
            "vaccineCode": vaccine(&first.product),
            "patient": {"reference": url(&document.patient)},
            "occurrenceDateTime": first.on.to_string(),
            "primarySource": first.outside.is_none(),
        });
        match &first.outside {
            Some(proof) => {
                dose["reportOrigin"] = json!({
                    "coding": [{"system": ORIGIN, "code": "record", "display": "Written Record"}], "text": proof,
                });
            }
            None => dose["performer"] = self.performers(first, document),
        }
        if let Some(lot) = &first.batch {
            dose["lotNumber"] = json!(lot);
            // Another place's batch of the same name may be another one.
            let here = first.outside.is_none();
            if let Some(on) = self.expiries.on(&first.product, lot).filter(|_| here) {
                dose["expirationDate"] = json!(on.to_string());
            }
        }
        if let Some(route) = route(&first.product).filter(|_| first.outside.is_none()) {
            dose["route"] = route;
        }
        let reactions = reactions(page, &first.product, first.on);
        if !reactions.is_empty() {
            dose["reaction"] = json!(reactions);
        }
        if let Some(reason) = &first.reason {
            dose["note"] = json!([{"text": reason}]);
        }
        let counted: Vec<&&DoseLine> = lines.iter().filter(|line| line.status != GivenStatus::Extra).collect();
        let applied = counted.iter().map(|line| {
            let mut protocol = json!({"series": series(schedule, &line.item)});
            dose_number(schedule, &line.item, &mut protocol);
            protocol
        });
        let applied: Vec<Value> = applied.collect();
        if !applied.is_empty() {
            dose["protocolApplied"] = json!(applied);
        }
        document.add(&id, dose);
        for line in counted {
            self.evaluation(line, schedule, &of, document);
        }
    }

    /// Whether a dose counts: it stays `completed` either way, for it was given.
    fn evaluation(&self, line: &DoseLine, schedule: Option<&Schedule>, of: &[&str; 4], document: &mut Document) {
        let dose = id(of);
        let id = id(&["evaluation", of[1], of[2], of[3], &line.item]);
        let (code, display) = match line.status {
            GivenStatus::Valid => ("valid", "Valid"),
            _ => ("notvalid", "Not valid"),
        };
        let mut evaluation = json!({
            "resourceType": "ImmunizationEvaluation",
            "id": id,
            "status": "completed",
            "patient": {"reference": url(&document.patient)},
            "authority": {"display": self.clinic.schedule_name},
            "targetDisease": {"text": series(schedule, &line.item)},
            "immunizationEvent": {"reference": url(&dose)},
            "doseStatus": {"coding": [{"system": EVALUATION, "code": code, "display": display}]},
        });
        if let Some(why) = line.why {
            evaluation["doseStatusReason"] = json!([{"text": why.as_str()}]);
        }
        dose_number(schedule, &line.item, &mut evaluation);
        document.add(&id, evaluation);
    }

    fn supplement(&self, line: &DoseLine, id: &str, document: &mut Document) -> Value {
        let mut given = json!({
            "resourceType": "MedicationAdministration",
            "id": id,
            "status": "completed",
            "medicationCodeableConcept": medicine(&line.product),
            "subject": {"reference": url(&document.patient)},
            "effectiveDateTime": line.on.to_string(),
        });
        if line.outside.is_none() {
            given["performer"] = self.performers(line, document);
        }
        given
    }

    fn performers(&self, line: &DoseLine, document: &mut Document) -> Value {
        let mut performers = vec![json!({"actor": {"reference": url(&document.organization)}})];
        if let Some(user) = line.by_user {
            let practitioner = self.practitioner(user, &line.by, document);
            performers.push(json!({"actor": {"reference": url(&practitioner), "display": line.by}}));
        }
        json!(performers)
    }

    fn declined(&self, page: &ChildPage, schedule: Option<&Schedule>, document: &mut Document) {
        let child = page.child.id.to_string();
        for line in page.declines.iter().filter(|line| line.counts) {
            let id = id(&["declined", &child, &line.against, line.why.code(), &line.on.to_string()]);
            let (code, display) = match line.why {
                Declined::Refused => ("PATOBJ", "patient objection"),
                Declined::ContraIndicated => ("MEDPREC", "medical precaution"),
            };
            let not_done = json!({
                "resourceType": "Immunization",
                "id": id,
                "meta": {"profile": [format!("{PROFILE}/Immunization")]},
                "status": "not-done",
                "statusReason": {"coding": [{"system": REASON, "code": code, "display": display}]},
                "vaccineCode": against(schedule, &line.against),
                "patient": {"reference": url(&document.patient)},
                "occurrenceDateTime": line.on.to_string(),
                "primarySource": true,
            });
            document.add(&id, not_done);
        }
    }

    /// One recommendation for each series that says something; none of a child who is not looked after here any more.
    fn forecast(&self, page: &ChildPage, schedule: Option<&Schedule>, document: &mut Document) {
        let here = page.next.iter().filter(|_| page.gone.is_none());
        let rows: Vec<Value> = here.filter_map(|next| recommendation(schedule, next)).collect();
        if rows.is_empty() {
            return;
        }
        let id = id(&["recommendation", &page.child.id.to_string()]);
        let recommendation = json!({
            "resourceType": "ImmunizationRecommendation",
            "id": id,
            "meta": {"profile": [format!("{PROFILE}/ImmunizationRecommendation")]},
            "patient": {"reference": url(&document.patient)},
            "date": page.on.to_string(),
            "authority": {"reference": url(&document.organization)},
            "recommendation": rows,
        });
        document.add(&id, recommendation);
    }
}

fn series(schedule: Option<&Schedule>, item: &str) -> String {
    let entry = schedule.and_then(|schedule| Some(schedule.entry(schedule.entry_id(item)?).series_name.clone()));
    entry.unwrap_or_else(|| item.rsplit_once('-').map_or(item, |(series, _)| series).to_owned())
}

fn recommendation(schedule: Option<&Schedule>, next: &NextLine) -> Option<Value> {
    let (code, display) = match next.status {
        NextStatus::Due | NextStatus::Upcoming => ("due", "Due"),
        NextStatus::Overdue => ("overdue", "Overdue"),
        NextStatus::Complete => ("complete", "Complete"),
        NextStatus::Contraindicated => ("contraindicated", "Contraindicated"),
        NextStatus::NotApplicable | NextStatus::MissedWindow => return None,
    };
    let mut row = json!({
        "forecastStatus": {"coding": [{"system": STATUS, "code": code, "display": display}]},
        "series": next.series,
    });
    match next.products.first() {
        Some(product) if !is_supplement(product) => row["vaccineCode"] = json!([vaccine(product)]),
        // A medicine is not forecast as a vaccine.
        Some(_) => return None,
        None => row["targetDisease"] = json!({"text": next.series}),
    }
    let dates = [
        ("30981-5", "Earliest date to give", next.earliest),
        ("30980-7", "Date vaccine due", next.due),
        ("59778-1", "Date when overdue for immunization", next.overdue),
        ("59777-3", "Latest date to give immunization", next.last_day),
    ];
    let criteria: Vec<Value> = dates
        .into_iter()
        .filter_map(|(code, display, on)| {
            let code = json!({"coding": [{"system": LOINC, "code": code, "display": display}]});
            Some(json!({"code": code, "value": on?.to_string()}))
        })
        .collect();
    if !criteria.is_empty() {
        row["dateCriterion"] = json!(criteria);
    }
    if next.item != next.series {
        dose_number(schedule, &next.item, &mut row);
    }
    Some(row)
}
