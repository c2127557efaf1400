//! `reminders`: how families are reminded, from a file, and what opens a gateway from this computer.

use super::unlock::unlock;
use super::{Failure, Place, say, typed};
use clinic::exit::Code;
use clinic::record::command::Command;
use clinic::record::fact::{ReferenceKey, ReminderSettings};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::text;
use clinic::reminder::Channel;
use clinic::store::{StoreError, SubmitError, Way};
use clinic::{Clinic, Session};
use serde_json::json;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A file of settings is some thousand bytes.
const FILE_MAX_BYTES: u64 = 256 * 1024;

/// What a file may hold beside the hours; `show` prints it, too, as long as no way is set up.
pub const EXAMPLE: &str = r#"
# The ways to send, as they may stand below. Take the # away before each line of one of them; `on = true` then sends.
# A modem (no internet); its port and PIN: `tikka-station reminders way modem --port /dev/ttyUSB0`.
#[modem]
#part-paise = 25
#templates = [
#  { stage = "ahead", language = "en", text = "Vaccine on {date}. PHC Rampur 01234 567890" },
#  { stage = "today", language = "en", text = "Vaccine today, {date}. PHC Rampur 01234 567890" },
#  { stage = "late", language = "en", text = "Vaccine of {date} missed. PHC Rampur 01234 567890" },
#]
# WhatsApp; its token: `tikka-station reminders way whatsapp`.
#[whatsapp]
#url = "https://graph.facebook.com/v23.0"
#number-id = "106540352242922"
#message-paise = 12
#templates = [
#  { stage = "ahead", language = "en", id = "vaccine_ahead", text = "{date} {children}" },
#  { stage = "today", language = "en", id = "vaccine_today", text = "{date} {children}" },
#  { stage = "late", language = "en", id = "vaccine_late", text = "{date} {children}" },
#]
# SMS by a gateway, as its company describes it; its key: `tikka-station reminders way sms`.
#[sms]
#url = "https://sms.example.in/v2/send"
#body = "json"
#fields = [
#  { name = "to", value = "91{to}" }, { name = "text", value = "{text}" }, { name = "sender", value = "{sender}" },
#  { name = "pe_id", value = "{entity}" }, { name = "template_id", value = "{template}" },
#]
#headers = [{ name = "authorization", value = "Bearer {key}" }]
#taken = { pointer = "/status", value = "success" }
#not-taken = { pointer = "/status", value = "error" }
#id-pointer = "/id"
#sender = "PHCRAM"
#entity = "1101234567890123456"
#part-paise = 18
#templates = [
#  { stage = "ahead", language = "en", id = "1107000000000000001", text = "Vaccine on {date}. PHC Rampur" },
#  { stage = "today", language = "en", id = "1107000000000000002", text = "Vaccine today, {date}. PHC Rampur" },
#  { stage = "late", language = "en", id = "1107000000000000003", text = "Vaccine of {date} missed. PHC Rampur" },
#]
"#;

#[derive(clap::Subcommand)]
pub enum Reminders {
    /// Prints how reminders are set, as the file that `set` takes.
    Show,
    /// Sets how and when families are reminded, from a TOML file, as an Admin.
    ///
    /// `show` prints one, with examples of the ways to send while none is set up (`reminders --help` has them too). Without
    /// a gateway, WhatsApp or a modem in it nothing is sent.
    #[command(after_long_help = EXAMPLE)]
    Set {
        /// The file.
        file: PathBuf,
    },
    /// Keeps here what opens a gateway: its key, the token of WhatsApp, or the PIN of the modem's SIM card.
    ///
    /// On a terminal it asks for it; else it reads one line from standard input, which may be empty. It is for this computer
    /// alone: it stands in no log and goes to no district.
    Way {
        /// What is opened.
        #[arg(value_enum)]
        channel: Which,
        /// The modem's serial port, as `/dev/ttyUSB0`.
        #[arg(long, default_value = "")]
        port: String,
    },
    /// A family wants no more reminders: reads its phone number from standard input.
    Stop,
    /// A family wants reminders again: reads its phone number from standard input.
    Resume,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// The gateway for SMS.
    Sms,
    /// The WhatsApp Cloud API.
    Whatsapp,
    /// The modem.
    Modem,
}

impl From<Which> for Channel {
    fn from(which: Which) -> Self {
        match which {
            Which::Sms => Self::Sms,
            Which::Whatsapp => Self::WhatsApp,
            Which::Modem => Self::Modem,
        }
    }
}

impl Reminders {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        match self {
            Self::Show => show(place),
            Self::Set { file } => set(place, &file),
            Self::Way { channel, port } => way(place, channel.into(), port),
            Self::Stop => opt_out(place, true),
            Self::Resume => opt_out(place, false),
        }
    }
}

fn show(place: &Place) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    let settings = clinic.reminder_settings(&session)?;
    print!("{}", toml::to_string(&settings)?);
    if settings.channels().is_empty() {
        print!("{EXAMPLE}");
    }
    Ok(())
}

fn set(place: &Place, file: &Path) -> Result<(), Failure> {
    let settings = read(file).map_err(|failure| failure.at(file))?;
    let (clinic, session) = unlock(place)?;
    let is_on = settings.on;
    let key = ReferenceKey(clinic.env().random().map_err(StoreError::from)?);
    clinic.submit(&session, Command::ChangeReminders { settings, key })?;
    say(&json!({"event": "reminders-set", "on": is_on}))?;
    eprintln!(
        "The reminders are set. {}",
        if is_on {
            "`tikka-station hub`, or the desktop, sends them."
        } else {
            "Nothing is sent: `on = true` begins it."
        }
    );
    Ok(())
}

fn read(file: &Path) -> Result<ReminderSettings, Failure> {
    if std::fs::metadata(file)?.len() > FILE_MAX_BYTES {
        return Err(Failure::new(Code::Usage, format!("{} is too large for settings", file.display())));
    }
    let text = std::fs::read_to_string(file)?;
    toml::from_str(&text).map_err(|error| Failure::new(Code::Usage, format!("{}: {error}", file.display())))
}

fn way(place: &Place, channel: Channel, port: String) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    let terminal = std::io::stdin().is_terminal();
    let secret = if terminal { rpassword::prompt_password("Key, token or PIN: ")? } else { typed("")? };
    clinic.set_message_way(&session, channel, &Way { place: port, secret: secret.trim().to_owned() })?;
    say(&json!({"event": "way-set", "channel": channel.code()}))?;
    Ok(())
}

/// The number is no argument: the history of a shell keeps those.
fn opt_out(place: &Place, out: bool) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    let phone = typed("The family's phone number:")?;
    clinic.submit(&session, Command::SetOptOut { phone: phone.clone(), out }).map_err(|error| match error {
        SubmitError::Refused(Refusal::Form(Field::Phone) | Refusal::Missing(Field::Phone)) => {
            Failure::new(Code::Refused, "refused: this is no phone number: write its ten digits, as 98765 43210")
        }
        error => error.into(),
    })?;
    let is_known = is_of_a_family(&clinic, &session, &phone)?;
    say(&json!({"event": if out { "reminders-stopped" } else { "reminders-resumed" }, "known": is_known}))?;
    if !is_known {
        eprintln!("It is noted, but no family that you see here has this number: is it the right one?");
    }
    Ok(())
}

fn is_of_a_family(clinic: &Clinic, session: &Session, phone: &str) -> Result<bool, Failure> {
    let kept = text::phone(phone).unwrap_or_default();
    let (found, _) = clinic.children(session, &kept, 0)?;
    Ok(found.iter().any(|child| child.phone == kept))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clinic::record::rule::change_reminders;
    use clinic::reminder::Language;

    const FILE: &str = r#"
        on = true
        run-at = "09:00"
        quiet-from = "21:00"
        quiet-until = "08:30"
        language = "hi"

        [sms]
        url = "https://sms.example.in/v2/send"
        body = "json"
        fields = [
            { name = "to", value = "91{to}" },
            { name = "text", value = "{text}" },
            { name = "sender", value = "{sender}" },
            { name = "pe_id", value = "{entity}" },
            { name = "template_id", value = "{template}" },
        ]
        headers = [{ name = "authorization", value = "Bearer {key}" }]
        taken = { pointer = "/status", value = "success" }
        not-taken = { pointer = "/status", value = "error" }
        id-pointer = "/id"
        sender = "PHCRAM"
        entity = "1101234567890123456"
        part-paise = 18
        templates = [
            { stage = "ahead", language = "hi", id = "1107000000000000001", text = "टीका {date} को है। PHC Rampur" },
            { stage = "today", language = "hi", id = "1107000000000000002", text = "टीका आज, {date}, है। PHC Rampur" },
            { stage = "late", language = "hi", id = "1107000000000000003", text = "{date} का टीका छूट गया। PHC Rampur" },
        ]
    "#;

    #[test]
    fn a_file_is_read_and_printed_as_one_that_is_read_the_same() {
        let settings: ReminderSettings = toml::from_str(FILE).unwrap();
        assert_eq!((settings.run_at_min, settings.quiet_until_min), (540, 510));
        assert_eq!(settings.language, Language::Hindi);
        assert!(change_reminders(settings.clone()).is_ok());
        assert_eq!(toml::from_str::<ReminderSettings>(&toml::to_string(&settings).unwrap()).unwrap(), settings);
        let usual = ReminderSettings::default();
        assert_eq!(toml::from_str::<ReminderSettings>(&toml::to_string(&usual).unwrap()).unwrap(), usual);
    }

    #[test]
    fn each_way_of_the_example_can_be_set_as_it_stands() {
        let file = format!("{}{EXAMPLE}", toml::to_string(&ReminderSettings::default()).unwrap());
        assert_eq!(toml::from_str::<ReminderSettings>(&file).unwrap(), ReminderSettings::default());
        for way in ["modem", "whatsapp", "sms"] {
            let from = EXAMPLE.lines().skip_while(|line| *line != format!("#[{way}]"));
            let is_said = |line: &str| line.starts_with("# ") && !line.starts_with("#  ");
            let table = from.take_while(|line| line.starts_with('#') && !is_said(line));
            let table: String = table.map(|line| format!("{}\n", &line[1..])).collect();
            let settings = file.replacen("on = false", "on = true", 1) + &table;
            let settings = toml::from_str::<ReminderSettings>(&settings).unwrap_or_else(|slip| panic!("{way}: {slip}"));
            assert!(settings.on && settings.channels().len() == 1, "{way}");
            assert_eq!(change_reminders(settings).err(), None, "{way}");
        }
    }

    #[test]
    fn a_slip_in_the_file_is_named() {
        for (wrong, slip) in [("run-at = \"9\"", "09:00"), ("run_at = 7", "run_at"), ("language = \"ta\"", "ta")] {
            let error = toml::from_str::<ReminderSettings>(&format!("on = true\n{wrong}\n")).unwrap_err();
            assert!(error.to_string().contains(slip), "{error}");
        }
    }
}
