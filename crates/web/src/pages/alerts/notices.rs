//! Pages that only say something: what follows a form, and why there is none.

use super::Sheet;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::{AlertsPage, Page};

/// This site has no alerts.
pub(super) fn not_offered() -> Sheet {
    said("Alerts", "This site offers no alerts.", "Whoever runs it has not set them up.")
}

/// Strangers cannot subscribe.
pub(super) fn closed() -> Sheet {
    said(
        "Be told by mail",
        "This site sends no mail to readers.",
        "Incidents are in the feeds too, which any reader of Atom or RSS follows.",
    )
}

/// A link without its token, or with one that is no longer known.
pub(super) fn no_token() -> Sheet {
    said(
        "This link does nothing",
        "It was used before, is older than 48 hours, or is not complete.",
        "If it came in two parts, put them together in the address line. Otherwise ask anew: nothing is lost.",
    )
}

/// What follows a form.
pub(super) fn after(site: Site<'_>, page: AlertsPage) -> Sheet {
    match page {
        AlertsPage::Sent => said(
            "Look into your mail",
            "If this address takes mail, a message with a link is on its way.",
            "Nothing is sent beside it until the button behind that link is pressed. What is not confirmed within 48 hours is erased.",
        ),
        AlertsPage::Confirmed => said(
            "You will be told",
            "The subscription is confirmed.",
            "Every message has a link that ends all subscriptions of its address at once and erases the address.",
        ),
        AlertsPage::Unsubscribed => said(
            "Nothing more is sent",
            "Every subscription behind this link has ended, and its address was erased.",
            "A message that was on its way at this moment may still arrive.",
        ),
        _ => saved(site),
    }
}

/// What follows a change by the operator.
fn saved(site: Site<'_>) -> Sheet {
    let board = site.links().page(&Page::Alerts(AlertsPage::Board));
    let section = Section::new("What follows").link(&board, "The page of alerts shows it");
    Sheet { sections: vec![section], ..said("Done", "The change is made and noted.", "") }
}

fn said(title: &str, sentence: &str, more: &str) -> Sheet {
    Sheet {
        title: title.to_owned(),
        description: sentence.to_owned(),
        sentence: sentence.to_owned(),
        sections: vec![Section::new("What follows").text(more)],
        ..Sheet::default()
    }
}
