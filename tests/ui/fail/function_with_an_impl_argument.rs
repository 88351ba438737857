use larder::cached;

#[cached]
fn f(text: impl ToString) -> String {
    text.to_string()
}

fn main() {}
