//! ContactInfo lines (ContactInfo information sharing specification, versions 2 and 3).
//!
//! A contact is free text; operators who follow the specification put `key:value` pairs into it.
//! The first of equal keys counts. Nothing here decides whether a claim is true.

use allium_model::Domain;

/// A parsed contact, borrowed from its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactInfo<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

/// How a domain says that a relay belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProofType {
    /// A list of fingerprints below the domain (version 2).
    UriRsa,
    /// A TXT record per fingerprint (version 2).
    DnsRsa,
    /// A list of family ids below the domain (version 3).
    UriFamilyIdEd25519,
    /// A TXT record with family ids (version 3).
    DnsFamilyIdEd25519,
}

impl ProofType {
    const ALL: [Self; 4] = [Self::UriRsa, Self::DnsRsa, Self::UriFamilyIdEd25519, Self::DnsFamilyIdEd25519];

    /// The type's name in the specification.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UriRsa => "uri-rsa",
            Self::DnsRsa => "dns-rsa",
            Self::UriFamilyIdEd25519 => "uri-familyid-ed25519",
            Self::DnsFamilyIdEd25519 => "dns-familyid-ed25519",
        }
    }

    /// The specification's version in which the type is valid.
    pub const fn version(self) -> u32 {
        match self {
            Self::UriRsa | Self::DnsRsa => 2,
            Self::UriFamilyIdEd25519 | Self::DnsFamilyIdEd25519 => 3,
        }
    }
}

/// A complete claim to belong to a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AroiClaim {
    /// The domain, in its checked form.
    pub domain: Domain,
    /// The kind of proof that the contact names.
    pub proof: ProofType,
}

/// Longest `url` that the specification allows, in bytes.
const MAX_URL_BYTES: usize = 399;

impl<'a> ContactInfo<'a> {
    /// Reads the pairs of a contact. Any text is a contact; one without pairs has no fields.
    pub fn parse(contact: &'a str) -> Self {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        for word in contact.split_whitespace() {
            let Some((key, value)) = word.split_once(':') else { continue };
            let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let is_new = !fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(key));
            if is_key && is_new && !value.is_empty() && !value.starts_with("//") {
                fields.push((key, value));
            }
        }
        Self { fields }
    }

    /// The value of a key, which is compared without regard to case.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| *value)
    }

    /// The pairs in their order.
    pub fn fields(&self) -> &[(&'a str, &'a str)] {
        &self.fields
    }

    /// The version of the specification that the contact names.
    pub fn version(&self) -> Option<u32> {
        self.get("ciissversion")?.parse().ok()
    }

    /// The claim to a domain: a version, a proof type of that version and a URL with a host name.
    pub fn claim(&self) -> Option<AroiClaim> {
        let version = self.version()?;
        let named = self.get("proof")?;
        let proof = ProofType::ALL.into_iter().find(|proof| proof.name().eq_ignore_ascii_case(named))?;
        let url = self.get("url").filter(|url| url.len() <= MAX_URL_BYTES)?;
        let domain = Domain::of_url(url)?;
        (proof.version() == version).then_some(AroiClaim { domain, proof })
    }
}

/// Ways of writing `@` that operators use against harvesters, in lower case.
const AT_FORMS: [&str; 14] =
    ["[at]", "(at)", "<at>", "{at}", "[a]", "(a)", "[]", "[@]", "(@)", "<@>", "_at_", "-at-", " at ", "|at|"];

/// Ways of writing `.`, in lower case.
const DOT_FORMS: [&str; 10] =
    ["[dot]", "(dot)", "<dot>", "{dot}", "[.]", "(.)", "_dot_", "-dot-", " dot ", "|dot|"];

/// The first e-mail address in a contact, de-obfuscated and in lower case. It serves grouping and
/// search and is never printed, since its owner chose not to publish it in this form.
pub fn find_email(contact: &str) -> Option<String> {
    let mut text = contact.to_ascii_lowercase();
    for form in AT_FORMS {
        text = replace_form(&text, form, "@");
    }
    for form in DOT_FORMS {
        text = replace_form(&text, form, ".");
    }
    let words = text.split(|character: char| {
        character.is_whitespace() || matches!(character, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\'')
    });
    words
        .map(|word| word.strip_prefix("email:").or_else(|| word.strip_prefix("mailto:")).unwrap_or(word))
        .find_map(email_of_word)
}

/// Replaces a form together with the spaces around it, so that `me [at] example [dot] org` closes up.
fn replace_form(text: &str, form: &str, with: &str) -> String {
    let mut parts = text.split(form);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let kept = result.trim_end().len();
        result.truncate(kept);
        result.push_str(with);
        result.push_str(part.trim_start());
    }
    result
}

fn email_of_word(word: &str) -> Option<String> {
    let word = word.trim_matches(['.', ':', '-']);
    let (local, host) = word.split_once('@')?;
    let is_local = !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_=~".contains(&byte));
    let domain = Domain::of_url(host)?;
    (is_local && !host.contains(['@', '/', ':'])).then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_of(contact: &str) -> Option<(String, &'static str)> {
        ContactInfo::parse(contact).claim().map(|claim| (claim.domain.to_string(), claim.proof.name()))
    }

    #[test]
    fn a_claim_needs_version_proof_and_url_that_fit_together() {
        let complete = "email:me[]example.org url:https://www.Example.org/tor proof:uri-rsa ciissversion:2";
        assert_eq!(claim_of(complete), Some(("example.org".into(), "uri-rsa")));
        let third = "ciissversion:3 url:example.org proof:dns-familyid-ed25519";
        assert_eq!(claim_of(third), Some(("example.org".into(), "dns-familyid-ed25519")));
        for incomplete in [
            "url:example.org proof:uri-rsa",
            "url:example.org ciissversion:2",
            "proof:uri-rsa ciissversion:2",
            "url:example.org proof:uri-rsa ciissversion:3",
            "url:localhost proof:uri-rsa ciissversion:2",
            "url:example.org proof:magic ciissversion:2",
            "",
        ] {
            assert_eq!(claim_of(incomplete), None, "{incomplete}");
        }
    }

    #[test]
    fn the_first_of_equal_keys_counts() {
        let contact = ContactInfo::parse("url:first.example URL:second.example https://third.example :x y:");
        assert_eq!(contact.fields(), [("url", "first.example")]);
    }

    #[test]
    fn obfuscated_addresses_are_found() {
        let expected = [
            ("email:me[]example.org hoster:x", Some("me@example.org")),
            ("Jane Doe <jane AT example DOT org>", Some("jane@example.org")),
            ("jane [at] example [dot] org", Some("jane@example.org")),
            ("jane (at) mail.example.org", Some("jane@mail.example.org")),
            ("jane_at_example.org", Some("jane@example.org")),
            ("0xDEADBEEF jane+tor@Example.org", Some("jane+tor@example.org")),
            ("look at this", None),
            ("@twitter", None),
            ("", None),
        ];
        for (contact, email) in expected {
            assert_eq!(find_email(contact).as_deref(), email, "{contact}");
        }
    }
}
