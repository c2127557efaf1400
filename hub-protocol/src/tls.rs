//! TLS 1.3 with raw Ed25519 public keys (RFC 7250) on both sides: no certificate that expires or must be
//! parsed. This module makes rustls settings; the sockets are elsewhere.
//!
//! The dialling side pins the key it expects, or says aloud that it does not know it yet. The listening
//! side lets every well-formed key finish the handshake and decides by [`peer`] before its first
//! message, so that a stranger gets a typed refusal and not a broken connection.

use crate::identity::{DeviceId, Identity, PublicKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::sync::Arc;

/// ALPN names. The demo speaks names of its own, so that a demo toy and a real hub cannot meet.
pub const ALPN_TOY: &[u8] = b"tikka-toy/1";
pub const ALPN_TOY_DEMO: &[u8] = b"tikka-toy-demo/1";
pub const ALPN_DISTRICT: &[u8] = b"tikka-district/1";

/// The name in the TLS handshake. Nothing depends on it: keys are pinned, not names.
pub const SERVER_NAME: &str = "tikka.invalid";

/// Label of the TLS exporter value that pairing and enrolment proofs are bound to.
pub const EXPORTER_LABEL: &[u8] = b"EXPORTER-tikka-proof";

/// RFC 8410: the DER around an Ed25519 public key and around a private one.
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Whom a dialling side is ready to meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// This device and no other.
    Exactly(DeviceId),
    /// A device not known yet. The caller must look at [`peer`] before it trusts or tells anything.
    Stranger,
}

/// Settings of the listening side. Fails only when the ring provider refuses the key or TLS 1.3.
pub fn server_config(identity: &Identity, alpn: &[&[u8]]) -> Result<rustls::ServerConfig, Error> {
    let provider = provider();
    let resolver = rustls::server::AlwaysResolvesServerRawPublicKeys::new(certified(identity, &provider)?);
    let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(RawKey { expect: Expect::Stranger, provider }))
        .with_cert_resolver(Arc::new(resolver));
    // Nobody resumes: every connection proves both keys anew, and the tickets would be paid for by the byte.
    config.send_tls13_tickets = 0;
    config.alpn_protocols = alpn.iter().map(|a| a.to_vec()).collect();
    Ok(config)
}

/// Settings of the dialling side.
pub fn client_config(identity: &Identity, alpn: &[&[u8]], expect: Expect) -> Result<rustls::ClientConfig, Error> {
    let provider = provider();
    let resolver = rustls::client::AlwaysResolvesClientRawPublicKeys::new(certified(identity, &provider)?);
    let mut config = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(RawKey { expect, provider }))
        .with_client_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = alpn.iter().map(|a| a.to_vec()).collect();
    Ok(config)
}

/// The other side's key, from the "certificates" of a finished handshake (quinn: `peer_identity`).
pub fn peer(chain: &[CertificateDer<'_>]) -> Option<PublicKey> {
    let [one] = chain else { return None };
    raw_key(one)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn certified(identity: &Identity, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Error> {
    let private = [&PKCS8_PREFIX[..], &identity.seed()].concat();
    let key = provider.key_provider.load_private_key(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(private)))?;
    let public = [&SPKI_PREFIX[..], &identity.public_key().0].concat();
    Ok(Arc::new(CertifiedKey::new(vec![CertificateDer::from(public)], key)))
}

fn raw_key(der: &[u8]) -> Option<PublicKey> {
    let key = der.strip_prefix(&SPKI_PREFIX[..])?;
    key.try_into().ok().map(PublicKey)
}

#[derive(Debug)]
struct RawKey {
    expect: Expect,
    provider: Arc<CryptoProvider>,
}

impl RawKey {
    fn check(&self, der: &CertificateDer<'_>) -> Result<(), Error> {
        let key = raw_key(der).ok_or(CertificateError::BadEncoding)?;
        match self.expect {
            Expect::Exactly(id) if id != key.device_id() => {
                Err(CertificateError::ApplicationVerificationFailure.into())
            }
            Expect::Exactly(_) | Expect::Stranger => Ok(()),
        }
    }

    fn signature(
        &self,
        message: &[u8],
        der: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &SubjectPublicKeyInfoDer::from(der.as_ref()), signed, algorithms)
    }
}

fn no_tls12() -> Error {
    Error::General("TLS 1.2 is not spoken here".into())
}

impl ServerCertVerifier for RawKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for RawKey {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
