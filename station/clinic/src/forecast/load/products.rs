//! Vaccines, the products that can be recorded, and which product gives which dose.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::file::{FileVaccine, Word};
use super::words::{check_text_name, in_file_order, small, sourced};
use super::{Builder, Checked, complain};
use crate::forecast::schedule::{Product, ProductId, Vaccine, VaccineId, VaccineKind};

impl Builder {
    pub(super) fn vaccines(&mut self, found: BTreeMap<String, Spanned<FileVaccine>>) -> Checked<()> {
        for (id, vaccine) in in_file_order(found) {
            let at = vaccine.span();
            let vaccine = vaccine.into_inner();
            check_text_name(&id, at.clone(), "vaccine")?;
            let position = small(self.vaccines.len(), at, "vaccines")?;
            let kind = match vaccine.kind.get_ref().as_str() {
                "live-bcg" => VaccineKind::LiveBcg,
                "live-oral" => VaccineKind::LiveOral,
                "live-injected" => VaccineKind::LiveInjected,
                "inactivated" => VaccineKind::Inactivated,
                "supplement" => VaccineKind::Supplement,
                other => {
                    return complain(
                        vaccine.kind.span(),
                        format!(
                            "\"{other}\" is not a kind of vaccine (live-bcg, live-oral, live-injected, inactivated, \
                             supplement)"
                        ),
                    );
                }
            };
            self.vaccine_by_id.insert(id.clone(), VaccineId(position));
            self.vaccines.push(Vaccine {
                id,
                name: vaccine.name,
                antigens: vaccine.antigens,
                kind,
                route: sourced(vaccine.route),
                site: sourced(vaccine.site),
                volume: sourced(vaccine.volume),
                diluent: vaccine.diluent.and_then(sourced),
                source: vaccine.src,
            });
        }
        Ok(())
    }

    pub(super) fn products(&mut self, found: BTreeMap<String, Spanned<Vec<Word>>>) -> Checked<()> {
        for (name, fills) in in_file_order(found) {
            check_text_name(&name, fills.span(), "product")?;
            if fills.get_ref().is_empty() {
                return complain(fills.span(), format!("product \"{name}\" counts for no series"));
            }
            let mut series = Vec::new();
            for fill in fills.get_ref() {
                let filled = self.known_series(fill)?;
                if series.contains(&filled) {
                    return complain(fill.span(), format!("product \"{name}\" names a series twice"));
                }
                series.push(filled);
            }
            let position = small(self.products.len(), fills.span(), "products")?;
            self.product_by_name.insert(name.clone(), ProductId(position));
            self.products.push(Product { name, series, live: None, live_vaccine: false });
        }
        Ok(())
    }

    pub(super) fn products_for(&mut self) -> Checked<()> {
        for (entry, (at, asked)) in self.entries.iter().zip(&self.places) {
            let vaccine = &self.vaccines[entry.vaccine.index()].id;
            let fills = |product: &ProductId| self.products[product.index()].series.contains(&entry.series);
            let own = match asked {
                None => self.product_by_name.get(vaccine).copied().filter(fills),
                Some(name) => match self.product_by_name.get(name.get_ref()).copied().filter(fills) {
                    None => {
                        return complain(
                            name.span(),
                            format!("no product \"{}\" counts for series \"{}\"", name.get_ref(), entry.series_name),
                        );
                    }
                    own => own,
                },
            };
            // Where a series changes its vaccine on the way (pentavalent, then DPT), the other
            // vaccine's product is not offered for this entry.
            let other_vaccines: BTreeSet<&str> = self
                .entries
                .iter()
                .filter(|other| other.series == entry.series && other.vaccine != entry.vaccine)
                .map(|other| self.vaccines[other.vaccine.index()].id.as_str())
                .collect();
            let mut products: Vec<ProductId> = own.into_iter().collect();
            let in_order = (0..).map(ProductId).take(self.products.len());
            products.extend(in_order.filter(|product| {
                Some(*product) != own
                    && fills(product)
                    && !other_vaccines.contains(self.products[product.index()].name.as_str())
            }));
            if products.is_empty() {
                return complain(at.clone(), format!("no product can be recorded for dose \"{}\"", entry.id));
            }
            self.products_for.push(products);
        }
        Ok(())
    }
}
