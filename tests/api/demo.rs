//! The demonstration: the same seed tells the same story, and its books are in order.

use clap::Parser;
use diesel::prelude::*;
use std::sync::Arc;
use yuanshan::catalog::ListingState;
use yuanshan::cli::Cli;
use yuanshan::config::Config;
use yuanshan::context::Context;
use yuanshan::db::schema::{helpers, listings, orders, pairings, payouts, streams};
use yuanshan::db::{Conn, DbError};
use yuanshan::demo::{self, Options};
use yuanshan::helpers::HelperState;
use yuanshan::kernel::{Instant, Money};
use yuanshan::orders::OrderState;
use yuanshan::settlement::PayoutState;

use crate::common::{self, Database};
use crate::support::Letterbox;

/// Some days up to the one at which the tests' clock stands.
fn options(days: u16) -> Options {
    Options { seed: 1, until: Some("2026-09-20".parse().expect("a day")), days, if_empty: false }
}

/// The configuration of somebody who gives these arguments.
fn config(arguments: &[&str]) -> Config {
    let arguments = [&["yuanshan", "--password-memory-kib", "8"], arguments, &["serve"]].concat();
    Cli::try_parse_from(arguments).expect("valid arguments").config
}

/// What is told of a year, without what is drawn anew each time: passwords, sealed addresses.
type Story = (Vec<(String, OrderState, Money, Instant)>, Vec<(String, PayoutState, Money)>, Vec<String>, i64, i64);

fn story(context: &Context) -> Story {
    let read = |conn: &mut Conn| -> QueryResult<Story> {
        Ok((
            orders::table
                .order(orders::number)
                .select((orders::number, orders::state, orders::total_fen, orders::placed_at))
                .load(conn)?,
            payouts::table
                .order(payouts::code)
                .select((payouts::code, payouts::state, payouts::amount_fen))
                .load(conn)?,
            streams::table.order(streams::code).select(streams::code).load(conn)?,
            pairings::table.count().get_result(conn)?,
            listings::table.filter(listings::state.eq(ListingState::Live)).count().get_result(conn)?,
        ))
    };
    context.db.read_blocking(|conn| read(conn).map_err(DbError::from)).expect("the story is readable")
}

/// Fills a database of its own and gives what it tells.
fn told() -> Story {
    let database = Database::new();
    let context = common::context(&database, common::settings(), 2, Arc::new(Letterbox::default()));
    let accounts = demo::fill(&context, &config(&[]), &options(30), &mut |_, _| ()).expect("it fills");
    assert_eq!(accounts.len(), 13, "with passwords for those who sign in");
    let buyers: Vec<&str> = accounts[9..].iter().map(|account| account.display_name.as_str()).collect();
    assert_eq!(buyers, ["演示·陈家", "演示·林家", "演示·伍奶奶", "演示·伍家女儿"], "in an order that others count on");
    let tied = helpers::table.filter(helpers::state.eq(HelperState::Active)).count();
    let tied: i64 = context.db.read_blocking(|conn| tied.get_result(conn).map_err(DbError::from)).expect("a count");
    assert_eq!(tied, 1, "the daughter helps");
    let findings = context.db.read_blocking(yuanshan::app::verify).expect("the books are readable");
    assert!(findings.is_empty(), "{findings:#?}");
    story(&context)
}

#[test]
fn one_seed_gives_one_story() {
    let (first, again) = (told(), told());
    assert_eq!(first, again);
    let (orders, payouts, streams, pairings, live) = first;
    assert!(orders.len() > 20 && payouts.len() > 10, "{} orders, {} payouts", orders.len(), payouts.len());
    assert!(streams.len() >= 3 && pairings >= 3, "{} streams, {pairings} pairings", streams.len());
    assert_eq!(live, 18);
    assert!(orders.iter().any(|(_, state, ..)| *state == OrderState::Settled));
}

#[test]
fn a_database_that_holds_people_is_refused() {
    let database = Database::new();
    let directory = tempfile::tempdir().expect("a directory");
    let (data, keys) = (directory.path().display().to_string(), directory.path().join("keys.json"));
    let config = config(&["--data", &data, "--database-url", &database.url, "--keys", &keys.display().to_string()]);
    demo::run(&config, &options(2)).expect("an empty database is filled");
    let refused = demo::run(&config, &options(2)).expect_err("a full one is not");
    assert!(refused.to_string().contains("holds data"), "{refused}");
    demo::run(&config, &Options { if_empty: true, ..options(2) }).expect("nothing is done, if that is asked");
}
