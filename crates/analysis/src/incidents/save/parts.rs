//! The parts of a watch as bytes.

use super::super::capacity::AsExits;
use super::super::groups::{NONE, SLOTS};
use super::super::impact::Whole;
use super::super::norms::Sample;
use super::super::relays::{DEPARTURES, RelayState};
use super::bytes::{Reader, Writer};
use allium_consensus::BandwidthTotals;
use allium_model::{
    AsNumber, CauseGroup, Fingerprint, Flag, FlagSet, IncidentKind, OperatorId, Prefix, Timestamp,
};

pub(super) fn read_kind(reader: &mut Reader<'_>) -> Option<IncidentKind> {
    IncidentKind::from_name(&reader.text()?)
}

pub(super) fn write_group(writer: &mut Writer, group: &CauseGroup) {
    writer.text(group.kind_name());
    match group {
        CauseGroup::As(number) => writer.number(number.0),
        CauseGroup::Prefix(prefix) => writer.text(&prefix.to_string()),
        CauseGroup::Country(code) => writer.text(code.as_str()),
        CauseGroup::Operator(id) => writer.raw(&id.to_bytes()),
        CauseGroup::Family(fingerprint) | CauseGroup::Authority(fingerprint) => writer.raw(&fingerprint.0),
        CauseGroup::Version(text) | CauseGroup::Platform(text) => writer.text(text),
    }
}

pub(super) fn read_group(reader: &mut Reader<'_>) -> Option<CauseGroup> {
    Some(match reader.text()?.as_str() {
        "as" => CauseGroup::As(AsNumber(reader.small()?)),
        "prefix" => CauseGroup::Prefix(reader.text()?.parse::<Prefix>().ok()?),
        "country" => CauseGroup::Country(reader.text()?.parse().ok()?),
        "operator" => CauseGroup::Operator(OperatorId::from_bytes(reader.raw()?)),
        "family" => CauseGroup::Family(Fingerprint(reader.raw()?)),
        "version" => CauseGroup::Version(reader.text()?.into()),
        "platform" => CauseGroup::Platform(reader.text()?.into()),
        "authority" => CauseGroup::Authority(Fingerprint(reader.raw()?)),
        _ => return None,
    })
}

/// What a relay of which nothing is left but that it was there is written as, and any other.
const FORGOTTEN: u8 = 0;
const KNOWN: u8 = 1;

pub(super) fn write_relay(writer: &mut Writer, relay: &RelayState) {
    writer.raw(&relay.fingerprint.0);
    writer.signed(relay.last_seen.0);
    if relay.is_forgotten() {
        writer.number(FORGOTTEN);
        return;
    }
    writer.number(KNOWN);
    for group in relay.membership {
        writer.number(if group == NONE { 0 } else { u64::from(group) + 1 });
    }
    writer.number(flag_bits(relay.flags));
    writer.number(relay.weight.map_or(0, |weight| u64::from(weight) + 1));
    writer.number(u8::from(relay.is_running));
    writer.short_real(relay.unrest);
    for departure in relay.departures {
        writer.signed(departure.0);
    }
    writer.number(relay.incident);
    writer.number(relay.joins);
}

pub(super) fn read_relay(reader: &mut Reader<'_>) -> Option<RelayState> {
    let mut relay = RelayState::new(Fingerprint(reader.raw()?));
    relay.last_seen = Timestamp(reader.signed()?);
    if reader.number()? == u64::from(FORGOTTEN) {
        return Some(relay);
    }
    for slot in 0..SLOTS {
        relay.membership[slot] = reader.small()?.checked_sub(1).unwrap_or(NONE);
    }
    relay.flags = flags_of(reader.small()?);
    relay.weight = reader.number()?.checked_sub(1).and_then(|weight| weight.try_into().ok());
    relay.is_running = reader.number()? == 1;
    relay.unrest = reader.short_real()?;
    for departure in 0..DEPARTURES {
        relay.departures[departure] = Timestamp(reader.signed()?);
    }
    relay.incident = reader.small()?;
    relay.joins = reader.small()?;
    Some(relay)
}

fn flag_bits(flags: FlagSet) -> u32 {
    flags.iter().map(|flag| 1 << flag as u32).sum()
}

fn flags_of(bits: u32) -> FlagSet {
    Flag::ALL.into_iter().filter(|flag| bits & 1 << *flag as u32 != 0).collect()
}

pub(super) fn write_sample(writer: &mut Writer, sample: &Sample) {
    writer.signed(sample.at.0);
    for number in [sample.lost, sample.lost_exits, sample.never_seen, sample.moved, sample.relays] {
        writer.number(number);
    }
    for level in sample.levels {
        writer.number(level);
    }
    writer.short_real(sample.lost_weight_ratio);
}

pub(super) fn read_sample(reader: &mut Reader<'_>) -> Option<Sample> {
    Some(Sample {
        at: Timestamp(reader.signed()?),
        lost: reader.small()?,
        lost_exits: reader.small()?,
        never_seen: reader.small()?,
        moved: reader.small()?,
        relays: reader.small()?,
        levels: [reader.small()?, reader.small()?],
        lost_weight_ratio: reader.short_real()?,
    })
}

pub(super) fn write_whole(writer: &mut Writer, whole: &Whole) {
    let BandwidthTotals { guard, middle, exit, both, .. } = whole.totals;
    writer.number(whole.relays);
    for number in [whole.weight, whole.exit_weight, guard, middle, exit, both] {
        writer.number(number);
    }
}

pub(super) fn read_whole(reader: &mut Reader<'_>) -> Option<Whole> {
    Some(Whole {
        relays: reader.small()?,
        weight: reader.number()?,
        exit_weight: reader.number()?,
        totals: BandwidthTotals {
            guard: reader.number()?,
            middle: reader.number()?,
            exit: reader.number()?,
            both: reader.number()?,
            ..BandwidthTotals::default()
        },
    })
}

pub(super) fn write_exits(writer: &mut Writer, exits: &AsExits) {
    writer.number(exits.group);
    writer.number(exits.weight);
    writer.number(exits.relays);
    writer.real(exits.share);
}

pub(super) fn read_exits(reader: &mut Reader<'_>) -> Option<AsExits> {
    Some(AsExits {
        group: reader.small()?,
        weight: reader.number()?,
        relays: reader.small()?,
        share: reader.real()?,
    })
}
