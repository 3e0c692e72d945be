//! Who may call what: every route by everybody, as a table of statuses.
//!
//! Each person has a market of their own, in which every route is called with ids that exist and an
//! empty body. 401 and 403 are refusals of the person, 404 those that also hide the thing; 409, 422
//! and 415 were let through and refused for what was asked. A new route shows up as a new row.

use actix_web::http::Method;
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use crate::support::{EGGS, HEN, Market, Person, cart, form, id, multipart, picture, template_of_eggs, text};
use yuanshan::app;

type Who = fn(&Market) -> &Person;

/// The columns of the table.
const PEOPLE: [(&str, Who); 9] = [
    ("nobody", |market| &market.anonymous),
    ("buyer", |market| &market.buyer),
    ("buyer2", |market| &market.other_buyer),
    ("coord", |market| &market.coordinator),
    ("coord2", |market| &market.other_coordinator),
    ("approv", |market| &market.approver),
    ("audit", |market| &market.auditor),
    ("audit2", |market| &market.other_auditor),
    ("admin", |market| &market.administrator),
];

#[actix_web::test]
async fn everybody_calls_everything() {
    let routes = app::routes();
    let mut columns = Vec::new();
    for (_, person) in PEOPLE {
        let fixture = Fixture::new().await;
        let mut statuses = Vec::new();
        for endpoint in routes.endpoints() {
            let method = method_of(&endpoint.method);
            let path = fixture.path(&endpoint.path);
            let call = person(&fixture.market).call(method.clone(), &path).key(&fixture.market.app.new_key());
            let answer = if matches!(method, Method::POST | Method::PUT | Method::PATCH) {
                call.json(&json!({})).await
            } else {
                call.await
            };
            assert!(answer.status.as_u16() < 500, "{answer}");
            statuses.push(answer.status.as_u16());
        }
        columns.push(statuses);
    }
    let mut table = format!("{:<54}{:<33}", "route", "who may");
    PEOPLE.iter().for_each(|(name, _)| table.push_str(&format!("{name:<7}")));
    for (row, endpoint) in routes.endpoints().iter().enumerate() {
        let route = format!("{} {}", method_of(&endpoint.method), endpoint.path);
        let mut line = format!("{route:<54}{:<33}", endpoint.permission);
        columns.iter().for_each(|statuses| line.push_str(&format!("{:<7}", statuses[row])));
        table.push_str(&format!("\n{}", line.trim_end()));
    }
    insta::assert_snapshot!("permissions", table);
}

pub fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
        _ => Method::GET,
    }
}

/// A market in which there is one of everything, all of it of the buyer and of 岫云村.
struct Fixture {
    market: Market,
    household: String,
    photo: String,
    upload: String,
    import: Value,
    person: String,
    category: String,
    unit: String,
    consent: String,
    evidence: String,
    portrait: String,
    listing: Value,
    draft: Value,
    in_review: Value,
    checkout: Value,
    order: Value,
    sent: Value,
    payout: Value,
    pairing: Value,
    stream: Value,
    template: Value,
    staff: Value,
    invitation: Value,
    /// Another device of the buyer.
    device: Value,
    /// The other buyer helps the buyer.
    tie: Value,
    /// Of the listing.
    paper: Value,
    /// Of the buyer.
    address: Value,
    /// Planned, without goods.
    cycle: Value,
    /// Expected of a buyer.
    transfer: Value,
    batch: Value,
    claim: Value,
    review: Value,
    bank_file: Value,
    /// Of the buyer, who asks the other buyer to order for it, and 苍溪 for a contract.
    organisation: Value,
    membership: Value,
    contract: Value,
}

impl Fixture {
    async fn new() -> Self {
        let market = Market::new().await;
        let (_, bank_file) = crate::bank_files::sent(&market).await;
        let (_, payout) = market.due_payout().await;
        let listing = market.sells(HEN).await;
        let household = text(&listing, "/household/id").to_owned();
        let draft = market.coordinator.post("/api/v1/listings", &EGGS.of(&household)).await.created();
        let in_review = market.coordinator.post("/api/v1/listings", &EGGS.of(&household)).await.created();
        market.coordinator.act(format!("/api/v1/listings/{}/submit", id(&in_review))).await.ok();
        let (content_type, form) = multipart("file", &picture(40, 30));
        let photo = market.coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, form).await.created();
        let order = market.paid_order(&[(&listing, 1)]).await;
        let sent = market.shipped_order(&[(&listing, 1)]).await;
        let checkout = market.buyer.post("/api/v1/checkouts", &cart(&[(&listing, 1)])).await.created();
        let by_transfer = market.buyer.post("/api/v1/checkouts", &cart(&[(&listing, 1)])).await.created();
        let pay = format!("/api/v1/checkouts/{}/pay", id(&by_transfer));
        market.buyer.post(pay, &json!({ "provider": "offline" })).await.accepted();
        let transfer = market.coordinator.get("/api/v1/transfers").await.ok()["data"][0].clone();
        let organisation = market.buyer.post("/api/v1/organisations", &crate::organisations::canteen()).await.created();
        let of_organisation = |what: &str| format!("/api/v1/organisations/{}/{what}", id(&organisation));
        let asked = json!({ "phone": "13900000002", "role": "buyer" });
        let membership = market.buyer.post(of_organisation("members"), &asked).await.created();
        let terms = crate::organisations::contract();
        let contract = market.buyer.post(of_organisation("contracts"), &terms).await.created();
        let wish = json!({ "household_id": household });
        let pairing = market.buyer.post("/api/v1/pairings", &wish).await.created();
        let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
        let stream = json!({
            "title": "鸡蛋专场", "platform": "douyin", "url": "https://live.douyin.com/1", "host_name": "小李",
            "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": [id(&listing)],
        });
        let stream = market.coordinator.post("/api/v1/streams", &stream).await.created();
        let photo = id(&photo).to_owned();
        let upload = market.coordinator.post("/api/v1/uploads", &json!({ "size_bytes": 10 })).await.created();
        let upload = id(&upload).to_owned();
        let table = "村,别名\n岫云村,表里的家\n".as_bytes();
        let import = crate::imports::judged(&market, &market.coordinator, "households", table).await;
        let phone = json!({ "phone": "13800000001" });
        let staff = market.administrator.post("/api/v1/admin/users/find", &phone).await.ok();
        let offer = json!({ "role": "coordinator", "region_code": crate::support::XIUYUN });
        let invitation = market.administrator.post("/api/v1/admin/invitations", &offer).await.created();
        let login = json!({ "phone": "13900000001", "password": crate::support::PASSWORD });
        market.anonymous.post("/api/v1/auth/login", &login).await.ok();
        let devices = market.buyer.get("/api/v1/me/sessions").await.ok();
        let other = crate::support::rows(&devices).iter().find(|device| device["is_current"] == false);
        let device = other.expect("two devices").clone();
        let number = json!({ "phone": "13900000002" });
        let invited = market.buyer.post("/api/v1/me/helpers", &number).await.created();
        let code = json!({ "code": invited["code"] });
        let tie = market.other_buyer.post("/api/v1/me/elders/accept", &code).await.ok();
        let paper = json!({ "kind": "quarantine", "number": "1", "issued_on": "2026-09-20" });
        let paper =
            market.coordinator.post(format!("/api/v1/listings/{}/papers", id(&listing)), &paper).await.created();
        let address = market.buyer.post("/api/v1/me/addresses", &crate::support::address()).await.created();
        let batch = batch(&market, &household, &template).await;
        let received = market.received_order(&[(&listing, 1)]).await;
        let claim = crate::claims::claim_late(&market.buyer, &received).await;
        let review = json!({ "line_no": 1, "stars": 5, "words": "很香" });
        let review = market.buyer.post(format!("/api/v1/orders/{}/reviews", id(&received)), &review).await.created();
        let (person, consent, evidence, portrait) = with_people(&market, &household).await;
        let reason = json!({ "category": "lifted", "valid_from": "2026-01-01" });
        let path = format!("/api/v1/households/{household}/categories");
        let category = id(&market.coordinator.post(path, &reason).await.created()).to_owned();
        let pig = json!({ "kind": "pig", "tag": "0173" });
        let path = format!("/api/v1/households/{household}/producing-units");
        let unit = id(&market.coordinator.post(path, &pig).await.created()).to_owned();
        let cycle = market.coordinator.post("/api/v1/cycles", &crate::cycles::plan(&market, 1)).await.created();
        Self {
            market,
            transfer,
            household,
            photo,
            upload,
            import,
            person,
            category,
            unit,
            consent,
            evidence,
            portrait,
            listing,
            draft,
            in_review,
            checkout,
            order,
            sent,
            payout,
            pairing,
            stream,
            template,
            staff,
            invitation,
            device,
            tie,
            paper,
            address,
            cycle,
            batch,
            claim,
            review,
            bank_file,
            organisation,
            membership,
            contract,
        }
    }

    /// A route with ids of things that are there, in a state in which the command makes sense.
    fn path(&self, route: &str) -> String {
        let (thing, command) =
            (route.split('/').nth(1).unwrap_or_default(), route.rsplit('/').next().unwrap_or_default());
        let id = match (thing, command) {
            ("households", _) => &self.household,
            ("producing-units", _) => &self.unit,
            ("photos", _) => &self.photo,
            ("uploads", _) => &self.upload,
            ("imports", _) => id(&self.import),
            ("consents", _) => &self.consent,
            ("evidence", _) => &self.evidence,
            ("listings", "submit") => id(&self.draft),
            ("listings", "approve" | "reject") => id(&self.in_review),
            ("listings" | "cart", _) => id(&self.listing),
            ("templates", _) => id(&self.template),
            ("papers", _) => id(&self.paper),
            ("batches", _) => id(&self.batch),
            ("checkouts", _) => id(&self.checkout),
            ("orders", "receive") => id(&self.sent),
            ("orders" | "audit", _) => id(&self.order),
            ("payouts", _) if route.starts_with("/payouts/bank_files") => id(&self.bank_file),
            ("payouts", _) => id(&self.payout),
            ("organisations", _) => id(&self.organisation),
            ("organisation-members", _) => id(&self.membership),
            ("organisation-contracts", _) => id(&self.contract),
            ("transfers", _) => id(&self.transfer),
            ("claims", _) => id(&self.claim),
            ("reviews", _) => id(&self.review),
            ("pairings", _) => id(&self.pairing),
            ("streams", _) => id(&self.stream),
            ("cycles", _) => id(&self.cycle),
            ("admin", _) if route.starts_with("/admin/grants") => text(&self.staff, "/grants/0/id"),
            ("admin", _) if route.starts_with("/admin/invitations") => id(&self.invitation),
            ("admin", _) => id(&self.staff),
            ("me", _) if route.starts_with("/me/sessions") => id(&self.device),
            ("me", "end") => id(&self.tie),
            ("me", _) if route.starts_with("/me/addresses") => text(&self.address, "/data/0/id"),
            _ => "",
        };
        let code = match thing {
            "receipts" => text(&self.payout, "/code"),
            "batches" => text(&self.batch, "/code"),
            "streams" => text(&self.stream, "/code"),
            _ => crate::support::XIUYUN,
        };
        let path = route.replace("{id}", id).replace("{code}", code);
        let path = path.replace("{person_id}", &self.person).replace("{photo_id}", &self.portrait);
        let path = path.replace("{category_id}", &self.category);
        format!(
            "/api/v1{}",
            path.replace("{size}", "small").replace("{provider}", "sandbox").replace("{file}", "households.csv")
        )
    }
}

/// Two boxes of eggs that the household brought.
async fn batch(market: &Market, household: &str, template: &Value) -> Value {
    let intake = json!({
        "household_id": household, "template_id": id(template), "gross_g": 3_300, "tare_g": 300, "counted": 60,
        "grade": "first", "scale_id": "1", "taken_at": market.app.now().to_string(),
    });
    market.coordinator.post("/api/v1/intakes", &intake).await.created()["batch"].clone()
}

/// Somebody of the household with evidence, a consent and a picture that is public by it.
async fn with_people(market: &Market, household: &str) -> (String, String, String, String) {
    let path = |rest: &str| format!("/api/v1/households/{household}/{rest}");
    let person = market.coordinator.post(path("people"), &json!({ "relation": "spouse" })).await.created();
    let (content_type, file) = multipart("file", &picture(40, 30));
    let evidence = market.coordinator.call(Method::POST, path("evidence")).bytes(&content_type, file).await.created();
    let (content_type, file) = form(&[("person_id", id(&person))], "file", &picture(40, 30));
    let portrait = market.coordinator.call(Method::POST, path("photos")).bytes(&content_type, file).await.created();
    let consent = |purpose: &str, field: &str| json!({ "person_id": id(&person), "purpose": purpose, "fields": [field], "medium": "tap" });
    market.coordinator.post(path("consents"), &consent("publication", "photo")).await.created();
    let contact = market.coordinator.post(path("consents"), &consent("contact", "phone")).await.created();
    let text = |value: &Value| id(value).to_owned();
    (text(&person), text(&contact["data"][0]), text(&evidence), text(&portrait))
}
