//! What to do about a missing flag, in words.

use super::NextStep;
use crate::flags::{BandwidthBasis, RequirementKind};
use allium_model::Flag;

impl NextStep {
    /// What to do, in one or two plain sentences.
    pub fn advice(self) -> &'static str {
        match self.kind {
            RequirementKind::Has(Flag::Fast) => "Fast has to be there first; see its conditions.",
            RequirementKind::Has(Flag::Stable) => "Stable has to be there first; see its conditions.",
            RequirementKind::Has(Flag::V2Dir) => {
                "V2Dir has to be there first: the relay must answer directory requests (DirCache 1, the default)."
            }
            RequirementKind::Has(Flag::Running) => {
                "Running has to be there first: the relay must be reachable for these authorities."
            }
            RequirementKind::Has(_) => "Another flag has to be there first; see its conditions.",
            RequirementKind::HasNot(Flag::MiddleOnly) => {
                "These authorities allow the relay in the middle of circuits only. Ask them for the reason."
            }
            RequirementKind::HasNot(_) => {
                "The relay is one of too many at its address, and authorities drop the slowest of them."
            }
            RequirementKind::Bandwidth(BandwidthBasis::Measured) => {
                "The bandwidth measured by these authorities is too low. It follows load and capacity within days."
            }
            RequirementKind::Bandwidth(BandwidthBasis::Advertised) => {
                "The advertised bandwidth is too low. Raise the configured rate, or let the relay carry more."
            }
            RequirementKind::Bandwidth(BandwidthBasis::UnmeasuredCountsAsZero) => {
                "These authorities go by measurements only and have not measured the relay yet."
            }
            RequirementKind::WeightedUptime => {
                "The weighted share of time in which the relay ran is too low. It rises while the relay runs; \
                 older absences count less with time."
            }
            RequirementKind::TimeKnown => {
                "The relay has not been known long enough. Weighted days pass more slowly than days of the \
                 calendar: eight of them take about twenty."
            }
            RequirementKind::TimeBetweenFailures => {
                "The weighted mean time between failures is too short. Five weighted days are always enough; \
                 without an interruption they take about seven days."
            }
            RequirementKind::Uptime => {
                "What is left is uptime since the last restart, which votes do not say. HSDir asks for 96 hours \
                 by default, so every restart costs it for about four days."
            }
            RequirementKind::DescriptorAge => "The relay should publish a new descriptor.",
            RequirementKind::Reachable => {
                "These authorities did not reach every announced port within the last 45 minutes. Check the \
                 firewall and, where they test it, IPv6."
            }
            RequirementKind::Admitted => {
                "These authorities do not admit the relay: its version is too old, or it is on a list. Ask them \
                 for the reason."
            }
            RequirementKind::AnswersDirectory => {
                "The relay does not answer directory requests (DirCache 0, or too little memory)."
            }
            RequirementKind::ExitPolicy => {
                "The exit policy does not let out to at least one /8 on both ports 80 and 443."
            }
        }
    }
}
