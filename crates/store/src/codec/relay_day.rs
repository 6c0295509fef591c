//! A relay's day: in which hours it ran, with which flags and weight.
//!
//! First runs of one class (not running; or flags, measured or not, with or without a weight), each a
//! number and a length, until 24 hours are full; then the weights of the hours that have one, as a
//! series. A relay that ran all day with one weight takes seven bytes.

use super::flags::MAX_BITS;
use super::series::{put_series, read_series};
use super::varint::{Reader, put};
use super::{CodecError, DAY_HOURS};

/// An hour in which a relay ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RunningHour {
    /// Bits of its flags.
    pub(crate) flags: u32,
    /// Whether its weight was measured.
    pub(crate) is_measured: Option<bool>,
    /// Its weight.
    pub(crate) weight: Option<u32>,
}

/// A relay's day by hour; `None`: it did not run, or nothing is known of the hour.
pub(crate) type RelayHours = [Option<RunningHour>; DAY_HOURS];

/// 0 for an hour in which it did not run.
fn class(hour: Option<RunningHour>) -> u64 {
    let Some(hour) = hour else { return 0 };
    let measured = match hour.is_measured {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    };
    1 + (u64::from(hour.flags.min(MAX_BITS)) * 3 + measured) * 2 + u64::from(hour.weight.is_some())
}

/// What a class says, with a weight of 0 where there is one.
fn of_class(class: u64) -> Result<Option<RunningHour>, CodecError> {
    let Some(code) = class.checked_sub(1) else { return Ok(None) };
    let flags = u32::try_from(code / 6).map_err(|_| CodecError::OutOfRange)?;
    if flags > MAX_BITS {
        return Err(CodecError::OutOfRange);
    }
    let is_measured = match code / 2 % 3 {
        0 => None,
        measured => Some(measured == 2),
    };
    Ok(Some(RunningHour { flags, is_measured, weight: (code % 2 == 1).then_some(0) }))
}

/// Writes a day.
pub(crate) fn encode_relay_day(hours: &RelayHours) -> Vec<u8> {
    let mut out = Vec::with_capacity(48);
    for run in hours.chunk_by(|left, right| class(*left) == class(*right)) {
        put(&mut out, class(run[0]));
        out.push(run.len() as u8);
    }
    let weights: Vec<u64> = hours.iter().flatten().filter_map(|hour| hour.weight).map(u64::from).collect();
    put_series(&mut out, &weights);
    out
}

/// Reads a day.
pub(crate) fn decode_relay_day(bytes: &[u8]) -> Result<RelayHours, CodecError> {
    let mut reader = Reader(bytes);
    let mut hours: RelayHours = [None; DAY_HOURS];
    let mut place = 0;
    while place < DAY_HOURS {
        let hour = of_class(reader.varint()?)?;
        let end = place + usize::from(reader.byte()?);
        hours.get_mut(place..end).filter(|run| !run.is_empty()).ok_or(CodecError::OutOfRange)?.fill(hour);
        place = end;
    }
    let places = hours.iter_mut().flatten().filter_map(|hour| hour.weight.as_mut());
    let places: Vec<&mut u32> = places.collect();
    let weights = read_series(&mut reader, places.len(), u64::from(u32::MAX))?;
    for (place, weight) in places.into_iter().zip(weights) {
        *place = weight as u32;
    }
    reader.finish()?;
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours() -> impl Strategy<Value = RelayHours> {
        let hour = (0..1_u32 << 14, any::<Option<bool>>(), any::<Option<u32>>())
            .prop_map(|(flags, is_measured, weight)| RunningHour { flags, is_measured, weight });
        let few = prop_oneof![
            Just(RunningHour { flags: 300, is_measured: Some(true), weight: Some(8) }),
            Just(RunningHour { flags: 300, is_measured: Some(true), weight: Some(9) }),
        ];
        prop::array::uniform24(prop::option::of(prop_oneof![hour, few]))
    }

    proptest! {
        #[test]
        fn days_survive_the_round_trip(hours in hours()) {
            prop_assert_eq!(decode_relay_day(&encode_relay_day(&hours)), Ok(hours));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode_relay_day(&bytes);
        }

        #[test]
        fn a_flipped_byte_is_read_or_refused(hours in hours(), place: prop::sample::Index, byte: u8) {
            let mut bytes = encode_relay_day(&hours);
            let place = place.index(bytes.len());
            bytes[place] = byte;
            let _ = decode_relay_day(&bytes);
        }
    }

    #[test]
    fn a_steady_day_takes_few_bytes() {
        let hour = RunningHour { flags: 0x3f1c, is_measured: Some(true), weight: Some(5_000) };
        assert_eq!(encode_relay_day(&[Some(hour); 24]).len(), 8);
        assert_eq!(encode_relay_day(&[None; 24]), [0, 24]);
    }

    #[test]
    fn blocks_of_other_lengths_are_refused() {
        assert_eq!(decode_relay_day(&[0, 25]), Err(CodecError::OutOfRange));
        assert_eq!(decode_relay_day(&[0, 0]), Err(CodecError::OutOfRange));
        assert_eq!(decode_relay_day(&[0, 24, 0]), Err(CodecError::Overlong));
        assert_eq!(decode_relay_day(&[0, 23]), Err(CodecError::Truncated));
    }
}
