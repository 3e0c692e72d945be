//! The files of a picture in the object store: `<folder>/<size>.<format>`.

use futures_util::future::try_join_all;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, Result};

use super::picture::{File, Picture};
use crate::context::Context;
use crate::kernel::text_enum;
use crate::objects;

text_enum! {
    /// The sizes in which a photo is kept, by the longer side in pixels.
    pub enum Size {
        /// 320, for a row or a narrow card.
        Small = "small",
        /// 640, for a card.
        Medium = "medium",
        /// 1,280, for a page of its own.
        Large = "large",
    }
}

impl Size {
    #[must_use]
    pub const fn side(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 640,
            Self::Large => 1_280,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Webp,
    /// For browsers and messengers that read no WebP.
    Jpeg,
}

impl Format {
    pub const ALL: [Self; 2] = [Self::Webp, Self::Jpeg];

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// WebP for those who say that they read it, not for those who take anything.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let reads_webp = accept.split(',').map(str::trim).any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_webp = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("image/webp"));
            is_webp && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        });
        if reads_webp { Self::Webp } else { Self::Jpeg }
    }
}

fn path(folder: &str, size: Size, format: Format) -> Path {
    Path::from(format!("{folder}/{size}.{}", format.ending()))
}

/// Puts a picture into a folder of the object store, in its sizes.
///
/// # Errors
/// Those of the object store.
pub async fn put_files(context: &Context, folder: &str, picture: Picture) -> Result<()> {
    let put =
        |file: File| async move { context.photos.put(&path(folder, file.size, file.format), file.bytes.into()).await };
    try_join_all(picture.files.into_iter().map(put)).await?;
    Ok(())
}

/// A picture in the size and format asked for. Pictures taken in before there were three sizes have two,
/// as JPEG: the nearest stands in.
///
/// # Errors
/// Those of the object store.
pub async fn load_file(context: &Context, folder: &str, size: Size, format: Format) -> Result<File> {
    for format in [format, Format::Jpeg] {
        match get(context, folder, size, format).await {
            Err(Error::NotFound { .. }) => {}
            found => return found,
        }
    }
    let nearest = if size == Size::Medium { Size::Large } else { size };
    get(context, folder, nearest, Format::Jpeg).await
}

async fn get(context: &Context, folder: &str, size: Size, format: Format) -> Result<File> {
    let found = context.photos.get(&path(folder, size, format)).await?;
    Ok(File { size, format, bytes: found.bytes().await?.to_vec() })
}

/// # Errors
/// Those of the object store.
pub async fn remove_files(context: &Context, folder: &str) -> Result<()> {
    objects::remove_folder(&*context.photos, &Path::from(folder)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webp_is_for_those_who_read_it() {
        for (accept, format) in [
            ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", Format::Webp),
            ("image/png, image/WEBP;q=0.5", Format::Webp),
            ("image/webp;q=0,image/jpeg", Format::Jpeg),
            ("image/*", Format::Jpeg),
            ("*/*", Format::Jpeg),
            ("", Format::Jpeg),
            ("image/webpx", Format::Jpeg),
        ] {
            assert_eq!(Format::accepted(accept), format, "{accept}");
        }
    }
}
