use larder::cached;

struct Value(u64);

#[cached]
fn f(id: u64) -> Value {
    Value(id)
}

fn main() {}
