//! From the records to the papers' own plain data.

use super::certificate::{Certificate, CertificateDose, CertificateNext, DoseSource, Facility, Sex, Standing};
use clinic::forecast::{GivenNote, GivenStatus, NextStatus};
use clinic::record::fact;
use clinic::store::{CertificateData, DoseLine};

/// What a certificate shows of a child's records.
pub fn certificate_of(data: &CertificateData, issued_by: &str) -> Certificate {
    let child = &data.page.child;
    let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
    Certificate {
        number: data.number.to_string(),
        issued_on: data.issued_on,
        issued_by: issued_by.to_owned(),
        facility: Facility { name: data.clinic.name.clone(), ..Facility::default() },
        child_name: child.name.clone(),
        child_id: child.id.to_string(),
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
        milestones: None,
        specimen: data.clinic.demo,
    }
}

fn dose(line: &DoseLine, place: &str) -> CertificateDose {
    CertificateDose {
        item: line.item.clone(),
        product: line.product.clone(),
        on: line.on,
        batch: line.batch.clone(),
        place: place.to_owned(),
        given_by: line.by.clone(),
        standing: match line.status {
            GivenStatus::Valid => Standing::Valid,
            GivenStatus::InvalidTooEarly | GivenStatus::Duplicate => Standing::Invalid,
            GivenStatus::Extra => Standing::Extra,
        },
        reason: reason(line).map(str::to_owned),
        source: DoseSource::Recorded,
    }
}

fn reason(line: &DoseLine) -> Option<&'static str> {
    match (line.status, line.note) {
        (GivenStatus::Duplicate, _) => Some("duplicate"),
        (GivenStatus::Valid, Some(note @ GivenNote::AfterLatestAge)) => Some(note.as_str()),
        _ => line.why.map(|why| why.as_str()),
    }
}
