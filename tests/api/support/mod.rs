//! How the tests speak: people in a market who call and are answered.

mod answer;
mod app;
mod footprint;
mod goods;
mod letterbox;
mod market;
mod names;
mod person;
mod provider;
mod upload;

pub use answer::Answer;
pub use app::TestApp;
pub use goods::{EGGS, HEN, Offer, WALNUTS, template_of_eggs};
pub use letterbox::Letterbox;
pub use market::{Market, XIUYUN, address, cart, enrol, parcel};
pub use names::tidy;
pub use person::{Call, PASSWORD, Person};
pub use provider::{NOTIFY, paid};
pub use upload::{form, holds, multipart, picture, picture_with_a_place};

use serde_json::Value;
use std::time::Duration;

/// The text at a JSON pointer.
#[track_caller]
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer} in {value:#}"))
}

/// The id of a thing as the API shows it.
#[track_caller]
pub fn id(value: &Value) -> &str {
    text(value, "/id")
}

/// The rows of a list.
#[track_caller]
pub fn rows(value: &Value) -> &[Value] {
    value["data"].as_array().unwrap_or_else(|| panic!("no list: {value:#}"))
}

pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

pub const fn hours(count: u64) -> Duration {
    minutes(count * 60)
}

/// Compares with a snapshot in which ids and codes have names, so that both databases give the same.
macro_rules! snapshot {
    ($name:literal, $value:expr) => {
        insta::assert_json_snapshot!($name, $crate::support::tidy(&$value))
    };
}
pub(crate) use snapshot;
