//! How a command fails: one clear sentence on standard error, and an exit code that scripts can rely on.

use allium_collect::CollectError;
use allium_documents::DocumentError;
use allium_store::StoreError;
use allium_web::export::ExportError;
use std::fmt::Display;
use std::io::Write;
use std::process;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// What was asked for was done.
    Done = 0,
    /// Something unforeseen went wrong.
    Failed = 1,
    /// The command line is wrong (clap's own code).
    Usage = 2,
    /// The configuration is wrong.
    Configuration = 3,
    /// A source could not be read or reached.
    Source = 4,
    /// A document cannot be used.
    Document = 5,
    /// The output cannot be written.
    Output = 6,
    /// Another allium process uses the directory.
    Locked = 7,
    /// The address cannot be listened on.
    Listen = 8,
    /// What was asked for does not exist.
    NotFound = 9,
    /// The history cannot be used: it is missing, damaged, from a newer version, or no store.
    Store = 10,
    /// A document is not believed: too few trusted signatures, or it is not what its votes make.
    NotBelieved = 11,
    /// The store of alerts cannot be used: it is missing, damaged, from a newer version, or no store.
    Alerts = 12,
    /// A message was not accepted.
    NotDelivered = 13,
}

impl ExitCode {
    /// Every code with what it means, for the manual and `--help`.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Done, "done"),
        (Self::Failed, "something unforeseen went wrong"),
        (Self::Usage, "the command line is wrong"),
        (Self::Configuration, "the configuration is wrong"),
        (Self::Source, "a source could not be read or reached"),
        (Self::Document, "a document cannot be used"),
        (Self::Output, "the output cannot be written"),
        (Self::Locked, "another allium process uses the directory"),
        (Self::Listen, "the address cannot be listened on"),
        (Self::NotFound, "what was asked for does not exist"),
        (Self::Store, "the history cannot be used"),
        (Self::NotBelieved, "a document is not believed"),
        (Self::Alerts, "the store of alerts cannot be used"),
        (Self::NotDelivered, "a message was not accepted"),
    ];
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure {
    /// The code that the process ends with.
    pub code: ExitCode,
    message: String,
}

impl Failure {
    /// A failure with its sentence, without a full stop.
    pub fn new(code: ExitCode, message: impl Display) -> Self {
        Self { code, message: message.to_string() }
    }

    /// A document that cannot be used.
    pub fn document(name: &str, error: &DocumentError) -> Self {
        Self::new(ExitCode::Document, format_args!("cannot use {name}: {error}"))
    }

    /// Standard output that cannot be written. A reader that closed the pipe got what it wanted.
    pub fn output(error: &std::io::Error) -> Result<(), Self> {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Self::new(ExitCode::Output, format_args!("cannot write the output: {error}"))),
        }
    }

    /// Writes the sentence to standard error; control characters of documents never reach the terminal.
    pub fn report(&self) {
        let message = allium_model::printable(&self.message);
        let _ = writeln!(std::io::stderr(), "allium: {message}");
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<CollectError> for Failure {
    fn from(error: CollectError) -> Self {
        let code = match error {
            CollectError::InUse { .. } => ExitCode::Locked,
            CollectError::Unwritable { .. } => ExitCode::Output,
            _ => ExitCode::Source,
        };
        Self::new(code, error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Busy => ExitCode::Locked,
            StoreError::ReadOnly | StoreError::Full | StoreError::Exists(_) | StoreError::Io(_) => {
                ExitCode::Output
            }
            StoreError::Record(_) => ExitCode::Document,
            _ => ExitCode::Store,
        };
        Self::new(code, error)
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::new(ExitCode::Output, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_in_the_order_of_the_list() {
        for (index, (code, _)) in ExitCode::ALL.iter().enumerate() {
            assert_eq!(*code as usize, index);
        }
    }
}
