//! What a page says of itself before any script runs: title, words and picture, for whoever shares a link
//! (WeChat reads only these) and for search engines; and QR codes of public pages, to print.
//!
//! What always holds: a card says what the public page says, consent included, asked anew each time; a
//! page that shows nothing has the card of the site. No tables of its own.

mod card;
pub mod http;
mod view;
