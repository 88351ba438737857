use larder::cached;

#[cached]
unsafe extern "C" fn f(id: u64, _rest: ...) -> u64 {
    id
}

fn main() {}
