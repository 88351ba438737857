use larder::cached;

fn ids() -> Vec<(u64, Vec<u64>)> {
    vec![(1, vec![])]
}

#[cached(preload = ids, ignore = [log])]
fn f(id: u64, log: &mut Vec<u64>) -> u64 {
    log.push(id);
    id
}

fn main() {}
