//! The spacing of live vaccines: which take part, and how long after one another may follow.

use super::file::{FileLivePair, Word};
use super::words::{sooner, span};
use super::{Builder, Checked, MOST_LIVE, complain};
use crate::forecast::date::Span;
use crate::forecast::schedule::{Interval, ProductId, Series, Step, VaccineKind};

/// CDC and WHO: live-injected vaccines not given on the same day are 28 days apart.
const USUAL: Span = Span::weeks(4);

impl Builder {
    pub(super) fn live_products(&mut self, names: &[Word]) -> Checked<()> {
        if let Some(name) = names.get(MOST_LIVE) {
            return complain(name.span(), format!("at most {MOST_LIVE} products may be in live_products"));
        }
        for (position, name) in names.iter().enumerate() {
            let product = self.known_product(name)?;
            let live = &mut self.products[product.index()].live;
            if live.replace(position).is_some() {
                return complain(name.span(), format!("product \"{}\" is in live_products twice", name.get_ref()));
            }
        }
        self.live_spacing = vec![Some(USUAL); names.len() * names.len()];
        Ok(())
    }

    pub(super) fn live_series(&mut self, names: &[Word]) -> Checked<()> {
        for name in names {
            let series = self.known_series(name)?;
            let found = &mut self.series[series.index()];
            if std::mem::replace(&mut found.live, true) {
                return complain(name.span(), format!("series \"{}\" is in live_series twice", name.get_ref()));
            }
            if !self.products.iter().any(|product| product.live.is_some() && product.series.contains(&series)) {
                return complain(
                    name.span(),
                    format!(
                        "series \"{}\" is in live_series, but none of its products in live_products",
                        name.get_ref()
                    ),
                );
            }
        }
        // A live vaccine left out by mistake would silently lose its 28-day spacing.
        for (entry, (at, _)) in self.entries.iter().zip(&self.places) {
            let injected = self.vaccines[entry.vaccine.index()].kind == VaccineKind::LiveInjected;
            let series = &self.series[entry.series.index()];
            if injected && !series.live {
                return complain(
                    at.clone(),
                    format!(
                        "dose \"{}\" is a live injected vaccine, but its series \"{}\" is not in live_series",
                        entry.id, series.name
                    ),
                );
            }
        }
        Ok(())
    }

    pub(super) fn live_pairs(&mut self, pairs: &[FileLivePair], live_products: &[Word]) -> Checked<()> {
        let mut named = Vec::new();
        for pair in pairs {
            let mut places = [0; 2];
            for (place, name) in places.iter_mut().zip([&pair.first, &pair.then]) {
                let product = self.known_product(name)?;
                let Some(position) = self.products[product.index()].live else {
                    return complain(
                        name.span(),
                        format!("product \"{}\" of a live_pair is not in live_products", name.get_ref()),
                    );
                };
                *place = position;
            }
            if named.contains(&places) {
                return complain(
                    pair.first.span(),
                    format!("\"{}\" before \"{}\" has two live_pairs", pair.first.get_ref(), pair.then.get_ref()),
                );
            }
            named.push(places);
            let interval = match pair.interval.get_ref().as_str() {
                "none" => None,
                _ => Some(span(&pair.interval)?).filter(|span| *span != Span::default()),
            };
            self.live_spacing[places[0] * live_products.len() + places[1]] = interval;
        }
        Ok(())
    }

    /// Spacing would call a dose too early that the interval of its own series allows.
    pub(super) fn live_intervals(&self) -> Checked<()> {
        for series in self.series.iter().filter(|series| series.live) {
            let Some(needed) = self.longest_spacing_within(series) else { continue };
            for step in later_steps(series) {
                let short = match step.interval {
                    Interval::Is(span) => sooner(span, needed),
                    Interval::None => true,
                    Interval::Unsourced => sooner(USUAL, needed),
                };
                if short {
                    let (entry, (at, _)) = (&self.entries[step.entry.index()], &self.places[step.entry.index()]);
                    let needs = if needed == USUAL { "at least 4 weeks (4w)".to_owned() } else { needed.to_string() };
                    return complain(
                        at.clone(),
                        format!("dose \"{}\": live doses need {needs} since the last", entry.id),
                    );
                }
            }
        }
        Ok(())
    }

    fn longest_spacing_within(&self, series: &Series) -> Option<Span> {
        let id = self.series_by_name.get(&series.name)?;
        let products = self.products.iter().filter(|product| product.series.contains(id));
        let live: Vec<usize> = products.filter_map(|product| product.live).collect();
        let count = self.live_count();
        let pairs = live.iter().flat_map(|first| live.iter().map(move |then| first * count + then));
        pairs.filter_map(|pair| self.live_spacing[pair]).reduce(|a, b| if sooner(a, b) { b } else { a })
    }

    fn live_count(&self) -> usize {
        self.products.iter().filter(|product| product.live.is_some()).count()
    }

    /// Which products hold a live vaccine of any kind; and none that is injected escapes the spacing.
    pub(super) fn live_vaccines(&mut self) -> Checked<()> {
        for (position, entry) in self.entries.iter().enumerate() {
            let products = &self.products_for[position];
            if !self.rules[position].live {
                continue;
            }
            let injected = self.vaccines[entry.vaccine.index()].kind == VaccineKind::LiveInjected;
            if injected && self.products[products[0].index()].live.is_none() {
                let name = &self.products[products[0].index()].name;
                return complain(
                    self.places[position].0.clone(),
                    format!(
                        "dose \"{}\" is a live injected vaccine, but its product \"{name}\" is not in live_products",
                        entry.id
                    ),
                );
            }
            for product in products {
                self.products[product.index()].live_vaccine = true;
            }
        }
        Ok(())
    }

    fn known_product(&self, name: &Word) -> Checked<ProductId> {
        match self.product_by_name.get(name.get_ref()) {
            Some(product) => Ok(*product),
            None => complain(name.span(), format!("there is no product \"{}\"", name.get_ref())),
        }
    }
}

/// Every step of every list that follows another.
fn later_steps(series: &Series) -> impl Iterator<Item = &Step> {
    std::iter::once(&series.plan)
        .chain(series.catch_up.iter().map(|list| &list.steps))
        .chain(series.late_start.iter().map(|list| &list.steps))
        .flat_map(|steps| steps.iter().skip(1))
}
