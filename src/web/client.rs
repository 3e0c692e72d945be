//! From where a request comes: the peer of the connection, or what a proxy of ours says of it.
//!
//! What always holds: `X-Forwarded-For` is believed only as far as each address that it went through
//! is one of the trusted proxies; anybody else may write what they like into it.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpRequest, web};
use ipnet::{IpNet, Ipv6Net};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::context::Context;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    #[must_use]
    pub fn of(request: &ServiceRequest) -> Self {
        Self::of_request(request.request())
    }

    fn of_request(request: &HttpRequest) -> Self {
        let trusted = request.app_data::<web::Data<Context>>().map(|context| &*context.settings.edge.trusted_proxies);
        let forwarded = request.headers().get_all("X-Forwarded-For").filter_map(|value| value.to_str().ok());
        let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        Self(client(request.peer_addr(), &forwarded, trusted.unwrap_or_default()))
    }

    /// By which one client is told from another: the address, or the IPv6 network of 64 bits, in which a
    /// single household has as many addresses as it likes.
    #[must_use]
    pub fn key(&self) -> String {
        const HOUSEHOLD_BITS: u8 = 64;
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => Ipv6Net::new_assert(address, HOUSEHOLD_BITS).trunc().to_string(),
        }
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of_request(request)))
    }
}

/// The last address on the way here that is none of `trusted`; all that stands before it is hearsay.
fn client(peer: Option<SocketAddr>, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    // Only a request that a test makes up has no peer.
    let mut nearest = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()).to_canonical();
    for hop in forwarded.iter().rev() {
        if !is_trusted(&nearest) {
            break;
        }
        match parse(hop.trim()) {
            Some(address) => nearest = address,
            None => break,
        }
    }
    nearest
}

/// An address as proxies write it, some of them with its port.
fn parse(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.0/8", "10.1.0.0/16", "fd00::/8"].map(|network| network.parse().unwrap());
        let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
        client(Some(peer), forwarded, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (peer, forwarded, client) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &[" ::ffff:198.51.100.1 "], "198.51.100.1"),
            ("127.0.0.1", &["1.1.1.1", "198.51.100.1", " 10.1.2.3"], "198.51.100.1"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("127.0.0.1", &["198.51.100.1:5555"], "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8::7]:5555"], "2001:db8::7"),
            ("127.0.0.1", &["198.51.100.1", "unknown"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1", ""], "127.0.0.1"),
            ("127.0.0.1", &["10.1.9.9", "10.1.2.3"], "10.1.9.9"),
        ] {
            assert_eq!(found(peer, forwarded), client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_household_with_many_addresses_is_one_client() {
        let key = |address: &str| ClientAddress(address.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("198.51.100.1"), "198.51.100.1");
    }

    proptest! {
        #[test]
        fn no_header_makes_a_stranger_somebody_else(hops in prop::collection::vec(".*", 0..5)) {
            let hops: Vec<&str> = hops.iter().map(String::as_str).collect();
            prop_assert_eq!(found("203.0.113.9", &hops), "203.0.113.9");
        }
    }
}
