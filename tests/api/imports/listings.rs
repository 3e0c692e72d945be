//! Listings from a table.

use serde_json::json;

use super::{assert_found, committed, found, judged, listings};
use crate::support::{Market, id, rows};

const EGGS: &str = "岫云村,坡上王家,,土鸡蛋 30枚/盒,eggs,盒,三斤,20,33元,￥4.50,7.00,2,1,0.5,48.00";

#[actix_web::test]
async fn listings_come_as_drafts() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    let import = judged(&market, &market.coordinator, "listings", &listings(&[EGGS])).await;
    assert_eq!(import["errors_count"], 0, "{:?}", found(&market.coordinator, &import, "error").await);
    let notes = found(&market.coordinator, &import, "note").await;
    assert_found(
        &notes,
        &[(2, "net_weight", "normalised"), (2, "farmer_pay", "normalised"), (2, "packing", "normalised")],
    );
    let path = format!("/api/v1/imports/{}/findings", id(&import));
    let told = market.coordinator.get(path).await.ok();
    let words: Vec<_> = rows(&told).iter().map(|row| &row["message"]).collect();
    assert_eq!(words, ["已读作“1500 g”。", "已读作“33.00”。", "已读作“4.50”。"]);

    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "done");
    let list = market.coordinator.get("/api/v1/desk/listings").await.ok();
    let listing = &rows(&list)[0];
    assert_eq!((&listing["state"], &listing["title"]), (&json!("draft"), &json!("土鸡蛋 30枚/盒")));
    assert_eq!(
        (&listing["price_fen"], &listing["net_weight_g"], &listing["stock_total"]),
        (&json!(4800), &json!(1500), &json!(20))
    );
    assert_eq!(listing["price"]["packing_fen"], 450);
    assert_eq!(rows(&market.anonymous.get("/api/v1/listings").await.ok()).len(), 0, "nobody has approved it");
    market.coordinator.act(format!("/api/v1/listings/{}/submit", id(listing))).await.ok();
    market.approver.act(format!("/api/v1/listings/{}/approve", id(listing))).await.ok();
    let found = market.anonymous.get("/api/v1/listings?q=%E5%9C%9F%E9%B8%A1%E8%9B%8B").await.ok();
    assert_eq!(rows(&found).len(), 1, "an imported listing is found as any other");
}

#[actix_web::test]
async fn every_cell_says_what_is_wrong_with_it() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    for _ in 0..2 {
        market.household("同名家").await;
    }
    let import = judged(&market, &market.coordinator, "listings", &listings(&[EGGS])).await;
    committed(&market, &market.coordinator, &import).await;
    let file = listings(&[
        EGGS,
        "岫云村,没有这家,,蜂蜜,honey,瓶,500克,2,50,,,,,,",
        "岫云村,同名家,,蜂蜜,honey,瓶,500克,2,50,,,,,,",
        "悬崖村,崖顶家,,蜂蜜,honey,瓶,500克,2,50,,,,,,",
        "岫云村,坡上王家,,,,,,2,50,,,,,,",
        "岫云村,坡上王家,没有的产品,蜂蜜,honey,瓶,,2,50,,,,,,",
        "岫云村,坡上王家,,蜂蜜,honey,瓶,500,2,50,,,,,,",
        "岫云村,坡上王家,,蜂蜜,honey,瓶,,0,50,,,,,,",
        "岫云村,坡上王家,,蜜一,honey,瓶,,2,0,,,,,,",
        "岫云村,坡上王家,,蜜二,honey,瓶,,2,50 元/瓶,,,,,,",
        "岫云村,坡上王家,,蜜三,honey,瓶,,2,50,\"1,5\",,,,,",
        "岫云村,坡上王家,,蜜四,honey,瓶,,2,50,10%,,,,,",
        "岫云村,坡上王家,,蜜五,honey,瓶,,2,50,,,,,,51",
        "岫云村,坡上王家,,蜜六,honey,瓶,,2,50,,,,,,50",
        "岫云村,坡上王家,,蜜六,honey,瓶,,2,50,,,,,,50",
    ]);
    let import = judged(&market, &market.coordinator, "listings", &file).await;
    assert_found(
        &found(&market.coordinator, &import, "error").await,
        &[
            (2, "title", "duplicate_listing"),
            (3, "household", "unknown_household"),
            (4, "household", "ambiguous_household"),
            (5, "village", "village_out_of_scope"),
            (6, "title", "value_required"),
            (7, "product", "unknown_product"),
            (8, "net_weight", "unit_required"),
            (9, "stock", "invalid_quantity"),
            (10, "farmer_pay", "farmer_pay_required"),
            (11, "farmer_pay", "price_per_unit_not_allowed"),
            (12, "packing", "ambiguous_number"),
            (13, "packing", "percent_not_allowed"),
            (14, "price", "price_is_not_its_parts"),
            (16, "title", "duplicate_in_file"),
        ],
    );
}
