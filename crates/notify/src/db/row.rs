//! How ids stand in rows.

/// An id as SQLite keeps it: the same bits, with a sign.
pub(crate) const fn row_of_id(id: u64) -> i64 {
    id.cast_signed()
}

/// The id of a row.
pub(crate) const fn id_of_row(row: i64) -> u64 {
    row.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_survives() {
        for id in [0, 1, u64::MAX, 1 << 63] {
            assert_eq!(id_of_row(row_of_id(id)), id);
        }
    }
}
