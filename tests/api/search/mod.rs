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
use yuanshan::db::schema::{listings, product_templates};
use yuanshan::demo::{self, Options};
use yuanshan::kernel::Id;
use yuanshan::templates::Template;

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

    /// Leaves two goods a season, and has others ordered ahead.
    pub fn give_seasons(&self) {
        let seasons = [("甜玉米 20 穗/箱", "06-01", "08-31"), ("高山新米 10 公斤/袋", "09-01", "02-28")];
        self.app
            .context()
            .db
            .write_blocking(|conn| {
                let none =
                    (product_templates::season_from.eq(None::<&str>), product_templates::season_until.eq(None::<&str>));
                diesel::update(product_templates::table).set(none).execute(conn)?;
                for (title, from, until) in seasons {
                    let template: Id<Template> = listings::table
                        .filter(listings::title.eq(title))
                        .select(listings::template_id.assume_not_null())
                        .first(conn)?;
                    let season = (product_templates::season_from.eq(from), product_templates::season_until.eq(until));
                    diesel::update(product_templates::table.find(template)).set(season).execute(conn)?;
                }
                let ahead = listings::table.filter(listings::category.eq("honey"));
                diesel::update(ahead).set(listings::sale_kind.eq("pre_order")).execute(conn)?;
                Ok::<_, DbError>(())
            })
            .expect("seasons are given");
    }
}

pub fn encoded(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}
