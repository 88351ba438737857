use larder::KeyTemplate;

#[derive(KeyTemplate)]
#[key("user:{id}")]
enum Keys {
    #[key("user:{id}")]
    User { id: u64 },
}

fn main() {}
