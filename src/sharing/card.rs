//! The head of a page. Pure.

use url::Url;

use crate::web::messages::Language;

/// What a shared page says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub title: String,
    pub text: String,
    /// Path of a picture on this server.
    pub image: Option<String>,
}

impl Card {
    /// As elements of an HTML head; `address` is the page's own.
    #[must_use]
    pub fn to_head(&self, address: &Url, language: Language) -> String {
        let site = language.message("share.site", []);
        let title = format!("{} - {site}", self.title);
        let mut head = format!(
            "<title>{title}</title>{description}{og_title}{og_text}{og_url}{og_site}<meta property=\"og:type\" content=\"website\">",
            title = escape(&title),
            description = meta("name", "description", &self.text),
            og_title = meta("property", "og:title", &self.title),
            og_text = meta("property", "og:description", &self.text),
            og_url = meta("property", "og:url", address.as_str()),
            og_site = meta("property", "og:site_name", &site),
        );
        if let Some(image) = self.image.as_deref().and_then(|path| address.join(path).ok()) {
            head.push_str(&meta("property", "og:image", image.as_str()));
            head.push_str(&meta("itemprop", "image", image.as_str()));
        }
        head
    }
}

fn meta(key: &str, name: &str, content: &str) -> String {
    format!("<meta {key}=\"{name}\" content=\"{}\">", escape(content))
}

/// Text as it may stand in an element or a quoted attribute; lines become one.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// The first characters of a longer text.
#[must_use]
pub fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address() -> Url {
        "https://yuanshan.example/listings/1".parse().unwrap()
    }

    #[test]
    fn a_card_names_the_page_and_its_picture() {
        let card =
            Card {
                title: "土鸡蛋".into(), text: "每盒 48.00 元".into(), image: Some("/api/v1/photos/7/large".into())
            };
        let head = card.to_head(&address(), Language::Chinese);
        for part in [
            "<title>土鸡蛋 - 远山</title>",
            "<meta name=\"description\" content=\"每盒 48.00 元\">",
            "<meta property=\"og:url\" content=\"https://yuanshan.example/listings/1\">",
            "<meta property=\"og:image\" content=\"https://yuanshan.example/api/v1/photos/7/large\">",
        ] {
            assert!(head.contains(part), "{head}");
        }
    }

    #[test]
    fn a_long_story_is_cut_between_characters() {
        assert_eq!(shortened("山里人家", 2), "山里…");
        assert_eq!(shortened("山里", 2), "山里");
    }

    proptest! {
        #[test]
        fn no_title_breaks_out_of_the_head(title in ".*", text in "\\PC*[<>\"'&]\\PC*") {
            let head = Card { title, text, image: None }.to_head(&address(), Language::Chinese);
            let elements = head.matches('<').count();
            let plain = Card { title: "x".into(), text: "x".into(), image: None }.to_head(&address(), Language::Chinese);
            prop_assert_eq!(elements, plain.matches('<').count());
            prop_assert_eq!(head.matches('"').count(), plain.matches('"').count());
        }
    }
}
