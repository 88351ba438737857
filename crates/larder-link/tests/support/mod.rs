//! What the tests of every store behind a network are made of: the halves of a store behind one function, a proxy that
//! breaks connections, processes of real servers, and what these tests have to know of a store.

mod asking;
mod networked;
pub mod proxy;

pub use asking::*;
pub use networked::*;
