//! The market and everything that is done in it.

use serde_json::{Value, json};
use std::time::Duration;

use super::chance::{Chance, Event};
use super::known::{Known, KnownOrder};
use crate::support::{Answer, EGGS, Market, Person, WALNUTS, XIUYUN, cart, hours, id, minutes, paid, rows, text};

pub struct Town {
    market: Market,
    chance: Chance,
    goods: Vec<Value>,
    known: Known,
}

impl Town {
    pub async fn new(seed: u64) -> Self {
        let market = Market::new().await;
        let goods = vec![
            market.sells(EGGS.with_stock(400)).await,
            market.sells(EGGS.titled("土鸡蛋 10 枚/盒").with_stock(12)).await,
            market.other_village_sells(WALNUTS.with_stock(400)).await,
        ];
        Self { market, chance: Chance::seeded(seed), goods, known: Known::default() }
    }

    pub async fn step(&mut self) {
        match self.chance.event() {
            Event::Order => self.order().await,
            Event::Pay => self.pay().await,
            Event::Told => self.told(0).await,
            Event::ToldWrongly => self.told(1).await,
            Event::Village => self.village().await,
            Event::Buyer => self.buyer().await,
            Event::Payout => self.payout().await,
            Event::Jobs => {
                self.market.app.run_jobs();
            }
            Event::Time => {
                let seconds = if self.chance.one_in(12) { 3_600 * 30 } else { 300 };
                self.market.app.advance(Duration::from_secs(self.chance.between(1, seconds)));
            }
            Event::Restart => self.market.app.restart().await,
        }
    }

    /// Sends a request; now and then its answer is lost, and it is sent again with its key. The answer is
    /// the same then, or none was given because the server was busy with it.
    async fn send(&mut self, who: fn(&Market) -> &Person, path: &str, body: &Value) -> Answer {
        let key = self.market.app.new_key();
        let first = who(&self.market).post(path, body).key(&key).await;
        let outcome = match first.status.as_u16() {
            200..300 => first.status.to_string(),
            status @ (409 | 422) => format!("{status} {}", first.json()["code"].as_str().unwrap_or_default()),
            _ => panic!("{first}"),
        };
        *self.known.outcomes.entry(outcome).or_default() += 1;
        if self.chance.one_in(8) {
            let again = who(&self.market).post(path, body).key(&key).await;
            assert_eq!(again.status, first.status, "{again}");
            if first.status.is_success() && path.ends_with("/checkouts") {
                assert_eq!(again.body, first.body, "a repeated request has one answer");
            }
        }
        first
    }

    async fn order(&mut self) {
        let mut wanted = Vec::new();
        for good in &self.goods.clone() {
            if self.chance.one_in(2) {
                wanted.push((good.clone(), i64::try_from(self.chance.between(1, 4)).expect("small")));
            }
        }
        if wanted.is_empty() {
            return;
        }
        let lines: Vec<(&Value, i64)> = wanted.iter().map(|(good, count)| (good, *count)).collect();
        let answer = self.send(|market| &market.buyer, "/api/v1/checkouts", &cart(&lines)).await;
        if answer.status == 201 {
            self.known.placed(&answer.json());
            // Most pay at once, some later or never.
            if !self.chance.one_in(4) {
                self.pay_for(&answer.json()).await;
            }
        }
    }

    async fn pay(&mut self) {
        // Mostly of late: those before are paid or over.
        let late = self.known.checkouts.len().saturating_sub(6);
        if let Some(checkout) = self.chance.one_of(&self.known.checkouts[late..]).cloned() {
            self.pay_for(&checkout).await;
        }
    }

    async fn pay_for(&mut self, checkout: &Value) {
        let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
        let answer = self.send(|market| &market.buyer, &path, &json!({ "provider": "sandbox" })).await;
        if answer.status == 202 {
            self.known.payments.push(answer.json()["payment"].clone());
        }
    }

    /// The provider tells of a payment: before its own job does, after it, or for a checkout that is over.
    async fn told(&mut self, more_fen: i64) {
        let Some(payment) = self.chance.one_of(&self.known.payments).cloned() else { return };
        let mut event = paid(&payment);
        event["amount_fen"] = json!(payment["amount_fen"].as_i64().expect("fen") + more_fen);
        let answer = self.market.sandbox_tells(&event).await;
        if more_fen == 0 {
            answer.no_content();
        } else {
            answer.refused(409, "payment_mismatch");
        }
    }

    fn some_order(&mut self) -> Option<KnownOrder> {
        let late = self.known.orders.len().saturating_sub(25);
        self.chance.one_of(&self.known.orders[late..]).cloned()
    }

    async fn state_of(&self, order: &KnownOrder) -> String {
        text(&self.market.order(&order.id).await, "/state").to_owned()
    }

    async fn village(&mut self) {
        let Some(order) = self.some_order() else { return };
        let step = match self.state_of(&order).await.as_str() {
            _ if self.chance.one_in(4) => self.chance.one_of(&["confirm", "pack", "ship", "cancel"]).expect("some"),
            "paid" => "confirm",
            "confirmed" => "pack",
            "packed" => "ship",
            _ => return,
        };
        let body = match step {
            "ship" => json!({ "carrier": "顺丰", "tracking_number": format!("SF{}", &order.id[..8]), "papers": [] }),
            "cancel" => json!({ "reason": "雨太大，摘不了" }),
            _ => json!({}),
        };
        let path = format!("/api/v1/orders/{}/{step}", order.id);
        if order.village == XIUYUN {
            self.send(|market| &market.coordinator, &path, &body).await;
        } else {
            self.send(|market| &market.other_coordinator, &path, &body).await;
        }
    }

    async fn buyer(&mut self) {
        let Some(order) = self.some_order() else { return };
        let (step, body) = match self.state_of(&order).await.as_str() {
            _ if self.chance.one_in(8) => ("cancel", json!({ "reason": "计划有变" })),
            "shipped" => ("receive", json!({})),
            _ if self.chance.one_in(8) => ("receive", json!({})),
            _ => return,
        };
        self.send(|market| &market.buyer, &format!("/api/v1/orders/{}/{step}", order.id), &body).await;
    }

    async fn payout(&mut self) {
        let here = self.chance.one_in(2);
        let coordinator: fn(&Market) -> &Person =
            if here { |market| &market.coordinator } else { |market| &market.other_coordinator };
        let approver: fn(&Market) -> &Person =
            if here { |market| &market.approver } else { |market| &market.other_approver };
        let states = ["due", "approved", "approved", "sent", "sent", "bounced"];
        let state = *self.chance.one_of(&states).expect("some");
        let list = coordinator(&self.market).get(format!("/api/v1/payouts?state={state}")).await.ok();
        let Some(payout) = self.chance.one_of(rows(&list)).cloned() else { return };
        let path = |step: &str| format!("/api/v1/payouts/{}/{step}", id(&payout));
        match state {
            "due" | "bounced" => self.send(approver, &path("approve"), &json!({})).await,
            "approved" => {
                let reference = json!({ "bank_reference": format!("BANK-{}", id(&payout)) });
                self.send(coordinator, &path("send"), &reference).await
            }
            _ if self.chance.one_in(5) => {
                self.send(coordinator, &path("bounce"), &json!({ "reason": "户名不符" })).await
            }
            _ => self.send(coordinator, &path("confirm"), &json!({})).await,
        };
    }

    /// The books are in order, and every order that was acknowledged is there, in a state that follows.
    pub async fn check(&mut self) {
        self.market.app.check();
        for number in 0..self.known.orders.len() {
            let order = self.market.order(&self.known.orders[number].id.clone()).await;
            self.known.shown(number, order["state"].as_str().expect("a state"));
        }
    }

    /// Everything that is due is done; then nobody waits for money any more.
    pub async fn come_to_rest(&mut self) {
        self.market.app.later(hours(2));
        self.market.app.later(minutes(1));
        self.check().await;
        let waiting = |order: &&KnownOrder| ["placed", "expired", "cancelled"].contains(&order.state.as_str());
        for order in self.known.orders.iter().filter(waiting) {
            let shown = self.market.order(&order.id).await;
            let refunds = shown["refunds"].as_array().map_or(0, Vec::len);
            assert!(order.state != "placed" && refunds == 0, "order {} came to no rest: {shown:#}", order.id);
        }
    }

    pub fn report(&self) {
        let mut states = std::collections::BTreeMap::<&str, u64>::new();
        for order in &self.known.orders {
            *states.entry(&order.state).or_default() += 1;
        }
        eprintln!("simulation: {} orders {states:?}, answers {:?}", self.known.orders.len(), self.known.outcomes);
    }
}
