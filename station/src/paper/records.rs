//! From the records to the papers' own plain data.

use super::certificate::{
    Certificate, CertificateDose, CertificateNext, DoseSource, Facility, Milestone, Milestones, Proof, Sex, Standing,
};
use clinic::forecast::{GivenNote, GivenStatus, NextStatus};
use clinic::health_card::Card;
use clinic::milestone;
use clinic::record::fact;
use clinic::store::{CertificateData, DoseLine, MilestoneLine};

/// What a certificate shows of a child's records.
pub fn certificate_of(data: &CertificateData, issued_by: &str) -> Certificate {
    let child = &data.page.child;
    let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
    Certificate {
        number: data.no.to_string(),
        issued_on: data.issued_on,
        issue: data.issue,
        first_on: data.first_on,
        issued_by: issued_by.to_owned(),
        facility: facility(data),
        child_name: child.name.clone(),
        child_id: child.id.to_string(),
        numbers: if data.with_numbers { numbers(data) } else { Vec::new() },
        dob: child.dob,
        dob_estimated: child.dob_estimated,
        sex: match child.sex {
            fact::Sex::Female => Sex::Female,
            fact::Sex::Male => Sex::Male,
            fact::Sex::Other => Sex::Other,
        },
        guardian: guardian.clone(),
        village: child.village.clone(),
        schedule: data.clinic.schedule.clone(),
        schedule_name: data.clinic.schedule_name.clone(),
        doses: data.page.doses.iter().map(|line| dose(line, &data.clinic.name)).collect(),
        next: data
            .page
            .next
            .iter()
            .filter_map(|next| {
                let overdue = next.status == NextStatus::Overdue;
                Some(CertificateNext { item: next.item.clone(), due: next.due?, overdue })
            })
            .collect(),
        milestones: data
            .page
            .milestones
            .as_ref()
            .map(|found| Milestones { first_year: milestone(&found.fully), second_year: milestone(&found.completely) }),
        proof: proof(data),
        specimen: data.clinic.demo,
    }
}

fn facility(data: &CertificateData) -> Facility {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let clinic = &data.clinic;
    Facility {
        name: clinic.name.clone(),
        address: None,
        code: said(&clinic.facility_code),
        phone: said(&clinic.facility_phone),
    }
}

/// By which other registers know the child.
fn numbers(data: &CertificateData) -> Vec<(&'static str, String)> {
    let form = &data.page.details;
    let all = [("field-rch", &form.rch), ("field-uwin", &form.uwin), ("field-abha", &form.abha)];
    all.into_iter().filter(|(_, number)| !number.is_empty()).map(|(key, number)| (key, number.clone())).collect()
}

fn proof(data: &CertificateData) -> Option<Proof> {
    let codes: Vec<String> = data.cards.iter().map(Card::qr_text).collect();
    let brief = data.cards.iter().map(|card| card.brief).sum();
    (!codes.is_empty()).then(|| Proof { codes, kid: data.kid.clone(), brief })
}

fn milestone(found: &MilestoneLine) -> Milestone {
    match found.standing {
        milestone::Standing::Reached { on } => Milestone::Reached { on },
        milestone::Standing::Missed => Milestone::Missed,
        milestone::Standing::Open => Milestone::Open,
    }
}

fn dose(line: &DoseLine, clinic: &str) -> CertificateDose {
    let site = line.session.as_ref().map(|session| session.site.as_str()).filter(|site| !site.is_empty());
    // Who gave a dose elsewhere is not who copied it here; what was seen of it stands in the place.
    let (place, given_by, source) = match &line.outside {
        Some(proof) => (proof.as_str(), "", DoseSource::Outside),
        None => (site.unwrap_or(clinic), line.by.as_str(), DoseSource::Recorded),
    };
    CertificateDose {
        item: line.item.clone(),
        product: line.product.clone(),
        on: line.on,
        batch: line.batch.clone(),
        place: place.to_owned(),
        given_by: given_by.to_owned(),
        standing: match line.status {
            GivenStatus::Valid => Standing::Valid,
            GivenStatus::InvalidTooEarly | GivenStatus::Duplicate => Standing::Invalid,
            GivenStatus::Extra => Standing::Extra,
        },
        reason: reason(line).map(str::to_owned),
        source,
    }
}

fn reason(line: &DoseLine) -> Option<&'static str> {
    match (line.status, line.note) {
        (GivenStatus::Duplicate, _) => Some("duplicate"),
        (GivenStatus::Valid, Some(note @ GivenNote::AfterLatestAge)) => Some(note.as_str()),
        _ => line.why.map(|why| why.as_str()),
    }
}
