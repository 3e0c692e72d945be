//! The gates: what is missing before goods are published or sent, and the law that it comes from. Pure.
//!
//! | what is sold | before it is published | before it is dispatched |
//! |---|---|---|
//! | pork as goods | 定点屠宰, 检疫, 肉品品质检验 | the same |
//! | pork as a raising service (年猪) | – | the same three |
//! | poultry, other meat | – | 检疫 |
//! | eggs, vegetables, fruit, tea, fish by a co-op or firm | – | 承诺达标合格证 |
//! | processed, preserved | licence or 小作坊 number; ingredients, producer, storage, shelf life | the same |
//! | words 有机, 绿色食品, 消费帮扶, 扶贫 | the certificate of that mark | the same |
//! | what the template asks for | what stands (licences, marks) | all of it |

use std::collections::BTreeSet;

use super::types::{LabelField, Law, Missing, PaperKind, Stage};
use super::words::{Trait, traits_of};
use crate::templates::{Category, Class};

/// What is sold, as far as a gate asks.
#[derive(Debug, Clone)]
pub struct Goods {
    /// `None` where a listing's word is none of the known ones.
    pub category: Option<Category>,
    pub class: Option<Class>,
    /// A co-op or firm.
    pub seller_is_registered: bool,
    /// An animal is raised for the buyer, who gets its meat later.
    pub is_raising_service: bool,
    /// Title and unit: they say what the goods are.
    pub title: String,
    /// Description and origin: together with the title they claim marks.
    pub words: String,
    pub label: BTreeSet<LabelField>,
    /// What the template asks for beyond the law.
    pub template_papers: Vec<PaperKind>,
}

/// What is missing at a stage, with the papers that are in force.
#[must_use]
pub fn missing(goods: &Goods, in_force: &BTreeSet<PaperKind>, stage: Stage) -> Vec<Missing> {
    let needs = needs(goods, stage);
    let is_there = |need: &Missing| match need.label {
        Some(field) => goods.label.contains(&field),
        None => need.any_of.iter().any(|kind| in_force.contains(kind)),
    };
    needs.into_iter().filter(|need| !is_there(need)).collect()
}

/// Everything that is needed at a stage, whether or not it is there.
#[must_use]
pub fn needs(goods: &Goods, stage: Stage) -> Vec<Missing> {
    let said = said_of(goods);
    let at_dispatch = stage == Stage::Dispatch;
    let mut needs = Vec::new();
    // 生猪屠宰管理条例 §2: pigs are slaughtered at designated places, and §23: meat leaves them inspected
    // and with its quarantine mark; 畜牧法 §65. Raising a pig for somebody is no sale of pork yet.
    if said.contains(&Trait::Pork) && (at_dispatch || !goods.is_raising_service) {
        needs.push(paper(PaperKind::Slaughterhouse, Law::PigSlaughter, "pork_needs_slaughterhouse"));
        needs.push(paper(PaperKind::Quarantine, Law::AnimalDisease, "pork_needs_quarantine"));
        needs.push(paper(PaperKind::MeatInspection, Law::PigSlaughter, "pork_needs_inspection"));
    }
    // 动物防疫法 §49, §51, §52: animals and their products travel with a certificate; carriers refuse them
    // without it.
    if said.contains(&Trait::Meat) && at_dispatch {
        needs.push(paper(PaperKind::Quarantine, Law::AnimalDisease, "meat_needs_quarantine"));
    }
    // 农产品质量安全法 §38–40: firms and co-ops promise it for each batch; households are encouraged.
    if said.contains(&Trait::Produce) && goods.seller_is_registered && at_dispatch {
        needs.push(paper(PaperKind::Conformity, Law::ProduceSafety, "produce_needs_conformity"));
    }
    // 食品安全法 §35, §36: food that is no primary produce is made under a licence, or in a registered small
    // workshop; §67: its label.
    if said.contains(&Trait::Processed) {
        needs.push(Missing {
            any_of: vec![PaperKind::FoodLicence, PaperKind::Workshop],
            label: None,
            law: Law::FoodLicensing,
            why: "processed_needs_licence",
        });
        needs.extend(LABEL.map(|(field, why)| Missing {
            any_of: Vec::new(),
            label: Some(field),
            law: Law::FoodLabel,
            why,
        }));
    }
    for (mark, kind, law, why) in MARKS {
        if said.contains(&mark) {
            needs.push(paper(kind, law, why));
        }
    }
    let asked = goods.template_papers.iter().filter(|kind| at_dispatch || kind.is_licence_or_mark());
    for kind in asked {
        if !needs.iter().any(|need| need.any_of == [*kind]) {
            needs.push(paper(*kind, Law::Template, "template_needs_paper"));
        }
    }
    needs
}

const LABEL: [(LabelField, &str); 4] = [
    (LabelField::Ingredients, "label_needs_ingredients"),
    (LabelField::Producer, "label_needs_producer"),
    (LabelField::Storage, "label_needs_storage"),
    (LabelField::ShelfLife, "label_needs_shelf_life"),
];

/// 农产品质量安全法 §42: no mark without its certificate; marks of relief are given by the county alone.
const MARKS: [(Trait, PaperKind, Law, &str); 3] = [
    (Trait::Organic, PaperKind::MarkOrganic, Law::ProduceMarks, "organic_needs_certificate"),
    (Trait::Green, PaperKind::MarkGreen, Law::ProduceMarks, "green_needs_certificate"),
    (Trait::Relief, PaperKind::MarkRelief, Law::ReliefMark, "relief_needs_certificate"),
];

fn paper(kind: PaperKind, law: Law, why: &'static str) -> Missing {
    Missing { any_of: vec![kind], label: None, law, why }
}

/// Goods for which firms and co-ops promise a 承诺达标合格证 of each batch.
#[must_use]
pub const fn is_produce(category: Category) -> bool {
    use Category::{Eggs, Fish, Fruit, Tea, Vegetables};
    matches!(category, Eggs | Vegetables | Fruit | Tea | Fish)
}

/// What the goods are by their category, class and title, and which marks their words claim.
fn said_of(goods: &Goods) -> BTreeSet<Trait> {
    let mut said = traits_of(&goods.title);
    let marks = [Trait::Organic, Trait::Green, Trait::Relief];
    said.extend(traits_of(&goods.words).into_iter().filter(|claim| marks.contains(claim)));
    said.extend(match goods.category {
        Some(Category::Pork) => Some(Trait::Pork),
        Some(Category::Poultry | Category::Meat) => Some(Trait::Meat),
        Some(category) if is_produce(category) => Some(Trait::Produce),
        Some(Category::Preserved) => Some(Trait::Processed),
        Some(_) | None => None,
    });
    if goods.class == Some(Class::Processed) {
        said.insert(Trait::Processed);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    fn goods(category: Category, title: &str) -> Goods {
        Goods {
            category: Some(category),
            class: None,
            seller_is_registered: false,
            is_raising_service: false,
            title: title.to_owned(),
            words: String::new(),
            label: BTreeSet::new(),
            template_papers: Vec::new(),
        }
    }

    fn by_co_op(goods: Goods) -> Goods {
        Goods { seller_is_registered: true, ..goods }
    }

    /// What is missing without any paper: before publishing, and before dispatch.
    fn whys(goods: &Goods) -> [Vec<&'static str>; 2] {
        let none = BTreeSet::new();
        [Stage::Publish, Stage::Dispatch]
            .map(|stage| missing(goods, &none, stage).into_iter().map(|missing| missing.why).collect())
    }

    const PORK: [&str; 3] = ["pork_needs_slaughterhouse", "pork_needs_quarantine", "pork_needs_inspection"];
    const PROCESSED: [&str; 5] = [
        "processed_needs_licence",
        "label_needs_ingredients",
        "label_needs_producer",
        "label_needs_storage",
        "label_needs_shelf_life",
    ];

    #[test]
    fn every_row_of_the_table() {
        let raised = Goods { is_raising_service: true, ..goods(Category::Pork, "年猪四分之一头") };
        let processed = Goods { class: Some(Class::Processed), ..goods(Category::Grain, "粘豆包") };
        for (goods, publish, dispatch) in [
            (goods(Category::Pork, "土猪肉"), &PORK[..], &PORK[..]),
            (raised, &[], &PORK),
            (goods(Category::Poultry, "活鸡"), &[], &["meat_needs_quarantine"]),
            (goods(Category::Meat, "黑山羊"), &[], &["meat_needs_quarantine"]),
            (goods(Category::Eggs, "土鸡蛋"), &[], &[]),
            (goods(Category::Tea, "春茶"), &[], &[]),
            (by_co_op(goods(Category::Eggs, "土鸡蛋")), &[], &["produce_needs_conformity"]),
            (by_co_op(goods(Category::Vegetables, "一篮")), &[], &["produce_needs_conformity"]),
            (by_co_op(goods(Category::Fruit, "一箱")), &[], &["produce_needs_conformity"]),
            (by_co_op(goods(Category::Tea, "毛峰")), &[], &["produce_needs_conformity"]),
            (by_co_op(goods(Category::Fish, "一条")), &[], &["produce_needs_conformity"]),
            (by_co_op(goods(Category::Grain, "新米")), &[], &[]),
            (goods(Category::Preserved, "一罐"), &PROCESSED, &PROCESSED),
            (processed, &PROCESSED, &PROCESSED),
            (goods(Category::Grain, "有机新米"), &["organic_needs_certificate"], &["organic_needs_certificate"]),
            (goods(Category::Grain, "绿色食品新米"), &["green_needs_certificate"], &["green_needs_certificate"]),
            (goods(Category::Other, "扶贫核桃"), &["relief_needs_certificate"], &["relief_needs_certificate"]),
            (goods(Category::Honey, "土蜂蜜"), &[], &[]),
        ] {
            assert_eq!(whys(&goods), [publish.to_vec(), dispatch.to_vec()], "{goods:?}");
        }
    }

    #[test]
    fn leaving_the_template_out_opens_no_gate() {
        for (title, publish, dispatch) in [
            ("农家猪肉", &PORK[..], &PORK[..]),
            ("自家腊肉", &PROCESSED, &PROCESSED),
            ("麻辣香肠", &PROCESSED, &PROCESSED),
            ("豆豉", &PROCESSED, &PROCESSED),
            ("霉豆腐", &PROCESSED, &PROCESSED),
            ("活鸡", &[], &["meat_needs_quarantine"]),
            ("猪草", &[], &[]),
            ("有机肥", &[], &[]),
        ] {
            for category in [Some(Category::Other), None] {
                let goods = Goods { category, ..goods(Category::Other, title) };
                assert_eq!(whys(&goods), [publish.to_vec(), dispatch.to_vec()], "{title}");
            }
        }
    }

    #[test]
    fn marks_are_claimed_in_the_description_too_but_goods_are_what_the_title_says() {
        let claimed =
            Goods { words: "按有机方式种的，可炒腊肉".to_owned(), ..goods(Category::Vegetables, "蒜苗") };
        assert_eq!(whys(&claimed)[0], ["organic_needs_certificate"]);
    }

    #[test]
    fn one_of_licence_and_workshop_is_enough_and_a_whole_label() {
        let label = LabelField::ALL.iter().copied().collect();
        let bacon = Goods { label, ..goods(Category::Preserved, "腊肉") };
        for kind in [PaperKind::FoodLicence, PaperKind::Workshop] {
            assert_eq!(missing(&bacon, &BTreeSet::from([kind]), Stage::Publish), []);
        }
        assert_eq!(whys(&bacon)[0], ["processed_needs_licence"]);
    }

    #[test]
    fn a_template_may_ask_for_more() {
        let template_papers = vec![PaperKind::Conformity, PaperKind::MarkGreen];
        let asked = Goods { template_papers, ..goods(Category::Grain, "新米") };
        assert_eq!(whys(&asked), [vec!["template_needs_paper"], vec!["template_needs_paper"; 2]]);
        let again = Goods { template_papers: vec![PaperKind::Quarantine], ..goods(Category::Poultry, "鸡") };
        assert_eq!(whys(&again)[1], ["meat_needs_quarantine"], "nothing is asked for twice");
    }

    fn any_goods() -> impl Strategy<Value = Goods> {
        let titles = ["土猪肉", "腊肉", "土鸡蛋", "活鸡", "有机新米", "猪草", "扶贫豆豉", "核桃"];
        (
            prop::option::of(select(Category::ALL)),
            prop::option::of(select(Class::ALL)),
            any::<[bool; 2]>(),
            select(titles.to_vec()),
            select(titles.to_vec()),
            subsequence(LabelField::ALL, 0..=LabelField::ALL.len()),
            subsequence(PaperKind::ALL, 0..=PaperKind::ALL.len()),
        )
            .prop_map(|(category, class, [registered, raising], title, words, label, papers)| Goods {
                category,
                class,
                seller_is_registered: registered,
                is_raising_service: raising,
                title: title.to_owned(),
                words: words.to_owned(),
                label: label.into_iter().collect(),
                template_papers: papers,
            })
    }

    proptest! {
        #[test]
        fn more_papers_never_make_more_missing(goods in any_goods(), few in subsequence(PaperKind::ALL, 0..=9), more in subsequence(PaperKind::ALL, 0..=9), stage in select(Stage::ALL)) {
            let few: BTreeSet<PaperKind> = few.into_iter().collect();
            let many: BTreeSet<PaperKind> = few.iter().copied().chain(more).collect();
            let with_few = missing(&goods, &few, stage);
            prop_assert!(missing(&goods, &many, stage).iter().all(|missing| with_few.contains(missing)));
            let all = PaperKind::ALL.iter().copied().collect();
            prop_assert!(missing(&goods, &all, stage).iter().all(|missing| missing.label.is_some()));
        }

        #[test]
        fn what_is_needed_to_publish_is_needed_to_send(goods in any_goods()) {
            let at_dispatch = needs(&goods, Stage::Dispatch);
            prop_assert!(needs(&goods, Stage::Publish).iter().all(|need| at_dispatch.iter().any(|it| it.any_of == need.any_of && it.label == need.label)));
        }

        #[test]
        fn without_template_no_gate_of_the_title_opens(goods in any_goods(), stage in select(Stage::ALL)) {
            let bare = Goods { category: None, class: None, template_papers: Vec::new(), ..goods.clone() };
            let whole = needs(&goods, stage);
            prop_assert!(needs(&bare, stage).iter().all(|need| whole.iter().any(|it| it.any_of == need.any_of && it.label == need.label)));
        }
    }
}
