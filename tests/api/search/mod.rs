//! Looking for something: by words however they are typed, by filters, by what stands first. On the
//! demonstration's goods, so that what is found can be looked at.

mod bounds;
mod facets;
mod fairness;
mod typed;

use clap::Parser;
use diesel::prelude::*;
use serde_json::Value;
use std::rc::Rc;
use std::sync::Arc;

use crate::common::{self, Database};
use crate::support::{Letterbox, Person, TestApp, rows, text};
use yuanshan::cli::Cli;
use yuanshan::db::DbError;
use yuanshan::db::schema::{listings, product_templates, users};
use yuanshan::demo::{self, Options};
use yuanshan::kernel::{Id, UserId};
use yuanshan::templates::{Base, Category, Class, ReturnsRule, Template};

/// The goods of the demonstration, and a visitor.
pub struct Shop {
    pub app: Rc<TestApp>,
    pub visitor: Person,
}

impl Shop {
    pub async fn new() -> Self {
        let database = Rc::new(Database::new());
        let letters = Arc::new(Letterbox::default());
        let context = common::context(&database, common::settings(), 2, letters.clone());
        let arguments = ["yuanshan", "--password-memory-kib", "8", "serve"];
        let config = Cli::try_parse_from(arguments).expect("valid arguments").config;
        let until = Some("2026-09-20".parse().expect("a day"));
        let options = Options { seed: 1, until, days: 2, if_empty: false };
        // Pictures are kept with a runtime of its own, which does not start within another.
        let fill =
            || demo::fill(&context, &config, &options, &mut |_, _| ()).map(|_| ()).map_err(|error| error.to_string());
        let filled = std::thread::scope(|scope| scope.spawn(fill).join());
        filled.expect("it fills to the end").expect("it fills");
        let app = TestApp::of(database, context, letters).await;
        let visitor = Person::anonymous(&app);
        Self { app, visitor }
    }

    pub async fn list(&self, query: &str) -> Value {
        self.visitor.get(format!("/api/v1/listings?limit=100&{query}")).await.ok()
    }

    pub async fn facets(&self, query: &str) -> Value {
        self.visitor.get(format!("/api/v1/listings/facets?{query}")).await.ok()
    }

    /// What is found by words, the cheapest first, and what the words were taken for.
    pub async fn find(&self, words: &str) -> (Vec<String>, Option<String>) {
        let found = self.list(&format!("sort=price_asc&q={}", encoded(words))).await;
        let titles = rows(&found).iter().map(|row| text(row, "/title").to_owned()).collect();
        (titles, found["corrected"].as_str().map(str::to_owned))
    }

    /// Gives goods a season, and has others ordered ahead.
    pub fn give_seasons(&self) {
        let act = self.app.context().system_act();
        let seasons = [("甜玉米 20 穗/箱", "06-01", "08-31"), ("高山新米 10 公斤/袋", "09-01", "02-28")];
        self.app
            .context()
            .db
            .write_blocking(|conn| {
                let somebody: UserId = users::table.order(users::id).select(users::id).first(conn)?;
                for (title, from, until) in seasons {
                    let template = template(act.new_id(), somebody, (from, until), act.at);
                    diesel::insert_into(product_templates::table).values(&template).execute(conn)?;
                    let listing = listings::table.filter(listings::title.eq(title));
                    let given = diesel::update(listing).set(listings::template_id.eq(template.id)).execute(conn)?;
                    assert_eq!(given, 1, "{title}");
                }
                let ahead = listings::table.filter(listings::category.eq("honey"));
                diesel::update(ahead).set(listings::sale_kind.eq("pre_order")).execute(conn)?;
                Ok::<_, DbError>(())
            })
            .expect("seasons are given");
    }
}

fn template(id: Id<Template>, by: UserId, season: (&str, &str), at: yuanshan::kernel::Instant) -> Template {
    Template {
        id,
        region_code: "51".parse().expect("a place"),
        product: "时令".into(),
        title: "时令".into(),
        category: Category::Vegetables,
        class: Class::Primary,
        unit_label: "箱".into(),
        base: Base::Gram,
        pack_quantity: 1,
        weight_min_g: None,
        weight_max_g: None,
        catch_weight: false,
        season_from: Some(season.0.into()),
        season_until: Some(season.1.into()),
        min_age_days: None,
        shelf_life_days: None,
        claim_window_h: 48,
        cost_floor_fen: None,
        capacity_unit: None,
        yield_limit: None,
        returns_rule: ReturnsRule::Perishable,
        standard: None,
        created_by: by,
        created_at: at,
        replaces_id: None,
        retired_at: None,
    }
}

pub fn encoded(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}
