//! Encrypted connections: whom they trust, and that they fail as well as the others.
#![cfg(feature = "tls")]

mod support;

use std::time::Duration;

use larder_core::store_bytes::Answer;
use larder_redis::Redis;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use support::{
    DEADLINE, HALVES, Networked, SLACK, With, eventually, fresh, get, put, put_if_absent, server::Server,
    set_up, timed, value,
};

/// An authority, and what it signs.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, fresh("authority"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate and its key.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn server(&self, name: &str, arguments: &[&str]) -> Server {
        let (certificate, key) = self.sign(name);
        Server::with_tls(&certificate, &key, &self.certificate, arguments)
    }
}

fn url(host: &str, server: &Server) -> String {
    format!("rediss://{host}:{}", server.port())
}

#[test]
fn what_is_asked_over_tls_is_answered() {
    let authority = Authority::new();
    let server = authority.server("localhost", &["--tls-auth-clients", "no"]);
    let builder = Redis::builder(&url("localhost", &server)).unwrap();
    let store = builder
        .tls_roots(authority.certificate.as_bytes())
        .unwrap()
        .deadline(Duration::from_secs(20))
        .build();
    let large: Vec<u8> = (0..2_000_000_u32).map(|at| (at % 251) as u8).collect();
    for half in HALVES {
        for bytes in [&b"small"[..], &large] {
            let key = fresh("tls");
            half.ask(&store, put(&key, bytes)).unwrap();
            assert_eq!(half.ask(&store, get(&key)).unwrap(), value(bytes));
        }
    }
}

#[test]
fn a_server_that_nobody_vouches_for_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = authority.server("localhost", &["--tls-auth-clients", "no"]);
    let misnamed = authority.server("elsewhere.example", &["--tls-auth-clients", "no"]);
    for (server, trusted) in [(&server, &other), (&misnamed, &authority)] {
        for half in HALVES {
            let builder = Redis::builder(&url("localhost", server)).unwrap();
            let builder = builder.tls_roots(trusted.certificate.as_bytes()).unwrap();
            let store = builder.deadline(Duration::from_secs(20)).build();
            let error = half.ask(&store, get("k")).unwrap_err();
            assert!(error.is_refused(), "{error}");
            assert!(error.to_string().contains("certificate"), "{error}");
        }
    }
    // the system's authorities did not sign it either
    let store = Redis::builder(&url("localhost", &server)).unwrap().deadline(Duration::from_secs(20)).build();
    assert!(HALVES[0].ask(&store, get("k")).unwrap_err().is_refused());
}

#[test]
fn a_server_that_asks_who_calls_is_shown_a_certificate() {
    let authority = Authority::new();
    let server = authority.server("localhost", &["--tls-auth-clients", "yes"]);
    let (certificate, key) = authority.sign("client");
    let builder = Redis::builder(&url("localhost", &server)).unwrap();
    let builder =
        builder.tls_roots(authority.certificate.as_bytes()).unwrap().deadline(Duration::from_secs(20));
    let known = builder.clone().tls_identity(certificate.as_bytes(), key.as_bytes()).unwrap().build();
    let nobody = builder.build();
    for half in HALVES {
        assert_eq!(half.ask(&known, get("k")).unwrap(), Answer::Value(None));
        assert!(half.ask(&nobody, get("k")).is_err());
    }
}

#[test]
fn what_is_no_certificate_is_told_at_once() {
    let builder = || Redis::builder("rediss://localhost").unwrap();
    assert!(builder().tls_roots(b"nonsense").is_err());
    let (certificate, key) = Authority::new().sign("client");
    assert!(builder().tls_identity(certificate.as_bytes(), b"nonsense").is_err());
    let error = builder().tls_identity(b"nonsense", key.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("PEM"));
    let built = builder().tls_identity(certificate.as_bytes(), key.as_bytes()).unwrap();
    assert!(!format!("{built:?}").contains("PRIVATE"));
}

#[test]
fn a_frozen_server_and_closed_connections_cost_no_more_than_without_tls() {
    let authority = Authority::new();
    let server = authority.server("localhost", &["--tls-auth-clients", "no", "--timeout", "1"]);
    for half in HALVES {
        let builder = Redis::builder(&url("localhost", &server)).unwrap();
        let store = builder.tls_roots(authority.certificate.as_bytes()).unwrap().deadline(DEADLINE).build();
        set_up(half, &store, &put("k", b"v"));
        server.freeze();
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.unwrap_err().is_timed_out());
        assert!(took < DEADLINE + SLACK, "{took:?}");
        server.thaw();
        eventually("it works again", || half.ask(&store, get("k")).is_ok());
        // long enough for the server to close what is idle; the condition that ends the wait is the time itself
        let idle = std::time::Instant::now();
        eventually("two seconds are over", || idle.elapsed() > Duration::from_millis(2_500));
        assert_eq!(
            half.ask(&store, put_if_absent(&fresh("lock"), b"v")).unwrap(),
            Answer::Done(true),
            "{half:?}"
        );
    }
}

#[test]
fn a_plain_server_is_no_server_for_tls() {
    let server = Server::start();
    let store = Redis::at(&url("localhost", &server), With::deadline(DEADLINE));
    for half in HALVES {
        let (answer, took) = timed(|| half.ask(&store, get("k")));
        assert!(answer.is_err());
        assert!(took < DEADLINE + SLACK, "{took:?}");
    }
}
