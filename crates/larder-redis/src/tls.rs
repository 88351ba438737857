//! Encryption by rustls, with ring: chosen here, so that nothing depends on what else the program has linked.

#[cfg(feature = "tls")]
use std::sync::{Arc, OnceLock};

#[cfg(feature = "tls")]
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

#[cfg(feature = "tls")]
use larder_link::ConfigError;

/// Whom to trust and who we are, in PEM. Without roots of one's own, those of the system.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    #[cfg(feature = "tls")]
    roots: Option<Arc<[u8]>>,
    /// Certificate and key.
    #[cfg(feature = "tls")]
    identity: Option<Arc<(Vec<u8>, Vec<u8>)>>,
    #[cfg(feature = "tls")]
    config: Arc<OnceLock<Result<Arc<ClientConfig>, ConfigError>>>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // keys are secrets
        out.debug_struct("Tls").finish_non_exhaustive()
    }
}

#[cfg(feature = "tls")]
impl Tls {
    pub(crate) fn trusting(self, roots: &[u8]) -> Result<Self, ConfigError> {
        Self { roots: Some(roots.into()), identity: self.identity, config: Arc::default() }.checked()
    }

    pub(crate) fn showing(self, certificate: &[u8], key: &[u8]) -> Result<Self, ConfigError> {
        let identity = Some(Arc::new((certificate.to_vec(), key.to_vec())));
        Self { roots: self.roots, identity, config: Arc::default() }.checked()
    }

    fn checked(self) -> Result<Self, ConfigError> {
        if let Some(roots) = &self.roots {
            parse_certificates(roots)?;
        }
        if let Some(identity) = &self.identity {
            parse_identity(identity)?;
        }
        Ok(self)
    }

    /// The configuration, made when it is first asked for: the system's certificates are files.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, ConfigError> {
        self.config.get_or_init(|| self.make()).clone()
    }

    fn make(&self) -> Result<Arc<ClientConfig>, ConfigError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::other(format!("TLS cannot be set up: {error}")))?
            .with_root_certificates(self.trusted()?);
        let Some(identity) = &self.identity else {
            return Ok(Arc::new(builder.with_no_client_auth()));
        };
        let (certificates, key) = parse_identity(identity)?;
        let config = builder.with_client_auth_cert(certificates, key);
        config
            .map(Arc::new)
            .map_err(|error| ConfigError::other(format!("the TLS identity is not usable: {error}")))
    }

    fn trusted(&self) -> Result<RootCertStore, ConfigError> {
        let certificates = match &self.roots {
            Some(pem) => parse_certificates(pem)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        let mut roots = RootCertStore::empty();
        let (usable, _) = roots.add_parsable_certificates(certificates);
        if usable == 0 {
            return Err(ConfigError::other(
                "there is no root certificate to trust; install the system's (`ca-certificates`), or name some with `tls_roots`",
            ));
        }
        Ok(roots)
    }
}

#[cfg(feature = "tls")]
fn parse_identity(
    (certificates, key): &(Vec<u8>, Vec<u8>),
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), ConfigError> {
    let key = PrivateKeyDer::from_pem_slice(key);
    let key = key.map_err(|_| ConfigError::other("the private key given for TLS is not in PEM form"))?;
    Ok((parse_certificates(certificates)?, key))
}

#[cfg(feature = "tls")]
fn parse_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match parsed {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ConfigError::other("the certificates given for TLS are not in PEM form")),
    }
}
