use larder::cached;

#[cached]
fn f(id: u64) -> () {
    println!("{id}");
}

fn main() {}
