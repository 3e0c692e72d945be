//! What the households of the demonstration offer. Prices of the eggs, the three-year hen, the hen, the
//! goose, the maize and the buns are those that were published of such sales; how they are split is
//! invented, but for the hen's 228 yuan and the at least 100 that the household got of them.

/// A good of one household.
pub struct Good {
    pub household: usize,
    pub title: &'static str,
    pub category: &'static str,
    pub unit_label: &'static str,
    pub net_weight_g: Option<i64>,
    pub stock: i64,
    pub picture: &'static str,
    /// Farmer, bonus, co-op, packing, freight, inspection, collective fund, loss reserve, platform.
    pub parts: [i64; 9],
}

/// A household: alias, story, how many live there, the invented name of its head.
pub type Household = (&'static str, &'static str, i64, &'static str);

pub struct Place {
    pub code: &'static str,
    pub households: &'static [Household],
    pub goods: &'static [Good],
}

const fn good(
    household: usize,
    (title, category, unit_label): (&'static str, &'static str, &'static str),
    (net_weight_g, stock): (i64, i64),
    picture: &'static str,
    parts: [i64; 9],
) -> Good {
    let net_weight_g = if net_weight_g > 0 { Some(net_weight_g) } else { None };
    Good { household, title, category, unit_label, net_weight_g, stock, picture, parts }
}

pub const PLACES: [Place; 3] = [
    Place {
        code: "510824115216",
        households: &[
            ("坡上王家", "演示数据：老两口在坡上养了四十只土鸡，鸡满山跑，蛋一天一捡。", 2, "王守坡"),
            ("柏树湾李家", "演示数据：李家养鸡按年头算，三年的时光鸡才出栏。", 4, "李长柏"),
            ("井边陈家", "演示数据：屋后有十二桶蜂，一年取一次蜜。", 3, "陈有泉"),
            ("梯田张家", "演示数据：四亩梯田，一年一季稻，山泉水灌。", 5, "张稻香"),
            ("竹林何家", "演示数据：院坝边种时令菜，城里订多少摘多少。", 3, "何青竹"),
        ],
        goods: &[
            good(0, ("土鸡蛋 30 枚/盒", "eggs", "盒"), (1_500, 900), "eggs", [3_300, 0, 200, 450, 700, 0, 100, 50, 0]),
            good(
                1,
                ("时光鸡（三年）", "poultry", "只"),
                (1_800, 260),
                "hen",
                [14_000, 600, 1_400, 900, 3_600, 1_200, 500, 400, 200],
            ),
            good(
                2,
                ("土蜂蜜 500 克/瓶", "honey", "瓶"),
                (500, 300),
                "honey",
                [5_800, 0, 400, 300, 900, 200, 150, 50, 0],
            ),
            good(
                3,
                ("高山新米 10 公斤/袋", "grain", "袋"),
                (10_000, 320),
                "rice",
                [8_600, 0, 500, 300, 2_000, 0, 250, 100, 50],
            ),
            good(
                4,
                ("时令菜一篮", "vegetables", "份"),
                (4_000, 400),
                "vegetables",
                [3_000, 0, 300, 400, 1_500, 100, 100, 100, 0],
            ),
            good(
                1,
                ("土鸭（一年）", "poultry", "只"),
                (1_700, 200),
                "duck",
                [9_000, 300, 800, 700, 3_000, 900, 300, 200, 100],
            ),
        ],
    },
    Place {
        code: "513431109210",
        households: &[
            ("崖顶莫色家", "演示数据：崖顶的核桃树是爷爷种的，青皮落地才捡。", 5, "莫色尔哈"),
            ("藤梯吉克家", "演示数据：高山土豆个头不大，粉糯。", 6, "吉克阿依"),
            ("云边阿的家", "演示数据：岩蜂采百花，一年一季。", 4, "阿的云呷"),
        ],
        goods: &[
            good(
                0,
                ("山核桃 2.5 公斤/袋", "other", "袋"),
                (2_500, 380),
                "walnut",
                [5_200, 0, 300, 300, 1_200, 0, 150, 50, 0],
            ),
            good(
                1,
                ("高山土豆 5 公斤/箱", "vegetables", "箱"),
                (5_000, 420),
                "potato",
                [2_600, 0, 200, 400, 1_500, 0, 100, 100, 0],
            ),
            good(
                2,
                ("岩蜂蜜 500 克/瓶", "honey", "瓶"),
                (500, 240),
                "honey",
                [7_800, 400, 400, 300, 1_200, 200, 200, 100, 0],
            ),
            good(
                1,
                ("跑山鸡（一年）", "poultry", "只"),
                (1_600, 180),
                "hen",
                [8_200, 0, 700, 600, 2_800, 900, 300, 300, 100],
            ),
        ],
    },
    Place {
        code: "510623125201",
        households: &[
            ("河坝刘家", "演示数据：河坝里放鹅，吃草长大。", 3, "刘河生"),
            ("老槐唐家", "演示数据：玉米当天掰当天发。", 4, "唐槐生"),
            ("磨房邓家", "演示数据：腊月里全家一起包粘豆包。", 5, "邓磨香"),
        ],
        goods: &[
            good(
                0,
                ("散养老母鸡", "poultry", "只"),
                (1_500, 320),
                "hen",
                [5_600, 200, 500, 400, 1_400, 600, 150, 100, 50],
            ),
            good(
                0,
                ("河坝大鹅", "poultry", "只"),
                (3_000, 260),
                "goose",
                [9_600, 300, 800, 700, 2_200, 900, 250, 150, 100],
            ),
            good(
                1,
                ("甜玉米 20 穗/箱", "vegetables", "箱"),
                (6_000, 360),
                "corn",
                [3_300, 0, 300, 500, 1_600, 0, 150, 150, 0],
            ),
            good(2, ("粘豆包", "grain", "份"), (1_000, 420), "bun", [1_400, 0, 100, 250, 600, 50, 50, 50, 0]),
            good(
                1,
                ("新米 10 公斤/袋", "grain", "袋"),
                (10_000, 300),
                "rice",
                [7_800, 0, 400, 300, 1_800, 0, 200, 100, 0],
            ),
        ],
    },
];
