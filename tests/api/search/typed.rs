//! What people type, and what they find.

use super::{Shop, encoded};
use crate::support::rows;

const CORN: &str = "甜玉米 20 穗/箱";
const BUNS: &str = "粘豆包";
const EGGS: &str = "土鸡蛋 30 枚/盒";
const POTATOES: &str = "高山土豆 5 公斤/箱";
const VEGETABLES: &str = "时令菜一篮";
const CO_OP_VEGETABLES: &str = "合作社时令菜一篮";
const WALNUTS: &str = "山核桃 2.5 公斤/袋";
const HONEY: &str = "土蜂蜜 500 克/瓶";
const WINTER_HONEY: &str = "冬蜜 500 克/瓶（预订）";
const SEALED_HONEY: &str = "封盖土蜂蜜 500 克/瓶";
const OLD_HEN: &str = "散养老母鸡";
const CLIFF_HONEY: &str = "岩蜂蜜 500 克/瓶";
const NEW_RICE: &str = "新米 10 公斤/袋";
const HILL_RICE: &str = "高山新米 10 公斤/袋";
const RUNNING_HEN: &str = "跑山鸡（一年）";
const DUCK: &str = "土鸭（一年）";
const GOOSE: &str = "河坝大鹅";
const THREE_YEARS: &str = "时光鸡（三年）";

/// What is typed, what is found (the cheapest first), and what the words were taken for.
const QUERIES: [(&str, &[&str], Option<&str>); 47] = [
    // Words and parts of words.
    ("土鸡蛋", &[EGGS], None),
    ("鸡蛋", &[EGGS], None),
    ("土鸡", &[EGGS], None),
    ("蜂蜜", &[HONEY, WINTER_HONEY, SEALED_HONEY, CLIFF_HONEY], None),
    ("新米", &[NEW_RICE, HILL_RICE], None),
    ("高山", &[POTATOES, HILL_RICE], None),
    ("老母鸡", &[OLD_HEN], None),
    ("鹅", &[GOOSE], None),
    ("一年", &[RUNNING_HEN, DUCK], None),
    ("豆", &[BUNS, POTATOES], None),
    ("30", &[EGGS], None),
    ("３０", &[EGGS], None),
    ("3", &[], None),
    // Places and households.
    ("悬崖村 鸡", &[RUNNING_HEN], None),
    ("昭觉 蜂蜜", &[CLIFF_HONEY], None),
    ("苍溪县 蜂蜜", &[HONEY, WINTER_HONEY, SEALED_HONEY], None),
    ("岫云 土鸡", &[EGGS], None),
    ("柏树湾李家", &[DUCK, THREE_YEARS], None),
    ("老槐唐家 米", &[CORN, NEW_RICE], None),
    // Categories.
    ("蔬菜", &[POTATOES, VEGETABLES, CO_OP_VEGETABLES, CORN], None),
    ("家禽 河坝", &[OLD_HEN, GOOSE], None),
    // Pinyin, whole and half-typed.
    ("tujidan", &[EGGS], None),
    ("TuJiDan", &[EGGS], None),
    ("tu ji dan", &[EGGS], None),
    ("jidan", &[EGGS], None),
    ("tujid", &[EGGS], None),
    ("fengmi", &[HONEY, WINTER_HONEY, SEALED_HONEY, CLIFF_HONEY], None),
    ("shanhetao", &[WALNUTS], None),
    ("niandoubao", &[BUNS], None),
    ("ndb", &[BUNS], None),
    ("xiuyun fengmi", &[HONEY, WINTER_HONEY, SEALED_HONEY], None),
    ("zhaojue fengmi", &[CLIFF_HONEY], None),
    // Initials.
    ("tjd", &[EGGS], None),
    ("xm", &[NEW_RICE, HILL_RICE], None),
    ("gsxm", &[HILL_RICE], None),
    ("shgj", &[], None),
    ("tym", &[CORN], None),
    // Characters and letters mixed.
    ("土jidan", &[EGGS], None),
    ("岩feng蜜", &[CLIFF_HONEY], None),
    // Other characters of the same sound, and slips of the finger.
    ("土鸡旦", &[EGGS], Some("土鸡蛋")),
    ("蜂密", &[HONEY, WINTER_HONEY, SEALED_HONEY, CLIFF_HONEY], Some("蜂蜜")),
    ("山核逃", &[WALNUTS], Some("山核桃")),
    ("tujidna", &[EGGS], Some("土鸡蛋")),
    ("fegnmi", &[HONEY, WINTER_HONEY, SEALED_HONEY, CLIFF_HONEY], Some("蜂蜜")),
    ("岫云 土鸡旦", &[EGGS], Some("岫云 土鸡蛋")),
    // What is not sold is not found.
    ("拖拉机", &[], None),
    ("iphone", &[], None),
];

#[actix_web::test]
async fn what_people_type_finds_what_they_mean() {
    let shop = Shop::new().await;
    let mut wrong = Vec::new();
    for (typed, expected, corrected) in QUERIES {
        let (titles, taken_for) = shop.find(typed).await;
        if titles != expected || taken_for.as_deref() != corrected {
            wrong.push(format!("{typed}: {titles:?}, {taken_for:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[actix_web::test]
async fn words_that_are_right_are_not_taken_for_others() {
    let shop = Shop::new().await;
    // 蜂蜜 is sold, but no honey is an egg: that is not a slip.
    let found = shop.list(&format!("category=eggs&q={}", encoded("蜂蜜"))).await;
    assert_eq!((rows(&found).len(), &found["corrected"]), (0, &serde_json::Value::Null));
    // Neither are they on a page that has nothing more.
    let first = shop.visitor.get(format!("/api/v1/listings?limit=1&q={}", encoded("蜂密"))).await.ok();
    assert_eq!(first["corrected"], "蜂蜜");
    let next = first["page"]["next"].as_str().expect("a second page").to_owned();
    let second = shop.list(&format!("cursor={next}&q={}", encoded("蜂密"))).await;
    assert_eq!((rows(&second).len(), &second["corrected"]), (3, &"蜂蜜".into()));
    assert_ne!(rows(&first)[0]["id"], rows(&second)[0]["id"]);
}

#[actix_web::test]
async fn whatever_is_typed_is_answered() {
    let shop = Shop::new().await;
    for typed in
        ["\" OR *", "NEAR(土 鸡)", "'; DROP TABLE listings; --", "🥚🐔", "！？。，", "*", ":*", "terms:土", "-鸡", "\\"]
    {
        let query = format!("q={}", encoded(typed));
        let found = shop.list(&query).await;
        assert!(rows(&found).len() < 15, "{typed} narrows");
        assert_eq!(shop.facets(&query).await["total"], rows(&found).len(), "{typed}");
    }
    let refused = async |query: String, code: &str| {
        for path in ["/api/v1/listings", "/api/v1/listings/facets"] {
            shop.visitor.get(format!("{path}?{query}")).await.invalid(&[("#q", code)]);
        }
    };
    refused(format!("q={}", encoded(&"鸡".repeat(200))), "text_too_long").await;
    refused(format!("q={}", encoded("鸡\u{0}蛋")), "text_control_character").await;
    for query in [
        vec!["a=1"; 1_000].join("&"),
        vec!["category=eggs"; 300].join("&"),
        "price_min_fen=cheap".into(),
        "in_season=perhaps".into(),
    ] {
        shop.visitor.get(format!("/api/v1/listings?{query}")).await.invalid(&[("#", "invalid_value")]);
    }
    let flood = vec!["a=1"; 10_000].join("&");
    let answer = shop.visitor.get(format!("/api/v1/listings?{flood}")).await;
    assert_eq!(answer.status, 414, "ten thousand filters");
    let negative = shop.visitor.get("/api/v1/listings?price_min_fen=-1").await;
    assert_eq!(negative.status, 422, "{negative}");
    // As long a query as may be typed, all of it different.
    let long: String = ('\u{4e00}'..).take(60).collect();
    assert_eq!(rows(&shop.list(&format!("q={}", encoded(&long))).await).len(), 0);
}
