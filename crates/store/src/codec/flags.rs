//! Flags as bits of the store. A bit keeps its meaning for ever, whatever flags the model learns.

use allium_model::{Flag, FlagSet};

/// Bit, and the flag that it stands for. New flags are added at the end.
pub(crate) const FLAG_BITS: [Flag; 14] = [
    Flag::Authority,
    Flag::BadExit,
    Flag::Exit,
    Flag::Fast,
    Flag::Guard,
    Flag::HSDir,
    Flag::MiddleOnly,
    Flag::NoEdConsensus,
    Flag::Running,
    Flag::Stable,
    Flag::StaleDesc,
    Flag::Sybil,
    Flag::V2Dir,
    Flag::Valid,
];

/// Most bits that a flag set may have in a block.
pub(super) const MAX_BITS: u32 = (1 << 24) - 1;

/// The bits of a set.
pub(crate) fn flag_bits(flags: FlagSet) -> u32 {
    (0..).zip(FLAG_BITS).filter(|(_, flag)| flags.contains(*flag)).map(|(bit, _)| 1 << bit).sum()
}

/// The set of bits; bits that no flag has are left out.
pub(crate) fn flags_of_bits(bits: u32) -> FlagSet {
    (0..).zip(FLAG_BITS).filter(|(bit, _)| bits & (1 << *bit) != 0).map(|(_, flag)| flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_bit_and_comes_back() {
        for flag in Flag::ALL {
            let set = FlagSet::from_iter([flag, Flag::Valid]);
            assert_eq!(flags_of_bits(flag_bits(set)), set, "{flag}");
        }
    }

    #[test]
    fn bits_never_change_their_meaning() {
        assert_eq!(flag_bits(FlagSet::from_iter([Flag::Authority, Flag::Running])), 1 | 1 << 8);
        assert_eq!(flags_of_bits(1 << 20), FlagSet::default());
    }
}
