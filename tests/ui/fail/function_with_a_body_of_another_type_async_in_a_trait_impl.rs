use larder::cached;

trait Read {
    async fn read(&self, id: u64) -> String;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Disk;

impl Read for Disk {
    #[cached(handle = none)]
    async fn read(&self, id: u64) -> String {
        id
    }
}

fn main() {}
