//! Pictures as a browser uploads them.

use image::{ImageFormat, RgbImage};
use std::io::Cursor;

/// A PNG in which no two lines are alike.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let shade = |count: u32| u8::try_from(count % 256).expect("below 256");
    let image = RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x), shade(y), shade(x + y)]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).expect("a PNG is written");
    bytes.into_inner()
}

/// A JPEG that says where it was taken, as phones write it: an EXIF segment right after the start.
pub fn picture_with_a_place() -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::new(64, 48).write_to(&mut jpeg, ImageFormat::Jpeg).expect("a JPEG is written");
    let jpeg = jpeg.into_inner();
    // A TIFF header without entries, then text that must not come out again.
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"[..], b"GPS 31.7N 105.9E, phone 13900000001"].concat();
    let length = u16::try_from(exif.len() + 2).expect("a short segment").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

pub fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Content type and body of a form with one file.
pub fn multipart(field: &str, file: &[u8]) -> (String, Vec<u8>) {
    form(&[], field, file)
}

/// Content type and body of a form with texts and one file.
pub fn form(texts: &[(&str, &str)], field: &str, file: &[u8]) -> (String, Vec<u8>) {
    let boundary = "----picture";
    let mut body = Vec::new();
    for (name, text) in texts {
        let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    body.extend([head.as_bytes(), file, format!("\r\n--{boundary}--\r\n").as_bytes()].concat());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
