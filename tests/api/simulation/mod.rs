//! A market that goes its way by a seed: people who order, pay, change their minds, pack, send, receive and
//! are paid, a provider that tells things twice, late or wrongly, answers that are lost, a clock that jumps,
//! a server that is started anew. Whatever happens, nothing that was acknowledged is lost, nobody is told
//! that the server failed, and the books are in order.
//!
//! `SIM_SEED` and `SIM_STEPS` choose another run (`make sim`); a failure prints its seed.

mod chance;
mod known;
mod town;

use town::Town;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[actix_web::test]
async fn the_market_goes_its_way() {
    let (seed, steps) = (number("SIM_SEED", 20_260_920), number("SIM_STEPS", 400));
    let _told = OnFailure(seed);
    let mut town = Town::new(seed).await;
    for step in 0..steps {
        town.step().await;
        if step % 50 == 49 {
            town.check().await;
        }
    }
    town.come_to_rest().await;
    town.report();
}

/// Says how a run that failed is repeated.
struct OnFailure(u64);

impl Drop for OnFailure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the simulation failed with SIM_SEED={}", self.0);
        }
    }
}
