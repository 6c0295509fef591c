//! Which incidents are asked for.

use crate::QueryError;
use allium_model::{Incident, IncidentClass, IncidentKind, IncidentState, Severity};

/// What incidents must be like; what is `None` does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IncidentFilter {
    /// Where the cause lies.
    pub class: Option<IncidentClass>,
    /// What was observed.
    pub kind: Option<IncidentKind>,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// How far it is.
    pub state: Option<IncidentState>,
}

const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Notice];

impl IncidentFilter {
    /// The parameters.
    pub const PARAMETERS: [&'static str; 4] = ["class", "kind", "severity", "state"];

    /// Takes a parameter over; whether it is one. Empty values count as not given, of doubles the last counts.
    ///
    /// # Errors
    /// A value that does not fit, with those that do.
    pub fn take(&mut self, name: &str, value: &str) -> Result<bool, QueryError> {
        match name {
            "class" => self.class = choice("class", value, &IncidentClass::ALL, IncidentClass::name)?,
            "kind" => self.kind = choice("kind", value, &IncidentKind::ALL, IncidentKind::name)?,
            "severity" => self.severity = choice("severity", value, &SEVERITIES, Severity::name)?,
            "state" => self.state = choice("state", value, &IncidentState::ALL, IncidentState::name)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads parameters of which no other ones may be there.
    ///
    /// # Errors
    /// An unknown parameter, or a value that does not fit.
    pub fn parse<'q>(pairs: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, QueryError> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            if !filter.take(name, value)? {
                let known = Self::PARAMETERS.join(", ");
                return Err(QueryError::UnknownParameter { name: name.to_owned(), known });
            }
        }
        Ok(filter)
    }

    /// Whether an incident is asked for.
    pub fn takes(&self, incident: &Incident) -> bool {
        self.class.is_none_or(|class| incident.class() == class)
            && self.kind.is_none_or(|kind| incident.id.kind == kind)
            && self.severity.is_none_or(|severity| incident.severity == severity)
            && self.state.is_none_or(|state| incident.state == state)
    }
}

fn choice<T: Copy>(
    name: &'static str,
    value: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Option<T>, QueryError> {
    if value.is_empty() {
        return Ok(None);
    }
    let found = all.iter().copied().find(|known| word(*known) == value);
    found.map(Some).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|known| word(*known)).collect();
        let reason = format!("known are {}", known.join(", "));
        QueryError::BadValue { name, value: value.chars().take(40).collect(), reason }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_count_as_not_given_and_wrong_ones_are_told_what_is_known() {
        let parse = |pairs: &[(&str, &str)]| IncidentFilter::parse(pairs.iter().copied());
        let filter = parse(&[("class", "provider"), ("severity", ""), ("state", "ongoing")]).unwrap();
        let expected = IncidentFilter {
            class: Some(IncidentClass::Provider),
            state: Some(IncidentState::Ongoing),
            ..IncidentFilter::default()
        };
        assert_eq!(filter, expected);
        let error = parse(&[("state", "over")]).unwrap_err().to_string();
        assert_eq!(error, "state cannot be \"over\": known are unverified, ongoing, resolved");
        let error = parse(&[("colour", "red")]).unwrap_err().to_string();
        assert_eq!(error, "there is no parameter \"colour\"; known are class, kind, severity, state");
    }
}
