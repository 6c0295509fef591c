//! Pages of alerts: what is active, forms, and what follows them. Only a server has them.

mod accuracy;
mod board;
mod field;
mod fields;
mod notices;
mod operator;
mod subscribe;
mod target;
mod thresholds;

pub(super) use accuracy::accuracy;
pub(crate) use subscribe::{confirm_page, unsubscribe_page};
pub(crate) use target::joined;

use super::sheet::{self, Sheet, Visibility};
use super::{AboutText, Site};
use crate::alerts_page::AlertForm;
use crate::{AlertsPage, IncidentsPage, Mode, Page};

/// What was typed into a form, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    /// Names and values.
    pub(crate) pairs: Vec<(String, String)>,
    /// What does not fit, in a sentence.
    pub(crate) wrong: Option<String>,
}

impl Typed {
    /// The last value of a field; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.pairs.iter().rfind(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// All values of a field.
    pub(crate) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An entry of the tabs that pages of incidents and alerts share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Incidents,
    Alerts,
    Subscribe,
    Operator,
}

/// The tabs.
pub(super) fn tabs(site: Site<'_>, current: Tab) -> Vec<(&'static str, String, bool)> {
    let entry = |words, page: Page, tab| (words, site.links().page(&page), Some(current) == tab);
    let mut tabs = vec![entry("Incidents", Page::Incidents(IncidentsPage::List(1)), Some(Tab::Incidents))];
    if is_offered(site) {
        tabs.push(entry("Alerts", Page::Alerts(AlertsPage::Board), Some(Tab::Alerts)));
    }
    if is_open(site) {
        tabs.push(entry("Be told by mail", Page::Alerts(AlertsPage::New), Some(Tab::Subscribe)));
    }
    tabs.push(entry("How accurate this is", Page::About(AboutText::Accuracy), None));
    tabs
}

/// Whether this site has alerts.
pub(crate) fn is_offered(site: Site<'_>) -> bool {
    site.settings.mode == Mode::Served && site.edition.alerts.is_some()
}

/// Whether strangers can subscribe.
pub(crate) fn is_open(site: Site<'_>) -> bool {
    is_offered(site) && site.edition.alerts.as_deref().is_some_and(crate::AlertBoard::is_open)
}

/// The HTML of a page without anything typed; none in a site of files.
pub(super) fn render(site: Site<'_>, page: AlertsPage) -> Option<String> {
    if site.settings.mode == Mode::Files {
        return None;
    }
    let Some(board) = site.edition.alerts.as_deref() else {
        return finish(site, page, notices::not_offered());
    };
    let sheet = match page {
        AlertsPage::Board => board::sheet(site, board),
        _ => match page.form() {
            Some(form) => return form_page(site, form, &Typed::default()),
            None => notices::after(site, page),
        },
    };
    finish(site, page, sheet)
}

/// The page of a form, with what was typed and what is wrong with it.
pub(crate) fn form_page(site: Site<'_>, form: AlertForm, typed: &Typed) -> Option<String> {
    let sheet = match form {
        _ if !is_offered(site) => notices::not_offered(),
        AlertForm::Subscribe if !is_open(site) => notices::closed(),
        AlertForm::Subscribe => subscribe::sheet(site, typed),
        AlertForm::Confirm | AlertForm::Unsubscribe => notices::no_token(),
        AlertForm::Silence => operator::silence(site, typed),
        AlertForm::Maintenance => operator::maintenance(site, typed),
        AlertForm::Test => operator::test(site, typed),
    };
    finish(site, form.page(), sheet)
}

fn finish(site: Site<'_>, page: AlertsPage, mut sheet: Sheet) -> Option<String> {
    let tab = match page {
        AlertsPage::Board => Tab::Alerts,
        AlertsPage::Silence | AlertsPage::Maintenance | AlertsPage::Test | AlertsPage::Saved => Tab::Operator,
        _ => Tab::Subscribe,
    };
    sheet.tabs = tabs(site, tab);
    let above = (page != AlertsPage::Board).then_some(("Alerts", Page::Alerts(AlertsPage::Board)));
    if page != AlertsPage::Board {
        sheet.visibility = Visibility::Unlisted;
    }
    sheet::render(site, &Page::Alerts(page), above, sheet)
}
