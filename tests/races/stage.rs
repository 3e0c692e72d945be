//! A village with goods and fifty buyers, and threads that all start at once.

use diesel::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::sync::{Arc, Barrier};

use crate::common::{self, Database};
use yuanshan::app;
use yuanshan::catalog::{self, Command, Content, ListingError, ListingId, NewListing, PriceComposition};
use yuanshan::context::Context;
use yuanshan::db::schema::{self, checkouts, idempotency_keys, jobs, order_counters, order_lines};
use yuanshan::db::{Backend, Conn, Db, DbError};
use yuanshan::households::{self, HouseholdError, HouseholdId, NewHousehold, SellerType};
use yuanshan::identity::{self, IdentityError, Phone};
use yuanshan::kernel::{Money, Quantity, RegionCode, Role, Scope, UserId};
use yuanshan::notifier::{self, Notifier};
use yuanshan::orders::{CheckoutId, OrderError, OrderId, Placement, Terms, place_all};
use yuanshan::web::idempotency::{Saved, Ticket};

pub const BUYERS: usize = 50;

/// Connections of each of the two processes; the races have more threads than that.
const CONNECTIONS: u32 = 8;

/// How often a race is run, a part of `RACE_TRIALS`.
pub fn trials(part: usize) -> usize {
    let all: usize =
        std::env::var("RACE_TRIALS").map_or(1_000, |trials| trials.parse().expect("RACE_TRIALS is a number"));
    all.div_ceil(part)
}

pub struct Stage {
    /// Two processes; on SQLite, which has one, the same twice.
    pub processes: [Context; 2],
    pub buyers: Vec<UserId>,
    pub coordinator: UserId,
    pub approver: UserId,
    household: HouseholdId,
    // Last: dropped when nothing is connected any more.
    _database: Database,
}

pub fn village() -> RegionCode {
    RegionCode::parse("510824115216").expect("a code")
}

impl Stage {
    pub fn new() -> Self {
        let database = Database::new();
        let first = common::context(&database, common::settings(), CONNECTIONS, silent());
        let second = match first.db.backend() {
            Backend::Postgres => Db::open(&database.url, CONNECTIONS).expect("the database opens again"),
            Backend::Sqlite => first.db.clone(),
        };
        let second = Context { db: second, ..first.clone() };
        let mut number = 13_800_000_000_u64;
        let mut register = || {
            number += 1;
            let (act, phone) = (first.system_act(), Phone::parse(&number.to_string()).expect("a number"));
            let user = first
                .db
                .write_blocking(|conn| identity::service::register(conn, &act, &first.secrets, &phone, "某人", "!"));
            user.unwrap_or_else(|error: IdentityError| panic!("{error}"))
        };
        let (coordinator, approver) = (register(), register());
        let buyers = (0..BUYERS).map(|_| register()).collect();
        let household = record_household(&first, coordinator);
        Self { processes: [first, second], buyers, coordinator, approver, household, _database: database }
    }

    /// The process that a thread belongs to.
    pub fn process(&self, thread: usize) -> &Context {
        &self.processes[thread % self.processes.len()]
    }

    /// Listings for sale, each with this much in stock.
    pub fn listings(&self, count: usize, stock: i64) -> Vec<ListingId> {
        let context = &self.processes[0];
        let (coordinator, approver) =
            (context.act(self.coordinator, Role::Coordinator), context.act(self.approver, Role::Approver));
        let price = PriceComposition { farmer_pay_fen: Money::from_fen(3_300).expect("fen"), ..Default::default() };
        let new = NewListing {
            household_id: self.household,
            season: None,
            stock: Quantity::new(stock).expect("a quantity"),
            content: Content::of_goods("土鸡蛋 30 枚/盒", "eggs", "盒", price),
        };
        let scope = Scope::new(vec![village()]);
        let listings = context.db.write_blocking(|conn| {
            let one = |conn: &mut Conn| {
                let listing = catalog::draft(conn, &coordinator, self.coordinator, &scope, &new)?;
                catalog::change_state(conn, &coordinator, listing.id, Command::Submit, None)?;
                catalog::change_state(conn, &approver, listing.id, Command::Approve, None)?;
                Ok::<_, ListingError>(listing.id)
            };
            (0..count).map(|_| one(conn)).collect::<Result<Vec<_>, _>>()
        });
        listings.expect("listings go on sale")
    }

    /// A buyer's wish for one of each; the address is sealed bytes of no meaning.
    pub fn wish(&self, buyer: usize, key: &str, listings: &[ListingId]) -> Placement {
        let (context, buyer_id) = (self.process(buyer), self.buyers[buyer]);
        Placement {
            ticket: Ticket::new(buyer_id, key.to_owned(), Vec::new(), &context.secrets),
            buyer_id,
            actor: context.act(buyer_id, Role::Buyer).actor(),
            checkout_id: context.ids.new_id(context.clock.now()),
            lines: listings.iter().map(|listing| (*listing, Quantity::ONE)).collect(),
            seen: std::collections::BTreeMap::new(),
            address_sealed: vec![1, 2, 3],
            region_code: RegionCode::parse("510104").expect("a code"),
            stream_code: None,
            terms: Terms::default(),
        }
    }

    /// A placed checkout of one listing, with its only order.
    pub fn placed(&self, buyer: usize, key: &str, listing: ListingId) -> (CheckoutId, OrderId) {
        let context = &self.processes[0];
        let (act, wish) = (context.system_act(), self.wish(buyer, key, &[listing]));
        let time_to_pay = context.settings.time_to_pay;
        let placed = context.db.write_blocking(|conn| place_all(conn, &act, time_to_pay, std::slice::from_ref(&wish)));
        let answer =
            placed.and_then(|mut answers| answers.remove(0)).unwrap_or_else(|error: OrderError| panic!("{error}"));
        ids(&answer)
    }

    /// Reads from the first process.
    pub fn read<T>(&self, read: impl FnOnce(&mut Conn) -> QueryResult<T>) -> T {
        self.processes[0].db.read_blocking(|conn| read(conn).map_err(DbError::from)).expect("the query runs")
    }

    /// That every table holds just these orders, and the books and numbers are in order.
    pub fn check(&self, orders: usize, lines_each: i64) {
        let orders = i64::try_from(orders).expect("not that many");
        let counts = self.read(|conn| {
            Ok([
                ("orders", 1, schema::orders::table.count().get_result::<i64>(conn)?),
                ("checkouts", 1, checkouts::table.count().get_result(conn)?),
                ("order_lines", lines_each, order_lines::table.count().get_result(conn)?),
                ("idempotency_keys", 1, idempotency_keys::table.count().get_result(conn)?),
                ("expiry jobs", 1, jobs::table.count().get_result(conn)?),
                ("numbers", 1, order_counters::table.select(order_counters::last).first(conn)?),
            ])
        });
        for (what, each, count) in counts {
            assert_eq!(count, orders * each, "{what}");
        }
        self.check_books();
    }

    pub fn check_books(&self) {
        let findings = self.processes[0].db.read_blocking(app::verify).expect("the books are readable");
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// Tells how a race went, whether or not its test passes.
    pub fn report(&self, race: &str, outcome: &str) {
        let retries: u64 = self.processes.iter().map(|process| process.db.retries()).max().unwrap_or_default();
        let backend = self.processes[0].db.backend();
        // Past the test harness, which shows what is printed only when a test fails.
        let line = format!("race {race} on {backend:?}: {outcome}, {retries} writes run again\n");
        std::io::stderr().write_all(line.as_bytes()).expect("stderr takes a line");
    }
}

/// Checkout and first order of an answer.
pub fn ids(answer: &Saved) -> (CheckoutId, OrderId) {
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    let id = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).expect("an id").to_owned();
    (id("/id").parse().expect("an id"), id("/orders/0/id").parse().expect("an id"))
}

fn record_household(context: &Context, coordinator: UserId) -> HouseholdId {
    let act = context.act(coordinator, Role::Coordinator);
    let new = NewHousehold {
        village_code: village(),
        alias: "坡上王家".into(),
        story: None,
        members: None,
        seller_type: SellerType::HouseholdSelfProduced,
        credit_code: None,
        agrees_to_alias: true,
    };
    let scope = Scope::new(vec![village()]);
    let recorded = context.db.write_blocking(|conn| households::record(conn, &act, coordinator, &scope, &new));
    recorded.unwrap_or_else(|error: HouseholdError| panic!("{error}")).id
}

/// Runs `act(thread, trial)` in as many threads, trial after trial, all of them at once in each.
pub fn at_once<T: Send>(threads: usize, trials: usize, act: impl Fn(usize, usize) -> T + Sync) -> Vec<Vec<T>> {
    let barrier = Barrier::new(threads);
    let outcomes = std::thread::scope(|scope| {
        let (act, barrier) = (&act, &barrier);
        let run = |thread: usize| {
            scope.spawn(move || {
                let one = |trial| {
                    barrier.wait();
                    act(thread, trial)
                };
                (0..trials).map(one).collect::<Vec<T>>()
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        running.into_iter().map(|thread| thread.join().expect("the thread ends well")).collect::<Vec<_>>()
    });
    by_trial(outcomes, trials)
}

fn by_trial<T>(outcomes: Vec<Vec<T>>, trials: usize) -> Vec<Vec<T>> {
    let mut threads: Vec<_> = outcomes.into_iter().map(Vec::into_iter).collect();
    (0..trials).map(|_| threads.iter_mut().filter_map(Iterator::next).collect()).collect()
}

/// Nobody is sent anything here.
fn silent() -> Arc<dyn Notifier> {
    let file = "/dev/null".into();
    let settings = notifier::Settings { file, smtp_url: None, mail_from: None, sms_url: None, sms_token: None };
    notifier::from_settings(settings).expect("nothing to get wrong")
}
