//! What `consensus verify` says of one file.

use allium_consensus::{AuthorityCheck, AuthorityState, DetachedVerification, Verification};
use allium_documents::dirspec::Microdescriptor;
use allium_model::{Warning, printable};
use data_encoding::BASE64_NOPAD;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Problems of one file that are listed; the rest is counted.
const MAX_PROBLEMS: usize = 50;

/// What detached signatures are called where consensuses have their flavour.
const DETACHED: &str = "detached signatures";

/// Whether a file is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Enough trusted authorities signed it.
    Believed,
    /// They did not.
    NotBelieved,
    /// It cannot be read as a document that authorities sign.
    Unusable,
    /// There is no such file, or it cannot be read at all.
    Unreadable,
}

/// What came of one file.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport {
    /// The name as it was given.
    pub file: String,
    /// `ns`, `microdesc`, `vote`, `detached signatures`, `certificate` or `microdescriptors`; nothing for a file
    /// that cannot be used.
    pub flavor: Option<&'static str>,
    /// `valid-after`.
    pub valid_after: Option<String>,
    /// Relays that it lists.
    pub relays: Option<usize>,
    /// Authorities that it names.
    pub authorities: Option<usize>,
    /// Signatures in it.
    pub signatures_present: usize,
    /// Signatures that hold against a certificate; of detached signatures the authorities whose signatures on
    /// every flavour hold.
    pub signatures_verified: usize,
    /// Those of trusted identities.
    pub signatures_trusted: usize,
    /// Authorities that are trusted at its time.
    pub trusted_authorities: Option<usize>,
    /// Whether more than half of these signed it; nothing for what is no consensus.
    pub majority: Option<bool>,
    /// What each authority did that is trusted or named.
    pub signers: Vec<Signer>,
    /// What is wrong.
    pub problems: Vec<String>,
    /// Whether it is believed.
    #[serde(skip)]
    pub verdict: Verdict,
    /// Problems that are not listed.
    #[serde(skip)]
    pub left_out: usize,
}

/// What an authority did about a file.
#[derive(Debug, Clone, Serialize)]
pub struct Signer {
    /// Nickname.
    pub nickname: Option<String>,
    /// SHA-1 of its v3 identity key.
    pub identity: String,
    /// Whether it is trusted at the time of the document.
    pub trusted: bool,
    /// `signed`, `not signed` or `failed`.
    pub state: &'static str,
    /// Why it failed.
    pub problem: Option<String>,
}

impl Signer {
    fn of(check: &AuthorityCheck) -> Self {
        let (state, problem) = match check.state {
            AuthorityState::Signed => ("signed", None),
            AuthorityState::NotSigned => ("not signed", None),
            AuthorityState::Failed(problem) => ("failed", Some(problem.to_string())),
        };
        Self {
            nickname: check.nickname.clone(),
            identity: check.identity.to_string(),
            trusted: check.is_trusted,
            state,
            problem,
        }
    }

    /// What an authority did about all flavours: a failure counts before a missing signature. An authority that
    /// signed some of them only has failed the others.
    fn of_flavors(first: &AuthorityCheck, flavors: &[DetachedVerification]) -> Self {
        let mut whole = Self::of(first);
        let of = |flavor: &DetachedVerification| {
            let checks = &flavor.verification.authorities;
            checks.iter().find(|check| check.identity == first.identity).map(Self::of)
        };
        let states: Vec<(&str, Option<Self>)> =
            flavors.iter().map(|flavor| (flavor.flavor.as_str(), of(flavor))).collect();
        let is_signed = |one: &Option<Self>| one.as_ref().is_some_and(|one| one.state != "not signed");
        if !states.iter().any(|(_, one)| is_signed(one)) {
            return whole;
        }
        let problems: Vec<String> = states
            .iter()
            .filter_map(|(flavor, one)| match one {
                Some(one) if one.state == "signed" => None,
                Some(Self { problem: Some(problem), .. }) => Some(format!("{flavor}: {problem}")),
                _ => Some(format!("{flavor}: there is no signature")),
            })
            .collect();
        whole.state = if problems.is_empty() { "signed" } else { "failed" };
        whole.problem = (!problems.is_empty()).then(|| problems.join("; "));
        whole
    }

    fn name(&self) -> String {
        let name = self.nickname.as_ref().unwrap_or(&self.identity);
        if self.trusted { name.clone() } else { format!("{name} (not trusted)") }
    }
}

impl FileReport {
    /// A report that says nothing yet.
    pub fn empty(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            flavor: None,
            valid_after: None,
            relays: None,
            authorities: None,
            signatures_present: 0,
            signatures_verified: 0,
            signatures_trusted: 0,
            trusted_authorities: None,
            majority: None,
            signers: Vec::new(),
            problems: Vec::new(),
            verdict: Verdict::NotBelieved,
            left_out: 0,
        }
    }

    /// A file that cannot be used.
    pub fn unusable(file: &str, problem: String) -> Self {
        Self { problems: vec![problem], verdict: Verdict::Unusable, ..Self::empty(file) }
    }

    /// A document whose signatures were checked.
    pub fn verified(file: &str, verification: &Verification, warnings: &[Warning]) -> Self {
        let mut report = Self {
            valid_after: Some(verification.valid_after.to_rfc3339()),
            signatures_present: verification.present(),
            signatures_verified: verification.verified(),
            signatures_trusted: verification.trusted(),
            trusted_authorities: Some(verification.trusted_authorities),
            signers: verification.authorities.iter().map(Signer::of).collect(),
            verdict: if verification.is_believed { Verdict::Believed } else { Verdict::NotBelieved },
            ..Self::empty(file)
        };
        report.add_problems(&verification.problems);
        report.add_warnings(warnings);
        report
    }

    /// Detached signatures: believed when those on every flavour are.
    pub fn of_detached(file: &str, flavors: &[DetachedVerification], warnings: &[Warning]) -> Self {
        let Some(first) = flavors.first().map(|flavor| &flavor.verification) else {
            return Self::unusable(file, "it has neither digests nor signatures".to_owned());
        };
        let mut seen = BTreeSet::new();
        let all = flavors.iter().flat_map(|flavor| &flavor.verification.authorities);
        let signers: Vec<Signer> = all
            .filter(|check| seen.insert(check.identity))
            .map(|check| Signer::of_flavors(check, flavors))
            .collect();
        let is_believed = flavors.iter().all(|flavor| flavor.verification.is_believed);
        let signed = |is_counted: fn(&Signer) -> bool| {
            signers.iter().filter(|signer| signer.state == "signed" && is_counted(signer)).count()
        };
        let mut report = Self {
            flavor: Some(DETACHED),
            valid_after: Some(first.valid_after.to_rfc3339()),
            signatures_present: flavors.iter().map(|flavor| flavor.verification.present()).sum(),
            signatures_verified: signed(|_| true),
            signatures_trusted: signed(|signer| signer.trusted),
            trusted_authorities: Some(first.trusted_authorities),
            majority: Some(is_believed),
            verdict: if is_believed { Verdict::Believed } else { Verdict::NotBelieved },
            ..Self::empty(file)
        };
        report.signers = signers;
        for DetachedVerification { flavor, verification } in flavors {
            let named: Vec<String> =
                verification.problems.iter().map(|problem| format!("{flavor}: {problem}")).collect();
            report.add_problems(&named);
        }
        report.add_warnings(warnings);
        report
    }

    /// Microdescriptors, with whether a believed consensus lists each of them.
    pub fn of_microdescriptors(
        file: &str,
        microdescriptors: &[Microdescriptor<'_>],
        is_listed: Vec<bool>,
        warnings: &[Warning],
    ) -> Self {
        let mut report = Self {
            flavor: Some("microdescriptors"),
            relays: Some(microdescriptors.len()),
            ..Self::empty(file)
        };
        let unlisted = microdescriptors.iter().zip(is_listed).filter(|(_, is_listed)| !is_listed);
        let problems: Vec<String> = unlisted
            .map(|(microdescriptor, _)| {
                let digest = BASE64_NOPAD.encode(&microdescriptor.digest);
                format!("no believed consensus among the files lists the microdescriptor {digest}")
            })
            .collect();
        if problems.is_empty() && !microdescriptors.is_empty() {
            report.verdict = Verdict::Believed;
        }
        report.add_problems(&problems);
        report.add_warnings(warnings);
        report
    }

    /// Adds problems; beyond a bound they are counted only.
    pub fn add_problems(&mut self, problems: &[String]) {
        let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(problems.iter().take(room).cloned());
        self.left_out += problems.len().saturating_sub(room);
        if self.left_out > 0 {
            self.problems.truncate(MAX_PROBLEMS);
            self.problems.push(format!("and {} more", self.left_out));
        }
    }

    /// Adds what the parser noticed.
    pub fn add_warnings(&mut self, warnings: &[Warning]) {
        let texts: Vec<String> =
            warnings.iter().map(|warning| format!("{}: {}", warning.entry, warning.message)).collect();
        self.add_problems(&texts);
    }

    fn verdict_words(&self) -> &'static str {
        match (self.verdict, self.flavor) {
            (Verdict::Unusable, _) => "cannot be used",
            (Verdict::Unreadable, _) => "cannot be read",
            (Verdict::Believed, _) => "believed",
            (Verdict::NotBelieved, Some("ns" | "microdesc")) => {
                "NOT BELIEVED: no majority of the trusted authorities"
            }
            (Verdict::NotBelieved, Some(DETACHED)) => {
                "NOT BELIEVED: no majority of the trusted authorities on every flavour"
            }
            (Verdict::NotBelieved, _) => "NOT BELIEVED",
        }
    }

    fn names(&self, state: &str) -> String {
        let names = self.signers.iter().filter(|signer| signer.state == state).map(Signer::name);
        names.collect::<Vec<_>>().join(" ")
    }
}

/// Writes a report for people.
pub fn write_table(out: &mut dyn Write, report: &FileReport) -> io::Result<()> {
    let mut line = |name: &str, text: &str| -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { writeln!(out, "  {name:<11} {}", printable(text)) }
    };
    line("file", &report.file)?;
    if let Some(flavor) = report.flavor {
        line("document", &document(report, flavor))?;
    }
    if report.signatures_present > 0 {
        line("signatures", &signatures(report))?;
    }
    line("signed", &report.names("signed"))?;
    line("not signed", &report.names("not signed"))?;
    line("failed", &report.names("failed"))?;
    for problem in &report.problems {
        line("problem", problem)?;
    }
    line("verdict", report.verdict_words())?;
    writeln!(out)
}

/// What it is, of when, and how much is in it.
fn document(report: &FileReport, flavor: &str) -> String {
    let is_consensus = ["ns", "microdesc"].contains(&flavor);
    let kind = if is_consensus { format!("{flavor} consensus") } else { flavor.to_owned() };
    let time = report.valid_after.as_deref().map(|time| format!(" of {time}"));
    let relays = report.relays.map(|relays| format!(", {relays} relays"));
    let authorities = report.authorities.filter(|_| is_consensus);
    let authorities = authorities.map(|authorities| format!(", {authorities} authorities named"));
    [Some(kind), time, relays, authorities].into_iter().flatten().collect()
}

fn signatures(report: &FileReport) -> String {
    let FileReport { signatures_present, signatures_verified, signatures_trusted, .. } = report;
    let of_all = report.trusted_authorities.filter(|_| report.majority.is_some());
    let of_all = of_all.map(|all| format!(" of {all} authorities")).unwrap_or_default();
    let by = if report.flavor == Some(DETACHED) { "; on every flavour of authorities: " } else { ", " };
    format!(
        "{signatures_present} present{by}{signatures_verified} verified, {signatures_trusted} trusted{of_all}"
    )
}
