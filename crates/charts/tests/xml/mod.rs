//! A small reader of XML, strict about what drawings may hold: balanced tags, quoted attributes, escaped
//! text, finite coordinates.

/// Attributes that hold coordinates.
const COORDINATES: [&str; 16] = [
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "dx",
    "width",
    "height",
    "viewBox",
    "d",
    "transform",
    "rx",
    "cx",
    "cy",
    "r",
];

/// Why a text is no drawing; `Ok` with the names of its elements in order.
pub(crate) fn read(text: &str) -> Result<Vec<String>, String> {
    let (mut open, mut names, mut rest) = (Vec::new(), Vec::new(), text);
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start])?;
        if open.is_empty() && !(rest[..start].trim().is_empty() && names.is_empty()) {
            return Err("more than one root".into());
        }
        let end = start + tag_end(&rest[start..]).ok_or("a tag that does not end")?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop().ok_or("closed without being open")?;
            if opened != name {
                return Err(format!("{opened} closed by {name}"));
            }
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split(' ').next().unwrap_or_default().to_owned();
        check_attributes(&tag[name.len()..])?;
        if !is_empty {
            open.push(name.clone());
        }
        names.push(name);
    }
    if open.is_empty() && rest.is_empty() {
        Ok(names)
    } else {
        Err(format!("left open: {open:?}, rest {rest:?}"))
    }
}

/// The closing bracket of a tag, outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(place, sign)| {
        quoted ^= sign == '"';
        (sign == '>' && !quoted).then_some(place)
    })
}

fn check_text(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        if !["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|entity| part.starts_with(entity)) {
            return Err(format!("an ampersand before {part:?}"));
        }
    }
    let refused = |sign: char| (sign.is_control() && sign != '\n') || matches!(sign, '\u{fffe}' | '\u{ffff}');
    if text.contains(refused) { Err(format!("a control character in {text:?}")) } else { Ok(()) }
}

fn check_attributes(mut text: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text
            .strip_prefix(' ')
            .and_then(|text| text.split_once("=\""))
            .ok_or(format!("attributes {text:?}"))?;
        let (value, rest) = rest.split_once('"').ok_or("a value that does not end")?;
        if seen.contains(&name) || value.contains('<') || name.starts_with("on") || name == "style" {
            return Err(format!("the attribute {name}={value}"));
        }
        check_text(value)?;
        if COORDINATES.contains(&name) {
            check_numbers(name, value)?;
        }
        seen.push(name);
        text = rest;
    }
    Ok(())
}

fn check_numbers(name: &str, value: &str) -> Result<(), String> {
    let value = value.replace("translate", " ").replace("rotate", " ");
    // A minus sign sets numbers apart by itself.
    let value = if name == "d" { value.replace('-', " -") } else { value };
    let numbers = value.split(|sign: char| " %MLACZlzhv(),".contains(sign)).filter(|part| !part.is_empty());
    for number in numbers {
        let parsed: f64 = number.parse().map_err(|_| format!("{name}={value}: {number}"))?;
        if !parsed.is_finite() || parsed.abs() > 20_000.0 {
            return Err(format!("{name}={value}: {number}"));
        }
    }
    Ok(())
}
