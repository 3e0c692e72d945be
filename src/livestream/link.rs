//! Links to streams on other platforms, by their form alone. Pure.

use std::fmt;
use url::{Host, Url};

use crate::kernel::{Invalid, text_enum};

text_enum! {
    /// Where a stream runs. 视频号 (channels) and 拼多多 publish no stable form of a link, so any
    /// https address is taken for them as for `other`.
    pub enum Platform {
        Douyin = "douyin",
        Kuaishou = "kuaishou",
        Taobao = "taobao",
        Channels = "channels",
        Pinduoduo = "pinduoduo",
        Other = "other",
    }
}

impl Platform {
    /// The sites of a platform; a host is one of them or lies under one. Empty for any site.
    const fn sites(self) -> &'static [&'static str] {
        match self {
            Self::Douyin => &["douyin.com", "iesdouyin.com"],
            Self::Kuaishou => &["kuaishou.com", "gifshow.com", "chenzhongtech.com"],
            Self::Taobao => &["taobao.com", "tb.cn", "tmall.com"],
            Self::Channels | Self::Pinduoduo | Self::Other => &[],
        }
    }
}

/// A checked link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

const LENGTH_MAX: usize = 500;

impl Link {
    /// # Errors
    /// `invalid_link` unless it is https without user name and to a named, unambiguous site;
    /// `link_host` if the site is not the platform's.
    pub fn parse(text: &str, platform: Platform) -> Result<Self, Invalid> {
        let refuse = || Invalid::new("invalid_link");
        let text = text.trim();
        // The URL standard reads backslashes as slashes and drops tabs and line ends; people who
        // look at the text would not.
        if text.len() > LENGTH_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(refuse());
        }
        let url = Url::parse(text).map_err(|_| refuse())?;
        let plain =
            url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let Some(Host::Domain(host)) = url.host() else { return Err(refuse()) };
        // `xn--` are letters of other scripts, among them look-alikes of Latin ones.
        let named =
            host.contains('.') && !host.ends_with('.') && !host.split('.').any(|label| label.starts_with("xn--"));
        if !plain || !named {
            return Err(refuse());
        }
        let on_site = |site: &&str| host == *site || host.strip_suffix(*site).is_some_and(|rest| rest.ends_with('.'));
        if !platform.sites().is_empty() && !platform.sites().iter().any(on_site) {
            return Err(Invalid::new("link_host"));
        }
        Ok(Self(url.into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_as_the_platforms_give_them_out() {
        for (platform, link) in [
            (Platform::Douyin, "https://live.douyin.com/123456789"),
            (Platform::Douyin, "https://v.douyin.com/iRNBho5/"),
            (Platform::Kuaishou, "https://v.kuaishou.com/abc123"),
            (Platform::Kuaishou, "https://live.kuaishou.com/u/xuanya"),
            (Platform::Taobao, "https://m.tb.cn/h.5abcdef"),
            (Platform::Channels, "https://channels.weixin.qq.com/live?id=1"),
            (Platform::Pinduoduo, "https://mobile.yangkeduo.com/live.html?room=1"),
            (Platform::Other, "https://example.org/live"),
        ] {
            assert!(Link::parse(link, platform).is_ok(), "{link}");
        }
    }

    #[test]
    fn look_alikes_and_tricks_are_refused() {
        for link in [
            "",
            "douyin.com",
            "http://live.douyin.com/1",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://live.douyin.com@evil.example/1",
            "https://user:pass@live.douyin.com/1",
            "https://evil.example/live.douyin.com",
            "https://live.douyin.com.evil.example/1",
            "https://livedouyin.com/1",
            "https://live.douyin.com:8443/1",
            "https://live.d\u{43e}uyin.com/1",
            "https://127.0.0.1/1",
            "https://[::1]/1",
            "https://localhost/1",
            "https://evil.example\\@live.douyin.com/1",
            "https://live.douyin.com./1",
            "https://live.dou\tyin.com/1",
            "//live.douyin.com/1",
        ] {
            assert!(Link::parse(link, Platform::Douyin).is_err(), "{link}");
        }
        assert_eq!(Link::parse("https://live.kuaishou.com/1", Platform::Douyin).unwrap_err().code, "link_host");
    }

    proptest! {
        #[test]
        fn what_passes_is_https_to_the_platform(text in ".{0,80}") {
            if let Ok(link) = Link::parse(&text, Platform::Taobao) {
                prop_assert!(link.as_str().starts_with("https://"));
            }
        }
    }
}
