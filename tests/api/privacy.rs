//! What the database and the answers hold of people.

use serde_json::json;

use crate::support::{EGGS, Market, PASSWORD, id, text};

#[actix_web::test]
async fn no_address_name_or_phone_stands_open_in_the_database() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.received_order(&[(&eggs, 1)]).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    let cancel = format!("/api/v1/orders/{}/cancel", id(&order));
    market.buyer.post(cancel, &json!({ "reason": "出差了" })).await.ok();
    market.app.later(std::time::Duration::from_secs(60));

    let address = crate::support::address();
    for member in ["/phone", "/detail"] {
        let private = text(&address, member);
        let found = market.app.tables_holding(private);
        assert!(found.is_empty(), "{private} stands open in {found:?}");
    }
    for private in ["13800000001", PASSWORD] {
        assert!(market.app.tables_holding(private).is_empty(), "{private}");
    }
}
