//! What is known of each product beside the schedules: how long an opened vial may be used, and its codes in other
//! systems. The tables are in `assets/codes`, keyed by the product names of the schedules.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

const VIALS: &str = include_str!("../../../assets/codes/vials.toml");
const VACCINES: &str = include_str!("../../../assets/codes/vaccines.csv");

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// How long a vial may be used once it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenVial {
    /// The longest time from opening.
    pub discard_after_ms: u64,
    /// It is discarded when the session ends, if that comes first.
    pub end_of_session: bool,
}

impl OpenVial {
    /// Whether a vial opened at `opened_ms` may still be used at `now_ms`, in the session in which it was opened or
    /// in a later one. One that was opened in the future (the clock went back) counts as just opened.
    pub fn may_be_used(self, opened_ms: u64, now_ms: u64, same_session: bool) -> bool {
        (same_session || !self.end_of_session) && now_ms.saturating_sub(opened_ms) < self.discard_after_ms
    }
}

/// What a container of a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vial {
    Open(OpenVial),
    /// It holds one dose: none is ever left open.
    SingleDose,
    /// Not a vaccine.
    Supplement,
}

/// A product in the code systems of others. An empty text: that system has no code for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaccineCodes {
    pub product: String,
    /// What it is, in English.
    pub name: String,
    /// CDC; two or three digits, a leading zero counts.
    pub cvx: String,
    pub cvx_name: String,
    pub snomed_ct: String,
    pub snomed_term: String,
    pub atc: String,
    /// ICD-11 extension code.
    pub icd11_xm: String,
    /// Our own stable key of the vaccine in the monthly report; empty for what it does not count.
    pub hmis: String,
    /// By which it is given: oral, intradermal, subcutaneous, intramuscular.
    pub route: String,
    pub note: String,
}

/// How long an open vial of this product may be used; `None` for what has no open vial: single doses, supplements and
/// products that are not known.
pub fn open_vial_rule(product: &str) -> Option<OpenVial> {
    match vial(product)? {
        Vial::Open(rule) => Some(rule),
        Vial::SingleDose | Vial::Supplement => None,
    }
}

/// `None` for a product that is not in the table.
pub fn vial(product: &str) -> Option<Vial> {
    // A test holds both tables to be readable, so none is ever empty in a release.
    static READ: LazyLock<HashMap<String, Vial>> = LazyLock::new(|| read_vials(VIALS).unwrap_or_default());
    READ.get(product).copied()
}

/// `None` for a product that is not in the table.
pub fn vaccine_codes(product: &str) -> Option<&'static VaccineCodes> {
    static READ: LazyLock<Vec<VaccineCodes>> = LazyLock::new(|| read_vaccines(VACCINES).unwrap_or_default());
    READ.iter().find(|codes| codes.product == product)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sources: BTreeMap<String, String>,
    vial: BTreeMap<String, FileVial>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileVial {
    discard_after_h: Option<u32>,
    discard_after_days: Option<u32>,
    #[serde(default)]
    end_of_session: bool,
    #[serde(default)]
    single_dose: bool,
    #[serde(default)]
    supplement: bool,
    src: String,
}

fn read_vials(text: &str) -> Result<HashMap<String, Vial>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    if file.sources.is_empty() {
        return Err("the sources are missing".to_owned());
    }
    let read = |(product, found): (String, FileVial)| {
        let open = |discard_after_ms| Vial::Open(OpenVial { discard_after_ms, end_of_session: found.end_of_session });
        let vial = match (found.discard_after_h, found.discard_after_days, found.single_dose, found.supplement) {
            (Some(hours @ 1..), None, false, false) => open(u64::from(hours) * HOUR_MS),
            (None, Some(days @ 1..), false, false) => open(u64::from(days) * DAY_MS),
            (None, None, true, false) if !found.end_of_session => Vial::SingleDose,
            (None, None, false, true) if !found.end_of_session => Vial::Supplement,
            _ => return Err(format!("{product}: one time, or single_dose, or supplement")),
        };
        if found.src.is_empty() {
            return Err(format!("{product}: the source is missing"));
        }
        Ok((product, vial))
    };
    file.vial.into_iter().map(read).collect()
}

fn read_vaccines(text: &str) -> Result<Vec<VaccineCodes>, csv::Error> {
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes()).deserialize().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::forecast::{Schedule, VaccineKind};

    fn products() -> BTreeSet<&'static str> {
        let schedules = Schedule::builtin_ids().map(|id| Schedule::builtin(id).expect("a schedule"));
        schedules.into_iter().flat_map(|s| s.products().map(|product| s.product_name(product))).collect()
    }

    fn is_supplement(name: &str) -> bool {
        Schedule::builtin_ids().iter().filter_map(|id| Schedule::builtin(id)).any(|s| {
            let entries = s.entries().filter(|(id, _)| s.products_for(*id).iter().any(|p| s.product_name(*p) == name));
            entries.into_iter().any(|(_, entry)| s.vaccine(entry.vaccine).kind == VaccineKind::Supplement)
        })
    }

    #[test]
    fn every_product_of_the_schedules_has_a_rule_for_its_vials() {
        let table = read_vials(VIALS).expect("the table");
        let products = products();
        assert_eq!(table.keys().map(String::as_str).collect::<BTreeSet<_>>(), products);
        for product in products {
            let found = vial(product).expect(product);
            assert_eq!(found == Vial::Supplement, is_supplement(product), "{product}");
            match found {
                Vial::Open(rule) => assert_eq!(open_vial_rule(product), Some(rule)),
                Vial::SingleDose | Vial::Supplement => assert_eq!(open_vial_rule(product), None, "{product}"),
            }
        }
        assert_eq!(vial("XYZ"), None);
    }

    #[test]
    fn the_open_vial_policy_is_kept() {
        let days_28 = OpenVial { discard_after_ms: 28 * DAY_MS, end_of_session: false };
        let session = OpenVial { discard_after_ms: 4 * HOUR_MS, end_of_session: true };
        for product in ["DPT", "Td", "HepB", "OPV", "PENTA", "IPV", "fIPV", "PCV"] {
            assert_eq!(open_vial_rule(product), Some(days_28), "{product}");
        }
        for product in ["BCG", "MR", "JE", "RV", "RVV"] {
            assert_eq!(open_vial_rule(product), Some(session), "{product}");
        }
        assert!(session.may_be_used(0, 4 * HOUR_MS - 1, true));
        assert!(!session.may_be_used(0, 4 * HOUR_MS, true));
        assert!(!session.may_be_used(0, HOUR_MS, false));
        assert!(days_28.may_be_used(0, 28 * DAY_MS - 1, false));
        assert!(!days_28.may_be_used(0, 28 * DAY_MS, true));
        assert!(days_28.may_be_used(DAY_MS, 0, true));
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused() {
        let table = |vial: &str| read_vials(&format!("[sources]\nA = \"a\"\n[vial]\nX = {{ {vial} }}\n"));
        assert!(table("discard_after_h = 4, src = \"A\"").is_ok());
        for bad in [
            "src = \"A\"",
            "discard_after_h = 4",
            "discard_after_h = 0, src = \"A\"",
            "discard_after_h = 4, src = \"\"",
            "discard_after_h = 4, discard_after_days = 1, src = \"A\"",
            "discard_after_h = 4, single_dose = true, src = \"A\"",
            "single_dose = true, end_of_session = true, src = \"A\"",
            "supplement = true, single_dose = true, src = \"A\"",
            "discard_after_min = 4, src = \"A\"",
        ] {
            assert!(table(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_product_has_its_codes() {
        let table = read_vaccines(VACCINES).expect("the table");
        let listed: BTreeSet<&str> = table.iter().map(|codes| codes.product.as_str()).collect();
        assert_eq!(listed.len(), table.len(), "a product stands twice");
        assert_eq!(listed, products());
        for codes in &table {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let product = &codes.product;
            assert!(digits(&codes.cvx) && digits(&codes.snomed_ct), "{product}");
            assert_eq!(codes.cvx.is_empty(), is_supplement(product), "{product}");
            assert!(codes.cvx.is_empty() || (2..=3).contains(&codes.cvx.len()), "{product}: {}", codes.cvx);
            assert_eq!(
                (codes.cvx.is_empty(), codes.snomed_ct.is_empty()),
                (codes.cvx_name.is_empty(), codes.snomed_term.is_empty())
            );
            assert!(codes.snomed_ct.is_empty() || verhoeff(&codes.snomed_ct), "{product}: {}", codes.snomed_ct);
        }
        // What a spreadsheet would have made a number.
        assert_eq!(vaccine_codes("MR").map(|codes| (codes.cvx.as_str(), codes.hmis.as_str())), Some(("04", "mr")));
        assert_eq!(vaccine_codes("XYZ"), None);
        let uip = Schedule::builtin("uip").expect("a schedule");
        let uncounted: Vec<_> = uip
            .products()
            .map(|product| uip.product_name(product))
            .filter(|name| vaccine_codes(name).is_none_or(|codes| codes.hmis.is_empty()))
            .collect();
        assert_eq!(uncounted, ["HPV"]);
    }

    /// The last digit of a SNOMED CT identifier checks the others (Verhoeff's dihedral check).
    fn verhoeff(digits: &str) -> bool {
        // In the dihedral group of ten: below 5 the turns, from 5 the turned mirrors.
        let join = |a: u8, b: u8| match (a < 5, b < 5) {
            (true, true) => (a + b) % 5,
            (true, false) => 5 + (a + b - 5) % 5,
            (false, true) => 5 + (a - b) % 5,
            (false, false) => (5 + a - b) % 5,
        };
        let turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        let place = |digit: u8, position: usize| (0..position % 8).fold(digit, |digit, _| turn[usize::from(digit)]);
        let digits = digits.bytes().rev().map(|byte| byte - b'0').enumerate();
        digits.fold(0, |sum, (position, digit)| join(sum, place(digit, position))) == 0
    }
}
