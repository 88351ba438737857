use larder::cached;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    latitude: u32,
}

#[cached(tags = ["places", "place:{place}"])]
fn f(place: &Place) -> u32 {
    place.latitude
}

fn main() {}
