//! Templates keep to the Content-Security-Policy and to "no third-party request".
//!
//! No inline style, script or event handler, and no script, style sheet, icon or
//! picture from another host. Links that a reader follows may go anywhere.

use anyhow::Result;

use super::Violation;
use crate::workspace::Workspace;

const FOLDER: &str = "crates/web/templates";

/// Elements whose address the browser fetches by itself, with the attribute that holds it.
const FETCHING: [(&str, &str); 3] = [("link", "href"), ("script", "src"), ("img", "src")];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for path in workspace.files_below(FOLDER)? {
        if let Some(text) = workspace.text(&path)? {
            violations.extend(inspect(&path, &text));
        }
    }
    Ok(violations)
}

fn inspect(path: &str, text: &str) -> Vec<Violation> {
    let html = blank_directives(text);
    let mut violations = Vec::new();
    for tag in tags(&html) {
        violations.extend(tag.refusals().into_iter().map(|message| Violation::new(path, tag.line, message)));
    }
    violations
}

/// An opening tag, with its attributes in order.
#[derive(Debug)]
struct Tag<'a> {
    line: usize,
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl Tag<'_> {
    fn refusals(&self) -> Vec<String> {
        let mut messages = Vec::new();
        for (name, value) in &self.attributes {
            if *name == "style" {
                messages.push("inline `style=`: write a class".to_owned());
            } else if is_event_handler(name) {
                messages.push(format!("inline handler `{name}=`: add a listener in a script file"));
            } else if FETCHING.contains(&(self.name, name)) && is_remote(value) {
                messages.push(format!("`{name}` of <{}> loads from another host", self.name));
            }
        }
        if self.name == "script" && !self.attributes.iter().any(|(name, _)| *name == "src") {
            messages.push("inline <script>: write a script file".to_owned());
        }
        messages
    }
}

fn is_event_handler(name: &str) -> bool {
    name.strip_prefix("on")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn is_remote(value: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|start| value.trim_start().starts_with(start))
}

fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let starts = html.match_indices('<').filter(|(start, _)| {
        html[start + 1..].chars().next().is_some_and(|letter| letter.is_ascii_alphabetic())
    });
    starts.map(|(start, _)| {
        let line = html[..start].matches('\n').count() + 1;
        let rest = &html[start + 1..];
        let (name, attributes) = rest.split_at(name_length(rest));
        Tag { line, name, attributes: parse_attributes(attributes) }
    })
}

fn name_length(text: &str) -> usize {
    text.find(|letter: char| letter.is_whitespace() || "=>/\"'".contains(letter)).unwrap_or(text.len())
}

/// Reads `name`, `name=value` and `name="value"` up to the end of the tag.
fn parse_attributes(mut rest: &str) -> Vec<(&str, &str)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || "/\"'".contains(letter));
        let (name, after) = rest.split_at(name_length(rest));
        let (value, after) = after.strip_prefix('=').map_or(("", after), split_value);
        if name.is_empty() {
            return attributes;
        }
        attributes.push((name, value));
        rest = after;
    }
}

fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// Replaces `{{ }}`, `{% %}` and `{# #}` by as many spaces, so that their content is not taken for HTML.
fn blank_directives(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, close)) = next_directive(rest) {
        let end = rest[start..].find(close).map_or(rest.len(), |length| start + length + 2);
        html.push_str(&rest[..start]);
        html.extend(rest[start..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    html + rest
}

fn next_directive(text: &str) -> Option<(usize, &'static str)> {
    [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
        .into_iter()
        .filter_map(|(open, close)| Some((text.find(open)?, close)))
        .min_by_key(|(start, _)| *start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let found = inspect("a.html", html);
        assert_eq!(
            found.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>(),
            expected,
            "{html}"
        );
    }

    #[test]
    fn inline_style_handler_and_script_are_found() {
        check("<p\n style='color: red'>", &["inline `style=`: write a class"]);
        check("<a href='#' onclick=go()>", &["inline handler `onclick=`: add a listener in a script file"]);
        check("<script>go()</script>", &["inline <script>: write a script file"]);
    }

    #[test]
    fn a_resource_of_another_host_is_found() {
        check("<script src=\"https://cdn.example/a.js\">", &["`src` of <script> loads from another host"]);
        check(
            "<link rel=stylesheet href=//cdn.example/a.css>",
            &["`href` of <link> loads from another host"],
        );
        check("<img alt='' src='http://example/a.png'/>", &["`src` of <img> loads from another host"]);
    }

    #[test]
    fn own_resources_outward_links_and_words_are_let_through() {
        check("<script type=module src=\"/static/a.js\"></script>", &[]);
        check("<a href=\"https://torproject.org/\">on style=none</a> 1 < 2", &[]);
        check("<p title='turn on style=x onclick=y'>", &[]);
        check("<p {% if a > b %}class=\"{{ c }}\"{% endif %}>{# <script> #}", &[]);
        check("<link rel=canonical href=\"{{ canonical }}\">", &[]);
    }

    #[test]
    fn the_line_of_a_tag_is_told() {
        assert_eq!(inspect("a.html", "{#\n#}\n<p style=x>")[0].line, 3);
    }
}
