//! Two villages with their people, and short ways to where a test begins.

use serde_json::{Value, json};
use std::rc::Rc;

use super::{EGGS, Offer, Person, TestApp, id, minutes, person, text};
use crate::common;
use yuanshan::context::{Context, Settings};
use yuanshan::identity::{self, IdentityError, NewGrant, Password, Phone, TotpSecret, second_factor};
use yuanshan::kernel::{RegionCode, Role};

/// 岫云村 in the county 510824.
pub const XIUYUN: &str = "510824115216";
/// 悬崖村 in the county 513431.
const XUANYA: &str = "513431109210";

pub struct Market {
    pub app: Rc<TestApp>,
    /// Of 岫云村.
    pub coordinator: Person,
    /// Of 悬崖村.
    pub other_coordinator: Person,
    /// Of 岫云村's county, as is the auditor.
    pub approver: Person,
    pub other_approver: Person,
    pub auditor: Person,
    pub other_auditor: Person,
    pub administrator: Person,
    pub buyer: Person,
    pub other_buyer: Person,
    pub anonymous: Person,
}

impl Market {
    pub async fn new() -> Self {
        Self::with(common::settings()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::on(TestApp::new(settings).await)
    }

    /// On an application that the test made.
    pub fn on(app: Rc<TestApp>) -> Self {
        let staff = |phone, name, role, region| enrol(&app, phone, name, &[(role, region)]);
        let coordinator = staff("13800000001", "岫云村协调员", Role::Coordinator, XIUYUN);
        let other_coordinator = staff("13800000002", "悬崖村协调员", Role::Coordinator, XUANYA);
        let approver = staff("13800000003", "苍溪县审核员", Role::Approver, "510824");
        let other_approver = staff("13800000004", "昭觉县审核员", Role::Approver, "513431");
        let auditor = staff("13800000005", "苍溪县审计员", Role::Auditor, "510824");
        let other_auditor = staff("13800000006", "昭觉县审计员", Role::Auditor, "513431");
        let administrator = staff("13800000007", "管理员", Role::Administrator, "51");
        let buyer = enrol(&app, "13900000001", "陈女士", &[]);
        let other_buyer = enrol(&app, "13900000002", "林先生", &[]);
        let anonymous = Person::anonymous(&app);
        Self {
            app,
            coordinator,
            other_coordinator,
            approver,
            other_approver,
            auditor,
            other_auditor,
            administrator,
            buyer,
            other_buyer,
            anonymous,
        }
    }

    /// A household of 岫云村.
    pub async fn household(&self, alias: &str) -> Value {
        // Ids begin with the time: so they sort as the households were made.
        self.app.advance(minutes(1));
        let household = json!({ "village_code": XIUYUN, "alias": alias });
        self.coordinator.post("/api/v1/households", &household).await.created()
    }

    /// An offer of a new household of 岫云村, for sale.
    pub async fn sells(&self, offer: Offer) -> Value {
        let household = self.household("坡上王家").await;
        self.household_sells(id(&household), offer).await
    }

    /// An offer of a household of 岫云村, for sale.
    pub async fn household_sells(&self, household_id: &str, offer: Offer) -> Value {
        put_on_sale(&self.coordinator, &self.approver, household_id, offer).await
    }

    /// An offer of a new household of 悬崖村, for sale.
    pub async fn other_village_sells(&self, offer: Offer) -> Value {
        let household = json!({ "village_code": XUANYA, "alias": "崖顶莫色家" });
        let household = self.other_coordinator.post("/api/v1/households", &household).await.created();
        put_on_sale(&self.other_coordinator, &self.other_approver, id(&household), offer).await
    }

    /// A checkout of the buyer, who has read what does not come back, not paid yet.
    pub async fn checkout(&self, lines: &[(&Value, i64)]) -> Value {
        let mut wish = cart(lines);
        wish["perishable_acknowledged"] = json!(true);
        self.buyer.post("/api/v1/checkouts", &wish).await.created()
    }

    /// The buyer pays, and the provider tells so.
    pub async fn pay(&self, checkout: &Value) -> Value {
        let path = format!("/api/v1/checkouts/{}/pay", id(checkout));
        let payment = self.buyer.post(path, &json!({ "provider": "sandbox" })).await.accepted();
        self.app.later(minutes(1));
        payment["payment"].clone()
    }

    /// A paid order of one good.
    pub async fn paid_order(&self, lines: &[(&Value, i64)]) -> Value {
        let checkout = self.checkout(lines).await;
        self.pay(&checkout).await;
        self.order(text(&checkout, "/orders/0/id")).await
    }

    /// An order that the village has sent.
    pub async fn shipped_order(&self, lines: &[(&Value, i64)]) -> Value {
        let order = self.paid_order(lines).await;
        let path = |step: &str| format!("/api/v1/orders/{}/{step}", id(&order));
        self.coordinator.act(path("confirm")).await.ok();
        self.coordinator.act(path("pack")).await.ok();
        let goods: Vec<&Value> = lines.iter().map(|(listing, _)| *listing).collect();
        let parcel = parcel("SF100001", &goods);
        self.coordinator.post(path("ship"), &parcel).await.ok();
        self.order(id(&order)).await
    }

    /// An order that the buyer has, and that has settled where there is no claim window.
    pub async fn received_order(&self, lines: &[(&Value, i64)]) -> Value {
        let order = self.shipped_order(lines).await;
        self.buyer.act(format!("/api/v1/orders/{}/receive", id(&order))).await.ok()
    }

    /// A settled order of one box of eggs, with its payout.
    pub async fn due_payout(&self) -> (Value, Value) {
        let eggs = self.sells(EGGS).await;
        let order = self.received_order(&[(&eggs, 1)]).await;
        let payouts = self.coordinator.get("/api/v1/payouts?state=due").await.ok();
        (order, payouts["data"][0].clone())
    }

    /// An order as its buyer sees it.
    pub async fn order(&self, id: &str) -> Value {
        self.buyer.get(format!("/api/v1/orders/{id}")).await.ok()
    }

    /// A listing as its coordinator sees it.
    pub async fn listing(&self, listing: &Value) -> Value {
        self.coordinator.get(format!("/api/v1/listings/{}", id(listing))).await.ok()
    }
}

/// The body of `POST /orders/{id}/ship`; poultry travels with its quarantine certificate.
pub fn parcel(tracking_number: &str, listings: &[&Value]) -> Value {
    let poultry = listings.iter().filter(|listing| listing["category"] == "poultry");
    let papers: Vec<Value> = poultry
        .map(|listing| {
            json!({ "listing_id": id(listing), "kind": "quarantine", "number": "川动检 0001", "issued_on": "2026-09-20" })
        })
        .collect();
    json!({ "carrier": "顺丰", "tracking_number": tracking_number, "papers": papers })
}

/// The body of `POST /checkouts`, to a door in 成都.
pub fn cart(lines: &[(&Value, i64)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(listing, quantity)| json!({ "listing_id": id(listing), "quantity": quantity })).collect();
    json!({ "lines": lines, "address": address() })
}

pub fn address() -> Value {
    json!({ "recipient": "陈女士", "phone": "13900000001", "region_code": "510104", "detail": "春熙路 1 号" })
}

async fn put_on_sale(coordinator: &Person, approver: &Person, household_id: &str, offer: Offer) -> Value {
    let listing = coordinator.post("/api/v1/listings", &offer.of(household_id)).await.created();
    coordinator.act(format!("/api/v1/listings/{}/submit", id(&listing))).await.ok();
    approver.act(format!("/api/v1/listings/{}/approve", id(&listing))).await.ok()
}

/// An account, as `yuanshan user add` makes one; staff with a second factor.
pub fn enrol(app: &Rc<TestApp>, phone: &str, name: &str, roles: &[(Role, &str)]) -> Person {
    let totp = (!roles.is_empty()).then(TotpSecret::random);
    register(app.context(), phone, name, roles, totp.as_ref()).expect("an account is made");
    Person::with_account(app, phone, totp)
}

fn register(
    context: &Context,
    phone: &str,
    name: &str,
    roles: &[(Role, &str)],
    totp: Option<&TotpSecret>,
) -> Result<(), IdentityError> {
    let (act, phone) = (context.system_act(), Phone::parse(phone)?);
    let password = Password::parse(person::PASSWORD.into())?;
    let hash = identity::hash_password(&password, context.settings.password_memory_kib)?;
    context.db.write_blocking(|conn| {
        let user_id = identity::service::register(conn, &act, &context.secrets, &phone, name, &hash)?;
        for (role, region) in roles {
            let grant = NewGrant::for_good(*role, RegionCode::parse(region)?);
            identity::entrust(conn, &act, user_id, &grant)?;
        }
        if let Some(totp) = totp {
            second_factor::install(conn, &act, &context.secrets, user_id, totp, None)?;
        }
        Ok(())
    })
}
