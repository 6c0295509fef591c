//! Results of AROI proof checks, in the validator's JSON (schema 2).
//!
//! A result says whether the domain that a relay's contact names also names the relay. Failures of
//! transport say nothing about the claim and are kept apart from wrong contents.

use crate::{DocumentError, Limits};
use allium_model::{Domain, Fingerprint, Timestamp, Warning, printable};
use serde::Deserialize;
use std::collections::HashMap;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AroiOutcome {
    /// The domain names the relay.
    Valid,
    /// The domain answers and does not name the relay.
    Invalid,
    /// The domain could not be asked.
    Unknown,
}

/// The result for one relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AroiResult {
    /// What was found.
    pub outcome: AroiOutcome,
    /// The domain that was asked.
    pub domain: Option<Domain>,
    /// The validator's words for what went wrong.
    pub error: Option<String>,
}

/// All results of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AroiResults {
    /// When the checks were made.
    pub checked_at: Timestamp,
    /// Results by relay.
    pub results: HashMap<Fingerprint, AroiResult>,
    /// Entries that could not be read.
    pub warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct WireDocument<'a> {
    #[serde(rename = "aroivalidator_schema_version")]
    schema_version: Option<u32>,
    metadata: WireMetadata,
    #[serde(borrow)]
    results: Vec<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct WireMetadata {
    timestamp: String,
}

#[derive(Deserialize)]
struct WireResult {
    fingerprint: String,
    valid: bool,
    domain: Option<String>,
    error: Option<String>,
    error_category: Option<String>,
}

/// Reads the plain bytes of a result file.
pub fn read_aroi(bytes: &[u8], limits: &Limits) -> Result<AroiResults, DocumentError> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DocumentError::Empty),
        Some(b'<') => return Err(DocumentError::Html),
        Some(_) => {}
    }
    let document: WireDocument<'_> =
        serde_json::from_slice(bytes).map_err(|error| DocumentError::Schema(error.to_string()))?;
    if document.schema_version.is_some_and(|version| version != 2) {
        return Err(DocumentError::Schema("only version 2 of the validator's results is known".into()));
    }
    if document.results.len() > limits.max_relays {
        return Err(DocumentError::Limit { name: "max_relays", limit: limits.max_relays });
    }
    let checked_at = parse_timestamp(&document.metadata.timestamp)?;
    let mut results = AroiResults { checked_at, ..AroiResults::default() };
    for (position, raw) in document.results.iter().enumerate() {
        match read_result(raw.get()) {
            Ok((fingerprint, result)) => {
                results.results.entry(fingerprint).or_insert(result);
            }
            Err(message) => {
                let message = printable(&message).into_owned();
                results.warnings.push(Warning {
                    document: "aroi",
                    entry: format!("entry {position}"),
                    message,
                });
            }
        }
    }
    Ok(results)
}

/// Validators write the time with or without fractions and with `Z` or an offset of zero.
fn parse_timestamp(text: &str) -> Result<Timestamp, DocumentError> {
    let seconds = text.get(..19).unwrap_or(text);
    seconds.parse().map_err(|_| DocumentError::Schema(format!("{:?} is no time", printable(text))))
}

fn read_result(raw: &str) -> Result<(Fingerprint, AroiResult), String> {
    let wire: WireResult = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    let fingerprint = wire.fingerprint.parse::<Fingerprint>().map_err(|error| error.to_string())?;
    let error = wire.error.filter(|error| !error.is_empty()).map(|error| printable(&error).into_owned());
    let outcome = match (wire.valid, wire.error_category.as_deref(), error.as_deref()) {
        (true, _, _) => AroiOutcome::Valid,
        (false, Some("transport_error"), _) => AroiOutcome::Unknown,
        (false, None, Some(error)) if is_transport_error(error) => AroiOutcome::Unknown,
        (false, _, _) => AroiOutcome::Invalid,
    };
    let domain = wire.domain.as_deref().and_then(Domain::of_url);
    Ok((fingerprint, AroiResult { outcome, domain, error }))
}

/// Words by which validators without error categories name failures of transport.
const TRANSPORT_WORDS: [&str; 16] = [
    "timed out",
    "timeout",
    "max retries",
    "connection refused",
    "connection reset",
    "connection aborted",
    "connection error",
    "name resolution failed",
    "unreachable",
    "ssl",
    "tls",
    "certificate",
    "servfail",
    "lookup failed",
    "http error 5",
    "http error 429",
];

fn is_transport_error(error: &str) -> bool {
    let lower = error.to_ascii_lowercase();
    TRANSPORT_WORDS.iter().any(|word| lower.contains(word))
}

/// How long a valid proof stands while the domain cannot be asked: 30 days, in seconds.
const VALID_PROOF_SECONDS: i64 = 30 * 86_400;

/// Carries valid proofs over a time in which a domain could not be asked: an unknown result of the
/// same domain keeps the last valid one for 30 days. `last_valid` holds the domain and the time of each
/// relay's last valid proof and is brought up to date.
pub fn keep_valid_proofs(
    results: &mut AroiResults,
    last_valid: &mut HashMap<Fingerprint, (Domain, Timestamp)>,
) {
    let now = results.checked_at;
    for (fingerprint, result) in &mut results.results {
        let Some(domain) = &result.domain else { continue };
        match result.outcome {
            AroiOutcome::Valid => {
                last_valid.insert(*fingerprint, (domain.clone(), now));
            }
            AroiOutcome::Invalid => {
                last_valid.remove(fingerprint);
            }
            AroiOutcome::Unknown => {
                let stands = |(known, at): &(Domain, Timestamp)| {
                    known == domain && now.seconds_since(*at) <= VALID_PROOF_SECONDS
                };
                if last_valid.get(fingerprint).is_some_and(stands) {
                    result.outcome = AroiOutcome::Valid;
                }
            }
        }
    }
    last_valid.retain(|_, (_, at)| now.seconds_since(*at) <= VALID_PROOF_SECONDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "000A10D43011EA4928A35F610405F92B4433B4DC";

    fn document(valid: bool, error: &str, day: u32) -> AroiResults {
        let json = format!(
            r#"{{"aroivalidator_schema_version":2,"metadata":{{"timestamp":"2026-02-{day:02}T06:00:00Z"}},
            "results":[{{"fingerprint":"{FINGERPRINT}","valid":{valid},"domain":"Example.org","proof_type":"uri-rsa","error":"{error}"}},{{}}]}}"#
        );
        read_aroi(json.as_bytes(), &Limits::default()).unwrap()
    }

    fn outcome(results: &AroiResults) -> AroiOutcome {
        results.results[&FINGERPRINT.parse().unwrap()].outcome
    }

    #[test]
    fn failures_of_transport_are_unknown_and_wrong_contents_invalid() {
        assert_eq!(outcome(&document(true, "", 1)), AroiOutcome::Valid);
        assert_eq!(
            outcome(&document(false, "URI-RSA: HTTP error connection timed out after 5s", 1)),
            AroiOutcome::Unknown
        );
        assert_eq!(outcome(&document(false, "URI-RSA: HTTP error 526 for URL", 1)), AroiOutcome::Unknown);
        assert_eq!(
            outcome(&document(false, "URI-RSA: Fingerprint not found at example.org", 1)),
            AroiOutcome::Invalid
        );
        assert_eq!(outcome(&document(false, "URI-RSA: HTTP error 404 for URL", 1)), AroiOutcome::Invalid);
        assert_eq!(document(true, "", 1).warnings.len(), 1);
    }

    #[test]
    fn unknown_keeps_the_last_valid_proof_for_thirty_days() {
        let mut last_valid = HashMap::new();
        keep_valid_proofs(&mut document(true, "", 1), &mut last_valid);
        let mut later = document(false, "timed out", 20);
        keep_valid_proofs(&mut later, &mut last_valid);
        assert_eq!(outcome(&later), AroiOutcome::Valid);
        let mut much_later = document(false, "timed out", 20);
        much_later.checked_at = much_later.checked_at.plus_seconds(20 * 86_400);
        keep_valid_proofs(&mut much_later, &mut last_valid);
        assert_eq!(outcome(&much_later), AroiOutcome::Unknown);
    }

    #[test]
    fn a_wrong_content_ends_the_proof() {
        let mut last_valid = HashMap::new();
        keep_valid_proofs(&mut document(true, "", 1), &mut last_valid);
        keep_valid_proofs(&mut document(false, "Fingerprint not found", 2), &mut last_valid);
        assert!(last_valid.is_empty());
    }
}
