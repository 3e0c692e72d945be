//! What is kept of a person, in their own hands: to take away, and to have erased.
//!
//! What always holds: an export holds everything, opened, and goes to the person alone; an account is deleted
//! whole or not at all, and not while an order is open; what was traded stays for as long as the law asks, under
//! a pseudonym, and the person is told what and why. Each module erases its own; `deletion.rs` calls them in one
//! transaction.

mod deletion;
mod export;
pub mod http;
mod records;
mod rules;
mod table;
