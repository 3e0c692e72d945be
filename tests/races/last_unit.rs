//! Orders that meet: for the last unit, and in opposite order.

use diesel::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::stage::{BUYERS, Stage, at_once, ids, trials};
use yuanshan::catalog::ListingId;
use yuanshan::context::Context;
use yuanshan::db::schema::{self, listings};
use yuanshan::kernel::Role;
use yuanshan::orders::{self, OrderError, OrderId, Placement, PlacementQueue};
use yuanshan::web::idempotency::Saved;

thread_local! {
    static WAITING: Runtime = Builder::new_current_thread().build().expect("a runtime");
}

/// Waits for the queue's answer as a request does.
fn place(queue: &PlacementQueue, wish: Placement) -> Result<Saved, OrderError> {
    WAITING.with(|runtime| runtime.block_on(queue.place(wish)))
}

fn says_sold_out(refusal: &OrderError, of: ListingId) -> bool {
    matches!(refusal, OrderError::OutOfStock { listing_id, requested: 1, available: 0 } if *listing_id == of)
}

fn queues(stage: &Stage) -> [PlacementQueue; 2] {
    [0, 1].map(|process| PlacementQueue::start(stage.processes[process].clone()))
}

#[test]
fn fifty_buyers_want_one_unit_and_one_of_them_gets_it() {
    let (stage, trials) = (Stage::new(), trials(1));
    let goods = stage.listings(trials, 1);
    let queues = queues(&stage);
    let outcomes = at_once(BUYERS, trials, |buyer, trial| {
        let wish = stage.wish(buyer, &format!("trial-{trial}"), &goods[trial..=trial]);
        place(&queues[buyer % queues.len()], wish)
    });
    for (trial, outcomes) in outcomes.iter().enumerate() {
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(won, 1, "trial {trial}");
        for refusal in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert!(says_sold_out(refusal, goods[trial]), "trial {trial}: {refusal:?}");
        }
    }
    let left: i64 = stage.read(|conn| listings::table.filter(listings::stock_available.ne(0)).count().get_result(conn));
    assert_eq!(left, 0, "every unit is sold");
    let numbers: Vec<String> = stage
        .read(|conn| schema::orders::table.order(schema::orders::number).select(schema::orders::number).load(conn));
    let gapless: Vec<String> = (1..=trials).map(|number| format!("20260920-{number:05}")).collect();
    assert_eq!(numbers, gapless);
    stage.check(trials, 1);
    let refused = trials * (BUYERS - 1);
    stage.report("last unit", &format!("{trials} trials, {BUYERS} buyers, {trials} orders, {refused} refusals"));
}

#[test]
fn one_key_sent_by_many_at_once_is_one_order() {
    let (stage, trials) = (Stage::new(), trials(10));
    // The last unit: whoever comes second must find the answer, not an empty shelf.
    let goods = stage.listings(trials, 1);
    let queues = queues(&stage);
    let outcomes = at_once(8, trials, |thread, trial| {
        // The same person and key, through both processes.
        let wish = Placement {
            checkout_id: stage.wish(thread, "", &[]).checkout_id,
            ..stage.wish(0, &format!("trial-{trial}"), &goods[trial..=trial])
        };
        place(&queues[thread % queues.len()], wish).map(|answer| answer.body)
    });
    for outcomes in outcomes {
        let answers: Vec<String> = outcomes.into_iter().map(|answer| answer.expect("everybody is answered")).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
    stage.check(trials, 1);
    stage.report("one key", &format!("{trials} trials, 8 requests each, {trials} orders"));
}

#[test]
fn carts_in_opposite_order_and_second_thoughts_do_not_lock_each_other_out() {
    let (stage, trials) = (Stage::new(), trials(50));
    let each = i64::try_from(BUYERS).expect("fifty");
    let goods = stage.listings(2, each);
    let (there, back) = (goods.clone(), goods.iter().rev().copied().collect::<Vec<_>>());
    let queues = queues(&stage);
    let placed = at_once(BUYERS, trials, |buyer, trial| {
        let cart = if buyer % 4 < 2 { &there } else { &back };
        let answer = place(&queues[buyer % queues.len()], stage.wish(buyer, &format!("trial-{trial}"), cart));
        // Some take their order back at once, while others still place theirs.
        let (_, order) = ids(&answer.expect("there is enough for everybody"));
        cancel(stage.process(buyer), &stage, buyer, order)
    });
    for outcome in placed.into_iter().flatten() {
        outcome.expect("an unpaid order can be taken back");
    }
    let left: Vec<i64> = stage.read(|conn| listings::table.select(listings::stock_available).load(conn));
    assert_eq!(left, [each, each], "all of it is back");
    stage.check(trials * BUYERS, 2);
    stage.report("opposite carts", &format!("{trials} trials, {} orders placed and taken back", trials * BUYERS));
}

fn cancel(context: &Context, stage: &Stage, buyer: usize, id: OrderId) -> Result<(), OrderError> {
    let act = context.act(stage.buyers[buyer], Role::Buyer);
    context.db.write_blocking(|conn| {
        let order = orders::load(conn, id)?;
        orders::cancel(conn, &act, &order, "买错了")
    })
}
