//! What a shared store costs, on a real Redis: `cargo xtask bench --redis`.
//!
//! ```text
//! larder-shared [<part of a path's name>..]
//! ```
//!
//! It starts a `redis-server` of its own. Contenders take turns in small blocks inside one process, and the figures are medians of the ratios of neighbouring blocks: what else the machine
//! does hits all of them alike. Times of two runs are not to be compared.

mod crossing;
mod functions;
mod hits;
mod later;
mod messages;
mod outage;
mod reads;
mod server;
mod table;
mod turns;

use larder::{Cache, redis::Redis};

use crate::{server::Server, table::Row};

/// What may go wrong in here.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One path, measured.
type Path = (&'static str, fn(&mut Server) -> Result<Vec<Row>, Failure>);

/// The server has to be well again after each of them.
const PATHS: &[Path] = &[
    ("hit", hits::on_threads),
    ("async", later::one_after_another),
    ("together", later::together),
    ("l1", hits::in_front),
    ("reads", reads::one_command_or_many),
    ("crossing", crossing::invalidations),
    ("messages", messages::published_or_tracked),
    ("frozen", outage::frozen),
    ("killed", outage::killed),
];

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, url] = &words[..]
        && word == crossing::SECOND
    {
        return crossing::second(url);
    }
    let mut server = Server::start()?;
    functions::set_url(server.url());
    connect(&server.url())?;
    let mut rows = Vec::new();
    for (name, measure) in PATHS {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            eprintln!("measuring: {name}");
            rows.extend(measure(&mut server)?);
        }
    }
    println!("\n{}", table::table(&rows));
    Ok(())
}

/// Has the functions here keep their values on this server.
fn connect(url: &str) -> Result<(), Failure> {
    Cache::builder("default").store(Redis::builder(url)?.build()).build()?;
    Ok(())
}
