//! The few places that the tests need, loaded by the real importer.

use std::fs;
use std::path::Path;

use yuanshan::db::Db;
use yuanshan::regions::import::{import_aliases, import_regions};

const REGIONS: &str = "\
code,name
51,四川省
5101,成都市
510104,锦江区
5106,德阳市
510623,中江县
510623125,太安镇
510623125201,太安村村民委员会
5108,广元市
510824,苍溪县
510824115,白驿镇
510824115216,岫云村村民委员会
510824115217,柳垭村村民委员会
5134,凉山彝族自治州
513431,昭觉县
513431109,古里镇
513431109210,悬崖村村民委员会
";

const ALIASES: &str = "\
code,alias
513431109,支尔莫乡
513431109210,支尔莫乡
513431109210,阿土列尔村
";

/// Loads the places by way of files in `directory`.
pub fn load(db: &Db, directory: &Path) {
    let (regions, aliases) = (directory.join("regions.csv"), directory.join("aliases.csv"));
    fs::write(&regions, REGIONS).expect("regions.csv is written");
    fs::write(&aliases, ALIASES).expect("aliases.csv is written");
    import_regions(db, &regions, |_| ()).expect("the places load");
    import_aliases(db, &aliases).expect("the other names load");
}
