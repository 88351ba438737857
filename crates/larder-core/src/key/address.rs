//! `CacheKey` of network addresses.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::scalars::copy;
use super::{CacheKey, KeyText};

copy!(Ipv4Addr, value, out => out.named("V4").item().string(&value.to_string()));
copy!(Ipv6Addr, value, out => out.named("V6").item().string(&value.to_string()));
copy!(IpAddr, value, out => match value {
    IpAddr::V4(value) => value.write_text(out),
    IpAddr::V6(value) => value.write_text(out),
});
copy!(SocketAddrV4, value, out => {
    let mut fields = out.named("V4");
    fields.item().string(&value.ip().to_string());
    fields.item().unsigned(value.port().into());
});
copy!(SocketAddrV6, value, out => {
    let mut fields = out.named("V6");
    fields.item().string(&value.ip().to_string());
    fields.item().unsigned(value.port().into());
    fields.item().unsigned(value.flowinfo().into());
    fields.item().unsigned(value.scope_id().into());
});
copy!(SocketAddr, value, out => match value {
    SocketAddr::V4(value) => value.write_text(out),
    SocketAddr::V6(value) => value.write_text(out),
});
