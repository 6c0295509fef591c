//! What a watch knows, as bytes, so that a process goes on where another stopped.
//!
//! The open incidents themselves are not in them: they stand in the store, written together with these
//! bytes. Bytes of another layout are refused, and the history is read again.

mod bytes;
mod parts;

use super::groups::Groups;
use super::norms::Norms;
use super::open::{Basis, Open};
use super::relays::Relays;
use super::{IncidentOptions, IncidentWatch};
use allium_model::{EventKind, Incident, IncidentId, Timestamp};
use bytes::{Reader, Writer};
use parts::{
    read_group, read_kind, read_relay, read_sample, read_whole, write_group, write_relay, write_sample,
    write_whole,
};

/// First byte of what is written here.
const LAYOUT: u8 = 1;

/// Bytes from which no watch can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// They were written by another version.
    #[error("the state of the incident detection was written by another version")]
    Layout,
    /// They are damaged, or an open incident they name is not at hand.
    #[error("the state of the incident detection is damaged")]
    Damaged,
}

impl IncidentWatch {
    /// All that is known but the open incidents.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer(vec![LAYOUT]);
        let times = [self.last, self.first].map(|time| time.map_or(i64::MIN, |time| time.0));
        for time in times {
            writer.signed(time);
        }
        writer.number(self.serial);
        writer.list(self.groups.all().iter(), write_group);
        writer.list(self.relays.all().iter(), write_relay);
        writer.list(self.norms.samples.iter(), write_sample);
        writer.list(self.norms.spacings.iter(), |writer, spacing| writer.signed(*spacing));
        write_whole(&mut writer, &self.whole);
        writer.list(self.given.iter(), write_id);
        writer.list(self.group_counts.iter(), |writer, (at, counts)| {
            writer.signed(at.0);
            writer.list(counts.iter(), |writer, (group, count)| {
                writer.number(*group);
                writer.number(*count);
            });
        });
        writer.list(self.capacity.iter(), |writer, (at, exits)| {
            writer.signed(at.0);
            writer.list(exits.iter(), parts::write_exits);
        });
        writer.list(self.open.iter(), write_open);
        writer.0
    }

    /// Goes on after [`Self::to_bytes`]. `open` are the incidents that were open then; others are passed over.
    pub fn from_bytes(
        options: IncidentOptions,
        bytes: &[u8],
        open: &[Incident],
    ) -> Result<Self, RestoreError> {
        match bytes.split_first() {
            Some((&LAYOUT, rest)) => read(options, &mut Reader(rest), open).ok_or(RestoreError::Damaged),
            _ => Err(RestoreError::Layout),
        }
    }
}

fn read(options: IncidentOptions, reader: &mut Reader<'_>, open: &[Incident]) -> Option<IncidentWatch> {
    let mut time = || Some(Some(reader.signed()?).filter(|time| *time != i64::MIN).map(Timestamp));
    let (last, first) = (time()?, time()?);
    let serial = reader.small()?;
    let mut groups = Groups::default();
    for group in reader.list(read_group)? {
        groups.number(group);
    }
    let relays = Relays::restored(reader.list(read_relay)?);
    let samples = reader.list(read_sample)?.into();
    let norms = Norms { samples, spacings: reader.list(Reader::signed)?.into() };
    let whole = read_whole(reader)?;
    let given = reader.list(read_id)?;
    let group_counts = reader.list(|reader| {
        let at = Timestamp(reader.signed()?);
        Some((at, reader.list(|reader| Some((reader.small()?, reader.small()?)))?))
    })?;
    let capacity =
        reader.list(|reader| Some((Timestamp(reader.signed()?), reader.list(parts::read_exits)?)))?;
    let count = relays.all().len();
    let open = reader.list(|reader| read_open(reader, open, count))?;
    reader.0.is_empty().then(|| IncidentWatch {
        options,
        groups,
        relays,
        norms,
        whole,
        last,
        first,
        open,
        serial,
        given,
        group_counts: group_counts.into(),
        capacity: capacity.into(),
    })
}

fn write_id(writer: &mut Writer, id: &IncidentId) {
    writer.signed(id.from.0);
    writer.text(id.kind.name());
    writer.number(id.number);
}

fn read_id(reader: &mut Reader<'_>) -> Option<IncidentId> {
    let from = Timestamp(reader.signed()?);
    Some(IncidentId { from, kind: read_kind(reader)?, number: reader.small()?.try_into().ok()? })
}

fn write_open(writer: &mut Writer, open: &Open) {
    write_id(writer, &open.incident.id);
    writer.number(open.serial);
    write_basis(writer, &open.basis);
    writer.list(open.symptoms.iter(), |writer, kind| writer.text(kind.name()));
    writer.list(open.members.iter(), |writer, place| writer.number(*place));
    write_whole(writer, &open.whole);
    writer.signed(open.opened.0);
    writer.number(open.documents);
    writer.number(open.over);
    writer.signed(open.over_since.0);
}

fn read_open(reader: &mut Reader<'_>, incidents: &[Incident], relays: usize) -> Option<Open> {
    let id = read_id(reader)?;
    let incident = incidents.iter().find(|incident| incident.id == id)?.clone();
    let open = Open {
        serial: reader.small()?,
        basis: read_basis(reader)?,
        symptoms: reader.list(read_kind)?,
        members: reader.list(Reader::small)?,
        whole: read_whole(reader)?,
        opened: Timestamp(reader.signed()?),
        documents: reader.small()?,
        over: reader.small()?,
        over_since: Timestamp(reader.signed()?),
        incident,
    };
    let is_sound = open.members.len() == open.incident.hit.relays.len()
        && open.members.iter().all(|place| (*place as usize) < relays);
    is_sound.then_some(open)
}

fn write_basis(writer: &mut Writer, basis: &Basis) {
    match basis {
        Basis::Away => writer.number(0_u8),
        Basis::Joined => writer.number(1_u8),
        Basis::Flapping => writer.number(2_u8),
        Basis::Level(reference) => {
            writer.number(3_u8);
            writer.real(*reference);
        }
        Basis::Events(kinds) => {
            writer.number(4_u8);
            writer.list(kinds.iter(), |writer, kind| writer.text(kind.name()));
        }
        Basis::Source(name) => {
            writer.number(5_u8);
            writer.text(name);
        }
    }
}

fn read_basis(reader: &mut Reader<'_>) -> Option<Basis> {
    Some(match reader.number()? {
        0 => Basis::Away,
        1 => Basis::Joined,
        2 => Basis::Flapping,
        3 => Basis::Level(reader.real()?),
        4 => Basis::Events(reader.list(|reader| EventKind::from_name(&reader.text()?))?),
        5 => Basis::Source(reader.text()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, network};
    use super::*;

    /// A history with several incidents.
    fn is_away(at: i64, number: u32) -> bool {
        ((80..95).contains(&at) && (500..550).contains(&number))
            || (at >= 90 && (700..709).contains(&number))
            || ((60..84).contains(&at) && at % 4 < 2 && (1000..1050).contains(&number))
    }

    #[test]
    fn a_restart_in_the_middle_changes_nothing() {
        let mut whole = Story::new();
        whole.tell(0..110, is_away);
        for stop in [62, 70, 81, 94] {
            let mut story = Story::new();
            story.tell(0..stop, is_away);
            let open: Vec<Incident> = story.watch.open().cloned().collect();
            let bytes = story.watch.to_bytes();
            story.watch = IncidentWatch::from_bytes(IncidentOptions::default(), &bytes, &open).unwrap();
            assert_eq!(story.watch.to_bytes(), bytes, "equal states have equal bytes");
            story.tell(stop..110, is_away);
            assert_eq!(story.changes, whole.changes, "stopped at {stop}");
        }
        assert!(whole.incidents().len() >= 3);
    }

    #[test]
    fn bytes_that_are_damaged_are_refused() {
        let mut story = Story::new();
        story.tell(0..4, |_, _| false);
        let bytes = story.watch.to_bytes();
        let read = |bytes: &[u8]| IncidentWatch::from_bytes(IncidentOptions::default(), bytes, &[]).err();
        assert_eq!(read(&[]), Some(RestoreError::Layout));
        assert_eq!(read(&[99, 1, 2]), Some(RestoreError::Layout));
        for length in (1..bytes.len()).step_by(7919) {
            assert_eq!(read(&bytes[..length]), Some(RestoreError::Damaged));
        }
        assert_eq!(read(&[&bytes[..], &[0]].concat()), Some(RestoreError::Damaged));
        // The network goes on.
        assert_eq!(story.watch.take(&network(4, |_| false)), []);
    }
}
