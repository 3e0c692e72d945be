//! Money that is asked for, told of and split by several at once.

use diesel::prelude::*;
use std::sync::Mutex;
use std::time::Duration;

use crate::stage::{Stage, at_once, trials};
use yuanshan::context::Context;
use yuanshan::db::schema::{self, ledger_transactions, payouts, refunds};
use yuanshan::gateways::{Faults, Letter, Notification, Sandbox};
use yuanshan::kernel::{Act, Role};
use yuanshan::orders::{self, Command, OrderError, OrderId, OrderState, Parcel};
use yuanshan::payments::{self, Payment, Provider};
use yuanshan::settlement::{self, SettlementError};

/// What the sandbox tells of a payment, once its signature was checked.
fn notification(context: &Context, payment: &Payment) -> Notification {
    let sandbox = Sandbox::new(context.secrets.clone(), Faults::default());
    let (headers, body) = sandbox.letters_of_payment(&payment.charge()).remove(0);
    let letter = Letter { headers: &headers, body: body.as_bytes(), at: context.clock.now() };
    let (told, _) = payments::read(&context.providers, Provider::Sandbox, letter).expect("it is genuine");
    told.expect("it says something")
}

fn take_in(context: &Context, notification: &Notification) -> Result<(), OrderError> {
    let act = context.system_act();
    context.db.write_blocking(|conn| orders::notified(conn, &act, notification))
}

/// Begins to pay, as one tab of the browser does.
fn pay(stage: &Stage, thread: usize, checkout: orders::CheckoutId) -> Result<Payment, OrderError> {
    let (context, buyer) = (stage.process(thread), stage.buyers[0]);
    let act = context.act(buyer, Role::Buyer);
    context.db.write_blocking(|conn| {
        orders::start_payment(conn, &act, &context.providers, buyer, checkout, Provider::Sandbox)
    })
}

fn count_transactions(stage: &Stage, order: OrderId) -> i64 {
    stage.read(|conn| {
        ledger_transactions::table.filter(ledger_transactions::order_id.eq(order)).count().get_result(conn)
    })
}

#[test]
fn two_tabs_pay_once_and_a_notification_told_twenty_times_counts_once() {
    let (stage, trials) = (Stage::new(), trials(20));
    let goods = stage.listings(1, 100_000)[0];
    let placed: Vec<_> = (0..trials).map(|trial| stage.placed(0, &format!("trial-{trial}"), goods)).collect();

    let tabs = at_once(2, trials, |tab, trial| pay(&stage, tab, placed[trial].0).expect("it can be paid"));
    for tabs in &tabs {
        assert_eq!(tabs[0].id, tabs[1].id, "both tabs see one payment");
    }
    let count: i64 = stage.read(|conn| schema::payments::table.count().get_result(conn));
    assert_eq!(usize::try_from(count), Ok(trials), "one payment for each checkout");

    let told = at_once(20, trials, |thread, trial| {
        take_in(stage.process(thread), &notification(stage.process(thread), &tabs[trial][0]))
    });
    for outcome in told.into_iter().flatten() {
        outcome.expect("telling it again is no error");
    }
    for (_, order) in &placed {
        assert_eq!(count_transactions(&stage, *order), 1, "one posting of the payment");
    }
    stage.check_books();
    stage.report("tabs and notifications", &format!("{trials} trials, 2 tabs, 20 notifications, {trials} payments"));
}

#[test]
fn paying_expiring_and_cancelling_at_once_end_in_one_way() {
    let (stage, trials) = (Stage::new(), trials(20));
    let goods = stage.listings(1, 100_000)[0];
    let placed: Vec<_> = (0..trials).map(|trial| stage.placed(0, &format!("trial-{trial}"), goods)).collect();
    let paid = placed.iter().map(|(checkout, _)| pay(&stage, 0, *checkout).expect("it can be paid"));
    let paid: Vec<Notification> = paid.map(|payment| notification(&stage.processes[0], &payment)).collect();
    at_once(3, trials, |thread, trial| {
        let (context, (checkout, order)) = (stage.process(thread), placed[trial]);
        // Whoever comes to the barrier last runs first, so the parts are dealt anew each time. A paid
        // order can still be taken back, so there is not always somebody who does.
        match (thread + trial) % 3 {
            0 => take_in(context, &paid[trial]).expect("the notification is taken in"),
            1 => {
                let now = context.system_act();
                // The time to pay is over.
                let act = Act { at: now.at.plus(Duration::from_secs(3600)), ..now };
                context.db.write_blocking(|conn| orders::expire(conn, &act, checkout)).expect("the job runs");
            }
            _ if trial % 2 == 0 => {}
            _ => {
                let act = context.act(stage.buyers[0], Role::Buyer);
                let outcome = context.db.write_blocking(|conn| {
                    let order = orders::load(conn, order)?;
                    orders::cancel(conn, &act, &order, "不要了")
                });
                let late = matches!(outcome, Ok(()) | Err(OrderError::WrongState(_)));
                assert!(late, "{outcome:?}");
            }
        }
    });
    let states: Vec<OrderState> = stage.read(|conn| schema::orders::table.select(schema::orders::state).load(conn));
    let count = |state: OrderState| states.iter().filter(|found| **found == state).count();
    // Money came in for all of them: it is held for those that stand, and owed back for the others.
    let (kept, expired, cancelled) =
        (count(OrderState::Paid), count(OrderState::Expired), count(OrderState::Cancelled));
    assert_eq!(kept + expired + cancelled, trials, "{states:?}");
    let owed: i64 = stage.read(|conn| refunds::table.count().get_result(conn));
    assert_eq!(usize::try_from(owed), Ok(expired + cancelled));
    stage.check_books();
    stage.report(
        "pay, expire, cancel",
        &format!("{trials} trials: {kept} paid, {expired} expired, {cancelled} cancelled"),
    );
}

#[test]
fn an_order_is_settled_once_however_many_ask() {
    let (stage, trials) = (Stage::new(), trials(20));
    let goods = stage.listings(1, 100_000)[0];
    let received: Vec<OrderId> = (0..trials).map(|trial| receive(&stage, &format!("trial-{trial}"), goods)).collect();
    let failures = Mutex::new(Vec::new());
    at_once(8, trials, |thread, trial| {
        let context = stage.process(thread);
        let act = context.system_act();
        let outcome = context.db.write_blocking(|conn| {
            let order = orders::load(conn, received[trial])?;
            settlement::settle(conn, &act, &order)
        });
        // Whoever read the order before another settled it is told so.
        match outcome {
            Ok(()) | Err(SettlementError::Order(OrderError::WrongState(OrderState::Settled))) => {}
            Err(error) => failures.lock().expect("no thread panics").push(error.to_string()),
        }
    });
    let failures = failures.into_inner().expect("no thread panics");
    assert!(failures.is_empty(), "{failures:#?}");
    for order in &received {
        assert_eq!(count_transactions(&stage, *order), 2, "the payment and the settlement");
    }
    let slips: i64 = stage.read(|conn| payouts::table.count().get_result(conn));
    assert_eq!(usize::try_from(slips), Ok(trials), "one payout each");
    stage.check_books();
    stage.report("settling", &format!("{trials} trials, 8 at once, {trials} settlements"));
}

/// An order that its buyer has received and that waits to be settled.
fn receive(stage: &Stage, key: &str, goods: yuanshan::catalog::ListingId) -> OrderId {
    let (checkout, id) = stage.placed(0, key, goods);
    let context = &stage.processes[0];
    let payment = pay(stage, 0, checkout).expect("it can be paid");
    take_in(context, &notification(context, &payment)).expect("the notification is taken in");
    let (village, buyer) =
        (context.act(stage.coordinator, Role::Coordinator), context.act(stage.buyers[0], Role::Buyer));
    let moved = context.db.write_blocking(|conn| {
        for command in [Command::Confirm, Command::Pack] {
            let order = orders::load(conn, id)?;
            orders::transition(conn, &village, &order, command, None)?;
        }
        let order = orders::load(conn, id)?;
        let parcel = Parcel { carrier: "顺丰".to_owned(), tracking_number: "SF1".to_owned(), ..Parcel::default() };
        orders::ship(conn, &village, &order, &parcel)?;
        let order = orders::load(conn, id)?;
        orders::transition(conn, &buyer, &order, Command::Receive, None)
    });
    moved.unwrap_or_else(|error: OrderError| panic!("{error}"));
    id
}
