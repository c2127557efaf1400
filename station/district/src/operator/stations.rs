//! `tikka-district card|child|station|toy|task|key|conflicts`.

use super::{Login, asked, done, say};
use crate::cli::Failure;
use clap::{Args, Subcommand, ValueEnum};
use clinic::date::to_day;
use clinic::exit;
use clinic::record::command::NewTask;
use clinic::record::fact::{CardStop, Sought, ToyStop};
use district::archive::StationState;
use district::office::{Finding, SettingsChange};
use district::stations::station_line;
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, UserId};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub enum Card {
    /// Block a card at the station that uses it; the others hear of it.
    #[command(after_help = exit::HELP)]
    Block {
        /// The card's number, as on the screen or from `list cards`.
        #[arg(value_name = "CARD")]
        card: String,
        /// It is lost: it never opens a record again.
        #[arg(long)]
        lost: bool,
        #[command(flatten)]
        login: Login,
    },
    /// Free a blocked card.
    #[command(after_help = exit::HELP)]
    Unblock {
        /// The card's number, as on the screen or from `list cards`.
        #[arg(value_name = "CARD")]
        card: String,
        /// Why it may be used again; it stands in the records.
        #[arg(long, value_name = "WHY")]
        reason: String,
        #[command(flatten)]
        login: Login,
    },
}

#[derive(Debug, Subcommand)]
pub enum Child {
    /// Print one JSON line for each child whose name, parents, village or numbers begin like the words, in either
    /// script. Who was shown is noted.
    #[command(after_help = exit::HELP)]
    Find {
        /// The beginnings of names, a village or a number. Without them, or for `-`, they are asked for, or read from the
        /// first line of standard input: a command line stands in a shell's history, and others on this computer can read it.
        #[arg(value_name = "WORDS")]
        words: Vec<String>,
        #[command(flatten)]
        login: Login,
    },
    /// Move a child with its whole record to another station. It has no worker there yet; the record at the first
    /// station stays, and says where the child is.
    #[command(after_help = exit::HELP)]
    Move {
        /// The child's number.
        #[arg(value_name = "CHILD")]
        child: ChildId,
        /// The station's name or device.
        #[arg(long, value_name = "STATION")]
        to: String,
        #[command(flatten)]
        login: Login,
    },
    /// Give a child to a station that asked for it (`conflicts` says which do): it is moved there with its whole record.
    #[command(after_help = exit::HELP)]
    Release {
        #[command(flatten)]
        whom: Whom,
        /// The name or device of the station that asked.
        #[arg(long, value_name = "STATION")]
        to: String,
        #[command(flatten)]
        login: Login,
    },
    /// Tell a station that asked for a child that its record does not come.
    #[command(after_help = exit::HELP)]
    Withhold {
        #[command(flatten)]
        whom: Whom,
        /// The name or device of the station that asked.
        #[arg(long, value_name = "STATION")]
        from: String,
        /// Why; the station reads it.
        #[arg(long, value_name = "WHY")]
        reason: String,
        #[command(flatten)]
        login: Login,
    },
}

/// Whose record was asked for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// The child's number.
    #[arg(value_name = "CHILD")]
    child: Option<ChildId>,
    /// The number of the child's card.
    #[arg(long, value_name = "CARD")]
    card: Option<String>,
}

impl Whom {
    fn sought(&self) -> Result<Sought, Failure> {
        match (&self.child, &self.card) {
            (_, Some(card)) => number(card).map(Sought::Card),
            (Some(child), None) => Ok(Sought::Child(*child)),
            // clap asks for one of them.
            (None, None) => Err(Failure::NothingToChange),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Station {
    /// The same as `stations`.
    #[command(after_help = exit::HELP)]
    List(Login),
    /// Print what is held of one station, as JSON; and how far what it was told is in force there.
    #[command(after_help = exit::HELP)]
    Show {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        login: Login,
    },
    /// Give a station another name, here and everywhere in the district.
    #[command(after_help = exit::HELP)]
    Rename {
        #[command(flatten)]
        which: Which,
        /// The new name.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        login: Login,
    },
    /// Keep a station out for good. What it sent before stays; the others believe nothing that it signs.
    #[command(after_help = exit::HELP)]
    Revoke {
        #[command(flatten)]
        which: Which,
        /// Why; it stands in the district's records.
        #[arg(long, value_name = "WHY")]
        reason: String,
        #[command(flatten)]
        login: Login,
    },
    /// Let a station connect again that was quarantined, after a person has looked at it; what `stations` says of two
    /// machines, or of a station that was forgotten, is cleared too.
    #[command(after_help = exit::HELP)]
    Readmit {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        login: Login,
    },
    /// Change settings of a station. What is not named stays.
    #[command(after_help = exit::HELP)]
    Settings {
        #[command(flatten)]
        which: Which,
        /// uip or seed.
        #[arg(long, value_name = "SCHEDULE")]
        schedule: Option<String>,
        /// Is the area endemic for Japanese encephalitis?
        #[arg(long, value_name = "true|false")]
        je_endemic: Option<bool>,
        /// A child counts as late after so many days.
        #[arg(long, value_name = "DAYS")]
        defaulter_days: Option<u16>,
        /// The desk locks itself after so many minutes.
        #[arg(long, value_name = "MINUTES")]
        auto_lock_min: Option<u16>,
        /// A region of the diet plan.
        #[arg(long, value_name = "REGION")]
        region: Option<String>,
        /// So many days without contact the station goes on as always; then changes of its people and exports wait.
        #[arg(long, value_name = "DAYS")]
        contact_days: Option<u16>,
        #[command(flatten)]
        login: Login,
    },
}

#[derive(Debug, Args)]
pub struct Which {
    /// The station's name, or its device.
    #[arg(value_name = "STATION")]
    pub station: String,
}

#[derive(Debug, Subcommand)]
pub enum Toy {
    /// Stop a toy: it is given no children and nobody's records from it are believed any more.
    #[command(after_help = exit::HELP)]
    Block {
        #[command(flatten)]
        which: Which,
        /// Its label, or its code.
        #[arg(value_name = "TOY")]
        toy: String,
        /// What has become of it.
        #[arg(long, default_value = "blocked")]
        why: ToyWhy,
        /// What else is to be known of it.
        #[arg(long, value_name = "NOTE", default_value = "")]
        note: String,
        #[command(flatten)]
        login: Login,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ToyWhy {
    Lost,
    Blocked,
    Retired,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Give a PHC Worker a task.
    #[command(after_help = exit::HELP)]
    Give {
        #[command(flatten)]
        which: Which,
        /// The worker's login.
        #[arg(value_name = "WORKER")]
        worker: String,
        /// What is to be done.
        #[arg(long, value_name = "NOTE")]
        note: String,
        /// The day by which it is to be done, as 2026-11-30.
        #[arg(long, value_name = "DAY")]
        due: chrono::NaiveDate,
        /// The number of the child it is about.
        #[arg(long, value_name = "CHILD")]
        child: Option<ChildId>,
        /// Where, when it is about no child.
        #[arg(long, value_name = "PLACE", default_value = "")]
        place: String,
        #[command(flatten)]
        login: Login,
    },
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a new key for the summaries on cards, and give it to all stations. What was sealed before stays readable.
    #[command(after_help = exit::HELP)]
    Rotate(Login),
}

pub fn card(card: Card) -> Result<(), Failure> {
    match card {
        Card::Block { card, lost, login } => {
            let why = if lost { CardStop::Lost } else { CardStop::Blocked };
            let stations = login.desk()?.stop_card(number(&card)?, why)?;
            let line = |at: &district::archive::Station| {
                say(&json!({ "card": card, "station": at.name, "stopped": why.code() }))
            };
            stations.iter().try_for_each(line)
        }
        Card::Unblock { card, reason, login } => {
            let stations = login.desk()?.unblock_card(number(&card)?, &reason)?;
            let line =
                |at: &district::archive::Station| say(&json!({ "card": card, "station": at.name, "stopped": null }));
            stations.iter().try_for_each(line)
        }
    }
}

/// A card's number is written like a child's.
fn number(card: &str) -> Result<CardNo, Failure> {
    let number: ChildId = card.parse().map_err(Failure::Number)?;
    Ok(CardNo(number.0))
}

pub fn child(child: Child) -> Result<(), Failure> {
    match child {
        Child::Find { words, login } => {
            let words =
                if words.is_empty() || words == ["-"] { asked("Name, village or number:")? } else { words.join(" ") };
            for found in login.desk()?.find_children(&words)? {
                let child = found.child;
                say(&json!({
                    "station": found.station, "child": child.id.to_string(), "name": child.name,
                    "born": child.dob.to_string(), "mother": child.mother, "father": child.father,
                    "gone": child.gone.map(|gone| gone.code()),
                }))?;
            }
            Ok(())
        }
        Child::Move { child, to, login } => {
            let desk = login.desk()?;
            let to = desk.station(&to)?;
            moved(child, &desk.move_child(child, &to)?, &to)
        }
        Child::Release { whom, to, login } => {
            let desk = login.desk()?;
            let to = desk.station(&to)?;
            let (child, left) = desk.release_child(whom.sought()?, &to)?;
            moved(child, &left, &to)
        }
        Child::Withhold { whom, from, reason, login } => {
            let desk = login.desk()?;
            let from = desk.station(&from)?;
            desk.withhold_child(whom.sought()?, &from, &reason)?;
            let words = format!("{} reads the reason at its next contact.", from.name);
            done(&json!({ "station": from.name, "withheld": true }), &words)
        }
    }
}

fn moved(child: ChildId, left: &[district::archive::Station], to: &district::archive::Station) -> Result<(), Failure> {
    left.iter().try_for_each(|from| {
        let learns = match from.state {
            StationState::Active => "learns it at its own",
            StationState::Quarantined { .. } => "is shut out and learns nothing",
        };
        let words = format!("Moved: {} has the record at its next contact, {} {learns}.", to.name, from.name);
        done(&json!({ "child": child.to_string(), "from": from.name, "to": to.name }), &words)
    })
}

pub fn station(station: Station) -> Result<(), Failure> {
    match station {
        Station::List(login) => crate::cli::stations(&login.data),
        Station::Show { which, login } => {
            let archive = login.archive()?;
            let desk = login.desk()?;
            let station = desk.station(&which.station)?;
            let mut line = serde_json::to_value(station_line(&archive, &station)?).map_err(std::io::Error::from)?;
            let (written, in_force) = desk.directives(&station)?;
            line["directives"] = json!({ "written": written, "in_force": in_force });
            say(&line)
        }
        Station::Rename { which, name, login } => {
            let desk = login.desk()?;
            let station = desk.station(&which.station)?;
            let name = desk.rename(&station, &name)?;
            let words = format!("{} is called {name} from now on.", station.name);
            if desk.has_namesake(&station, &name)? {
                eprintln!("Take care: another station is called {name:?} too. Name each by its device, or rename one.");
            }
            done(&json!({ "station": name, "was": station.name }), &words)
        }
        Station::Revoke { which, reason, login } => {
            let desk = login.desk()?;
            let station = desk.station(&which.station)?;
            desk.revoke(&station, &reason)?;
            let words = format!("{} is kept out for good. What it sent before stays.", station.name);
            done(&json!({ "station": station.name, "state": "revoked" }), &words)
        }
        Station::Readmit { which, login } => {
            let desk = login.desk()?;
            let station = desk.station(&which.station)?;
            desk.readmit(&station)?;
            eprintln!("{} may connect again; what was marked about it is gone.", station.name);
            Ok(())
        }
        Station::Settings {
            which,
            schedule,
            je_endemic,
            defaulter_days,
            auto_lock_min,
            region,
            contact_days,
            login,
        } => {
            let desk = login.desk()?;
            let station = desk.station(&which.station)?;
            let change = SettingsChange { schedule, je_endemic, defaulter_days, auto_lock_min, region };
            if change.is_nothing() && contact_days.is_none() {
                return Err(Failure::NothingToChange);
            }
            if !change.is_nothing() {
                desk.change_settings(&station, &change)?;
            }
            if let Some(days) = contact_days {
                desk.set_contact_days(&station, days)?;
            }
            let SettingsChange { schedule, je_endemic, defaulter_days, auto_lock_min, region } = change;
            let line = json!({
                "station": station.name, "schedule": schedule, "je_endemic": je_endemic,
                "defaulter_days": defaulter_days, "auto_lock_min": auto_lock_min, "region": region,
                "contact_days": contact_days,
            });
            done(&without_nulls(line), &format!("{} has the new settings at its next contact.", station.name))
        }
    }
}

/// What was not named was not changed.
fn without_nulls(mut line: Value) -> Value {
    if let Some(fields) = line.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    line
}

pub fn toy(toy: Toy) -> Result<(), Failure> {
    let Toy::Block { which, toy, why, note, login } = toy;
    let why = match why {
        ToyWhy::Lost => ToyStop::Lost,
        ToyWhy::Blocked => ToyStop::Blocked,
        ToyWhy::Retired => ToyStop::Retired,
    };
    let desk = login.desk()?;
    let station = desk.station(&which.station)?;
    desk.stop_toy(&station, &toy, why, &note)?;
    let words = format!("{toy} is stopped: {} learns it at its next contact.", station.name);
    done(&json!({ "toy": toy, "station": station.name, "stopped": why.code() }), &words)
}

pub fn task(task: Task) -> Result<(), Failure> {
    let Task::Give { which, worker, note, due, child, place, login } = task;
    let kind = if child.is_some() { TaskKind::Visit } else { TaskKind::Other };
    let desk = login.desk()?;
    let new = NewTask { worker: UserId(0), kind, child, place, due: to_day(due), note };
    let station = desk.station(&which.station)?;
    let task = desk.assign_task(&station, &worker, new)?;
    let line = json!({
        "task": format!("{:016x}", task.0), "station": station.name, "worker": worker, "due": due.to_string(),
    });
    done(&line, &format!("{worker} has the task at the next contact of {}.", station.name))
}

pub fn key(key: Key) -> Result<(), Failure> {
    let Key::Rotate(login) = key;
    say(&json!({ "card_key": login.desk()?.rotate_card_key()? }))
}

pub fn conflicts(login: &Login) -> Result<(), Failure> {
    for finding in login.desk()?.findings()? {
        say(&match finding {
            Finding::Broken { station, breach } => json!({
                "finding": "rule", "station": station, "rule": breach.rule, "noticed": breach.noticed,
                "log": breach.event.origin.to_string(), "event": breach.event.seq, "at_ms": breach.at_ms,
                "child": breach.child.map(|child| child.to_string()),
            }),
            Finding::DoseTwice { dose, stations } => json!({
                "finding": "dose-twice", "child": dose.child.to_string(), "product": dose.product,
                "on": clinic::date::to_date(dose.on).map(|on| on.to_string()), "stations": stations,
            }),
            Finding::ChildTwice { child, stations, counts } => json!({
                "finding": "child-twice", "child": child.to_string(), "stations": stations, "counts": counts,
            }),
            Finding::CardTwice { card, stations } => json!({
                "finding": "card-twice", "card": card.to_string(), "stations": stations,
            }),
            Finding::CardStopDisputed { card, stopped, used } => json!({
                "finding": "card-stop-disputed", "card": card.to_string(), "stopped": stopped, "used": used,
            }),
            Finding::Asked { station, ask, child, held } => json!({
                "finding": "asked", "station": station, "child": child.map(|child| child.to_string()),
                "card": match ask.sought {
                    Sought::Card(card) => Some(card.to_string()),
                    Sought::Child(_) => None,
                },
                "held": held, "at_ms": ask.at_ms, "by": ask.by,
            }),
            Finding::ShutOutBefore { station } => json!({ "finding": "shut-out-before", "station": station }),
        })?;
    }
    Ok(())
}
