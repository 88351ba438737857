//! Several processes on one directory, and processes that end in the middle. Each test runs itself once more as a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::support::{LONG, Scratch, get, number, patient, put, until};
use larder_core::store_bytes::{Answer, Operation, Store};
use larder_file::FileStore;

/// Where the other process is told the directory.
const DIRECTORY: &str = "LARDER_FILE_TEST_DIRECTORY";

/// The directory, if this is the other process.
fn told() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// Runs the test of this name as another process.
fn start(test: &str, scratch: &Scratch) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("processes::{test}"), "--nocapture"]).env(DIRECTORY, scratch.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
}

/// Waits until the process says this line.
fn wait_for(child: &mut Child, line: &str) {
    let said = BufReader::new(child.stdout.take().unwrap());
    let found = said.lines().map_while(Result::ok).any(|said| said.ends_with(line));
    assert!(found, "the process ended without saying {line:?}");
}

const ADDS: u64 = 300;

#[test]
fn processes_that_add_lose_nothing() {
    let add = |store: &FileStore| {
        for _ in 0..ADDS {
            number(store, Operation::Add { key: "sum".into(), by: 1, from: 0, ttl: LONG });
        }
    };
    if let Some(directory) = told() {
        return add(&patient(directory));
    }
    let scratch = Scratch::new();
    let store = patient(scratch.path());
    let mut children: Vec<_> = (0..2).map(|_| start("processes_that_add_lose_nothing", &scratch)).collect();
    add(&store);
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(number(&store, Operation::Number { key: "sum".into() }), Some(3 * ADDS));
}

#[test]
fn of_several_processes_one_takes_a_lock() {
    let try_all = |store: &FileStore| {
        let token = format!("{}", std::process::id());
        for n in 0..200 {
            let put =
                Operation::PutIfAbsent { key: format!("lock:{n}"), value: token.clone().into(), ttl: LONG };
            if store.run(&[put]).unwrap() == [Answer::Done(true)] {
                number(store, Operation::Add { key: "taken".into(), by: 1, from: 0, ttl: LONG });
            }
        }
    };
    if let Some(directory) = told() {
        return try_all(&patient(directory));
    }
    let scratch = Scratch::new();
    let store = patient(scratch.path());
    let mut child = start("of_several_processes_one_takes_a_lock", &scratch);
    try_all(&store);
    assert!(child.wait().unwrap().success());
    assert_eq!(number(&store, Operation::Number { key: "taken".into() }), Some(200));
}

#[test]
fn what_one_process_writes_another_reads() {
    if let Some(directory) = told() {
        let store = patient(directory);
        put(&store, "answer", b"42");
        until("the question was asked", || get(&store, "question").is_some());
        put(&store, "answer", b"43");
        return;
    }
    let scratch = Scratch::new();
    let store = patient(scratch.path());
    let mut child = start("what_one_process_writes_another_reads", &scratch);
    until("the first answer", || get(&store, "answer").as_deref() == Some(b"42"));
    put(&store, "question", b"");
    until("the second answer", || get(&store, "answer").as_deref() == Some(b"43"));
    assert!(child.wait().unwrap().success());
}

/// A process that is killed while it writes leaves the old value or the new one, no lock, and nothing that stays for ever.
#[test]
fn a_process_killed_while_it_writes_leaves_whole_values() {
    let values = [vec![b'a'; 90_000], vec![b'b'; 50_000]];
    let count = Operation::Add { key: "count".into(), by: 1, from: 0, ttl: LONG };
    if let Some(directory) = told() {
        let store = patient(directory);
        println!("writing");
        for value in values.iter().cycle() {
            put(&store, "value", value);
            number(&store, count.clone());
        }
    }
    let scratch = Scratch::new();
    let store = patient(scratch.path());
    put(&store, "value", &values[0]);
    let counted = || number(&store, Operation::Number { key: "count".into() }).unwrap_or(0);
    let mut before = 0;
    for round in 0..20 {
        let mut child = start("a_process_killed_while_it_writes_leaves_whole_values", &scratch);
        wait_for(&mut child, "writing");
        // some are killed at their first write, some in full swing
        until("it wrote", || counted() >= before + round % 5);
        child.kill().unwrap();
        child.wait().unwrap();
        let value = get(&store, "value").expect("one was there before it was killed");
        assert!(values.contains(&value), "{} bytes that nobody wrote", value.len());
        assert!(counted() >= before, "a number that was counted stays: {before}, then {}", counted());
        put(&store, "value", &values[0]);
        before = number(&store, count.clone()).unwrap_or(0);
    }
    until("what was half written is gone", || {
        store.sweep().unwrap();
        scratch.ending("tmp").is_empty()
    });
}

#[test]
fn the_environment_names_the_directory() {
    const CASE: &str = "LARDER_FILE_TEST_CASE";
    let scratch = Scratch::new();
    match std::env::var(CASE).ok().as_deref() {
        None => {}
        Some("set") => {
            let store = FileStore::from_environment().unwrap().build().unwrap();
            return put(&store, "a", b"value");
        }
        Some(case) => {
            let error = FileStore::from_environment().unwrap_err();
            assert!(error.is_environment() && error.to_string().contains("LARDER_DIR is "), "{error}");
            assert!(error.to_string().contains(case), "{error}");
            return;
        }
    }
    let cases = [
        ("not set", None),
        ("set", scratch.path().to_str()),
        ("\"\"", Some("")),
        ("\"relative/path\"", Some("relative/path")),
    ];
    for (case, value) in cases {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "processes::the_environment_names_the_directory"])
            .env(CASE, case)
            .env_remove("LARDER_DIR");
        command.envs(value.map(|value| ("LARDER_DIR", value)));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{case}: {said}");
    }
    let store = patient(scratch.path());
    assert_eq!(get(&store, "a").as_deref(), Some(&b"value"[..]));
}
