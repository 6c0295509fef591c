//! What an error of the database means.

/// A failure that can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Another process writes and does not come to an end.
    Busy,
    /// The file or its folder cannot be written.
    ReadOnly,
    /// The disk is full.
    Full,
    /// The database is malformed.
    Malformed,
    /// The file is no database.
    NoDatabase,
    /// The file, or the log beside it, cannot be opened.
    Unopenable,
}

impl Failure {
    /// What is damaged, in words; `None` where nothing is.
    pub const fn damage(self) -> Option<&'static str> {
        match self {
            Self::Malformed => Some("the database is malformed"),
            Self::NoDatabase => Some("the file is no database"),
            Self::Busy | Self::ReadOnly | Self::Full | Self::Unopenable => None,
        }
    }
}

/// The failure behind an error, by SQLite's primary result code (<https://www.sqlite.org/rescode.html>); `None`
/// for all others.
pub fn failure(error: &sqlx::Error) -> Option<Failure> {
    let code = error.as_database_error()?.code()?.parse::<i32>().ok()?;
    of_code(code)
}

/// The primary code is the lowest byte of an extended one.
const fn of_code(code: i32) -> Option<Failure> {
    match code & 0xff {
        5 | 6 => Some(Failure::Busy),
        8 => Some(Failure::ReadOnly),
        11 => Some(Failure::Malformed),
        13 => Some(Failure::Full),
        14 => Some(Failure::Unopenable),
        26 => Some(Failure::NoDatabase),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_are_read_by_their_lowest_byte() {
        // SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY_DIRECTORY, SQLITE_IOERR_READ.
        assert_eq!(of_code(517), Some(Failure::Busy));
        assert_eq!(of_code(1544), Some(Failure::ReadOnly));
        assert_eq!(of_code(266), None);
        assert_eq!(of_code(26).and_then(Failure::damage), Some("the file is no database"));
        assert_eq!(of_code(13).and_then(Failure::damage), None);
    }
}
