//! The form of a subscription, and the buttons that confirm and end them.

use super::field::{Field, Kind, Need, form, group, hidden};
use super::{Sheet, Typed, fields, notices, target};
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::{AlertsPage, Page};
use allium_alert::{Draft, Watches};

/// The form.
pub(super) fn sheet(site: Site<'_>, typed: &Typed) -> Sheet {
    let typed = &with_usual(typed);
    let action = site.links().page(&Page::Alerts(AlertsPage::New));
    let html = form(&action, "Send me the link that confirms it", |html| {
        address(html, typed);
        target::write(html, typed, "Who joins a group later is watched from then on.");
        group(html, "What is told", |html| fields::watches(html, typed));
        group(html, "When it is told", |html| fields::times(html, typed));
    });
    Sheet {
        title: "Be told by mail".into(),
        description: "Alerts about relays, operators, networks, countries or the whole Tor network.".into(),
        sentence: "A message asks whether it is meant before anything else is sent. There is no account; every message has a link that ends it and erases the address.".into(),
        notes: super::operator::wrong(typed),
        sections: vec![Section::new("What you want to be told").html(&html).method_of(site, "alerts")],
        ..Sheet::default()
    }
}

fn address(html: &mut Html, typed: &Typed) {
    Field {
        name: "address",
        label: "Your e-mail address",
        hint: "Kept as long as you are subscribed, and shown to nobody.",
        kind: Kind::Mail,
        need: Need::Needed,
        value: typed.get("address"),
    }
    .write(html);
}

/// A link that names no watch gets the usual ones.
fn with_usual(typed: &Typed) -> Typed {
    let is_named = |(name, _): &(String, String)| allium_alert::WatchKind::from_name(name).is_some();
    let mut typed = typed.clone();
    if typed.wrong.is_none() && !typed.pairs.iter().any(is_named) {
        let usual = Watches::usual();
        typed.pairs.extend(usual.iter().map(|watch| (watch.kind().name().to_owned(), watch.value())));
    }
    typed
}

/// The page whose button confirms a subscription; it says so when the token is not known.
pub(crate) fn confirm_page(site: Site<'_>, token: &str, draft: Option<&Draft>) -> Option<String> {
    let sheet = draft.map_or_else(notices::no_token, |draft| {
        let action = site.links().page(&Page::Alerts(AlertsPage::Confirm));
        Sheet {
            title: "Is this meant?".into(),
            description: "Confirm a subscription.".into(),
            sentence: "Nothing is sent until this button is pressed.".into(),
            sections: vec![Section::new("What you would be told").html(&wish(draft)).html(&form(
                &action,
                "Yes, tell me",
                |html| hidden(html, "token", token),
            ))],
            ..Sheet::default()
        }
    });
    super::finish(site, AlertsPage::Confirm, sheet)
}

/// The page whose button ends all subscriptions of an address.
pub(crate) fn unsubscribe_page(site: Site<'_>, token: &str, drafts: Option<&[Draft]>) -> Option<String> {
    let sheet = drafts.map_or_else(notices::no_token, |drafts| {
        let action = site.links().page(&Page::Alerts(AlertsPage::Unsubscribe));
        let mut html = Html::default();
        for draft in drafts.iter().take(50) {
            html.html(&wish(draft));
        }
        let button = form(&action, "End all of it and erase my address", |html| hidden(html, "token", token));
        Sheet {
            title: "Be told nothing more".into(),
            description: "End all subscriptions of an address.".into(),
            sentence: "All subscriptions of your address end, and the address is erased.".into(),
            sections: vec![Section::new("What you are told now").html(&html).html(&button)],
            ..Sheet::default()
        }
    });
    super::finish(site, AlertsPage::Unsubscribe, sheet)
}

/// What somebody wishes, one watch a line.
fn wish(draft: &Draft) -> Html {
    let mut html = Html::default();
    let target = draft.target.as_ref().map_or_else(String::new, target::words);
    html.markup("<h3><bdi>").text(&target).markup("</bdi></h3><dl class=\"facts\">");
    for watch in draft.watches.iter() {
        html.markup("<div><dt>").text(watch.kind().label()).markup("</dt><dd>");
        html.text(&fields::threshold(watch)).markup("</dd></div>");
    }
    html.markup("</dl>");
    html
}
