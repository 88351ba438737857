//! The suite that every store passes, on one server and in a cluster; with Redis, and with Valkey where it is there.

mod support;

use std::{io::Write as _, process::Command, time::Duration};

use larder_core::store_suite;
use larder_redis::Redis;
use support::server::{PROGRAM, Server};

/// How fast the machine is at the moment is not what the suite is about.
const DEADLINE: Duration = Duration::from_secs(5);

mod single {
    use super::*;

    store_suite! {
        let server = Server::start();
        Redis::builder(&server.url()).expect("it is a URL").deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}

#[cfg(feature = "cluster")]
mod cluster {
    use super::{support::server::Cluster, *};

    store_suite! {
        let cluster = Cluster::shared();
        Redis::builder(&cluster.url()).expect("it is a URL").prefix(&support::fresh("suite")).deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}

/// Runs all of this once more, with Valkey as the server.
#[test]
fn valkey_passes_it_too() {
    const VALKEY: &str = "valkey-server";
    if std::env::var_os(PROGRAM).is_some() {
        return;
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&paths).any(|path| path.join(VALKEY).is_file()) {
        // past what is kept for the output of tests that fail, so that nobody takes it for tested
        writeln!(std::io::stderr(), "{VALKEY} is not on the PATH: the suite was run with Redis only")
            .unwrap();
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap()).env(PROGRAM, VALKEY).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("test result: ok.") && !said.contains(" 1 passed;"), "{said}");
}
