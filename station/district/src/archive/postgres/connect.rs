//! From a URL to a bounded pool of connections, each set up so that a commit is durable and no call waits for ever.

use super::super::ArchiveError;
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// As many as the server has jobs at once, and two for whatever else is asked.
const CONNECTIONS_MAX: usize = 10;
/// For a free connection, and for a new one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a connection that was idle to show that it lives.
const RECYCLE_TIMEOUT: Duration = Duration::from_secs(5);
/// A peer that does not answer so long is gone.
const PEER_TIMEOUT: Duration = Duration::from_secs(30);
/// What each connection is told first. "off" and "local" would acknowledge what a crash can still take back; what is
/// stronger than "on" is left as it is. Plans are made with the district's number at hand: one partition is looked at.
const SETTINGS: &str = "
SET search_path = tikka;
SET statement_timeout = '60s';
SET lock_timeout = '10s';
SET idle_in_transaction_session_timeout = '60s';
SET plan_cache_mode = force_custom_plan;
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
";

/// A database URL as we understand it.
#[derive(Debug)]
struct Url {
    config: Config,
    tls: bool,
    /// The file with the certificates that are trusted, in PEM, instead of the system's.
    roots: Option<PathBuf>,
}

fn parse(url: &str) -> Result<Url, ArchiveError> {
    let bad = |why: &str| ArchiveError::Url(why.to_owned());
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(bad("it does not begin with postgres://"));
    }
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut kept, mut mode, mut roots) = (Vec::new(), None, None);
    for parameter in query.split('&').filter(|p| !p.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value.to_owned()),
            Some(("sslrootcert", value)) => {
                roots = Some(PathBuf::from(percent_decode_str(value).decode_utf8_lossy().into_owned()));
            }
            _ => kept.push(parameter),
        }
    }
    // The error of a bad URL would repeat it, and the password in it.
    let mut config: Config = format!("{base}?{}", kept.join("&")).parse().map_err(|_| bad("it is not understood"))?;
    let near = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    });
    let tls = match mode.as_deref() {
        Some("disable") => false,
        Some("require" | "verify-full") => true,
        None => !near,
        Some(_) => return Err(bad("sslmode is one of disable, require and verify-full (the last two are the same)")),
    };
    config
        .ssl_mode(if tls { SslMode::Require } else { SslMode::Disable })
        .connect_timeout(CONNECT_TIMEOUT)
        .keepalives_idle(PEER_TIMEOUT)
        .keepalives_interval(PEER_TIMEOUT / 3)
        .keepalives_retries(3)
        .tcp_user_timeout(PEER_TIMEOUT);
    if config.get_application_name().is_none() {
        config.application_name("tikka-district");
    }
    Ok(Url { config, tls, roots })
}

/// A pool for the database behind the URL. Connects to nothing yet.
pub(super) fn pool(url: &str) -> Result<Pool, ArchiveError> {
    let Url { config, tls, roots } = parse(url)?;
    // An idle connection is asked whether it lives before it is used: after a restart of PostgreSQL all are new.
    let how = ManagerConfig { recycling_method: RecyclingMethod::Verified };
    let manager = if tls {
        Manager::from_config(config, MakeRustlsConnect::new(tls_config(roots)?), how)
    } else {
        Manager::from_config(config, NoTls, how)
    };
    let set_up = Hook::async_fn(|client, _| {
        Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(CONNECTIONS_MAX)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(CONNECT_TIMEOUT))
        .create_timeout(Some(CONNECT_TIMEOUT))
        .recycle_timeout(Some(RECYCLE_TIMEOUT))
        .post_create(set_up)
        .build();
    pool.map_err(|e| ArchiveError::Database(Box::new(e)))
}

/// The server's certificate is always checked, and its name too.
fn tls_config(roots: Option<PathBuf>) -> Result<ClientConfig, ArchiveError> {
    let mut trusted = RootCertStore::empty();
    match roots {
        Some(path) => {
            let unreadable = |_| ArchiveError::Url(format!("{} holds no certificates in PEM", path.display()));
            for certificate in CertificateDer::pem_file_iter(&path).map_err(unreadable)? {
                let certificate = certificate.map_err(unreadable)?;
                trusted.add(certificate).map_err(|e| ArchiveError::Database(Box::new(e)))?;
            }
        }
        None => {
            let (_, _) = trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if trusted.is_empty() {
        return Err(ArchiveError::Url("no trusted certificates are here; name a file by sslrootcert=FILE".into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|e| ArchiveError::Database(Box::new(e)))?;
    Ok(builder.with_root_certificates(trusted).with_no_client_auth())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_a_network_is_encrypted_unless_the_url_says_otherwise() {
        for (url, tls) in [
            ("postgres://tikka:secret@db.example/tikka", true),
            ("postgresql://db.example/tikka?sslmode=require", true),
            ("postgres://db.example,localhost/tikka", true),
            ("postgres://db.example/tikka?sslmode=disable", false),
            ("postgres://localhost/tikka", false),
            ("postgres://127.0.0.1:5433/tikka?connect_timeout=3", false),
            ("postgres://localhost/tikka?sslmode=verify-full", true),
            ("postgres://tikka@%2Frun%2Fpostgresql/tikka", false),
            ("postgres:///tikka?host=/run/postgresql", false),
        ] {
            assert_eq!(parse(url).unwrap().tls, tls, "{url}");
        }
        let roots = parse("postgres://db.example/tikka?sslrootcert=%2Fetc%2Fa%20b.pem").unwrap().roots;
        assert_eq!(roots.unwrap(), PathBuf::from("/etc/a b.pem"));
    }

    #[test]
    fn a_url_that_is_not_understood_is_refused_without_its_password() {
        for url in [
            "mysql://tikka:secret@db.example/tikka",
            "host=db.example password=secret",
            "postgres://tikka:secret@db.example/tikka?sslmode=prefer",
            "postgres://tikka:secret@db.example:port/tikka",
            "postgres://tikka:secret@db.example/tikka?unknown=1",
        ] {
            let error = parse(url).unwrap_err();
            assert!(matches!(error, ArchiveError::Url(_)), "{url}");
            assert!(!crate::chain(&error).contains("secret"), "{url}");
        }
    }
}
