//! Names of operators and relays.

use crate::data::words::{FIRST, SECOND};
use crate::dice::Dice;

/// Two words that name an operator.
pub(crate) fn words(dice: &mut Dice) -> (&'static str, &'static str) {
    (*dice.pick(&FIRST), *dice.pick(&SECOND))
}

/// The domain of an operator, below `.example` (RFC 2606). The number keeps domains apart.
pub(crate) fn domain(words: (&str, &str), number: usize) -> String {
    format!("{}-{}{number}.example", words.0, words.1)
}

/// The nickname of an operator's `number`-th relay: 1 to 19 letters and digits.
pub(crate) fn nickname(dice: &mut Dice, operator: (&str, &str), number: usize, size: usize) -> String {
    match dice.unit() {
        ..0.02 => "Unnamed".into(),
        0.02..0.2 => join(words(dice), ""),
        _ if size == 1 => join(operator, ""),
        _ => join(operator, &(number % 1000).to_string()),
    }
}

fn join(words: (&str, &str), number: &str) -> String {
    let second = words.1;
    format!("{}{}{}{number}", words.0, second[..1].to_uppercase(), &second[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_make_nicknames_of_at_most_19_letters_and_digits() {
        for words in FIRST.iter().flat_map(|first| SECOND.iter().map(move |second| (*first, *second))) {
            let nickname = join(words, "999");
            assert!(nickname.len() <= 19, "{nickname}");
            assert!(nickname.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nickname}");
        }
    }
}
