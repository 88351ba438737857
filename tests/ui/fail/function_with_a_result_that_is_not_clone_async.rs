use larder::cached;

struct Value(u64);

#[cached]
async fn f(id: u64) -> Result<Value, String> {
    Ok(Value(id))
}

fn main() {}
