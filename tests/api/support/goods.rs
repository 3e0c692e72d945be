//! What households of the tests offer.

use serde_json::{Value, json};

/// A good, as a coordinator writes it down.
#[derive(Clone, Copy)]
pub struct Offer {
    pub title: &'static str,
    pub category: &'static str,
    pub unit_label: &'static str,
    pub net_weight_g: Option<i64>,
    pub stock: i64,
    /// Parts of the price that are not zero.
    pub price: &'static [(&'static str, i64)],
}

/// 48.00 a box.
pub const EGGS: Offer = Offer {
    title: "土鸡蛋 30 枚/盒",
    category: "eggs",
    unit_label: "盒",
    net_weight_g: Some(1_500),
    stock: 20,
    price: &[
        ("farmer_pay_fen", 3_300),
        ("packing_fen", 450),
        ("freight_fen", 700),
        ("coop_fee_fen", 200),
        ("collective_fund_fen", 100),
        ("loss_reserve_fen", 50),
    ],
};

/// 228.00 a bird, with a part of every kind.
pub const HEN: Offer = Offer {
    title: "时光鸡（三年）",
    category: "poultry",
    unit_label: "只",
    net_weight_g: Some(1_800),
    stock: 5,
    price: &[
        ("farmer_pay_fen", 14_000),
        ("quality_bonus_fen", 600),
        ("coop_fee_fen", 1_400),
        ("packing_fen", 900),
        ("freight_fen", 3_600),
        ("inspection_fen", 1_200),
        ("collective_fund_fen", 500),
        ("loss_reserve_fen", 400),
        ("platform_cost_fen", 200),
    ],
};

/// 72.00 a bag, of the other village.
pub const WALNUTS: Offer = Offer {
    title: "山核桃 2.5 公斤/袋",
    category: "other",
    unit_label: "袋",
    net_weight_g: Some(2_500),
    stock: 10,
    price: &[
        ("farmer_pay_fen", 5_200),
        ("coop_fee_fen", 300),
        ("packing_fen", 300),
        ("freight_fen", 1_200),
        ("collective_fund_fen", 150),
        ("loss_reserve_fen", 50),
    ],
};

impl Offer {
    /// The body of `POST /listings`.
    pub fn of(&self, household_id: &str) -> Value {
        let price: serde_json::Map<String, Value> =
            self.price.iter().map(|(part, fen)| ((*part).to_owned(), json!(fen))).collect();
        json!({
            "household_id": household_id,
            "title": self.title,
            "category": self.category,
            "unit_label": self.unit_label,
            "net_weight_g": self.net_weight_g,
            "stock": self.stock,
            "price": price,
        })
    }

    pub const fn with_stock(self, stock: i64) -> Self {
        Self { stock, ..self }
    }

    pub const fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }
}

/// The standard of the county for what [`EGGS`] offers.
pub fn template_of_eggs() -> Value {
    json!({
        "region_code": "510824", "product": "土鸡蛋", "title": EGGS.title, "category": "eggs", "class": "primary",
        "unit_label": "盒", "base": "piece", "pack_quantity": 30, "weight_min_g": 1_300, "weight_max_g": 1_800,
        "claim_window_h": 48, "returns_rule": "perishable", "papers": ["conformity"],
    })
}
