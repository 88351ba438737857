//! Where a server is and who asks, read from a URL.

use larder_link::{ConfigError, Place};
use redis::{ConnectionAddr, IntoConnectionInfo as _, RedisConnectionInfo};

/// A place, and what the handshake there needs. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) place: Place,
    pub(crate) is_encrypted: bool,
    /// User, password, database.
    pub(crate) login: RedisConnectionInfo,
}

impl Address {
    /// The same login at another place.
    #[cfg(feature = "cluster")]
    pub(crate) fn at(&self, place: Place) -> Self {
        Self { place, ..self.clone() }
    }

    /// `text` without the password, which servers may repeat in what they answer.
    pub(crate) fn redact(&self, text: &str) -> String {
        match self.login.password() {
            Some(password) if !password.is_empty() => text.replace(password, "***"),
            _ => text.to_owned(),
        }
    }
}

/// What a URL says: one server, or the nodes of a cluster that are asked for the others.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) addresses: Vec<Address>,
    pub(crate) is_cluster: bool,
}

/// Reads `redis://`, `rediss://`, `unix://` and `redis+unix://`, and for clusters `redis+cluster://` and `rediss+cluster://` with several hosts between commas.
pub(crate) fn parse(url: &str) -> Result<Target, ConfigError> {
    let fail = |why: &str| ConfigError::url(url, "a Redis", why);
    let Some((scheme, rest)) = url.trim().split_once("://") else {
        return Err(fail(WANTED));
    };
    let (is_encrypted, is_cluster, plain) = match scheme {
        "redis" | "valkey" => (false, false, "redis"),
        "rediss" | "valkeys" => (true, false, "redis"),
        "redis+cluster" | "valkey+cluster" => (false, true, "redis"),
        "rediss+cluster" | "valkeys+cluster" => (true, true, "redis"),
        "unix" | "redis+unix" | "valkey+unix" => (false, false, "unix"),
        _ => return Err(fail(WANTED)),
    };
    if is_encrypted && !cfg!(feature = "tls") {
        return Err(fail("TLS needs the feature `tls` of larder-redis"));
    }
    if is_cluster && !cfg!(feature = "cluster") {
        return Err(fail("a cluster needs the feature `cluster` of larder-redis"));
    }
    if rest.contains('#') {
        return Err(fail(
            "nothing may follow a `#`; certificates are always verified, `tls_roots` trusts one's own",
        ));
    }
    let urls = if is_cluster { each_host(plain, rest) } else { vec![format!("{plain}://{rest}")] };
    let addresses = urls.iter().map(|url| one(url, is_encrypted).map_err(|why| fail(&why)));
    let target = Target { addresses: addresses.collect::<Result<_, _>>()?, is_cluster };
    if is_cluster && target.addresses.iter().any(|address| address.login.db() != 0) {
        return Err(fail("a cluster has database 0 only"));
    }
    Ok(target)
}

const WANTED: &str = "write `redis://[user:password@]host[:port][/database]`, `rediss://..` for TLS, `unix:///path`, or \
                      `redis+cluster://[user:password@]host:port,host:port`";

fn one(url: &str, is_encrypted: bool) -> Result<Address, String> {
    let info = url.into_connection_info().map_err(|error| {
        // what redis-rs says of a URL names the part that is wrong, and may repeat a query; never the password
        error.detail().map_or_else(|| error.to_string(), |_| "a part of it is not understood".into())
    })?;
    let place = match info.addr() {
        ConnectionAddr::Tcp(host, port) => Place::Tcp { host: host.clone(), port: *port },
        ConnectionAddr::Unix(path) => Place::Unix(path.clone()),
        _ => return Err(WANTED.into()),
    };
    let login = info.redis_settings().clone().set_skip_set_lib_name();
    if login.db() < 0 {
        return Err("the number of the database is negative".into());
    }
    Ok(Address { place, is_encrypted, login: login.set_protocol(redis::ProtocolVersion::RESP2) })
}

/// `user:password@a,b:7001` as one URL for each host.
fn each_host(scheme: &str, rest: &str) -> Vec<String> {
    let (login, hosts) = rest.rsplit_once('@').map_or(("", rest), |(login, hosts)| (login, hosts));
    let at = if login.is_empty() { "" } else { "@" };
    let (hosts, tail) = hosts.find(['/', '?']).map_or((hosts, ""), |end| hosts.split_at(end));
    hosts.split(',').map(|host| format!("{scheme}://{login}{at}{}{tail}", host.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(url: &str) -> Address {
        parse(url).unwrap_or_else(|error| panic!("{error}")).addresses.remove(0)
    }

    #[test]
    fn a_url_says_where_who_and_which_database() {
        let address = single("redis://alice:s%40crt@example.org:7000/3");
        assert_eq!(address.place, Place::Tcp { host: "example.org".into(), port: 7000 });
        assert_eq!((address.login.username(), address.login.password()), (Some("alice"), Some("s@crt")));
        assert_eq!(address.login.db(), 3);
        assert_eq!(single("redis://localhost").place.to_string(), "localhost:6379");
        assert_eq!(single("redis://[::1]:7/").place.to_string(), "[::1]:7");
        for url in ["unix:///run/redis.sock?db=2&pass=x", "redis+unix:///run/redis.sock?db=2&pass=x"] {
            let address = single(url);
            assert_eq!(address.place, Place::Unix("/run/redis.sock".into()));
            assert_eq!((address.login.db(), address.login.password()), (2, Some("x")));
        }
    }

    #[test]
    fn what_is_malformed_is_shown_without_its_password() {
        let wrong = [
            "alice:hunter2@host",
            "http://alice:hunter2@host",
            "redis://alice:hunter2@host/three",
            "redis://alice:hunter2@host:port",
            "redis://:hunter2@host/-1",
            "redis://alice:hunt@hunter2@host:x",
            "unix://?pass=hunter2",
            "redis://alice:hunter2@host/0#insecure",
            "hunter2@host",
        ];
        for url in wrong {
            let error = parse(url).expect_err(url);
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(!text.contains("hunt"), "{text}");
            }
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let address = single("redis://alice:hunter2@host");
        assert!(!format!("{address:?}").contains("hunter2"));
        assert_eq!(
            address.redact("ERR unknown command 'AUTH' 'alice' 'hunter2'"),
            "ERR unknown command 'AUTH' 'alice' '***'"
        );
    }

    #[cfg(feature = "cluster")]
    #[test]
    fn a_cluster_has_several_hosts_and_one_login() {
        let target = parse("redis+cluster://u:p@a:7000,b,c:7002").unwrap_or_else(|error| panic!("{error}"));
        assert!(target.is_cluster);
        let places: Vec<String> = target.addresses.iter().map(|address| address.place.to_string()).collect();
        assert_eq!(places, ["a:7000", "b:6379", "c:7002"]);
        assert!(target.addresses.iter().all(|address| address.login.password() == Some("p")));
        assert!(parse("redis+cluster://a:7000/1").is_err());
    }

    #[cfg(not(feature = "cluster"))]
    #[test]
    fn a_cluster_names_the_feature_it_needs() {
        let error = parse("redis+cluster://a:7000").expect_err("the feature is off");
        assert!(error.to_string().contains("feature `cluster`"));
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn tls_names_the_feature_it_needs() {
        let error = parse("rediss://a:7000").expect_err("the feature is off");
        assert!(error.to_string().contains("feature `tls`"));
    }
}
