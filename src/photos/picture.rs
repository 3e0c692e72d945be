//! Decoding and re-encoding, within bounds.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;

use crate::kernel::Invalid;

/// Longer sides in pixels.
const SMALL: u32 = 480;
const LARGE: u32 = 1_280;
const QUALITY: u8 = 82;

/// More than any phone takes, less than would fill the memory: 12,000 × 12,000 and 256 MiB decoded.
const SIDE_MAX: u32 = 12_000;
const MEMORY_MAX: u64 = 256 * 1024 * 1024;

/// A picture as it is kept.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub small: Vec<u8>,
    pub large: Vec<u8>,
}

impl Picture {
    /// Reads a JPEG, PNG or WebP by its content, whatever its name says, turns it upright, and
    /// encodes it anew. Slow: call it off the async threads.
    ///
    /// # Errors
    /// `invalid_image`, `image_too_large`.
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        let refuse = |error: image::ImageError| {
            Invalid::new(if matches!(error, image::ImageError::Limits(_)) {
                "image_too_large"
            } else {
                "invalid_image"
            })
        };
        let mut reader =
            ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Invalid::new("invalid_image"))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE_MAX);
        limits.max_image_height = Some(SIDE_MAX);
        limits.max_alloc = Some(MEMORY_MAX);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(refuse)?;
        let orientation = decoder.orientation().map_err(refuse)?;
        let mut picture = DynamicImage::from_decoder(decoder).map_err(refuse)?;
        picture.apply_orientation(orientation);
        let large = fit(&picture, LARGE);
        let small = fit(&large, SMALL);
        Ok(Self { width: large.width(), height: large.height(), small: encode(&small)?, large: encode(&large)? })
    }
}

fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        return picture.clone();
    }
    picture.resize(side, side, FilterType::Triangle)
}

fn encode(picture: &DynamicImage) -> Result<Vec<u8>, Invalid> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).map_err(|_| Invalid::new("invalid_image"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbImage};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        let picture = Picture::read(&png(2_000, 1_000)).unwrap();
        assert_eq!((picture.width, picture.height), (1_280, 640));
        let tiny = Picture::read(&png(20, 10)).unwrap();
        assert_eq!((tiny.width, tiny.height), (20, 10));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let mut cut = png(200, 200);
        cut.truncate(60);
        for bytes in [&b""[..], b"<svg onload='alert(1)'/>", b"GIF89a", &cut] {
            assert_eq!(Picture::read(bytes).map(|_| ()).unwrap_err().code, "invalid_image");
        }
        assert_eq!(Picture::read(&png(SIDE_MAX + 1, 1)).map(|_| ()).unwrap_err().code, "image_too_large");
    }
}
