//! Decoding and re-encoding, within bounds.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use sha2::{Digest, Sha256};
use std::io::Cursor;

use super::files::{Format, Size};
use super::looks;
use crate::kernel::Invalid;

/// Chosen so that both look alike; the WebP is smaller by a third (docs/benchmarks.md).
const JPEG_QUALITY: u8 = 82;
const WEBP_QUALITY: f32 = 78.0;

/// What phones take at most, and less than would fill the memory. PNG of 16 bits reaches the second bound
/// before the first.
const SIDE_MAX: u32 = 12_000;
const PIXELS_MAX: u64 = 50_000_000;
const MEMORY_MAX: u64 = 200 * 1024 * 1024;

/// A picture as it is kept.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub files: Vec<File>,
    pub placeholder: Vec<u8>,
    pub perceptual_hash: i64,
    /// Of the large JPEG.
    pub sha256: Vec<u8>,
}

/// A picture in one size and format.
pub struct File {
    pub size: Size,
    pub format: Format,
    pub bytes: Vec<u8>,
}

impl Picture {
    /// Reads a JPEG, PNG or WebP by its content, whatever its name says, turns it upright, and encodes it
    /// anew. Slow: call it off the async threads.
    ///
    /// # Errors
    /// `invalid_image`, `image_too_large`.
    pub fn read(bytes: &[u8]) -> Result<Self, Invalid> {
        let large = decode(bytes)?;
        let medium = fit(&large, Size::Medium.side());
        let small = fit(&medium, Size::Small.side());
        let mut files = Vec::new();
        for (size, picture) in [(Size::Large, &large), (Size::Medium, &medium), (Size::Small, &small)] {
            for format in Format::ALL {
                files.push(File { size, format, bytes: encode(picture, format)? });
            }
        }
        let jpeg = files.iter().find(|file| (file.size, file.format) == (Size::Large, Format::Jpeg));
        Ok(Self {
            width: large.width(),
            height: large.height(),
            placeholder: webp(&looks::tiny(&small), looks::TINY_QUALITY)?,
            perceptual_hash: looks::perceptual_hash(&small),
            sha256: Sha256::digest(jpeg.map_or(&[][..], |file| &file.bytes)).to_vec(),
            files,
        })
    }
}

/// Only the pixels of a picture, as a JPEG of the largest size. Slow, as [`Picture::read`].
///
/// # Errors
/// `invalid_image`, `image_too_large`.
pub fn reencode(bytes: &[u8]) -> Result<Vec<u8>, Invalid> {
    encode(&decode(bytes)?, Format::Jpeg)
}

/// The picture upright, opaque, and of the largest size at most. What it would take is known and bounded
/// before a pixel is decoded.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Invalid> {
    let unreadable = || Invalid::new("invalid_image");
    let refuse = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => Invalid::new("image_too_large"),
        _ => unreadable(),
    };
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unreadable())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(unreadable());
    }
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        return Err(Invalid::new("image_too_large"));
    }
    let orientation = decoder.orientation().map_err(refuse)?;
    let whole = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    let mut picture = shrink(whole);
    picture.apply_orientation(orientation);
    Ok(DynamicImage::ImageRgb8(on_white(&picture)))
}

/// The largest size of a whole picture. One that is far larger is first made smaller in integers, which
/// takes no memory besides the result.
fn shrink(whole: DynamicImage) -> DynamicImage {
    let side = Size::Large.side();
    let near = if whole.width().max(whole.height()) > 3 * side { whole.thumbnail(2 * side, 2 * side) } else { whole };
    fit(&near, side)
}

/// Never larger than it is.
fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        return picture.clone();
    }
    picture.resize(side, side, FilterType::Triangle)
}

/// What shines through is paper; without this it would be whatever lies under it, mostly black.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let clear = picture.to_rgba8();
    RgbImage::from_fn(clear.width(), clear.height(), |x, y| {
        let [r, g, b, alpha] = clear.get_pixel(x, y).0;
        let over = |c: u8| {
            let blend = (u32::from(c) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
            u8::try_from(blend).unwrap_or(u8::MAX)
        };
        Rgb([over(r), over(g), over(b)])
    })
}

fn encode(picture: &DynamicImage, format: Format) -> Result<Vec<u8>, Invalid> {
    match format {
        Format::Webp => webp(picture, WEBP_QUALITY),
        Format::Jpeg => {
            let mut bytes = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
            picture.to_rgb8().write_with_encoder(encoder).map_err(|_| Invalid::new("invalid_image"))?;
            Ok(bytes)
        }
    }
}

fn webp(picture: &DynamicImage, quality: f32) -> Result<Vec<u8>, Invalid> {
    let pixels = picture.to_rgb8();
    let encoded = webp::Encoder::from_rgb(&pixels, pixels.width(), pixels.height()).encode_simple(false, quality);
    Ok(encoded.map_err(|_| Invalid::new("invalid_image"))?.to_vec())
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
