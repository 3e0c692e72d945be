//! What is refused, and that it leaves nothing behind.

mod amounts;
mod extremes;
mod keys;
mod notifications;
mod requests;
mod words;
