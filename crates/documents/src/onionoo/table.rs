//! Documents that hold histories by relay: uptime, bandwidth and weights, and clients by bridge.
//!
//! An entry is a fingerprint and a few quantities, each with a history by period. What a document has
//! is told by an [`Entry`]; reading is the same for all. An entry in exactly the form in which Onionoo
//! writes it is taken by `scan`; every other one, and every one in which something is wrong, is read
//! here, with the same result.

use super::envelope::{self, Envelope, List, Taken, Text};
use super::scan::{Scan, scan_entry};
use super::wire::WireHistory;
use crate::{DocumentError, Limits};
use allium_model::{Fingerprint, History, HistoryTable, Period, PeriodHistories, Warning};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Where an entry keeps the histories of a quantity.
pub(super) type Place<T> = fn(&mut T) -> &mut PeriodHistories;

/// What a document says of a relay.
pub(super) trait Entry: Default + 'static {
    /// The name of the document.
    const DOCUMENT: &'static str;

    /// The quantities with their keys in the document.
    const QUANTITIES: &'static [(&'static str, Place<Self>)];

    /// Takes a field that is no quantity; it stands in the usual form, or `None`.
    fn scan_other(&mut self, _key: &str, _scan: &mut Scan<'_>) -> Option<()> {
        None
    }

    /// Takes a field that is no quantity, in any form; what is wrong in it becomes a fault. A field that
    /// nobody knows is passed over.
    fn read_other(&mut self, _key: &str, _value: &RawValue, _faults: &mut Faults) {}

    /// Where the quantity of a key is kept.
    fn place(key: &str) -> Option<Place<Self>> {
        Self::QUANTITIES.iter().find(|(name, _)| *name == key).map(|(_, place)| *place)
    }
}

/// What was wrong in an entry that is kept.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Faults(Vec<String>);

impl Faults {
    /// Notes that a part was left out and why.
    pub(super) fn left_out(&mut self, part: &str, why: &dyn std::fmt::Display) {
        self.0.push(format!("{part} is left out: {why}"));
    }

    fn into_taken(self) -> Taken {
        if self.0.is_empty() { Taken::Whole } else { Taken::InPart(self.0.join("; ")) }
    }
}

/// An entry as it was read.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed<'a, T> {
    pub(super) fingerprint: Text<'a>,
    pub(super) entry: T,
    pub(super) faults: Faults,
}

/// Objects as they stand, by key.
pub(super) type RawFields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// Reads the text of an entry.
pub(super) fn parse_entry<T: Entry>(text: &str) -> serde_json::Result<Parsed<'_, T>> {
    scan_entry(text).map_or_else(|| parse_any_form(text), Ok)
}

/// Reads an entry of any form.
pub(super) fn parse_any_form<T: Entry>(text: &str) -> serde_json::Result<Parsed<'_, T>> {
    let mut fields: RawFields<'_> = serde_json::from_str(text)?;
    let no_fingerprint = || serde::de::Error::custom("it has no fingerprint");
    let fingerprint = serde_json::from_str(fields.remove("fingerprint").ok_or_else(no_fingerprint)?.get())?;
    let (mut entry, mut faults) = (T::default(), Faults::default());
    for (key, value) in fields {
        match T::place(&key) {
            Some(place) => read_histories(&key, value, &mut faults, &mut |period, history| {
                place(&mut entry).set(period, history);
            }),
            None => entry.read_other(&key, value, &mut faults),
        }
    }
    Ok(Parsed { fingerprint, entry, faults })
}

/// Reads the histories of a quantity in any form. A history that does not check is left out; other
/// periods count.
pub(super) fn read_histories(
    quantity: &str,
    value: &RawValue,
    faults: &mut Faults,
    each: &mut dyn FnMut(Period, History),
) {
    let periods: RawFields<'_> = match serde_json::from_str(value.get()) {
        Ok(periods) => periods,
        Err(error) => return faults.left_out(quantity, &error),
    };
    for period in Period::ALL {
        let Some(history) = periods.get(period.key()) else { continue };
        let wire = serde_json::from_str::<WireHistory<'_>>(history.get()).map_err(|error| error.to_string());
        match wire.and_then(|wire| wire.check()) {
            Ok(history) => each(period, history),
            Err(error) => faults.left_out(&format!("{quantity} of {}", period.key()), &error),
        }
    }
}

/// Reads a plain document of relays into a table. What is wrong in an entry is left out with a warning;
/// the rest of the entry counts. Of two entries of a relay the first counts.
pub(super) fn read_table<T: Entry>(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(HistoryTable<T>, Envelope), DocumentError> {
    let mut entries = Vec::new();
    let mut envelope = read_entries(bytes, List::Relays, limits, &mut |fingerprint, entry| {
        entries.push((fingerprint, entry));
        Ok(())
    })?;
    let read = entries.len();
    let table = HistoryTable::new(envelope.relays_published, entries);
    if table.len() < read {
        let message = format!("{} entries repeat a relay and are left out", read - table.len());
        envelope.warnings.push(Warning { document: T::DOCUMENT, entry: "relays".into(), message });
    }
    Ok((table, envelope))
}

/// Reads a plain document, one entry of a list at a time; `each` may refuse it with a reason.
pub(super) fn read_entries<T: Entry>(
    bytes: &[u8],
    list: List,
    limits: &Limits,
    each: &mut dyn FnMut(Fingerprint, T) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    let mut take = |parsed: Parsed<'_, T>| {
        let fingerprint = parsed.fingerprint.0.parse().map_err(|error| format!("fingerprint: {error}"))?;
        each(fingerprint, parsed.entry)?;
        Ok(parsed.faults.into_taken())
    };
    envelope::read_list(bytes, T::DOCUMENT, list, limits, parse_entry, &mut take)
}
