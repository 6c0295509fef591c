//! Contact texts.

use super::operators::Operator;
use crate::data::contacts::{ContactStyle, FIELD_TAILS, FREE_TEXTS};
use crate::data::hostile;
use crate::dice::Dice;

/// The contact of an operator with this style.
pub(crate) fn text(
    dice: &mut Dice,
    style: ContactStyle,
    words: (&str, &str),
    domain: &str,
) -> Option<String> {
    let user = *dice.pick(&["tor", "abuse", "relays", "noc", words.1]);
    let tail = *dice.pick(&FIELD_TAILS);
    let free = *dice.pick(&FREE_TEXTS);
    let fields = |proof: &str, version: u32| {
        format!("email:{user}[]{domain} url:https://{domain} proof:{proof} {tail} ciissversion:{version}")
    };
    match style {
        ContactStyle::UriRsa => Some(fields("uri-rsa", 2)),
        ContactStyle::DnsRsa => Some(fields("dns-rsa", 2)),
        ContactStyle::UriFamilyId => Some(fields("uri-familyid-ed25519", 3)),
        ContactStyle::FieldsOnly => Some(format!("email:{user}[]{domain} {tail} ciissversion:2")),
        ContactStyle::Email => Some(format!("{} {} <{user}@{domain}>", words.0, words.1)),
        ContactStyle::ObfuscatedEmail => Some(obfuscated(dice, user, domain)),
        ContactStyle::FreeText => Some(free.replace("{}", &format!("{} {}", words.0, words.1))),
        ContactStyle::None => None,
    }
}

fn obfuscated(dice: &mut Dice, user: &str, domain: &str) -> String {
    let dotted = domain.replace('.', " [dot] ");
    match dice.below(4) {
        0 => format!("{user} [at] {dotted}"),
        1 => format!("0x{:08X} {user} AT {}", dice.between(0, u32::MAX - 1), domain.replace('.', " DOT ")),
        2 => format!("<{user}(at){domain}>"),
        _ => format!("{user}_at_{domain}"),
    }
}

/// Relays for each operator with a hostile contact.
const RELAYS_PER_HOSTILE: usize = 60;

/// Gives the last operators, who run one relay each, the contacts of attackers.
pub(crate) fn make_some_hostile(operators: &mut [Operator], relays: usize) {
    let long = format!("simulated {}", hostile::LONG_WORD.repeat(hostile::LONG_REPEATS));
    let texts = hostile::CONTACTS.iter().map(|text| (*text).to_owned()).chain([long]);
    let ordinary = operators.iter_mut().rev().filter(|operator| operator.authority.is_none());
    for (operator, text) in ordinary.zip(texts).take(relays / RELAYS_PER_HOSTILE) {
        operator.contact = Some(text);
        (operator.style, operator.outcome) = (ContactStyle::FreeText, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Subject;
    use allium_documents::{ContactInfo, find_email};

    #[test]
    fn claims_are_read_back_and_addresses_are_found() {
        let mut dice = Dice::new(5, Subject::Style, 0);
        for style in [ContactStyle::UriRsa, ContactStyle::DnsRsa, ContactStyle::UriFamilyId] {
            let contact = text(&mut dice, style, ("red", "owl"), "red-owl1.example").unwrap();
            let claim = ContactInfo::parse(&contact).claim().unwrap();
            assert_eq!(claim.domain.as_str(), "red-owl1.example");
        }
        for _ in 0..50 {
            let contact = obfuscated(&mut dice, "tor", "red-owl1.example");
            assert_eq!(find_email(&contact).as_deref(), Some("tor@red-owl1.example"), "{contact}");
        }
    }
}
