//! How many statements a public page costs, whatever it shows.

use super::{Shop, encoded};
use crate::support::{id, rows};
use yuanshan::db::DbError;

#[actix_web::test]
async fn public_pages_cost_a_bounded_number_of_statements() {
    let shop = Shop::new().await;
    let some = id(&rows(&shop.list("").await)[0]).to_owned();
    let words = |words: &str| encoded(words);
    for (path, most) in [
        ("/api/v1/listings".to_owned(), 1),
        ("/api/v1/listings?limit=100&in_season=true&live_now=true&village=51&sort=price_desc".into(), 1),
        (format!("/api/v1/listings?q={}", words("蜂蜜")), 2),
        ("/api/v1/listings?q=fengmi&limit=100".into(), 2),
        (format!("/api/v1/listings?q={}", words("蜂密")), 7),
        (format!("/api/v1/listings?q={}", words("拖拉机 飞机 火车")), 7),
        ("/api/v1/listings/facets".into(), 4),
        ("/api/v1/listings/facets?q=fengmi&in_season=true&live_now=true".into(), 4),
        (format!("/api/v1/listings/facets?q={}", words("蜂密")), 12),
        (format!("/api/v1/listings/{some}"), 7),
        ("/api/v1/villages".into(), 5),
    ] {
        // The first times a connection may look up how the database calls its types.
        for _ in 0..4 {
            shop.visitor.get(&path).await.ok();
        }
        let db = &shop.app.context().db;
        let cost = async || {
            let before = db.statements();
            shop.visitor.get(&path).await.ok();
            db.statements() - before
        };
        // Something changes, so that no kept answer serves.
        db.write_blocking(|_| Ok::<_, DbError>(())).unwrap();
        let read = cost().await;
        assert!((1..=most).contains(&read), "{path}: {read} statements");
        if path.starts_with("/api/v1/listings?") || path.contains("/facets") {
            assert_eq!(cost().await, 0, "{path}: asked again in the same second");
        }
    }
}
