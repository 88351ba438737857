use larder::cached;

#[cached]
fn opaque(name: &str) -> impl Future<Output = String> + '_ {
    async move { name.to_owned() }
}

#[cached]
fn eager(name: &str) -> impl Future<Output = String> + use<> {
    let name = name.to_owned();
    async move { name }
}

pub(crate) fn main() {
    drop((opaque("a"), eager("a")));
}
