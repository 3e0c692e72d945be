//! What a picture looks like: some pixels of it for a page that waits, and a hash that stays close when the
//! picture is saved again, made smaller or brighter.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::DynamicImage;
use image_hasher::{HashAlg, HasherConfig};

/// Pixels of the placeholder's longer side; the browser smooths them into a blur.
const TINY_SIDE: u32 = 16;
pub const TINY_QUALITY: f32 = 40.0;

/// Bits in which pictures of the same thing differ at most; two that have nothing to do with each other
/// differ in about 32 of 64.
pub const ALIKE: u32 = 6;

#[must_use]
pub fn tiny(picture: &DynamicImage) -> DynamicImage {
    picture.thumbnail(TINY_SIDE, TINY_SIDE)
}

/// The placeholder as it stands in a page.
#[must_use]
pub fn data_uri(placeholder: &[u8]) -> String {
    format!("data:image/webp;base64,{}", STANDARD.encode(placeholder))
}

/// 64 bits: of each of 8 × 8 fields whether it is brighter than the one beside it.
#[must_use]
pub fn perceptual_hash(picture: &DynamicImage) -> i64 {
    let hasher = HasherConfig::with_bytes_type::<[u8; 8]>().hash_size(8, 8).hash_alg(HashAlg::Gradient).to_hasher();
    i64::from_be_bytes(hasher.hash_image(picture).into_inner())
}

/// In how many bits two hashes differ.
#[must_use]
pub const fn distance(one: i64, other: i64) -> u32 {
    (one ^ other).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, imageops};
    use proptest::prelude::*;

    /// Hills under a sky, by a seed.
    fn hills(seed: u32) -> DynamicImage {
        let pixels = RgbImage::from_fn(320, 240, |x, y| {
            let wave = |length: u32| (x * (seed + 3) / length + seed * 31) % 97;
            let ridge = 60 + wave(5) + wave(3);
            let shade = if y > ridge { 40 + (x * (seed % 5 + 1)) % 90 } else { 180 + (y / 4) % 60 };
            Rgb([u8::try_from(shade).unwrap(); 3])
        });
        DynamicImage::ImageRgb8(pixels)
    }

    #[test]
    fn the_same_picture_again_is_alike_and_another_is_not() {
        let first = hills(1);
        let again = [
            first.resize(200, 150, imageops::FilterType::Triangle),
            first.brighten(20),
            first.adjust_contrast(10.0),
            first.crop_imm(4, 3, 312, 234),
        ];
        for picture in &again {
            let distance = distance(perceptual_hash(&first), perceptual_hash(picture));
            assert!(distance <= ALIKE, "{distance}");
        }
        let others = (2..30).filter(|seed| distance(perceptual_hash(&first), perceptual_hash(&hills(*seed))) <= ALIKE);
        assert_eq!(others.count(), 0);
    }

    proptest! {
        #[test]
        fn a_distance_is_one(a: i64, b: i64, c: i64) {
            prop_assert_eq!(distance(a, a), 0);
            prop_assert_eq!(distance(a, b), distance(b, a));
            prop_assert!(distance(a, c) <= distance(a, b) + distance(b, c));
            prop_assert_eq!(distance(a, !a), 64);
        }
    }
}
