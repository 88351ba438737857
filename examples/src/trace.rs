//! Access traces: which keys were asked for, in order.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// What was asked of a real cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The name of its file, without the ending.
    pub name: String,
    /// The keys, in the order in which they were asked for.
    pub keys: Vec<u32>,
}

/// The traces of a directory, `<name>.u32.zst` each, in the order of their names.
///
/// # Errors
///
/// When the directory cannot be listed, or a trace cannot be read.
pub fn directory(path: &Path) -> io::Result<Vec<Trace>> {
    let mut traces = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()?.strip_suffix(ENDING));
        if let Some(name) = name {
            traces.push(Trace { name: name.to_owned(), keys: read(&path)? });
        }
    }
    traces.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(traces)
}

/// The keys of one trace: little-endian `u32`, compressed with zstd.
///
/// # Errors
///
/// When the file cannot be read, or is no such trace; the message names it.
pub fn read(path: &Path) -> io::Result<Vec<u32>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(zstd::Decoder::new)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(named)?;
    let (keys, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        return Err(named(io::Error::new(io::ErrorKind::UnexpectedEof, "the last key is cut short")));
    }
    Ok(keys.iter().map(|key| u32::from_le_bytes(*key)).collect())
}

const ENDING: &str = ".u32.zst";

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_trace_is_read_as_it_was_written() {
        let scratch = Scratch::new("whole");
        scratch.write("seven.u32.zst", &[7, 0, 0, 0, 1, 1, 0, 0]);
        scratch.write("README.md", b"no trace");
        let traces = directory(&scratch.0).unwrap();
        assert_eq!(traces, [Trace { name: "seven".to_owned(), keys: vec![7, 257] }]);
    }

    #[test]
    fn a_broken_trace_is_an_error_that_names_it() {
        let scratch = Scratch::new("broken");
        scratch.write("torn.u32.zst", &[7, 0, 0, 0, 1]);
        assert!(
            directory(&scratch.0)
                .unwrap_err()
                .to_string()
                .ends_with("torn.u32.zst: the last key is cut short")
        );
        fs::write(scratch.0.join("torn.u32.zst"), b"no zstd").unwrap();
        assert!(directory(&scratch.0).unwrap_err().to_string().contains("torn.u32.zst"));
    }

    #[test]
    fn a_missing_directory_is_an_error() {
        assert!(directory("/no/such/directory".as_ref()).is_err());
    }

    /// A directory of one test, gone with it.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("larder-trace-{}-{test}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, bytes: &[u8]) {
            fs::write(self.0.join(name), zstd::encode_all(bytes, 0).unwrap()).unwrap();
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
