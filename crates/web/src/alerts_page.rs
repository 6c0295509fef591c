//! The pages of alerts, which only a server has. Their paths are made and read back here.

/// A page of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlertsPage {
    /// Active alerts, silences, thresholds, deliveries.
    Board,
    /// The form of a new subscription.
    New,
    /// What follows it.
    Sent,
    /// Whether a subscription is meant.
    Confirm,
    /// What follows that.
    Confirmed,
    /// Whether all subscriptions shall end.
    Unsubscribe,
    /// What follows that.
    Unsubscribed,
    /// The form of a silence.
    Silence,
    /// The form of a maintenance window.
    Maintenance,
    /// The form that tries a channel.
    Test,
    /// What follows a change by the operator.
    Saved,
}

/// What a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AlertForm {
    Subscribe,
    Confirm,
    Unsubscribe,
    Silence,
    Maintenance,
    Test,
}

impl AlertsPage {
    /// Every page.
    pub(crate) const ALL: [Self; 11] = [
        Self::Board,
        Self::New,
        Self::Sent,
        Self::Confirm,
        Self::Confirmed,
        Self::Unsubscribe,
        Self::Unsubscribed,
        Self::Silence,
        Self::Maintenance,
        Self::Test,
        Self::Saved,
    ];

    /// The path, from the root and with a slash before it.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Board => "/alerts/",
            Self::New => "/alerts/new/",
            Self::Sent => "/alerts/sent/",
            Self::Confirm => "/alerts/confirm/",
            Self::Confirmed => "/alerts/confirmed/",
            Self::Unsubscribe => "/alerts/unsubscribe/",
            Self::Unsubscribed => "/alerts/unsubscribed/",
            Self::Silence => "/alerts/silence/",
            Self::Maintenance => "/alerts/maintenance/",
            Self::Test => "/alerts/test/",
            Self::Saved => "/alerts/saved/",
        }
    }

    /// Reads a path; none when it is no page of alerts.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.path() == path)
    }

    /// The form on the page, whose body is sent to the page's own path.
    pub(crate) const fn form(self) -> Option<AlertForm> {
        match self {
            Self::New => Some(AlertForm::Subscribe),
            Self::Confirm => Some(AlertForm::Confirm),
            Self::Unsubscribe => Some(AlertForm::Unsubscribe),
            Self::Silence => Some(AlertForm::Silence),
            Self::Maintenance => Some(AlertForm::Maintenance),
            Self::Test => Some(AlertForm::Test),
            Self::Board | Self::Sent | Self::Confirmed | Self::Unsubscribed | Self::Saved => None,
        }
    }

    /// The name in metrics and the access log.
    pub(crate) const fn route_name(self) -> &'static str {
        match self {
            Self::Board => "alerts",
            Self::Confirm | Self::Confirmed => "alerts_confirm",
            Self::Unsubscribe | Self::Unsubscribed => "alerts_unsubscribe",
            Self::New | Self::Sent => "alerts_subscribe",
            Self::Silence | Self::Maintenance | Self::Test | Self::Saved => "alerts_operator",
        }
    }
}

impl AlertForm {
    /// The page that holds the form.
    pub(crate) const fn page(self) -> AlertsPage {
        match self {
            Self::Subscribe => AlertsPage::New,
            Self::Confirm => AlertsPage::Confirm,
            Self::Unsubscribe => AlertsPage::Unsubscribe,
            Self::Silence => AlertsPage::Silence,
            Self::Maintenance => AlertsPage::Maintenance,
            Self::Test => AlertsPage::Test,
        }
    }

    /// The page that follows when all went well.
    pub(crate) const fn next(self) -> AlertsPage {
        match self {
            Self::Subscribe => AlertsPage::Sent,
            Self::Confirm => AlertsPage::Confirmed,
            Self::Unsubscribe => AlertsPage::Unsubscribed,
            Self::Silence | Self::Maintenance | Self::Test => AlertsPage::Saved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    #[test]
    fn paths_are_read_back_and_forms_know_their_pages() {
        for page in AlertsPage::ALL {
            assert_eq!(Page::parse(page.path()), Some(Page::Alerts(page)));
            assert!(page.form().is_none_or(|form| form.page() == page && form.next().form().is_none()));
        }
        assert_eq!(AlertsPage::parse("/alerts/new"), None);
    }
}
