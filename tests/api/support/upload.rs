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

/// Content type and body of a form with one file.
pub fn multipart(field: &str, file: &[u8]) -> (String, Vec<u8>) {
    let boundary = "----picture";
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let body = [head.as_bytes(), file, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}
