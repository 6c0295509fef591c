//! Looking for a word in a text without regard to case.
//!
//! A search asks this of every nickname, host name and contact of the network, so the usual case, an
//! ASCII word, is compared in place; other words go through Unicode's lower case.

/// Where a word (in lower case already) begins in a text, in bytes; none when it is not in it.
pub(crate) fn find_folded(text: &str, lower: &str) -> Option<usize> {
    if !lower.is_ascii() {
        return text.to_lowercase().find(lower);
    }
    let (text, word) = (text.as_bytes(), lower.as_bytes());
    let Some(first) = word.first() else { return Some(0) };
    let last_start = text.len().checked_sub(word.len())?;
    let mut starts = memchr::memchr2_iter(*first, first.to_ascii_uppercase(), &text[..=last_start]);
    starts.find(|start| text[*start..*start + word.len()].eq_ignore_ascii_case(word))
}

/// Whether a word (in lower case already) is in a text.
pub(crate) fn holds_folded(text: &str, lower: &str) -> bool {
    find_folded(text, lower).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_found_in_any_case() {
        assert_eq!(find_folded("MyRelay", "relay"), Some(2));
        assert_eq!(find_folded("relay", "relays"), None);
        assert_eq!(find_folded("", ""), Some(0));
        assert!(holds_folded("Ärger", "ärger") && !holds_folded("a", "ä"));
    }

    proptest! {
        #[test]
        fn ascii_words_are_found_where_lower_case_finds_them(text in "[a-cA-C]{0,12}", word in "[a-c]{0,3}") {
            prop_assert_eq!(find_folded(&text, &word), text.to_lowercase().find(&word));
        }
    }
}
