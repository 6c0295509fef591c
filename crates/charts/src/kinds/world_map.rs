//! Maps of the world with a colour for each country's class of values.

use std::collections::BTreeMap;

use allium_model::{CountryCode, country_name};

use crate::canvas::Canvas;
use crate::chart::Draw;
use crate::figure::{LegendEntry, push_view_box};
use crate::kinds::map_scale::MapScale;
use crate::markup::{push_attribute, push_escaped};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;
use crate::world::{Outline, outlines, size};

/// Values by country.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorldMap {
    /// Unit of every value.
    pub unit: Unit,
    /// What is measured, head of the column of values: `Relays`.
    pub measure: String,
    /// Classes of values.
    pub scale: MapScale,
    /// The countries with their values, in any order; `None` is not known. The last one of a code counts.
    pub values: Vec<(CountryCode, Option<f64>)>,
    /// What is true of the countries that are not among the values.
    pub others: OtherCountries,
    /// The part of the world to draw.
    pub view: MapView,
}

/// What is true of the countries that are not among the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherCountries {
    /// Their value is not known.
    #[default]
    NotKnown,
    /// They have none of what is counted.
    Zero,
}

/// The part of the world to draw. The table always has every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MapView {
    /// All of it, without Antarctica.
    #[default]
    World,
    /// Europe and what is around it.
    Europe,
}

/// Countries below this area, in square units of the map, are drawn as a dot; 40 units are about 13,000
/// square kilometres.
const DOT_BELOW: f64 = 40.0;
/// Classes that are no class of the scale.
const NOT_KNOWN: &str = "hatch";
const ZERO: &str = "none";

impl MapView {
    /// Left, top, width and height in units of the map.
    fn window(self) -> [f64; 4] {
        let (width, height) = size();
        match self {
            Self::World => [0.0, 0.0, width, height],
            Self::Europe => [845.0, 15.0, 330.0, 235.0],
        }
    }

    /// Whether a country may reach into the window, by the place of its middle.
    fn shows(self, country: &Outline) -> bool {
        let [left, top, width, height] = self.window();
        let (x, y) = country.middle;
        let margin = 40.0 + country.area.sqrt();
        (left - margin..left + width + margin).contains(&x)
            && (top - margin..top + height + margin).contains(&y)
    }
}

/// What a country is drawn as: the class that gives its colour, and its value in words.
struct Painted {
    class: &'static str,
    told: String,
}

impl WorldMap {
    fn by_code(&self) -> BTreeMap<CountryCode, Option<f64>> {
        self.values.iter().map(|(code, value)| (*code, value.filter(|value| value.is_finite()))).collect()
    }

    /// The known values, from the largest; equal ones by code.
    fn known(&self) -> Vec<(CountryCode, f64)> {
        let mut known: Vec<_> =
            self.by_code().into_iter().filter_map(|(code, value)| Some((code, value?))).collect();
        known.sort_by(|left, right| right.1.total_cmp(&left.1));
        known
    }

    fn class(&self, value: Option<f64>) -> &'static str {
        let Some(value) = value else { return NOT_KNOWN };
        let class = self.scale.class_of(value).and_then(|index| self.scale.classes.get(index));
        class.map_or(ZERO, |class| class.colour.class())
    }

    fn paint(&self, values: &BTreeMap<CountryCode, Option<f64>>, code: CountryCode) -> Painted {
        let value = match (values.get(&code), self.others) {
            (Some(value), _) => *value,
            (None, OtherCountries::Zero) => Some(0.0),
            (None, OtherCountries::NotKnown) => None,
        };
        let told = value.map_or_else(|| "not known".to_owned(), |value| self.unit.format(value));
        Painted { class: self.class(value), told }
    }

    /// Draws the countries by class, so that a colour is named once for many.
    fn draw_countries(&self, canvas: &mut Canvas, scale: f64) {
        let values = self.by_code();
        let mut classes: BTreeMap<&str, Vec<(Outline, String)>> = BTreeMap::new();
        for country in outlines().filter(|country| self.view.shows(country)) {
            let painted = self.paint(&values, country.code);
            classes.entry(painted.class).or_default().push((country, painted.told));
        }
        let inline = canvas.width().is_none();
        for (class, countries) in &classes {
            if *class == NOT_KNOWN {
                canvas.define_hatch(if inline { self.fine(15.0) } else { 5.0 / scale });
                canvas.push("<g class=\"seg\"");
                canvas.hatch_fill();
            } else {
                canvas.push("<g class=\"fill seg ");
                canvas.push(class);
                canvas.push("\"");
            }
            // Inline, lines keep their width; elsewhere they are scaled with the map.
            push_attribute(&mut canvas.out, "stroke-width", if inline { 0.7 } else { 0.7 / scale });
            canvas.push(">");
            for (country, told) in countries.iter().filter(|(country, _)| !country.path.is_empty()) {
                canvas.push("<path");
                push_words(&mut canvas.out, country, told, |out| {
                    out.push_str(" d=\"");
                    out.push_str(country.path);
                    out.push('"');
                });
                canvas.push("</path>");
            }
            canvas.push("</g>");
        }
        let radius = if inline { self.fine(8.0) } else { 3.4 / scale };
        for (class, countries) in classes.iter().filter(|(class, _)| ![NOT_KNOWN, ZERO].contains(class)) {
            draw_dots(canvas, class, countries, radius);
        }
    }

    /// A size for the whole world, in units, as it must be where a part of the world is drawn larger.
    fn fine(&self, size: f64) -> f64 {
        let ([_, _, part, _], [_, _, whole, _]) = (self.view.window(), MapView::World.window());
        (size * part / whole * 10.0).ceil() / 10.0
    }
}

/// Small countries as dots, over all areas.
fn draw_dots(canvas: &mut Canvas, class: &str, countries: &[(Outline, String)], radius: f64) {
    let small: Vec<_> = countries.iter().filter(|(country, _)| country.area < DOT_BELOW).collect();
    if small.is_empty() {
        return;
    }
    canvas.push("<g class=\"fill dotted ");
    canvas.push(class);
    canvas.push("\"");
    push_attribute(&mut canvas.out, "stroke-width", radius / 4.0);
    canvas.push(">");
    for (country, told) in small {
        canvas.push("<circle");
        push_words(&mut canvas.out, country, told, |out| {
            push_attribute(out, "cx", country.middle.0);
            push_attribute(out, "cy", country.middle.1);
            push_attribute(out, "r", radius);
        });
        canvas.push("</circle>");
    }
    canvas.push("</g>");
}

/// Name and value as attributes for a script, then the shape, then the same in words.
fn push_words(out: &mut String, country: &Outline, told: &str, shape: impl Fn(&mut String)) {
    let name = country_name(country.code).unwrap_or_default();
    for (attribute, text) in [(" data-name=\"", name), (" data-value=\"", told)] {
        out.push_str(attribute);
        push_escaped(out, text);
        out.push('"');
    }
    shape(out);
    out.push_str("><title>");
    push_escaped(out, name);
    out.push_str(": ");
    push_escaped(out, told);
    out.push_str("</title>");
}

fn named(code: CountryCode) -> String {
    country_name(code).map_or_else(|| code.to_string(), str::to_owned)
}

impl Draw for WorldMap {
    fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    fn height(&self, width: Option<f64>) -> f64 {
        let [_, _, window_width, window_height] = self.view.window();
        window_height * width.unwrap_or(window_width) / window_width
    }

    fn view_box(&self) -> Option<[f64; 4]> {
        Some(self.view.window())
    }

    fn draw(&self, canvas: &mut Canvas) {
        // An svg within the drawing cuts off what lies outside of the view.
        let [left, top, width, height] = self.view.window();
        let place = match canvas.width() {
            None => [left, top, width, height],
            Some(width) => [0.0, 0.0, width, canvas.height],
        };
        canvas.push("<svg");
        for (name, number) in ["x", "y", "width", "height"].into_iter().zip(place) {
            push_attribute(&mut canvas.out, name, number);
        }
        push_view_box(&mut canvas.out, self.view.window());
        canvas.push(">");
        self.draw_countries(canvas, (place[2] / width).min(place[3] / height));
        canvas.push("</svg>");
    }

    fn table(&self) -> DataTable {
        let columns = ["Country", "Code", "Region"].map(|name| Column::new(name, Unit::Number));
        let mut table = DataTable::new(columns.into());
        table.columns.push(Column::new(&self.measure, self.unit));
        let known = self.known().into_iter().map(|(code, value)| (code, Some(value)));
        let unknown = self.by_code().into_iter().filter(|(_, value)| value.is_none());
        let row = |(code, value): (CountryCode, Option<f64>)| {
            let region =
                code.subregion().map_or(Cell::Unknown, |subregion| Cell::Text(subregion.name().to_owned()));
            vec![Cell::Text(named(code)), Cell::Text(code.to_string()), region, Cell::number(value)]
        };
        table.rows = known.chain(unknown).map(row).collect();
        table
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |label: &str, class: &str| LegendEntry {
            label: label.to_owned(),
            class: class.to_owned(),
            value: None,
        };
        let mut legend: Vec<LegendEntry> =
            self.scale.classes.iter().map(|class| entry(&class.label, class.colour.class())).collect();
        let values = self.by_code();
        if self.others == OtherCountries::Zero || values.values().any(|value| self.class(*value) == ZERO) {
            legend.insert(0, entry("None", ZERO));
        }
        if self.others == OtherCountries::NotKnown || values.values().any(Option::is_none) {
            legend.push(entry("Not known", NOT_KNOWN));
        }
        legend
    }

    fn describe(&self) -> String {
        let known = self.known();
        let told =
            |(code, value): &(CountryCode, f64)| format!("{} {}", named(*code), self.unit.format(*value));
        let most: Vec<String> = known.iter().take(5).map(told).collect();
        let least = known.last().filter(|_| known.len() > 5).map(told);
        let least = least.map_or_else(String::new, |least| format!(" Lowest: {least}."));
        format!("{} countries with a value. Highest: {}.{least}", known.len(), most.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chart, Figure, Style, Theme};

    fn map(values: &[(&str, Option<f64>)]) -> WorldMap {
        let values: Vec<_> = values.iter().map(|(code, value)| (code.parse().unwrap(), *value)).collect();
        let scale = MapScale::of_values(values.iter().filter_map(|value| value.1), Unit::Count);
        WorldMap { unit: Unit::Count, measure: "Relays".into(), scale, values, ..WorldMap::default() }
    }

    fn inline(map: WorldMap) -> String {
        Figure::new("Relays by country", Chart::Map(map)).svg(Style::Inline, "m")
    }

    #[test]
    fn zero_and_not_known_are_drawn_differently() {
        let map = map(&[("DE", Some(12.0)), ("FR", Some(0.0)), ("CH", None)]);
        let classes: Vec<_> = ["DE", "FR", "CH", "ES"]
            .map(|code| map.paint(&map.by_code(), code.parse().unwrap()).class)
            .into();
        assert_eq!(classes, ["q2", ZERO, NOT_KNOWN, NOT_KNOWN]);
        let counted = WorldMap { others: OtherCountries::Zero, ..map };
        assert_eq!(counted.paint(&counted.by_code(), "ES".parse().unwrap()).class, ZERO);
        let legend: Vec<_> = counted.legend().into_iter().map(|entry| entry.label).collect();
        assert_eq!(legend, ["None", "10 and more", "Not known"]);
    }

    #[test]
    fn small_countries_with_a_value_have_a_dot() {
        let svg = inline(map(&[("SG", Some(112.0)), ("LU", Some(124.0)), ("DE", Some(1_938.0))]));
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("<circle data-name=\"Singapore\" data-value=\"112\""));
        assert!(svg.contains("<title>Luxembourg: 124</title>"));
        assert!(svg.contains("<path data-name=\"Germany\" data-value=\"1,938\" d=\"M"));
    }

    #[test]
    fn a_map_of_every_country_fits_into_a_page() {
        let every: Vec<_> =
            allium_model::COUNTRIES.iter().map(|country| (country.alpha2, Some(1_234.0))).collect();
        let svg = inline(map(&every));
        assert!(svg.len() < 62_000, "{} bytes", svg.len());
        let few = inline(map(&[("DE", Some(3.0)), ("FR", None)]));
        assert!(few.len() < 55_000, "{} bytes", few.len());
    }

    #[test]
    fn a_part_of_the_world_is_smaller_and_its_table_is_not() {
        let mut europe = map(&[("DE", Some(3.0)), ("JP", Some(4.0))]);
        europe.view = MapView::Europe;
        assert_eq!(europe.table().rows.len(), 2);
        let svg = inline(europe);
        assert!(svg.contains("Germany") && svg.contains("Russia") && !svg.contains("data-name=\"Japan\""));
        assert!(svg.len() < 25_000, "{} bytes", svg.len());
    }

    #[test]
    fn the_table_and_the_words_begin_with_the_highest() {
        let map = map(&[("XX", Some(2.0)), ("FR", None), ("DE", Some(12.0)), ("SE", Some(5.0))]);
        let names: Vec<_> = map.table().rows.into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(names, ["Germany", "Sweden", "XX", "France"].map(|name| Cell::Text(name.into())));
        assert_eq!(map_description(), "3 countries with a value. Highest: Germany 12, Sweden 5, XX 2.");
    }

    fn map_description() -> String {
        map(&[("XX", Some(2.0)), ("FR", None), ("DE", Some(12.0)), ("SE", Some(5.0))]).describe()
    }

    #[test]
    fn the_pattern_of_a_map_has_an_id_of_its_figure() {
        let figure = Figure::new("Map", Chart::Map(map(&[("DE", Some(3.0))])));
        for style in [Style::Inline, Style::Fixed { theme: Theme::Dark, width: 640, height: 360 }] {
            let svg = figure.svg(style, "one");
            assert!(svg.contains("<pattern id=\"one-n\"") && svg.contains("fill=\"url(#one-n)\""));
        }
    }
}
