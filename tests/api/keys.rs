//! Keys that turn while everybody goes on working.

use actix_web::http::Method;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::{Value, json};

use crate::support::{EGGS, Market, PASSWORD, Person, enrol, hours, id, minutes, text};
use yuanshan::cli;
use yuanshan::db::Conn;
use yuanshan::keys::columns::COLUMNS;
use yuanshan::keys::{self, service};
use yuanshan::secrets::{Secrets, Turn};

const KEYS: &str = "/api/v1/admin/keys";
const BOTH: Turn = Turn { tokens: true, sealing: true, forget_token_keys: false };

fn kid_of(token: &str) -> String {
    jsonwebtoken::decode_header(token).expect("a token").kid.expect("a key's name")
}

async fn sign_in(market: &Market, phone: &str) -> String {
    let session = market.anonymous.post("/api/v1/auth/login", &json!({ "phone": phone, "password": PASSWORD })).await;
    text(&session.ok(), "/access_token").to_owned()
}

/// Turns the keys, as `yuanshan keys rotate` does.
fn turn(market: &Market, turn: Turn) {
    let context = market.app.context();
    let act = context.system_act();
    context.secrets.turn(turn, act.at).expect("the keys turn");
    context.db.write_blocking(|conn| service::begin(conn, &act, &context.secrets)).expect("sealing anew begins");
}

/// Values that are sealed with another key than this one.
fn sealed_otherwise(market: &Market, key_id: u8) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let counted = COLUMNS.iter().map(|column| {
        let sealed = column.sealed();
        let select = format!("SELECT COUNT(*) AS count FROM {} WHERE length({sealed}) > 0 AND ", column.table);
        market.app.read(|conn| {
            Ok(match conn {
                Conn::Pg(conn) => {
                    let sql = format!("{select} get_byte({sealed}, 0) <> {key_id}");
                    diesel::sql_query(sql).get_result::<Count>(conn)?.count
                }
                Conn::Sqlite(conn) => {
                    let sql = format!("{select} hex(substr({sealed}, 1, 1)) <> '{key_id:02X}'");
                    diesel::sql_query(sql).get_result::<Count>(conn)?.count
                }
            })
        })
    });
    counted.sum()
}

#[actix_web::test]
async fn nobody_is_logged_out_when_keys_turn() {
    let market = Market::new().await;
    let before = sign_in(&market, "13900000001").await;
    turn(&market, BOTH);
    let somebody = Person::with_token(&market.app, &before);
    somebody.get("/api/v1/me").await.ok();
    let after = sign_in(&market, "13900000001").await;
    assert_ne!(kid_of(&before), kid_of(&after));
    Person::with_token(&market.app, &after).get("/api/v1/me").await.ok();

    turn(&market, BOTH);
    somebody.get("/api/v1/me").await.ok();
    market.app.advance(minutes(15));
    somebody.get("/api/v1/me").await.refused(401, "unauthenticated");
}

#[actix_web::test]
async fn a_key_that_was_stolen_is_believed_no_more() {
    let market = Market::new().await;
    let answer = market.anonymous.post("/api/v1/auth/login", &json!({ "phone": "13900000001", "password": PASSWORD }));
    let answer = answer.await;
    let before = Person::with_token(&market.app, text(&answer.ok(), "/access_token"));
    turn(&market, Turn { sealing: false, forget_token_keys: true, ..BOTH });
    before.get("/api/v1/me").await.refused(401, "unauthenticated");
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    market.anonymous.call(Method::POST, "/api/v1/auth/refresh").header("Cookie", cookie).await.ok();
}

#[actix_web::test]
async fn another_process_takes_a_token_of_a_key_that_it_has_not_read_yet() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("keys.json");
    let load = || Secrets::load_or_create(&path).expect("keys");
    let market = Market::new().await;
    let (first, second) = (market.app.beside(load()).await, market.app.beside(load()).await);
    let somebody = enrol(&first, "13700000009", "周先生", &[]);
    let old = somebody.token().await.expect("a token");
    first.context().secrets.turn(BOTH, first.now()).expect("the keys turn");

    Person::with_token(&second, &old).get("/api/v1/me").await.ok();
    let new = enrol(&first, "13700000008", "吴女士", &[]).token().await.expect("a token");
    assert_ne!(kid_of(&old), kid_of(&new));
    // Its number was sealed with the new key, too.
    let me = Person::with_token(&second, &new).get("/api/v1/me").await.ok();
    assert_eq!(me["phone_masked"], "137****0008");
    let signed_there = enrol(&second, "13700000007", "郑女士", &[]).token().await.expect("a token");
    assert_eq!(kid_of(&signed_there), kid_of(&new), "it signs with the new key itself");
    Person::with_token(&first, &signed_there).get("/api/v1/me").await.ok();
}

#[actix_web::test]
async fn anybody_can_verify_a_token_with_the_public_keys() {
    let market = Market::new().await;
    let before = sign_in(&market, "13900000001").await;
    turn(&market, BOTH);
    let after = sign_in(&market, "13900000001").await;
    let answer = market.anonymous.get("/.well-known/jwks.json").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let set: JwkSet = serde_json::from_value(answer.ok()).expect("a set of keys");
    assert_eq!(set.keys.len(), 2);
    let validation = &mut Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_issuer(&["yuanshan"]);
    validation.set_audience(&["yuanshan-api"]);
    for token in [&before, &after] {
        let key = set.find(&kid_of(token)).expect("the token's key");
        let key = DecodingKey::from_jwk(key).expect("a key");
        jsonwebtoken::decode::<Value>(token, &key, validation).expect("the token is good");
        let other = set.keys.iter().find(|key| key.common.key_id != Some(kid_of(token))).expect("the other key");
        let other = DecodingKey::from_jwk(other).expect("a key");
        assert!(jsonwebtoken::decode::<Value>(token, &other, validation).is_err());
    }
    let members = |key: &Value| key.as_object().expect("a key").keys().cloned().collect::<Vec<_>>();
    assert!(answer.ok()["keys"].as_array().expect("keys").iter().all(|key| {
        members(key) == ["alg", "crv", "kid", "kty", "use", "x"] && key["kty"] == "OKP" && key["crv"] == "Ed25519"
    }));
    market.app.advance(hours(1));
    assert_eq!(market.anonymous.get("/.well-known/jwks.json").await.ok()["keys"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn all_that_is_sealed_is_sealed_anew_while_everybody_goes_on() {
    let market = Market::new().await;
    let eggs = market.sells(EGGS).await;
    let order = market.paid_order(&[(&eggs, 1)]).await;
    for number in 0..210 {
        enrol(&market.app, &format!("1360000{number:04}"), "路人", &[]);
    }
    let shown = market.order(id(&order)).await;
    let older = sealed_otherwise(&market, 2);
    assert!(older > 220, "{older}");

    turn(&market, BOTH);
    let rows = progress(&market).await;
    assert_eq!(rows.iter().map(|row| row["total"].as_i64().unwrap_or(0)).sum::<i64>(), older);
    assert!(rows.iter().all(|row| row["done"] == 0));
    enrol(&market.app, "13600009999", "新来的", &[]);
    assert_eq!(market.app.run_jobs(), 0, "every process gets time to read the new key");
    market.app.later(minutes(1));

    assert_eq!(sealed_otherwise(&market, 2), 0);
    for row in progress(&market).await {
        assert_eq!((&row["done"], &row["key_id"]), (&row["total"], &json!(2)), "{row}");
        assert!(row["finished_at"].is_string(), "{row}");
    }
    assert_eq!(market.order(id(&order)).await["address"], shown["address"]);
    assert_eq!(market.buyer.get("/api/v1/me").await.ok()["phone_masked"], "139****0001");
    assert_eq!(market.app.later(minutes(5)), 0, "and then there is no more to do");
}

async fn progress(market: &Market) -> Vec<Value> {
    let keys = market.administrator.get(KEYS).await.ok();
    keys["resealings"].as_array().cloned().expect("progress")
}

#[actix_web::test]
async fn a_stop_half_way_loses_nothing_and_the_next_process_goes_on() {
    let market = Market::new().await;
    for number in 0..450 {
        enrol(&market.app, &format!("1360000{number:04}"), "路人", &[]);
    }
    turn(&market, BOTH);
    let context = market.app.context();
    let act = context.system_act();
    let batch = |is_killed: bool| {
        context.db.write_blocking(|conn| {
            service::reseal_batch(conn, &act, &context.secrets)?;
            if is_killed { Err(yuanshan::keys::KeysError::UnknownKey(0)) } else { Ok(()) }
        })
    };
    let older = sealed_otherwise(&market, 2);
    batch(true).expect_err("killed before the end of a batch");
    assert_eq!(sealed_otherwise(&market, 2), older);
    batch(false).expect("the second factors of seven of the staff");
    batch(false).expect("a batch of phones");
    assert_eq!(sealed_otherwise(&market, 2), older - 7 - 200);
    let phones = progress(&market).await.into_iter().find(|row| row["column"] == "users.phone").expect("phones");
    assert_eq!((&phones["done"], &phones["finished_at"]), (&json!(200), &Value::Null));

    // The key turns once more before all is done.
    turn(&market, BOTH);
    market.app.later(minutes(1));
    assert_eq!(sealed_otherwise(&market, 3), 0);
    assert_eq!(context.secrets.newest_sealing_key(), 3);
}

#[actix_web::test]
async fn a_key_goes_only_when_nothing_is_sealed_with_it_any_more() {
    let market = Market::new().await;
    let retire = || {
        let context = market.app.context().clone();
        let run = move || cli::keys::run(&context, &cli::keys::Command::Retire).map_err(|error| error.to_string());
        std::thread::spawn(run).join().expect("the command ends")
    };
    retire().expect("there is nothing to retire");
    let secrets = &market.app.context().secrets;
    let file = "0190aaaa-0000-7000-8000-000000000000";
    let (path, bound_to) = (Path::from(format!("evidence/{file}")), format!("evidence_files.content:{file}"));
    let photos = market.app.context().photos.clone();
    photos.put(&path, secrets.seal_bytes(&bound_to, b"paper").into()).await.expect("a file");

    turn(&market, BOTH);
    let refusal = retire().expect_err("sealing anew is under way");
    assert!(refusal.contains("second_factors.secret anew is at 0 of 7"), "{refusal}");
    market.app.later(minutes(1));
    retire().expect("all is sealed with the new key");
    assert_eq!(secrets.sealing_keys().len(), 1);
    let sealed = photos.get(&path).await.expect("the file").bytes().await.expect("its bytes");
    assert_eq!(secrets.open_bytes(&bound_to, &sealed).expect("it opens"), b"paper");
    assert_eq!(market.buyer.get("/api/v1/me").await.ok()["phone_masked"], "139****0001");
}

#[actix_web::test]
async fn what_a_process_without_the_new_key_seals_meanwhile_keeps_the_old_one() {
    let market = Market::new().await;
    let context = market.app.context().clone();
    turn(&market, BOTH);
    market.app.later(minutes(1));
    // As such a process would have left it.
    let act = context.system_act();
    market.app.read(|conn| match conn {
        Conn::Pg(conn) => diesel::sql_query("UPDATE users SET email_sealed = '\\x0102'::bytea").execute(conn),
        Conn::Sqlite(conn) => diesel::sql_query("UPDATE users SET email_sealed = x'0102'").execute(conn),
    });
    let left = context.db.write_blocking(|conn| service::readiness(conn, &act, &context.secrets)).expect("an answer");
    assert!(matches!(left, keys::Readiness::Left(column, 9) if column.name == "email"), "{left:?}");
    let again = context.db.write_blocking(|conn| service::readiness(conn, &act, &context.secrets)).expect("an answer");
    assert!(matches!(again, keys::Readiness::Unfinished(_)), "{again:?}");
    market.app.later(minutes(1));
    // It does not open, so it stays, and so does the key.
    assert_eq!(sealed_otherwise(&market, 2), 9);
}

#[actix_web::test]
async fn administrators_see_the_age_of_keys_and_never_a_key() {
    let market = Market::new().await;
    turn(&market, BOTH);
    let answer = market.administrator.get(KEYS).await;
    let keys = answer.ok();
    let signs: Vec<_> = keys["token_keys"].as_array().expect("keys").iter().map(|key| key["signs"].clone()).collect();
    assert_eq!(signs, [json!(false), json!(true)]);
    let newest = &keys["sealing_keys"][1];
    assert_eq!(newest, &json!({ "id": 2, "created_at": market.app.now(), "seals": true }));
    assert_eq!(answer.header("cache-control"), "no-store");
    let members: Vec<_> = keys["token_keys"][0].as_object().expect("a key").keys().collect();
    assert_eq!(members, ["created_at", "kid", "signs"]);
    for person in [&market.buyer, &market.coordinator, &market.approver, &market.auditor] {
        person.get(KEYS).await.refused(403, "forbidden");
    }
    market.anonymous.get(KEYS).await.refused(401, "unauthenticated");
}
