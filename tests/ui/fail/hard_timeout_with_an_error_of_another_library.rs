use larder::cached;

#[cached(ttl = 60, hard_timeout = 2)]
async fn f(id: u64) -> Result<u64, std::num::ParseIntError> {
    id.to_string().parse()
}

fn main() {}
