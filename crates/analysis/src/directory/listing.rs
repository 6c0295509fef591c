//! The authorities that a consensus names against the trusted ones: every difference is a finding.

use super::{AuthorityReport, DirectoryInputs};

/// A difference between the trusted list and the consensus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDifference {
    /// Nickname as the trusted list or else the consensus has it.
    pub nickname: String,
    /// What differs, in one plain sentence without a full stop.
    pub text: String,
}

/// The differences; none without a consensus or without a trusted list.
pub fn list_differences(inputs: &DirectoryInputs, authorities: &[AuthorityReport]) -> Vec<ListDifference> {
    if inputs.consensus.is_none() || inputs.trusted.is_empty() {
        return Vec::new();
    }
    authorities.iter().flat_map(differences).collect()
}

fn differences(authority: &AuthorityReport) -> Vec<ListDifference> {
    let texts = match (&authority.trusted, &authority.listed) {
        (None, Some(_)) => vec!["the consensus names it, and it is not trusted".to_owned()],
        (Some(_), None) => vec!["it is trusted, and the consensus does not count its vote".to_owned()],
        (None, None) => vec!["it voted, and it is neither trusted nor in the consensus".to_owned()],
        (Some(trusted), Some(listed)) => {
            let mut texts = Vec::new();
            let differ = |what: &str, ours: String, theirs: String| {
                (ours != theirs)
                    .then(|| format!("its {what} is {theirs} in the consensus, {ours} in the list"))
            };
            if let Some(address) = trusted.dir_address {
                texts.extend(differ("address", address.ip().to_string(), listed.address.clone()));
                texts.extend(differ("DirPort", address.port().to_string(), listed.dir_port.to_string()));
            }
            if let Some(port) = trusted.or_port {
                texts.extend(differ("ORPort", port.to_string(), listed.or_port.to_string()));
            }
            texts.extend(differ("nickname", trusted.nickname.clone(), listed.nickname.clone()));
            texts
        }
    };
    let nickname = &authority.nickname;
    texts.into_iter().map(|text| ListDifference { nickname: nickname.clone(), text }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Directory, example};
    use std::sync::Arc;

    #[test]
    fn a_moved_a_renamed_and_an_unknown_authority_are_told_and_no_other() {
        let mut inputs = example::inputs();
        let before = Directory::new(inputs.clone()).report.list_differences;
        let consensus = Arc::make_mut(inputs.consensus.as_mut().unwrap());
        consensus.authorities[0].address = "203.0.113.99".into();
        consensus.authorities[1].nickname = "other".into();
        let stranger = inputs.trusted.pop().unwrap().nickname;
        let mut after = Directory::new(inputs).report.list_differences;
        after.retain(|difference| !before.contains(difference));
        let texts: Vec<&str> = after.iter().map(|difference| difference.text.as_str()).collect();
        assert_eq!(texts.len(), 3, "{after:?}");
        assert!(texts.iter().any(|text| text.starts_with("its address is 203.0.113.99 in the consensus")));
        assert!(texts.iter().any(|text| text.starts_with("its nickname is other in the consensus")));
        let unknown = after.iter().find(|difference| difference.nickname == stranger).unwrap();
        assert_eq!(unknown.text, "the consensus names it, and it is not trusted");
    }
}
