//! `list`: records as JSON lines, for scripts of the clinic's own.

use super::unlock::unlock;
use super::{Failure, Place, say};
use clinic::store::{ChildLine, DueChild};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Every child.
    Children,
    /// Children with a dose that is due or late.
    Due,
    /// Registered toys and who has them.
    Toys,
}

pub fn run(place: &Place, what: What) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    match what {
        What::Children => {
            let mut offset = 0;
            loop {
                let (lines, total) = clinic.children(&session, "", offset)?;
                lines.iter().try_for_each(|child| say(&child_json(child)))?;
                offset += lines.len() as u32;
                if offset >= total || lines.is_empty() {
                    return Ok(());
                }
            }
        }
        What::Due => {
            let today = clinic.today_view(&session)?;
            today.defaulters.iter().try_for_each(|child| say(&due_json(child, true)))?;
            today.due.iter().try_for_each(|child| say(&due_json(child, false)))?;
        }
        What::Toys => {
            for toy in clinic.toys(&session)? {
                say(&json!({
                    "toy": toy.id.code(), "label": toy.label, "model": toy.model, "records": toy.records,
                    "worker": toy.worker.map(|(_, name)| name),
                }))?;
            }
        }
    }
    Ok(())
}

fn child_json(child: &ChildLine) -> Value {
    json!({
        "child": child.id.to_string(), "name": child.name, "dob": child.dob.to_string(),
        "dob_estimated": child.dob_estimated, "sex": child.sex.code(), "mother": child.mother,
        "father": child.father, "phone": child.phone, "village": child.village,
        "worker": child.worker.as_ref().map(|(_, name)| name),
        "next_due": child.next_due.map(|d| d.to_string()),
    })
}

fn due_json(due: &DueChild, defaulter: bool) -> Value {
    let mut line = child_json(&due.child);
    line["defaulter"] = json!(defaulter);
    line["days_late"] = json!(due.days_late);
    line["doses"] =
        due.doses.iter().map(|d| json!({"item": d.item, "product": d.product, "due": d.due.to_string()})).collect();
    line
}
