//! Names of vaccines and doses, made from the ids of the schedules.

use super::Words;

impl Words {
    /// `PENTA` is "Pentavalent". A product newer than these words keeps its id.
    pub fn product(&self, id: &str) -> String {
        self.find(&format!("product-{}", id.to_lowercase()), &[]).unwrap_or_else(|| id.to_owned())
    }

    /// An entry of a schedule as a nurse says it: `PENTA-1` is "Pentavalent 1", `OPV-B2` "OPV booster 2",
    /// `HepB-0` "Hepatitis B birth dose". Series and products work too.
    pub fn dose_label(&self, id: &str) -> String {
        if let Some(own) = self.find(&format!("dose-{}", id.to_lowercase()), &[]) {
            return own;
        }
        let Some((product, number)) = id.rsplit_once('-') else {
            return self.product(id);
        };
        let product = self.product(product);
        let (booster, number) = match number.strip_prefix(['B', 'b']) {
            Some(rest) => (true, rest),
            None => (false, number),
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) || (number.is_empty() && !booster) {
            return self.product(id);
        }
        match (booster, number) {
            (true, "") => self.with("dose-booster", &[("product", product.into())]),
            (true, n) => self.with("dose-booster-numbered", &[("product", product.into()), ("n", n.into())]),
            (false, "0") => self.with("dose-birth", &[("product", product.into())]),
            (false, n) => self.with("dose-numbered", &[("product", product.into()), ("n", n.into())]),
        }
    }

    /// The registered children of an age in whole years; of the first years as surveys name it, in months.
    pub fn of_age(&self, years: u32) -> String {
        let months = |years: u32| u64::from(years * 12);
        if years < 3 {
            let args = [("from", months(years).into()), ("until", (months(years + 1) - 1).into())];
            self.with("reports-coverage-months", &args)
        } else {
            self.with("reports-coverage-years", &[("n", years.into())])
        }
    }

    /// Why a dose does not count, from the forecast's code. `None` for a code newer than these words.
    pub fn reason(&self, code: &str) -> Option<String> {
        self.find(&format!("reason-{code}"), &[])
    }

    /// The name of a schedule; `None` for one that came after these words.
    pub fn schedule(&self, id: &str) -> Option<String> {
        self.find(&format!("schedule-{id}"), &[])
    }

    /// A child's name, or whose baby it is while it has none.
    pub fn child_name(&self, name: &str, mother: &str) -> String {
        if name.trim().is_empty() { self.with("child-baby-of", &[("mother", mother.into())]) } else { name.to_owned() }
    }
}
