//! The form in which Onionoo writes its documents: one entry a line.
//!
//! A document of exactly this form is cut into its entries without being parsed first, so each entry
//! is read once instead of twice. Any other form, and any doubt, is `None` here and left to the
//! general path in `envelope`, which reads every form of JSON and says exactly what is wrong.

/// What opens the list of entries.
const OPENING: &str = "\"relays\":[";

/// A document cut into its entries and what stands around them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines<'a> {
    /// The document with an empty list of entries.
    pub frame: String,
    /// The text of each entry, without the comma behind it.
    pub entries: Vec<&'a str>,
}

/// Cuts a document. That the frame is JSON and holds no other entries is for the caller to find out.
pub(super) fn split(text: &str) -> Option<Lines<'_>> {
    let head_end = text.find(OPENING)? + OPENING.len();
    let (head, rest) = text.split_at(head_end);
    if !opens_one_list(head) {
        return None;
    }
    let (entries, tail) = take_entries(rest.strip_prefix('\n')?)?;
    Some(Lines { frame: [head, tail].concat(), entries })
}

/// Whether the list at the end of a head can only be a value of the document itself: nothing else was
/// opened, and no escape hides a quotation mark.
fn opens_one_list(head: &str) -> bool {
    let count = |wanted: u8| memchr::memchr_iter(wanted, head.as_bytes()).count();
    (count(b'{'), count(b'['), count(b'\\')) == (1, 1, 0)
}

/// The lines up to the one that closes the list, and the text from there on. Every line but the last
/// ends in a comma.
fn take_entries(mut rest: &str) -> Option<(Vec<&str>, &str)> {
    let mut entries = Vec::new();
    let mut goes_on = true;
    while rest.starts_with('{') {
        let end = memchr::memchr(b'\n', rest.as_bytes())?;
        let line = &rest[..end];
        if !goes_on {
            return None;
        }
        goes_on = line.ends_with(',');
        entries.push(line.strip_suffix(',').unwrap_or(line));
        rest = &rest[end + 1..];
    }
    let is_whole = rest.starts_with(']') && (entries.is_empty() || !goes_on);
    let are_objects = entries.iter().all(|entry| entry.ends_with('}'));
    (is_whole && are_objects).then_some((entries, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Option<Vec<&str>> {
        split(text).map(|lines| lines.entries)
    }

    #[test]
    fn one_entry_a_line_is_cut_and_the_frame_stays() {
        let lines =
            split("{\"version\":\"8.0\",\n\"relays\":[\n{\"a\":1},\n{}\n],\n\"bridges\":[\n]}\n").unwrap();
        assert_eq!(lines.frame, "{\"version\":\"8.0\",\n\"relays\":[],\n\"bridges\":[\n]}\n");
        assert_eq!(lines.entries, ["{\"a\":1}", "{}"]);
        assert_eq!(entries("{\"relays\":[\n]}"), Some(vec![]));
    }

    #[test]
    fn every_other_form_is_left_to_the_general_path() {
        for text in [
            "",
            "{\"relays\":[]}",
            "{\"relays\":[{},\n{}\n]}",
            "{\"relays\":[\n{},\n]}",
            "{\"relays\":[\n{}\n{}\n]}",
            "{\"relays\":[\n{}\n",
            "{\"relays\":[\n{},\n null\n]}",
            "{\"relays\":[\n{\"a\":[\n{}\n]}\n]}",
            "{\"x\":{\"relays\":[\n{}\n]}}",
            "[{\"relays\":[\n{}\n]}]",
            "{\"x\\\"relays\":[\n{}\n]}",
        ] {
            assert_eq!(entries(text), None, "{text}");
        }
    }
}
