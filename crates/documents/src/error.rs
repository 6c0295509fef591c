//! Why a whole document is refused.

/// A document cannot be used at all. Texts are lower case and fit "cannot use details: …".
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Nothing in it.
    #[error("the document is empty")]
    Empty,
    /// An error page instead of a document.
    #[error("the document is an HTML page, not JSON; is the address right?")]
    Html,
    /// It ends too early.
    #[error("the document is cut short at line {line}, column {column}; fetch it again")]
    Truncated {
        /// Line of the end, from 1.
        line: usize,
        /// Column of the end, from 1.
        column: usize,
    },
    /// It is no JSON.
    #[error("the document is not valid JSON: {0}")]
    Json(String),
    /// It is JSON of another shape.
    #[error("the document does not have the expected form: {0}")]
    Schema(String),
    /// It is a document of another kind.
    #[error("the document is no {expected}: it {found}")]
    Kind {
        /// What it should be.
        expected: &'static str,
        /// What it is instead, as the rest of a sentence.
        found: String,
    },
    /// Its label says that it is of a later version, which may mean something else by the same words.
    #[error("the document is labelled {kind} {major}, and versions up to {known} are known here")]
    Version {
        /// What the label says it is.
        kind: &'static str,
        /// Major version of the label.
        major: u32,
        /// The newest that is known.
        known: u32,
    },
    /// Compressed data that cannot be read.
    #[error("the {format} data cannot be decompressed: {reason}")]
    Compression {
        /// Name of the format.
        format: &'static str,
        /// What the decompressor says.
        reason: String,
    },
    /// More than a limit allows.
    #[error(
        "the document exceeds the limit {name} of {limit}; raise it in the configuration if the document is sound"
    )]
    Limit {
        /// Name of the limit in the configuration.
        name: &'static str,
        /// Its value.
        limit: usize,
    },
}
