//! A table of households that a coordinator has sent in: judged, with a slip in it, not carried out yet.

use std::error::Error;

use super::accounts::People;
use super::village::Village;
use crate::context::Context;
use crate::imports::{Import, Kind, Received, service, work};
use crate::kernel::Role;

const TABLE: &str = "\
村,别名,故事,人数,别名同意方式
{village},新屋刘家,油菜和菜籽油，自家榨。,四口,点按
{village},磨坊张家,石磨豆腐，当天做当天送。,３,点按
{village},晒坝陈家,,5-6,否
{village},桥头何家,两棚香菇。,2,点按
";

pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let village = villages.first().ok_or("no village")?;
    let by = people.holder(Role::Coordinator, &village.code);
    let act = context.act(by, Role::Coordinator);
    let id = act.new_id::<Import>();
    let table = TABLE.replace("{village}", village.code.as_str());
    let received = Received::read(Kind::Households, "摸底登记.csv", table.as_bytes())?;
    work::keep_blocking(context, id, context.secrets.seal_bytes(&work::context_of(id), table.as_bytes()))?;
    context.db.write_blocking(|conn| service::put_down(conn, &act, id, by, &received).map(|_| ()))?;
    Ok(work::check(context, id, &|_| ())?)
}
