//! Whatever relays call themselves and sources write: no form of a message lets it out of its place.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

mod world;

use allium_alert::render::{Addresses, HeaderText, markdown, matrix_html, plain, slack, subject};
use allium_alert::{
    Facts, Line, LineRole, Link, LinkTarget, Message, MessageEvent, Presence, RelayFacts, Target, Text,
    Watch, Watches,
};
use allium_model::{Severity, Timestamp};
use proptest::prelude::*;
use world::{START, Service, fingerprint, relay, subscriptions};

/// The addresses of a site, and one that is no address.
struct Site;

impl Addresses for Site {
    fn address(&self, target: &LinkTarget) -> Option<String> {
        match target {
            LinkTarget::Relay(relay) => Some(format!("https://allium.example/relay/{relay}/")),
            LinkTarget::NetworkHealth => Some("javascript:alert(1)".into()),
            _ => Some("https://allium.example/x?a=1&b=2".into()),
        }
    }
}

/// What hostile texts are made of.
const PARTS: [&str; 34] = [
    "\r\n",
    "\n",
    "\r",
    "\u{2028}",
    "\u{85}",
    "\0",
    "\u{202e}",
    "\u{200b}",
    "Bcc: victim@example.org",
    "<script>",
    "</p>",
    "<img src=x onerror=alert(1)>",
    "<!channel>",
    "<!here|x>",
    "<@U123>",
    "<https://evil.example|click>",
    "@everyone",
    "@room",
    "@here",
    "[click](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "https://evil.example/",
    "`code`",
    "*bold*",
    "_under_",
    "~strike~",
    "# head",
    "> quote",
    "- item",
    "&lt;",
    "&#60;",
    "\"'",
    "\\",
    "|",
];

fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![3 => prop::sample::select(PARTS.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => ".{0,8}"];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// A message with a hostile text in every place that takes foreign ones.
fn message(text: &str) -> Message {
    let line = |role| Line { role, text: Text::ours("Of ").foreign(text).and(" it is said.") };
    let roles = [
        LineRole::Heading,
        LineRole::Evidence,
        LineRole::Item,
        LineRole::Item,
        LineRole::Advice,
        LineRole::Note,
    ];
    let target = |target: LinkTarget| Link { label: "Relay 00".into(), target };
    Message {
        title: Text::default().foreign(text),
        event: MessageEvent::Raised,
        severity: Severity::Warning,
        data_time: Timestamp(0),
        lines: roles.map(line).to_vec(),
        links: vec![target(LinkTarget::Relay(fingerprint(1))), target(LinkTarget::NetworkHealth)],
        data: Vec::new(),
    }
}

/// The tags of a piece of HTML, and that every `<` and `>` belongs to one.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(['<', '>']) {
        assert!(rest[start..].starts_with('<'), "a lone > in {html}");
        let end = rest[start..].find('>').unwrap() + start;
        tags.push(rest[start..=end].to_owned());
        rest = &rest[end + 1..];
    }
    tags
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_header_is_one_line_without_control_characters(text in hostile()) {
        for header in [subject(&message(&text)), HeaderText::new(&text)] {
            let header = header.as_str();
            prop_assert!(!header.chars().any(char::is_control), "{header:?}");
            let breaks = ['\u{2028}', '\u{2029}', '\u{202e}'];
            prop_assert!(!header.contains(breaks));
            prop_assert!(header.chars().count() <= 200);
        }
        prop_assert!(subject(&message(&text)).as_str().starts_with("[Allium warning]"));
    }

    #[test]
    fn plain_text_gets_no_lines_from_elsewhere(text in hostile()) {
        let quiet = plain(&message(""), &Site).as_str().lines().count();
        let loud = plain(&message(&text), &Site);
        prop_assert_eq!(loud.as_str().lines().count(), quiet);
        prop_assert!(!loud.as_str().chars().any(|c| c.is_control() && c != '\n'));
        let body = loud.as_str().replace("https://allium.example/", "");
        prop_assert!(!body.contains("://") && !body.contains("evil.example") && !body.contains("victim@example"));
    }

    #[test]
    fn slack_gets_no_mention_and_no_link_but_ours(text in hostile()) {
        let text = slack(&message(&text), &Site);
        let text = text.as_str();
        let opened: Vec<&str> = text.match_indices('<').map(|(at, _)| &text[at..]).collect();
        prop_assert_eq!(opened.len(), 1, "{}", text);
        prop_assert!(opened[0].starts_with("<https://allium.example/relay/"));
        prop_assert_eq!(text.matches('>').count(), 1);
        let body = &text[..text.find('<').unwrap()];
        for sign in ["://", "@everyone", "@here", "@channel", "`code`", "*bold*", "evil.example"] {
            prop_assert!(!body.contains(sign), "{}", text);
        }
        for at in body.match_indices('&').map(|(at, _)| at) {
            let is_ours = ["&amp;", "&lt;", "&gt;"].iter().any(|entity| body[at..].starts_with(entity));
            prop_assert!(is_ours, "{}", text);
        }
    }

    #[test]
    fn markdown_gets_no_link_no_mention_and_no_html(text in hostile()) {
        let text = markdown(&message(&text), &Site);
        let text = text.as_str();
        prop_assert_eq!(text.matches("](").count(), 1, "{}", text);
        prop_assert!(!text.contains('<') && !text.contains('@') && !text.contains("!["), "{}", text);
        let body = &text[..text.find("- [Relay").unwrap()];
        prop_assert!(!body.contains("://") && !body.contains("www."), "{}", text);
    }

    #[test]
    fn html_has_our_elements_alone(text in hostile()) {
        let html = matrix_html(&message(&text), &Site);
        let known = ["<p>", "</p>", "<strong>", "</strong>", "<em>", "</em>", "<ul>", "</ul>", "<li>", "</li>", "</a>"];
        let tags = tags(html.as_str());
        for tag in &tags {
            let is_link = tag.starts_with("<a href=\"https://allium.example/relay/") && tag.ends_with("/\">");
            prop_assert!(known.contains(&tag.as_str()) || is_link, "{}", tag);
        }
        // Whatever the text, the elements are the same.
        let quiet = matrix_html(&message(""), &Site);
        prop_assert_eq!(tags, self::tags(quiet.as_str()));
        let body = html.as_str().replace("https://allium.example/", "");
        prop_assert!(!body.contains('@') && !body.contains("&#64;room"));
        prop_assert!(!body.contains("://") && !body.contains("evil.example"));
    }

    #[test]
    fn a_hostile_nickname_reaches_no_message_unescaped(name in hostile(), version in hostile()) {
        let away = RelayFacts {
            nickname: name.as_str().into(),
            version: Some(version.as_str().into()),
            presence: Presence::Absent { hours: 3 },
            ..relay(0, 0)
        };
        let mut one = subscriptions().remove(0);
        one.target = Target::Network;
        one.watches = Watches::new([Watch::Absent { hours: 2 }]);
        let mut service = Service { subscriptions: vec![one], ..Service::default() };
        let outcome = service.decide(START, &Facts::of_relays(START, vec![away]));
        let delivery = outcome.deliveries().next().unwrap();
        let html = matrix_html(&delivery.message, &Site);
        prop_assert!(tags(html.as_str()).iter().all(|tag| !tag.contains("script") && !tag.contains("img")));
        prop_assert!(!subject(&delivery.message).as_str().contains(['\r', '\n']));
        prop_assert!(!plain(&delivery.message, &Site).as_str().contains("\nBcc"));
    }
}
