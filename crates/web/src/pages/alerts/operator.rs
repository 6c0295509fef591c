//! Forms for whoever runs the service: silences, maintenance windows, tests of channels. What they do needs
//! the operator's token, which is typed each time and kept nowhere.

use super::field::{Field, Kind, Need, form, group, hidden};
use super::{Sheet, Typed, target};
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::{AlertsPage, Page};
use allium_alert::WatchKind;

/// Hours of 90 days, the longest silence.
const MOST_HOURS: u64 = 2160;

/// What is wrong with what was typed, as a note.
pub(super) fn wrong(typed: &Typed) -> Vec<(&'static str, String, String)> {
    let note = |wrong: &String| ("poor", "This was not done.".to_owned(), wrong.clone());
    typed.wrong.iter().map(note).collect()
}

/// The forms of silences.
pub(super) fn silence(site: Site<'_>, typed: &Typed) -> Sheet {
    let action = site.links().page(&Page::Alerts(AlertsPage::Silence));
    let begin = form(&action, "Begin the silence", |html| {
        hidden(html, "do", "begin");
        target::write(html, typed, "");
        kinds(html, typed);
        moment(html, typed);
        hours(html, typed);
        line(html, typed, "reason", "Why", 500, Need::Needed);
        word(html, typed, "begin");
    });
    let new = Section::new("A new silence").html(&begin);
    let over = Section::new("End a silence").html(&end(&action, typed, "Number of the silence"));
    let sections = in_order(typed, new, over);
    sheet(
        "Silences",
        "A silence keeps messages back for a time. Alerts go on underneath, and what is still wrong afterwards is told then.",
        typed,
        sections,
    )
}

/// The forms of maintenance windows.
pub(super) fn maintenance(site: Site<'_>, typed: &Typed) -> Sheet {
    let action = site.links().page(&Page::Alerts(AlertsPage::Maintenance));
    let begin = form(&action, "Announce the window", |html| {
        hidden(html, "do", "begin");
        target::write(html, typed, "");
        moment(html, typed);
        hours(html, typed);
        line(html, typed, "note", "What is done", 500, Need::Optional);
        word(html, typed, "begin");
    });
    let new = Section::new("A new maintenance window").html(&begin);
    let over = Section::new("End a maintenance window").html(&end(&action, typed, "Number of the window"));
    let sections = in_order(typed, new, over);
    sheet("Maintenance windows", "Nobody is told of relays while they are being worked on.", typed, sections)
}

/// Who comes with a number wants to end what has it.
fn in_order(typed: &Typed, new: Section, over: Section) -> Vec<Section> {
    if typed.get("number").is_empty() { vec![new, over] } else { vec![over, new] }
}

/// The form that tries a channel.
pub(super) fn test(site: Site<'_>, typed: &Typed) -> Sheet {
    let action = site.links().page(&Page::Alerts(AlertsPage::Test));
    let html = form(&action, "Send a test message", |html| {
        line(html, typed, "channel", "Name of the channel, as in the configuration", 80, Need::Needed);
        word(html, typed, "test");
    });
    let sections = vec![Section::new("A test message").html(&html)];
    sheet("Try a channel", "The message says that it is a test.", typed, sections)
}

fn sheet(title: &str, sentence: &str, typed: &Typed, sections: Vec<Section>) -> Sheet {
    Sheet {
        title: title.into(),
        description: sentence.into(),
        sentence: format!("{sentence} This needs the operator's token, and every change is noted."),
        notes: wrong(typed),
        sections,
        ..Sheet::default()
    }
}

fn end(action: &str, typed: &Typed, label: &'static str) -> Html {
    form(action, "End it now", |html| {
        hidden(html, "do", "end");
        let kind = Kind::Number(1, i64::MAX.unsigned_abs());
        Field { name: "number", label, hint: "", kind, need: Need::Needed, value: typed.get("number") }
            .write(html);
        word(html, typed, "end");
    })
}

fn kinds(html: &mut Html, typed: &Typed) {
    group(html, "Alerts of these kinds; all when none is chosen", |html| {
        for kind in WatchKind::ALL {
            let is_chosen = typed.all("kind").any(|name| name == kind.name());
            html.markup("<p class=\"switch\"><input type=\"checkbox\" name=\"kind\" id=\"k-")
                .text(kind.name());
            html.markup("\" value=\"").text(kind.name()).markup("\"");
            html.markup(if is_chosen { " checked>" } else { ">" }).markup("<label for=\"k-");
            html.text(kind.name()).markup("\">").text(kind.label()).markup("</label></p>");
        }
    });
}

fn moment(html: &mut Html, typed: &Typed) {
    Field {
        name: "from",
        label: "From, in UTC",
        hint: "At once when empty.",
        kind: Kind::Moment,
        need: Need::Optional,
        value: typed.get("from"),
    }
    .write(html);
}

fn hours(html: &mut Html, typed: &Typed) {
    Field {
        name: "hours",
        label: "For how many hours",
        hint: "1 to 2160, which are 90 days",
        kind: Kind::Number(1, MOST_HOURS),
        need: Need::Needed,
        value: typed.get("hours"),
    }
    .write(html);
}

fn line(html: &mut Html, typed: &Typed, name: &str, label: &str, most: usize, need: Need) {
    let kind = if most > 100 { Kind::Lines(most) } else { Kind::Line(most) };
    Field { name, label, hint: "", kind, need, value: typed.get(name) }.write(html);
}

/// Who asks, and by what right. A page may hold several forms, so the ids say which.
fn word(html: &mut Html, typed: &Typed, id: &str) {
    html.markup("<p><label for=\"author-")
        .text(id)
        .markup("\">Your name</label><input id=\"author-")
        .text(id);
    html.markup("\" name=\"author\" required maxlength=\"80\" value=\"").text(typed.get("author"));
    html.markup("\"><span class=\"small muted\">Everybody can read it.</span></p><p><label for=\"token-")
        .text(id);
    html.markup("\">Operator's token</label><input id=\"token-").text(id);
    html.markup(
        "\" name=\"operator\" type=\"password\" required maxlength=\"200\" autocomplete=\"off\"></p>",
    );
}
