use larder::cached;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Users;

fn ids() -> Vec<(u64,)> {
    vec![(1,)]
}

impl Users {
    #[cached(preload = ids)]
    fn name(&self, id: u64) -> u64 {
        id
    }

    #[cached(preload = ids, handle = method)]
    fn limit(id: u64) -> u64 {
        id
    }
}

fn main() {}
