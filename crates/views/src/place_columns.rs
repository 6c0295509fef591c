//! The columns of places: what is measured of ASes and countries beside their sums, and the rows of
//! regions.

use crate::Value;
use crate::column::{Align, Column};
use crate::rows::{Row, RowHead, Rows};
use allium_analysis::Snapshot;
use allium_analysis::places::{AreaReport, AsReport, Direction, PlaceReport};
use allium_model::{GroupKind, GroupPosition};

/// A row of groups: the kind and the place in its index.
type Key = (GroupKind, GroupPosition);
/// A row of regions: the place among the areas.
type Area = usize;

/// A row that is a place.
trait PlaceRow: Copy + 'static {
    /// What is measured of it; none for a row that is none.
    fn place(self, snapshot: &Snapshot) -> Option<&PlaceReport>;
}

impl PlaceRow for Key {
    fn place(self, snapshot: &Snapshot) -> Option<&PlaceReport> {
        let places = &snapshot.report.places;
        match self.0 {
            GroupKind::As => places.ases.get(self.1.index()).map(|report| &report.place),
            GroupKind::Country => places.countries.get(self.1.index()).map(|report| &report.place),
            _ => None,
        }
    }
}

impl PlaceRow for Area {
    fn place(self, snapshot: &Snapshot) -> Option<&PlaceReport> {
        area(snapshot, self).map(|report| &report.place)
    }
}

fn area(snapshot: &Snapshot, index: Area) -> Option<&AreaReport> {
    snapshot.report.places.areas.get(index)
}

fn of_as(snapshot: &Snapshot, key: Key) -> Option<&AsReport> {
    snapshot.report.places.ases.get(key.1.index()).filter(|_| key.0 == GroupKind::As)
}

const fn left<K>(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, K) -> Value<'a>,
) -> Column<K> {
    Column { name, head, align: Align::Left, value }
}

const fn right<K>(
    name: &'static str,
    head: &'static str,
    value: for<'a> fn(&'a Snapshot, K) -> Value<'a>,
) -> Column<K> {
    Column { name, head, align: Align::Right, value }
}

/// How uptime changed from the 30 days before to the last 30.
const fn change<K: PlaceRow>() -> [Column<K>; 5] {
    [
        right("uptime_change_ratio", "Change", |s, k: K| {
            Value::number(k.place(s).and_then(|place| place.change).map(|change| change.mean))
        }),
        right("uptime_change_low_ratio", "Change from", |s, k: K| {
            Value::number(k.place(s).and_then(|place| place.change?.interval).map(|(low, _)| low))
        }),
        right("uptime_change_high_ratio", "Change to", |s, k: K| {
            Value::number(k.place(s).and_then(|place| place.change?.interval).map(|(_, high)| high))
        }),
        right("uptime_change_relays", "Change of", |s, k: K| {
            Value::integer(k.place(s).and_then(|place| place.change).map(|change| change.relays as u64))
        }),
        left("uptime_direction", "Direction", |s, k: K| {
            Value::text(k.place(s).and_then(PlaceReport::direction).map(Direction::name))
        }),
    ]
}

static GROUP_CHANGE: [Column<Key>; 5] = change();
static AREA_CHANGE: [Column<Area>; 5] = change();

/// Where the place stands among its kind.
static STANDING: [Column<Key>; 4] = [
    right("uptime_rank", "Uptime rank", |s, k: Key| {
        Value::integer(k.place(s).and_then(|place| place.rank).map(|rank| rank as u64))
    }),
    left("uptime_is_unusual", "Unusual", |s, k: Key| {
        Value::bool(k.place(s).and_then(|place| place.anomaly).map(|anomaly| anomaly.is_found()))
    }),
    right("uptime_robust_z", "Robust z", |s, k: Key| {
        Value::number(k.place(s).and_then(|place| place.anomaly?.robust_z))
    }),
    right("uptime_adjusted_p_value", "Adjusted p", |s, k: Key| {
        Value::number(k.place(s).and_then(|place| place.anomaly).map(|anomaly| anomaly.adjusted_p_value))
    }),
];

/// What an AS is as a place for relays.
static PROFILE: [Column<Key>; 4] = [
    right("uptime_stars", "Stars", |s, k| {
        Value::integer(of_as(s, k).and_then(|asn| asn.stars).map(u64::from))
    }),
    left("risk", "Risk", |s, k| Value::text(of_as(s, k).map(|asn| asn.risk.name()))),
    right("diversity_of_10", "Diversity", |s, k| Value::number(of_as(s, k).and_then(|asn| asn.diversity))),
    left("main_country", "Main country", |s, k| {
        of_as(s, k).and_then(|asn| asn.main_country).map_or(Value::Null, Value::display)
    }),
];

/// What is measured of groups of a kind as places; nothing for what is no place.
pub(crate) fn columns(kind: GroupKind) -> impl Iterator<Item = &'static Column<Key>> {
    let (is_as, is_place) = (kind == GroupKind::As, matches!(kind, GroupKind::As | GroupKind::Country));
    let profile = PROFILE.iter().filter(move |_| is_as);
    profile.chain(STANDING.iter().chain(&GROUP_CHANGE).filter(move |_| is_place))
}

static REGION: [Column<Area>; 14] = [
    left("region", "Region", |s, k: Area| {
        area(s, k).map_or(Value::Null, |report| Value::Text(report.area.slug().into()))
    }),
    left("region_name", "Name", |s, k: Area| Value::text(area(s, k).map(|report| report.area.name()))),
    left("kind", "Kind", |s, k: Area| Value::text(area(s, k).map(|report| report.area.kind()))),
    right("relays", "Relays", |s, k| count(s, k, |sum| sum.relays.total)),
    right("exit_relays", "Exits", |s, k| count(s, k, |sum| sum.relays.exit)),
    right("guard_relays", "Guards", |s, k| count(s, k, |sum| sum.relays.guard)),
    right("offline_relays", "Offline", |s, k| count(s, k, |sum| sum.offline_relays)),
    right("countries", "Countries", |s, k| count(s, k, |sum| sum.countries)),
    right("ases", "ASes", |s, k| count(s, k, |sum| sum.ases)),
    right("operators", "Operators", |s, k| count(s, k, |sum| sum.operators)),
    right("consensus_weight_fraction", "Weight share", |s, k: Area| {
        Value::number(area(s, k).map(|report| report.aggregate.consensus_weight_fraction.total))
    }),
    right("observed_bandwidth_bytes_per_second", "Observed B/s", |s, k: Area| {
        Value::integer(area(s, k).map(|report| report.aggregate.observed_bandwidth.total))
    }),
    right("uptime_ratio_1_month", "Uptime 1 m", |s, k: Area| {
        Value::number(k.place(s).and_then(|place| place.uptime).map(|uptime| uptime.mean))
    }),
    right("uptime_eligible_relays_1_month", "Eligible 1 m", |s, k: Area| {
        Value::integer(k.place(s).map(|place| place.uptime.map_or(0, |uptime| uptime.relays as u64)))
    }),
];

fn count(
    snapshot: &Snapshot,
    index: Area,
    value: fn(&allium_analysis::Aggregate) -> usize,
) -> Value<'static> {
    Value::integer(area(snapshot, index).map(|report| value(&report.aggregate) as u64))
}

impl<'a> Rows<'a> {
    /// Every region, subregion and group of countries.
    pub fn of_regions(snapshot: &'a Snapshot) -> Self {
        Self::of_areas(snapshot, 0..snapshot.report.places.areas.len())
    }

    /// One of them, by its slug; none when there is no such region.
    pub fn of_region(snapshot: &'a Snapshot, slug: &str) -> Option<Self> {
        let index = snapshot.report.places.areas.iter().position(|report| report.area.slug() == slug)?;
        Some(Self::of_areas(snapshot, index..index + 1))
    }

    fn of_areas(snapshot: &'a Snapshot, areas: std::ops::Range<Area>) -> Self {
        let columns = || REGION.iter().chain(&AREA_CHANGE);
        let head =
            |column: &Column<Area>| RowHead { name: column.name, head: column.head, align: column.align };
        let row = |index| Row { values: columns().map(|column| (column.value)(snapshot, index)).collect() };
        let rows: Vec<Row<'a>> = areas.map(row).collect();
        Self { columns: columns().map(head).collect(), total: rows.len(), rows }
    }
}
