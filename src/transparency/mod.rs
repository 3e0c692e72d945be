//! What anybody may see without an account: the slip of a payout, and what this installation is.
//!
//! What always holds: nothing here holds a name, an alias, a phone number, an address or a status.

pub mod http;
