//! Finding a province, city and county in a line, by their names with or without what they end in.

use crate::kernel::{RegionCode, RegionLevel};
use crate::regions::Region;

/// Levels that only hold the place of a missing one.
const FILLERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// What names of peoples add to a name, as far as they stand in names of places.
const ENDS: [&str; 11] = ["特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "区", "县", "盟", "旗"];
const PEOPLES: [&str; 12] =
    ["藏族羌族", "壮族", "回族", "维吾尔", "彝族", "藏族", "羌族", "苗族", "土家族", "蒙古族", "布依族", "朝鲜族"];

struct Place {
    code: RegionCode,
    /// As it is written in full, and otherwise.
    full: String,
    short: Vec<String>,
}

/// Provinces, cities and counties.
pub struct Gazetteer {
    provinces: Vec<Place>,
    cities: Vec<Place>,
    counties: Vec<Place>,
}

/// A county that was found, and where in the line it stands with what is above it.
pub struct Found {
    pub code: RegionCode,
    pub from: usize,
    pub until: usize,
}

impl Gazetteer {
    #[must_use]
    pub fn new(regions: Vec<Region>) -> Self {
        let mut this = Self { provinces: Vec::new(), cities: Vec::new(), counties: Vec::new() };
        for region in regions {
            let list = match region.level {
                RegionLevel::Province => &mut this.provinces,
                RegionLevel::City => &mut this.cities,
                RegionLevel::County => &mut this.counties,
                _ => continue,
            };
            list.push(Place { short: short_names(&region.name), full: region.name, code: region.code });
        }
        this
    }

    /// Whether a word is the name of a place, or begins with that of a province or a city.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        let wide = self.provinces.iter().chain(&self.cities);
        let is_county = |county: &Place| county.begins(word) == Some(word.len());
        wide.into_iter().any(|place| place.begins(word).is_some()) || self.counties.iter().any(is_county)
    }

    /// The one county that a line names. Its province may be left out where the city says it, its city where
    /// the province says it and has no other county of this name.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Found> {
        let starts = text.char_indices().map(|(at, _)| at);
        starts.into_iter().find_map(|from| {
            let rest = &text[from..];
            let (code, length) = self.by_province(rest).or_else(|| self.by_city(rest))?;
            Some(Found { code, from, until: from + length })
        })
    }

    fn by_province(&self, text: &str) -> Option<(RegionCode, usize)> {
        let (province, length) = longest(&self.provinces, text)?;
        let (rest, skipped) = trimmed(&text[length..]);
        let cities: Vec<&Place> = self.cities.iter().filter(|city| province.code.contains(&city.code)).collect();
        let with_city = self.city_and_county(&cities, rest).map(|(code, used)| (code, length + skipped + used));
        with_city.or_else(|| {
            let counties = self.counties.iter().filter(|county| province.code.contains(&county.code));
            let (county, used) = only_county(counties, rest)?;
            Some((county, length + skipped + used))
        })
    }

    fn by_city(&self, text: &str) -> Option<(RegionCode, usize)> {
        // Without its province a city is told by its full name alone.
        let cities: Vec<&Place> = self.cities.iter().filter(|city| text.starts_with(&city.full)).collect();
        match cities.as_slice() {
            [city] if !FILLERS.contains(&city.full.as_str()) => self.city_and_county(&[city], text),
            _ => None,
        }
    }

    fn city_and_county(&self, cities: &[&Place], text: &str) -> Option<(RegionCode, usize)> {
        let named = cities.iter().filter(|city| !FILLERS.contains(&city.full.as_str()));
        let (city, length) =
            named.filter_map(|city| Some((city, city.begins(text)?))).max_by_key(|(_, length)| *length)?;
        let (rest, skipped) = trimmed(&text[length..]);
        let counties = self.counties.iter().filter(|county| city.code.contains(&county.code));
        let (code, used) = only_county(counties, rest)?;
        Some((code, length + skipped + used))
    }
}

impl Place {
    /// How much of a text it is the beginning of.
    fn begins(&self, text: &str) -> Option<usize> {
        let names = std::iter::once(&self.full).chain(&self.short);
        names.filter(|name| text.starts_with(name.as_str())).map(String::len).max()
    }
}

fn longest<'a>(places: &'a [Place], text: &str) -> Option<(&'a Place, usize)> {
    let found = places.iter().filter_map(|place| Some((place, place.begins(text)?)));
    found.max_by_key(|(_, length)| *length)
}

/// The one county with which a text begins. A short name counts where it stands alone: 锦江 in 锦江大道 may be
/// the street's.
fn only_county<'a>(counties: impl Iterator<Item = &'a Place>, text: &str) -> Option<(RegionCode, usize)> {
    let stands_alone =
        |name: &String| text.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let of = |county: &'a Place| {
        if text.starts_with(&county.full) {
            return Some((county, county.full.len()));
        }
        let short = county.short.iter().filter(|name| stands_alone(name)).map(String::len).max();
        short.map(|length| (county, length))
    };
    let mut found: Vec<(&Place, usize)> = counties.filter_map(of).collect();
    let most = found.iter().map(|(_, length)| *length).max()?;
    found.retain(|(_, length)| *length == most);
    match found.as_slice() {
        [(county, length)] if !FILLERS.contains(&county.full.as_str()) => Some((county.code.clone(), *length)),
        _ => None,
    }
}

fn trimmed(text: &str) -> (&str, usize) {
    let rest = text.trim_start();
    (rest, text.len() - rest.len())
}

/// 成都 for 成都市; 凉山州 and 凉山 for 凉山彝族自治州; none shorter than two characters.
fn short_names(full: &str) -> Vec<String> {
    let Some(stem) = ENDS.iter().find_map(|end| full.strip_suffix(end)) else { return Vec::new() };
    let bare = PEOPLES.iter().find_map(|people| stem.strip_suffix(people)).unwrap_or(stem);
    let mut names = vec![bare.to_owned()];
    if full.ends_with("自治州") {
        names.push(format!("{bare}州"));
    }
    names.retain(|name| name.chars().count() >= 2);
    names
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// As far as the tests ask.
    pub fn sichuan() -> Gazetteer {
        let rows = [
            ("51", "四川省"),
            ("5101", "成都市"),
            ("510104", "锦江区"),
            ("510181", "都江堰市"),
            ("5108", "广元市"),
            ("510824", "苍溪县"),
            ("5110", "内江市"),
            ("511002", "市中区"),
            ("5111", "乐山市"),
            ("511102", "市中区"),
            ("5134", "凉山彝族自治州"),
            ("513431", "昭觉县"),
            ("11", "北京市"),
            ("1101", "市辖区"),
            ("110101", "东城区"),
        ];
        let region = |(code, name): (&str, &str)| {
            let code = RegionCode::parse(code).unwrap();
            Region { level: code.level(), parent_code: code.parent(), name: name.to_owned(), code }
        };
        Gazetteer::new(rows.into_iter().map(region).collect())
    }

    #[test]
    fn a_county_is_found_by_what_is_above_it() {
        let places = sichuan();
        for (text, code) in [
            ("四川省成都市锦江区", Some("510104")),
            ("四川都江堰市", Some("510181")),
            ("四川成都都江堰 ", Some("510181")),
            ("凉山彝族自治州昭觉县", Some("513431")),
            ("北京市东城区王府井", Some("110101")),
            ("北京东城区", Some("110101")),
            ("北京市市辖区", None),
            ("四川省", None),
            ("成都市", None),
            ("成都锦江区", None),
            ("内江市市中区", Some("511002")),
        ] {
            let found = places.find(text).map(|found| found.code.to_string());
            assert_eq!(found.as_deref(), code, "{text}");
        }
    }
}
