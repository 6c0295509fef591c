//! Configurations of the daemons.
//!
//! What each line is for was found by trial: `AssumeReachable` is not implied by `TestingTorNetwork`,
//! and without it nobody publishes; `OutboundBindAddress` keeps every connection on loopback.

use crate::node::{Node, Role};
use crate::options::Options;
use std::fmt::Write as _;
use std::path::Path;

/// Lines of every node.
const COMMON: &str = "\
TestingTorNetwork 1
AssumeReachable 1
Address 127.0.0.1
OutboundBindAddress 127.0.0.1
AddressDisableIPv6 1
SocksPort 0
NumCPUs 1
MaxMemInQueues 256 MB
ServerDNSDetectHijacking 0
ServerDNSTestAddresses
ServerDNSAllowBrokenConfig 1
DisableDebuggerAttachment 0
";

/// Lines of every authority.
const AUTHORITY: &str = "\
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
VersioningAuthoritativeDirectory 1
V3AuthNIntervalsValid 3
MinMeasuredBWsForAuthToIgnoreAdvertised 1
AuthDirMaxServersPerAddr 0
TestingDirAuthVoteGuardIsStrict 1
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
RecommendedVersions 0.4.8.21,0.4.9.11
";

/// The torrc of a node; `nodes` are all nodes of the network.
pub(crate) fn write(node: &Node, nodes: &[Node], options: &Options, folder: &Path) -> String {
    let mut text = COMMON.to_owned();
    let resolver = folder.join("resolv.conf");
    let _ = writeln!(text, "ServerDNSResolvConfFile {}", resolver.display());
    let _ = writeln!(text, "Nickname {}\nORPort 127.0.0.1:{}", node.name, node.or_port);
    let _ = writeln!(text, "DataDirectory {}", node.data.display());
    let _ = writeln!(text, "Log notice file {}", node.data.join("notice.log").display());
    let _ = writeln!(text, "ContactInfo email:{}[]tornet.example ciissversion:2", node.name);
    text.push_str(match node.role {
        Role::Exit => "ExitRelay 1\nExitPolicy accept *:80,accept *:443,reject *:*\n",
        Role::Authority | Role::Relay => "ExitPolicy reject *:*\n",
    });
    if node.role == Role::Authority {
        authority(&mut text, node, nodes, options);
    }
    text.push_str(&dir_authorities(nodes));
    text
}

fn authority(text: &mut String, node: &Node, nodes: &[Node], options: &Options) {
    text.push_str(AUTHORITY);
    let _ = writeln!(text, "DirPort 127.0.0.1:{}", node.dir_port);
    let _ = writeln!(text, "V3BandwidthsFile {}", node.bandwidth_file().display());
    for prefix in ["V3Auth", "TestingV3AuthInitial"] {
        let _ = writeln!(text, "{prefix}VotingInterval {}", options.voting_interval_seconds);
        let _ = writeln!(text, "{prefix}VoteDelay {}", options.delay_seconds);
        let _ = writeln!(text, "{prefix}DistDelay {}", options.delay_seconds);
    }
    let relays = nodes.iter().filter(|node| node.role != Role::Authority);
    let guards: Vec<&str> = relays.step_by(2).map(|node| node.identity.fingerprint.as_str()).collect();
    let _ = writeln!(text, "TestingDirAuthVoteGuard {}", guards.join(","));
}

/// The `DirAuthority` lines, which name the authorities to everybody.
pub(crate) fn dir_authorities(nodes: &[Node]) -> String {
    let lines = nodes.iter().filter_map(|node| {
        let v3_identity = node.v3_identity.as_ref()?;
        let (name, or_port, dir_port) = (&node.name, node.or_port, node.dir_port);
        let fingerprint = &node.identity.fingerprint;
        Some(format!(
            "DirAuthority {name} orport={or_port} no-v2 v3ident={v3_identity} 127.0.0.1:{dir_port} {fingerprint}\n"
        ))
    });
    lines.collect()
}
