//! Taking one pasted line apart: 姓名 电话 省市区 地址, in any order. Pure. What is not sure is left empty and
//! named, for the buyer to fill in: a parcel that goes to a guess is lost.

use super::places::Gazetteer;
use crate::kernel::{RegionCode, text_enum};

text_enum! {
    /// What of an address could not be told for sure.
    pub enum Part as AddressPart {
        Recipient = "recipient",
        Phone = "phone",
        Region = "region",
        Detail = "detail",
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    pub recipient: Option<String>,
    pub phone: Option<String>,
    pub region_code: Option<RegionCode>,
    pub detail: Option<String>,
    pub unsure: Vec<Part>,
}

/// What people write before the parts, longest first.
const LABELS: [&str; 17] = [
    "收货人姓名",
    "收件人姓名",
    "手机号码",
    "联系电话",
    "联系方式",
    "所在地区",
    "所在区域",
    "详细地址",
    "收货地址",
    "收件地址",
    "收货人",
    "收件人",
    "手机号",
    "姓名",
    "电话",
    "手机",
    "地址",
];
const NAME_LABELS: [&str; 5] = ["收货人姓名", "收件人姓名", "收货人", "收件人", "姓名"];

/// Characters of which a street, a house or a village is made, and few names.
const OF_PLACES: &str = "省市区县镇乡村组社街路巷弄号栋幢座楼层室单元苑园厦坊屯庄寨湾坡沟桥店院厂校站";

/// What may stand behind a name.
const TITLES: [&str; 6] = ["先生", "女士", "小姐", "老师", "奶奶", "爷爷"];

/// Takes a line apart.
#[must_use]
pub fn parse(text: &str, places: &Gazetteer) -> Parsed {
    let mut parsed = Parsed::default();
    let (text, named) = without_labels(&normalise(text));
    let (mut text, phones) = without_phones(&text);
    if let [phone] = phones.as_slice() {
        parsed.phone = Some(phone.clone());
    }
    let mut after_region = None;
    if let Some(found) = places.find(&text) {
        parsed.region_code = Some(found.code);
        let (before, after) = (text[..found.from].to_owned(), text[found.until..].to_owned());
        text = before;
        after_region = Some(after);
    }
    let before: Vec<&str> = text.split_whitespace().collect();
    let after: Vec<&str> = after_region.as_deref().unwrap_or_default().split_whitespace().collect();
    let tokens: Vec<&str> = before.iter().chain(&after).copied().collect();
    // Directly behind the region stands the street, never the name.
    let street = after_region.as_deref().is_some_and(|after| !after.starts_with(' ')).then_some(before.len());
    let names: Vec<usize> = (0..tokens.len())
        .filter(|index| Some(*index) != street && is_name(tokens[*index]) && !places.has(tokens[*index]))
        .collect();
    let name = match (named, names.as_slice()) {
        (Some(named), _) => tokens.iter().position(|token| *token == named),
        (None, [only]) => Some(*only),
        _ => None,
    };
    parsed.recipient = name.map(|index| bare_name(tokens[index]).to_owned());
    let rest: Vec<&str> =
        tokens.iter().enumerate().filter(|(index, _)| Some(*index) != name).map(|(_, token)| *token).collect();
    let detail = rest.join(" ");
    // Without a region part of it stands in front, and with two names one of them would.
    let is_street =
        parsed.region_code.is_some() && parsed.recipient.is_some() || rest.len() == 1 && looks_like_place(&detail);
    if is_street && parsed.region_code.is_some() && looks_like_place(&detail) && detail.chars().count() <= 200 {
        parsed.detail = Some(detail);
    }
    parsed.unsure = [
        (Part::Recipient, parsed.recipient.is_none()),
        (Part::Phone, parsed.phone.is_none()),
        (Part::Region, parsed.region_code.is_none()),
        (Part::Detail, parsed.detail.is_none()),
    ]
    .into_iter()
    .filter_map(|(part, is_unsure)| is_unsure.then_some(part))
    .collect();
    parsed
}

/// Full-width digits, letters and marks as ASCII; what separates, as a space.
fn normalise(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    let is_separator = |c: char| c.is_whitespace() || c.is_control() || "\u{3000},;|/\\:、。，；：".contains(c);
    text.chars().map(narrow).map(|c| if is_separator(c) { ' ' } else { c }).collect()
}

/// The line without labels, and the token that stood behind a label of the name.
fn without_labels(text: &str) -> (String, Option<String>) {
    let mut named = None;
    for label in NAME_LABELS {
        if let Some((_, rest)) = text.split_once(&format!("{label} ")) {
            let token = rest.split_whitespace().next().unwrap_or_default();
            let is_clear =
                is_name(token) || token.chars().count() <= 4 && !token.is_empty() && token.chars().all(is_han);
            named = named.or(is_clear.then(|| token.to_owned()));
        }
    }
    // A label stands before a colon or a gap: 电话局路 is a street.
    let text = LABELS.iter().fold(text.to_owned(), |text, label| text.replace(&format!("{label} "), " "));
    (text, named)
}

/// Mobile numbers, written together or as 3-4-4, and the line with a gap in the place of each.
fn without_phones(text: &str) -> (String, Vec<String>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut rest, mut phones) = (String::with_capacity(text.len()), Vec::new());
    let mut index = 0;
    while index < chars.len() {
        let after_digit = index > 0 && chars[index - 1].is_ascii_digit();
        match phone_at(&chars[index..]).filter(|_| !after_digit) {
            Some((phone, length)) => {
                for prefix in ["(+86)", "+86-", "+86", "86-", "(86)"] {
                    let trimmed = rest.trim_end().strip_suffix(prefix).map(str::to_owned);
                    rest = trimmed.unwrap_or(rest);
                }
                rest.push(' ');
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
                index += length;
            }
            None => {
                rest.push(chars[index]);
                index += 1;
            }
        }
    }
    (rest, phones)
}

fn phone_at(chars: &[char]) -> Option<(String, usize)> {
    let chars =
        chars.strip_prefix(&['8', '6']).filter(|rest| rest.first() == Some(&'1')).map_or((chars, 0), |rest| (rest, 2));
    let (chars, skipped) = chars;
    let (mut digits, mut index) = (String::new(), 0);
    while digits.len() < 11 {
        let c = *chars.get(index)?;
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !(matches!(c, ' ' | '-') && matches!(digits.len(), 3 | 7) && chars[index - 1].is_ascii_digit()) {
            return None;
        }
        index += 1;
    }
    let is_mobile = digits.starts_with('1') && matches!(digits.as_bytes().get(1), Some(b'3'..=b'9'));
    let ends = chars.get(index).is_none_or(|next| !next.is_ascii_digit());
    (is_mobile && ends).then_some((digits, index + skipped))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '·')
}

/// 王秀英, 王秀英(收), 陈女士.
fn is_name(token: &str) -> bool {
    let name = bare_name(token);
    let count = name.chars().count();
    let without_title = TITLES.iter().find_map(|title| name.strip_suffix(title));
    let core = without_title.unwrap_or(name);
    let longest = if name.contains('·') { 15 } else { 4 };
    let fits = if without_title.is_some() { core.chars().count() <= 4 } else { (2..=longest).contains(&count) };
    fits && !core.is_empty() && core.chars().all(is_han) && !core.chars().any(|c| OF_PLACES.contains(c))
}

fn bare_name(token: &str) -> &str {
    ["(收)", "(收件)", "收"].iter().find_map(|end| token.strip_suffix(end)).unwrap_or(token)
}

fn looks_like_place(text: &str) -> bool {
    let has_word = text.chars().any(|c| OF_PLACES.contains(c));
    text.chars().count() >= 2 && (has_word || text.chars().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::places::tests::sichuan;
    use super::*;
    use proptest::prelude::*;

    type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<&'static str>);

    const WANG: Option<&str> = Some("王秀英");
    const PHONE: Option<&str> = Some("13800001234");
    const JINJIANG: Option<&str> = Some("510104");
    const CANGXI: Option<&str> = Some("510824");
    const CHUNXI: Option<&str> = Some("春熙路1号");

    const LINES: [Row; 31] = [
        ("王秀英 13800001234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英，13800001234，四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("四川省成都市锦江区春熙路1号 王秀英 13800001234", WANG, PHONE, JINJIANG, CHUNXI),
        ("13800001234 王秀英 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英13800001234四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 １３８００００１２３４　四川省成都市锦江区春熙路１号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 138-0000-1234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 138 0000 1234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 +86 13800001234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 8613800001234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        (
            "收货人：王秀英 手机号码：13800001234 所在地区：四川省成都市锦江区 详细地址：春熙路1号",
            WANG,
            PHONE,
            JINJIANG,
            CHUNXI,
        ),
        ("姓名:王秀英;电话:13800001234;地址:四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 13800001234 四川 成都 锦江 春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 13800001234 四川成都锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 13800001234 成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英 13800001234 四川省 成都市 锦江区 春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("王秀英(收) 13800001234 四川省成都市锦江区春熙路1号", WANG, PHONE, JINJIANG, CHUNXI),
        ("陈女士 13800001234 四川省成都市锦江区春熙路1号", Some("陈女士"), PHONE, JINJIANG, CHUNXI),
        ("王秀英 13800001234 四川省苍溪县白驿镇岫云村六组", WANG, PHONE, CANGXI, Some("白驿镇岫云村六组")),
        (
            "王秀英 13800001234 四川省广元市苍溪县白驿镇 岫云村六组12号",
            WANG,
            PHONE,
            CANGXI,
            Some("白驿镇 岫云村六组12号"),
        ),
        (
            "阿依莫·色 13800001234 四川省凉山州昭觉县新城镇1号",
            Some("阿依莫·色"),
            PHONE,
            Some("513431"),
            Some("新城镇1号"),
        ),
        ("王秀英 13800001234 四川省凉山彝族自治州昭觉县新城镇1号", WANG, PHONE, Some("513431"), Some("新城镇1号")),
        // Two numbers: which?
        ("王秀英 13800001234 13900005678 四川省成都市锦江区春熙路1号", WANG, None, JINJIANG, CHUNXI),
        // A street of the district's name, or a district without its suffix?
        ("王秀英 13800001234 四川成都锦江大道1号", WANG, PHONE, None, None),
        // Two cities of the province have a 市中区.
        ("王秀英 13800001234 四川省市中区人民路1号", WANG, PHONE, None, None),
        ("王秀英 13800001234 四川省乐山市市中区人民路1号", WANG, PHONE, Some("511102"), Some("人民路1号")),
        ("王秀英 13800001234 锦江区春熙路1号", WANG, PHONE, None, None),
        // Two names: who?
        ("王秀英 李大山 13800001234 四川省成都市锦江区春熙路1号", None, PHONE, JINJIANG, None),
        ("13800001234 四川省成都市锦江区春熙路1号", None, PHONE, JINJIANG, CHUNXI),
        // A place is nobody's name.
        ("四川 13800001234", None, PHONE, None, None),
        ("明天有空吗", None, None, None, None),
    ];

    #[test]
    fn lines_as_people_paste_them() {
        let places = sichuan();
        for (line, recipient, phone, region, detail) in LINES {
            let parsed = parse(line, &places);
            let found = (
                parsed.recipient.as_deref(),
                parsed.phone.as_deref(),
                parsed.region_code.as_ref().map(RegionCode::as_str),
                parsed.detail.as_deref(),
            );
            assert_eq!(found, (recipient, phone, region, detail), "{line}");
            let missing = [recipient, phone, region, detail].iter().filter(|part| part.is_none()).count();
            assert_eq!(parsed.unsure.len(), missing, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm_and_what_is_given_stood_in_it(text in "\\PC{0,80}") {
            let parsed = parse(&text, &sichuan());
            if let Some(phone) = &parsed.phone {
                prop_assert!(phone.len() == 11 && phone.starts_with('1'));
            }
            if let Some(recipient) = &parsed.recipient {
                prop_assert!(normalise(&text).contains(recipient.as_str()));
            }
        }

        #[test]
        fn the_order_does_not_matter(order in Just(vec!["王秀英", "13800001234", "四川省成都市锦江区春熙路1号"]).prop_shuffle()) {
            let parsed = parse(&order.join(" "), &sichuan());
            prop_assert!(parsed.unsure.is_empty());
            prop_assert_eq!(parsed.recipient.as_deref(), WANG);
            prop_assert_eq!(parsed.detail.as_deref(), CHUNXI);
        }
    }
}
