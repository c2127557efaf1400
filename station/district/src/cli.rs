//! The command line: what can be asked, and the two commands that need no server.

use crate::place::{Data, open_existing};
use crate::upkeep::{Backup, Restore};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clinic::exit::{self, Code};
use clinic::record::fact::Congestion;
use clinic::secret_file::SecretFileError;
use district::archive::{Archive, ArchiveError, BackupError, KeyFileError, Station};
use district::enrolment::{EnrolmentError, LINK_LIFETIME_MS, make_link};
use district::identity::make_takeover_link;
use district::office::OfficeError;
use district::server::ServerError;
use district::stations::{NotOne, station_line, the_one};
use district::wall_ms;
use hub_protocol::replica::ENROL_SECRET_BYTES;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// The district server of Tikka: keeps the records of the stations (Primary Health Centres) of a district.
#[derive(Debug, Parser)]
#[command(name = "tikka-district", version, after_help = exit::HELP)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server until it is stopped by SIGTERM or Ctrl-C. When it is ready it prints one JSON line on
    /// stdout: {"event":"listening","address":"IP:PORT","district":"ID"} (and "metrics":"IP:PORT" with --metrics); under
    /// systemd it also tells systemd. Its log goes to stderr and names no
    /// person; the environment variable RUST_LOG sets how much it says.
    #[command(after_help = exit::HELP)]
    Serve(Serve),
    /// Print a one-time link with which one station can join this district. It can be used once, within seven
    /// days. The server may be running meanwhile.
    #[command(after_help = exit::HELP)]
    Enroll(Enroll),
    /// Print one JSON line for each station: its name, device, state, last contact, the number of its events,
    /// their content hash recomputed from the stored events, and how far each log is held.
    #[command(after_help = exit::HELP)]
    Stations(Data),
    /// Check everything in the store: each log's chain from its first event, and each signed head. Prints one JSON line
    /// a log, with its problem if it has one, and a last line with the totals. The server may be running meanwhile.
    #[command(after_help = exit::HELP)]
    Verify(Data),
    /// Write everything to one encrypted file and read it back. The server may be running meanwhile. The file opens
    /// with the district's key file alone, which is not in it.
    #[command(after_help = exit::HELP)]
    Backup(Backup),
    /// Make the district again from a backup, in an empty directory, with the key file of that district. With
    /// --database-url it is put into PostgreSQL, also from a backup of a district that was in a file.
    #[command(after_help = exit::HELP)]
    Restore(Restore),
    #[command(flatten)]
    Office(crate::operator::Commands),
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub data: Data,
    /// The address and UDP port to listen on. With port 0 the system chooses one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:4433")]
    pub listen: SocketAddr,
    /// The district's name, as stations will show it. Needed at the first start and kept from then on.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Let programs on this machine read what the server counts (Prometheus' text format): http://ADDR:PORT/metrics.
    /// The address must be a loopback one; with port 0 the system chooses a port.
    #[arg(long, value_name = "ADDR:PORT")]
    pub metrics: Option<SocketAddr>,
    /// How fast the server sends when packets are lost: bbr goes by what arrives and is made for bad links; cubic and
    /// newreno slow down with each loss and leave more to others on the same line.
    #[arg(long, value_name = "NAME", default_value = "bbr", value_parser = congestion())]
    pub congestion: Congestion,
    /// How the log on stderr is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// End when standard input ends, for a program that starts a district and must not leave it behind.
    #[arg(long)]
    pub attached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

fn congestion() -> impl TypedValueParser<Value = Congestion> {
    let named = |name: String| Congestion::ALL.into_iter().find(|c| c.as_str() == name).unwrap_or_default();
    PossibleValuesParser::new(Congestion::ALL.map(Congestion::as_str)).map(named)
}

#[derive(Debug, Args)]
pub struct Enroll {
    #[command(flatten)]
    pub data: Data,
    /// The station's name, for example "PHC Rampur".
    #[arg(value_name = "STATION")]
    pub station: String,
    /// The link is for a new computer in the place of one that is gone: of this station, by its name or its device. It
    /// needs that station's recovery key on paper; the computer before is refused from then on.
    #[arg(long, value_name = "STATION")]
    pub replaces: Option<String>,
    /// Where stations reach this server. The default is the address on which the server listened last, if it
    /// is one that can be dialled.
    #[arg(long, value_name = "HOST:PORT")]
    pub address: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("a station's logs are damaged")]
    Content(#[from] clinic::replica::ContentError<ArchiveError>),
    #[error("the records of {0} stations cannot be read; if the file is damaged, a backup of it brings them back")]
    Unreadable(u64),
    #[error("the server has no name yet: say --name NAME")]
    NoName,
    #[error("say --address HOST:PORT: the server has not listened on an address that can be dialled")]
    NoAddress,
    #[error("another server is running on this data directory")]
    Running,
    #[error("no district is in {}: `tikka-district serve --name NAME` makes one", .0.display())]
    NoDistrict(PathBuf),
    #[error(
        "the district in {} is in a file, and cannot be in PostgreSQL too; `backup` and `restore --database-url` into \
         another directory move it", .0.display()
    )]
    InSqlite(PathBuf),
    #[error("the district of {} is in PostgreSQL: say --database-url", .0.display())]
    InPostgres(PathBuf),
    #[error("there is a district in {} already; restore into another directory", .0.display())]
    Occupied(PathBuf),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("{0} logs are not what was written")]
    Differs(u64),
    #[error(transparent)]
    Office(#[from] OfficeError),
    #[error("say who you are: --login LOGIN")]
    NoLogin,
    #[error("say --password-file FILE: nobody is here to type a password")]
    NoPassword,
    #[error(transparent)]
    SecretFile(#[from] SecretFileError),
    #[error("the two passwords differ")]
    PasswordsDiffer,
    #[error("say what is to be changed")]
    NothingToChange,
    #[error("this is not a number of ours")]
    Number(#[source] hub_protocol::symbols::SymbolError),
    #[error(transparent)]
    NotOneStation(#[from] NotOne),
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    #[error("{}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    #[error("input or output failed")]
    Io(#[from] std::io::Error),
}

impl Failure {
    pub fn code(&self) -> Code {
        match self {
            Self::Archive(error) => of_archive(error),
            Self::Backup(error) => match error {
                BackupError::Archive(error) => of_archive(error),
                BackupError::Damaged(_) | BackupError::Differs => Code::Differs,
                BackupError::Exists(_) | BackupError::Read(..) | BackupError::Io(_) => Code::Failed,
            },
            Self::KeyFile(KeyFileError::Missing(_) | KeyFileError::NotAKey(_)) => Code::Refused,
            Self::KeyFile(KeyFileError::Secret(error)) | Self::SecretFile(error) => match error {
                SecretFileError::Missing(_) | SecretFileError::Open(_) => Code::Refused,
                SecretFileError::Io(..) => Code::Failed,
            },
            Self::Differs(_) | Self::Unreadable(_) => Code::Differs,
            Self::Running => Code::InUse,
            Self::NoDistrict(_) | Self::InSqlite(_) | Self::InPostgres(_) | Self::Occupied(_) => Code::Place,
            Self::Enrolment(error) => of_enrolment(error),
            Self::Office(error) => of_office(error),
            Self::NotOneStation(_) | Self::PasswordsDiffer => Code::Refused,
            Self::NoName
            | Self::NoAddress
            | Self::NoLogin
            | Self::NoPassword
            | Self::NothingToChange
            | Self::Number(_)
            | Self::Server(ServerError::NotLoopback(_)) => Code::Usage,
            Self::KeyFile(KeyFileError::Io(..))
            | Self::Server(_)
            | Self::Content(_)
            | Self::Random(_)
            | Self::File(..)
            | Self::Io(_) => Code::Failed,
        }
    }

    /// What the person can do about it, where there is something.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Office(error) => crate::operator::advice(error),
            Self::NotOneStation(_) => Some(crate::operator::STATIONS.into()),
            _ => None,
        }
    }
}

fn of_archive(error: &ArchiveError) -> Code {
    match error {
        ArchiveError::WrongKey => Code::Refused,
        ArchiveError::Damaged(_) => Code::Differs,
        ArchiveError::NoDistrict => Code::Place,
        ArchiveError::InUse => Code::InUse,
        ArchiveError::Url(_) => Code::Usage,
        _ => Code::Failed,
    }
}

fn of_enrolment(error: &EnrolmentError) -> Code {
    match error {
        EnrolmentError::Name | EnrolmentError::Address(_) => Code::Usage,
        EnrolmentError::Refused(_) => Code::Refused,
        EnrolmentError::Archive(error) => of_archive(error),
    }
}

fn of_office(error: &OfficeError) -> Code {
    match error {
        OfficeError::Refused(_)
        | OfficeError::WrongLogin
        | OfficeError::Locked { .. }
        | OfficeError::Nobody
        | OfficeError::NotOneStation(_)
        | OfficeError::Revoked(_)
        | OfficeError::UnknownLogin(_)
        | OfficeError::UnknownChild
        | OfficeError::UnknownCard => Code::Refused,
        OfficeError::Archive(error) => of_archive(error),
        OfficeError::Name(error) => of_enrolment(error),
        _ => Code::Failed,
    }
}

pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

pub fn enroll(enroll: &Enroll) -> Result<(), Failure> {
    let archive = open_existing(&enroll.data)?;
    let address = match &enroll.address {
        Some(address) => address.clone(),
        None => archive.listened_at()?.filter(|a| can_be_dialled(a)).ok_or(Failure::NoAddress)?,
    };
    let replaced =
        enroll.replaces.as_ref().map(|station| Ok::<_, Failure>(the_one(archive.stations()?, station)?)).transpose()?;
    let same = same_name(&archive, &enroll.station, replaced.as_ref())?;
    let secret = random::<ENROL_SECRET_BYTES>()?;
    let link = match &replaced {
        Some(station) => make_takeover_link(&archive, station, &enroll.station, &address, secret, wall_ms())?,
        None => make_link(&archive, &enroll.station, &address, secret, wall_ms())?,
    };
    writeln!(std::io::stdout(), "{link}")?;
    let days = LINK_LIFETIME_MS / (24 * 60 * 60 * 1_000);
    let command = if replaced.is_some() { "takeover --login LOGIN" } else { "join" };
    eprintln!(
        "Give this link to the station. It can be used once, within {days} days: `tikka-station {command}` asks for it."
    );
    if let Some(words) = same {
        eprintln!("{words}");
    }
    Ok(())
}

/// What is to be known of others that have, or will have, the name of a new station.
fn same_name(archive: &impl Archive, name: &str, replaced: Option<&Station>) -> Result<Option<String>, Failure> {
    let name = name.trim();
    let another = |station: &Station| station.name == name && replaced.is_none_or(|it| it.no != station.no);
    if archive.stations()?.iter().any(another) {
        return Ok(Some(format!(
            "Take care: a station is called {name:?} already, and this link makes a second one. For a new computer in the \
             place of that one's: --replaces {name:?}. If the link was a slip, do not give it away."
        )));
    }
    let open = archive.invites(wall_ms())?.iter().any(|invite| invite.name == name && invite.used_by.is_none());
    Ok(open.then(|| format!("Another link for {name:?} was not used yet: each makes a station of its own.")))
}

/// "All addresses" is where a server listens, not where it is.
fn can_be_dialled(address: &str) -> bool {
    address.parse::<SocketAddr>().map_or(true, |a| match a.ip() {
        IpAddr::V4(ip) => !ip.is_unspecified(),
        IpAddr::V6(ip) => !ip.is_unspecified(),
    })
}

pub fn stations(data: &Data) -> Result<(), Failure> {
    let archive = Arc::new(open_existing(data)?);
    let mut out = std::io::stdout().lock();
    let mut damaged = 0;
    for station in archive.stations()? {
        match station_line(&archive, &station) {
            Ok(line) => writeln!(out, "{}", serde_json::to_string(&line).map_err(std::io::Error::from)?)?,
            // The others are told all the same.
            Err(error) => {
                damaged += 1;
                eprintln!("The records of {} cannot be read: {}", station.name, district::chain(&error));
            }
        }
    }
    if damaged == 0 { Ok(()) } else { Err(Failure::Unreadable(damaged)) }
}
