use larder::cached;

trait Source {
    #[cached]
    fn read(&self, id: u64) -> u64;
}

fn main() {}
