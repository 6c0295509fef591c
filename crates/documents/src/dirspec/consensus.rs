//! Bytes to a consensus of either flavour.

use super::entry::{SeenFlags, Taken, router, take_consensus_line, warn_of_order};
use super::fields::number;
use super::header::{HeaderReader, dir_source, integers};
use super::status::StatusReader;
use super::{Consensus, DirSource, Item, Parsed, Router};
use crate::{DocumentError, Limits};

/// Reads a consensus (dir-spec, "Vote and consensus status document formats"). A relay whose `r` line
/// cannot be read is left out with a warning; without the times of its validity, without signatures and
/// over [`Limits::max_relays`] the document is refused.
pub fn parse_consensus<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Parsed<Consensus<'a>>, DocumentError> {
    let mut reader = StatusReader::open(bytes, limits, "consensus")?;
    let head = read_head(&mut reader)?;
    let routers = read_routers(&mut reader)?;
    let bandwidth_weights = read_footer(&mut reader)?;
    let (signatures, signed) = reader.signatures()?;
    warn_of_order(routers.iter().map(|router| router.fingerprint), &mut reader.notes);
    let mut header = head.header.finish()?;
    header.version = reader.version;
    let document = Consensus {
        flavor: reader.flavor,
        header,
        method: head.method,
        authorities: head.authorities,
        routers,
        bandwidth_weights,
        signatures,
        signed,
    };
    Ok(reader.notes.finish(document))
}

/// The head of a consensus while it is read.
#[derive(Default)]
struct Head<'a> {
    header: HeaderReader<'a>,
    method: u32,
    authorities: Vec<DirSource<'a>>,
    /// Whether the last `dir-source` could be read, so that lines below it belong to it.
    is_in_authority: bool,
}

fn read_head<'a>(reader: &mut StatusReader<'a>) -> Result<Head<'a>, DocumentError> {
    // Documents of the first method need not name it.
    let mut head = Head { method: 1, ..Head::default() };
    while let Some(item) = reader.next_of_head()? {
        let taken = head.take(&item);
        reader.settle(&item, taken, &mut head.header);
    }
    Ok(head)
}

impl<'a> Head<'a> {
    fn take(&mut self, item: &Item<'a>) -> Taken {
        match item.keyword {
            "consensus-method" => {
                item.words().next().and_then(number).map(|method| self.method = method).into()
            }
            "dir-source" => {
                let authority = dir_source(item);
                self.is_in_authority = authority.is_some();
                authority.map(|authority| self.authorities.push(authority)).into()
            }
            "contact" => self.of_authority(|authority| authority.contact = Some(item.arguments)),
            "vote-digest" => self.of_authority(|authority| authority.vote_digest = item.words().next()),
            _ => Taken::Unknown,
        }
    }

    /// Lines below a `dir-source` that could not be read are left out with it.
    fn of_authority(&mut self, set: impl FnOnce(&mut DirSource<'a>)) -> Taken {
        if let Some(authority) = self.authorities.last_mut().filter(|_| self.is_in_authority) {
            set(authority);
        }
        Taken::Yes
    }
}

fn read_routers<'a>(reader: &mut StatusReader<'a>) -> Result<Vec<Router<'a>>, DocumentError> {
    let mut routers: Vec<Router<'a>> = reader.room_for_relays();
    let mut seen = SeenFlags::default();
    let mut is_in_entry = false;
    while let Some(item) = reader.next_of_relays()? {
        if item.keyword == "r" {
            reader.check_relays(routers.len())?;
            let entry = router(&item, reader.flavor);
            is_in_entry = entry.is_some();
            match entry {
                Some(router) => routers.push(router),
                None => reader.warn_of_item(&item),
            }
        } else if let Some(router) = routers.last_mut().filter(|_| is_in_entry) {
            let taken = take_consensus_line(router, &item, &mut seen);
            reader.note(&item, taken);
        }
    }
    Ok(routers)
}

fn read_footer<'a>(reader: &mut StatusReader<'a>) -> Result<Vec<(&'a str, i32)>, DocumentError> {
    let mut weights = Vec::new();
    while let Some(item) = reader.next_of_footer()? {
        match item.keyword {
            "directory-footer" => {}
            "bandwidth-weights" => weights = integers(&item, &mut reader.notes),
            keyword => reader.notes.count_unknown(keyword),
        }
    }
    Ok(weights)
}
