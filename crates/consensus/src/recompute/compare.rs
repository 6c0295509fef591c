//! A computed consensus against the published one, line by line.

/// A place where two texts differ: lines of one against lines of the other. Either side may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyDifference {
    /// Number of the first line in the computed text, from 1.
    pub computed_line: usize,
    /// Number of the first line in the published text, from 1.
    pub published_line: usize,
    /// The lines that were computed.
    pub computed: Vec<String>,
    /// The lines that were published.
    pub published: Vec<String>,
}

/// How many lines ahead the texts are looked through for a common line.
const MAX_LOOK_AHEAD: usize = 400;

/// The first differences of two texts, at most `limit`; none when they are equal byte by byte.
pub fn compare_bodies(computed: &[u8], published: &[u8], limit: usize) -> Vec<BodyDifference> {
    let [computed, published] =
        [computed, published].map(|text| text.split(|byte| *byte == b'\n').collect::<Vec<_>>());
    let mut differences = Vec::new();
    let (mut at, mut other_at) = (0, 0);
    while differences.len() < limit {
        let same = computed[at..].iter().zip(&published[other_at..]).take_while(|(a, b)| a == b).count();
        at += same;
        other_at += same;
        if at == computed.len() && other_at == published.len() {
            break;
        }
        let (skip, other_skip) = next_common(&computed[at..], &published[other_at..]);
        differences.push(BodyDifference {
            computed_line: at + 1,
            published_line: other_at + 1,
            computed: texts(&computed[at..at + skip]),
            published: texts(&published[other_at..other_at + other_skip]),
        });
        at += skip;
        other_at += other_skip;
    }
    differences
}

/// How many lines of each to leave out until both go on with the same line.
fn next_common(a: &[&[u8]], b: &[&[u8]]) -> (usize, usize) {
    for distance in 1..MAX_LOOK_AHEAD {
        for skip in 0..=distance {
            let other_skip = distance - skip;
            let is_common = |line: &&[u8]| b.get(other_skip) == Some(line);
            if a.get(skip).is_some_and(is_common) {
                return (skip, other_skip);
            }
        }
    }
    (a.len(), b.len())
}

fn texts(lines: &[&[u8]]) -> Vec<String> {
    lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(compare_bodies(b"a\nb\n", b"a\nb\n", 9), []);
    }

    #[test]
    fn a_line_more_and_a_line_changed_are_told_with_their_places() {
        let differences = compare_bodies(b"a\nb\nc\nd\nx\n", b"a\nc\nd\ny\n", 9);
        let places: Vec<_> = differences.iter().map(|d| (d.computed_line, d.published_line)).collect();
        assert_eq!(places, [(2, 2), (5, 4)]);
        assert_eq!((differences[0].computed.join(""), differences[0].published.len()), ("b".to_owned(), 0));
        assert_eq!(
            (differences[1].computed.join(""), differences[1].published.join("")),
            ("x".to_owned(), "y".to_owned())
        );
    }

    #[test]
    fn a_text_that_ends_early_differs() {
        assert_eq!(compare_bodies(b"a\nb", b"a", 9).len(), 1);
        assert_eq!(compare_bodies(b"a", b"a\n", 9).len(), 1);
        assert_eq!(compare_bodies(b"1\n2\n3\n4", b"5\n6\n7\n8", 1).len(), 1);
    }
}
