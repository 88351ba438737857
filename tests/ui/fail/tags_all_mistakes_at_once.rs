use larder::cached;

#[cached(tags = ["user:{di}", "page:{0}", "{name.len()}"], user = 7, cache = users)]
fn f(id: u32, name: &str) -> usize {
    name.len() + id as usize
}

fn main() {}
