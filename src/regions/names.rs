//! From the official name of a village's committee to the village's name.

/// Words of the committee at the end of an official name, longest first.
const COMMITTEES: [&str; 4] = ["村民委员会", "居民委员会", "村委会", "居委会"];

/// What may stand at the end of a name that already says what kind of place it is.
const KINDS: [&str; 6] = ["村", "社区", "嘎查", "居", "队", "场"];

/// 岫云村村民委员会 → 岫云村, 水井坊社区居委会 → 水井坊社区, 太安村民委员会 → 太安村.
#[must_use]
pub fn display_name(official: &str) -> String {
    let official = official.trim();
    let Some((name, committee)) = COMMITTEES.iter().find_map(|words| Some((official.strip_suffix(words)?, *words)))
    else {
        return official.to_owned();
    };
    if name.is_empty() {
        return official.to_owned();
    }
    // In 太安村民委员会 the 村 of the name and of the committee are one character.
    let of_village = committee.starts_with('村');
    if of_village && !KINDS.iter().any(|kind| name.ends_with(kind)) { format!("{name}村") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committees_are_not_part_of_the_name() {
        for (official, shown) in [
            ("岫云村村民委员会", "岫云村"),
            ("水井坊社区居委会", "水井坊社区"),
            ("白驿社区居民委员会", "白驿社区"),
            ("太安村村委会", "太安村"),
            ("太安村民委员会", "太安村"),
            ("太安社区村民委员会", "太安社区"),
            ("古里镇", "古里镇"),
            ("居委会", "居委会"),
            (" 东城区 ", "东城区"),
        ] {
            assert_eq!(display_name(official), shown);
        }
    }
}
