//! Photos: only their pixels are kept.

use actix_web::http::Method;
use image::{ImageFormat, ImageReader};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::{Value, json};
use std::io::Cursor;

use crate::support::{
    Answer, EGGS, HEN, Market, form, holds, id, multipart, picture, picture_with_a_place, rows, text,
};
use yuanshan::photos;

async fn upload(market: &Market, file: &[u8]) -> Answer {
    let (content_type, form) = multipart("file", file);
    market.coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, form).await
}

const SIZES: [&str; 3] = ["/urls/small", "/urls/medium", "/urls/large"];

#[actix_web::test]
async fn a_photo_is_kept_in_three_sizes_and_two_formats() {
    let market = Market::new().await;
    let photo = upload(&market, &picture(1_600, 800)).await.created();
    assert_eq!((&photo["width"], &photo["height"]), (&json!(1_280), &json!(640)));
    let placeholder = text(&photo, "/placeholder");
    assert!(placeholder.starts_with("data:image/webp;base64,") && placeholder.len() < 400, "{placeholder}");
    for (at, width, height) in [("/urls/small", 320, 160), ("/urls/medium", 640, 320), ("/urls/large", 1_280, 640)] {
        let accepted = "image/avif,image/webp,image/*,*/*;q=0.8";
        for (accept, media_type, format) in [
            (accepted, "image/webp", ImageFormat::WebP),
            ("*/*", "image/jpeg", ImageFormat::Jpeg),
            ("", "image/jpeg", ImageFormat::Jpeg),
        ] {
            let file = market.anonymous.get(text(&photo, at)).header("accept", accept).await;
            assert_eq!((file.status.as_u16(), file.header("content-type")), (200, media_type));
            assert!(file.header("cache-control").contains("immutable"), "a photo never changes under its id");
            assert!(file.header("vary").to_lowercase().contains("accept"), "{}", file.header("vary"));
            let kept = ImageReader::with_format(Cursor::new(&file.body[..]), format).decode().expect("as it says");
            assert_eq!((kept.width(), kept.height()), (width, height));
        }
    }
}

#[actix_web::test]
async fn lists_say_what_a_page_needs_before_the_photo_is_there() {
    let market = Market::new().await;
    let photo = upload(&market, &picture(400, 300)).await.created();
    let household = market.household("坡上王家").await;
    let mut draft = HEN.of(id(&household));
    draft["photo_ids"] = json!([photo["id"]]);
    let listing = market.coordinator.post("/api/v1/listings", &draft).await.created();
    let path = format!("/api/v1/listings/{}", id(&listing));
    market.coordinator.act(format!("{path}/submit")).await.ok();
    market.approver.act(format!("{path}/approve")).await.ok();
    let cards = market.anonymous.get("/api/v1/listings").await.ok();
    assert_eq!(rows(&cards)[0]["photo"], photo);
    let page = market.anonymous.get(path).await.ok();
    assert_eq!(page["photos"], json!([photo]));
}

#[actix_web::test]
async fn photos_of_earlier_versions_are_still_shown() {
    let market = Market::new().await;
    let photo = upload(&market, &picture(800, 600)).await.created();
    let store = &market.app.context().photos;
    let file = |name: &str| Path::from(format!("photos/{}/{name}", id(&photo)));
    for name in ["small.webp", "medium.webp", "medium.jpg", "large.webp"] {
        store.delete(&file(name)).await.expect("it is there");
    }
    for at in SIZES {
        let shown = market.anonymous.get(text(&photo, at)).header("accept", "image/webp").await;
        assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"), "{at}");
    }
}

#[actix_web::test]
async fn nothing_is_kept_but_the_pixels() {
    let market = Market::new().await;
    let taken = picture_with_a_place();
    assert!(holds(&taken, b"Exif") && holds(&taken, b"GPS"));
    // A picture to one program, an archive or a page to another.
    let archive = b"PK\x03\x04 hidden <script>alert(1)</script> GPS PK\x05\x06";
    let after_the_end = [&taken[..], archive].concat();
    for file in [taken, after_the_end] {
        let photo = upload(&market, &file).await.created();
        for (at, accept) in SIZES.into_iter().flat_map(|at| [(at, "image/webp"), (at, "*/*")]) {
            let kept = market.anonymous.get(text(&photo, at)).header("accept", accept).await;
            for word in [&b"Exif"[..], b"GPS", b"13900000001", b"PK\x03\x04", b"script"] {
                assert!(!holds(&kept.body, word), "{at} {accept}: {}", String::from_utf8_lossy(word));
            }
        }
    }
}

/// A photo under a listing of a household.
async fn shown_by(market: &Market, alias: &str, file: &[u8]) -> (Value, Value) {
    let photo = upload(market, file).await.created();
    let household = market.household(alias).await;
    let mut listing = EGGS.of(id(&household));
    listing["photo_ids"] = json!([photo["id"]]);
    market.coordinator.post("/api/v1/listings", &listing).await.created();
    (photo, household)
}

#[actix_web::test]
async fn the_audit_finds_a_photo_that_another_household_shows_too() {
    let market = Market::new().await;
    let file = picture(640, 480);
    let (first, _) = shown_by(&market, "坡上王家", &file).await;
    // The same picture, made smaller and saved again.
    let again = image::load_from_memory(&file).expect("a picture").thumbnail(300, 225);
    let mut smaller = Cursor::new(Vec::new());
    again.write_to(&mut smaller, ImageFormat::Jpeg).expect("a JPEG");
    let (copy, other) = shown_by(&market, "柏树湾李家", &smaller.into_inner()).await;
    let mirrored = image::load_from_memory(&file).expect("a picture").rotate90();
    let mut turned = Cursor::new(Vec::new());
    mirrored.write_to(&mut turned, ImageFormat::Png).expect("a PNG");
    shown_by(&market, "河边赵家", &turned.into_inner()).await;
    let photo_id = id(&first).parse().expect("an id");
    let found = market.app.context().db.read(move |conn| photos::find_similar(conn, photo_id)).await.expect("a list");
    let found: Vec<_> = found.iter().map(|it| (it.photo_id.to_string(), it.household_id.to_string())).collect();
    assert_eq!(found, [(id(&copy).to_owned(), id(&other).to_owned())]);
}

#[actix_web::test]
async fn what_is_no_picture_is_refused() {
    let market = Market::new().await;
    let mut cut = picture(200, 200);
    cut.truncate(100);
    let files: [&[u8]; 5] = [b"", b"<svg onload='alert(1)'/>", b"GIF89a", b"%PDF-1.7", &cut];
    for file in files {
        market.app.unchanged(upload(&market, file)).await.invalid(&[("/file", "invalid_image")]);
    }
    let (content_type, body) = multipart("picture", &picture(20, 20));
    let unnamed = market.coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, body);
    market.app.unchanged(unnamed.into_future()).await.invalid(&[("/picture", "invalid_value")]);
    let (content_type, body) = form(&[("caption/1", "鸡")], "file", &picture(20, 20));
    let more = market.coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, body);
    market.app.unchanged(more.into_future()).await.invalid(&[("/caption~11", "invalid_value")]);
    let household = market.household("坡上王家").await;
    let (content_type, body) = multipart("person_id", b"somebody");
    let path = format!("/api/v1/households/{}/photos", id(&household));
    let empty = market.coordinator.call(Method::POST, path).bytes(&content_type, body);
    market.app.unchanged(empty.into_future()).await.invalid(&[("/file", "file_required")]);
    let as_json = market.coordinator.call(Method::POST, "/api/v1/photos").json(&serde_json::json!({}));
    assert!(market.app.unchanged(as_json.into_future()).await.status.is_client_error());
}

#[actix_web::test]
async fn a_file_over_the_limit_is_refused() {
    let market = Market::new().await;
    let large = vec![0_u8; 12 * 1024 * 1024 + 1];
    market.app.unchanged(upload(&market, &large)).await.refused(413, "body_too_large");
}

#[actix_web::test]
async fn only_coordinators_upload_and_unknown_photos_are_not_found() {
    let market = Market::new().await;
    let (content_type, form) = multipart("file", &picture(20, 20));
    for (person, status, code) in [(&market.buyer, 403, "forbidden"), (&market.anonymous, 401, "unauthenticated")] {
        let call = person.call(Method::POST, "/api/v1/photos").bytes(&content_type, form.clone());
        market.app.unchanged(call.into_future()).await.refused(status, code);
    }
    let photo = upload(&market, &picture(20, 20)).await.created();
    let huge = text(&photo, "/urls/small").replace("small", "huge");
    for path in [huge.as_str(), "/api/v1/photos/01900000-0000-7000-8000-000000000000/small", "/api/v1/photos/42/small"]
    {
        market.anonymous.get(path).await.refused(404, "not_found");
    }
}
