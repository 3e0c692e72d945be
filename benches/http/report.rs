//! The figures as Markdown.

use std::fmt;
use std::time::Duration;

use crate::database::Kept;
use crate::flows::{BURST_UNITS, Burst, Flow, Measured};
use crate::server::BUYERS;
use crate::wrk::CONNECTIONS;

/// What was measured on one database.
pub struct Report {
    pub database: &'static str,
    pub flows: Vec<Measured>,
    pub burst: Vec<Burst>,
    pub idle_kib: u64,
    pub peak_kib: u64,
    pub kept: Kept,
    pub cold_starts: Vec<Duration>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.database)?;
        writeln!(f, "| flow | requests/s | of bare | p50 ms | p99 ms | failures |\n|---|--:|--:|--:|--:|--:|")?;
        let bare = self.flows.iter().find(|measured| measured.flow == Flow::Bare);
        let bare = bare.map_or(1, |measured| measured.median.per_second());
        for measured in &self.flows {
            row(f, measured, bare)?;
        }
        writeln!(f)?;
        self.burst(f)?;
        let memory = |kib: u64| kib / 1024;
        writeln!(f, "- Memory: {} MiB idle, {} MiB at the peak.", memory(self.idle_kib), memory(self.peak_kib))?;
        let start = self.cold_starts[self.cold_starts.len() / 2];
        writeln!(f, "- From start to the first answer, on the database that the runs left: {} ms.", start.as_millis())?;
        self.kept(f)
    }
}

impl Report {
    fn burst(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Burst { sold, refused, failed, took } = self.burst[self.burst.len() / 2];
        write!(f, "- {BUYERS} buyers press at once for {BURST_UNITS} units: {sold} sold, {refused} told so, ")?;
        writeln!(f, "{failed} failed; everybody is answered after {} ms.", took.as_millis())
    }

    /// Every checkout that was acknowledged has to be there; those under way when wrk hung up may be.
    fn kept(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let orders = || self.flows.iter().filter(|measured| measured.flow.places_orders());
        let runs = || orders().flat_map(|measured| &measured.runs);
        let by_wrk: u64 = runs().map(|run| run.requests - run.failures.min(run.requests)).sum();
        // Before each burst one buyer takes what is too much.
        let by_hand: usize = self.burst.iter().map(|burst| burst.sold + 1).sum();
        let acknowledged = by_wrk + u64::try_from(by_hand).unwrap_or_default();
        let under_way = u64::try_from(runs().count()).unwrap_or_default() * CONNECTIONS;
        let kept = &self.kept;
        let complete = (acknowledged..=acknowledged + under_way).contains(&kept.checkouts);
        let verdict = if complete { "nothing is missing" } else { "**this does not fit**" };
        write!(f, "- {acknowledged} checkouts acknowledged, {} found after the server was killed ", kept.checkouts)?;
        writeln!(f, "(some were under way): {verdict}.")?;
        if kept.findings.is_empty() {
            return writeln!(f, "- All invariants hold; checking took {} s.", kept.took.as_secs());
        }
        writeln!(f, "- **{} invariants do not hold**, the first: {}", kept.findings.len(), kept.findings[0])
    }
}

fn row(f: &mut fmt::Formatter<'_>, measured: &Measured, bare: u64) -> fmt::Result {
    let run = &measured.median;
    let failures: u64 = measured.runs.iter().map(|run| run.failures).sum();
    let per_mille = run.per_second() * 1_000 / bare.max(1);
    let thousands = |number: u64| match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    };
    let ms = |micros: u64| format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10);
    writeln!(
        f,
        "| {} | {} | {}.{} % | {} | {} | {failures} |",
        measured.flow.title(),
        thousands(run.per_second()),
        per_mille / 10,
        per_mille % 10,
        ms(run.p50_us),
        ms(run.p99_us),
    )
}
