//! Every input of the fuzzers' corpus, and the frozen messages, through the readers again: in seconds, with the
//! compiler of every day. `tests/campaign fuzz` looks for new ones.
#![allow(clippy::unwrap_used)]

#[path = "../fuzz/src/targets/mod.rs"]
mod targets;

use std::path::{Path, PathBuf};

/// More than this in all, in bytes, would be a corpus that nobody minimised.
const CORPUS_MAX_BYTES: u64 = 500_000;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_reader_stands_what_the_fuzzers_found() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut bytes = 0;
    for (name, run) in targets::ALL {
        let inputs = files(&corpus.join(name));
        assert!(!inputs.is_empty(), "{name} has no corpus");
        for path in inputs {
            // Named before it runs: a reader that crashes leaves nothing else to look at.
            println!("{name} {}", path.display());
            let input = std::fs::read(&path).unwrap();
            bytes += input.len() as u64;
            run(&input);
            // Cut off anywhere near, as a line that drops would.
            run(&input[..input.len() / 2]);
        }
    }
    assert!(bytes <= CORPUS_MAX_BYTES, "the corpus has {bytes} bytes: minimise it");
    let known: Vec<PathBuf> = targets::ALL.iter().map(|(name, _)| corpus.join(name)).collect();
    assert!(files(&corpus).iter().all(|folder| known.contains(folder)), "a folder in the corpus that no target reads");
}
