use larder::cached;

use std::rc::Rc;

struct Database;

#[cached(refresh = 30, ignore = [_database, _rows])]
fn f(_database: Database, _rows: Rc<u8>, id: u64) -> u64 {
    id
}

fn main() {}
