//! Operations as commands of the server, and its replies as answers.

use std::{collections::HashMap, time::Duration};

use larder_core::store_bytes::{Answer, Operation, StoreError};
use redis::{Cmd, ServerErrorKind, Value};

use crate::{
    error::NAME,
    keyspace::Keyspace,
    script::{ADD, RAISE, REMOVE_IF, Script},
};

/// A command, and the key that decides to which node of a cluster it goes.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) command: Cmd,
    #[cfg(feature = "cluster")]
    pub(crate) key: Vec<u8>,
    pub(crate) is_repeatable: bool,
}

impl Command {
    #[cfg_attr(not(feature = "cluster"), allow(unused_variables, reason = "one server has every key"))]
    pub(crate) fn new(command: Cmd, key: Vec<u8>, is_repeatable: bool) -> Self {
        Self {
            command,
            #[cfg(feature = "cluster")]
            key,
            is_repeatable,
        }
    }
}

/// How a script is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// By name, which the server may not know yet.
    ByName,
    /// As its text, after which the server knows the name.
    InFull,
}

/// The commands of a batch.
///
/// A script that the server does not know is sent once more in full, after the rest of the batch was done. That must not change the order of what happens to one key, so
/// where a batch has more than the script for its key, it goes in full at once.
pub(crate) fn commands(batch: &[Operation], keyspace: &Keyspace) -> Vec<Command> {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    if batch.len() > 1 && batch.iter().any(is_script) {
        for operation in batch {
            *uses.entry(operation.key()).or_default() += 1;
        }
    }
    let scripts = |operation: &Operation| match uses.get(operation.key()) {
        Some(2..) => Scripts::InFull,
        _ => Scripts::ByName,
    };
    batch.iter().map(|operation| command(operation, keyspace, scripts(operation))).collect()
}

/// The command of one operation.
pub(crate) fn command(operation: &Operation, keyspace: &Keyspace, scripts: Scripts) -> Command {
    let key = keyspace.key(operation.key());
    let simple = |name: &str| {
        let mut command = Cmd::with_capacity(2, name.len() + key.len());
        command.arg(name).arg(key.as_slice());
        command
    };
    let script = |script: &Script| {
        let mut command = Cmd::new();
        match scripts {
            Scripts::ByName => command.arg("EVALSHA").arg(script.name()),
            Scripts::InFull => command.arg("EVAL").arg(script.text),
        };
        command.arg(1).arg(key.as_slice());
        command
    };
    let mut command = match operation {
        Operation::Get { .. } | Operation::Number { .. } => simple("GET"),
        Operation::Put { .. } | Operation::PutIfAbsent { .. } => simple("SET"),
        Operation::Remove { .. } => simple("UNLINK"),
        Operation::Remaining { .. } => simple("PTTL"),
        Operation::RemoveIf { .. } => script(&REMOVE_IF),
        Operation::Raise { .. } => script(&RAISE),
        Operation::Add { .. } => script(&ADD),
        // a kind of operation that is newer than this store is answered as unsupported, not asked
        _ => simple("EXISTS"),
    };
    match operation {
        Operation::Put { value, ttl, .. } => {
            command.arg(value.as_slice()).arg("PX").arg(milliseconds(*ttl));
        }
        Operation::PutIfAbsent { value, ttl, .. } => {
            command.arg(value.as_slice()).arg("NX").arg("PX").arg(milliseconds(*ttl));
        }
        Operation::RemoveIf { value, .. } => {
            command.arg(value.as_slice());
        }
        Operation::Raise { to, ttl, .. } => {
            command.arg(*to).arg(milliseconds(*ttl));
        }
        Operation::Add { by, from, ttl, .. } => {
            let sign = if *by < 0 { "-" } else { "+" };
            command.arg(*from).arg(sign).arg(by.unsigned_abs()).arg(milliseconds(*ttl));
        }
        _ => {}
    }
    Command::new(command, key, operation.is_repeatable())
}

fn is_script(operation: &Operation) -> bool {
    matches!(operation, Operation::Raise { .. } | Operation::Add { .. } | Operation::RemoveIf { .. })
}

/// Whole milliseconds, rounded up; at least one, and at most a hundred years, beyond which servers refuse.
fn milliseconds(ttl: Duration) -> u64 {
    const LONGEST: u128 = 100 * 365 * 24 * 60 * 60 * 1_000;
    u64::try_from(ttl.as_nanos().div_ceil(1_000_000).clamp(1, LONGEST)).unwrap_or(u64::MAX)
}

/// Whether the server did not know the script, and so did nothing.
pub(crate) fn is_unknown_script(reply: &Value) -> bool {
    matches!(reply, Value::ServerError(error) if error.kind() == Some(ServerErrorKind::NoScript))
}

/// Whether the server is there but cannot serve at all for now.
pub(crate) fn is_out_of_service(reply: &Value) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown};
    matches!(reply, Value::ServerError(error)
        if matches!(error.kind(), Some(BusyLoading | ClusterDown | MasterDown)) || error.code() == "NOAUTH")
}

/// The answer that a reply stands for.
pub(crate) fn answer(operation: &Operation, reply: Value) -> Result<Answer, StoreError> {
    let is_read = matches!(operation, Operation::Get { .. } | Operation::Number { .. });
    let reply = match reply {
        // a key of another type holds no value of ours
        Value::ServerError(error) if is_read && error.code() == "WRONGTYPE" => Value::Nil,
        Value::ServerError(error) => return Err(refused(&error)),
        reply => reply,
    };
    Ok(match (operation, reply) {
        (Operation::Get { .. }, Value::Nil) => Answer::Value(None),
        (Operation::Get { .. }, Value::BulkString(value)) => Answer::Value(Some(value)),
        (Operation::Number { .. } | Operation::Raise { .. }, Value::Nil) => Answer::Number(None),
        (Operation::Number { .. }, Value::BulkString(text)) => Answer::Number(number(&text)),
        (Operation::Put { .. } | Operation::PutIfAbsent { .. }, Value::Okay) => Answer::Done(true),
        (Operation::PutIfAbsent { .. }, Value::Nil) => Answer::Done(false),
        (Operation::Remove { .. } | Operation::RemoveIf { .. }, Value::Int(removed)) => {
            Answer::Done(removed > 0)
        }
        (Operation::Raise { .. } | Operation::Add { .. }, Value::BulkString(text)) => {
            Answer::Number(Some(number(&text).ok_or_else(odd)?))
        }
        (Operation::Remaining { .. }, Value::Int(-1)) => Answer::Remaining(Some(Duration::MAX)),
        (Operation::Remaining { .. }, Value::Int(left)) => {
            Answer::Remaining(u64::try_from(left).ok().map(Duration::from_millis))
        }
        (
            Operation::Get { .. }
            | Operation::Put { .. }
            | Operation::PutIfAbsent { .. }
            | Operation::Remove { .. }
            | Operation::RemoveIf { .. }
            | Operation::Number { .. }
            | Operation::Raise { .. }
            | Operation::Add { .. }
            | Operation::Remaining { .. },
            _,
        ) => return Err(odd()),
        _ => return Err(StoreError::unsupported(NAME)),
    })
}

/// The server's refusal in its own words.
pub(crate) fn refused(error: &redis::ServerError) -> StoreError {
    StoreError::refused(NAME).with(format!("{} {}", error.code(), error.details().unwrap_or_default()))
}

pub(crate) fn odd() -> StoreError {
    StoreError::refused(NAME).with("a reply of another kind than the command has; is it a Redis?")
}

/// A number as the scripts write it.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    let digits = |text: &[u8]| {
        text.iter().try_fold(0, |sum: u64, digit| {
            let digit = digit.wrapping_sub(b'0');
            // of the nineteen digits at most that there are, no sum is too large
            if digit > 9 { None } else { Some(sum * 10 + u64::from(digit)) }
        })
    };
    match text {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] if text.len() < 20 => digits(text),
        [b'1', rest @ .., last @ b'0'..=b'9'] if text.len() == 20 => {
            let most = digits(rest).map(|rest| 1_000_000_000_000_000_000 + rest)?;
            most.checked_mul(10)?.checked_add(u64::from(last - b'0'))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_decimals_are_numbers() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"0"), Some(0));
        for power in 0..19 {
            let number_of = 10_u64.pow(power);
            for near in [number_of - 1, number_of, number_of + 1] {
                assert_eq!(number(near.to_string().as_bytes()), Some(near));
            }
        }
        assert_eq!(number(b"10000000000000000000"), Some(10_000_000_000_000_000_000));
        for other in [
            "",
            "00",
            "1844674407370955161x",
            "99999999999999999999",
            "1x446744073709551615",
            "01",
            "+1",
            "-1",
            "1.5",
            " 1",
            "1e3",
            "18446744073709551616",
            "x",
        ] {
            assert_eq!(number(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn expiries_round_up_and_stay_in_bounds() {
        assert_eq!(milliseconds(Duration::ZERO), 1);
        assert_eq!(milliseconds(Duration::from_micros(1_001)), 2);
        assert!(milliseconds(Duration::MAX) < 1 << 53);
    }

    #[test]
    fn a_script_goes_in_full_where_its_key_has_company() {
        let raise = |key: &str| Operation::Raise { key: key.into(), to: 1, ttl: Duration::from_secs(1) };
        let batch = [raise("a"), raise("b"), Operation::Number { key: "b".into() }];
        let first_words: Vec<Vec<u8>> = commands(&batch, &Keyspace::default())
            .iter()
            .filter_map(|command| match command.command.args_iter().next() {
                Some(redis::Arg::Simple(word)) => Some(word.to_vec()),
                _ => None,
            })
            .collect();
        assert_eq!(first_words, [b"EVALSHA".to_vec(), b"EVAL".to_vec(), b"GET".to_vec()]);
    }
}
