//! `tikka-toy`: the reference toy as a program.

use clap::{Parser, Subcommand};
use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;
use toybox::panel::Events;
use toybox::run::{Options, TOYS_MAX, run};
use tracing_subscriber::EnvFilter;

/// The longest model name and demo run: both travel in mDNS packets.
const NAME_MAX_BYTES: usize = 32;

/// The reference toy of a Tikka clinic: it announces itself on the local network, is registered by the
/// clinic's station, carries a worker's roster and hands over the doses that the worker records.
#[derive(Parser)]
#[command(name = "tikka-toy", version)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs a toy on a directory, or many, until it is told to stop.
    #[command(after_help = AFTER_HELP)]
    Run {
        /// The directory that is the toy: its key, its setup secret and its records. It is made on the
        /// first run. Only one process can run a toy on a directory.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The model name that the toy announces.
        #[arg(long, value_name = "NAME", default_value = "tikka-reference", value_parser = plain_name)]
        model: String,
        /// Makes this a toy of the demo run of that name: the hubs of real clinics do not see it.
        #[arg(long, value_name = "RUN_ID", value_parser = plain_name)]
        demo: Option<String>,
        /// The UDP port to listen on; the next toys take the next ones. 0 takes any that is free.
        #[arg(long, value_name = "N", default_value_t = 0)]
        port: u16,
        /// Runs so many toys, each on a directory of its own below DIR. Their events say which `toy` they are of, from
        /// 1 on; a command goes to the `toy` that it names, or to all.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(TOYS_MAX)))]
        count: Option<u32>,
        /// Of the dice that lose packets.
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// Ends when its standard input ends, for a program that starts toys and must not leave any behind.
        #[arg(long)]
        attached: bool,
    },
}

const AFTER_HELP: &str = r#"The toy reads commands from its standard input, one JSON object a line, and writes one JSON object a line to its standard output; the log goes to standard error (set RUST_LOG to see more of it). The toy goes on when its input ends, unless it is attached. SIGINT and SIGTERM end it and say goodbye on the network.

Commands:
  {"do":"pair"}, {"do":"unpair"}           The pair button is held, or let go.
  {"do":"dose","child":"K7QM-2XDR-9FWT","product":"PENTA","on":"2026-11-20","batch":"B1"}
                                           A dose was given. The batch may be left out.
  {"do":"growth","child":"K7QM-2XDR-9FWT","on":"2026-11-20","weight_g":8120,"length_mm":702,"muac_mm":131}
                                           A child was measured; head_mm, standing and oedema may be said too.
  {"do":"sighting","child":"K7QM-2XDR-9FWT","on":"2026-11-20","found":"away","note":"at her aunt"}
                                           The worker was there, and the child: home, away, moved.
  {"do":"child","name":"Anjali","dob":"2026-11-19","sex":"F","mother":"Meena Devi","village":"Rampur","phone":"9876543210"}
                                           A child was registered: "recorded" tells its number, and doses may name it at once.
                                           Also dob_estimated, birth_order (of twins), and what the family agrees to:
                                           reminders, tracing.
  {"do":"children"}, {"do":"status"}       Show the roster, or the state of the toy.
  {"do":"battery","percent":20,"charging":false,"full_hours":8}, {"do":"temperature","celsius":31},
  {"do":"position","latitude":28.6,"longitude":77.2,"accuracy_m":12}
                                           What the sensors see. With full_hours the battery is used up (or charged), and
                                           an empty one switches the toy off.
  {"do":"walk","track":"FILE.csv","start_s":0,"times":1}
                                           Carried along a track, there and back: CSV with the columns seconds, latitude,
                                           longitude, accuracy_m.
  {"do":"card","card":"K7QM-2XDR-9FWT"}    A card is held to the toy: was it lost, blocked or replaced?
  {"do":"faults","numbers":[0]}            What the toy finds broken of itself: 0 sensor, 1 storage, 2 battery, 3 radio;
                                           numbers up to 31 may be used.
  {"do":"sleep","seconds":3600}            The toy tells its hub that it saves power, and is without radio for so long, or
                                           until it is told to be online.
  {"do":"offline"}, {"do":"online"}        The radio is off: records are kept. The radio is on again.
  {"do":"clock","offset_ms":-86400000}     The toy's clock is wrong by this much.
  {"do":"power","on":false}                The battery is taken out (or put in again): nobody is told.
  {"do":"power-cut","at_byte":100}         The power goes when so many more bytes are written to the toy's memory.
  {"do":"drop","per_mille":100}            So many of a thousand packets are lost, each way.
  {"do":"flood","messages":2000}           So many messages at once, as soon as there is a connection.
  {"do":"lie","about":"content"}           The toy says what is not so: signature, sequence, content, telemetry, rubbish,
                                           replay (the records it holds, again and again).
  {"do":"quit"}                            End.

Events: "label" comes first and holds what is printed on a toy (code, secret, id, port). A dose, a measuring, a sighting, a child is answered by "recorded" (it is on the disk) or "refused", a card by "card" or "refused". By themselves come "registered", "roster", "settings" (of the clinic, obeyed from now on), "expired" (the hub was away for so many days: the roster is forgotten), "connected", "disconnected", "acked" (what the hub has committed, and what is durable at the district), "not-now" (the hub takes no more records for so many seconds), "ordered" (lock, unlock or wipe), "wiped", "turned", "ring" (somebody looks for the toy), "awake" (it has slept enough) and "power" (it went; when it comes back, the label is shown again).

Exit codes:
  0  The toy was told to end.
  1  It failed for a reason that is not below.
  2  The command line is wrong.
  3  Another process runs a toy on this directory.
  4  The directory cannot be used: it is damaged, of another toy, or cannot be read or written.
  5  The network cannot be used: the port is taken, or mDNS does not start."#;

fn plain_name(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_. ".contains(&b));
    if plain && (1..=NAME_MAX_BYTES).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err(format!("1 to {NAME_MAX_BYTES} letters, digits, spaces, dots, hyphens or underscores are needed"))
    }
}

fn main() -> ExitCode {
    let What::Run { data, model, demo, port, attached, count, seed } = Cli::parse().what;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,toybox=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let started = tokio::runtime::Runtime::new().and_then(|runtime| Ok((runtime, Events::start(stdout())?)));
    let (runtime, (events, written)) = match started {
        Ok(started) => started,
        Err(e) => {
            eprintln!("tikka-toy: the system refuses threads: {e}");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(run(Options { data, model, demo, port, attached, count, seed }, events));
    // Tasks and the thread that reads the commands hold on to the events; they end with the process.
    runtime.shutdown_background();
    let code = match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("tikka-toy: {}", chain(&e));
            ExitCode::from(e.exit_code())
        }
    };
    written.wait();
    code
}

/// An error with everything that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}
