use larder::KeyTemplate;

#[derive(KeyTemplate)]
enum Keys {
    #[key("user:{name}")]
    User { name: String },
    #[key("user:{name}")]
    Twice { name: String },
    #[key("user:me")]
    Me,
    #[key("{anything}")]
    Anything { anything: u64 },
    #[key("{0}")]
    Everything(String),
}

fn main() {}
