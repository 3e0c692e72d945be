//! What was wrong with some parcels of the last days, in every state that a claim has, and what buyers say of
//! theirs. All of it is invented, and says so.

use std::error::Error;
use std::time::Duration;

use super::accounts::People;
use super::village::{Village, keep_picture_of};
use crate::claims::{self, ClaimKind, ClaimUnit, NewClaim, Ruling, Verdict};
use crate::context::Context;
use crate::kernel::{Page, Quantity, RegionCode, Role, Scope};
use crate::orders::{self, Order, OrderError, OrderState, ScopeFilter};
use crate::reviews::{self, Words};
use crate::web::ApiError;

/// In which goods are claimed; those of the demonstration have no longer window.
const FRESH: Duration = Duration::from_secs(48 * 3_600);

/// What the village, and then the county, decides.
type Ending = (ClaimKind, &'static str, &'static [Verdict], bool);

/// What happens to the claims: as many as there are fresh orders. The last says whether the county is asked.
const ENDINGS: [Ending; 6] = [
    (ClaimKind::Damaged, "演示：路上压坏了", &[], false),
    (ClaimKind::Damaged, "演示：开箱就是破的", &[Verdict::Refund], false),
    (ClaimKind::NotAsDescribed, "演示：比照片上的小", &[Verdict::Reject], false),
    (ClaimKind::Spoiled, "演示：闻着不新鲜", &[Verdict::Reject], true),
    (ClaimKind::Short, "演示：少了一份", &[Verdict::Reject, Verdict::Refund], true),
    (ClaimKind::Late, "演示：晚到了两天", &[Verdict::Resend], false),
];

/// Stars, words, and the village's answer.
const SAID: [(i64, &str, Option<&str>); 6] = [
    (5, "演示：家里老人说是小时候的味道。", Some("演示：谢谢，给您留着下一批。")),
    (5, "演示：包得很仔细，一点没坏。", None),
    (4, "演示：好吃，就是等得久了一点。", Some("演示：山路远，我们一定尽早发。")),
    (5, "演示：知道钱到了谁手里，买得安心。", None),
    (3, "演示：个头有大有小。", Some("演示：自家养的，大小不一，下次给您挑匀。")),
    (1, "演示：与商品无关的一句骂人话。", None),
];

/// Claims and reviews of the first village.
pub fn create(context: &Context, people: &People, villages: &[Village]) -> Result<(), Box<dyn Error>> {
    let Some(village) = villages.first() else { return Ok(()) };
    let came = received(context, &village.code)?;
    let fresh = came.iter().filter(|(_, is_fresh)| *is_fresh);
    for ((order, _), ending) in fresh.zip(ENDINGS) {
        claim(context, people, order, ending)?;
    }
    for ((order, _), said) in came.iter().zip(SAID) {
        review(context, people, order, said)?;
    }
    Ok(())
}

/// Orders that came, the newest first, and whether they can be claimed still.
fn received(context: &Context, village: &RegionCode) -> Result<Vec<(Order, bool)>, ApiError> {
    let now = context.clock.now();
    let scope = Scope::new(vec![village.clone()]);
    context
        .db
        .read_blocking(|conn| {
            let filter = ScopeFilter { state: Some(OrderState::Settled), ..ScopeFilter::default() };
            let Page { data, .. } = orders::list_in_scope(conn, &scope, filter, 100, None)?;
            let mut came = Vec::new();
            for order in data {
                let received_at = orders::received_at(conn, order.id)?;
                came.push((order, now < received_at.plus(FRESH)));
            }
            Ok::<_, OrderError>(came)
        })
        .map_err(ApiError::from)
}

fn claim(
    context: &Context,
    people: &People,
    order: &Order,
    (kind, words, verdicts, asks_county): Ending,
) -> Result<(), Box<dyn Error>> {
    let buyer = context.act(order.buyer_id, Role::Buyer);
    let photos = match kind {
        ClaimKind::Late => Vec::new(),
        _ => vec![keep_picture_of(context, order.buyer_id, Role::Buyer, "eggs")?],
    };
    let new =
        NewClaim { line_no: 1, kind, unit: ClaimUnit::Unit, quantity: Quantity::ONE, words: words.to_owned(), photos };
    let decide = |role: Role, verdict: Verdict, id| {
        let act = context.act(people.holder(role, &order.village_code), role);
        let reason = Some("演示：看过照片后决定".to_owned());
        let ruling = Ruling { verdict, amount_fen: None, borne_by: None, reason };
        let usual = context.settings.claim_window;
        context.db.write_blocking(|conn| claims::decide(conn, &act, id, &ruling, usual))
    };
    let opened = context.db.write_blocking(|conn| claims::open(conn, &buyer, order, &new))?;
    let mut verdicts = verdicts.iter();
    if let Some(verdict) = verdicts.next() {
        decide(Role::Coordinator, *verdict, opened.id)?;
    }
    if asks_county {
        context.db.write_blocking(|conn| claims::escalate(conn, &buyer, opened.id, "演示：请县里再看看"))?;
    }
    if let Some(verdict) = verdicts.next() {
        decide(Role::Approver, *verdict, opened.id)?;
    }
    Ok(())
}

fn review(
    context: &Context,
    people: &People,
    order: &Order,
    (stars, words, answer): (i64, &str, Option<&str>),
) -> Result<(), Box<dyn Error>> {
    let act = |role| context.act(people.holder(role, &order.village_code), role);
    let buyer = context.act(order.buyer_id, Role::Buyer);
    let said = Words { stars, words: words.to_owned() };
    let review = context.db.write_blocking(|conn| reviews::write(conn, &buyer, order, 1, &said))?;
    if let Some(answer) = answer {
        context.db.write_blocking(|conn| reviews::reply(conn, &act(Role::Coordinator), &review, answer))?;
    }
    if stars == 1 {
        let reason = "演示：骂人，与商品无关";
        context.db.write_blocking(|conn| reviews::remove(conn, &act(Role::Approver), &review, reason))?;
    }
    Ok(())
}
