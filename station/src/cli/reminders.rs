//! `reminders`: how families are reminded, from a file, and what opens a gateway from this computer.

use super::unlock::unlock;
use super::{Failure, Place, say, typed};
use clinic::exit::Code;
use clinic::record::command::Command;
use clinic::record::fact::{ReferenceKey, ReminderSettings};
use clinic::reminder::Channel;
use clinic::store::{StoreError, Way};
use serde_json::json;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A file of settings is some thousand bytes.
const FILE_MAX_BYTES: u64 = 256 * 1024;

#[derive(clap::Subcommand)]
pub enum Reminders {
    /// Prints how reminders are set, as the file that `set` takes.
    Show,
    /// Sets how and when families are reminded, from a TOML file, as an Admin.
    ///
    /// `show` prints one. Without a gateway, WhatsApp or a modem in it nothing is sent.
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
    Ok(())
}

fn set(place: &Place, file: &Path) -> Result<(), Failure> {
    let settings = read(file).map_err(|failure| failure.at(file))?;
    let (clinic, session) = unlock(place)?;
    let key = ReferenceKey(clinic.env().random().map_err(StoreError::from)?);
    clinic.submit(&session, Command::ChangeReminders { settings, key })?;
    say(&json!({"event": "reminders-set"}))?;
    eprintln!("The reminders are set. `tikka-station hub`, or the desktop, sends them.");
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
    clinic.submit(&session, Command::SetOptOut { phone, out })?;
    say(&json!({"event": if out { "reminders-stopped" } else { "reminders-resumed" }}))?;
    Ok(())
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
    fn a_slip_in_the_file_is_named() {
        for (wrong, slip) in [("run-at = \"9\"", "09:00"), ("run_at = 7", "run_at"), ("language = \"ta\"", "ta")] {
            let error = toml::from_str::<ReminderSettings>(&format!("on = true\n{wrong}\n")).unwrap_err();
            assert!(error.to_string().contains(slip), "{error}");
        }
    }
}
