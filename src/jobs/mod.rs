//! Work that happens later, or outside of the request that caused it.
//!
//! What always holds: a job is a row, written in the transaction that causes it, and removed in the
//! transaction of its effect, so it happens exactly once or not at all; one that fails is tried again,
//! later and later. Work that leaves the process (a message) is done before, outside of any transaction,
//! under a lease, so it happens at least once. What each kind does is listed in `app`. Table: `jobs`.

mod runner;
mod store;

pub use runner::{Handler, Outside, Runner};
pub use store::{FailedJob, Job, JobKind, NewJob, enqueue, enqueue_all, is_waiting, list_failed};
