//! `tikka-station`: the desktop, the headless hub and their command line.

fn main() -> std::process::ExitCode {
    station::cli::main()
}
