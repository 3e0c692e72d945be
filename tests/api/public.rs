//! What everybody sees: the shop, villages, places, links of streams, the shell around them.

use serde_json::{Value, json};

use crate::support::{EGGS, HEN, Market, Offer, WALNUTS, XIUYUN, id, minutes, rows, snapshot, text};

const SHOP: &str = "/api/v1/listings";

fn titles(list: &Value) -> Vec<&str> {
    rows(list).iter().map(|row| text(row, "/title")).collect()
}

#[actix_web::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    for path in [
        SHOP.to_owned(),
        "/api/v1/villages".into(),
        format!("/api/v1/villages/{XIUYUN}"),
        "/api/v1/installation".into(),
    ] {
        let first = market.anonymous.get(&path).await;
        first.ok();
        assert_eq!(first.header("cache-control"), "no-cache", "{path}: asked about each time");
        let known = first.header("etag").to_owned();
        for tag in [known.clone(), format!("W/{known}"), format!("\"x\", {known}"), "*".into()] {
            let again = market.anonymous.get(&path).header("If-None-Match", &tag).await;
            assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path} {tag}");
            assert_eq!(again.header("etag"), known);
        }
        market.anonymous.get(&path).header("If-None-Match", "\"other\"").await.ok();
    }
    let before = market.anonymous.get(SHOP).await.header("etag").to_owned();
    market.checkout(&[(&eggs, 1)]).await;
    let after = market.anonymous.get(SHOP).header("If-None-Match", before).await;
    assert_eq!(rows(&after.ok())[0]["stock_available"], 19, "a changed answer has another tag");
}

#[actix_web::test]
async fn pages_show_every_row_once_though_rows_come_and_go() {
    for (sort, price_of_newcomers) in [("newest", 5_000), ("price_asc", 1), ("price_desc", 90_000)] {
        let market = Market::new().await;
        let household = market.household("坡上王家").await;
        let mut expected = Vec::new();
        for price in [3_000, 1_000, 3_000, 2_000, 3_000, 1_000, 4_000] {
            market.app.advance(minutes(1));
            expected.push(id(&sell_at(&market, id(&household), price).await).to_owned());
        }
        let mut seen: Vec<String> = Vec::new();
        let mut next = None;
        loop {
            let cursor = next.map_or_else(String::new, |cursor: String| format!("&cursor={cursor}"));
            let page = market.anonymous.get(format!("{SHOP}?sort={sort}&limit=2{cursor}")).await.ok();
            assert!(rows(&page).len() <= 2);
            seen.extend(rows(&page).iter().map(|row| id(row).to_owned()));
            let Some(cursor) = page["page"]["next"].as_str() else { break };
            next = Some(cursor.to_owned());
            // In each sort a newcomer stands before the cursor, so it may not shift what follows.
            market.app.advance(minutes(1));
            sell_at(&market, id(&household), price_of_newcomers).await;
        }
        let mut sorted = seen.clone();
        sorted.sort();
        expected.sort();
        assert_eq!(sorted, expected, "{sort}: each of the first rows once, and no newcomer");
    }
}

/// An offer whose whole price is the household's pay.
async fn sell_at(market: &Market, household_id: &str, price_fen: i64) -> Value {
    let mut offer = EGGS.of(household_id);
    offer["price"] = json!({ "farmer_pay_fen": price_fen });
    let listing = market.coordinator.post(SHOP, &offer).await.created();
    market.coordinator.act(format!("{SHOP}/{}/submit", id(&listing))).await.ok();
    market.approver.act(format!("{SHOP}/{}/approve", id(&listing))).await.ok()
}

#[actix_web::test]
async fn the_shop_is_sorted_by_price_or_by_age() {
    let market = Market::new().await;
    for offer in [HEN, EGGS] {
        market.sells(offer).await;
    }
    market.app.advance(minutes(1));
    market.other_village_sells(WALNUTS).await;
    for (sort, expected) in [
        ("newest", [WALNUTS.title, EGGS.title, HEN.title]),
        ("price_asc", [EGGS.title, WALNUTS.title, HEN.title]),
        ("price_desc", [HEN.title, WALNUTS.title, EGGS.title]),
    ] {
        assert_eq!(titles(&market.anonymous.get(format!("{SHOP}?sort={sort}")).await.ok()), expected, "{sort}");
    }
}

#[actix_web::test]
async fn parts_of_words_find_goods_villages_and_households() {
    let market = Market::new().await;
    let household = market.household("柏树湾李家").await;
    market.household_sells(id(&household), EGGS).await;
    market.app.advance(minutes(1));
    market.household_sells(id(&household), HEN).await;
    market.app.advance(minutes(1));
    market.other_village_sells(WALNUTS.titled("Walnuts 山核桃 2.5 公斤")).await;
    for (words, found) in [
        ("鸡蛋", 1),
        ("鸡", 2),
        ("岫云", 2),
        ("岫云村", 2),
        ("柏树湾", 2),
        ("李家 鸡蛋", 1),
        ("悬崖", 1),
        ("WALNUTS", 1),
        ("鹅", 0),
        ("蛋鸡", 0),
        ("鸡蛋 悬崖", 0),
        ("！？", 0),
        ("' OR 1=1 --", 0),
        ("\"NEAR(", 0),
        ("%", 0),
        ("  ", 3),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let shop = market.anonymous.get(format!("{SHOP}?q={query}")).await.ok();
        assert_eq!(rows(&shop).len(), found, "{words}: {:?}", titles(&shop));
    }
}

#[actix_web::test]
async fn the_shop_is_narrowed_by_place_category_and_household() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    market.sells(HEN).await;
    market.other_village_sells(WALNUTS).await;
    let household = format!("household={}", text(&eggs, "/household/id"));
    for (filter, found) in [
        ("village=510824115216", 2),
        ("village=510824", 2),
        ("village=51", 3),
        ("village=513431109210", 1),
        ("village=510824115217", 0),
        ("category=eggs", 1),
        ("category=cheese", 0),
        (&household, 1),
        ("village=510824&category=poultry", 1),
        ("village=&category=&q=", 3),
    ] {
        let shop = market.anonymous.get(format!("{SHOP}?{filter}")).await.ok();
        assert_eq!(rows(&shop).len(), found, "{filter}");
    }
}

#[actix_web::test]
async fn villages_that_sell_are_listed_and_every_village_has_a_page() {
    let market = Market::new().await;
    market.sells(EGGS).await;
    market.other_village_sells(WALNUTS).await;
    snapshot!("villages", market.anonymous.get("/api/v1/villages").await.ok());
    let quiet = market.anonymous.get("/api/v1/villages/510824115217").await.ok();
    assert_eq!((&quiet["name"], &quiet["live_listings"]), (&json!("柳垭村"), &json!(0)));
    for code in ["510824115", "510824115299", "51082411521x"] {
        market.anonymous.get(format!("/api/v1/villages/{code}")).await.refused(404, "not_found");
    }
}

#[actix_web::test]
async fn places_are_found_inside_others_by_name_and_by_former_name() {
    let market = Market::new().await;
    let found = async |query: &str| market.anonymous.get(format!("/api/v1/regions?{query}")).await.ok();
    let names = |list: &Value| rows(list).iter().map(|row| text(row, "/name").to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&found("").await), ["四川省"]);
    assert_eq!(names(&found("parent=510824115").await), ["岫云村", "柳垭村"], "without 村民委员会");
    assert_eq!(names(&found("parent=510824115216").await), [""; 0]);
    snapshot!("region_by_name", found("q=%E5%B2%AB").await);
    // 阿土列尔村 is what 悬崖村 was called; 支尔莫乡 went into 古里镇.
    snapshot!("region_by_former_name", found("q=%E9%98%BF%E5%9C%9F%E5%88%97%E5%B0%94%E6%9D%91").await);
    let former = found("q=%E6%94%AF%E5%B0%94%E8%8E%AB%E4%B9%A1").await;
    assert_eq!(names(&former), ["古里镇", "悬崖村"]);
    assert_eq!(names(&found("q=%E4%BA%91").await), [""; 0], "names are found by their beginning");
    assert_eq!(names(&found("q=%25").await), [""; 0]);
}

#[actix_web::test]
async fn a_link_of_a_stream_leads_to_its_goods() {
    let market = Market::new().await;
    let (eggs, hen) = (market.sells(EGGS).await, market.sells(HEN).await);
    let stream = json!({
        "title": "两样好货", "platform": "other", "url": "https://example.com/live", "host_name": "小李",
        "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": [id(&eggs), id(&hen)],
    });
    let stream = market.coordinator.post("/api/v1/streams", &stream).await.created();
    let code = text(&stream, "/code");
    for typed in [code.to_owned(), code.to_lowercase()] {
        let answer = market.anonymous.get(format!("/go/{typed}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, format!("/streams/{code}").as_str()));
    }
    market.anonymous.get("/go/NOSUCHCODE").await.refused(404, "not_found");
}

#[actix_web::test]
async fn every_page_says_what_a_browser_may_do_with_it() {
    let market = Market::new().await;
    for path in [SHOP, "/healthz", "/readyz", "/api/v1/nothing", "/go/NOSUCHCODE"] {
        let answer = market.anonymous.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
    for path in ["/api/v1/me", "/api/v1/orders", "/api/v1/nothing"] {
        let answer = market.buyer.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        let answer = market.anonymous.get(path).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"ok\n"[..]));
    }
}

#[actix_web::test]
async fn an_ended_stream_counts_for_a_week_and_a_cancelled_one_not_at_all() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let scheduled = async || {
        let stream = json!({
            "title": "鸡蛋专场", "platform": "douyin", "url": "https://live.douyin.com/1", "host_name": "小李",
            "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": [id(&eggs)],
        });
        market.coordinator.post("/api/v1/streams", &stream).await.created()
    };
    let step = async |stream: &Value, step: &str| {
        market.coordinator.act(format!("/api/v1/streams/{}/{step}", id(stream))).await.ok()
    };
    let credited = async |stream: &Value| {
        let mut cart = crate::support::cart(&[(&eggs, 1)]);
        cart["stream_code"] = stream["code"].clone();
        let checkout = market.buyer.post("/api/v1/checkouts", &cart).await.created();
        !market.order(text(&checkout, "/orders/0/id")).await["stream"].is_null()
    };
    let (ended, cancelled) = (scheduled().await, scheduled().await);
    step(&cancelled, "cancel").await;
    assert!(!credited(&cancelled).await, "but it keeps nobody from buying");
    assert!(credited(&ended).await, "a link is shared before the stream begins");
    let start = format!("/api/v1/streams/{}/start", id(&cancelled));
    assert_eq!(market.coordinator.act(start).await.refused(409, "wrong_state")["state"], "cancelled");
    step(&ended, "start").await;
    step(&ended, "end").await;
    market.app.advance(minutes(7 * 24 * 60));
    assert!(credited(&ended).await);
    market.app.advance(minutes(1));
    assert!(!credited(&ended).await);
    let gone = market.anonymous.get(format!("/api/v1/streams/{}", text(&cancelled, "/code"))).await.ok();
    assert_eq!(gone["state"], "cancelled");
    let public = market.anonymous.get("/api/v1/streams").await.ok();
    assert_eq!(rows(&public).len(), 1, "cancelled streams are not announced");
}

#[actix_web::test]
async fn a_stream_shows_goods_of_its_own_village() {
    let market = Market::new().await;
    let (eggs, walnuts) = (market.sells(EGGS).await, market.other_village_sells(WALNUTS).await);
    let stream = |goods: Value| {
        json!({
            "title": "鸡蛋专场", "platform": "douyin", "url": "https://live.douyin.com/1", "host_name": "小李",
            "starts_at": "2026-09-20T11:00:00Z", "ends_at": "2026-09-20T13:00:00Z", "listing_ids": goods,
        })
    };
    let mixed = market.coordinator.post("/api/v1/streams", &stream(json!([id(&eggs), id(&walnuts)])));
    market.app.unchanged(mixed.into_future()).await.invalid(&[("/listing_ids", "listing_of_other_village")]);
    let foreign = market.coordinator.post("/api/v1/streams", &stream(json!([id(&walnuts)])));
    market.app.unchanged(foreign.into_future()).await.refused(403, "out_of_scope");
    let own: Offer = EGGS.titled("土鸡蛋 10 枚");
    market.sells(own).await;
    assert_eq!(rows(&market.other_coordinator.get("/api/v1/desk/streams").await.ok()).len(), 0);
}
