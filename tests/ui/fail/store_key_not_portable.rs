use larder::cached;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Id(u32);

#[cached(store = null, serializer = json, ttl = 60)]
fn f(id: Id) -> u32 {
    id.0
}

fn main() {
    f(Id(1));
}
