//! How one document follows the one before: in time, after a gap, or too late to be compared.

use super::norms::Norms;
use allium_model::Timestamp;

/// The step from one document to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Time of the new document.
    pub(super) at: Timestamp,
    /// Time of the one before; none for the first.
    pub(super) before: Option<Timestamp>,
    /// How far apart they are.
    pub(super) distance: Distance,
}

/// How far apart two documents are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Distance {
    /// There is nothing to compare with, or it is too old: a gap of documents is no outage.
    Apart,
    /// Documents are missing between; so many times as much as usual may have changed.
    AfterGap(f64),
    /// As usual.
    Usual,
}

/// Times the usual distance up to which two documents follow each other.
const USUAL: f64 = 1.6;
/// Times the usual distance beyond which two documents are not compared, and seconds up to which they
/// always are.
const COMPARED: (f64, i64) = (4.0, 12 * 3600);

impl Step {
    /// The step to a document.
    pub(super) fn to(at: Timestamp, before: Option<Timestamp>, norms: &Norms) -> Self {
        let distance = before.map_or(Distance::Apart, |before| {
            let seconds = at.seconds_since(before);
            let usual = norms.usual_spacing_seconds().unwrap_or(seconds).max(1);
            let times = seconds as f64 / usual as f64;
            match times {
                ..=USUAL => Distance::Usual,
                _ if times <= COMPARED.0 || seconds <= COMPARED.1 => Distance::AfterGap(times),
                _ => Distance::Apart,
            }
        });
        Self { at, before, distance }
    }

    /// How many times as much as usual may have changed; none when nothing can be said.
    pub(super) fn times_usual(&self) -> Option<f64> {
        match self.distance {
            Distance::Apart => None,
            Distance::AfterGap(times) => Some(times),
            Distance::Usual => Some(1.0),
        }
    }

    /// The time between the two documents in words.
    pub(super) fn between(&self) -> String {
        let before = self.before.unwrap_or(self.at);
        let same_day = before.date() == self.at.date();
        let at = self.at.to_minute();
        let end = if same_day { at.rsplit(' ').next().unwrap_or(&at) } else { &at };
        format!("between {} and {end} UTC", before.to_minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(spacings: &[i64], hours: i64) -> Distance {
        let mut norms = Norms::default();
        for hours in spacings {
            norms.note_spacing(hours * 3600);
        }
        Step::to(Timestamp(hours * 3600), Some(Timestamp(0)), &norms).distance
    }

    #[test]
    fn what_is_usual_depends_on_how_often_documents_come() {
        assert_eq!(distance(&[1, 1, 1], 1), Distance::Usual);
        assert_eq!(distance(&[1, 1, 1], 6), Distance::AfterGap(6.0));
        assert_eq!(distance(&[1, 1, 1], 13), Distance::Apart);
        assert_eq!(distance(&[12, 11, 13], 14), Distance::Usual);
        assert_eq!(distance(&[12, 11, 13], 24), Distance::AfterGap(2.0));
        assert_eq!(distance(&[12, 11, 13], 67), Distance::Apart);
    }

    #[test]
    fn the_time_between_names_a_day_once() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let step = |before: &str, after: &str| {
            Step { at: at(after), before: Some(at(before)), distance: Distance::Usual }.between()
        };
        assert_eq!(
            step("2026-02-22 12:00:00", "2026-02-22 13:00:00"),
            "between 2026-02-22 12:00 and 13:00 UTC"
        );
        assert_eq!(
            step("2026-02-22 23:00:00", "2026-02-23 00:00:00"),
            "between 2026-02-22 23:00 and 2026-02-23 00:00 UTC"
        );
    }
}
