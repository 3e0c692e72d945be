//! The auditor's view: sums of the books by day, village or stream, and one order from the buyer's
//! payment to the household's money.
//!
//! What always holds: it reads and changes nothing; every figure is a sum of postings; an auditor
//! sees the regions entrusted and nothing else, not even that it exists; people are masked.

pub mod http;
mod view;
