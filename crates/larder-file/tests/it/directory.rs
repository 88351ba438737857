//! The directory: who may look into it, what happens to what is damaged or not ours, and where it is.

use std::fs;

use crate::support::{LONG, Scratch, get, number, patient, put, until};
use larder_core::store_bytes::{Answer, Operation, Store};
use larder_file::FileStore;

fn store(scratch: &Scratch) -> FileStore {
    patient(scratch.path())
}

#[test]
fn values_outlive_the_store() {
    let scratch = Scratch::new();
    put(&store(&scratch), "a", b"value");
    number(&store(&scratch), Operation::Raise { key: "n".into(), to: 7, ttl: LONG });
    let again = store(&scratch);
    assert_eq!(get(&again, "a").as_deref(), Some(&b"value"[..]));
    assert_eq!(number(&again, Operation::Number { key: "n".into() }), Some(7));
    assert_eq!(again.directory(), scratch.path());
}

#[test]
fn keys_do_not_show_in_the_names_of_files() {
    let scratch = Scratch::new();
    put(&store(&scratch), "user:secret/../../etc", b"value");
    let file = scratch.only();
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(!name.contains("secret") && name.len() == 68, "{name}");
    assert_eq!(file.parent().unwrap().file_name().unwrap().to_str(), Some(&name[..2]));
    assert_eq!(file.parent().unwrap().parent(), Some(scratch.path()));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    put(&store(&scratch), "a", b"value");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(scratch.path()), 0o700);
    for file in scratch.files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
}

#[cfg(unix)]
#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    fs::create_dir(scratch.path()).unwrap();
    for mode in [0o777, 0o775, 0o1777, 0o702] {
        fs::set_permissions(scratch.path(), fs::Permissions::from_mode(mode)).unwrap();
        let error = FileStore::builder(scratch.path()).build().unwrap_err();
        assert!(error.is_open_to_others(), "{error}");
        assert!(
            error.to_string().contains(&format!("{mode:o}")) && error.to_string().contains("chmod 700"),
            "{error}"
        );
    }
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
    put(&store(&scratch), "a", b"others may know that it is there");
}

#[test]
fn a_file_where_the_directory_should_be_is_an_error() {
    let scratch = Scratch::new();
    fs::write(scratch.path(), b"a file").unwrap();
    for path in [scratch.path().to_owned(), scratch.path().join("below")] {
        let error = FileStore::builder(&path).build().unwrap_err();
        assert!(error.is_io(), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    fs::remove_file(scratch.path()).unwrap();
}

#[test]
fn what_is_damaged_is_a_miss_and_goes() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"a value of some length");
    let file = scratch.only();
    let whole = fs::read(&file).unwrap();
    let mut damages: Vec<Vec<u8>> =
        (0..whole.len()).step_by(7).map(|length| whole[..length].to_vec()).collect();
    damages.extend((0..whole.len()).map(|at| {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        damaged
    }));
    damages.push(b"not ours at all".to_vec());
    damages.push([&whole[..], b"and more"].concat());
    for damaged in damages {
        fs::write(&file, &damaged).unwrap();
        assert_eq!(get(&store, "a"), None, "{damaged:?}");
        assert!(!file.exists(), "{damaged:?}");
        put(&store, "a", b"a value of some length");
        assert_eq!(get(&store, "a").as_deref(), Some(&b"a value of some length"[..]));
    }
}

#[test]
fn a_damaged_number_is_none_and_a_condition_sees_nothing() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    let damage = || fs::write(scratch.only(), b"not ours").unwrap();
    let raise = |to| Operation::Raise { key: "a".into(), to, ttl: LONG };
    number(&store, raise(7));
    damage();
    assert_eq!(number(&store, raise(3)), Some(3));
    damage();
    assert_eq!(number(&store, Operation::Add { key: "a".into(), by: 1, from: 10, ttl: LONG }), Some(11));
    damage();
    assert_eq!(store.run(&[Operation::Remove { key: "a".into() }]).unwrap(), [Answer::Done(false)]);
    let put = Operation::PutIfAbsent { key: "a".into(), value: b"new".into(), ttl: LONG };
    assert_eq!(store.run(&[put]).unwrap(), [Answer::Done(true)]);
    assert_eq!(get(&store, "a").as_deref(), Some(&b"new"[..]));
}

#[test]
fn the_value_of_another_key_is_not_given_out() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"of a");
    let of_a = scratch.only();
    put(&store, "b", b"of b");
    let of_b = scratch.ending("bin").into_iter().find(|file| *file != of_a).unwrap();
    fs::copy(&of_b, &of_a).unwrap();
    assert_eq!(get(&store, "a"), None);
    assert_eq!(get(&store, "b").as_deref(), Some(&b"of b"[..]));
}

#[test]
fn files_of_others_stay() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"value");
    let shard = scratch.only().parent().unwrap().to_owned();
    let others = [
        scratch.path().join("README"),
        scratch.path().join("notes.bin"),
        shard.join("notes.bin"),
        shard.join(format!("{}.bin", "A".repeat(64))),
    ];
    others.iter().for_each(|path| fs::write(path, b"mine").unwrap());
    store.sweep().unwrap();
    store.clear("").unwrap();
    for path in others {
        assert_eq!(fs::read(&path).unwrap(), b"mine", "{}", path.display());
    }
}

#[test]
fn a_sweep_removes_what_bears_our_name_and_is_not_ours() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"value");
    fs::write(scratch.only(), b"not ours").unwrap();
    let mut foreign = 0;
    until("it is gone", || {
        foreign += store.sweep().unwrap().foreign;
        scratch.ending("bin").is_empty()
    });
    assert!(foreign <= 1, "{foreign}");
}

#[test]
fn a_directory_that_was_removed_under_it_is_made_anew() {
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"value");
    fs::remove_dir_all(scratch.path()).unwrap();
    assert_eq!(get(&store, "a"), None);
    assert_eq!(store.clear("").unwrap(), 0);
    put(&store, "a", b"again");
    assert_eq!(get(&store, "a").as_deref(), Some(&b"again"[..]));
}

#[test]
fn a_lock_that_is_not_given_back_costs_the_deadline_and_no_more() {
    let scratch = Scratch::new();
    let store =
        FileStore::builder(scratch.path()).deadline(std::time::Duration::from_millis(30)).build().unwrap();
    put(&store, "a", b"value");
    let lock = fs::File::open(scratch.only().with_file_name("lock")).unwrap();
    fs4::FileExt::lock(&lock).unwrap();
    let put_again = [Operation::Put { key: "a".into(), value: b"again".into(), ttl: LONG }];
    let error = store.run(&put_again).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    assert!(pollster::block_on(store.run_async(&put_again)).unwrap_err().is_timed_out());
    assert_eq!(get(&store, "a").as_deref(), Some(&b"value"[..]), "readers take no lock");
    drop(lock);
    put(&store, "a", b"again");
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_to_refuses_and_still_reads() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let store = store(&scratch);
    put(&store, "a", b"value");
    let file = scratch.only();
    let shard = file.parent().unwrap();
    // a directory under the name of the draft keeps also the super-user from writing
    let draft = file.with_extension("tmp");
    fs::create_dir(&draft).unwrap();
    let error =
        store.run(&[Operation::Put { key: "a".into(), value: b"new".into(), ttl: LONG }]).unwrap_err();
    assert!(error.is_refused(), "{error}");
    assert!(!error.to_string().contains(shard.to_str().unwrap()), "no paths in errors of the store: {error}");
    assert_eq!(get(&store, "a").as_deref(), Some(&b"value"[..]));
    fs::remove_dir(&draft).unwrap();
    fs::set_permissions(shard, fs::Permissions::from_mode(0o700)).unwrap();
    put(&store, "a", b"new");
}

#[test]
fn a_larger_value_of_a_store_that_allows_more_stays() {
    let scratch = Scratch::new();
    let (large, small) =
        (store(&scratch), FileStore::builder(scratch.path()).largest_value(10).build().unwrap());
    put(&large, "a", &[b'x'; 100]);
    assert_eq!(get(&small, "a"), None);
    assert_eq!(get(&large, "a"), Some(vec![b'x'; 100]));
}
