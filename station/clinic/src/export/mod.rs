//! Records in the forms of other systems: FHIR R4 for one child's record, DHIS2 for the counts of a month. Pure: from
//! what the queries answer to what is written.

pub mod dhis2;
pub mod fhir;
pub mod report;
