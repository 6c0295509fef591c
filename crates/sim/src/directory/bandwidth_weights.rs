//! The `bandwidth-weights` line of a consensus.

use super::round::Round;
use super::sight::bit;
use allium_consensus::{BandwidthTotals, BandwidthWeights};
use allium_model::Flag;

/// What 1 is in the line.
const SCALE: i64 = 10_000;

/// The line with its end, or nothing where no weights balance.
pub(crate) fn line(round: &Round) -> String {
    let mut totals = BandwidthTotals::default();
    for decision in &round.decisions {
        let is_exit = decision.flags & (bit(Flag::Exit) | bit(Flag::BadExit)) == bit(Flag::Exit);
        totals.add(is_exit, decision.flags & bit(Flag::Guard) != 0, decision.weight.into());
    }
    let Some(weights) = totals.weights(SCALE) else { return String::new() };
    let BandwidthWeights { wgg, wgd, wmg, wme, wmd, wee, wed } = weights;
    format!(
        "bandwidth-weights Wbd={wmd} Wbe={wme} Wbg={wmg} Wbm={SCALE} Wdb={SCALE} Web={SCALE} Wed={wed} \
         Wee={wee} Weg={wed} Wem={wee} Wgb={SCALE} Wgd={wgd} Wgg={wgg} Wgm={wgg} Wmb={SCALE} Wmd={wmd} \
         Wme={wme} Wmg={wmg} Wmm={SCALE}\n"
    )
}
