//! Groups that explain incidents, as text.

use allium_model::{AsNumber, CauseGroup};

/// The key of a group among those of its kind.
pub(crate) fn key_text(group: &CauseGroup) -> String {
    match group {
        CauseGroup::As(number) => number.0.to_string(),
        CauseGroup::Prefix(prefix) => prefix.to_string(),
        CauseGroup::Country(code) => code.to_string(),
        CauseGroup::Operator(id) => id.to_string(),
        CauseGroup::Family(fingerprint) | CauseGroup::Authority(fingerprint) => fingerprint.to_string(),
        CauseGroup::Version(text) | CauseGroup::Platform(text) => text.to_string(),
    }
}

/// The group of a kind and key; `None` for what a later version wrote.
pub(crate) fn group(kind: &str, key: &str) -> Option<CauseGroup> {
    Some(match kind {
        "as" => CauseGroup::As(AsNumber(key.parse().ok()?)),
        "prefix" => CauseGroup::Prefix(key.parse().ok()?),
        "country" => CauseGroup::Country(key.parse().ok()?),
        "operator" => CauseGroup::Operator(key.parse().ok()?),
        "family" => CauseGroup::Family(key.parse().ok()?),
        "authority" => CauseGroup::Authority(key.parse().ok()?),
        "version" => CauseGroup::Version(key.into()),
        "platform" => CauseGroup::Platform(key.into()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Fingerprint, OperatorId};

    #[test]
    fn groups_are_read_as_they_are_written() {
        let groups = [
            CauseGroup::As(AsNumber(24_940)),
            CauseGroup::Prefix("192.0.2.0/24".parse().unwrap()),
            CauseGroup::Prefix("2001:db8::/32".parse().unwrap()),
            CauseGroup::Country("de".parse().unwrap()),
            CauseGroup::Operator(OperatorId::of_domain("example.org")),
            CauseGroup::Family(Fingerprint([7; 20])),
            CauseGroup::Authority(Fingerprint([8; 20])),
            CauseGroup::Version("0.4.8.12".into()),
            CauseGroup::Platform("Linux".into()),
        ];
        for one in groups {
            assert_eq!(group(one.kind_name(), &key_text(&one)), Some(one));
        }
        assert_eq!(group("planet", "earth"), None);
    }
}
