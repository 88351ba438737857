use larder::cached;

#[cached]
fn f(text: &str) -> &str {
    text
}

fn main() {}
