//! The counts of a month as a DHIS2 data value set (JSON), for its `dataValueSets` endpoint.

use crate::store::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest identifier that is taken; DHIS2's own have 11 characters, codes up to 50.
const ID_MAX_CHARS: usize = 50;
const MAP_MAX_LINES: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataValueSet {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_set: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_date: Option<String>,
    /// `202611`.
    pub period: String,
    pub org_unit: String,
    /// How the data elements are named: by code without a map, by id with one.
    #[serde(rename = "dataElementIdScheme")]
    pub id_scheme: &'static str,
    pub data_values: Vec<DataValue>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataValue {
    pub data_element: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_option_combo: Option<String>,
    pub value: String,
}

/// Where a month goes in the other system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    pub org_unit: String,
    pub data_set: Option<String>,
    pub map: Option<Map>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Dhis2Error {
    #[error("this is not an identifier of DHIS2: letters, digits, _ . and - alone, at most {ID_MAX_CHARS}")]
    Id,
    #[error("the map cannot be read: columns key, data_element and, if it is so, category_option_combo")]
    Map,
    #[error("the map names \"{0}\", which the report does not have")]
    UnknownKey(String),
    #[error("the map names \"{0}\" twice")]
    Twice(String),
    #[error("the report is not of one calendar month")]
    NotAMonth,
}

/// From our keys to the data elements of one DHIS2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map(BTreeMap<String, (String, Option<String>)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapLine {
    key: String,
    data_element: String,
    category_option_combo: Option<String>,
}

pub fn check_id(id: &str) -> Result<(), Dhis2Error> {
    let fits = (1..=ID_MAX_CHARS).contains(&id.len());
    let plain = id.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-'));
    if fits && plain { Ok(()) } else { Err(Dhis2Error::Id) }
}

impl Map {
    /// Reads a CSV file; `#` begins a remark.
    pub fn read(text: &[u8]) -> Result<Self, Dhis2Error> {
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).flexible(true).from_reader(text);
        let mut map = BTreeMap::new();
        for line in reader.deserialize().take(MAP_MAX_LINES) {
            let MapLine { key, data_element, category_option_combo } = line.map_err(|_| Dhis2Error::Map)?;
            check_id(&data_element)?;
            let combo = category_option_combo.filter(|combo| !combo.is_empty());
            combo.as_deref().map_or(Ok(()), check_id)?;
            if map.insert(key.clone(), (data_element, combo)).is_some() {
                return Err(Dhis2Error::Twice(key));
            }
        }
        if map.is_empty() { Err(Dhis2Error::Map) } else { Ok(Self(map)) }
    }

    /// The keys of figures that a report has and this map does not name.
    pub fn leaves_out(&self, report: &Report) -> Vec<&'static str> {
        let counted = report.items.iter().filter(|item| item.count.is_some()).map(|item| item.key);
        counted.filter(|key| !self.0.contains_key(*key)).collect()
    }
}

/// What a data element is called where nobody mapped it: our key as a code.
fn code(key: &str) -> String {
    format!("TIKKA_{}", key.to_ascii_uppercase().replace('-', "_"))
}

/// The month's counts. What is not recorded here is left out: no count is not a count of nought. `complete_on` says that
/// the month is over and the figures are final.
pub fn data_value_set(
    report: &Report,
    target: &Target,
    complete_on: Option<chrono::NaiveDate>,
) -> Result<DataValueSet, Dhis2Error> {
    check_id(&target.org_unit)?;
    target.data_set.as_deref().map_or(Ok(()), check_id)?;
    if !report.is_month() {
        return Err(Dhis2Error::NotAMonth);
    }
    if let Some(Map(map)) = &target.map
        && let Some(unknown) = map.keys().find(|key| report.items.iter().all(|item| item.key != key.as_str()))
    {
        return Err(Dhis2Error::UnknownKey(unknown.clone()));
    }
    let values = report.items.iter().filter_map(|item| {
        let value = item.count?.to_string();
        match &target.map {
            None => Some(DataValue { data_element: code(item.key), category_option_combo: None, value }),
            Some(Map(map)) => {
                let (element, combo) = map.get(item.key)?.clone();
                Some(DataValue { data_element: element, category_option_combo: combo, value })
            }
        }
    });
    Ok(DataValueSet {
        data_set: target.data_set.clone(),
        complete_date: complete_on.map(|on| on.to_string()),
        period: report.from.format("%Y%m").to_string(),
        org_unit: target.org_unit.clone(),
        id_scheme: if target.map.is_some() { "UID" } else { "CODE" },
        data_values: values.collect(),
    })
}
