//! Writing SVG text: escaping, and numbers without the cost of the general formatter.

use allium_model::printable;

/// Appends a text for element content or a quoted attribute. Control and direction characters are
/// dropped, and the two code points that XML does not allow.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for character in printable(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            shown => out.push(shown),
        }
    }
}

fn push_digits(out: &mut String, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(digits[start..].iter().map(|digit| char::from(*digit)));
}

/// Appends a coordinate with at most one decimal. What is not finite becomes 0, so that a drawing never
/// holds a coordinate that is none.
pub(crate) fn push_number(out: &mut String, value: f64) {
    // Rounds like `round`, which is a call where the target has no instruction for it.
    let scaled = value.clamp(-1e12, 1e12) * 10.0;
    let tenths = (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i64;
    if tenths < 0 {
        out.push('-');
    }
    let tenths = tenths.unsigned_abs();
    push_digits(out, tenths / 10);
    if !tenths.is_multiple_of(10) {
        out.push('.');
        out.push(char::from(b'0' + (tenths % 10) as u8));
    }
}

/// Appends ` name="value"` with a coordinate.
pub(crate) fn push_attribute(out: &mut String, name: &str, value: f64) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_number(out, value);
    out.push('"');
}

/// How wide a text is at 12 px, about: the style sheet of a page chooses the font, so this is a bound for
/// the wider ones.
pub(crate) fn text_width(text: &str) -> f64 {
    text.chars().map(|character| if character.is_ascii() { 6.9 } else { 9.0 }).sum()
}

/// The text within a width at 12 px, with an ellipsis where it was cut.
pub(crate) fn shortened(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 9.0;
    for character in text.chars() {
        used += if character.is_ascii() { 6.9 } else { 9.0 };
        if used > width {
            break;
        }
        short.push(character);
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> String {
        let mut out = String::new();
        push_number(&mut out, value);
        out
    }

    #[test]
    fn numbers_have_at_most_one_decimal_and_are_finite() {
        for (value, expected) in [
            (0.0, "0"),
            (12.34, "12.3"),
            (12.0, "12"),
            (-0.04, "0"),
            (-1.25, "-1.3"),
            (640.0, "640"),
            (f64::NAN, "0"),
            (f64::INFINITY, "1000000000000"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn hostile_text_is_escaped() {
        let mut out = String::new();
        push_escaped(&mut out, "</text><script>\u{202e}\"'&\0\u{ffff}");
        assert_eq!(out, "&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;");
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(shortened("short", 100.0), "short");
        assert_eq!(shortened("a rather long name", 60.0), "a rathe…");
    }
}
