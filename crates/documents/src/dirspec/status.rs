//! What parsing a consensus and parsing a vote have in common: the opening line, the way from section
//! to section, the signatures at the end.

use super::entry::Taken;
use super::fields::number;
use super::header::{HeaderReader, signature};
use super::kind::{check_label, mismatch};
use super::{Flavor, Item, Notes, Scanner, Signature};
use crate::{DocumentError, Limits};

/// First keyword of consensuses and votes.
pub(super) const FIRST_KEYWORD: &str = "network-status-version";

/// The keyword that ends the signed part.
const SIGNATURE_KEYWORD: &str = "directory-signature";

/// Bytes of an entry of a relay at least, in documents as they are made: to take memory at once.
const ENTRY_BYTES: usize = 300;

/// A status document on the way.
pub(super) struct StatusReader<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) notes: Notes,
    pub(super) flavor: Flavor,
    pub(super) version: u32,
    /// Where the signed part starts.
    start: usize,
    limits: Limits,
    /// What its `vote-status` must say.
    status: &'static str,
}

impl<'a> StatusReader<'a> {
    /// Reads the opening line. What comes before it must be annotations. `status` is the word of the
    /// `vote-status` that the document must carry: `consensus` or `vote`.
    pub(super) fn open(
        bytes: &'a [u8],
        limits: &Limits,
        status: &'static str,
    ) -> Result<Self, DocumentError> {
        let mut scanner = Scanner::new(bytes, limits)?;
        let mut notes = Notes::new(status);
        notes.warn_of_bytes(&scanner);
        check_label(bytes, &mut notes)?;
        let first = loop {
            match scanner.next_item()? {
                Some(item) if item.is_annotation() => {}
                Some(item) => break item,
                None => return Err(DocumentError::Empty),
            }
        };
        if first.keyword != FIRST_KEYWORD {
            return Err(mismatch(bytes, status));
        }
        let mut words = first.words();
        let version = words.next().and_then(number).unwrap_or_default();
        let flavor = match words.next() {
            None | Some("ns") => Flavor::Ns,
            Some("microdesc") => Flavor::Microdesc,
            Some(other) => {
                let name = super::notes::shown(other);
                return Err(DocumentError::Schema(format!("no flavor of consensuses is called {name}")));
            }
        };
        if version != 3 {
            return Err(DocumentError::Schema("only version 3 of network statuses is known".into()));
        }
        Ok(Self { scanner, notes, flavor, version, start: first.start, limits: *limits, status })
    }

    /// The next item of the head; `None` when relays or the end of the signed part begin.
    pub(super) fn next_of_head(&mut self) -> Result<Option<Item<'a>>, DocumentError> {
        loop {
            let is_over = |keyword: &str| matches!(keyword, "r" | "directory-footer" | SIGNATURE_KEYWORD);
            let item = self.next_until(is_over)?;
            match item {
                Some(item) if item.keyword == "vote-status" => self.check_status(&item)?,
                item => return Ok(item),
            }
        }
    }

    fn check_status(&self, item: &Item<'a>) -> Result<(), DocumentError> {
        if item.words().next() == Some(self.status) {
            return Ok(());
        }
        Err(mismatch(self.scanner.bytes(), self.status))
    }

    /// The next item of the relays; `None` when they end.
    #[inline]
    pub(super) fn next_of_relays(&mut self) -> Result<Option<Item<'a>>, DocumentError> {
        self.next_until(|keyword| matches!(keyword, "directory-footer" | SIGNATURE_KEYWORD))
    }

    /// The next item before the signatures; `None` when they begin.
    pub(super) fn next_of_footer(&mut self) -> Result<Option<Item<'a>>, DocumentError> {
        self.next_until(|keyword| keyword == SIGNATURE_KEYWORD)
    }

    #[inline]
    fn next_until(&mut self, is_next_section: fn(&str) -> bool) -> Result<Option<Item<'a>>, DocumentError> {
        let Some(item) = self.scanner.next_item()? else {
            return Err(self.scanner.cut_short());
        };
        if is_next_section(item.keyword) {
            self.scanner.go_to(item.start);
            return Ok(None);
        }
        if item.keyword == FIRST_KEYWORD {
            let line = self.scanner.line_of(item.start);
            return Err(DocumentError::Schema(format!("another one begins within it at line {line}")));
        }
        Ok(Some(item))
    }

    /// An empty list for the relays.
    pub(super) fn room_for_relays<T>(&self) -> Vec<T> {
        let rest = self.scanner.bytes().len() - self.scanner.position();
        Vec::with_capacity((rest / ENTRY_BYTES).min(self.limits.max_relays))
    }

    /// Whether one more relay is within the limit.
    #[inline]
    pub(super) fn check_relays(&self, count: usize) -> Result<(), DocumentError> {
        if count < self.limits.max_relays {
            return Ok(());
        }
        Err(DocumentError::Limit { name: "max_relays", limit: self.limits.max_relays })
    }

    /// Offers an item of the head that is not of this kind of document alone to what both carry, and notes
    /// what became of it.
    pub(super) fn settle(&mut self, item: &Item<'a>, taken: Taken, header: &mut HeaderReader<'a>) {
        let taken = if taken == Taken::Unknown { header.take(item, &mut self.notes) } else { taken };
        self.note(item, taken);
    }

    /// Notes what became of an item.
    pub(super) fn note(&mut self, item: &Item<'a>, taken: Taken) {
        match taken {
            Taken::Yes => {}
            Taken::Malformed => self.warn_of_item(item),
            Taken::Unknown => self.notes.count_unknown(item.keyword),
        }
    }

    #[cold]
    pub(super) fn warn_of_item(&mut self, item: &Item<'a>) {
        let line = self.scanner.line_of(item.start);
        self.notes.warn(item.keyword, format!("line {line} is not of the known form"));
    }

    /// The signatures and the signed bytes, which end with the space behind the first keyword. A second
    /// document behind them is left alone, with a warning.
    pub(super) fn signatures(&mut self) -> Result<(Vec<Signature<'a>>, &'a [u8]), DocumentError> {
        let signed_end = self.scanner.position() + SIGNATURE_KEYWORD.len() + 1;
        let signed = self.scanner.bytes().get(self.start..signed_end).unwrap_or_default();
        let mut signatures = Vec::new();
        while let Some(item) = self.scanner.next_item()? {
            match item.keyword {
                SIGNATURE_KEYWORD => match signature(&item) {
                    Some(signature) => signatures.push(signature),
                    None => self.warn_of_item(&item),
                },
                FIRST_KEYWORD => {
                    let line = self.scanner.line_of(item.start);
                    self.notes.warn(format_args!("line {line}"), "another document begins; it is left out");
                    break;
                }
                keyword if keyword.starts_with('@') => {}
                keyword => self.notes.count_unknown(keyword),
            }
        }
        Ok((signatures, signed))
    }
}
