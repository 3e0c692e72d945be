//! Files that come in pieces over a bad line.

use actix_web::http::Method;
use futures_util::TryStreamExt;
use object_store::ObjectStore;
use serde_json::{Value, json};

use crate::support::{Answer, Market, Person, holds, id, minutes, picture, picture_with_a_place, rows, text};

async fn open(person: &Person, size_bytes: usize) -> Answer {
    person.post("/api/v1/uploads", &json!({ "size_bytes": size_bytes })).await
}

fn path(upload: &Value) -> String {
    format!("/api/v1/uploads/{}", id(upload))
}

async fn send(person: &Person, upload: &Value, offset: usize, bytes: &[u8]) -> Answer {
    let call = person.call(Method::PATCH, path(upload)).header("upload-offset", offset);
    call.bytes("application/offset+octet-stream", bytes.to_vec()).await
}

/// Sends a whole file, in pieces of so many bytes.
async fn send_all(person: &Person, file: &[u8], piece: usize) -> Value {
    let upload = open(person, file.len()).await.created();
    for (at, bytes) in file.chunks(piece).enumerate() {
        let sent = send(person, &upload, at * piece, bytes).await;
        sent.no_content();
        assert_eq!(sent.header("upload-offset"), (at * piece + bytes.len()).to_string());
    }
    upload
}

async fn finish(person: &Person, upload: &Value) -> Answer {
    person.post("/api/v1/photos", &json!({ "upload_id": id(upload) })).await
}

/// What lies in the object store under `uploads/`.
async fn pieces(market: &Market) -> usize {
    let files: Vec<_> = market.app.context().photos.list(Some(&"uploads".into())).try_collect().await.expect("a list");
    files.len()
}

#[actix_web::test]
async fn a_photo_comes_in_pieces_and_goes_on_where_it_broke_off() {
    let market = Market::new().await;
    let file = picture(400, 300);
    let opened = open(&market.coordinator, file.len()).await;
    let upload = opened.created();
    assert_eq!((opened.header("upload-offset"), opened.header("location")), ("0", path(&upload).as_str()));
    let (first, rest) = file.split_at(1_000);
    send(&market.coordinator, &upload, 0, first).await.no_content();
    // The answer was lost: the phone asks, or sends the same again and is told.
    let head = market.coordinator.call(Method::HEAD, path(&upload)).await;
    assert_eq!((head.status.as_u16(), head.header("upload-offset")), (200, "1000"));
    assert_eq!(head.header("upload-length"), file.len().to_string());
    for wrong in [0, 999, 1_001, file.len()] {
        let call = send(&market.coordinator, &upload, wrong, &rest[..10]);
        let refused = market.app.unchanged(call).await.refused(409, "upload_offset");
        assert_eq!(refused["offset"], 1_000);
    }
    let early = market.app.unchanged(finish(&market.coordinator, &upload)).await.refused(409, "upload_incomplete");
    assert_eq!(early["offset"], 1_000);
    send(&market.coordinator, &upload, 1_000, rest).await.no_content();

    let photo = finish(&market.coordinator, &upload).await.created();
    assert_eq!(photo["width"], 400);
    let again = market.app.unchanged(finish(&market.coordinator, &upload)).await.created();
    assert_eq!(again, photo, "finished twice, it is the same photo");
    assert_eq!(market.anonymous.get(text(&photo, "/urls/large")).await.status, 200);
    market.coordinator.get(path(&upload)).await.refused(404, "not_found");
    market.app.later(minutes(11));
    assert_eq!(pieces(&market).await, 0);
    assert_eq!(market.app.unchanged(finish(&market.coordinator, &upload)).await.created(), photo, "also later");
}

#[actix_web::test]
async fn a_piece_that_came_before_its_answer_was_lost_counts() {
    let market = Market::new().await;
    let file = picture(200, 150);
    let upload = open(&market.coordinator, file.len()).await.created();
    // It lies in the store, and the server went down before it was noted.
    let context = market.app.context();
    let sealed = context.secrets.seal_bytes(&format!("uploads.piece:{}:0", id(&upload)), &file[..300]);
    let place = format!("uploads/{}/0", id(&upload)).into();
    object_store::ObjectStoreExt::put(&*context.photos, &place, sealed.into()).await.expect("it is put");
    let sent = send(&market.coordinator, &upload, 0, &file[..500]).await;
    sent.no_content();
    assert_eq!(sent.header("upload-offset"), "300", "nothing is written over");
    send(&market.coordinator, &upload, 300, &file[300..]).await.no_content();
    finish(&market.coordinator, &upload).await.created();
}

#[actix_web::test]
async fn what_lies_in_the_store_says_nothing() {
    let market = Market::new().await;
    let file = picture_with_a_place();
    send_all(&market.coordinator, &file, 10_000).await;
    let store = &market.app.context().photos;
    let files: Vec<_> = store.list(Some(&"uploads".into())).try_collect().await.expect("a list");
    for file in &files {
        let bytes = object_store::ObjectStoreExt::get(&**store, &file.location).await.expect("it is there");
        let bytes = bytes.bytes().await.expect("it is read");
        assert!(!holds(&bytes, b"GPS"), "{}", file.location);
    }
    assert_eq!(files.len(), 1);
}

#[actix_web::test]
async fn an_upload_is_its_owners_alone() {
    let market = Market::new().await;
    let file = picture(40, 30);
    let upload = open(&market.coordinator, file.len()).await.created();
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.buyer, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        market.app.unchanged(send(person, &upload, 0, &file)).await.refused(status, code);
        market.app.unchanged(person.get(path(&upload)).into_future()).await.refused(status, code);
        market.app.unchanged(person.delete(path(&upload)).into_future()).await.refused(status, code);
        market.app.unchanged(finish(person, &upload)).await.refused(status, code);
        if code != "not_found" {
            market.app.unchanged(open(person, 10)).await.refused(status, code);
        }
    }
    send(&market.coordinator, &upload, 0, &file).await.no_content();
    finish(&market.coordinator, &upload).await.created();
    market.app.unchanged(finish(&market.other_coordinator, &upload)).await.refused(404, "not_found");
}

#[actix_web::test]
async fn an_upload_is_bounded_in_size_number_and_time() {
    let market = Market::new().await;
    let coordinator = &market.coordinator;
    market.app.unchanged(open(coordinator, 12 * 1024 * 1024 + 1)).await.refused(413, "body_too_large");
    market.app.unchanged(open(coordinator, 0)).await.invalid(&[("/size_bytes", "invalid_value")]);
    let upload = open(coordinator, 12 * 1024 * 1024).await.created();
    let large = vec![0; 1024 * 1024 + 1];
    market.app.unchanged(send(coordinator, &upload, 0, &large)).await.refused(413, "body_too_large");
    let small = open(coordinator, 10).await.created();
    market.app.unchanged(send(coordinator, &small, 0, &[0; 11])).await.refused(413, "body_too_large");
    let untyped = coordinator.call(Method::PATCH, path(&small)).header("upload-offset", 0).bytes("image/png", "x");
    market.app.unchanged(untyped.into_future()).await.refused(415, "unsupported_media_type");
    for offset in ["", "-1", "x", "99999999999999999999"] {
        let call = coordinator.call(Method::PATCH, path(&small)).header("upload-offset", offset);
        let call = call.bytes("application/offset+octet-stream", "x");
        market.app.unchanged(call.into_future()).await.refused(400, "invalid_request");
    }
    for _ in 2..24 {
        open(coordinator, 10).await.created();
    }
    market.app.unchanged(open(coordinator, 10)).await.refused(409, "too_many_uploads");
    coordinator.delete(path(&small)).await.no_content();
    open(coordinator, 10).await.created();

    send(coordinator, &upload, 0, b"x").await.no_content();
    assert_eq!(pieces(&market).await, 1);
    market.app.advance(minutes(24 * 60));
    market.app.unchanged(send(coordinator, &upload, 1, b"x")).await.refused(404, "not_found");
    market.app.later(minutes(11));
    assert_eq!(pieces(&market).await, 0, "what ran out is cleared away");
    open(coordinator, 10).await.created();
}

#[actix_web::test]
async fn what_came_in_pieces_is_checked_like_any_other_file() {
    let market = Market::new().await;
    let upload = send_all(&market.coordinator, b"<svg onload='alert(1)'/>", 7).await;
    market.app.unchanged(finish(&market.coordinator, &upload)).await.invalid(&[("/upload_id", "invalid_image")]);
    for body in [json!({}), json!({ "upload_id": "42" }), json!({ "upload_id": id(&upload), "size": 1 })] {
        let call = market.coordinator.post("/api/v1/photos", &body);
        market.app.unchanged(call.into_future()).await.refused(422, "invalid");
    }
}

#[actix_web::test]
async fn evidence_comes_in_pieces_too() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let place = format!("/api/v1/households/{}/evidence", id(&household));
    let upload = send_all(&market.coordinator, b"ID3\x04\0\0 a voice that agrees", 8).await;
    let add = || market.coordinator.post(&place, &json!({ "upload_id": id(&upload) }));
    let kept = add().await.created();
    assert_eq!(kept["media_type"], "audio/mpeg");
    assert_eq!(market.app.unchanged(add().into_future()).await.created(), kept);
    let nothing = send_all(&market.coordinator, b"%PDF-1.7 no evidence", 8).await;
    let call = market.coordinator.post(&place, &json!({ "upload_id": id(&nothing) }));
    market.app.unchanged(call.into_future()).await.invalid(&[("/upload_id", "invalid_evidence")]);
}

#[actix_web::test]
async fn a_picture_of_somebody_comes_in_pieces_too() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let place = format!("/api/v1/households/{}", id(&household));
    let people = market.coordinator.get(format!("{place}/people")).await.ok();
    let upload = send_all(&market.coordinator, &picture(60, 40), 500).await;
    let body = json!({ "upload_id": id(&upload), "person_id": rows(&people)[0]["id"] });
    let add = || market.coordinator.post(format!("{place}/photos"), &body);
    let shown = add().await.created();
    assert_eq!((&shown["width"], &shown["is_public"]), (&json!(60), &json!(false)));
    assert_eq!(market.app.unchanged(add().into_future()).await.created(), shown);
    assert_eq!(market.coordinator.get(text(&shown, "/urls/medium")).await.status, 200);
    let foreign = json!({ "upload_id": id(&household), "person_id": rows(&people)[0]["id"] });
    let call = market.coordinator.post(format!("{place}/photos"), &foreign);
    market.app.unchanged(call.into_future()).await.refused(404, "not_found");
}
