//! What a page says before any script runs, QR codes, the calendar of the seasons.

use serde_json::json;

use crate::support::{EGGS, Market, XIUYUN, id, text};

/// The page of a path as somebody gets it who runs no script; none where the site was not built.
async fn page(market: &Market, path: &str) -> Option<String> {
    let answer = market.anonymous.get(path).await;
    (answer.status.as_u16() == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned())
}

#[actix_web::test]
async fn a_shared_page_says_what_everybody_may_know() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let path = format!("/listings/{}", id(&eggs));
    let Some(html) = page(&market, &path).await else { return };
    let price = format!("content=\"{}.{:02} 元", 48, 0);
    for part in [text(&eggs, "/title"), "坡上王家", "岫云村", &price, "og:title", "https://yuanshan.example/listings/"]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(html.matches("<title>").count(), 1);
    let house = page(&market, &format!("/households/{}", text(&eggs, "/household/id"))).await.expect("it is built");
    assert!(house.contains("坡上王家"), "{house}");
    let village = page(&market, &format!("/villages/{XIUYUN}")).await.expect("it is built");
    assert!(village.contains("<title>岫云村"), "{village}");
}

#[actix_web::test]
async fn what_is_not_public_has_the_card_of_the_site() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let draft = market.coordinator.post("/api/v1/listings", &EGGS.of(id(&household))).await.created();
    for path in [
        format!("/listings/{}", id(&draft)),
        "/listings/no-id".into(),
        "/households/0192f0c1-0000-7000-8000-000000000000".into(),
        "/villages/99".into(),
        "/categories/gold".into(),
    ] {
        let Some(html) = page(&market, &path).await else { return };
        assert!(html.contains("<title>远山 Yuanshan</title>"), "{path}: {html}");
    }
}

#[actix_web::test]
async fn an_alias_that_is_withdrawn_is_gone_from_the_card() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let household = text(&eggs, "/household/id").to_owned();
    let consents = market.coordinator.get(format!("/api/v1/households/{household}/consents")).await.ok();
    for consent in consents["data"].as_array().expect("consents") {
        let path = format!("/api/v1/consents/{}/withdraw", id(consent));
        market.coordinator.post(path, &json!({ "reason": "不想公开了" })).await.ok();
    }
    for path in [format!("/listings/{}", id(&eggs)), format!("/households/{household}")] {
        let Some(html) = page(&market, &path).await else { return };
        assert!(!html.contains("坡上王家"), "{path}: {html}");
    }
}

#[actix_web::test]
async fn a_qr_code_leads_to_a_public_page() {
    let market = Market::new().await;
    let code = market.anonymous.get(format!("/api/v1/qr-codes?path=/villages/{XIUYUN}")).await;
    assert_eq!((code.status.as_u16(), code.header("content-type")), (200, "image/svg+xml"));
    assert!(String::from_utf8_lossy(&code.body).contains("<svg"));
    for path in ["/desk", "https://evil.example", "/listings/../me", ""] {
        let refused = market.anonymous.get(format!("/api/v1/qr-codes?path={path}"));
        market.app.unchanged(refused.into_future()).await.invalid(&[("#path", "not_a_public_page")]);
    }
}
