//! Lists of children, and of what was done for them.

use super::{Stopped, Table, day, line, number, pages, yes};
use chrono::NaiveDate;
use clinic::forecast::GivenStatus;
use clinic::store::{CertificateFilter, ChildLine, DUE_PAGE, DueFilter, GrowthShow};
use clinic::{Clinic, Session};
use std::ops::RangeInclusive;

const CHILD_COLUMNS: [&str; 11] =
    ["child", "name", "dob", "dob_estimated", "sex", "mother", "father", "phone", "village", "worker", "next_due"];

fn child_cells(child: &ChildLine) -> [String; 11] {
    [
        child.id.to_string(),
        child.name.clone(),
        child.dob.to_string(),
        yes(child.dob_estimated),
        child.sex.code().to_owned(),
        child.mother.clone(),
        child.father.clone(),
        // It leaves only when the family may be looked for.
        if child.consent_tracing { child.phone.clone() } else { String::new() },
        child.village.clone(),
        child.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        day(child.next_due),
    ]
}

pub(super) fn children(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, CHILD_COLUMNS)?;
    pages(|offset| clinic.children_to_take_out(session, offset), |child| line(table, child_cells(child)))
}

pub(super) fn doses(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    let columns = [
        "child",
        "dob",
        "sex",
        "village",
        "worker",
        "item",
        "product",
        "on",
        "batch",
        "here",
        "outside",
        "status",
        "why",
        "by",
        "session_site",
    ];
    line(table, columns)?;
    let _ = clinic.take_out_children(session, |page| {
        let child = &page.child;
        for dose in page.doses.iter().filter(|dose| days.contains(&dose.on)) {
            let status = match dose.status {
                GivenStatus::Valid => "valid",
                GivenStatus::InvalidTooEarly => "too-early",
                GivenStatus::Extra => "extra",
                GivenStatus::Duplicate => "duplicate",
            };
            let cells = [
                child.id.to_string(),
                child.dob.to_string(),
                child.sex.code().to_owned(),
                child.village.clone(),
                child.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
                dose.item.clone(),
                dose.product.clone(),
                dose.on.to_string(),
                dose.batch.clone().unwrap_or_default(),
                yes(dose.outside.is_none()),
                dose.outside.clone().unwrap_or_default(),
                status.to_owned(),
                dose.why.map(|why| why.as_str().to_owned()).unwrap_or_default(),
                dose.by.clone(),
                dose.session.as_ref().map(|session| session.site.clone()).unwrap_or_default(),
            ];
            line(table, cells)?;
        }
        Ok::<(), Stopped>(())
    })?;
    Ok(())
}

pub(super) fn due(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    let [a, b, c, d, e, f, g, h, i, j, k] = CHILD_COLUMNS;
    line(table, [a, b, c, d, e, f, g, h, i, j, k, "defaulter", "days_late", "doses"])?;
    let mut offset = 0;
    loop {
        let page = clinic.due_list(session, &DueFilter::default(), offset)?;
        for row in &page.rows {
            let doses: Vec<String> = row.doses.iter().map(|dose| format!("{}@{}", dose.item, dose.due)).collect();
            let [a, b, c, d, e, f, g, h, i, j, k] = child_cells(&row.child);
            let (late, days_late) = (yes(row.late), row.days_late.to_string());
            line(table, [a, b, c, d, e, f, g, h, i, j, k, late, days_late, doses.join("; ")])?;
        }
        offset += DUE_PAGE;
        if offset >= page.late + page.due {
            return Ok(());
        }
    }
}

pub(super) fn growth(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(
        table,
        ["child", "dob", "sex", "on", "weight_g", "length_mm", "measured", "muac_mm", "head_mm", "oedema", "by"],
    )?;
    let _ = clinic.take_out_children(session, |page| {
        for growth in page.growth.iter().filter(|growth| days.contains(&growth.on)) {
            let measured = &growth.measured;
            let how = measured.length_mm.map(|_| if measured.standing { "standing" } else { "lying" });
            let cells = [
                page.child.id.to_string(),
                page.child.dob.to_string(),
                page.child.sex.code().to_owned(),
                growth.on.to_string(),
                number(measured.weight_g),
                number(measured.length_mm),
                how.unwrap_or_default().to_owned(),
                number(measured.muac_mm),
                number(measured.head_mm),
                yes(measured.oedema),
                growth.by.clone(),
            ];
            line(table, cells)?;
        }
        Ok::<(), Stopped>(())
    })?;
    Ok(())
}

pub(super) fn malnourished(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["child", "name", "dob", "mother", "village", "measured_on", "need"])?;
    pages(
        |offset| clinic.growth_list(session, GrowthShow::InNeed, offset),
        |row| {
            let child = &row.child;
            let need = row.need.map(|need| need.code()).unwrap_or_default().to_owned();
            let (id, dob) = (child.id.to_string(), child.dob.to_string());
            let (name, mother, village) = (child.name.clone(), child.mother.clone(), child.village.clone());
            line(table, [id, name, dob, mother, village, day(row.measured_on), need])
        },
    )
}

pub(super) fn aefis(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(
        table,
        ["child", "name", "village", "noticed_on", "onset_on", "class", "outcome", "products", "case_id", "by", "here"],
    )?;
    pages(
        |offset| clinic.aefis(session, days, offset),
        |event| {
            let cells = [
                event.child.id.to_string(),
                event.child.name.clone(),
                event.child.village.clone(),
                event.on.to_string(),
                event.onset_on.to_string(),
                event.class.code().to_owned(),
                event.outcome.code().to_owned(),
                event.products.join("; "),
                event.case_id.clone(),
                event.by.clone(),
                yes(event.here),
            ];
            line(table, cells)
        },
    )
}

pub(super) fn certificates(
    clinic: &Clinic,
    session: &Session,
    period: Option<RangeInclusive<NaiveDate>>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["certificate", "child", "name", "mother", "village", "on", "issue", "by"])?;
    let filter = CertificateFilter { typed: String::new(), period };
    pages(
        |offset| clinic.certificates(session, &filter, offset),
        |one| {
            let (no, child, issue) = (one.no.to_string(), &one.child, one.issue.to_string());
            let (name, mother, village) = (child.name.clone(), child.mother.clone(), child.village.clone());
            line(table, [no, child.id.to_string(), name, mother, village, one.on.to_string(), issue, one.by.clone()])
        },
    )
}
