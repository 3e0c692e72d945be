//! Family helpers: the tie by a code that is read out, and what is done for an elder.

mod acting;
mod tie;

use serde_json::{Value, json};

use crate::support::{Answer, Market, Person, cart, enrol, id, text};

const HELPERS: &str = "/api/v1/me/helpers";
const ELDERS: &str = "/api/v1/me/elders";
const ACCEPT: &str = "/api/v1/me/elders/accept";
const FOR: &str = "Yuanshan-Acting-For";
const ELDER: &str = "13700000082";
const DAUGHTER: &str = "13700000050";

/// An elder of 82 years and her daughter, with accounts.
struct Family {
    market: Market,
    elder: Person,
    helper: Person,
    elder_id: String,
}

impl Family {
    async fn new() -> Self {
        let market = Market::new().await;
        let elder = enrol(&market.app, ELDER, "伍奶奶", &[]);
        let helper = enrol(&market.app, DAUGHTER, "伍家女儿", &[]);
        let elder_id = id(&elder.get("/api/v1/me").await.ok()).to_owned();
        Self { market, elder, helper, elder_id }
    }

    /// With an active tie, whose id it gives.
    async fn tied() -> (Self, String) {
        let family = Self::new().await;
        let invitation = family.invite(DAUGHTER).await.created();
        family.accept(text(&invitation, "/code")).await.ok();
        let tie = id(&invitation).to_owned();
        (family, tie)
    }

    async fn invite(&self, phone: &str) -> Answer {
        self.elder.post(HELPERS, &json!({ "phone": phone, "relation": "女儿" })).await
    }

    async fn accept(&self, code: &str) -> Answer {
        self.helper.post(ACCEPT, &json!({ "code": code })).await
    }

    /// The helper orders for the elder.
    async fn checkout(&self, lines: &[(&Value, i64)]) -> Answer {
        self.helper.post("/api/v1/checkouts", &cart(lines)).header(FOR, &self.elder_id).await
    }

    async fn pay(&self, checkout: &Value) -> Answer {
        let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
        self.helper.post(path, &json!({ "provider": "sandbox" })).header(FOR, &self.elder_id).await
    }

    async fn end(&self, tie: &str) -> Answer {
        self.elder.act(format!("{HELPERS}/{tie}/end")).await
    }
}
