use larder::cached;

#[cached]
fn f(text: &str) -> impl Future<Output = &str> {
    async move { text }
}

fn main() {}
