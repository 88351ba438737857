use larder::KeyTemplate;

#[derive(KeyTemplate)]
union Keys {
    id: u64,
    bits: [u8; 8],
}

fn main() {}
