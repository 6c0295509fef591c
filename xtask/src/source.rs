//! Rust source as the tidy rules read it: without comments and the contents of
//! literals, and with test code told apart.
//!
//! This is no parser. It relies on rustfmt's layout (an item ends at a closing
//! brace with the indent of its first line), which `ci` checks before.

/// One Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Path relative to the root.
    pub(crate) path: String,
    /// As on disk.
    pub(crate) text: String,
    /// Same lines, with comments and literal contents blanked out.
    code: String,
    test_lines: Vec<bool>,
}

/// A line of code, without comments and literal contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) code: &'a str,
    pub(crate) is_test: bool,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let code = blank_literals(&text);
        let test_lines =
            if is_test_file(&path) { vec![true; code.lines().count()] } else { test_lines(&code) };
        Self { path, text, code, test_lines }
    }

    /// Every line that holds code.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.code
            .lines()
            .zip(&self.test_lines)
            .enumerate()
            .filter(|(_, (code, _))| !code.trim().is_empty())
            .map(|(index, (code, is_test))| Line { number: index + 1, code, is_test: *is_test })
    }
}

/// Integration tests, benchmarks and `tests.rs` modules hold nothing but tests.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| part == "tests" || part == "benches")
}

/// Marks the lines of items under `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<bool> {
    let mut marks = Vec::new();
    let mut item_indent: Option<&str> = None;
    for line in code.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        if item_indent.is_none() && line.trim_start().starts_with("#[cfg(test)]") {
            item_indent = Some(indent);
        }
        marks.push(item_indent.is_some());
        if item_indent == Some(indent) && ends_item(line.trim()) {
            item_indent = None;
        }
    }
    marks
}

fn ends_item(line: &str) -> bool {
    line == "}" || line.ends_with(';') || (line.ends_with('}') && line.contains('{'))
}

/// Replaces comments and literals by spaces, keeping every line break.
fn blank_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let literal = literal_length(rest, previous);
        let (token, after) = rest.split_at(literal.unwrap_or(first.len_utf8()));
        if literal.is_some() {
            code.extend(token.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        } else {
            code.push(first);
        }
        previous = first;
        rest = after;
    }
    code
}

/// Length in bytes of the comment or literal that `rest` starts with.
fn literal_length(rest: &str, previous: char) -> Option<usize> {
    let after_name = previous.is_alphanumeric() || previous == '_';
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    match rest.chars().next()? {
        '/' if rest.starts_with("/*") => Some(block_comment_length(rest)),
        '"' => Some(string_length(rest)),
        'r' if !after_name || previous == 'b' => raw_string_length(rest),
        '\'' => char_length(rest),
        _ => None,
    }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (index, pair) in rest.as_bytes().windows(2).enumerate() {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && index > 0 {
            return index + 2;
        }
    }
    rest.len()
}

fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string_length(rest: &str) -> Option<usize> {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let body = rest[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).map_or(body.len(), |index| index + end.len());
    Some(2 + hashes + length)
}

/// A character literal; `None` for a lifetime.
fn char_length(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    let (index, second) = letters.next()?;
    if first == '\\' {
        let tail = &rest[index + second.len_utf8()..];
        return tail.find('\'').map(|end| index + second.len_utf8() + end + 1);
    }
    (second == '\'').then_some(index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_blank(text: &str, expected: &str) {
        assert_eq!(blank_literals(text), expected);
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_kept() {
        check_blank("a // b\nc", "a     \nc");
        check_blank("a /* b /* c */\n d */ e", "a             \n      e");
        check_blank(r#"f("x\"y", 'z')"#, "f(      ,    )");
        check_blank("r#\"a\"b\nc\"# d", "      \n    d");
        check_blank("br\"a\" d", "b     d");
    }

    #[test]
    fn lifetimes_and_names_ending_in_r_are_no_literals() {
        check_blank("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)");
        check_blank("for x in r", "for x in r");
        check_blank(r"'\'' + '\u{1F9C5}' + 'é'", "     +             +    ");
    }

    fn test_line_numbers(path: &str, text: &str) -> Vec<usize> {
        let source = Source::new(path, text);
        source.lines().filter(|line| line.is_test).map(|line| line.number).collect()
    }

    #[test]
    fn a_test_module_ends_at_its_own_brace() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n";
        assert_eq!(test_line_numbers("crates/x/src/lib.rs", text), [2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_test_item_of_one_line_ends_there() {
        let text = "#[cfg(test)]\nmod fixture;\nfn a() {}\n#[cfg(test)]\nfn b() {}\nfn c() {}\n";
        assert_eq!(test_line_numbers("crates/x/src/lib.rs", text), [1, 2, 4, 5]);
    }

    #[test]
    fn an_integration_test_is_test_code_throughout() {
        assert_eq!(test_line_numbers("crates/x/tests/a.rs", "fn a() {}\n\nfn b() {}\n"), [1, 3]);
        assert_eq!(test_line_numbers("crates/x/src/parse/tests.rs", "fn a() {}\n"), [1]);
    }
}
