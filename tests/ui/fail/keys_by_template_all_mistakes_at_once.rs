use larder::KeyTemplate;

#[derive(KeyTemplate)]
enum Keys {
    #[key("user:{ident}")]
    User { id: u64 },
    #[key("")]
    Empty,
    Nothing { id: u64 },
    #[key("page:{number}")]
    Page { number: u32, lang: String },
    #[key("{a}{b}")]
    Together { a: u8, b: u8 },
    #[key("open:{a")]
    Open { a: u8 },
    #[key("of:{a:>5}")]
    Format { a: u8 },
    #[key("second")]
    #[key("third")]
    Twice,
    #[key(ttl = 5)]
    Unknown,
    #[key(skip)]
    Skipped,
}

fn main() {}
