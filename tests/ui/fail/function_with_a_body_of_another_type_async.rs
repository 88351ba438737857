use larder::cached;

#[cached]
async fn f(id: u64) -> String {
    std::future::ready(id).await
}

fn main() {}
