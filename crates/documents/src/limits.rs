//! How much of a document is accepted. What exceeds a limit is refused with the limit's name.

/// Limits on documents; the defaults fit a network fifty times today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decompressed size of a document in bytes.
    pub max_document_bytes: usize,
    /// Entries of a document.
    pub max_relays: usize,
    /// Length of a text in bytes.
    pub max_text_bytes: usize,
    /// Length of a line of a dir-spec document in bytes; family lists are the longest.
    pub max_line_bytes: usize,
    /// Length of a key, certificate or signature of a dir-spec document in bytes, as written.
    pub max_object_bytes: usize,
    /// Members of a family list of one relay.
    pub max_family_members: usize,
    /// Memory that a decompressor may take for its window, in bytes.
    pub max_window_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_document_bytes: 2 << 30,
            max_relays: 500_000,
            max_text_bytes: 64 << 10,
            max_line_bytes: 1 << 20,
            max_object_bytes: 64 << 10,
            max_family_members: 4096,
            max_window_bytes: 128 << 20,
        }
    }
}
