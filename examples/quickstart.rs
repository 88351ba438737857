//! What was slow becomes fast: the text files of a directory, analysed twice.
//!
//! ```text
//! cargo run --release --example quickstart [directory]
//! ```
//!
//! Three functions read and analyse a file. `#[cached]` is all that was added to them; the calls below look as they
//! would without it. A file is known by its path and its time of modification, so a file that changes is read again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use larder::{CacheKey, cached};
use larder_examples::files;
use larder_examples::text::{Measure, Sketch, Vocabulary};

/// What identifies a file for the cached functions: all of its fields but the skipped ones.
#[derive(Debug, Clone, CacheKey)]
struct Document {
    path: PathBuf,
    modified: SystemTime,
    #[cache_key(skip)]
    bytes: u64,
}

#[cached(ttl = "1h", max_entries = 50_000)]
fn measure(document: &Document) -> io::Result<Measure> {
    Ok(Measure::of(&fs::read_to_string(&document.path)?))
}

#[cached(ttl = "1h", max_entries = 50_000)]
fn sketch(document: &Document) -> io::Result<Arc<Sketch>> {
    Ok(Arc::new(Sketch::of(&fs::read_to_string(&document.path)?)))
}

#[cached(ttl = "1h", max_entries = 50_000)]
async fn vocabulary(document: &Document) -> io::Result<Arc<Vocabulary>> {
    Ok(Arc::new(Vocabulary::of(&fs::read_to_string(&document.path)?)))
}

/// What one pass over all documents took, function by function.
struct Pass {
    measure: Duration,
    sketch: Duration,
    vocabulary: Duration,
}

impl Pass {
    fn over(documents: &[Document]) -> Self {
        Self {
            measure: time(documents, |document| measure(document).is_ok()),
            sketch: time(documents, |document| sketch(document).is_ok()),
            vocabulary: time(documents, |document| pollster::block_on(vocabulary(document)).is_ok()),
        }
    }

    fn total(&self) -> Duration {
        self.measure + self.sketch + self.vocabulary
    }
}

fn main() -> ExitCode {
    let directory = match std::env::args_os().nth(1) {
        Some(chosen) => PathBuf::from(chosen),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
    };
    let directory = fs::canonicalize(&directory).unwrap_or(directory);
    let documents = match documents(&directory) {
        Ok(documents) => documents,
        Err(error) => {
            eprintln!("quickstart: cannot list {}: {error}", directory.display());
            return ExitCode::FAILURE;
        }
    };
    if documents.is_empty() {
        println!("There is no text file below {}; name another directory.", directory.display());
        return ExitCode::SUCCESS;
    }

    let size = documents.iter().map(|document| document.bytes).sum::<u64>();
    println!("\n  {} text files, {:.1} MiB, below {}", documents.len(), mebibytes(size), directory.display());
    println!("  Three functions read and analyse each of them, in two passes over all.");

    let (first, second) = (Pass::over(&documents), Pass::over(&documents));
    println!("\n  {:<22} {:>12} {:>12} {:>12}", "function", "first pass", "second pass", "faster by");
    row("measure", first.measure, second.measure);
    row("sketch", first.sketch, second.sketch);
    row("vocabulary (async)", first.vocabulary, second.vocabulary);
    println!("  {}", "-".repeat(61));
    row("together", first.total(), second.total());

    findings(&documents, &directory);

    println!("\n  What larder counted:\n");
    for line in larder::stats().to_string().lines() {
        println!("  {line}");
    }
    println!();
    ExitCode::SUCCESS
}

/// The files of the directory that hold text.
fn documents(directory: &Path) -> io::Result<Vec<Document>> {
    let found = files::below(directory)?;
    let texts = found.into_iter().filter(|file| fs::read_to_string(&file.path).is_ok());
    Ok(texts.map(|file| Document { path: file.path, modified: file.modified, bytes: file.bytes }).collect())
}

/// What there is to tell about the files; every call below is a hit by now.
fn findings(documents: &[Document], directory: &Path) {
    let short = |document: &Document| {
        let path = document.path.strip_prefix(directory).unwrap_or(&document.path);
        path.display().to_string()
    };
    let measures = || documents.iter().filter_map(|document| Some((document, measure(document).ok()?)));
    let vocabularies = documents.iter().filter_map(|document| {
        let words = pollster::block_on(vocabulary(document)).ok()?;
        (words.distinct >= 50).then_some((document, words))
    });

    println!("\n  What they say:\n");
    let (lines, words) =
        measures().fold((0, 0), |(lines, words), (_, of)| (lines + of.lines, words + of.words));
    println!("  in all            {lines} lines, {words} words");
    if let Some((document, of)) = measures().max_by_key(|(_, of)| of.lines) {
        println!("  the longest       {} with {} lines", short(document), of.lines);
    }
    if let Some((document, of)) = vocabularies.min_by(|a, b| a.1.entropy.total_cmp(&b.1.entropy)) {
        let favourite = of.favourite.as_ref().map_or("", |(word, _)| word.as_str());
        println!(
            "  repeats the most  {} ({:.1} bits a word, loves `{favourite}`)",
            short(document),
            of.entropy
        );
    }
    if let Some((share, a, b)) = most_alike(documents) {
        println!("  the most alike    {} and {} ({:.0} %)", short(a), short(b), share * 100.0);
    }
}

/// The two documents of at least 100 words with the most in common.
fn most_alike(documents: &[Document]) -> Option<(f64, &Document, &Document)> {
    let large = documents.iter().filter(|document| measure(document).is_ok_and(|of| of.words >= 100));
    let sketches: Vec<_> =
        large.filter_map(|document| Some((document, sketch(document).ok()?))).take(1_500).collect();
    let pairs =
        sketches.iter().enumerate().flat_map(|(at, a)| sketches[at + 1..].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.1.resemblance(&b.1), a.0, b.0)).max_by(|a, b| a.0.total_cmp(&b.0))
}

fn time(documents: &[Document], mut call: impl FnMut(&Document) -> bool) -> Duration {
    let began = Instant::now();
    for document in documents {
        std::hint::black_box(call(document));
    }
    began.elapsed()
}

fn row(name: &str, first: Duration, second: Duration) {
    let times = first.as_secs_f64() / second.as_secs_f64().max(1e-9);
    println!("  {name:<22} {:>12} {:>12} {:>11.0}x", shown(first), shown(second), times);
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} us") } else { format!("{:.1} ms", micros / 1_000.0) }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
