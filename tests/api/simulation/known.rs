//! What the people of the market were told, to hold the server to it.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::support::{id, text};

/// An order, as far as its buyer was told.
#[derive(Debug, Clone)]
pub struct KnownOrder {
    pub id: String,
    pub village: String,
    pub state: String,
}

#[derive(Default)]
pub struct Known {
    pub orders: Vec<KnownOrder>,
    /// Checkouts that were acknowledged.
    pub checkouts: Vec<Value>,
    pub payments: Vec<Value>,
    /// How often a request ended with which status and code.
    pub outcomes: BTreeMap<String, u64>,
}

const WAY: [&str; 7] = ["placed", "paid", "confirmed", "packed", "shipped", "received", "settled"];
const EXITS: [&str; 3] = ["expired", "cancelled", "refunded"];

impl Known {
    pub fn placed(&mut self, checkout: &Value) {
        for order in checkout["orders"].as_array().into_iter().flatten() {
            self.orders.push(KnownOrder {
                id: id(order).to_owned(),
                village: text(order, "/village_code").to_owned(),
                state: "placed".to_owned(),
            });
        }
        self.checkouts.push(checkout.clone());
    }

    /// An order is shown in a state that follows from the one that was shown before.
    pub fn shown(&mut self, number: usize, state: &str) {
        let order = &mut self.orders[number];
        let place = |state: &str| WAY.iter().position(|known| *known == state);
        let follows = match (place(&order.state), place(state)) {
            (Some(before), Some(now)) => now >= before,
            // What was received is not given up any more.
            (Some(before), None) => EXITS.contains(&state) && before < 4,
            (None, None) => order.state == state || state == "refunded",
            (None, Some(_)) => false,
        };
        assert!(follows, "order {} was {} and is {state}", order.id, order.state);
        order.state = state.to_owned();
    }
}
