//! Signatures, addresses that may be called, and when a message is given up. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use sha2::Sha256;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::kernel::{Any, Id, Invalid};

/// Before a secret in base64, as the specification writes it.
const SECRET_PREFIX: &str = "whsec_";
pub const SECRET_BYTES: usize = 32;
pub const URL_MAX: usize = 500;
/// With the job queue's pauses that is some three days.
pub const ATTEMPTS_MAX: i64 = 80;

#[must_use]
pub fn show_secret(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// `None` for what [`show_secret`] did not write.
#[must_use]
pub fn read_secret(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.strip_prefix(SECRET_PREFIX)?).ok()
}

/// The header `webhook-signature`: HMAC-SHA256 over id, time and body, parted by full stops
/// (Standard Webhooks, "Signature scheme").
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn sign(secret: &[u8], id: Id<Any>, unix_seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
    mac.update(format!("{id}.{unix_seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// An address that may be told of things: https, without a name and password in it, on the usual ports; http
/// only where the host is an address that the operator allows.
///
/// # Errors
/// `invalid_webhook_url`, `webhook_address_refused`.
pub fn check_url(text: &str, allowed: &[IpNet]) -> Result<url::Url, Invalid> {
    let invalid = || Invalid::new("invalid_webhook_url");
    let url = url::Url::parse(text.trim()).ok().filter(|url| url.as_str().len() <= URL_MAX).ok_or_else(invalid)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(invalid());
    }
    let ip = match url.host().ok_or_else(invalid)? {
        url::Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        url::Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        url::Host::Domain(name) if !name.contains('.') => return Err(Invalid::new("webhook_address_refused")),
        url::Host::Domain(_) => None,
    };
    let is_allowed = ip.is_some_and(|ip| allowed.iter().any(|net| net.contains(&ip)));
    if ip.is_some_and(|ip| !may_call(ip, allowed)) {
        return Err(Invalid::new("webhook_address_refused"));
    }
    let usual = matches!(url.port_or_known_default(), Some(443 | 8443)) && url.scheme() == "https";
    if usual || (is_allowed && matches!(url.scheme(), "http" | "https")) { Ok(url) } else { Err(invalid()) }
}

/// Whether an address is one of the public network, or one that the operator allows. What a name stands for
/// is looked at when it is called, not when it is written down.
#[must_use]
pub fn may_call(ip: IpAddr, allowed: &[IpNet]) -> bool {
    allowed.iter().any(|net| net.contains(&ip))
        || match ip {
            IpAddr::V4(ip) => is_public_v4(ip),
            IpAddr::V6(ip) => is_public_v6(ip),
        }
}

/// By the special-purpose registry of IANA (RFC 6890).
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = a == 0
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inside) = ip.to_ipv4_mapped() {
        return is_public_v4(inside);
    }
    let [first, second, ..] = ip.segments();
    // Only 2000::/3 is given out; of it 2001::/23 and 2001:db8::/32 are special, 2002::/16 carries IPv4.
    let given_out = first & 0xe000 == 0x2000;
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || first == 0x3fff;
    given_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_signature_is_over_id_time_and_body() {
        let secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = Id::from_uuid(uuid::Uuid::from_u128(7));
        let signed = sign(&secret, id, 1_614_265_330, r#"{"test": 2432232314}"#);
        assert!(signed.starts_with("v1,") && signed.len() == 47, "{signed}");
        assert_eq!(signed, sign(&secret, id, 1_614_265_330, r#"{"test": 2432232314}"#));
        assert_ne!(signed, sign(&secret, id, 1_614_265_331, r#"{"test": 2432232314}"#));
        assert_ne!(signed, sign(&secret, id, 1_614_265_330, r#"{"test": 1}"#));
        assert_eq!(show_secret(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn only_public_addresses_are_called() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!may_call(inside.parse().unwrap(), &[]), "{inside}");
        }
        for public in ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"] {
            assert!(may_call(public.parse().unwrap(), &[]), "{public}");
        }
        assert!(may_call("10.1.2.3".parse().unwrap(), &["10.1.0.0/16".parse().unwrap()]));
    }

    #[test]
    fn urls_that_may_be_told() {
        let here: Vec<IpNet> = vec!["127.0.0.1/32".parse().unwrap()];
        for (url, allowed, is_good) in [
            ("https://erp.example.com/hooks", &[][..], true),
            ("https://erp.example.com:8443/hooks?k=1", &[], true),
            ("http://erp.example.com/hooks", &[], false),
            ("https://erp.example.com:22/", &[], false),
            ("https://user:word@erp.example.com/", &[], false),
            ("https://localhost/", &[], false),
            ("https://127.0.0.1/", &[], false),
            ("https://[::1]/", &[], false),
            ("https://0x7f.1/", &[], false),
            ("file:///etc/passwd", &[], false),
            ("http://127.0.0.1:9000/", &here, true),
            ("gopher://127.0.0.1:9000/", &here, false),
            ("", &[], false),
        ] {
            assert_eq!(check_url(url, allowed).is_ok(), is_good, "{url}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_judged(text in ".{0,80}") {
            let _ = check_url(&text, &[]);
        }

        #[test]
        fn a_secret_is_read_back(secret in prop::collection::vec(any::<u8>(), 24..64)) {
            prop_assert_eq!(read_secret(&show_secret(&secret)), Some(secret));
        }
    }
}
