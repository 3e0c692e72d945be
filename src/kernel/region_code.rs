//! Places by the official statistical code, and scopes as prefixes of it.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use diesel::{AsExpression, FromSqlRow};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

use super::{Invalid, text_enum};

text_enum! {
    /// The five levels of administration, told apart by the length of the code.
    pub enum RegionLevel {
        Province = "province",
        City = "city",
        County = "county",
        Township = "township",
        Village = "village",
    }
}

/// A code of the National Bureau of Statistics: 2, 4, 6, 9 or 12 digits from province to village.
///
/// That the place exists is for the `regions` domain to say; this type knows the form alone.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[diesel(sql_type = Text)]
#[schema(value_type = String, pattern = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", example = "510824115216")]
pub struct RegionCode(String);

/// The lengths of the levels, in the order of [`RegionLevel`].
const LENGTHS: [(usize, RegionLevel); 5] = [
    (2, RegionLevel::Province),
    (4, RegionLevel::City),
    (6, RegionLevel::County),
    (9, RegionLevel::Township),
    (12, RegionLevel::Village),
];

impl RegionCode {
    /// # Errors
    /// `invalid_region_code` unless all digits and of a known length.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && LENGTHS.iter().any(|(length, _)| *length == text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_region_code"))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// # Panics
    /// Never: the constructor lets only these lengths pass.
    #[must_use]
    pub fn level(&self) -> RegionLevel {
        LENGTHS.iter().find(|(length, _)| *length == self.0.len()).expect("length was checked").1
    }

    /// The place one level up; a province has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.ancestors().pop()
    }

    /// From the province down to the parent.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Self> {
        LENGTHS
            .iter()
            .filter(|(length, _)| *length < self.0.len())
            .map(|(length, _)| Self(self.0[..*length].to_owned()))
            .collect()
    }

    /// True if `other` is this place or lies in it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The end of the range `code >= self and code < end` that holds every place in this one.
    ///
    /// `:` is the character after `9`, so the range is one stretch of an index.
    #[must_use]
    pub fn range_end(&self) -> String {
        format!("{}:", self.0)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RegionCode {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RegionCode {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> Self {
        code.0
    }
}

impl<DB: Backend> ToSql<Text, DB> for RegionCode
where
    String: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for RegionCode
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::parse(&String::from_sql(bytes)?)?)
    }
}

/// The places somebody may see: any of the regions, and all that lies in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(Vec<RegionCode>);

impl Scope {
    /// Keeps only the widest regions, so that no row is listed twice.
    #[must_use]
    pub fn new(mut regions: Vec<RegionCode>) -> Self {
        regions.sort();
        regions.dedup_by(|later, earlier| earlier.contains(later));
        Self(regions)
    }

    #[must_use]
    pub fn regions(&self) -> &[RegionCode] {
        &self.0
    }

    #[must_use]
    pub fn covers(&self, place: &RegionCode) -> bool {
        self.0.iter().any(|region| region.contains(place))
    }

    /// What of this scope lies in `region`: nothing, parts of it, or the region itself.
    #[must_use]
    pub fn within(&self, region: &RegionCode) -> Self {
        if self.covers(region) {
            return Self(vec![region.clone()]);
        }
        Self(self.0.iter().filter(|own| region.contains(own)).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    #[test]
    fn a_village_lies_in_its_township_county_city_and_province() {
        let village = code("510824115216");
        let names: Vec<_> = village.ancestors().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["51", "5108", "510824", "510824115"]);
        assert_eq!(village.level(), RegionLevel::Village);
        assert!(village.ancestors().iter().all(|ancestor| ancestor.contains(&village)));
        assert!(!code("513431").contains(&village));
        assert_eq!(code("51").parent(), None);
    }

    #[test]
    fn the_range_of_a_county_holds_its_villages_and_nothing_else() {
        let county = code("510824");
        let inside = |text: &str| text >= county.as_str() && text < county.range_end().as_str();
        assert!(inside("510824") && inside("510824115216") && inside("510824999999"));
        assert!(!inside("510823999999") && !inside("510825"));
    }

    #[test]
    fn codes_that_are_no_codes_are_refused() {
        for text in ["", "5", "510", "51082", "5108241152160", "51082a", "５１", "51 ", "-1"] {
            assert_eq!(RegionCode::parse(text).unwrap_err().code, "invalid_region_code", "{text}");
        }
    }

    #[test]
    fn a_scope_narrows_but_never_widens() {
        let scope = Scope::new(vec![code("510824115216"), code("510824"), code("513431109210")]);
        assert_eq!(scope.regions(), [code("510824"), code("513431109210")]);
        assert_eq!(scope.within(&code("510824115")).regions(), [code("510824115")]);
        assert_eq!(scope.within(&code("5134")).regions(), [code("513431109210")]);
        assert!(scope.within(&code("11")).regions().is_empty());
    }
}
