//! Results of AROI proof checks, in the validator's JSON (schema 2).

use crate::data::contacts::{ContactStyle, ProofOutcome};
use crate::simulation::Simulation;
use crate::world::operators::Operator;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct WireResult<'a> {
    fingerprint: String,
    valid: bool,
    domain: &'a str,
    proof_type: &'static str,
    error: Option<String>,
    error_category: Option<&'static str>,
}

/// Hours before the newest consensus at which the proofs were checked.
const CHECKED_HOURS_BEFORE: i64 = 7;

impl Simulation {
    /// Writes the results of the proof checks of all relays that claim a domain.
    pub fn write_aroi(&self, out: &mut dyn Write) -> io::Result<()> {
        let checked = self.published().plus_seconds(-CHECKED_HOURS_BEFORE * 3600).to_rfc3339();
        let total = self.world.relays.len();
        write!(
            out,
            "{{\"aroivalidator_schema_version\":2,\"metadata\":{{\"timestamp\":\"{checked}\",\"total_relays\":{total}}},\"results\":["
        )?;
        let mut separator = "\n";
        for relay in &self.world.relays {
            let operator = self.world.operator(relay);
            if let Some(result) = result(relay.fingerprint.to_string(), operator) {
                out.write_all(separator.as_bytes())?;
                serde_json::to_writer(&mut *out, &result)?;
                separator = ",\n";
            }
        }
        out.write_all(b"\n]}\n")
    }
}

fn result(fingerprint: String, operator: &Operator) -> Option<WireResult<'_>> {
    let outcome = operator.outcome.filter(|outcome| *outcome != ProofOutcome::Unchecked)?;
    let proof_type = proof_type(operator.style)?;
    let failure = failure(outcome, operator.style, &fingerprint, &operator.domain);
    Some(WireResult {
        fingerprint,
        valid: failure.is_none(),
        domain: &operator.domain,
        proof_type,
        error: failure.as_ref().map(|failure| failure.1.clone()),
        error_category: failure.map(|failure| failure.0),
    })
}

fn proof_type(style: ContactStyle) -> Option<&'static str> {
    match style {
        ContactStyle::UriRsa => Some("uri-rsa"),
        ContactStyle::DnsRsa => Some("dns-rsa"),
        ContactStyle::UriFamilyId => Some("uri-familyid-ed25519"),
        _ => None,
    }
}

/// Category and words of a failure; none for a valid proof.
fn failure(
    outcome: ProofOutcome,
    style: ContactStyle,
    fingerprint: &str,
    domain: &str,
) -> Option<(&'static str, String)> {
    if style == ContactStyle::DnsRsa {
        return dns_failure(outcome, fingerprint, domain);
    }
    let (name, file) = match style {
        ContactStyle::UriFamilyId => ("URI-FAMILYID", "ed25519-family-id.txt"),
        _ => ("URI-RSA", "rsa-fingerprint.txt"),
    };
    let url = format!("https://{domain}/.well-known/tor-relay/{file}");
    match outcome {
        ProofOutcome::Valid | ProofOutcome::Unchecked => None,
        ProofOutcome::NotNamed => {
            Some(("uri_content_mismatch", format!("{name}: Fingerprint not found at {url}")))
        }
        ProofOutcome::NoProof => Some(("uri_file_missing", format!("{name}: HTTP error 404 for URL: {url}"))),
        ProofOutcome::TimedOut => Some((
            "transport_error",
            format!("{name}: HTTP error connection timed out after 5s for URL: {url}"),
        )),
        ProofOutcome::BadCertificate => {
            Some(("transport_error", format!("{name}: SSL error certificate has expired for URL: {url}")))
        }
    }
}

fn dns_failure(outcome: ProofOutcome, fingerprint: &str, domain: &str) -> Option<(&'static str, String)> {
    let name = format!("{}.{domain}", fingerprint.to_lowercase());
    match outcome {
        ProofOutcome::Valid | ProofOutcome::Unchecked => None,
        ProofOutcome::NotNamed => {
            Some(("dns_content_mismatch", format!("DNS-RSA: Unexpected TXT record at {name}")))
        }
        ProofOutcome::NoProof => Some(("dns_txt_missing", format!("DNS-RSA: No TXT record at {name}"))),
        ProofOutcome::TimedOut | ProofOutcome::BadCertificate => {
            Some(("transport_error", format!("DNS-RSA: Lookup failed with SERVFAIL for {name}")))
        }
    }
}
