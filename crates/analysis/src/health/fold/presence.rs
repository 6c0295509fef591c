//! In which of the last hours something was there.

/// Hours that are remembered: 30 days.
pub(super) const WINDOW_HOURS: usize = 30 * 24;

const WORDS: usize = WINDOW_HOURS.div_ceil(64);

/// A ring of bits, one for each of the last [`WINDOW_HOURS`] hours, and their number.
#[derive(Debug, Clone, Default)]
pub(super) struct Presence {
    bits: [u64; WORDS],
    count: u32,
}

impl Presence {
    /// Hours in which it was there.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// It was there in an hour, counted from 1970.
    pub(super) fn set(&mut self, hour: i64) {
        let (word, bit) = place(hour);
        self.count += u32::from(self.bits[word] & bit == 0);
        self.bits[word] |= bit;
    }

    /// Makes room for the hours after `before` up to `hour`.
    pub(super) fn forget_between(&mut self, before: i64, hour: i64) {
        if hour - before >= WINDOW_HOURS as i64 {
            *self = Self::default();
            return;
        }
        for hour in before + 1..=hour {
            let (word, bit) = place(hour);
            self.count -= u32::from(self.bits[word] & bit != 0);
            self.bits[word] &= !bit;
        }
    }
}

fn place(hour: i64) -> (usize, u64) {
    let slot = hour.rem_euclid(WINDOW_HOURS as i64) as usize;
    (slot / 64, 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_count_for_thirty_days() {
        let mut presence = Presence::default();
        for hour in 0..800 {
            presence.forget_between(hour - 1, hour);
            if hour % 2 == 0 {
                presence.set(hour);
                presence.set(hour);
            }
        }
        assert_eq!(presence.count(), 360);
        presence.forget_between(799, 899);
        assert_eq!(presence.count(), 310);
        presence.forget_between(899, 899 + 720);
        assert_eq!(presence.count(), 0);
    }
}
