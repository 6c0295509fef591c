//! Recommended versions and parameters: the votes against the consensus.

use super::{NO_CONSENSUS, NO_VOTES, Outcome, Subject, warn_of};
use allium_model::{ConsensusSummary, VoteSummary};
use std::collections::BTreeSet;

/// Parameters that param-spec and proposals name. What begins with `bwauth` belongs to scanners.
const KNOWN: &[&str] = &[
    "AuthDirMaxServersPerAddr",
    "CircuitPriorityHalflifeMsec",
    "CircuitPriorityTickSecs",
    "DoSCircuitCreationBurst",
    "DoSCircuitCreationDefenseTimePeriod",
    "DoSCircuitCreationDefenseType",
    "DoSCircuitCreationEnabled",
    "DoSCircuitCreationMinConnections",
    "DoSCircuitCreationRate",
    "DoSConnectionDefenseType",
    "DoSConnectionConnectBurst",
    "DoSConnectionConnectDefenseTimePeriod",
    "DoSConnectionConnectRate",
    "DoSConnectionEnabled",
    "DoSConnectionMaxConcurrentCount",
    "DoSRefuseSingleHopClientRendezvous",
    "DoSStreamCreationBurst",
    "DoSStreamCreationDefenseType",
    "DoSStreamCreationEnabled",
    "DoSStreamCreationRate",
    "ExtendByEd25519ID",
    "FastFlagMaxThreshold",
    "FastFlagMinThreshold",
    "HiddenServiceEnableIntroDoSBurstPerSec",
    "HiddenServiceEnableIntroDoSDefense",
    "HiddenServiceEnableIntroDoSRatePerSec",
    "KISTSchedRunInterval",
    "NumDirectoryGuards",
    "NumEntryGuards",
    "NumNTorsPerTAP",
    "Support022HiddenServices",
    "UseGuardFraction",
    "UseNTorHandshake",
    "UseOptimisticData",
    "allow-network-reentry",
    "assume-reachable",
    "assume-reachable-ipv6",
    "bwscanner_cc",
    "bwscanner_ccs",
    "bwweightscale",
    "cbtclosequantile",
    "cbtdisabled",
    "cbtinitialtimeout",
    "cbtlearntimeout",
    "cbtmaxopencircs",
    "cbtmaxtimeouts",
    "cbtmincircs",
    "cbtmintimeout",
    "cbtnummodes",
    "cbtquantile",
    "cbtrecentcount",
    "cbttestfreq",
    "cc_alg",
    "cc_cwnd_full_gap",
    "cc_cwnd_full_minpct",
    "cc_cwnd_full_per_cwnd",
    "cc_cwnd_inc",
    "cc_cwnd_inc_pct_ss",
    "cc_cwnd_inc_rate",
    "cc_cwnd_init",
    "cc_cwnd_max",
    "cc_cwnd_min",
    "cc_ewma_cwnd_pct",
    "cc_ewma_max",
    "cc_ewma_ss",
    "cc_rtt_reset_pct",
    "cc_sendme_inc",
    "cc_ss_max",
    "cc_sscap_exit",
    "cc_sscap_onion",
    "cc_sscap_sbws",
    "cc_vegas_alpha_exit",
    "cc_vegas_alpha_onion",
    "cc_vegas_alpha_sbws",
    "cc_vegas_beta_exit",
    "cc_vegas_beta_onion",
    "cc_vegas_beta_sbws",
    "cc_vegas_delta_exit",
    "cc_vegas_delta_onion",
    "cc_vegas_delta_sbws",
    "cc_vegas_gamma_exit",
    "cc_vegas_gamma_onion",
    "cc_vegas_gamma_sbws",
    "cell_queue_high",
    "cell_queue_low",
    "cfx_low_exit_threshold",
    "circ_max_cell_queue_size",
    "circ_max_cell_queue_size_out",
    "circpad_global_allowed_cells",
    "circpad_global_max_padding_pct",
    "circpad_max_circ_queued_cells",
    "circpad_padding_disabled",
    "circpad_padding_reduced",
    "circwindow",
    "conflux_cc",
    "conflux_enabled",
    "conflux_low_exit_threshold",
    "conflux_max_legs_set",
    "conflux_max_linked_set",
    "conflux_max_oooq",
    "conflux_max_prebuilt_set",
    "conflux_max_unlinked_leg_retry",
    "conflux_send_pct",
    "cfx_enabled",
    "cfx_cc",
    "cfx_max_legs_set",
    "cfx_max_linked_set",
    "cfx_max_prebuilt_set",
    "cfx_max_unlinked_leg_retry",
    "cfx_send_pct",
    "cfx_drain_pct",
    "dos_num_circ_max_outq",
    "exit_dns_timeout",
    "exit_dns_num_attempts",
    "guard-confirmed-min-lifetime-days",
    "guard-extreme-restriction-percent",
    "guard-internet-likely-down-interval",
    "guard-lifetime-days",
    "guard-max-sample-size",
    "guard-max-sample-threshold",
    "guard-meaningful-restriction-percent",
    "guard-min-filtered-sample-size",
    "guard-n-primary-dir-guards-to-use",
    "guard-n-primary-guards",
    "guard-n-primary-guards-to-use",
    "guard-nonprimary-guard-connect-timeout",
    "guard-nonprimary-guard-idle-timeout",
    "guard-primary-dir-to-use",
    "guard-remove-unlisted-guards-after-days",
    "hs-pow-v1-default-effort",
    "hs-pow-v1-max-effort",
    "HiddenServiceProofOfWorkV1MaxEffort",
    "hs_intro_max_introduce2",
    "hs_intro_max_lifetime",
    "hs_intro_min_introduce2",
    "hs_intro_min_lifetime",
    "hs_intro_num_extra",
    "hs_service_max_rdv_failures",
    "hsdir_interval",
    "hsdir_n_replicas",
    "hsdir_spread_fetch",
    "hsdir_spread_store",
    "hsdir-max-storage",
    "hsdir-interval",
    "max-consensus-age-to-cache-for-diff",
    "maxunmeasuredbw",
    "min_paths_for_circs_pct",
    "nf_conntimeout_clients",
    "nf_conntimeout_relays",
    "nf_ito_high",
    "nf_ito_high_reduced",
    "nf_ito_low",
    "nf_ito_low_reduced",
    "nf_pad_before_usage",
    "nf_pad_relays",
    "nf_pad_single_onion",
    "nf_pad_tor2web",
    "onion-key-grace-period-days",
    "onion-key-rotation-days",
    "onion-queue-wait-cutoff",
    "overload_dns_timeout_period_secs",
    "overload_dns_timeout_scale_percent",
    "overload_onionskin_ntor_period_secs",
    "overload_onionskin_ntor_scale_percent",
    "perconnbwburst",
    "perconnbwrate",
    "pb_disablepct",
    "pb_extremepct",
    "pb_dropguards",
    "pb_mincircs",
    "pb_minuse",
    "pb_multcircs",
    "pb_noticepct",
    "pb_noticeusepct",
    "pb_scalecircs",
    "pb_scalefactor",
    "pb_scaleuse",
    "pb_warnpct",
    "pb_extremeusepct",
    "publish-dummy-tap-key",
    "refuseunknownexits",
    "sendme_accept_min_version",
    "sendme_emit_min_version",
    "sr-commit-max",
    "AuthDirNumSRVAgreements",
    "try-diff-for-consensus-newer-than",
    "usecreatefast",
    "use-family-ids",
    "use-family-lists",
    "HSV2MaxDescriptorSize",
    "HSV3MaxDescriptorSize",
    "HSPoWMaxEffort",
    "vanguards-enabled",
    "vanguards-hs-service",
    "guard-hs-l2-number",
    "guard-hs-l3-number",
    "guard-hs-l2-lifetime-min",
    "guard-hs-l2-lifetime-max",
    "guard-hs-l3-lifetime-min",
    "guard-hs-l3-lifetime-max",
    "network_down_threshold",
    "bridge_down_threshold",
];

pub(super) fn client_versions(subject: Subject<'_>) -> Outcome {
    versions(subject, |vote| vote.client_versions.as_deref(), |consensus| &consensus.client_versions)
}

pub(super) fn server_versions(subject: Subject<'_>) -> Outcome {
    versions(subject, |vote| vote.server_versions.as_deref(), |consensus| &consensus.server_versions)
}

fn versions(
    subject: Subject<'_>,
    of_vote: fn(&VoteSummary) -> Option<&str>,
    of_consensus: fn(&ConsensusSummary) -> &Vec<String>,
) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return super::unknown(NO_CONSENSUS) };
    let votes = subject.inputs.votes.authorities();
    if votes.is_empty() {
        return super::unknown(NO_VOTES);
    }
    let agreed: BTreeSet<&str> = of_consensus(consensus).iter().map(String::as_str).collect();
    let opinions = votes.iter().filter_map(|vote| Some((vote, of_vote(vote)?)));
    let opinions: Vec<(&VoteSummary, &str)> = opinions.filter(|(_, text)| !text.is_empty()).collect();
    let found: Vec<String> = opinions
        .iter()
        .filter_map(|(vote, text)| {
            let own: BTreeSet<&str> = text.split(',').filter(|version| !version.is_empty()).collect();
            let more = own.difference(&agreed).map(|version| format!(" +{version}"));
            let less = agreed.difference(&own).map(|version| format!(" -{version}"));
            let difference: String = more.chain(less).collect();
            (!difference.is_empty()).then(|| format!("{}{difference}", subject.nickname(vote.identity)))
        })
        .collect();
    let fine = format!("{} of {} votes recommend versions, all the same.", opinions.len(), votes.len());
    warn_of(&found, fine)
}

pub(super) fn unknown(subject: Subject<'_>) -> Outcome {
    of_each_vote(subject, |_, (name, _)| !KNOWN.contains(&name) && !name.starts_with("bwauth"), "known")
}

pub(super) fn mismatch(subject: Subject<'_>) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return super::unknown(NO_CONSENSUS) };
    of_each_vote(
        subject,
        |_, (name, value)| !consensus.params.iter().any(|(other, set)| other == name && *set == value),
        "those of the consensus",
    )
}

/// Warns of parameters of votes that are found by a rule.
fn of_each_vote(
    subject: Subject<'_>,
    is_found: impl Fn(&VoteSummary, (&str, i32)) -> bool,
    fine: &str,
) -> Outcome {
    let votes = subject.inputs.votes.authorities();
    if votes.is_empty() {
        return super::unknown(NO_VOTES);
    }
    let found: Vec<String> = votes
        .iter()
        .filter_map(|vote| {
            let params = vote.params.iter().filter(|(name, value)| is_found(vote, (name, *value)));
            let texts: Vec<String> = params.map(|(name, value)| format!("{name}={value}")).collect();
            let nickname = subject.nickname(vote.identity);
            (!texts.is_empty()).then(|| format!("{nickname} {}", texts.join(" ")))
        })
        .collect();
    warn_of(&found, format!("All parameters of {} votes are {fine}.", votes.len()))
}
