//! Bandwidth weights: how much each position of a circuit uses relays of each kind (dir-spec,
//! "Computing bandwidth weights").

use std::fmt;

/// The weight that stands for 1 where `bwweightscale` says nothing else.
pub(super) const DEFAULT_WEIGHT_SCALE: i32 = 10_000;
/// How far weights may be from balance, in parts of the scale.
const MARGIN: i128 = 10;

/// Bandwidth by kind of relay, in kB/s as `w` lines say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandwidthTotals {
    /// Guards that are no exits.
    pub guard: u64,
    /// Relays that are neither.
    pub middle: u64,
    /// Exits that are no guards.
    pub exit: u64,
    /// Guards that are exits.
    pub both: u64,
    /// What of the exits and middles above is a part of guards with a `GuardFraction`. Tor counts it there,
    /// and leaves it out of the total.
    pub beside_guards: u64,
}

impl Default for BandwidthTotals {
    /// Each kind begins with 1, so that nothing is divided by zero; tor does so from method 26 on.
    fn default() -> Self {
        Self { guard: 1, middle: 1, exit: 1, both: 1, beside_guards: 0 }
    }
}

/// The seven weights that the others follow from, in parts of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandwidthWeights {
    /// Guards in the guard position.
    pub wgg: i64,
    /// Guards that are exits in the guard position.
    pub wgd: i64,
    /// Guards in the middle.
    pub wmg: i64,
    /// Exits in the middle.
    pub wme: i64,
    /// Guards that are exits in the middle.
    pub wmd: i64,
    /// Exits in the exit position.
    pub wee: i64,
    /// Guards that are exits in the exit position.
    pub wed: i64,
}

impl BandwidthTotals {
    /// Adds a relay.
    pub fn add(&mut self, is_exit: bool, is_guard: bool, kilobytes_per_second: u64) {
        let sum = match (is_guard, is_exit) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.guard,
            (false, true) => &mut self.exit,
            (false, false) => &mut self.middle,
        };
        *sum = sum.saturating_add(kilobytes_per_second);
    }

    /// Adds the part of a guard that counts as none yet.
    pub(super) fn add_beside_guard(&mut self, is_exit: bool, kilobytes_per_second: u64) {
        self.add(is_exit, false, kilobytes_per_second);
        self.beside_guards = self.beside_guards.saturating_add(kilobytes_per_second);
    }

    /// The weights of these totals, or `None` where tor finds none that balance.
    pub fn weights(&self, scale: i64) -> Option<BandwidthWeights> {
        Case {
            g: self.guard.into(),
            m: self.middle.into(),
            e: self.exit.into(),
            d: self.both.into(),
            beside: self.beside_guards.into(),
            scale: scale.into(),
        }
        .weights()
        .map(Weights::narrow)
    }
}

/// The totals and the scale in the letters of dir-spec.
#[derive(Clone, Copy)]
struct Case {
    g: i128,
    m: i128,
    e: i128,
    d: i128,
    /// What is in `m` and `e` and not in the total.
    beside: i128,
    scale: i128,
}

#[derive(Clone, Copy)]
struct Weights {
    gg: i128,
    gd: i128,
    mg: i128,
    me: i128,
    md: i128,
    ee: i128,
    ed: i128,
}

impl Weights {
    fn narrow(self) -> BandwidthWeights {
        let Self { gg, gd, mg, me, md, ee, ed } = self;
        BandwidthWeights {
            wgg: gg as i64,
            wgd: gd as i64,
            wmg: mg as i64,
            wme: me as i64,
            wmd: md as i64,
            wee: ee as i64,
            wed: ed as i64,
        }
    }
}

/// What is wrong with weights.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Parts that do not add up or lie outside of 0 to 1.
    Parts,
    /// Guard and exit positions get different bandwidth.
    GuardAndExit,
    /// Guard position and middle get different bandwidth.
    Middle,
}

impl Case {
    const fn total(&self) -> i128 {
        self.g + self.m + self.e + self.d - self.beside
    }

    fn weights(&self) -> Option<Weights> {
        let Self { g, m, e, d, .. } = *self;
        if g <= 0 || m <= 0 || e <= 0 || d <= 0 {
            return None;
        }
        let total = self.total();
        match (3 * g < total, 3 * e < total) {
            (false, false) => self.checked(self.none_scarce()),
            (true, true) if g.min(e) + d < g.max(e) => Some(self.both_scarce_and_far_apart()),
            (true, true) => self.both_scarce(),
            (_, _) if 3 * (g.min(e) + d) < total => Some(self.one_scarce_without_help()),
            (_, _) => self.checked(self.one_scarce()),
        }
    }

    /// Case 1.
    const fn none_scarce(&self) -> Weights {
        let Self { g, m, e, scale, .. } = *self;
        let third = scale / 3;
        let ee = scale * (e + g + m) / (3 * e);
        let mg = scale * (2 * g - e - m) / (3 * g);
        Weights { gd: third, ed: third, md: third, ee, me: scale - ee, mg, gg: scale - mg }
    }

    /// Case 2a: what is both serves the scarcer one.
    const fn both_scarce_and_far_apart(&self) -> Weights {
        let Self { g, e, scale, .. } = *self;
        let (ed, gd) = if e < g { (scale, 0) } else { (0, scale) };
        Weights { gg: scale, ee: scale, mg: 0, me: 0, md: 0, ed, gd }
    }

    /// Case 2b: first with equal parts of what is both, then with all exits as exits.
    fn both_scarce(&self) -> Option<Weights> {
        let Self { g, m, e, d, scale, .. } = *self;
        let ed = scale * (d - 2 * e + 4 * g - 2 * m) / (3 * d);
        let half = (scale - ed) / 2;
        let ee = scale * (e - g + m) / e;
        let me = scale * (g - m) / e;
        let equal = Weights { ee, ed, me, mg: 0, gg: scale, md: half, gd: half };
        if self.fault(&equal).is_none() {
            return Some(equal);
        }
        let ed = scale * (d - 2 * e + g + m) / (3 * d);
        let md = (scale * (d - 2 * m + g + e) / (3 * d)).max(0);
        let weights = Weights { gg: scale, ee: scale, ed, md, me: 0, mg: 0, gd: scale - ed - md };
        let is_usable = self.fault(&weights).is_none_or(|fault| fault == Fault::Middle);
        is_usable.then_some(weights)
    }

    /// Case 3a: even with all that is both, the scarce one stays below a third.
    const fn one_scarce_without_help(&self) -> Weights {
        let Self { g, m, e, scale, .. } = *self;
        if g < e {
            let me = if e < m { 0 } else { scale * (e - m) / (2 * e) };
            Weights { gg: scale, gd: scale, md: 0, ed: 0, mg: 0, me, ee: scale - me }
        } else {
            let mg = if g < m { 0 } else { scale * (g - m) / (2 * g) };
            Weights { ee: scale, ed: scale, md: 0, gd: 0, me: 0, mg, gg: scale - mg }
        }
    }

    /// Case 3b.
    const fn one_scarce(&self) -> Weights {
        let Self { g, m, e, d, scale, .. } = *self;
        if g < e {
            let gd = scale * (d - 2 * g + e + m) / (3 * d);
            let ee = scale * (e + m) / (2 * e);
            let half = (scale - gd) / 2;
            Weights { gg: scale, gd, mg: 0, ee, me: scale - ee, md: half, ed: half }
        } else {
            let ed = scale * (d - 2 * e + g + m) / (3 * d);
            let gg = scale * (g + m) / (2 * g);
            let half = (scale - ed) / 2;
            Weights { ee: scale, ed, me: 0, gg, mg: scale - gg, md: half, gd: half }
        }
    }

    fn checked(&self, weights: Weights) -> Option<Weights> {
        self.fault(&weights).is_none().then_some(weights)
    }

    fn fault(&self, weights: &Weights) -> Option<Fault> {
        let Self { g, m, e, d, scale, .. } = *self;
        let Weights { gg, gd, mg, me, md, ee, ed } = *weights;
        let is_near = |a: i128, b: i128, margin: i128| (a - b).abs() <= margin;
        let sums = [ed + md + gd, mg + gg, me + ee];
        let is_whole = sums.into_iter().all(|sum| is_near(sum, scale, MARGIN));
        let is_in_range =
            [gg, gd, mg, me, md, ed, ee].into_iter().all(|weight| (0..=scale).contains(&weight));
        let margin = MARGIN * self.total() / 3;
        let guard = gg * g + gd * d;
        if !is_whole || !is_in_range {
            Some(Fault::Parts)
        } else if !is_near(guard, ee * e + ed * d, margin) {
            Some(Fault::GuardAndExit)
        } else if !is_near(guard, m * scale + md * d + me * e + mg * g, margin) {
            Some(Fault::Middle)
        } else {
            None
        }
    }
}

/// The `bandwidth-weights` line with all nineteen weights.
pub(super) fn bandwidth_weights_line(weights: &BandwidthWeights, scale: i64) -> impl fmt::Display {
    let BandwidthWeights { wgg, wgd, wmg, wme, wmd, wee, wed } = *weights;
    fmt::from_fn(move |line| {
        write!(
            line,
            "bandwidth-weights Wbd={wmd} Wbe={wme} Wbg={wmg} Wbm={scale} Wdb={scale} \
             Web={scale} Wed={wed} Wee={wee} Weg={wed} Wem={wee} Wgb={scale} Wgd={wgd} Wgg={wgg} Wgm={wgg} \
             Wmb={scale} Wmd={wmd} Wme={wme} Wmg={wmg} Wmm={scale}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(totals: [u64; 4], expected: Option<[i64; 7]>) {
        let [guard, middle, exit, both] = totals;
        let weights = BandwidthTotals { guard, middle, exit, both, beside_guards: 0 }.weights(10_000);
        let parts = weights.map(|w| [w.wgg, w.wgd, w.wmg, w.wme, w.wmd, w.wee, w.wed]);
        assert_eq!(parts, expected, "{totals:?}");
    }

    /// Totals are guard, middle, exit, both; weights gg, gd, mg, me, md, ee, ed. Worked by hand.
    #[test]
    fn every_case_of_dir_spec_has_its_weights() {
        // 1: ee is 350/420, mg is 130/480.
        check([160, 50, 140, 50], Some([7292, 3333, 2708, 1667, 3333, 8333, 3333]));
        // 2a: the scarcer one stays below the other with all that is both.
        check([200, 650, 100, 50], Some([10_000, 0, 0, 0, 0, 10_000, 10_000]));
        check([100, 650, 200, 50], Some([10_000, 10_000, 0, 0, 0, 10_000, 0]));
        // 2b with equal parts: ed is 850/1350, ee 50/200, me 150/200.
        check([250, 100, 200, 450], Some([10_000, 1852, 0, 7500, 1852, 2500, 6296]));
        // 2b with all exits as exits, since the middle is too large for the first: ed is 400/750, md 100/750.
        check([250, 300, 200, 250], Some([10_000, 3334, 0, 0, 1333, 10_000, 5333]));
        // 2b with a middle above a third, within the margin: ed is 300,100/600,000, md below zero.
        check([175_000, 275_100, 175_000, 200_000], Some([10_000, 4999, 0, 0, 0, 10_000, 5001]));
        // 2b with far too much in the middle balances nowhere.
        check([175, 400, 175, 250], None);
        // 3a: me is 200/1000; a middle as large as the guards takes none of them.
        check([100, 300, 500, 100], Some([10_000, 10_000, 0, 2000, 0, 8000, 0]));
        check([400, 400, 100, 100], Some([10_000, 0, 0, 0, 0, 10_000, 10_000]));
        // 3b: ed is 550/750 and gg 600/800, or gd and ee.
        check([400, 200, 150, 250], Some([7500, 1333, 2500, 0, 1333, 10_000, 7333]));
        check([150, 200, 400, 250], Some([10_000, 7333, 0, 2500, 1333, 7500, 1333]));
        check([0, 1, 1, 1], None);
    }

    proptest! {
        #[test]
        fn weights_are_parts_that_add_up(totals in any::<[u32; 4]>()) {
            let [guard, middle, exit, both] = totals.map(|total| u64::from(total) + 1);
            if let Some(w) = (BandwidthTotals { guard, middle, exit, both, beside_guards: 0 }).weights(10_000) {
                for sum in [w.wed + w.wmd + w.wgd, w.wmg + w.wgg, w.wme + w.wee] {
                    prop_assert!((sum - 10_000).abs() <= 10);
                }
                for part in [w.wgg, w.wgd, w.wmg, w.wme, w.wmd, w.wee, w.wed] {
                    prop_assert!((0..=10_000).contains(&part));
                }
            }
        }
    }
}
