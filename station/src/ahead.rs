//! What the program needs soon is made beside what it does first.

/// Without a thread for it, it is made when it is needed.
pub fn ahead(name: &'static str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.into()).spawn(work) {
        tracing::debug!(%error, name, "nothing is made ahead");
    }
}
