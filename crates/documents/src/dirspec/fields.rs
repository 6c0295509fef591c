//! Values of items in fixed forms: times, base64 digests, hex, numbers, keys with values.
//!
//! All of them give `None` for any other form. They are called for every relay of every document, and
//! so take the bytes as they lie instead of going through general parsers.

use super::scan::Words;
use allium_model::{Fingerprint, Flag, Timestamp};
use std::net::Ipv4Addr;

const DAY_SECONDS: i64 = 86_400;

/// `YYYY-MM-DD` and `hh:mm:ss`, which items write as two words.
pub fn time_of_words(words: &mut Words<'_>) -> Option<Timestamp> {
    time(words.next()?, words.next()?)
}

/// `YYYY-MM-DD hh:mm:ss` as one text, also with a `T` between.
pub fn time_of_text(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_at_checked(10)?;
    time(date, clock.strip_prefix([' ', 'T'])?)
}

/// A time from its date and its time of day, in UTC. Years before 1000 are no times.
#[inline]
pub fn time(date: &str, clock: &str) -> Option<Timestamp> {
    let (&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2], &[h1, h2, b':', i1, i2, b':', s1, s2]) =
        (date.as_bytes(), clock.as_bytes())
    else {
        return None;
    };
    let year = i64::from(two_digits(y1, y2)?) * 100 + i64::from(two_digits(y3, y4)?);
    let days = days_of_date(year, two_digits(m1, m2)?, two_digits(d1, d2)?)?;
    let (hour, minute, second) = (two_digits(h1, h2)?, two_digits(i1, i2)?, two_digits(s1, s2)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let of_day = i64::from(hour * 3600 + minute * 60 + second);
    Some(Timestamp(days * DAY_SECONDS + of_day))
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens * 10 + ones))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, by counting years from March.
fn days_of_date(year: i64, month: u32, day: u32) -> Option<i64> {
    if year < 1000 || !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
        return None;
    }
    let from_march = i64::from((month + 9) % 12);
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

const fn days_of_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A number of decimal digits only, at most `T`'s largest.
#[inline]
pub fn number<T: TryFrom<u64>>(text: &str) -> Option<T> {
    if text.is_empty() || text.len() > 20 {
        return None;
    }
    let mut value: u64 = 0;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    T::try_from(value).ok()
}

/// A number with or without a minus sign.
pub fn signed_number(text: &str) -> Option<i32> {
    let magnitude: i64 = number::<i64>(text.strip_prefix('-').unwrap_or(text))?;
    i32::try_from(if text.starts_with('-') { -magnitude } else { magnitude }).ok()
}

/// A finite decimal number such as `0.998` or `12`, without sign or exponent.
pub fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain && text.len() <= 40 { text.parse().ok() } else { None }
}

/// A dotted IPv4 address.
#[inline]
pub fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u16; 4];
    let (mut index, mut digits) = (0, 0);
    for byte in text.bytes() {
        if byte == b'.' && digits > 0 && index < 3 {
            (index, digits) = (index + 1, 0);
        } else if byte.is_ascii_digit() && digits < 3 {
            octets[index] = octets[index] * 10 + u16::from(byte - b'0');
            digits += 1;
        } else {
            return None;
        }
    }
    let is_whole = index == 3 && digits > 0 && octets.iter().all(|octet| *octet < 256);
    is_whole.then(|| Ipv4Addr::from(octets.map(|octet| octet as u8)))
}

/// The key and the value of a word such as `Bandwidth=20`; a word without `=` is a key with an empty value.
#[inline]
pub fn key_value(word: &str) -> (&str, &str) {
    word.split_once('=').unwrap_or((word, ""))
}

/// 20 bytes in the 27 characters of base64 without padding.
#[inline]
pub fn base64_20(text: &str) -> Option<[u8; 20]> {
    let text: &[u8; 27] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 20];
    let wrong = fill_from_base64(&text[..24], &mut bytes[..18]);
    let [a, b, c] = [text[24], text[25], text[26]].map(|digit| BASE64_VALUES[usize::from(digit)]);
    bytes[18] = a << 2 | b >> 4;
    bytes[19] = b << 4 | c >> 2;
    ((wrong | a | b | c) & 0x80 == 0 && c.trailing_zeros() >= 2).then_some(bytes)
}

/// 32 bytes in the 43 characters of base64 without padding.
#[inline]
pub fn base64_32(text: &str) -> Option<[u8; 32]> {
    let text: &[u8; 43] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    let wrong = fill_from_base64(&text[..40], &mut bytes[..30]);
    let [a, b, c] = [text[40], text[41], text[42]].map(|digit| BASE64_VALUES[usize::from(digit)]);
    bytes[30] = a << 2 | b >> 4;
    bytes[31] = b << 4 | c >> 2;
    ((wrong | a | b | c) & 0x80 == 0 && c.trailing_zeros() >= 2).then_some(bytes)
}

/// Whole groups of four characters; bit 7 of the answer is set when one of them is not base64.
#[inline]
fn fill_from_base64(text: &[u8], bytes: &mut [u8]) -> u8 {
    let mut wrong = 0;
    for (group, out) in text.chunks_exact(4).zip(bytes.chunks_exact_mut(3)) {
        let [a, b, c, d] =
            [group[0], group[1], group[2], group[3]].map(|digit| BASE64_VALUES[usize::from(digit)]);
        wrong |= a | b | c | d;
        out[0] = a << 2 | b >> 4;
        out[1] = b << 4 | c >> 2;
        out[2] = c << 6 | d;
    }
    wrong
}

/// The value of each base64 digit, 0x80 for all other bytes.
const BASE64_VALUES: [u8; 256] = {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [0x80; 256];
    let mut index = 0;
    while index < digits.len() {
        values[digits[index] as usize] = index as u8;
        index += 1;
    }
    values
};

/// A fingerprint in 40 hex digits, without `$`.
pub fn fingerprint(text: &str) -> Option<Fingerprint> {
    if text.starts_with('$') { None } else { Fingerprint::from_hex(text.as_bytes()).ok() }
}

/// A flag by its name, like [`Flag::from_str`](std::str::FromStr) but without a search.
#[inline]
pub fn flag(name: &str) -> Option<Flag> {
    Some(match name.as_bytes() {
        b"Authority" => Flag::Authority,
        b"BadExit" => Flag::BadExit,
        b"Exit" => Flag::Exit,
        b"Fast" => Flag::Fast,
        b"Guard" => Flag::Guard,
        b"HSDir" => Flag::HSDir,
        b"MiddleOnly" => Flag::MiddleOnly,
        b"NoEdConsensus" => Flag::NoEdConsensus,
        b"Running" => Flag::Running,
        b"Stable" => Flag::Stable,
        b"StaleDesc" => Flag::StaleDesc,
        b"Sybil" => Flag::Sybil,
        b"V2Dir" => Flag::V2Dir,
        b"Valid" => Flag::Valid,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_agree_with_the_model_on_every_day_of_400_years() {
        for day in 0..146_097 {
            let time = Timestamp((day - 60_000) * DAY_SECONDS + 3_661);
            assert_eq!(time_of_text(&time.to_string()), Some(time));
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "2026-02-29 00:00:00",
            "2026-13-01 00:00:00",
            "2026-00-01 00:00:00",
            "2026-01-00 00:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 00:60:00",
            "2026-01-01 00:00:61",
            "2026-01-01  0:00:00",
            "2026-01-01 00:00:00 ",
            "0026-01-01 00:00:00",
            "2026-01-0\u{661}00:00:00",
        ] {
            assert_eq!(time_of_text(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_digits_within_the_range_of_their_type() {
        assert_eq!(number::<u16>("65535"), Some(65_535));
        assert_eq!(number::<u16>("65536"), None);
        assert_eq!(number::<u64>("18446744073709551615"), Some(u64::MAX));
        assert_eq!(number::<u64>("18446744073709551616"), None);
        for text in ["", "+1", "-1", "1 ", "0x1", "1.0"] {
            assert_eq!(number::<u32>(text), None, "{text}");
        }
        assert_eq!(signed_number("-2147483648"), Some(i32::MIN));
        assert_eq!(signed_number("2147483648"), None);
        assert_eq!(decimal("0.998"), Some(0.998));
        assert_eq!((decimal("1e9"), decimal("NaN"), decimal("-1"), decimal("")), (None, None, None, None));
    }

    #[test]
    fn addresses_have_four_octets() {
        assert_eq!(ipv4("127.0.0.1"), Some(Ipv4Addr::LOCALHOST));
        for text in [
            "127.0.0",
            "127.0.0.1.2",
            "256.0.0.1",
            "127.0.0.",
            "127..0.1",
            ".1.2.3.4",
            "",
            "a.b.c.d",
            "0127.0.0.1",
        ] {
            assert_eq!(ipv4(text), None, "{text}");
        }
    }

    #[test]
    fn every_flag_is_known_by_its_name() {
        for known in Flag::ALL {
            assert_eq!(flag(known.name()), Some(known));
        }
        assert_eq!(flag("exit"), None);
    }

    proptest! {
        #[test]
        fn digests_are_those_of_a_general_decoder(bytes: [u8; 32]) {
            let encoding = data_encoding::BASE64_NOPAD;
            prop_assert_eq!(base64_32(&encoding.encode(&bytes)), Some(bytes));
            let short: [u8; 20] = bytes[..20].try_into().unwrap();
            prop_assert_eq!(base64_20(&encoding.encode(&short)), Some(short));
        }

        #[test]
        fn texts_are_refused_where_a_general_decoder_refuses(text in "[A-Za-z0-9+/=. ]{43}") {
            let general = data_encoding::BASE64_NOPAD.decode(text.as_bytes()).ok();
            prop_assert_eq!(base64_32(&text).map(|bytes| bytes.to_vec()), general);
        }

        #[test]
        fn times_are_read_where_the_model_reads_them(text in "20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]") {
            prop_assert_eq!(time_of_text(&text), text.parse().ok());
        }
    }
}
