use larder::KeyTemplate;

struct Id(u64);

#[derive(KeyTemplate)]
enum Keys {
    #[key("user:{id}")]
    User { id: Id },
}

fn main() {}
