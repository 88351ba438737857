use larder::cached;

#[cached(refresh = 30)]
fn f(names: &[String], name: &str, id: &u64) -> usize {
    names.len() + name.len() + *id as usize
}

fn main() {}
