//! The fields that say which relays: a kind and a name, which together make one target. Links and programs
//! send the same as one text, `target`.

use super::Typed;
use super::field::{Field, Kind, Need, group};
use crate::html::Html;
use allium_alert::Target;

/// Names of the fields.
const KIND: &str = "target-kind";
const NAME: &str = "target-name";

/// Kinds in the words of the form, and what is said of a name that does not fit.
const KINDS: [(&str, &str, &str); 7] = [
    (
        "relay",
        "One relay, by fingerprint",
        "a relay is named by its fingerprint, which has 40 hexadecimal digits",
    ),
    (
        "family",
        "The family of a relay",
        "a family is named by the fingerprint of one of its relays, which has 40 hexadecimal digits",
    ),
    ("aroi", "An operator, by domain (AROI)", "an operator is named by a domain, such as example.org"),
    (
        "operator",
        "An operator without a domain, by id",
        "the id of an operator has 32 hexadecimal digits and is in the address of its page",
    ),
    ("as", "A network, by AS number", "an AS is named by its number, such as AS24940"),
    ("country", "A country, by its two letters", "a country is named by its two letters, such as DE"),
    ("network", "The whole Tor network", "the whole network has no name: that field stays empty"),
];

const HINT: &str = "A fingerprint, a domain such as example.org, the id of an operator, an AS number such as AS24940, or a country such as DE. Empty for the whole network.";

/// Writes the fields, filled in with what was typed or linked.
pub(super) fn write(html: &mut Html, typed: &Typed, more: &str) {
    group(html, "Which relays", |html| fields(html, typed, more));
}

fn fields(html: &mut Html, typed: &Typed, more: &str) {
    let (kind, name) = parts(typed);
    let mut choices = vec![("", "Please choose")];
    choices.extend(KINDS.map(|(kind, words, _)| (kind, words)));
    let (label, choice) = ("Kind", Kind::Choice(&choices));
    Field { name: KIND, label, hint: more, kind: choice, need: Need::Needed, value: kind }.write(html);
    let (label, line) = ("Its name or number", Kind::Line(260));
    Field { name: NAME, label, hint: HINT, kind: line, need: Need::Optional, value: name }.write(html);
}

/// A target as people say it.
pub(super) fn words(target: &Target) -> String {
    match target {
        Target::Relay(fingerprint) => format!("The relay {fingerprint}"),
        Target::Family(fingerprint) => format!("The family of the relay {fingerprint}"),
        Target::Domain(domain) => format!("Relays of {domain}"),
        Target::Operator(id) => format!("Relays of the operator {id}"),
        Target::As(number) => format!("Relays in {number}"),
        Target::Country(code) => format!("Relays in {code}"),
        Target::Network => "All relays of the Tor network".to_owned(),
    }
}

/// Kind and name of what was typed, or of the target of a link.
fn parts(typed: &Typed) -> (&str, &str) {
    if is_typed(typed) {
        return (typed.get(KIND), typed.get(NAME));
    }
    let target = typed.get("target");
    target.split_once(':').unwrap_or((target, ""))
}

fn is_typed(typed: &Typed) -> bool {
    typed.pairs.iter().any(|(name, _)| name == KIND)
}

/// What was typed with the target as one pair, as programs send it.
///
/// # Errors
/// What does not fit, in a sentence in lower case.
pub(crate) fn joined(typed: &Typed) -> Result<Vec<(String, String)>, &'static str> {
    if !is_typed(typed) {
        return Ok(typed.pairs.clone());
    }
    let target = read(typed.get(KIND), typed.get(NAME))?;
    let others = typed.pairs.iter().filter(|(name, _)| ![KIND, NAME, "target"].contains(&name.as_str()));
    Ok(others.cloned().chain([("target".to_owned(), target.to_string())]).collect())
}

fn read(kind: &str, name: &str) -> Result<Target, &'static str> {
    let known = KINDS.iter().find(|(known, ..)| *known == kind);
    let (_, _, wrong) = known.ok_or("please choose which relays it is about")?;
    // Fingerprints are copied in groups of four, and with the sign that torrc has before them.
    let name: String = name.chars().filter(|character| !character.is_whitespace()).collect();
    let name = name.trim_start_matches('$');
    let text = match (kind, name) {
        ("network", "") => kind.to_owned(),
        _ if name.contains(':') && name.parse::<Target>().is_ok() => name.to_owned(),
        _ => format!("{kind}:{name}"),
    };
    text.parse().map_err(|_| *wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Typed { pairs, wrong: None }
    }

    #[test]
    fn a_kind_and_a_name_make_a_target() {
        let fingerprint = "000A10D43011EA4928A35F610405F92B4433B4DC";
        for (kind, name, expected) in [
            ("relay", fingerprint, format!("relay:{fingerprint}")),
            ("relay", "$000A 10D4 3011 EA49 28A3  5F61 0405 F92B 4433 B4DC", format!("relay:{fingerprint}")),
            ("family", &fingerprint.to_lowercase(), format!("family:{fingerprint}")),
            ("aroi", "https://Example.org/", "aroi:example.org".into()),
            ("as", "AS24940", "as:24940".into()),
            ("as", "24940", "as:24940".into()),
            ("country", "de", "country:DE".into()),
            ("relay", "as:24940", "as:24940".into()),
            ("network", " ", "network".into()),
        ] {
            assert_eq!(read(kind, name).map(|target| target.to_string()), Ok(expected), "{kind} {name}");
        }
    }

    #[test]
    fn what_does_not_fit_is_said_for_its_kind() {
        for (kind, name, words) in [
            ("", "DE", "please choose"),
            ("moon", "DE", "please choose"),
            ("relay", "", "40 hexadecimal digits"),
            ("country", "DEU", "two letters"),
            ("as", "Hetzner", "AS24940"),
            ("aroi", "<script>", "example.org"),
            ("network", "DE", "stays empty"),
        ] {
            assert!(read(kind, name).unwrap_err().contains(words), "{kind} {name}");
        }
    }

    #[test]
    fn links_fill_both_fields_in_and_what_is_typed_replaces_them() {
        assert_eq!(parts(&typed(&[("target", "as:24940")])), ("as", "24940"));
        assert_eq!(parts(&typed(&[("target", "network")])), ("network", ""));
        assert_eq!(parts(&typed(&[])), ("", ""));
        let both = typed(&[("target", "network"), (KIND, "country"), (NAME, "de"), ("absent", "6")]);
        assert_eq!(parts(&both), ("country", "de"));
        let pairs = [("absent", "6"), ("target", "country:DE")];
        assert_eq!(joined(&both).unwrap(), typed(&pairs).pairs);
        let program = typed(&[("target", "country:DE"), ("target", "country:FR")]);
        assert_eq!(joined(&program).unwrap(), program.pairs, "twice is for others to refuse");
    }
}
