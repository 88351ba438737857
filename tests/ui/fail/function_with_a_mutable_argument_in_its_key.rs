use larder::cached;

#[cached(key = log.len())]
fn f(id: u64, log: &mut Vec<u64>) -> u64 {
    log.push(id);
    id
}

fn main() {}
