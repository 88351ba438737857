use larder::cached;

#[cached(tags = tags_of(id))]
fn f(id: u32) -> u32 {
    id
}

fn tags_of(id: u32) -> Vec<String> {
    vec![id.to_string()]
}

fn main() {}
