//! The `bandwidth-weights` line of a consensus (dir-spec, "Computing bandwidth weights").

use super::round::Round;
use super::sight::bit;
use allium_model::Flag;

/// Sums of consensus weights: guards that are no exits, neither, exits that are no guards, both.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    guard: i64,
    middle: i64,
    exit: i64,
    both: i64,
}

/// The weights that do not follow from the others.
#[derive(Debug, Clone, Copy, Default)]
struct Weights {
    gg: i64,
    gd: i64,
    mg: i64,
    me: i64,
    md: i64,
    ee: i64,
    ed: i64,
}

/// What 1 is in the line.
const SCALE: i64 = 10_000;

/// The line with its end, or nothing where one of the four classes is empty.
pub(crate) fn line(round: &Round) -> String {
    let sums = sums(round);
    if [sums.guard, sums.middle, sums.exit, sums.both].contains(&0) {
        return String::new();
    }
    let Weights { gg, gd, mg, me, md, ee, ed } = weights(sums);
    format!(
        "bandwidth-weights Wbd={md} Wbe={me} Wbg={mg} Wbm={SCALE} Wdb={SCALE} Web={SCALE} Wed={ed} Wee={ee} \
         Weg={ed} Wem={ee} Wgb={SCALE} Wgd={gd} Wgg={gg} Wgm={gg} Wmb={SCALE} Wmd={md} Wme={me} Wmg={mg} Wmm={SCALE}\n"
    )
}

fn sums(round: &Round) -> Sums {
    let mut sums = Sums::default();
    for decision in &round.decisions {
        let is_exit = decision.flags & (bit(Flag::Exit) | bit(Flag::BadExit)) == bit(Flag::Exit);
        let is_guard = decision.flags & bit(Flag::Guard) != 0;
        *match (is_guard, is_exit) {
            (true, true) => &mut sums.both,
            (true, false) => &mut sums.guard,
            (false, true) => &mut sums.exit,
            (false, false) => &mut sums.middle,
        } += i64::from(decision.weight);
    }
    sums
}

fn weights(sums: Sums) -> Weights {
    let Sums { guard, middle, exit, both } = sums;
    let total = guard + middle + exit + both;
    match (3 * guard >= total, 3 * exit >= total) {
        (true, true) => nothing_scarce(sums),
        (false, false) if guard.min(exit) + both < guard.max(exit) => both_scarce_apart(sums),
        (false, false) => both_scarce(sums),
        _ if 3 * (guard.min(exit) + both) < total => one_scarce_whole(sums),
        _ => one_scarce_shared(sums),
    }
}

fn nothing_scarce(Sums { guard, middle, exit, .. }: Sums) -> Weights {
    let third = SCALE / 3;
    let ee = SCALE * (exit + guard + middle) / (3 * exit);
    let mg = SCALE * (2 * guard - exit - middle) / (3 * guard);
    Weights { gg: SCALE - mg, gd: third, mg, me: SCALE - ee, md: third, ee, ed: third }
}

/// All relays that are both go to what is scarcer.
fn both_scarce_apart(Sums { guard, exit, .. }: Sums) -> Weights {
    let ed = if exit < guard { SCALE } else { 0 };
    Weights { gg: SCALE, ee: SCALE, ed, gd: SCALE - ed, ..Weights::default() }
}

fn both_scarce(sums: Sums) -> Weights {
    let Sums { guard, middle, exit, both } = sums;
    let ed = SCALE * (both - 2 * exit + 4 * guard - 2 * middle) / (3 * both);
    let half = (SCALE - ed) / 2;
    let first = Weights {
        gg: SCALE,
        gd: half,
        mg: 0,
        me: SCALE * (guard - middle) / exit,
        md: half,
        ee: SCALE * (exit - guard + middle) / exit,
        ed,
    };
    if is_possible(first) {
        return first;
    }
    let ed = SCALE * (both - 2 * exit + guard + middle) / (3 * both);
    let md = (SCALE * (both - 2 * middle + guard + exit) / (3 * both)).max(0);
    Weights { gg: SCALE, gd: SCALE - ed - md, mg: 0, me: 0, md, ee: SCALE, ed }
}

/// Whether every weight is one.
fn is_possible(Weights { gg, gd, mg, me, md, ee, ed }: Weights) -> bool {
    [gg, gd, mg, me, md, ee, ed].iter().all(|weight| (0..=SCALE).contains(weight))
}

/// Even with all relays that are both there are too few of one kind.
fn one_scarce_whole(Sums { guard, middle, exit, .. }: Sums) -> Weights {
    let spare = |plenty: i64| if plenty < middle { 0 } else { SCALE * (plenty - middle) / (2 * plenty) };
    if guard < exit {
        let me = spare(exit);
        return Weights { gg: SCALE, gd: SCALE, me, ee: SCALE - me, ..Weights::default() };
    }
    let mg = spare(guard);
    Weights { ee: SCALE, ed: SCALE, mg, gg: SCALE - mg, ..Weights::default() }
}

fn one_scarce_shared(Sums { guard, middle, exit, both }: Sums) -> Weights {
    if guard < exit {
        let gd = SCALE * (both - 2 * guard + exit + middle) / (3 * both);
        let (ee, half) = (SCALE * (exit + middle) / (2 * exit), (SCALE - gd) / 2);
        return Weights { gg: SCALE, gd, mg: 0, me: SCALE - ee, md: half, ee, ed: half };
    }
    let ed = SCALE * (both - 2 * exit + guard + middle) / (3 * both);
    let (gg, half) = (SCALE * (guard + middle) / (2 * guard), (SCALE - ed) / 2);
    Weights { gg, gd: half, mg: SCALE - gg, me: 0, md: half, ee: SCALE, ed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scarce_exits_only_exit_and_guards_help_in_the_middle() {
        let weights = weights(Sums { guard: 6000, middle: 2000, exit: 500, both: 2500 });
        assert_eq!((weights.ee, weights.ed, weights.me), (SCALE, SCALE, 0));
        assert_eq!((weights.mg, weights.gg, weights.md, weights.gd), (3333, 6667, 0, 0));
    }

    #[test]
    fn with_nothing_scarce_each_place_gets_a_third() {
        let weights = weights(Sums { guard: 4000, middle: 1000, exit: 4000, both: 300 });
        assert_eq!((weights.gg, weights.ee, weights.ed), (7500, 7500, 3333));
    }
}
