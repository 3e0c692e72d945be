//! The HTTP API, driven in process: the very application that `serve` runs, on SQLite, or on
//! PostgreSQL when `TEST_DATABASE_URL` names a server. The same tests and snapshots pass on both.
//!
//! Read `seven_steps` first: it is the main job of the marketplace, step by step.

#[path = "../common/mod.rs"]
mod common;
mod support;

mod addresses;
mod bad_input;
mod bank_files;
mod cart;
mod claims;
mod cycles;
mod demo;
mod edge;
mod freight;
mod harvest;
mod helpers;
mod households;
mod identity;
mod imports;
mod inbox;
mod keys;
mod listing_versions;
mod listings;
mod lists;
mod logs;
mod mydata;
mod openapi;
mod order_changes;
mod orders;
mod organisations;
mod papers;
mod payments;
mod permissions;
mod photos;
mod preorders;
mod prices;
mod privacy;
mod production;
mod public;
mod reviews;
mod search;
mod server;
mod settlement;
mod seven_steps;
mod sharing;
mod simulation;
mod templates;
mod uploads;
mod webhooks;
mod weights;
