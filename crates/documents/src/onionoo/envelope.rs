//! The form that all Onionoo documents share: a version, a time, and a list of relays.
//!
//! Entries are handed over one at a time and borrow from the input. An entry that does not parse
//! becomes a warning; only what is no Onionoo document at all is an error. Bridges are counted, and
//! looked into only where a document is about them. A document that has one entry a line is cut by `lines`; the general path reads
//! every other form and takes over where a line turns out to be no entry.

use super::lines;
use crate::{DocumentError, Limits};
use allium_model::{Timestamp, Warning};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A text that borrows from the document where it holds no escapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

/// What stands beside the relays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Protocol version, such as `8.0`.
    pub version: Option<String>,
    /// Time of the newest consensus (of bridges: of the newest status) that the source used.
    pub relays_published: Timestamp,
    /// Entries read.
    pub relays: usize,
    /// Entries left out.
    pub broken_relays: usize,
    /// Entries read of which a part was left out.
    pub faulty_relays: usize,
    /// Bridges counted.
    pub bridges: usize,
    /// What was wrong; at most 1,000, the counts go on.
    pub warnings: Vec<Warning>,
}

/// Warnings kept of one document.
const MAX_WARNINGS: usize = 1000;

/// How the text of an entry is parsed.
pub(super) type ParseEntry<'a, T> = fn(&'a str) -> serde_json::Result<T>;

/// Which of the two lists of a document is read. The other one is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// `relays`.
    Relays,
    /// `bridges`.
    Bridges,
}

impl List {
    /// The key of the list.
    const fn key(self) -> &'static str {
        match self {
            Self::Relays => "relays",
            Self::Bridges => "bridges",
        }
    }

    /// The key of the time of its data.
    const fn published_key(self) -> &'static str {
        match self {
            Self::Relays => "relays_published",
            Self::Bridges => "bridges_published",
        }
    }
}

/// Reads the relays of a plain document, calling `each` for every one that parses.
pub(super) fn read<'a, T>(
    bytes: &'a [u8],
    document: &'static str,
    limits: &Limits,
    parse: ParseEntry<'a, T>,
    each: &mut dyn FnMut(T) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    read_list(bytes, document, List::Relays, limits, parse, &mut |entry| each(entry).map(|()| Taken::Whole))
}

/// How an entry was taken that is not left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// With everything in it.
    Whole,
    /// Without what this says.
    InPart(String),
}

/// Reads a list of a plain document, calling `each` for every entry that parses.
pub(super) fn read_list<'a, T>(
    bytes: &'a [u8],
    document: &'static str,
    list: List,
    limits: &Limits,
    parse: ParseEntry<'a, T>,
    each: &mut dyn FnMut(T) -> Result<Taken, String>,
) -> Result<Envelope, DocumentError> {
    if bytes.len() > limits.max_document_bytes {
        return Err(DocumentError::Limit { name: "max_document_bytes", limit: limits.max_document_bytes });
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DocumentError::Empty),
        Some(b'<') => return Err(DocumentError::Html),
        Some(_) => {}
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DocumentError::Json(format!("{error}, where UTF-8 is expected")))?;
    let mut state = State {
        document,
        list,
        limits,
        parse,
        each,
        envelope: Partial::default(),
        taken: 0,
        too_many: false,
    };
    if list == List::Bridges || state.read_lines(text).is_none() {
        let result = state.read_any_form(text);
        if state.too_many {
            return Err(DocumentError::Limit { name: "max_relays", limit: limits.max_relays });
        }
        result.map_err(|error| document_error(&error))?;
    }
    state.envelope.finish(list)
}

fn document_error(error: &serde_json::Error) -> DocumentError {
    match error.classify() {
        serde_json::error::Category::Eof => {
            DocumentError::Truncated { line: error.line(), column: error.column() }
        }
        serde_json::error::Category::Data => DocumentError::Schema(error.to_string()),
        _ => DocumentError::Json(error.to_string()),
    }
}

#[derive(Default)]
struct Partial {
    version: Option<String>,
    published: Option<String>,
    saw_list: bool,
    relays: usize,
    broken_relays: usize,
    faulty_relays: usize,
    bridges: usize,
    warnings: Vec<Warning>,
}

impl Partial {
    fn finish(self, list: List) -> Result<Envelope, DocumentError> {
        let schema = |what: String| DocumentError::Schema(what);
        let (key, published_key) = (list.key(), list.published_key());
        if !self.saw_list {
            return Err(schema(format!("it has no list of {key}")));
        }
        let published = self.published.ok_or_else(|| schema(format!("it has no {published_key}")))?;
        let relays_published =
            published.parse().map_err(|_| schema(format!("{published_key} is no time")))?;
        if self.relays == 0 && self.broken_relays > 0 {
            return Err(schema(format!("none of the entries of its {key} can be read")));
        }
        Ok(Envelope {
            version: self.version,
            relays_published,
            relays: self.relays,
            broken_relays: self.broken_relays,
            faulty_relays: self.faulty_relays,
            bridges: self.bridges,
            warnings: self.warnings,
        })
    }
}

struct State<'s, 'a, T> {
    document: &'static str,
    list: List,
    limits: &'s Limits,
    parse: ParseEntry<'a, T>,
    each: &'s mut dyn FnMut(T) -> Result<Taken, String>,
    envelope: Partial,
    /// Entries that were taken line by line before the general path had to begin.
    taken: usize,
    too_many: bool,
}

impl<'a, T> State<'_, 'a, T> {
    /// Reads a document that has one entry a line. None when it has not, or when the general path has
    /// to say what is wrong; the lines taken until then are its first entries.
    fn read_lines(&mut self, text: &'a str) -> Option<()> {
        let lines = lines::split(text).filter(|lines| lines.entries.len() <= self.limits.max_relays)?;
        self.envelope = read_frame(&lines.frame)?;
        for entry in lines.entries {
            match (self.parse)(entry) {
                Ok(parsed) => self.take(entry, Ok(parsed)),
                // A text that is not even JSON may be half of an entry over several lines.
                Err(_) if serde_json::from_str::<IgnoredAny>(entry).is_err() => return None,
                Err(error) => self.take(entry, Err(error)),
            }
            self.taken += 1;
        }
        Some(())
    }

    fn read_any_form(&mut self, text: &'a str) -> serde_json::Result<()> {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(self).and_then(|()| json.end())
    }

    fn take(&mut self, entry: &str, parsed: serde_json::Result<T>) {
        match parsed.map_err(|error| error.to_string()).and_then(|parsed| (self.each)(parsed)) {
            Ok(Taken::Whole) => self.envelope.relays += 1,
            Ok(Taken::InPart(message)) => {
                self.warn(entry, &message);
                self.envelope.relays += 1;
                self.envelope.faulty_relays += 1;
            }
            Err(message) => {
                self.warn(entry, &message);
                self.envelope.broken_relays += 1;
            }
        }
    }

    /// Warns of the entry that is read now.
    fn warn(&mut self, entry: &str, message: &str) {
        if self.envelope.warnings.len() < MAX_WARNINGS {
            let name = if self.list == List::Bridges { None } else { name_of_entry(entry) };
            let position = self.envelope.relays + self.envelope.broken_relays;
            let entry = name.unwrap_or_else(|| format!("entry {position}"));
            let message = allium_model::printable(message).into_owned();
            self.envelope.warnings.push(Warning { document: self.document, entry, message });
        }
    }
}

/// The frame around the lines of a document, when it is a document without entries.
fn read_frame(frame: &str) -> Option<Partial> {
    let limits = Limits { max_relays: 0, ..Limits::default() };
    let mut state = State::<IgnoredAny> {
        document: "",
        list: List::Relays,
        limits: &limits,
        parse: serde_json::from_str,
        each: &mut |_| Ok(Taken::Whole),
        envelope: Partial::default(),
        taken: 0,
        too_many: false,
    };
    state.read_any_form(frame).ok()?;
    Some(state.envelope)
}

/// The fingerprint in the text of a broken entry, for the warning.
fn name_of_entry(entry: &str) -> Option<String> {
    let at =
        entry.find("\"fingerprint\"").map(|at| at + 13).or_else(|| entry.find("\"f\"").map(|at| at + 3))?;
    let value = entry[at..].trim_start_matches([':', ' ', '"']);
    let end = value.find(|character: char| !character.is_ascii_hexdigit()).unwrap_or(value.len());
    (end == 40).then(|| value[..end].to_owned())
}

impl<'a, T> Visitor<'a> for &mut State<'_, 'a, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an Onionoo document")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            let list = self.list;
            match key.as_ref() {
                "version" => self.envelope.version = Some(map.next_value()?),
                key if key == list.published_key() => self.envelope.published = Some(map.next_value()?),
                key if key == list.key() => {
                    self.envelope.saw_list = true;
                    map.next_value_seed(Entries(self))?;
                }
                "bridges" => self.envelope.bridges = map.next_value::<Vec<IgnoredAny>>()?.len(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Entries<'r, 's, 'a, T>(&'r mut State<'s, 'a, T>);

impl<'a, T> DeserializeSeed<'a> for Entries<'_, '_, 'a, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a, T> Visitor<'a> for Entries<'_, '_, 'a, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of relays")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut entries: S) -> Result<(), S::Error> {
        let state = self.0;
        while let Some(raw) = entries.next_element::<&'a RawValue>()? {
            if state.taken > 0 {
                state.taken -= 1;
                continue;
            }
            if state.envelope.relays + state.envelope.broken_relays >= state.limits.max_relays {
                state.too_many = true;
                return Err(serde::de::Error::custom("too many relays"));
            }
            state.take(raw.get(), (state.parse)(raw.get()));
        }
        Ok(())
    }
}

/// What a written document says beside its relays.
#[derive(Debug, Clone, Copy)]
pub struct EnvelopeOut {
    /// Time of the newest consensus.
    pub relays_published: Timestamp,
}

/// Writes a document, one relay a line as Onionoo does, to anything that takes bytes.
pub fn write_envelope<T: Serialize>(
    out: &mut dyn std::io::Write,
    head: EnvelopeOut,
    relays: impl IntoIterator<Item = T>,
) -> std::io::Result<()> {
    write_head(out, head)?;
    write_entries(out, relays)?;
    let published = head.relays_published;
    write!(out, "\n],\n\"bridges_published\":\"{published}\",\n\"bridges\":[\n]}}\n")
}

/// Writes a document about bridges in the same way.
pub fn write_bridges_envelope<T: Serialize>(
    out: &mut dyn std::io::Write,
    head: EnvelopeOut,
    bridges: impl IntoIterator<Item = T>,
) -> std::io::Result<()> {
    write_head(out, head)?;
    write!(out, "\n],\n\"bridges_published\":\"{}\",\n\"bridges\":[", head.relays_published)?;
    write_entries(out, bridges)?;
    write!(out, "\n]}}\n")
}

/// The document up to the bracket that opens the list of relays.
fn write_head(out: &mut dyn std::io::Write, head: EnvelopeOut) -> std::io::Result<()> {
    let published = head.relays_published;
    write!(
        out,
        "{{\"version\":\"8.0\",\n\"build_revision\":\"simulated\",\n\"relays_published\":\"{published}\",\n\"relays\":["
    )
}

fn write_entries<T: Serialize>(
    out: &mut dyn std::io::Write,
    entries: impl IntoIterator<Item = T>,
) -> std::io::Result<()> {
    let mut separator = "\n";
    for entry in entries {
        out.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *out, &entry)?;
        separator = ",\n";
    }
    Ok(())
}
