//! Evidence of consents: taken in by content, kept sealed, opened with a reason.

use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::{Value, json};

use super::{head, of, upload_evidence};
use crate::support::{Answer, Market, Person, holds, id, picture, picture_with_a_place, rows, text};

const VOICE: &[u8] = b"ID3\x04\0\0\0\0\0\0 I am the head of this household and I agree";

async fn open(by: &Person, evidence: &Value, reason: &str) -> Answer {
    by.post(format!("/api/v1/evidence/{}/open", id(evidence)), &json!({ "reason": reason })).await
}

/// The file as it lies in the object store.
async fn stored(market: &Market, evidence: &Value) -> Vec<u8> {
    let path = Path::from(format!("evidence/{}", id(evidence)));
    let file = market.app.context().photos.get(&path).await.expect("the file is there");
    file.bytes().await.expect("it is readable").to_vec()
}

#[actix_web::test]
async fn a_recording_is_kept_as_it_is_and_sealed() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let voice = upload_evidence(&market.coordinator, &household, VOICE).await.created();
    assert_eq!((text(&voice, "/media_type"), &voice["size_bytes"]), ("audio/mpeg", &json!(VOICE.len())));
    let kept = stored(&market, &voice).await;
    assert!(!holds(&kept, b"I agree") && !holds(&kept, b"ID3"), "it lies there sealed");
    assert_eq!(&open(&market.auditor, &voice, "核对同意书").await.body[..], VOICE);
}

#[actix_web::test]
async fn of_a_picture_of_paper_only_the_pixels_are_kept() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    // A picture with something behind its end is a picture and something else to another program.
    let polyglot = [&picture_with_a_place()[..], b"<script>alert(1)</script>PK\x03\x04"].concat();
    let paper = upload_evidence(&market.coordinator, &household, &polyglot).await.created();
    assert_eq!(text(&paper, "/media_type"), "image/jpeg");
    let shown = open(&market.coordinator, &paper, "核对同意书").await;
    assert!(image::load_from_memory(&shown.body).is_ok(), "it is still a picture");
    for hidden in [&b"Exif"[..], b"GPS", b"<script>", b"PK\x03\x04"] {
        assert!(!holds(&shown.body, hidden), "{}", String::from_utf8_lossy(hidden));
    }
}

#[actix_web::test]
async fn an_opened_file_is_saved_and_never_shown_or_kept_on_the_way() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let paper = upload_evidence(&market.coordinator, &household, &picture(40, 30)).await.created();
    let shown = open(&market.coordinator, &paper, "核对同意书").await;
    assert_eq!(shown.header("content-type"), "image/jpeg");
    assert_eq!(shown.header("content-disposition"), format!("attachment; filename=\"{}.jpg\"", id(&paper)));
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
}

#[actix_web::test]
async fn who_opens_evidence_stands_in_the_log_of_those_whose_consent_it_shows() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let own = head(&market, &household).await;
    let spouse = super::add(&market, &household, &json!({ "relation": "spouse" })).await;
    let voice = upload_evidence(&market.coordinator, &household, VOICE).await.created();
    for person in [&own, &spouse] {
        let consent = json!({
            "person_id": id(person), "purpose": "contact", "fields": ["phone"], "medium": "voice", "evidence_id": id(&voice),
        });
        market.coordinator.post(of(&household, "consents"), &consent).await.created();
    }
    let blank = market.approver.post(format!("/api/v1/evidence/{}/open", id(&voice)), &json!({ "reason": "\t" }));
    market.app.unchanged(blank.into_future()).await.invalid(&[("/reason", "text_required")]);
    assert_eq!(open(&market.approver, &voice, "核对同意书").await.status, 200);
    let log = market.coordinator.get(of(&household, "access-log")).await.ok();
    assert_eq!(rows(&log).len(), 2);
    for person in [&own, &spouse] {
        let row = rows(&log).iter().find(|row| row["subject_person_id"] == person["id"]).expect("a row for each");
        assert_eq!((text(row, "/reason"), text(row, "/role")), ("核对同意书", "approver"));
        assert_eq!((&row["fields"], text(row, "/thing/id")), (&json!(["evidence"]), id(&voice)));
    }
}

#[actix_web::test]
async fn evidence_is_for_those_who_look_after_the_village() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let file = picture(40, 30);
    let foreign = upload_evidence(&market.other_coordinator, &household, &file);
    market.app.unchanged(foreign).await.refused(404, "not_found");
    let forbidden = upload_evidence(&market.auditor, &household, &file);
    market.app.unchanged(forbidden).await.refused(403, "forbidden");
    let paper = upload_evidence(&market.coordinator, &household, &picture(40, 30)).await.created();
    for (person, status, code) in [
        (&market.other_coordinator, 404, "not_found"),
        (&market.other_auditor, 404, "not_found"),
        (&market.buyer, 403, "forbidden"),
        (&market.administrator, 403, "forbidden"),
        (&market.anonymous, 401, "unauthenticated"),
    ] {
        market.app.unchanged(open(person, &paper, "核对")).await.refused(status, code);
    }
}

#[actix_web::test]
async fn what_is_neither_picture_nor_recording_is_refused() {
    let market = Market::new().await;
    let household = market.household("坡上王家").await;
    let files: [&[u8]; 8] = [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
        b"GIF89a/*<script>alert(1)</script>*/",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<html>OggS",
        b"\0\0\0\x20ftypheic",
        b"MZ\x90\0",
    ];
    for file in files {
        let refused = market.app.unchanged(upload_evidence(&market.coordinator, &household, file)).await;
        refused.invalid(&[("/file", "invalid_evidence")]);
    }
    let cut = [&picture(200, 200)[..60], b"more"].concat();
    let refused = market.app.unchanged(upload_evidence(&market.coordinator, &household, &cut)).await;
    refused.invalid(&[("/file", "invalid_image")]);
    let large = [b"ID3", &vec![0_u8; 5 * 1024 * 1024][..]].concat();
    let refused = market.app.unchanged(upload_evidence(&market.coordinator, &household, &large)).await;
    refused.refused(413, "body_too_large");
}
