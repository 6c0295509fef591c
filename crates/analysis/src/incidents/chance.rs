//! How likely it is that chance alone finds as many of a group among those hit.

use std::f64::consts::{LN_10, TAU};

/// Decimal logarithm of the chance to draw at least `hit_in_group` relays of a group of `group` when `hit`
/// of `all` are drawn: the upper tail of the hypergeometric distribution. At most 0.
pub(super) fn hypergeometric_log10(all: u32, group: u32, hit: u32, hit_in_group: u32) -> f64 {
    let most = group.min(hit);
    if hit_in_group == 0 || hit_in_group > most || group > all || hit > all {
        return 0.0;
    }
    let rest = all - group;
    // Fewer than this cannot be drawn: the rest is not large enough.
    if hit_in_group <= hit.saturating_sub(rest) {
        return 0.0;
    }
    let first = ln_choose(group, hit_in_group) + ln_choose(rest, hit - hit_in_group) - ln_choose(all, hit);
    let (mut term, mut sum) = (1.0_f64, 1.0_f64);
    for drawn in hit_in_group..most {
        let (drawn, group, hit) = (f64::from(drawn), f64::from(group), f64::from(hit));
        term *= (group - drawn) * (hit - drawn) / ((drawn + 1.0) * (f64::from(rest) - hit + drawn + 1.0));
        sum += term;
        if term < sum * 1e-12 {
            break;
        }
    }
    ((first + sum.ln()) / LN_10).min(0.0)
}

/// Decimal logarithm of the chance of at least `count` events where `mean` are expected: the upper tail of
/// the Poisson distribution. At most 0.
pub(super) fn poisson_log10(mean: f64, count: u32) -> f64 {
    if count == 0 || mean <= 0.0 || f64::from(count) <= mean {
        return if count > 0 && mean <= 0.0 { f64::NEG_INFINITY } else { 0.0 };
    }
    let first = f64::from(count) * mean.ln() - mean - ln_factorial(count);
    let (mut term, mut sum, mut at) = (1.0_f64, 1.0_f64, f64::from(count));
    while term > sum * 1e-12 {
        at += 1.0;
        term *= mean / at;
        sum += term;
    }
    ((first + sum.ln()) / LN_10).min(0.0)
}

fn ln_choose(of: u32, chosen: u32) -> f64 {
    ln_factorial(of) - ln_factorial(chosen) - ln_factorial(of - chosen)
}

/// Natural logarithm of a factorial: exact products for small numbers, Stirling's series beyond.
fn ln_factorial(number: u32) -> f64 {
    if number < 20 {
        return (2..=number).map(|factor| f64::from(factor).ln()).sum();
    }
    let x = f64::from(number);
    x * x.ln() - x + 0.5 * (TAU * x).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }

    #[test]
    fn hand_worked_tails() {
        // 5 of 5 in a draw of 5 out of 10: 1 / 252.
        close(hypergeometric_log10(10, 5, 5, 5), -(252.0_f64).log10());
        // At least 1 of 2 in a draw of 2 out of 4: 1 - 1/6.
        close(hypergeometric_log10(4, 2, 2, 1), (5.0_f64 / 6.0).log10());
        // At least 2 where 1 is expected: 1 - 2/e.
        close(poisson_log10(1.0, 2), (1.0 - 2.0 / std::f64::consts::E).log10());
    }

    #[test]
    fn what_must_happen_is_no_surprise() {
        close(hypergeometric_log10(10, 8, 9, 7), 0.0);
        close(hypergeometric_log10(10, 3, 4, 0), 0.0);
        close(poisson_log10(3.0, 0), 0.0);
    }

    proptest! {
        #[test]
        fn more_of_the_group_is_never_more_likely(
            all in 10_u32..12_000, group in 1_u32..500, hit in 1_u32..500,
        ) {
            let (group, hit) = (group.min(all), hit.min(all));
            let tails: Vec<f64> =
                (0..=group.min(hit)).map(|of| hypergeometric_log10(all, group, hit, of)).collect();
            prop_assert!(tails.iter().all(|tail| *tail <= 0.0));
            prop_assert!(tails.windows(2).all(|pair| pair[1] <= pair[0] + 1e-6), "{tails:?}");
        }
    }
}
