//! Every case in every form, as it was looked at and found good.

mod cases;
mod xml;

use allium_charts::{Figure, Style, Theme};

/// The drawing with one element a line, and without the style sheet, which has a test of its own.
fn readable(svg: &str) -> String {
    let without_sheet = match (svg.split_once("<style>"), svg.split_once("</style>")) {
        (Some((before, _)), Some((_, after))) => format!("{before}<style/>{after}"),
        _ => svg.to_owned(),
    };
    let lines = without_sheet.replace("><", ">\n<");
    if lines.contains("url(#") { without_outlines(&lines) } else { lines }
}

/// A map without the countries that have no value here, and without the outlines, which are a file of
/// their own.
fn without_outlines(lines: &str) -> String {
    let told = lines.lines().filter(|line| !line.contains("not known") && *line != "</path>");
    let without = |line: &str| match line.split_once(" d=\"") {
        Some((before, path)) => format!("{before} d=\"{} letters\">", path.len()),
        None => line.to_owned(),
    };
    told.map(without).collect::<Vec<_>>().join("\n")
}

fn forms(figure: &Figure) -> String {
    let legend: Vec<String> = figure
        .legend()
        .into_iter()
        .map(|entry| format!("{}: {} {}", entry.class, entry.label, entry.value.unwrap_or_default()))
        .collect();
    format!(
        "{}\n\n{}\n\n{}\n\n{}",
        readable(&figure.svg(Style::Inline, "f1")),
        readable(&figure.svg(Style::Standalone, "f1")),
        legend.join("\n"),
        figure.table().csv().replace('\r', "")
    )
}

#[test]
fn every_case_is_drawn_as_before() {
    for (name, figure) in cases::all() {
        insta::assert_snapshot!(name, forms(&figure));
    }
}

#[test]
fn the_style_sheet_of_a_file_is_as_before() {
    let (_, figure) = cases::all().remove(0);
    let svg = figure.svg(Style::Standalone, "f1");
    let sheet = svg.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
    insta::assert_snapshot!("style_sheet", sheet.replace('}', "}\n"));
}

#[test]
fn every_case_and_example_is_well_formed_in_every_style() {
    let sizes = [(160, 120), (640, 360), (1200, 630), (1, 1)];
    let fixed = |(width, height)| Style::Fixed { theme: Theme::Dark, width, height };
    let styles: Vec<Style> = [Style::Inline, Style::Standalone].into_iter().chain(sizes.map(fixed)).collect();
    for (name, figure) in cases::all().into_iter().chain(allium_charts::examples()) {
        for style in &styles {
            let svg = figure.svg(*style, "f-1\"><b>");
            let elements =
                xml::read(&svg).unwrap_or_else(|error| panic!("{name}, {style:?}: {error}\n{svg}"));
            assert_eq!(elements[0], "svg");
            assert!(!elements.iter().any(|element| element == "script"), "{name}");
        }
    }
}

#[test]
fn an_inline_drawing_has_no_colours_or_styles_of_its_own() {
    for (name, figure) in allium_charts::examples() {
        // The stripes of a map are the one fill that no class can give.
        let svg = figure.svg(Style::Inline, "f1").replace(" fill=\"url(#f1-n)\"", "").replace("&#39;", "");
        for refused in ["#", "<style", "style=", "fill=\"", "stroke=\"", "url(", "href"] {
            assert!(!svg.contains(refused), "{name} has {refused}");
        }
    }
}

#[test]
fn a_line_of_180_points_is_small() {
    let mut figure = allium_charts::examples().remove(0).1;
    if let allium_charts::Chart::Line(line) = &mut figure.chart {
        line.lines.remove(0);
        line.bands.clear();
    }
    let bytes = figure.svg(Style::Inline, "f1").len();
    assert!(bytes <= 6 * 1024, "{bytes} bytes");
}

#[test]
fn a_picture_needs_no_variables_and_is_of_its_size() {
    for (name, figure) in allium_charts::examples() {
        let svg = figure.svg(Style::Fixed { theme: Theme::Light, width: 640, height: 360 }, "f1");
        assert!(svg.contains(" width=\"640\" height=\"360\""), "{name}");
        assert!(!svg.contains("var(") && !svg.contains("@media"), "{name}");
    }
}
