//! 远山 (Yuanshan): a marketplace on which buying replaces giving.
//!
//! The tour, in reading order: `kernel` is the vocabulary, `db` the two databases behind one door,
//! `web` what every HTTP endpoint shares. Then the domains, each a folder with the same files:
//! `types` (values), `rules` (pure decisions), `store` (queries), `service` (use cases), `view` and
//! `http` (what goes out and in). A domain uses only those above it in this list; a `view` or `http`
//! may ask any. `app` builds everything once, for the program and for the tests alike.

pub mod config;
pub mod kernel;
pub mod search;

pub mod db;
pub mod notifier;
pub mod objects;
pub mod secrets;

pub mod gateways;

pub mod context;
pub mod web;

pub mod installation;
pub mod jobs;
pub mod log;

pub mod keys;
pub mod ledger;
pub mod notices;
pub mod regions;

pub mod privacy;
pub mod webhooks;

pub mod identity;

pub mod harvest;
pub mod helpers;
pub mod inbox;

pub mod photos;

pub mod households;

pub mod templates;

pub mod papers;
pub mod prices;
pub mod production;

pub mod addresses;
pub mod cart;
pub mod catalog;
pub mod freight;
pub mod pairing;

pub mod cycles;
pub mod livestream;
pub mod payments;

pub mod orders;
pub mod organisations;

pub mod claims;
pub mod reviews;

pub mod settlement;

pub mod audit;
pub mod imports;
pub mod mydata;
pub mod sharing;
pub mod transparency;

pub mod app;
pub mod cli;
pub mod demo;
