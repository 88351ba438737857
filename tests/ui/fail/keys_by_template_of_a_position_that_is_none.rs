use larder::KeyTemplate;

#[derive(KeyTemplate)]
enum Keys {
    #[key("user:{1}")]
    User(u64),
    #[key("mail:{0}")]
    Mail { id: u64 },
}

fn main() {}
