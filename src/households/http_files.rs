//! Routes of evidence and of pictures of people.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::evidence::{self, Proof};
use super::store::Household;
use super::store_files::{self, Evidence};
use super::types::HouseholdError;
use super::view::{EvidenceOut, PictureOut, show_picture};
use super::{EvidenceId, HouseholdId, PersonId, PictureId, people, pictures, service};
use crate::context::Context;
use crate::endpoints;
use crate::identity::access::{Coordinator, Overseer, Visitor};
use crate::kernel::{Id, Invalid, line};
use crate::photos::http::{UPLOAD_LIMIT, accepted};
use crate::photos::{Picture, Size, UploadId, load_whole};
use crate::web::{ApiError, ApiResult, Body, Code, PathId, Routes, Sent, cache, heavy};

pub fn routes(routes: &mut Routes) {
    endpoints!(routes, add_evidence, open_evidence, add_person_photo, show_person_photo, remove_person_photo);
}

/// Bytes of a file of evidence.
const EVIDENCE_LIMIT: usize = 5 * 1024 * 1024;

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct EvidenceForm {
    /// A picture (JPEG, PNG, WebP) or a recording (MP3, M4A, OGG, WebM, WAV, AMR) of at most 5 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EvidenceUpload {
    /// A file that came in in pieces. Named again, it gives the same evidence.
    upload_id: UploadId,
}

/// Takes in evidence of a consent. Of a picture only its pixels are kept.
#[utoipa::path(post, path = "/households/{id}/evidence", tag = "households", params(("id" = HouseholdId, Path)),
    request_body(content((EvidenceForm = "multipart/form-data"), (EvidenceUpload = "application/json"))),
    responses((status = 201, body = EvidenceOut)))]
async fn add_evidence(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let scope = who.scope.clone();
    context.db.read(move |conn| service::load_for_change(conn, &scope, id.0)).await?;
    let (act, secrets) = (who.act(&context), context.secrets.clone());
    let (upload, evidence_id, pointer, file) =
        match Sent::<EvidenceUpload>::read(&request, payload, &[], EVIDENCE_LIMIT).await? {
            Sent::Form(form) => (None, act.new_id(), "/file", form.file),
            Sent::Json(EvidenceUpload { upload_id }) => {
                let evidence_id = Id::from_uuid(upload_id.uuid());
                let kept = context.db.read(move |conn| store_files::find_evidence(conn, evidence_id)).await?;
                if let Some(kept) = kept.filter(|kept| kept.household_id == id.0) {
                    return Ok(HttpResponse::Created().json(EvidenceOut::from(kept)));
                }
                let file = load_whole(&context, who.user_id, upload_id).await?;
                if file.len() > EVIDENCE_LIMIT {
                    return Err(ApiError::new(Code::BodyTooLarge));
                }
                (Some(upload_id), evidence_id, "/upload_id", file)
            }
        };
    let proof = heavy(move || Proof::read(&secrets, evidence_id, file)).await?;
    let proof = proof.map_err(|invalid| ApiError::field(pointer, invalid))?;
    let kept = evidence::keep(&context, act, (who.user_id, who.scope), id.0, proof, upload).await?;
    Ok(HttpResponse::Created().json(EvidenceOut::from(kept)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenIn {
    /// Why; those who answer to the person read it.
    #[schema(max_length = 300)]
    reason: String,
}

/// A file of evidence, to be saved; that it was opened is kept.
#[utoipa::path(post, path = "/evidence/{id}/open", tag = "households", params(("id" = EvidenceId, Path)), request_body = OpenIn,
    responses((status = 200, content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "audio/ogg"),
        (Vec<u8> = "audio/webm"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/amr"),
    ))))]
async fn open_evidence(
    who: Overseer,
    context: web::Data<Context>,
    id: PathId<Evidence>,
    body: Body<OpenIn>,
) -> ApiResult<HttpResponse> {
    let reason = line(&body.value.reason, 300).map_err(|invalid| ApiError::field("/reason", invalid))?;
    let at_desk = context.clone();
    let (found, village, act) = context
        .db
        .read(move |conn| {
            let found = store_files::find_evidence(conn, id.0)?.ok_or(HouseholdError::NotFound)?;
            let village = people::village_of(conn, found.household_id)?;
            let act = who.act_at(&at_desk, &village)?;
            Ok::<_, ApiError>((found, village, act))
        })
        .await?;
    let sealed = evidence::load_sealed(&context, id.0).await?;
    let secrets = context.secrets.clone();
    let file = heavy(move || evidence::unseal(&secrets, id.0, &sealed)).await?.map_err(HouseholdError::from)?;
    let opened = found.clone();
    context.db.write(move |conn| evidence::record_opening(conn, &act, &village, &opened, &reason)).await?;
    let name = format!("attachment; filename=\"{}.{}\"", found.id, evidence::ending_of(&found.media_type));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, found.media_type))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(file))
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
struct PersonPhotoForm {
    /// JPEG, PNG or WebP of at most 12 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Who is on it.
    #[schema(value_type = String, format = Uuid)]
    person_id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonPhotoUpload {
    /// A file that came in in pieces. Named again, it gives the same picture.
    upload_id: UploadId,
    /// Who is on it.
    person_id: PersonId,
}

/// Takes in a picture of somebody; only its pixels are kept. It is public while they agree.
#[utoipa::path(post, path = "/households/{id}/photos", tag = "households", params(("id" = HouseholdId, Path)),
    request_body(content((PersonPhotoForm = "multipart/form-data"), (PersonPhotoUpload = "application/json"))),
    responses((status = 201, body = PictureOut)))]
async fn add_person_photo(
    who: Coordinator,
    context: web::Data<Context>,
    id: PathId<Household>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let scope = who.scope.clone();
    context.db.read(move |conn| service::load_for_change(conn, &scope, id.0)).await?;
    let sent = Sent::<PersonPhotoUpload>::read(&request, payload, &["person_id"], UPLOAD_LIMIT).await?;
    let (upload, person_id) = match &sent {
        Sent::Form(form) => (None, form.text("person_id").parse().map_err(|_| unknown_person())?),
        Sent::Json(named) => (Some(named.upload_id), named.person_id),
    };
    if let Some(upload) = upload
        && let Some(kept) = find_shown(&context, id.0, Id::from_uuid(upload.uuid())).await?
    {
        return Ok(HttpResponse::Created().json(kept));
    }
    let scope = who.scope.clone();
    context.db.read(move |conn| pictures::check(conn, &scope, id.0, person_id)).await?;
    let (pointer, bytes) = match sent {
        Sent::Form(form) => ("/file", form.file),
        Sent::Json(named) => ("/upload_id", load_whole(&context, who.user_id, named.upload_id).await?),
    };
    let picture = heavy(move || Picture::read(&bytes)).await?;
    let picture = picture.map_err(|invalid| ApiError::field(pointer, invalid))?;
    let act = who.act(&context);
    let kept = pictures::keep(&context, act, (who.user_id, who.scope), (id.0, person_id), picture, upload).await?;
    let shown = find_shown(&context, id.0, kept).await?.ok_or(HouseholdError::NotFound)?;
    Ok(HttpResponse::Created().json(shown))
}

fn unknown_person() -> ApiError {
    ApiError::field("/person_id", Invalid::new("unknown_person"))
}

async fn find_shown(context: &Context, household_id: HouseholdId, id: PictureId) -> ApiResult<Option<PictureOut>> {
    let found = context.db.read(move |conn| store_files::find_picture(conn, household_id, id)).await?;
    Ok(found.map(|picture| show_picture(&picture, true)))
}

/// A picture of somebody, as WebP to those who accept it, else as JPEG: to everybody while the person agrees,
/// to staff of the scope always.
#[utoipa::path(get, path = "/households/{id}/photos/{photo_id}/{size}", tag = "households",
    params(("id" = HouseholdId, Path), ("photo_id" = PictureId, Path), ("size" = inline(Size), Path)),
    responses((status = 200, content((Vec<u8> = "image/webp"), (Vec<u8> = "image/jpeg")))))]
async fn show_person_photo(
    who: Visitor,
    context: web::Data<Context>,
    request: HttpRequest,
    path: web::Path<(HouseholdId, PictureId, Size)>,
) -> ApiResult<HttpResponse> {
    let (household_id, id, size) = path.into_inner();
    let picture = context
        .db
        .read(move |conn| {
            let picture = store_files::find_picture(conn, household_id, id)?.ok_or(HouseholdError::NotFound)?;
            let village = people::village_of(conn, household_id)?;
            let is_inside = who.staff.is_some_and(|staff| staff.scope().covers(&village));
            if picture.is_public() || is_inside { Ok(picture) } else { Err(HouseholdError::NotFound) }
        })
        .await?;
    let file = pictures::load(&context, picture.id, size, accepted(&request)).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, file.format.media_type())).insert_header((VARY, "Accept"));
    if !picture.is_public() {
        return Ok(response.insert_header((CACHE_CONTROL, "private, no-store")).body(file.bytes));
    }
    let etag = cache::etag_of(&file.bytes);
    response.insert_header((ETAG, etag.clone())).insert_header((CACHE_CONTROL, cache::ASK_FIRST));
    if cache::is_known(&request, &etag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(response.body(file.bytes))
}

/// Takes a picture away.
#[utoipa::path(delete, path = "/households/{id}/photos/{photo_id}", tag = "households",
    params(("id" = HouseholdId, Path), ("photo_id" = PictureId, Path)), responses((status = 204)))]
async fn remove_person_photo(
    who: Coordinator,
    context: web::Data<Context>,
    path: web::Path<(HouseholdId, PictureId)>,
) -> ApiResult<HttpResponse> {
    let (household_id, id) = path.into_inner();
    let act = who.act(&context);
    context.db.write(move |conn| pictures::remove(conn, &act, &who.scope, household_id, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
