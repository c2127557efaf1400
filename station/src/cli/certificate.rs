//! `certificate` and `verify-certificate`: a child's certificate as files, and whether such a file is true.

use super::paper::said;
use super::unlock::unlock;
use super::{Failure, Place, say};
use crate::fonts::Fonts;
use crate::paper::text::Typesetter;
use crate::paper::{self, Languages, PaperError, certificate};
use clinic::Env;
use clinic::exit::Code;
use clinic::health_card::{CardError, FILE_MAX_BYTES, KeySet, Verified, card_file, cards_in, verify};
use clinic::store::{CertificateData, KEY_SET_FILE};
use hub_protocol::ChildId;
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Certificate {
    /// The child's number, as it stands on its card and in `list children`.
    #[arg(long)]
    child: String,
    /// The folder for certificate.pdf, certificate.smart-health-card, qr.txt and jwks.json; files of these names are replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The language of the PDF.
    #[arg(long, value_enum, default_value = "both")]
    language: Language,
    /// The family wants the child's RCH, U-WIN and ABHA numbers on the paper.
    #[arg(long)]
    numbers: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Hindi.
    Hi,
    /// English, then Hindi.
    Both,
}

impl From<Language> for Languages {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Hi => Self::Hi,
            Language::Both => Self::Both,
        }
    }
}

impl Certificate {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        let child: ChildId =
            self.child.parse().map_err(|error| Failure::new(Code::Usage, format!("{}: {error}", self.child)))?;
        // Found missing before anything is issued.
        let fonts = Fonts::load()?;
        let setter = Typesetter::new(&fonts).map_err(|error| said(&error))?;
        std::fs::create_dir_all(&self.out).map_err(|error| Failure::from(error).at(&self.out))?;
        let (clinic, session) = unlock(place)?;
        let mut data = clinic.issue_certificate(&session, child)?;
        data.with_numbers = self.numbers;
        let sheet = paper::certificate_of(&data, &session.name);
        let pdf = certificate::render(&sheet, &setter, self.language.into()).map_err(|error| said(&error))?;
        write(&self.out, &data, &pdf).map_err(|error| said(&error))?;
        let cards = data.cards.len();
        eprintln!("Certificate {} is in {}.", data.no, self.out.display());
        Ok(say(&json!({
            "certificate": data.no.to_string(), "issue": data.issue, "cards": cards, "kid": data.kid,
        }))?)
    }
}

/// All files of a certificate, or none.
pub fn write(out: &Path, data: &CertificateData, pdf: &[u8]) -> Result<(), PaperError> {
    let cards = card_file(data.cards.iter().map(|card| card.jws.as_str()));
    let codes: String = data.cards.iter().map(|card| card.qr_text() + "\n").collect();
    let files: [(&str, &[u8]); 4] = [
        ("jwks.json", data.key_set.as_bytes()),
        ("qr.txt", codes.as_bytes()),
        ("certificate.smart-health-card", cards.as_bytes()),
        ("certificate.pdf", pdf),
    ];
    let files = files.map(|(name, bytes)| (out.join(name), bytes));
    paper::save_all(files.iter().map(|(path, bytes)| (path.as_path(), *bytes)))
}

#[derive(clap::Args)]
pub struct VerifyCertificate {
    /// The file: certificate.smart-health-card, or what a scanner read from a QR code; `-` for standard input.
    file: PathBuf,
    /// Keys that are trusted, as the clinic hands them out (jwks.json); may be said again. Without it: those of the
    /// clinic in the folder of this computer.
    #[arg(long, value_name = "FILE")]
    jwks: Vec<PathBuf>,
}

impl VerifyCertificate {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        let keys = self.keys(place).inspect_err(|failure| no_answer("no-keys", &failure.words))?;
        let mut bytes = Vec::new();
        // One byte more than a card may have tells that it is too large.
        let limit = FILE_MAX_BYTES as u64 + 1;
        let read = if self.file == Path::new("-") {
            std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(&self.file).and_then(|file| file.take(limit).read_to_end(&mut bytes))
        };
        let _ = read.map_err(|error| Failure::from(error).at(&self.file))?;
        if let Some((why, words)) = another_file(&bytes) {
            no_answer(why, words);
            return Err(Failure::new(Code::Usage, format!("{}: {words}", self.file.display())));
        }
        let now_s = Env::system().now_ms() / 1000;
        let all = keys.iter().fold(KeySet::default(), |mut all, (_, keys)| {
            all.extend(keys.clone());
            all
        });
        let checked = match cards_in(&bytes) {
            Ok(cards) => cards.iter().map(|card| verify(card, &all, now_s)).collect(),
            Err(error) => vec![Err(error)],
        };
        tell(&checked, &keys)
    }

    /// The keys that are trusted, with the file of each set.
    fn keys(&self, place: &Place) -> Result<Vec<(PathBuf, KeySet)>, Failure> {
        let own = [place.dir()?.join(KEY_SET_FILE)];
        let files: &[PathBuf] = if self.jwks.is_empty() { &own } else { &self.jwks };
        if self.jwks.is_empty() && !own[0].exists() {
            let words = "no key is known that this certificate could be checked with: say --jwks FILE, with the file that \
                         the clinic hands out";
            return Err(Failure::new(Code::Usage, words));
        }
        let read = |path: &PathBuf| {
            let text = std::fs::read(path).map_err(|error| Failure::from(error).at(path))?;
            let keys = KeySet::read(&text)
                .map_err(|error| Failure::new(Code::Usage, format!("{}: {error}", path.display())))?;
            Ok::<_, Failure>((path.clone(), keys))
        };
        files.iter().map(read).collect()
    }
}

/// A file of a certificate that is not its proof, or a picture of it: neither true nor false.
fn another_file(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const PICTURES: [&[u8]; 2] = [b"\x89PNG", b"\xff\xd8\xff"];
    if bytes.starts_with(b"%PDF") {
        let words = "this is the paper, not its proof: give certificate.smart-health-card or qr.txt, which are made with it, \
                     or what a scanner reads from the code on the page";
        return Some(("paper", words));
    }
    if PICTURES.iter().any(|magic| bytes.starts_with(magic)) {
        let words = "this is a picture: give what a scanner reads from the code in it (`zbarimg --raw -q FILE`)";
        return Some(("picture", words));
    }
    let words =
        "these are the clinic's keys, not a certificate: give certificate.smart-health-card, and the keys by --jwks";
    KeySet::read(bytes).is_ok().then_some(("keys", words))
}

/// For machines: it was not looked at, so the certificate may be true or not.
fn no_answer(why: &str, words: &str) {
    // Whoever does not read the line has the exit code.
    let _unread = say(&json!({"valid": null, "why": why, "words": words}));
}

/// A certificate of another clinic is true by that clinic's keys alone.
const OTHERS_KEYS: &str = " Was it issued by another clinic, or before this computer? Then say --jwks FILE, with the \
                           jwks.json that the clinic hands out.";

/// One line a card, and the answer for all of them.
fn tell(checked: &[Result<Verified, CardError>], keys: &[(PathBuf, KeySet)]) -> Result<(), Failure> {
    let mut wrong = None;
    for (n, card) in checked.iter().enumerate() {
        // Whose keys they are, the file says: the issuer's name in a card is the word of whoever signed it.
        let by = |card: &Verified| keys.iter().find(|(_, keys)| keys.has(&card.kid)).map(|(file, _)| file.clone());
        let by = card.as_ref().ok().and_then(by).unwrap_or_default();
        say(&line(n + 1, card, &by))?;
        match card {
            Ok(card) => eprintln!("Yes: {}", words(card, &by)),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    if let Some(error) = wrong {
        let unknown = matches!(error, CardError::UnknownKey { .. });
        let then = if unknown { OTHERS_KEYS } else { "" };
        return Err(Failure::new(Code::Differs, format!("No: {error}.{then}")));
    }
    let mut children = checked.iter().flatten().map(|card| (&card.name, &card.born));
    if children.next().is_some_and(|first| children.any(|other| other != first)) {
        let words = "these cards are of different children, and no certificate is of two";
        say(&json!({"valid": false, "why": "different-children", "words": words}))?;
        return Err(Failure::new(Code::Differs, format!("No: {words}.")));
    }
    Ok(())
}

fn words(card: &Verified, by: &Path) -> String {
    let signed = signed_on(card).unwrap_or_else(|| "an unknown day".to_owned());
    let (count, doses) = (card.doses.len(), if card.doses.len() == 1 { "dose" } else { "doses" });
    let (name, born, kid, by) = (&card.name, &card.born, &card.kid, by.display());
    format!("{name}, born {born}, {count} {doses}; signed on {signed} by the key {kid} of {by}.")
}

fn signed_on(card: &Verified) -> Option<String> {
    let ms = (card.signed_s * 1000.0) as u64;
    clinic::date::india_time(ms).map(|time| time.date_naive().to_string())
}

fn line(n: usize, card: &Result<Verified, CardError>, by: &Path) -> Value {
    match card {
        Ok(card) => json!({
            "card": n, "valid": true, "issuer": card.iss, "kid": card.kid, "jwks": by.to_string_lossy(), "signed": signed_on(card),
            "name": card.name, "born": card.born,
            "doses": card.doses.iter().map(|dose| json!({
                "cvx": dose.cvx, "on": dose.on, "lot": dose.lot, "place": dose.place, "outside": dose.outside,
            })).collect::<Vec<_>>(),
        }),
        Err(error) => json!({"card": n, "valid": false, "why": error.code(), "words": error.to_string()}),
    }
}
