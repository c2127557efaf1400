//! Invented children with plausible histories: most come in time, some late, some stopped coming.

use super::chance::Chance;
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::forecast::{self, Child, Given, Schedule};
use clinic::record::command::ChildForm;
use clinic::record::fact::Sex;
use hub_protocol::{ChildId, Day};

/// The oldest child of the demo.
const AGE_MAX_DAYS: u64 = 6 * 365;
/// Visits of one child; a history ends here whatever happens.
const VISITS_MAX: usize = 40;

const GIRLS: [&str; 20] = [
    "Aarohi",
    "Anjali",
    "Bhavna",
    "Chandni",
    "Diya",
    "Gauri",
    "Isha",
    "Jyoti",
    "Kavya",
    "Lakshmi",
    "Meher",
    "Naina",
    "Pari",
    "Radha",
    "Saanvi",
    "Tara",
    "अंजलि",
    "कविता",
    "प्रिया",
    "श्रेया",
];
const BOYS: [&str; 20] = [
    "Aarav",
    "Arjun",
    "Bharat",
    "Chirag",
    "Dev",
    "Farhan",
    "Gopal",
    "Harsh",
    "Ishaan",
    "Kabir",
    "Mohan",
    "Nakul",
    "Om",
    "Rohan",
    "Sameer",
    "Vivaan",
    "अर्जुन",
    "कृष्ण",
    "राहुल",
    "सूरज",
];
const MOTHERS: [&str; 16] = [
    "Asha", "Bimla", "Champa", "Fatima", "Geeta", "Kamla", "Laxmi", "Meena", "Nirmala", "Parvati", "Rukhsana",
    "Sarita", "Shanti", "Sunita", "Usha", "Vimla",
];
const FATHERS: [&str; 12] = [
    "Ashok", "Dinesh", "Ganesh", "Imran", "Kishan", "Mahesh", "Naresh", "Prakash", "Ramesh", "Salim", "Suresh", "Vinod",
];
const FAMILIES: [&str; 10] =
    ["Yadav", "Prajapati", "Khan", "Sahu", "Verma", "Paswan", "Lodhi", "Ansari", "Mahto", "Kushwaha"];
/// Of a woman and of a girl instead of the family's name, never of a man or a boy.
const OF_WOMEN: &str = "Devi";
const OF_GIRLS: &str = "Kumari";
/// So many in a hundred bear it.
const OF_WOMEN_PERCENT: u64 = 40;
const VILLAGES: [&str; 8] =
    ["Rampur", "Madhopur", "Sundarpur", "Khairi", "Belwa", "Pipra Khurd", "Naya Gaon", "Tola Purab"];

pub struct InventedChild {
    pub id: ChildId,
    pub form: ChildForm,
    /// Product, day and batch, in order.
    pub doses: Vec<(String, Day, String)>,
}

/// One child, born on or before `today`.
pub fn invent(chance: &mut Chance, schedule: &Schedule, today: NaiveDate) -> InventedChild {
    // Young children fill a clinic's lists.
    let age_days = chance.below(AGE_MAX_DAYS).min(chance.below(AGE_MAX_DAYS));
    let dob = today - Days::new(age_days);
    let form = form(chance, dob);
    let sex = match form.sex {
        Sex::Female => forecast::Sex::Female,
        Sex::Male => forecast::Sex::Male,
        Sex::Other => forecast::Sex::Other,
    };
    let doses = history(chance, schedule, Child { dob, sex, je_endemic: false }, today);
    InventedChild { id: ChildId::from_random(chance.next().to_be_bytes()), form, doses }
}

/// The child of the demo's visit: six weeks old today.
pub fn visitor(chance: &mut Chance, today: NaiveDate) -> (ChildId, ChildForm) {
    let form = form(chance, today - Days::new(42));
    (ChildId::from_random(chance.next().to_be_bytes()), form)
}

fn form(chance: &mut Chance, dob: NaiveDate) -> ChildForm {
    let girl = chance.percent(49);
    let family = *chance.pick(&FAMILIES);
    let first = if girl { chance.pick(&GIRLS) } else { chance.pick(&BOYS) };
    let second = if girl && chance.percent(OF_WOMEN_PERCENT) { OF_GIRLS } else { family };
    let of_mother = if chance.percent(OF_WOMEN_PERCENT) { OF_WOMEN } else { family };
    // A newborn has often no name yet.
    let unnamed = chance.percent(3);
    ChildForm {
        name: if unnamed { String::new() } else { format!("{first} {second}") },
        dob: to_day(dob),
        dob_estimated: chance.percent(4),
        sex: if girl { Sex::Female } else { Sex::Male },
        mother: format!("{} {of_mother}", chance.pick(&MOTHERS)),
        father: format!("{} {family}", chance.pick(&FATHERS)),
        // Not a number that anybody has: 60000 numbers are not given out as mobile numbers.
        phone: if chance.percent(85) { format!("60000{:05}", chance.below(100_000)) } else { String::new() },
        village: (*chance.pick(&VILLAGES)).to_owned(),
        landmark: String::new(),
        consent_reminders: chance.percent(90),
        consent_tracing: chance.percent(95),
        ..ChildForm::default()
    }
}

/// Visit after visit: what is due is given, the next visit follows the next due date with some delay.
fn history(chance: &mut Chance, schedule: &Schedule, child: Child, today: NaiveDate) -> Vec<(String, Day, String)> {
    let late_by_habit = chance.percent(25);
    let stops_each_visit_percent = if chance.percent(20) { 25 } else { 2 };
    let mut given: Vec<Given> = Vec::new();
    let mut doses = Vec::new();
    let mut visit = child.dob;
    for _ in 0..VISITS_MAX {
        let Ok(now) = forecast::forecast(schedule, &child, &given, visit) else { break };
        for row in &now.next {
            let due = row.due.is_some_and(|due| due <= visit) && row.may_be_given_on(visit);
            let forecast::Item::Entry(entry) = row.item else { continue };
            let Some(product) = schedule.products_for(entry).first().filter(|_| due) else { continue };
            // Now and then a vaccine is out of stock.
            if chance.percent(4) {
                continue;
            }
            given.push(Given { product: *product, on: visit });
            let name = schedule.product_name(*product).to_owned();
            let batch = format!("{}{:03}", &name[..name.len().min(3)].to_uppercase(), chance.below(12) + 100);
            doses.push((name, to_day(visit), batch));
        }
        if chance.percent(stops_each_visit_percent) {
            break;
        }
        let Ok(then) = forecast::forecast(schedule, &child, &given, visit) else { break };
        let Some(next) = then.next.iter().filter_map(|row| row.due).filter(|due| *due > visit).min() else { break };
        let delay = if late_by_habit { chance.below(45) } else { chance.below(6) };
        visit = next + Days::new(delay);
        if visit >= today {
            break;
        }
    }
    doses
}
