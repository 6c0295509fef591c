//! Onionoo details documents: everything about a relay but its history.
//!
//! Fields that Allium does not use are skipped; absent ones are `None`. The same type is written by
//! the simulator.

use super::envelope::{self, Envelope, Text};
use crate::{DocumentError, Limits};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// One relay of a details document, borrowed from its bytes. Bandwidths are in bytes per second.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
#[expect(missing_docs, reason = "the fields are Onionoo's own and described in its protocol")]
pub struct DetailsRelay<'a> {
    pub fingerprint: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<Text<'a>>,
    #[serde(default)]
    pub or_addresses: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit_addresses: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir_address: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable_or_addresses: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_host_names: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified_host_names: Vec<Text<'a>>,
    pub last_seen: Option<Text<'a>>,
    pub first_seen: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_changed_address_or_port: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_restarted: Option<Text<'a>>,
    pub running: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hibernating: Option<bool>,
    #[serde(default)]
    pub flags: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_name: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_name: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_name: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f32>,
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub asn: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_name: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consensus_weight: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consensus_weight_fraction: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard_probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth_rate: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bandwidth_burst: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_bandwidth: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advertised_bandwidth: Option<i64>,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overload_general_timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit_policy: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_policy_summary: Option<WirePolicySummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_policy_v6_summary: Option<WirePolicySummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_status: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommended_version: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_family: Option<FamilyField<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alleged_family: Option<FamilyField<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indirect_family: Option<FamilyField<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub family_ids: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<bool>,
}

/// A port summary on the wire: one of the two lists.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct WirePolicySummary<'a> {
    /// Ports that are let out.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub accept: Option<Vec<Text<'a>>>,
    /// Ports that are not.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub reject: Option<Vec<Text<'a>>>,
}

/// A family list on the wire. Nine tenths of a details document are these lists, and the members of
/// a family repeat the same one, so reading keeps the raw text and parses each distinct one once.
#[derive(Debug, Clone)]
pub enum FamilyField<'a> {
    /// As read: a JSON list of fingerprints.
    Raw(&'a RawValue),
    /// To be written.
    Members(&'a [String]),
}

impl<'de: 'a, 'a> Deserialize<'de> for FamilyField<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de RawValue>::deserialize(deserializer).map(Self::Raw)
    }
}

impl Serialize for FamilyField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Members(members) => members.serialize(serializer),
        }
    }
}

/// Reads a plain details document, one relay at a time. `each` may refuse a relay with a reason,
/// which becomes a warning.
pub fn read_details<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    each: &mut dyn FnMut(DetailsRelay<'a>) -> Result<(), String>,
) -> Result<Envelope, DocumentError> {
    envelope::read(bytes, "details", limits, serde_json::from_str, each)
}
