//! What the database and the answers hold of people.

use actix_web::http::Method;
use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::json;

use crate::support::{EGGS, Market, PASSWORD, holds, id, multipart, text};

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

#[actix_web::test]
async fn nothing_personal_of_a_household_stands_open_in_the_database_or_beside_it() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let known = json!({
        "relation": "spouse", "name": "李秀兰", "phone": "13700005678", "id_number": "11010519491231002X",
        "bank_account": "6228480012345678901", "agreement": { "medium": "tap" },
    });
    let people = format!("/api/v1/households/{}/people", id(&household));
    let person = market.coordinator.post(&people, &known).await.created();
    let wanted = json!({ "fields": ["name", "phone", "id_number", "bank_account"], "reason": "核对" });
    market.coordinator.post(format!("{people}/{}/unmask", id(&person)), &wanted).await.ok();
    let voice = b"ID3\x04\0\0 I am 11010519491231002X and I agree";
    let (content_type, form) = multipart("file", voice);
    let evidence = format!("/api/v1/households/{}/evidence", id(&household));
    market.coordinator.call(Method::POST, evidence).bytes(&content_type, form).await.created();

    for field in ["name", "phone", "id_number", "bank_account"] {
        let private = text(&known, &format!("/{field}"));
        assert!(market.app.tables_holding(private).is_empty(), "{private}");
    }
    let store = &market.app.context().photos;
    let files: Vec<_> = store.list(None).try_collect().await.expect("files are listed");
    assert_eq!(files.len(), 1);
    let kept = store.get(&files[0].location).await.expect("it is there").bytes().await.expect("it is readable");
    assert!(!holds(&kept, b"11010519491231002X") && !holds(&kept, b"I agree"));
    // Nor is it in what everybody may read.
    let public = market.anonymous.get(format!("/api/v1/households/{}", id(&household))).await.ok().to_string();
    assert!(!public.contains("秀兰") && !public.contains("5678") && !public.contains(id(&person)), "{public}");
}
