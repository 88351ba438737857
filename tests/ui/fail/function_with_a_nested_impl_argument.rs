use larder::cached;

#[cached]
fn f(text: Option<impl AsRef<str>>) -> usize {
    text.map_or(0, |text| text.as_ref().len())
}

fn main() {}
