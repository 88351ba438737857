use larder::cached;

fn names() -> Vec<(String,)> {
    vec![("ada".into(),)]
}

#[cached(preload = names)]
fn f(name: impl AsRef<str>) -> String {
    name.as_ref().into()
}

fn main() {}
