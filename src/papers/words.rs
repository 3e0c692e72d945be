//! What the words of a title say of the goods: whoever leaves the template out, or calls pork something
//! else, opens no gate. Pure.
//!
//! The text is read from the left, and at each place the longest phrase of the table counts, so that a
//! longer phrase that means something else (猪草, 有机肥, 鸭屎香) takes its letters away from the shorter.

use std::collections::BTreeSet;

/// What a phrase says of the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    Pork,
    /// Poultry, live or killed, and other meat than pork.
    Meat,
    /// Eggs, vegetables, fruit, tea, fish: what a 承诺达标合格证 is for.
    Produce,
    /// Cured, pickled, fermented, cooked: food that needs a licence.
    Processed,
    Organic,
    Green,
    Relief,
}

/// Phrases that say something, by what they say.
const PHRASES: [(Trait, &str); 7] = [
    (Trait::Pork, "猪 五花肉 肥肠 筒子骨 里脊 梅花肉"),
    (
        Trait::Meat,
        "鸡 鸭 鹅 鸽 鹌鹑 活禽 家禽 牛肉 牛腩 牛腱 牛排 牛杂 牛骨 牛里脊 羊里脊 牦牛 黄牛 羊肉 羊排 羊腿 羊杂 山羊 黑山羊 兔肉 兔子 活兔 驴肉",
    ),
    (
        Trait::Produce,
        "鸡蛋 鸭蛋 鹅蛋 鸽蛋 鹌鹑蛋 土蛋 蔬菜 时令菜 青菜 白菜 菜心 菜苔 萝卜 土豆 洋芋 红薯 番薯 山药 芋头 莲藕 竹笋 冬笋 春笋 辣椒 番茄 黄瓜 南瓜 冬瓜 苦瓜 茄子 豆角 四季豆 \
         甜玉米 鲜玉米 生姜 大蒜 香菇 茶树菇 木耳 菌菇 蘑菇 松茸 羊肚菌 鸡枞 鸡枞菌 鸡油菌 鸡腿菇 鸡毛菜 牛肝菌 水果 苹果 梨 鸭梨 桃 李子 柑橘 橙 柚 猕猴桃 樱桃 枇杷 葡萄 草莓 西瓜 柿子 茶叶 绿茶 红茶 \
         白茶 毛尖 春茶 明前茶 鸭屎香 鱼 虾 泥鳅 黄鳝 鱼腥草 桃花鱼",
    ),
    (
        Trait::Processed,
        "腊肉 腊猪 腊鸡 腊鸭 腊鹅 腊鱼 腊兔 腊肠 腊味 腊排骨 腊蹄 腊猪肉 腊猪蹄 香肠 火腿 酱肉 酱猪肉 腌肉 咸肉 熏肉 烟熏肉 风干鸡 风干牛肉 板鸭 烤鸭 烧鸡 卤肉 卤鸡 卤鸭 卤蛋 土豆豉 牛肉干 猪肉干 猪肉脯 豆豉 霉豆腐 \
         豆腐乳 腐乳 豆瓣酱 豆腐干 豆干 辣椒酱 辣酱 番茄酱 果酱 泡菜 酸菜 酸豆角 腌菜 咸菜 榨菜 酱菜 梅干菜 萝卜干 皮蛋 咸蛋 咸鸭蛋 松花蛋 果脯 蜜饯 桃干 李子干 柿饼 红薯干 红薯粉条 粉条 米酒 白酒 果酒 \
         青梅酒 葡萄酒 鱼干 熏鱼 猪油渣",
    ),
    (Trait::Organic, "有机 organic"),
    (Trait::Green, "绿色食品 绿色认证 绿标"),
    (Trait::Relief, "扶贫 消费帮扶 帮扶产品"),
];

/// Phrases that only look as if they said something.
const HARMLESS: &str = "猪草 猪饲料 猪粪 猪笼草 猪毛菜 猪苓 猪鬃刷 野猪林 猪场肥 不含猪 \
    鸡粪 鸡血藤 鸡冠花 鸡屎藤 鸡头米 鸡内金 鸡精 鸡笼 鸡饲料 鸭饲料 鸭舌帽 鹅卵石 鹅毛 鸭绒 鸭毛 鸡毛掸 信鸽牌 牛奶 羊奶 牛油果 牛蒡 \
    鸡蛋果 鸡蛋花 鸡心枣 蛋托 鱼缸 鱼饲料 木鱼 菜籽 茶具 茶油 山茶油 茶枕 核桃 胡桃 桃木 桃胶 梨花木 辣椒苗 柚木 橙色 橙子苗 \
    泡菜坛 腌菜坛 酸菜坛 香肠衣 \
    有机肥 有机农家肥 有机质 有机物 有机酸 有机玻璃 有机化 有机会 有机缘 有机器 有机械 有机井 有机耕道 有机遇 没有机 未经有机 非有机 不是有机 \
    非绿色食品 不是绿色食品 非扶贫 不是扶贫 脱贫不扶贫";

/// What a text says, in whatever way it is spaced or written.
#[must_use]
pub fn traits_of(text: &str) -> BTreeSet<Trait> {
    let text = plain(text);
    let mut found = BTreeSet::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let longest = phrases().filter(|(_, phrase)| rest.starts_with(phrase)).max_by_key(|(_, phrase)| phrase.len());
        match longest {
            Some((said, phrase)) => {
                found.extend(said);
                rest = &rest[phrase.len()..];
            }
            None => rest = &rest[first.len_utf8()..],
        }
    }
    found
}

fn phrases() -> impl Iterator<Item = (Option<Trait>, &'static str)> {
    let telling = PHRASES.iter().flat_map(|(said, phrases)| phrases.split_whitespace().map(|it| (Some(*said), it)));
    telling.chain(HARMLESS.split_whitespace().map(|phrase| (None, phrase)))
}

/// The text without what people put between letters to hide a word, in small letters and simple characters.
fn plain(text: &str) -> String {
    let simple = |letter: char| match letter {
        '豬' => '猪',
        '雞' => '鸡',
        '鴨' => '鸭',
        '鵝' => '鹅',
        '機' => '机',
        '綠' => '绿',
        '臘' => '腊',
        '腸' => '肠',
        '醃' => '腌',
        '貧' => '贫',
        '幫' => '帮',
        '費' => '费',
        '醬' => '酱',
        '滷' => '卤',
        '魚' => '鱼',
        other => other,
    };
    let hides = |letter: &char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(
                letter,
                '\u{200b}'
                    ..='\u{200f}'
                        | '\u{2060}'
                        | '\u{feff}'
                        | '·'
                        | '・'
                        | '•'
                        | '.'
                        | '-'
                        | '_'
                        | '*'
                        | '~'
                        | '/'
                        | '|'
            )
    };
    let full_width = |letter: char| match u32::from(letter) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    text.chars().map(full_width).filter(|letter| !hides(letter)).flat_map(char::to_lowercase).map(simple).collect()
}

#[cfg(test)]
mod tests {
    use super::Trait::{Green, Meat, Organic, Pork, Processed, Produce, Relief};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_and_what_they_say() {
        for (title, said) in [
            ("土猪肉 5 斤", &[Pork][..]),
            ("猪 肉", &[Pork]),
            ("猪·肉", &[Pork]),
            ("土豬肉", &[Pork]),
            ("年猪四分之一头", &[Pork]),
            ("五花肉", &[Pork]),
            ("柏树枝熏腊肉", &[Processed]),
            ("臘肉", &[Processed]),
            ("腊猪蹄", &[Processed]),
            ("麻辣香肠", &[Processed]),
            ("土豆豉", &[Processed]),
            ("农家豆豉", &[Processed]),
            ("霉豆腐 一罐", &[Processed]),
            ("活鸡一只", &[Meat]),
            ("时光鸡（三年）", &[Meat]),
            ("土鸭（一年）", &[Meat]),
            ("河坝大鹅", &[Meat]),
            ("黑山羊肉", &[Meat]),
            ("土鸡蛋 30 枚/盒", &[Produce]),
            ("咸鸭蛋", &[Processed]),
            ("有机大米", &[Organic]),
            ("有 机 大 米", &[Organic]),
            ("Ｏｒｇａｎｉｃ rice", &[Organic]),
            ("绿色食品 稻花香", &[Green]),
            ("扶贫核桃", &[Relief]),
            ("消费帮扶 核桃", &[Relief]),
            ("扶 貧 核桃", &[Relief]),
            ("有机扶贫猪肉", &[Pork, Organic, Relief]),
        ] {
            let found: Vec<Trait> = traits_of(title).into_iter().collect();
            assert_eq!(found, said, "{title}");
        }
    }

    #[test]
    fn what_only_looks_like_it_says_nothing() {
        for title in [
            "",
            "猪草 10 斤",
            "有机肥 一袋",
            "有机会来村里看看",
            "没有机器打的手工米",
            "鸡血藤 500 克",
            "鹅卵石",
            "山茶油 1 升",
            "泡菜坛",
            "鸡蛋果苗",
            "高山新米 10 公斤/袋",
            "土蜂蜜 500 克/瓶",
            "山核桃 2.5 公斤/袋",
            "绿色的山核桃",
            "牛油果木勺",
        ] {
            assert_eq!(traits_of(title), BTreeSet::new(), "{title}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,40}") {
            prop_assert!(traits_of(&text).len() <= 7);
        }

        #[test]
        fn spaces_hide_nothing(before in "[米麦a-z ]{0,6}", gap in "[ \u{3000}·.*_-]{0,3}", after in "[米麦a-z ]{0,6}") {
            for (first, second, said) in [("猪", "肉", Pork), ("腊", "肉", Processed), ("有", "机", Organic), ("扶", "贫", Relief)] {
                let title = format!("{before}{first}{gap}{second}{after}");
                prop_assert!(traits_of(&title).contains(&said), "{}", title);
            }
        }
    }
}
