//! Fields of forms: a label, a field, and a hint that belongs to it.

use crate::html::Html;

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'k> {
    /// A line of text with at most so many characters.
    Line(usize),
    /// An e-mail address.
    Mail,
    /// A whole number between two.
    Number(u64, u64),
    /// Several lines with at most so many characters.
    Lines(usize),
    /// A moment in UTC.
    Moment,
    /// One of these values, with their words.
    Choice(&'k [(&'k str, &'k str)]),
    /// On or off.
    Switch,
}

/// Whether a field may stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Needed,
    Optional,
}

/// A field.
pub(super) struct Field<'f> {
    pub(super) name: &'f str,
    pub(super) label: &'f str,
    pub(super) hint: &'f str,
    pub(super) kind: Kind<'f>,
    pub(super) need: Need,
    pub(super) value: &'f str,
}

impl Field<'_> {
    /// Writes it.
    pub(super) fn write(&self, html: &mut Html) {
        html.markup(if matches!(self.kind, Kind::Switch) { "<p class=\"switch\">" } else { "<p>" });
        if matches!(self.kind, Kind::Switch) {
            self.input(html);
        }
        html.markup("<label for=\"f-").text(self.name).markup("\">").text(self.label).markup("</label>");
        if !matches!(self.kind, Kind::Switch) {
            self.input(html);
        }
        if !self.hint.is_empty() {
            html.markup("<span class=\"small muted\" id=\"h-").text(self.name).markup("\">");
            html.text(self.hint).markup("</span>");
        }
        html.markup("</p>");
    }

    fn input(&self, html: &mut Html) {
        match self.kind {
            Kind::Choice(choices) => return self.select(html, choices),
            Kind::Lines(most) => return self.area(html, most),
            _ => {}
        }
        html.markup("<input");
        self.attributes(html);
        match self.kind {
            Kind::Line(most) => html.markup(" maxlength=\"").text(&most.to_string()).markup("\""),
            Kind::Mail => html.markup(" type=\"email\" maxlength=\"254\" autocomplete=\"email\""),
            Kind::Number(least, most) => {
                html.markup(" type=\"number\" min=\"").text(&least.to_string()).markup("\" max=\"");
                html.text(&most.to_string()).markup("\"")
            }
            Kind::Moment => html.markup(" type=\"datetime-local\""),
            _ => html.markup(" type=\"checkbox\""),
        };
        if matches!(self.kind, Kind::Switch) {
            html.markup(" value=\"on\"").markup(if self.value == "on" { " checked" } else { "" });
        } else {
            html.markup(" value=\"").text(self.value).markup("\"");
        }
        html.markup(">");
    }

    fn attributes(&self, html: &mut Html) {
        html.markup(" id=\"f-").text(self.name).markup("\" name=\"").text(self.name).markup("\"");
        if !self.hint.is_empty() {
            html.markup(" aria-describedby=\"h-").text(self.name).markup("\"");
        }
        if self.need == Need::Needed {
            html.markup(" required");
        }
    }

    fn select(&self, html: &mut Html, choices: &[(&str, &str)]) {
        html.markup("<select");
        self.attributes(html);
        html.markup(">");
        for (value, words) in choices {
            html.markup("<option value=\"").text(value).markup("\"");
            html.markup(if *value == self.value { " selected>" } else { ">" })
                .text(words)
                .markup("</option>");
        }
        html.markup("</select>");
    }

    fn area(&self, html: &mut Html, most: usize) {
        html.markup("<textarea rows=\"3\" maxlength=\"").text(&most.to_string()).markup("\"");
        self.attributes(html);
        // A line break right after the tag is not part of the value.
        html.markup(">\n").text(self.value).markup("</textarea>");
    }
}

/// A form that is sent to a path, with its fields and the words of its button.
pub(super) fn form(action: &str, button: &str, write: impl FnOnce(&mut Html)) -> Html {
    let mut html = Html::with_capacity(8192);
    html.markup("<form class=\"form\" method=\"post\" action=\"").text(action).markup("\">");
    write(&mut html);
    html.markup("<p><button>").text(button).markup("</button></p></form>");
    html
}

/// A field that readers do not see.
pub(super) fn hidden(html: &mut Html, name: &str, value: &str) {
    html.markup("<input type=\"hidden\" name=\"").text(name).markup("\" value=\"").text(value).markup("\">");
}

/// Fields that belong together.
pub(super) fn group(html: &mut Html, legend: &str, write: impl FnOnce(&mut Html)) {
    html.markup("<fieldset><legend>").text(legend).markup("</legend>");
    write(html);
    html.markup("</fieldset>");
}
