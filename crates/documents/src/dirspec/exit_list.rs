//! Exit lists (TorDNSEL): from which addresses exits were seen to leave.

use super::fields::{fingerprint, time_of_words};
use super::kind::{check_label, mismatch};
use super::{Item, Notes, Parsed, Scanner};
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, Timestamp};
use std::net::IpAddr;

/// Addresses of one exit at most.
const MAX_ADDRESSES: usize = 256;

/// An exit list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitList {
    /// `Downloaded`: when the list was fetched; CollecTor adds it.
    pub downloaded: Option<Timestamp>,
    /// The exits in their order.
    pub exits: Vec<ExitNode>,
}

/// An exit of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitNode {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Publication of its descriptor.
    pub published: Option<Timestamp>,
    /// The consensus in which it was last seen.
    pub last_status: Option<Timestamp>,
    /// Addresses from which it leaves, with the time of the test.
    pub addresses: Vec<(IpAddr, Timestamp)>,
}

/// Reads the plain bytes of an exit list.
///
/// # Errors
/// When it is empty, a web page, of another kind, or a limit is passed.
pub fn parse_exit_list(bytes: &[u8], limits: &Limits) -> Result<Parsed<ExitList>, DocumentError> {
    let mut notes = Notes::new("exit list");
    let mut scanner = Scanner::new(bytes, limits)?;
    check_label(bytes, &mut notes)?;
    let mut list = ExitList::default();
    let mut is_known = false;
    while let Some(item) = scanner.next_item()? {
        match item.keyword {
            "Downloaded" => list.downloaded = time_of_words(&mut item.words()),
            "ExitNode" => {
                is_known = start(&mut list, &item, &mut notes);
                if list.exits.len() > limits.max_relays {
                    return Err(DocumentError::Limit { name: "max_relays", limit: limits.max_relays });
                }
            }
            "Published" | "LastStatus" | "ExitAddress" => {
                if let Some(exit) = list.exits.last_mut().filter(|_| is_known) {
                    exit.take(&item, &mut notes);
                }
            }
            _ if item.is_annotation() => {}
            keyword => notes.count_unknown(keyword),
        }
    }
    if list.exits.is_empty() && list.downloaded.is_none() {
        return Err(mismatch(bytes, "exit list"));
    }
    Ok(notes.finish(list))
}

/// Starts an entry; whether it has a name.
fn start(list: &mut ExitList, item: &Item<'_>, notes: &mut Notes) -> bool {
    let Some(fingerprint) = item.words().next().and_then(fingerprint) else {
        notes.warn(item.arguments, "is no fingerprint; the exit is left out");
        return false;
    };
    list.exits.push(ExitNode { fingerprint, published: None, last_status: None, addresses: Vec::new() });
    true
}

impl ExitNode {
    fn take(&mut self, item: &Item<'_>, notes: &mut Notes) {
        let mut words = item.words();
        let understood = match item.keyword {
            "Published" => {
                self.published = time_of_words(&mut words);
                self.published.is_some()
            }
            "LastStatus" => {
                self.last_status = time_of_words(&mut words);
                self.last_status.is_some()
            }
            _ => {
                let address = words.next().and_then(|word| word.parse().ok()).zip(time_of_words(&mut words));
                self.addresses.extend(address.filter(|_| self.addresses.len() < MAX_ADDRESSES));
                address.is_some()
            }
        };
        if !understood {
            notes.warn(self.fingerprint, format!("the {} line is not understood", item.keyword));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_have_their_addresses() {
        let text = b"@type tordnsel 1.0\nDownloaded 2016-09-20 13:02:00\n\
            ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\nPublished 2016-09-20 07:22:06\n\
            LastStatus 2016-09-20 08:02:53\nExitAddress 162.247.72.201 2016-09-20 08:09:39\n\
            ExitAddress 2001:db8::1 2016-09-20 08:09:40\nExitNode xyz\nPublished 2016-09-20 00:27:33\n\
            ExitNode 0032E5CE3F91E5F807A1E037C87978A7CE15CAB1\nExitAddress nowhere 2016-09-20 01:09:46\nNew x\n";
        let parsed = parse_exit_list(text, &Limits::default()).unwrap();
        let list = parsed.document;
        assert_eq!(list.downloaded.unwrap().to_string(), "2016-09-20 13:02:00");
        assert_eq!(list.exits.len(), 2);
        assert_eq!(list.exits[0].addresses.len(), 2);
        assert_eq!(list.exits[0].last_status.unwrap().to_string(), "2016-09-20 08:02:53");
        assert_eq!((list.exits[1].published, list.exits[1].addresses.len()), (None, 0));
        assert_eq!((parsed.warnings.len(), parsed.unknown_items.len()), (2, 1));
    }
}
