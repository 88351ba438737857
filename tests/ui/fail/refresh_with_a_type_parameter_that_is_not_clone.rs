use larder::cached;

#[cached(refresh = 30, ignore = [_by])]
fn f<T>(_by: T, id: u64) -> u64 {
    id
}

fn main() {}
