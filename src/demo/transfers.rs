//! Two orders that are paid by transfer: one is waited for, of the other the coordinator has found it at the bank.

use std::error::Error;

use super::accounts::People;
use super::history;
use super::village::Village;
use crate::context::Context;
use crate::kernel::{Id, Quantity, Role, Scope};
use crate::orders;
use crate::payments::{self, Method, Provider, Recording, TransferState};

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    let (listing_id, _) = village.goods.first().ok_or("no goods")?;
    for (number, buyer_id) in people.buyers.iter().take(2).enumerate() {
        let act = context.act(*buyer_id, Role::Buyer);
        let lines = vec![(*listing_id, Quantity::new(1)?)];
        let wish = history::placement(context, *buyer_id, format!("demo-transfer-{number}"), lines, None)?;
        let time_to_pay = context.settings.time_to_pay;
        let placed = context.db.write_blocking(|conn| {
            let placed = orders::place_all(conn, &act, time_to_pay, std::slice::from_ref(&wish))?;
            if matches!(placed.first(), Some(Ok(_))) {
                orders::start_payment(conn, &act, &context.providers, *buyer_id, wish.checkout_id, Provider::Offline)?;
            }
            Ok::<_, orders::OrderError>(placed)
        })?;
        // Sold out is part of a year.
        if matches!(placed.first(), Some(Ok(_))) && number == 0 {
            record(context, people, village)?;
        }
    }
    Ok(())
}

fn record(context: &Context, people: &People, village: &Village) -> Result<(), Box<dyn Error>> {
    let act = context.act(people.holder(Role::Coordinator, &village.code), Role::Coordinator);
    let scope = Scope::new(vec![village.code.clone()]);
    let state = Some(TransferState::Expected);
    let expected = context.db.read_blocking(|conn| payments::list_transfers(conn, &scope, (None, state), 1, None))?;
    let transfer = expected.data.first().ok_or("no transfer")?;
    let found = Recording {
        amount_fen: transfer.amount_fen,
        method: Method::Bank,
        reference: format!("DEMO-{}", context.ids.new_code(10)),
        happened_on: act.at.day(),
    };
    let id = Id::from_uuid(transfer.id.uuid());
    context.db.write_blocking(|conn| payments::record(conn, &act, id, &found))?;
    Ok(())
}
