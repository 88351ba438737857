use larder::cached;

struct Value(u64);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop;

impl Shop {
    #[cached]
    fn price(&self, id: u64) -> Option<Value> {
        Some(Value(id))
    }
}

fn main() {}
