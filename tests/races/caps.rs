//! Orders that meet in a cycle: no more than its cap is sold, and what is given back is sold again.

use diesel::prelude::*;

use crate::stage::{BUYERS, Stage, at_once, ids, trials, village};
use yuanshan::context::Context;
use yuanshan::cycles::{self, CycleError, NewCycle, Times};
use yuanshan::db::schema::cycle_listings;
use yuanshan::kernel::{Quantity, Role, Scope};
use yuanshan::orders::{self, OrderError, OrderId, place_all};

/// A cycle that is open, with these goods, each up to `cap`.
fn open(stage: &Stage, goods: &[yuanshan::catalog::ListingId], cap: i64) {
    let context = &stage.processes[0];
    let act = context.act(stage.coordinator, Role::Coordinator);
    let scope = Scope::new(vec![village()]);
    let day = |days| act.at.day().plus_days(days);
    let (opens_at, closes_at) = (act.at, day(1).start());
    let times =
        Times { opens_at, closes_at, report_by: day(1), intake_on: day(2), dispatch_on: day(2), arrival_on: day(3) };
    let new = NewCycle { village_code: village(), title: "秋蛋团".into(), times };
    let cap = Quantity::new(cap).expect("a quantity");
    let opened = context.db.write_blocking(|conn| {
        let cycle = cycles::open(conn, &act, stage.coordinator, &scope, &new)?;
        goods.iter().try_for_each(|id| cycles::add_listing(conn, &act, &scope, cycle.id, (*id, cap)).map(|_| ()))
    });
    opened.unwrap_or_else(|error: CycleError| panic!("{error}"));
}

fn cancel(context: &Context, stage: &Stage, buyer: usize, id: OrderId) -> Result<(), OrderError> {
    let act = context.act(stage.buyers[buyer], Role::Buyer);
    context.db.write_blocking(|conn| {
        let order = orders::load(conn, id)?;
        orders::cancel(conn, &act, &order, "买错了")
    })
}

#[test]
fn many_buyers_want_more_than_the_cap() {
    const CAP: usize = 5;
    let (stage, trials) = (Stage::new(), trials(20));
    let goods = stage.listings(trials, i64::try_from(BUYERS).expect("fifty"));
    open(&stage, &goods, i64::try_from(CAP).expect("five"));
    let outcomes = at_once(BUYERS, trials, |buyer, trial| {
        let context = stage.process(buyer);
        let wish = stage.wish(buyer, &format!("trial-{trial}"), &goods[trial..=trial]);
        let act = context.system_act();
        let placed = context
            .db
            .write_blocking(|conn| place_all(conn, &act, context.settings.time_to_pay, std::slice::from_ref(&wish)));
        let answer = placed.and_then(|mut answers| answers.remove(0))?;
        // Some think again at once, so that others may get what they gave back.
        if buyer % 5 == 0 {
            cancel(context, &stage, buyer, ids(&answer).1)?;
            return Ok(false);
        }
        Ok(true)
    });
    let mut kept_in_all = 0;
    for outcomes in outcomes {
        let kept = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
        assert!(kept <= CAP, "{kept}");
        kept_in_all += kept;
        for refusal in outcomes.into_iter().filter_map(Result::err) {
            assert!(matches!(refusal, OrderError::CycleFull { .. }), "{refusal}");
        }
    }
    let taken: Vec<i64> = stage.read(|conn| cycle_listings::table.select(cycle_listings::taken).load(conn));
    assert_eq!(taken.iter().sum::<i64>(), i64::try_from(kept_in_all).expect("not that many"));
    stage.check_books();
    stage.report("caps", &format!("{trials} trials, {BUYERS} buyers, {kept_in_all} orders kept"));
}
