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
    assert!(begun.elapsed() < Duration::from_secs(1));
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
    for (kind, name) in [(b"zTXt", &b"Comment\0\0"[..]), (b"iCCP", b"profile\0\0"), (b"iTXt", b"Comment\0\x01\0\0\0")] {
        let bomb = chunk(kind, &[name, &zeros].concat());
        let file = [&plain[..after_head], &bomb, &plain[after_head..]].concat();
        let begun = Instant::now();
        // Either way is fine, as long as it is quick and bounded.
        let read = Picture::read(&file).is_ok();
        let (kind, time) = (String::from_utf8_lossy(kind), begun.elapsed());
        assert!(time < Duration::from_secs(5), "{kind}: {time:?}, read: {read}");
    }
}

#[test]
fn every_kind_of_colour_is_read() {
    let wide = image::ImageBuffer::<Luma<u16>, _>::from_fn(40, 30, |x, y| Luma([u16::try_from(x * y).unwrap() * 50]));
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
    seeds.push(webp(&picture, 60.0).unwrap());
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
