//! How are methods cached, and what of `self` counts?
//!
//! ```text
//! cargo run --example methods
//! ```

use larder::cached;

/// `self` is an argument like any other: two depots with different names never share a result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Depot {
    name: String,
    shelves: u32,
}

impl Depot {
    #[cached(max_entries = 1_000)]
    fn distance(&self, town: &str) -> u32 {
        println!("  measuring from {} to {town}", self.name);
        self.name.len() as u32 * 100 + town.len() as u32
    }

    /// What does not depend on the instance leaves `self` out, and one result serves all.
    #[cached(ignore = [self])]
    fn toll(&self, town: &str) -> u32 {
        println!("  asking for the toll of {town}");
        town.len() as u32 * 3
    }

    /// Without `self` the attribute cannot see that this is a method; `handle = method` tells it.
    #[cached(handle = method)]
    fn tax(percent: u32) -> f64 {
        println!("  computing the tax factor of {percent} %");
        1.0 + f64::from(percent) / 100.0
    }
}

trait Capacity {
    fn capacity(&self) -> u32;
}

/// In a trait impl nothing can be added beside the method, so it has no companions; statistics know it all the same.
impl Capacity for Depot {
    #[cached(handle = none)]
    fn capacity(&self) -> u32 {
        println!("  counting the shelves of {}", self.name);
        self.shelves * 40
    }
}

fn main() {
    let north = Depot { name: "North".into(), shelves: 12 };
    let south = Depot { name: "South Quay".into(), shelves: 30 };

    println!("each depot has its own distances:");
    assert_ne!(north.distance("Delft"), south.distance("Delft"));
    assert_eq!(north.distance("Delft"), north.distance("Delft"));
    assert_eq!(Depot::distance_stats().loads, 2);

    println!("one toll for all:");
    assert_eq!(north.toll("Delft"), south.toll("Delft"));
    assert_eq!(Depot::toll_stats().loads, 1);

    println!("associated functions:");
    assert!((Depot::tax(9) - Depot::tax(9)).abs() < f64::EPSILON);
    assert_eq!(Depot::tax_stats().loads, 1);

    println!("trait methods:");
    assert_eq!(north.capacity(), north.capacity());
    let all = larder::stats();
    let capacity = all.functions.iter().find(|function| function.name.ends_with("capacity"));
    assert_eq!(capacity.map(|function| function.loads), Some(1));

    // companions stand beside the method, under its name
    println!("the north distance is forgotten and measured again:");
    assert!(north.distance_invalidate("Delft"));
    north.distance("Delft");
    assert_eq!(south.distance_peek("Delft"), Some(1_005));

    println!("\n{}", larder::stats());
}
