//! The product templates of the demonstration: one for each good, laid down by the county's approver. What
//! they say is invented, but for the three years and the weight band of the hen, which were published.

use std::error::Error;

use super::goods::Good;
use crate::catalog::Label;
use crate::kernel::{Day, Grams, Money, RegionCode};
use crate::papers::{NewPaper, PaperKind};
use crate::templates::{Base, CapacityUnit, Class, ReturnsRule, Standard};

/// A standard, without what stands with the good itself.
struct Laid {
    title: &'static str,
    product: &'static str,
    class: Class,
    base: Base,
    pack: i64,
    /// Lightest and heaviest gram of one unit, and whether it is settled by weight.
    weight_g: Option<(i64, i64, bool)>,
    season: Option<(&'static str, &'static str)>,
    age_days: Option<i64>,
    shelf_life_days: Option<i64>,
    cost_floor_fen: i64,
    yields: Option<(CapacityUnit, i64)>,
    words: &'static str,
}

const fn of_grams(title: &'static str, product: &'static str, pack: i64, cost_floor_fen: i64) -> Laid {
    Laid {
        title,
        product,
        class: Class::Primary,
        base: Base::Gram,
        pack,
        weight_g: None,
        season: None,
        age_days: None,
        shelf_life_days: None,
        cost_floor_fen,
        yields: None,
        words: "",
    }
}

const fn of_pieces(title: &'static str, product: &'static str, pack: i64, cost_floor_fen: i64) -> Laid {
    Laid { base: Base::Piece, ..of_grams(title, product, pack, cost_floor_fen) }
}

const fn bird(title: &'static str, product: &'static str, age_days: i64, weight_g: (i64, i64), floor: i64) -> Laid {
    Laid {
        weight_g: Some((weight_g.0, weight_g.1, true)),
        age_days: Some(age_days),
        yields: Some((CapacityUnit::Animal, 1)),
        ..of_pieces(title, product, 1, floor)
    }
}

const LAID: [Laid; 14] = [
    Laid {
        weight_g: Some((1_350, 1_800, false)),
        shelf_life_days: Some(30),
        yields: Some((CapacityUnit::Animal, 180)),
        words: "散养，一天一捡，不用产蛋灯。",
        ..of_pieces("土鸡蛋 30 枚/盒", "土鸡蛋", 30, 3_000)
    },
    Laid {
        words: "散养满三年，宰前检疫。", ..bird("时光鸡（三年）", "时光鸡", 1_095, (1_500, 2_200), 12_000)
    },
    Laid {
        shelf_life_days: Some(730),
        season: Some(("06-01", "10-31")),
        yields: Some((CapacityUnit::Hive, 8_000)),
        words: "封盖成熟蜜，不加工。",
        ..of_grams("土蜂蜜 500 克/瓶", "土蜂蜜", 500, 4_500)
    },
    Laid {
        shelf_life_days: Some(365),
        yields: Some((CapacityUnit::Mu, 300_000)),
        ..of_grams("高山新米 10 公斤/袋", "大米", 10_000, 7_000)
    },
    Laid { shelf_life_days: Some(3), ..of_grams("时令菜一篮", "时令蔬菜", 4_000, 2_000) },
    bird("土鸭（一年）", "土鸭", 365, (1_500, 2_300), 7_500),
    Laid {
        season: Some(("09-01", "02-28")),
        shelf_life_days: Some(300),
        yields: Some((CapacityUnit::Tree, 20_000)),
        ..of_grams("山核桃 2.5 公斤/袋", "山核桃", 2_500, 4_000)
    },
    Laid {
        season: Some(("08-15", "03-31")),
        shelf_life_days: Some(60),
        yields: Some((CapacityUnit::Mu, 1_500_000)),
        ..of_grams("高山土豆 5 公斤/箱", "高山土豆", 5_000, 1_800)
    },
    Laid {
        shelf_life_days: Some(730),
        yields: Some((CapacityUnit::Hive, 4_000)),
        words: "岩蜂，一年一季。",
        ..of_grams("岩蜂蜜 500 克/瓶", "岩蜂蜜", 500, 6_500)
    },
    bird("跑山鸡（一年）", "跑山鸡", 365, (1_300, 2_000), 7_000),
    bird("散养老母鸡", "老母鸡", 400, (1_200, 1_900), 4_500),
    bird("河坝大鹅", "大鹅", 240, (2_500, 4_000), 8_000),
    Laid {
        season: Some(("06-15", "10-15")),
        shelf_life_days: Some(5),
        yields: Some((CapacityUnit::Mu, 3_000)),
        ..of_pieces("甜玉米 20 穗/箱", "甜玉米", 20, 2_400)
    },
    Laid {
        class: Class::Processed,
        season: Some(("11-15", "02-28")),
        shelf_life_days: Some(90),
        words: "糯米、黄米、红豆；冷冻存放。",
        ..of_grams("粘豆包", "粘豆包", 1_000, 1_000)
    },
];

fn is_processed(good: &Good) -> bool {
    LAID.iter().any(|laid| laid.title == good.title && laid.class == Class::Processed)
}

/// What stands on the packet of processed food.
pub fn label_of(good: &Good) -> Label {
    let say = |words: &str| Some(words.to_owned()).filter(|_| is_processed(good));
    Label {
        ingredients: say("糯米、黄米、红豆、白砂糖"),
        producer: say("演示：磨房食品小作坊"),
        storage: say("零下十八度冷冻"),
    }
}

/// The number of the workshop that makes processed food.
pub fn licence_of(good: &Good, today: Day) -> Option<NewPaper> {
    is_processed(good).then(|| NewPaper {
        kind: PaperKind::Workshop,
        number: "演示小作坊-0001".to_owned(),
        issuer: Some("演示市场监督管理局".to_owned()),
        issued_on: today,
        valid_until: Some(today.plus_days(3 * 365)),
    })
}

/// The standard of a good for the county of a village; none where the good says all itself.
pub fn of(good: &Good, village: &RegionCode) -> Result<Option<Standard>, Box<dyn Error>> {
    let Some(laid) = LAID.iter().find(|laid| laid.title == good.title) else { return Ok(None) };
    let category = good.category.parse()?;
    let grams = |end: Option<i64>| end.map(Grams::new).transpose();
    let perishable = crate::templates::may_be_perishable(category);
    Ok(Some(Standard {
        region_code: RegionCode::parse(&village.as_str()[..6])?,
        product: laid.product.to_owned(),
        title: laid.title.to_owned(),
        category,
        class: laid.class,
        unit_label: good.unit_label.to_owned(),
        base: laid.base,
        pack_quantity: laid.pack,
        weight_min_g: grams(laid.weight_g.map(|(min, ..)| min))?,
        weight_max_g: grams(laid.weight_g.map(|(_, max, _)| max))?,
        catch_weight: laid.weight_g.is_some_and(|(.., by_weight)| by_weight),
        season_from: laid.season.map(|(from, _)| from.to_owned()),
        season_until: laid.season.map(|(_, until)| until.to_owned()),
        min_age_days: laid.age_days,
        shelf_life_days: laid.shelf_life_days,
        claim_window_h: 48,
        cost_floor_fen: Some(Money::from_fen(laid.cost_floor_fen)?),
        capacity_unit: laid.yields.map(|(unit, _)| unit),
        yield_limit: laid.yields.map(|(_, limit)| limit),
        returns_rule: if perishable { ReturnsRule::Perishable } else { ReturnsRule::SevenDays },
        standard: Some(laid.words.to_owned()),
        papers: Vec::new(),
    }))
}
