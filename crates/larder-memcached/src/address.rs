//! Where the servers are and who asks, read from a URL.

use std::fmt;

use larder_link::{ConfigError, Place};

/// Where one server is, and who asks it. Its `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) place: Place,
    pub(crate) login: Option<Login>,
}

/// What a server that was started with `-Y` wants to hear first.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Reads `memcached://[user:password@]host[:port][,host[:port]..]` and `unix:///path`.
pub(crate) fn parse(url: &str) -> Result<Vec<Address>, ConfigError> {
    addresses(url.trim()).map_err(|why| ConfigError::url(url, "a memcached", why))
}

fn addresses(url: &str) -> Result<Vec<Address>, &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or(WANTED)?;
    if rest.contains(['?', '#']) {
        return Err("nothing may follow a `?` or `#`");
    }
    match scheme {
        "memcached" | "memcache" => several(rest),
        "unix" | "memcached+unix" if rest.starts_with('/') && rest.len() > 1 => {
            Ok(vec![Address { place: Place::Unix(rest.into()), login: None }])
        }
        _ => Err(WANTED),
    }
}

const WANTED: &str =
    "write `memcached://[user:password@]host[:port]`, with further servers after commas, or `unix:///path`";

fn several(rest: &str) -> Result<Vec<Address>, &'static str> {
    let (login, hosts) = match rest.rsplit_once('@') {
        Some((login, hosts)) => (Some(self::login(login)?), hosts),
        None => (None, rest),
    };
    let hosts = hosts.strip_suffix('/').unwrap_or(hosts);
    let mut all: Vec<Address> = Vec::new();
    for host in hosts.split(',') {
        let address = Address { place: place(host.trim())?, login: login.clone() };
        if all.iter().any(|other| other.place == address.place) {
            return Err("a server is named twice");
        }
        all.push(address);
    }
    Ok(all)
}

fn place(text: &str) -> Result<Place, &'static str> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or("a `[` is never closed")?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(WANTED)?) })
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'%');
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err("the name of a host is missing, or none");
    }
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or("a port is a number up to 65535")?,
        None => PORT,
    };
    Ok(Place::Tcp { host: host.to_owned(), port })
}

const PORT: u16 = 11_211;

fn login(text: &str) -> Result<Login, &'static str> {
    let (user, password) = text.split_once(':').ok_or("a user without a password; write `user:password@`")?;
    let login = Login { user: decoded(user)?, password: decoded(password)? };
    // the protocol has them in one line, apart by a blank
    let has_line_end = |text: &str| text.contains(['\r', '\n', '\0']);
    if login.user.is_empty() || login.user.contains(' ') || has_line_end(&login.user) {
        return Err("a user's name is not empty, and holds no blanks and line ends");
    }
    if login.password.is_empty() || has_line_end(&login.password) {
        return Err("a password is not empty, and holds no line ends");
    }
    Ok(login)
}

/// What stands for itself, and `%2F` for a `/`.
fn decoded(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "a `%` is followed by two hexadecimal digits";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(WRONG);
        bytes.push((digit()? * 16 + digit()?) as u8);
    }
    String::from_utf8(bytes).map_err(|_| "a user or a password is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(url: &str) -> Vec<String> {
        let all = parse(url).unwrap_or_else(|error| panic!("{error}"));
        all.iter().map(|address| address.place.to_string()).collect()
    }

    #[test]
    fn a_url_says_where_the_servers_are() {
        assert_eq!(places("memcached://localhost"), ["localhost:11211"]);
        assert_eq!(
            places("memcached://a:1,b, [::1]:7 ,[fe80::1%25]/"),
            ["a:1", "b:11211", "[::1]:7", "[fe80::1%25]:11211"]
        );
        assert_eq!(places("unix:///run/memcached.sock"), ["/run/memcached.sock"]);
        assert_eq!(places("memcached+unix:///run/memcached.sock"), ["/run/memcached.sock"]);
    }

    #[test]
    fn a_url_says_who_asks() {
        for address in parse("memcached://alice:s%40c%3At%20@a,b").unwrap_or_else(|error| panic!("{error}")) {
            let login = address.login.clone().expect("there is one");
            assert_eq!((login.user.as_str(), login.password.as_str()), ("alice", "s@c:t "));
            assert!(!format!("{address:?}").contains("s@c"), "{address:?}");
        }
    }

    #[test]
    fn what_is_malformed_is_shown_without_its_password() {
        let wrong = [
            "hunter2@host",
            "http://alice:hunter2@host",
            "memcached://hunter2@host",
            "memcached://alice:hunter2@",
            "memcached://alice:hunter2@host:port",
            "memcached://alice:hunter2@host:0",
            "memcached://alice:hunter2@host/3",
            "memcached://alice:hunt@hunter2@ho st",
            "memcached://alice:hunter2%@host",
            "memcached://alice:hunter2%0a@host",
            "memcached://al%20ice:hunter2@host",
            "memcached://:hunter2@host",
            "memcached://alice:hunter2@host,host:11211",
            "memcached://alice:hunter2@[::1",
            "memcached://host?password=hunter2",
            "unix://?pass=hunter2",
        ];
        for url in wrong {
            let error = parse(url).expect_err(url);
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(!text.contains("hunt"), "{text}");
            }
        }
    }
}
