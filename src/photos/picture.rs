//! Decoding and re-encoding, within bounds.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use sha2::{Digest, Sha256};
use std::io::Cursor;

use super::files::{Format, Size};
use super::looks;
use crate::kernel::Invalid;

/// They look alike and the WebP has half the bytes (docs/benchmarks.md).
const JPEG_QUALITY: u8 = 82;
const WEBP_QUALITY: u8 = 82;

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

fn webp(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Invalid> {
    let pixels = picture.to_rgb8();
    let encoded =
        webp::Encoder::from_rgb(&pixels, pixels.width(), pixels.height()).encode_simple(false, quality.into());
    Ok(encoded.map_err(|_| Invalid::new("invalid_image"))?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Luma, Rgba, RgbaImage};
    use proptest::prelude::*;
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        written(&DynamicImage::ImageRgb8(RgbImage::new(width, height)), ImageFormat::Png)
    }

    /// A picture in which no two lines are alike.
    fn shades(width: u32, height: u32) -> RgbImage {
        let shade = |count: u32| u8::try_from(count % 256).unwrap();
        RgbImage::from_fn(width, height, |x, y| Rgb([shade(x), shade(y), shade(x + y)]))
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &crc.sum().to_be_bytes()].concat()
    }

    /// A PNG that says it is this large and has hardly any bytes.
    fn announced(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
        let pixels = chunk(b"IDAT", &[0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]);
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &pixels, &chunk(b"IEND", b"")].concat()
    }

    fn refusal(bytes: &[u8]) -> &'static str {
        Picture::read(bytes).map(|_| ()).unwrap_err().code
    }

    #[test]
    fn a_picture_is_made_smaller_and_never_larger() {
        let picture = Picture::read(&png(2_000, 1_000)).unwrap();
        assert_eq!((picture.width, picture.height), (1_280, 640));
        let tiny = Picture::read(&png(20, 10)).unwrap();
        assert_eq!((tiny.width, tiny.height), (20, 10));
        let wide = Picture::read(&png(9_000, 2)).unwrap();
        assert_eq!((wide.width, wide.height), (1_280, 1));
    }

    #[test]
    fn each_size_is_there_in_both_formats() {
        let picture = Picture::read(&written(&shades(1_500, 1_000).into(), ImageFormat::Jpeg)).unwrap();
        assert_eq!(picture.files.len(), 6);
        for file in &picture.files {
            let format = if file.format == Format::Webp { ImageFormat::WebP } else { ImageFormat::Jpeg };
            let kept = ImageReader::with_format(Cursor::new(&file.bytes), format).decode().unwrap();
            assert_eq!(kept.width(), file.size.side(), "{}", file.size);
        }
        let length = picture.placeholder.len();
        assert!(length < 300, "a placeholder of {length} bytes");
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let mut cut = png(200, 200);
        cut.truncate(60);
        for bytes in [&b""[..], b"<svg onload='alert(1)'/>", b"GIF89a", b"PK\x03\x04", b"\xff\xd8\xff", &cut] {
            assert_eq!(refusal(bytes), "invalid_image");
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_before_it_is_decoded() {
        let begun = Instant::now();
        for (width, height, depth, color) in [
            (20_000, 20_000, 8, 2),
            (SIDE_MAX + 1, 1, 8, 2),
            (u32::MAX, u32::MAX, 16, 6),
            (7_100, 7_100, 8, 0),
            // Within the pixels, above the memory.
            (7_000, 7_000, 16, 6),
        ] {
            assert_eq!(refusal(&announced(width, height, depth, color)), "image_too_large", "{width} × {height}");
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    /// A zlib stream of so many MiB of zeros: one packed MiB, again and again.
    fn bomb(mib: usize) -> Vec<u8> {
        let mut block = Vec::with_capacity(64 * 1024);
        let mut packing = flate2::Compress::new(flate2::Compression::best(), false);
        packing.compress_vec(&vec![0; 1024 * 1024], &mut block, flate2::FlushCompress::Full).unwrap();
        [&[0x78, 0xda][..], &block.repeat(mib)].concat()
    }

    #[test]
    fn chunks_that_are_no_pixels_cost_nothing() {
        let zeros = bomb(400);
        let plain = png(8, 8);
        let after_head = 8 + 12 + 13;
        for (kind, name) in
            [(b"zTXt", &b"Comment\0\0"[..]), (b"iCCP", b"profile\0\0"), (b"iTXt", b"Comment\0\x01\0\0\0")]
        {
            let bomb = chunk(kind, &[name, &zeros].concat());
            let file = [&plain[..after_head], &bomb, &plain[after_head..]].concat();
            let begun = Instant::now();
            // Either way is fine, as long as it is bounded; the time is that of a busy machine without optimisation.
            let read = Picture::read(&file).is_ok();
            let (kind, time) = (String::from_utf8_lossy(kind), begun.elapsed());
            assert!(time < Duration::from_secs(120), "{kind}: {time:?}, read: {read}");
        }
    }

    #[test]
    fn every_kind_of_colour_is_read() {
        let wide =
            image::ImageBuffer::<Luma<u16>, _>::from_fn(40, 30, |x, y| Luma([u16::try_from(x * y).unwrap() * 50]));
        let clear = RgbaImage::from_pixel(40, 30, Rgba([0, 0, 0, 0]));
        for file in [
            written(&DynamicImage::ImageLuma16(wide.clone()), ImageFormat::Png),
            written(&DynamicImage::ImageRgb16(DynamicImage::ImageLuma16(wide).to_rgb16()), ImageFormat::Png),
            written(&DynamicImage::ImageRgba8(clear), ImageFormat::Png),
            written(&DynamicImage::ImageLuma8(DynamicImage::from(shades(40, 30)).to_luma8()), ImageFormat::Jpeg),
            written(&shades(40, 30).into(), ImageFormat::WebP),
        ] {
            let picture = Picture::read(&file).unwrap();
            assert_eq!((picture.width, picture.height), (40, 30));
        }
    }

    #[test]
    fn what_shines_through_is_white() {
        let clear = RgbaImage::from_pixel(40, 30, Rgba([0, 0, 0, 0]));
        let kept = reencode(&written(&DynamicImage::ImageRgba8(clear), ImageFormat::Png)).unwrap();
        let kept = image::load_from_memory(&kept).unwrap().to_rgb8();
        assert!(kept.pixels().all(|Rgb(c)| c.iter().all(|c| *c > 250)));
    }

    #[test]
    fn of_an_animation_the_first_picture_is_kept() {
        let config = webp::WebPConfig::new().unwrap();
        let mut frames = webp::AnimEncoder::new(64, 48, &config);
        let (red, blue) = ([200, 0, 0].repeat(64 * 48), [0, 0, 200].repeat(64 * 48));
        frames.add_frame(webp::AnimFrame::from_rgb(&red, 64, 48, 0));
        frames.add_frame(webp::AnimFrame::from_rgb(&blue, 64, 48, 100));
        let kept = image::load_from_memory(&reencode(&frames.encode()).unwrap()).unwrap().to_rgb8();
        let Rgb([r, _, b]) = *kept.get_pixel(30, 20);
        assert!(r > 150 && b < 60, "{r} {b}");
    }

    static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let picture: DynamicImage = shades(48, 32).into();
        let mut seeds: Vec<_> =
            [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].iter().map(|it| written(&picture, *it)).collect();
        seeds.push(webp(&picture, 60).unwrap());
        seeds.push(announced(300, 200, 8, 3));
        seeds
    });

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Whatever comes in is a picture within bounds or refused; nothing panics.
        #[test]
        fn broken_pictures_are_refused_or_read(
            seed in 0_usize..5,
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
            cut in proptest::option::of(any::<prop::sample::Index>()),
            tail in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let mut file = SEEDS[seed].clone();
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            if let Some(cut) = cut {
                file.truncate(cut.index(file.len()));
            }
            file.extend(tail);
            if let Ok(picture) = Picture::read(&file) {
                prop_assert!(picture.width <= 1_280 && picture.height <= 1_280 && picture.placeholder.len() < 1_000);
            }
        }

        #[test]
        fn random_bytes_are_refused(magic in 0_usize..4, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let magic = [&b""[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 "][magic];
            let _ = Picture::read(&[magic, &bytes].concat());
        }
    }
}
