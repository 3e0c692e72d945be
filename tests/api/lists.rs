//! Lists and exports show by the same rule as the page of one thing: what a list shows somebody can be
//! opened by them, and what it does not show cannot.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::support::{EGGS, Market, Person, WALNUTS, cart, id, rows, template_of_eggs};
use serde_json::json;

/// A list, and the address of one thing of it.
const LISTS: [(&str, &str); 8] = [
    ("/api/v1/claims", "/api/v1/claims/{id}"),
    ("/api/v1/imports", "/api/v1/imports/{id}"),
    ("/api/v1/orders", "/api/v1/orders/{id}"),
    ("/api/v1/pairings", "/api/v1/pairings/{id}"),
    ("/api/v1/households", "/api/v1/households/{id}/people"),
    ("/api/v1/templates", "/api/v1/templates/{id}"),
    ("/api/v1/audit/orders", "/api/v1/audit/orders/{id}"),
    ("/api/v1/admin/users", "/api/v1/admin/users/{id}"),
];

/// What a household has, and one thing of it, read by staff of its village and by nobody else.
#[actix_web::test]
async fn what_a_household_has_is_read_by_its_staff_alone() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let pig = json!({ "kind": "pig", "tag": "0173" });
    let path = format!("/api/v1/households/{}/producing-units", id(&household));
    let unit = market.coordinator.post(&path, &pig).await.created();
    for (name, person) in people(&market) {
        let own = shown_or_hidden(person, &path).await;
        let may = person.get(format!("/api/v1/producing-units/{}", id(&unit))).await.status == 200;
        assert_eq!((may, own.len()), (!own.is_empty(), usize::from(may)), "{name}");
        assert_eq!(may, matches!(name, "coordinator" | "approver"), "{name}");
    }
}

/// What comes in of a village is read by its staff and by nobody else.
#[actix_web::test]
async fn what_comes_in_is_read_by_the_staff_of_its_village_alone() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let template = market.approver.post("/api/v1/templates", &template_of_eggs()).await.created();
    let report = json!({
        "household_id": id(&household), "template_id": id(&template), "quantity": 60, "ready_on": "2026-09-22",
    });
    market.coordinator.post("/api/v1/supply-reports", &report).await.created();
    let intake = json!({
        "household_id": id(&household), "template_id": id(&template), "gross_g": 3_300, "tare_g": 300, "counted": 60,
        "grade": "first", "scale_id": "1", "taken_at": market.app.now().to_string(),
    });
    market.coordinator.post("/api/v1/intakes", &intake).await.created();
    for (name, person) in people(&market) {
        for list in ["/api/v1/supply-reports", "/api/v1/intakes", "/api/v1/batches"] {
            let seen = shown(person, list).await.len();
            assert_eq!(seen == 1, matches!(name, "coordinator" | "approver"), "{name} and {list}: {seen}");
        }
    }
}

async fn shown_or_hidden(person: &Person, list: &str) -> BTreeSet<String> {
    if person.get(list).await.status == 404 { BTreeSet::new() } else { shown(person, list).await }
}

/// Two villages of two counties, two buyers, an order and a pairing of each buyer in each village.
async fn crowded() -> Market {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let walnuts = market.other_village_sells(WALNUTS).await;
    for (approver, region) in [(&market.approver, "510824"), (&market.other_approver, "513431")] {
        let mut template = template_of_eggs();
        template["region_code"] = json!(region);
        approver.post("/api/v1/templates", &template).await.created();
    }
    for staff in [&market.coordinator, &market.other_coordinator] {
        crate::imports::send(staff, "households", "村,别名\n岫云村,表里的家\n".as_bytes()).await.accepted();
    }
    for buyer in [&market.buyer, &market.other_buyer] {
        for listing in [&eggs, &walnuts] {
            let checkout = buyer.post("/api/v1/checkouts", &cart(&[(listing, 1)])).await.created();
            crate::claims::late_claim(&market, buyer, &checkout, listing).await;
            let wish = json!({ "household_id": listing["household"]["id"] });
            buyer.post("/api/v1/pairings", &wish).await.created();
        }
    }
    market
}

fn people(market: &Market) -> [(&'static str, &Person); 8] {
    [
        ("buyer", &market.buyer),
        ("other buyer", &market.other_buyer),
        ("coordinator", &market.coordinator),
        ("other coordinator", &market.other_coordinator),
        ("approver", &market.approver),
        ("auditor", &market.auditor),
        ("other auditor", &market.other_auditor),
        ("administrator", &market.administrator),
    ]
}

/// What a list shows somebody; nothing if it is not theirs to see.
async fn shown(person: &Person, list: &str) -> BTreeSet<String> {
    let answer = person.get(format!("{list}?limit=100")).await;
    if answer.status == 403 {
        return BTreeSet::new();
    }
    rows(&answer.ok()).iter().map(|row| id(row).to_owned()).collect()
}

#[actix_web::test]
async fn what_a_list_shows_can_be_opened_and_nothing_else() {
    let market = crowded().await;
    let mut opened = 0;
    for (list, one) in LISTS {
        let mut all = BTreeSet::new();
        for (_, person) in people(&market) {
            all.extend(shown(person, list).await);
        }
        assert!(all.len() > 1, "{list} has more than one thing to tell apart");
        for (name, person) in people(&market) {
            let own = shown(person, list).await;
            for thing in &all {
                let answer = person.get(one.replace("{id}", thing)).await;
                let may = answer.status == 200;
                // Auditors have no list of households, and read their people.
                if list == "/api/v1/households" && name.contains("auditor") {
                    continue;
                }
                assert_eq!(may, own.contains(thing), "{name} and {list}: {answer}");
                assert!(may || matches!(answer.status.as_u16(), 403 | 404), "{answer}");
                opened += usize::from(may);
            }
        }
    }
    assert!(opened > 20, "{opened}");
}

#[actix_web::test]
async fn an_export_holds_the_same_orders_as_the_list() {
    let market = crowded().await;
    for buyer in [&market.buyer, &market.other_buyer] {
        let export = buyer.get("/api/v1/me/export").await.ok();
        let exported: BTreeSet<String> =
            export["orders"].as_array().expect("orders").iter().map(|order: &Value| id(order).to_owned()).collect();
        assert_eq!(exported, shown(buyer, "/api/v1/orders").await);
        assert_eq!(exported.len(), 2);
    }
}
