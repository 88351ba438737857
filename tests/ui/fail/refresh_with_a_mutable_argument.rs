use larder::cached;

#[cached(refresh = 30, ignore = [log])]
fn f(id: u64, log: &mut Vec<u64>) -> u64 {
    log.push(id);
    id
}

fn main() {}
