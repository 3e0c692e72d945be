//! Evidence of consents: pictures of paper, recordings of voices. Kept sealed, opened with a reason.

use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};

use super::service::load_for_change;
use super::store_files::{self, Evidence};
use super::types::HouseholdError;
use super::{EvidenceId, HouseholdId, store_consents, store_people};
use crate::context::Context;
use crate::db::Conn;
use crate::kernel::{Act, Invalid, RegionCode, Scope, UserId};
use crate::log::{self, Change, Subject};
use crate::photos::{self, UploadId};
use crate::privacy::{self, Access, ThingKind};
use crate::secrets::{Secrets, SecretsError};

/// A file that was taken in, sealed.
pub struct Proof {
    id: EvidenceId,
    media_type: &'static str,
    size_bytes: i64,
    sha256: Vec<u8>,
    sealed: Vec<u8>,
}

impl Proof {
    /// Reads an upload by its content, whatever its name says, and seals it. Of a picture nothing but
    /// its pixels is kept. Slow: call it off the async threads.
    ///
    /// # Errors
    /// `invalid_evidence` for what is neither a picture nor a recording, and those of pictures.
    pub fn read(secrets: &Secrets, id: EvidenceId, bytes: Vec<u8>) -> Result<Self, Invalid> {
        let media_type = told_by(&bytes).ok_or_else(|| Invalid::new("invalid_evidence"))?;
        let (media_type, bytes) = if media_type.starts_with("image/") {
            ("image/jpeg", photos::reencode(&bytes)?)
        } else {
            (media_type, bytes)
        };
        Ok(Self {
            id,
            media_type,
            size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256: Sha256::digest(&bytes).to_vec(),
            sealed: secrets.seal_bytes(&context_of(id), &bytes),
        })
    }
}

/// What a file is, by its first bytes.
fn told_by(bytes: &[u8]) -> Option<&'static str> {
    const BRANDS: [&[u8; 4]; 12] =
        [b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"3gp4", b"3gp5", b"3gp6"];
    let at = |start: usize, length: usize| bytes.get(start..start + length).unwrap_or_default();
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // Frame sync, then a version, layer, bit rate and sample rate that are none of the reserved ones.
    let is_mpeg_frame = matches!(bytes, [0xff, second, third, ..]
        if second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && second & 0x06 != 0 && third & 0xf0 != 0xf0 && third & 0x0c != 0x0c);
    let is_webm = || at(0, bytes.len().min(64)).windows(4).any(|word| word == b"webm");
    match () {
        () if starts(&[0xff, 0xd8, 0xff]) => Some("image/jpeg"),
        () if starts(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if starts(b"RIFF") && at(8, 4) == b"WEBP" => Some("image/webp"),
        () if starts(b"RIFF") && at(8, 4) == b"WAVE" => Some("audio/wav"),
        () if starts(b"ID3") || is_mpeg_frame => Some("audio/mpeg"),
        () if at(4, 4) == b"ftyp" && BRANDS.iter().any(|brand| at(8, 4) == &brand[..]) => Some("audio/mp4"),
        () if starts(b"OggS") => Some("audio/ogg"),
        () if starts(&[0x1a, 0x45, 0xdf, 0xa3]) && is_webm() => Some("audio/webm"),
        () if starts(b"#!AMR\n") || starts(b"#!AMR-WB\n") => Some("audio/amr"),
        () => None,
    }
}

/// The ending of a name under which a browser saves it.
#[must_use]
pub fn ending_of(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/ogg" => "ogg",
        "audio/webm" => "webm",
        "audio/wav" => "wav",
        "audio/amr" => "amr",
        _ => "bin",
    }
}

fn context_of(id: EvidenceId) -> String {
    format!("evidence_files.content:{id}")
}

fn path_of(id: EvidenceId) -> Path {
    Path::from(format!("evidence/{id}"))
}

/// Keeps evidence: first the file, then the row that makes it known. What came as an upload has its id.
///
/// # Errors
/// [`HouseholdError::NotFound`] outside the scope, and those of the object store.
pub async fn keep(
    context: &Context,
    act: Act,
    (by, scope): (UserId, Scope),
    household_id: HouseholdId,
    proof: Proof,
    upload: Option<UploadId>,
) -> Result<Evidence, HouseholdError> {
    context.photos.put(&path_of(proof.id), proof.sealed.into()).await?;
    let evidence = Evidence {
        id: proof.id,
        household_id,
        media_type: proof.media_type.to_owned(),
        size_bytes: proof.size_bytes,
        sha256: proof.sha256,
        uploaded_by: by,
        created_at: act.at,
    };
    context
        .db
        .write(move |conn| {
            load_for_change(conn, &scope, household_id)?;
            store_files::insert_evidence(conn, &evidence)?;
            if let Some(upload) = upload {
                photos::close(conn, &act, upload)?;
            }
            log::append(conn, &act, &Change::new(Subject::Evidence, evidence.id, "record"))?;
            Ok(evidence.clone())
        })
        .await
}

/// The file as it is kept.
///
/// # Errors
/// Those of the object store.
pub async fn load_sealed(context: &Context, id: EvidenceId) -> Result<Vec<u8>, HouseholdError> {
    Ok(context.photos.get(&path_of(id)).await?.bytes().await?.to_vec())
}

/// # Errors
/// [`SecretsError::Sealed`] if it was sealed with another key.
pub fn unseal(secrets: &Secrets, id: EvidenceId, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
    secrets.open_bytes(&context_of(id), sealed)
}

/// Writes down, with those whose consent it shows, that somebody opens evidence; where it shows none yet,
/// with the one who was recorded first.
///
/// # Errors
/// Those of the database.
pub fn record_opening(
    conn: &mut Conn,
    act: &Act,
    village_code: &RegionCode,
    evidence: &Evidence,
    reason: &str,
) -> Result<(), HouseholdError> {
    let mut people = store_consents::list_people_of_evidence(conn, evidence.id)?;
    if people.is_empty() {
        people.extend(store_people::list(conn, evidence.household_id)?.first().map(|person| person.id));
    }
    for person_id in people {
        let access = Access {
            subject: privacy::Subject::person(person_id),
            village_code: Some(village_code),
            fields: &["evidence"],
            thing_kind: ThingKind::Evidence,
            thing_id: evidence.id.uuid(),
            reason,
        };
        privacy::record(conn, act, &access)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_content() {
        for (bytes, expected) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n....", Some("image/png")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\x10\0\0\0WAVEfmt ", Some("audio/wav")),
            (b"ID3\x04\0\0", Some("audio/mpeg")),
            (b"\xff\xfb\x90\x64", Some("audio/mpeg")),
            (b"\0\0\0\x20ftypM4A \0\0", Some("audio/mp4")),
            (b"OggS\0\x02", Some("audio/ogg")),
            (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", Some("audio/webm")),
            (b"#!AMR\n\x3c", Some("audio/amr")),
            (b"RIFF\x10\0\0\0AVI ", None),
            (b"\0\0\0\x20ftypheic", None),
            (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", None),
            (b"\xff\xff\xff\xff", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
            (b"%PDF-1.7", None),
            (b"GIF89a", None),
            (b"PK\x03\x04", None),
            (b"", None),
            (b"RIFF", None),
        ] {
            assert_eq!(told_by(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
