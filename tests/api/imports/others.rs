//! Surveys, price references, and listings by a template, from a table.

use diesel::prelude::*;
use serde_json::json;

use super::{assert_found, committed, found, judged, listings, table};
use crate::support::{Market, minutes};
use yuanshan::db::schema::{capacities, price_references, product_templates};
use yuanshan::kernel::{Instant, RegionCode};
use yuanshan::templates::{Base, CapacityUnit, Category, Class, ReturnsRule, Template};

/// Eggs of the county 510824: a hen gives 150 in a season.
fn standard(market: &Market) {
    let act = market.app.context().system_act();
    market.app.read(|conn| {
        use yuanshan::db::schema::users;
        let template = Template {
            id: act.new_id(),
            region_code: RegionCode::parse("510824").unwrap(),
            product: "土鸡蛋".into(),
            title: "土鸡蛋 30枚/盒".into(),
            category: Category::Eggs,
            class: Class::Primary,
            unit_label: "盒".into(),
            base: Base::Piece,
            pack_quantity: 30,
            weight_min_g: None,
            weight_max_g: None,
            catch_weight: false,
            season_from: None,
            season_until: None,
            min_age_days: None,
            shelf_life_days: None,
            claim_window_h: 48,
            cost_floor_fen: None,
            capacity_unit: Some(CapacityUnit::Animal),
            yield_limit: Some(150),
            returns_rule: ReturnsRule::Perishable,
            standard: None,
            created_by: users::table.select(users::id).first(conn)?,
            created_at: act.at,
            replaces_id: None,
            retired_at: None,
        };
        diesel::insert_into(product_templates::table).values(&template).execute(conn)
    });
}

fn retire(market: &Market) {
    let at: Option<Instant> = Some(market.app.now());
    market
        .app
        .read(|conn| diesel::update(product_templates::table).set(product_templates::retired_at.eq(at)).execute(conn));
}

#[actix_web::test]
async fn surveys_give_what_may_be_promised() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    standard(&market);
    let head = "村,农户别名,产品标准,季节,规模,预计产量,摸底日期";
    let wrong = table(
        head,
        &[
            "岫云村,坡上王家,土鸡蛋,26,40,6000,2026-09-01",
            "岫云村,坡上王家,土鸡蛋,2026,4.5,6000,2026-09-01",
            "岫云村,坡上王家,土鸡蛋,2027,40,6000,03/09/2026",
            "岫云村,坡上王家,土鸡蛋,2028,40,6000,2027-09-01",
            "岫云村,坡上王家,蜂蜜,2026,40,6000,2026-09-01",
            "岫云村,没有这家,土鸡蛋,2026,40,6000,2026-09-01",
        ],
    );
    let import = judged(&market, &market.coordinator, "capacities", &wrong).await;
    assert_found(
        &found(&market.coordinator, &import, "error").await,
        &[
            (2, "season", "invalid_season_year"),
            (3, "capacity", "not_a_whole_number"),
            (4, "surveyed_on", "ambiguous_day"),
            (5, "surveyed_on", "day_to_come"),
            (6, "product", "unknown_product"),
            (7, "household", "unknown_household"),
        ],
    );
    let good = table(head, &["岫云村,坡上王家,土鸡蛋,2026,四十,6000,2026年9月1日"]);
    let import = judged(&market, &market.coordinator, "capacities", &good).await;
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "done");
    let limit: i64 = market.app.read(|conn| capacities::table.select(capacities::limit_quantity).first(conn));
    assert_eq!(limit, 40 * 150);
}

#[actix_web::test]
async fn a_template_that_was_retired_meanwhile_stops_it() {
    let market = Market::new().await;
    market.household("坡上王家").await;
    standard(&market);
    let file =
        listings(&["岫云村,坡上王家,土鸡蛋,,,,,20,33,,,,,,", "岫云村,坡上王家,土鸡蛋,散装蛋,honey,,,20,33,,,,,,"]);
    let import = judged(&market, &market.coordinator, "listings", &file).await;
    assert_found(&found(&market.coordinator, &import, "error").await, &[(3, "category", "differs_from_template")]);
    let file = listings(&["岫云村,坡上王家,土鸡蛋,,,,,20,33,,,,,,"]);
    let import = judged(&market, &market.coordinator, "listings", &file).await;
    retire(&market);
    assert_eq!(committed(&market, &market.coordinator, &import).await["state"], "failed");
    assert_found(&found(&market.coordinator, &import, "error").await, &[(2, "product", "template_retired")]);
}

#[actix_web::test]
async fn approvers_import_what_goods_cost_elsewhere() {
    let market = Market::new().await;
    let head = "产品,地区代码,周一日期,计价单位,中位价,样本数,来源,来源日期";
    let good = "土鸡蛋,510824,2026/9/14,个,￥1.20,24,县农贸市场,2026-09-18";
    let wrong = table(
        head,
        &[
            good,
            good,
            "土鸡蛋,510824,2026-09-15,斤,12,24,县农贸市场,2026-09-18",
            "土鸡蛋,513431,2026-09-14,斤,12,24,县农贸市场,2026-09-18",
            "土鸡蛋,99,2026-09-14,斤,12,24,县农贸市场,2026-09-18",
            "土鸡蛋,510824,2026-09-14,盒,12,24,县农贸市场,2026-09-18",
            "土鸡蛋,510824,2026-09-14,斤,0,24,县农贸市场,2026-09-18",
        ],
    );
    let import = judged(&market, &market.approver, "price_references", &wrong).await;
    assert_found(
        &found(&market.approver, &import, "error").await,
        &[
            (3, "week", "duplicate_in_file"),
            (4, "week", "not_a_monday"),
            (5, "region", "region_out_of_scope"),
            (6, "region", "unknown_region"),
            (7, "per", "unknown_choice"),
            (8, "median", "invalid_median"),
        ],
    );
    super::send(&market.coordinator, "price_references", &wrong).await.refused(403, "forbidden");
    let import = judged(&market, &market.approver, "price_references", &table(head, &[good])).await;
    market.app.advance(minutes(1));
    assert_eq!(committed(&market, &market.approver, &import).await["state"], json!("done"));
    let median: i64 = market.app.read(|conn| price_references::table.select(price_references::median_fen).first(conn));
    assert_eq!(median, 120);
}
