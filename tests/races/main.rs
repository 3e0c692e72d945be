//! Races: many people at one thing, with real threads, on a real database.
//!
//! On PostgreSQL half of the threads go through a second process's eyes: connections and a placement
//! queue of its own. `RACE_TRIALS` says how often each race is run, 1,000 times without it.

#[path = "../common/mod.rs"]
mod common;
mod stage;

mod caps;
mod last_unit;
mod money;
mod promise;
