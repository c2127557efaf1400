//! Certificates: issued, found again, and which issue of a child's one is.

use super::child::{ChildPage, child_page};
use super::children::{ChildFilter, Wanted};
use super::search::{Typed, find_certified};
use super::things::Named;
use super::{Clinic, ClinicView, Query, Right, Session, StoreError, SubmitError, all, bytes, clinic, date, day, int};
use super::{one, uint};
use crate::codes::vaccine_codes;
use crate::date::to_day;
use crate::health_card::{Card, CardDose, Content, IssuerKey, issue, issuer_of};
use crate::record::command::Command;
use crate::record::fact::Fact;
use crate::record::refusal::Refusal;
use crate::record::text::devanagari_digit;
use crate::store::issuers;
use crate::store::look::PARTS;
use chrono::NaiveDate;
use hub_protocol::symbols::write_number;
use hub_protocol::{ChildId, OriginId};
use rusqlite::{Connection, Row};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;

/// Rows of one page of the list.
pub const CERTIFICATE_PAGE: u32 = 100;

/// Symbols of the log's random number that follow a certificate's number.
const TAG_SYMBOLS: u32 = 4;
/// With those of the number itself, for the check symbol.
const ALL_SYMBOLS: u32 = 12;

/// The number on a certificate, `12-K7QM4`: the count of this clinic, four symbols of the random number of the log
/// in which it stands, and a check symbol. A clinic that was restored from an older backup counts on in a new log,
/// so that no number is printed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CertificateNo {
    pub origin: OriginId,
    pub number: u64,
}

impl fmt::Display for CertificateNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, ..] = self.origin.0;
        let tag_bits = 5 * TAG_SYMBOLS;
        let tag = (u64::from(a) << 16 | u64::from(b) << 8 | u64::from(c)) >> (24 - tag_bits);
        let symbols = write_number((self.number << tag_bits) | tag, ALL_SYMBOLS).replace('-', "");
        let tag = &symbols[symbols.len() - TAG_SYMBOLS as usize - 1..];
        write!(f, "{}-{tag}", self.number)
    }
}

/// One certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateLine {
    pub no: CertificateNo,
    pub child: Named,
    pub on: NaiveDate,
    pub by: String,
    /// 1 for the child's first, 2 for the second.
    pub issue: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CertificateFilter {
    /// A number, or words of the child's name, parents, village, phone or number.
    pub typed: String,
    /// Issued from one day up to another.
    pub period: Option<RangeInclusive<NaiveDate>>,
}

/// What stands on a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateData {
    pub no: CertificateNo,
    pub issued_on: NaiveDate,
    /// Which one of this child's it is, from 1.
    pub issue: u32,
    /// When the child's first one was issued.
    pub first_on: NaiveDate,
    pub page: ChildPage,
    pub clinic: ClinicView,
    /// The doses again, signed: what the QR codes hold. Empty when one dose with the child's name is too long for one.
    pub cards: Vec<Card>,
    /// The name of the key that signed them.
    pub kid: String,
    /// The family wants the child's RCH, U-WIN and ABHA numbers on the paper.
    pub with_numbers: bool,
    /// The public halves of the clinic's keys, as a JSON Web Key Set: this one's first, then those of the computers that
    /// this one took over.
    pub key_set: String,
}

impl Clinic {
    /// Issues a numbered certificate and gives what stands on it.
    pub fn issue_certificate(&self, session: &Session, child: ChildId) -> Result<CertificateData, SubmitError> {
        self.scope(session, Right::See(Query::Certificate))?;
        let today = self.today()?;
        let key = IssuerKey::of(&self.identity().seed());
        let command = Command::IssueCertificate { child, on: to_day(today), key: key.public() };
        let receipt = self.submit(session, command)?;
        let Fact::CertificateIssued(issued) = receipt.fact else { return Err(StoreError::Closed.into()) };
        let no = CertificateNo { origin: receipt.event.origin, number: issued.number };
        let data = self.read(|conn| {
            let Some(page) = child_page(conn, child, today)? else { return Ok(None) };
            let lines = certificates_of(conn, page.child.id)?;
            let issue = lines.iter().find(|line| line.no == no).map(|line| line.issue);
            let first_on = lines.last().map(|line| line.on);
            let Some((issue, first_on)) = issue.zip(first_on) else { return Ok(None) };
            let (clinic, cards, kid, key_set) = (clinic(conn)?, Vec::new(), String::new(), String::new());
            let with_numbers = false;
            Ok(Some(CertificateData {
                no,
                issued_on: today,
                issue,
                first_on,
                page,
                clinic,
                cards,
                kid,
                with_numbers,
                key_set,
            }))
        })?;
        let mut data = data.ok_or(Refusal::UnknownChild)?;
        self.sign(&mut data, &key)?;
        self.saw_record(session, data.page.child.id, data.page.child.worker.as_ref().map(|(id, _)| *id))?;
        Ok(data)
    }

    fn sign(&self, data: &mut CertificateData, key: &IssuerKey) -> Result<(), StoreError> {
        data.kid = key.kid();
        let iss = issuer_of(&self.identity().device_id());
        match issue(&content(&data.page, &data.clinic), &iss, self.env().now_ms() / 1000, key) {
            Ok(cards) => data.cards = cards,
            Err(error) => tracing::warn!(%error, "a certificate has no code"),
        }
        data.key_set = self.read(|conn| issuers::keep(conn, self.identity(), self.dir()))?;
        Ok(())
    }

    /// Certificates that were issued, the last first: all of the clinic for an Admin, for a worker those of her
    /// children and her own. The second value is how many there are in all.
    pub fn certificates(
        &self,
        session: &Session,
        filter: &CertificateFilter,
        offset: u32,
    ) -> Result<(Vec<CertificateLine>, u32), SubmitError> {
        let own = self.own(session, Query::Certificates)?;
        let today = self.today()?;
        let typed = filter.typed.trim();
        let mut wanted = "WHERE (?1 IS NULL OR f.by_user = ?1 OR c.worker = ?1) AND f.day BETWEEN ?2 AND ?3".to_owned();
        let number = number_of(typed);
        let (from, to) = match &filter.period {
            Some(period) => (day(*period.start()), day(*period.end())),
            None => (i64::MIN, i64::MAX),
        };
        let params = (own, from, to);
        Ok(self.read(|conn| {
            if let Some((number, _)) = &number {
                wanted.push_str(&format!(" AND f.number = {}", int(*number)));
            } else if let Some(typed) = Typed::read(typed) {
                let found = find_certified(conn, &typed, &Wanted::of(&ChildFilter::default(), today))?;
                let found: Vec<String> = found.iter().map(i64::to_string).collect();
                wanted.push_str(&format!(" AND c.id IN ({})", found.join(",")));
            }
            let total = one(conn, &format!("SELECT count(*) {FROM} {wanted}"), params, |r| r.get(0))?;
            let sql = format!(
                "{LINE} {FROM} {wanted} ORDER BY f.number DESC, f.origin DESC LIMIT {CERTIFICATE_PAGE} OFFSET {offset}"
            );
            let mut lines = all(conn, &sql, params, line)?;
            let total: u32 = total.unwrap_or_default();
            // Of two logs' certificates with one number the symbols behind it tell which is meant.
            if let Some((_, tag)) = number.filter(|(_, tag)| !tag.is_empty()) {
                lines.retain(|line| line.no.to_string().ends_with(&tag));
                let kept = u32::try_from(lines.len()).unwrap_or(total);
                return Ok((lines, kept));
            }
            Ok((lines, total))
        })?)
    }
}

/// What a card tells of a child: each injection once, whatever it counted for. Supplements are no vaccines.
fn content(page: &ChildPage, clinic: &ClinicView) -> Content {
    let mut doses: Vec<CardDose> = Vec::with_capacity(page.doses.len());
    let mut seen = BTreeSet::new();
    for line in &page.doses {
        let Some(codes) = vaccine_codes(&line.product).filter(|codes| !codes.cvx.is_empty()) else { continue };
        if !seen.insert((line.on, line.product.as_str())) {
            continue;
        }
        let outside = line.outside.is_some();
        let place = (!outside).then(|| clinic.name.clone());
        doses.push(CardDose { cvx: codes.cvx.clone(), on: line.on, lot: line.batch.clone(), place, outside });
    }
    doses.sort_by_key(|dose| dose.on);
    let child = &page.child;
    let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
    let name = if child.name.is_empty() { format!("Baby of {guardian}") } else { child.name.clone() };
    Content { name, born: child.dob, doses }
}

const LINE: &str = "SELECT f.origin, f.number, c.id, c.name, c.mother, c.village, f.day, u.name,
    (SELECT count(*) FROM certificate g WHERE (g.day, g.number, g.origin) <= (f.day, f.number, f.origin)
     AND g.child IN (SELECT c.id UNION ALL SELECT q.id FROM child q WHERE q.merged_into = c.id))";
const FROM: &str =
    "FROM certificate f JOIN child p ON p.id = f.child JOIN child c ON c.id = coalesce(p.merged_into, p.id)
    LEFT JOIN user u ON u.id = f.by_user";

fn line(r: &Row<'_>) -> rusqlite::Result<CertificateLine> {
    Ok(CertificateLine {
        no: CertificateNo { origin: OriginId(bytes(r, 0)?), number: uint(r.get(1)?) },
        child: Named { id: ChildId(uint(r.get(2)?)), name: r.get(3)?, mother: r.get(4)?, village: r.get(5)? },
        on: date(r.get(6)?),
        by: r.get::<_, Option<String>>(7)?.unwrap_or_default(),
        issue: r.get(8)?,
    })
}

/// The certificates of a child and its parts, the last first. Each station counts its own, so that the day comes first.
pub(super) fn certificates_of(conn: &Connection, child: ChildId) -> rusqlite::Result<Vec<CertificateLine>> {
    let sql = format!(
        "SELECT f.origin, f.number, c.id, c.name, c.mother, c.village, f.day, u.name, 0
         {FROM} WHERE f.child IN ({PARTS}) ORDER BY f.day DESC, f.number DESC, f.origin DESC LIMIT {CERTIFICATE_PAGE}"
    );
    let mut lines = all(conn, &sql, [int(child.0)], line)?;
    for (issue, line) in (1..).zip(lines.iter_mut().rev()) {
        line.issue = issue;
    }
    Ok(lines)
}

/// `12` or `12-K7QM4` as it is typed: the number, and the symbols behind it.
fn number_of(typed: &str) -> Option<(u64, String)> {
    let typed: String = typed.chars().map(|c| devanagari_digit(c).unwrap_or(c)).collect();
    let (number, tag) = typed.split_once(['-', ' ']).unwrap_or((&typed, ""));
    let tag: String = tag.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    // A phone number is no certificate's, and a child's number has symbols in it.
    let is_number = !number.is_empty() && number.len() <= 7 && number.bytes().all(|b| b.is_ascii_digit());
    let fits = tag.is_empty() || tag.len() == TAG_SYMBOLS as usize + 1;
    number.parse().ok().filter(|_| is_number && fits).map(|number| (number, tag))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_printed() {
        let no = |first: u8, number| CertificateNo { origin: OriginId([first; 16]), number };
        let printed = no(7, 12).to_string();
        let (number, tag) = number_of(&printed.to_lowercase()).unwrap();
        assert_eq!(number, 12);
        assert!(printed.starts_with("12-") && printed.ends_with(&tag) && tag.len() == 5, "{printed}");
        // Another log, another number: other symbols.
        assert_ne!(no(8, 12).to_string(), printed);
        assert_ne!(no(7, 13).to_string()[3..], printed[3..]);
        assert_eq!(number_of("7").unwrap(), (7, String::new()));
        assert_eq!(number_of("१२").unwrap(), (12, String::new()));
        for other in ["", "Meena", "9876543210", "12-K7", "K7QM-2XDR-9FWT", "12a"] {
            assert_eq!(number_of(other), None, "{other}");
        }
    }
}
