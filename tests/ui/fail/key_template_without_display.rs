use larder::cached;

struct Place {
    latitude: f64,
}

#[cached(key = "place:{place}")]
fn f(place: &Place) -> f64 {
    place.latitude
}

fn main() {}
