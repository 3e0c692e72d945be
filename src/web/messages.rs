//! The sentences people read, from `locales/*.json`, in Chinese unless English is asked for.

use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

type Catalogue = HashMap<String, String>;

static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("../../locales/zh-CN.json")));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| catalogue(include_str!("../../locales/en.json")));

fn catalogue(json: &str) -> Catalogue {
    serde_json::from_str(json).expect("the catalogues are valid: a test reads them")
}

impl Language {
    /// English if `Accept-Language` prefers it to Chinese, Chinese otherwise.
    #[must_use]
    pub fn accepted(header: Option<&str>) -> Self {
        let mut ranked: Vec<(f32, Self)> = header
            .unwrap_or_default()
            .split(',')
            .filter_map(|range| {
                let (tag, quality) = range.split_once(";q=").unwrap_or((range, "1"));
                let language = match tag.trim().get(..2)? {
                    "zh" => Self::Chinese,
                    "en" => Self::English,
                    _ => return None,
                };
                Some((quality.trim().parse().ok()?, language))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.first().map_or(Self::Chinese, |(_, language)| *language)
    }

    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The message of `code` with its `{placeholders}` filled; the code itself if there is none.
    #[must_use]
    pub fn message<'a>(self, code: &str, params: impl IntoIterator<Item = (&'a str, String)>) -> String {
        let catalogue = if self == Self::Chinese { &CHINESE } else { &ENGLISH };
        let mut text = catalogue.get(code).cloned().unwrap_or_else(|| code.to_owned());
        for (name, value) in params {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Code;

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        for code in Code::ALL {
            assert!(CHINESE.contains_key(code.as_str()), "zh-CN: {}", code.as_str());
        }
        let keys = |catalogue: &Catalogue| {
            let mut keys: Vec<_> = catalogue.keys().cloned().collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(&CHINESE), keys(&ENGLISH));
    }

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (header, language) in [
            (None, Language::Chinese),
            (Some("fr"), Language::Chinese),
            (Some("en-GB,en;q=0.9"), Language::English),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese),
            (Some("en;q=0.2, zh;q=0.7"), Language::Chinese),
            (Some(";;;,=,q"), Language::Chinese),
        ] {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
    }

    #[test]
    fn placeholders_are_filled() {
        let text = Language::English.message("out_of_stock", [("available", "1".to_owned())]);
        assert!(text.contains('1'), "{text}");
    }
}
