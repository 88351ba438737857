use larder::cached;

struct Of<T>(T);

impl<T> Of<T> {
    #[cached(ignore = [self])]
    fn get(&self, value: T) -> u64 {
        let _ = value;
        1
    }
}

fn main() {}
