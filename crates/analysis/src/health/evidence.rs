//! The numbers behind a component, a tile or a check, each with its unit.

use allium_model::{GroupKey, HealthComponent, Timestamp};

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// A share, 0 to 1.
    Ratio(f64),
    /// A number of things that need not be whole, such as an effective number of groups.
    Number(f64),
    /// A number of relays, authorities or other things.
    Count(u64),
    /// A sum of consensus weights.
    Weight(u64),
    /// Bytes per second.
    BytesPerSecond(u64),
    /// A moment.
    Time(Timestamp),
}

impl Quantity {
    /// Its unit as `snake_case` for names of columns.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Ratio(_) => "ratio",
            Self::Number(_) | Self::Count(_) => "count",
            Self::Weight(_) => "consensus_weight",
            Self::BytesPerSecond(_) => "bytes_per_second",
            Self::Time(_) => "time",
        }
    }
}

/// A number behind something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// What it is, in plain words that begin in upper case.
    pub name: &'static str,
    /// How much it is; `None` where it is not known.
    pub value: Option<Quantity>,
    /// What is aimed at, where something is.
    pub target: Option<Quantity>,
    /// What it counts for in its component, 0 to 1; `None` where it stands beside the computation.
    pub ratio: Option<f64>,
    /// The group that it is about, where it is about one.
    pub group: Option<GroupKey>,
}

impl Evidence {
    /// A number that stands beside the computation.
    pub fn of(name: &'static str, value: Quantity) -> Self {
        Self::known(name, Some(value))
    }

    /// The same of a number that may not be known.
    pub fn known(name: &'static str, value: Option<Quantity>) -> Self {
        Self { name, value, target: None, ratio: None, group: None }
    }
}

/// A component of the health of the network, with the numbers behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Which.
    pub kind: HealthComponent,
    /// How good it is, 0 to 1; `None` where there are no data.
    pub ratio: Option<f64>,
    /// The numbers behind it.
    pub evidence: Vec<Evidence>,
}

/// Mean of the ratios that are known; none without any.
pub(super) fn mean(ratios: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = ratios.fold((0_u32, 0.0), |(count, sum), ratio| (count + 1, sum + ratio));
    (count > 0).then(|| (sum / f64::from(count)).clamp(0.0, 1.0))
}

/// `part` / `whole`, 0 to 1; none of nothing.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
