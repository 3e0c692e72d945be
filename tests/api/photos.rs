//! Photos: only their pixels are kept.

use actix_web::http::Method;
use image::{ImageFormat, ImageReader};
use std::io::Cursor;

use crate::support::{Answer, Market, form, holds, id, multipart, picture, picture_with_a_place, text};

async fn upload(market: &Market, file: &[u8]) -> Answer {
    let (content_type, form) = multipart("file", file);
    market.coordinator.call(Method::POST, "/api/v1/photos").bytes(&content_type, form).await
}

#[actix_web::test]
async fn a_photo_is_kept_as_jpeg_in_two_sizes() {
    let market = Market::new().await;
    let photo = upload(&market, &picture(1_600, 800)).await.created();
    for (size, width, height) in [("/urls/small", 480, 240), ("/urls/large", 1_280, 640)] {
        let file = market.anonymous.get(text(&photo, size)).await;
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "image/jpeg"));
        assert!(file.header("cache-control").contains("immutable"), "a photo never changes under its id");
        let kept = ImageReader::with_format(Cursor::new(&file.body[..]), ImageFormat::Jpeg).decode().expect("a JPEG");
        assert_eq!((kept.width(), kept.height()), (width, height));
    }
}

#[actix_web::test]
async fn where_a_photo_was_taken_is_not_kept() {
    let market = Market::new().await;
    let taken = picture_with_a_place();
    assert!(holds(&taken, b"Exif") && holds(&taken, b"GPS"));
    let photo = upload(&market, &taken).await.created();
    for size in ["/urls/small", "/urls/large"] {
        let file = market.anonymous.get(text(&photo, size)).await;
        assert!(!holds(&file.body, b"Exif") && !holds(&file.body, b"GPS"), "{size}");
    }
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
