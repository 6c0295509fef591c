//! `allium chart`: a figure of the site as a file.

use super::{load_shown, now_or, say};
use crate::cli::ChartArgs;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::Snapshot;
use allium_model::{Domain, Fingerprint, Group, GroupKey, GroupKind, OperatorId, Slug};
use allium_web::figures::{
    FigureForm, FigureKey, FigureLook, FigureName, HEIGHTS, Subject, WIDTHS, figure, file, parse_theme,
};
use std::fmt::Display;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

pub fn run(args: &ChartArgs, config: Config) -> Result<(), Failure> {
    if args.list {
        return print(list().as_bytes());
    }
    let (Some(subject), Some(name), Some(out)) = (&args.subject, &args.figure, &args.out) else {
        return Err(usage(
            "say of what and which figure, such as: allium chart network first-seen --out FILE.svg",
        ));
    };
    let asked = AskedSubject::parse(subject)?;
    let name = figure_name(name)?;
    let form = form(args, out)?;
    let look = look(args, form)?;
    let edition = load_shown(&config.with_source(&args.source), now_or(args.source.now))?;
    let subject = asked.find(&edition.snapshot)?;
    let key = FigureKey { subject, name };
    let figure = figure(&edition, &key).ok_or_else(|| no_figure(&asked, &key))?;
    let bytes = file(&figure, form, look).map_err(|error| Failure::new(ExitCode::Failed, error))?;
    if out == Path::new("-") {
        return print(&bytes);
    }
    let failed =
        |error| Failure::new(ExitCode::Output, format_args!("cannot write {}: {error}", out.display()));
    std::fs::write(out, &bytes).map_err(failed)?;
    say(format_args!("wrote {}: {}", out.display(), figure.title));
    Ok(())
}

fn usage(message: impl Display) -> Failure {
    Failure::new(ExitCode::Usage, message)
}

fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).or_else(|error| Failure::output(&error))
}

/// The figures with what they show and of what, aligned.
fn list() -> String {
    let width = FigureName::ALL.into_iter().map(|name| name.slug().len()).max().unwrap_or(0);
    let line = |name: FigureName| {
        format!("{:width$}  {} (of: {})\n", name.slug(), name.shows(), name.subject_kinds().join(", "))
    };
    FigureName::ALL.into_iter().map(line).collect()
}

fn figure_name(text: &str) -> Result<FigureName, Failure> {
    let error = || usage(format_args!("there is no figure {text:?}; allium chart --list names them all"));
    FigureName::of_slug(text).ok_or_else(error)
}

/// The form that was asked for, else the one that the file's name tells.
fn form(args: &ChartArgs, out: &Path) -> Result<FigureForm, Failure> {
    let of_name = || FigureForm::of_extension(&out.extension()?.to_str()?.to_lowercase());
    let error = || usage("the form is not clear; end the file name in .svg, .png or .csv, or give --format");
    args.format.map(Into::into).or_else(of_name).ok_or_else(error)
}

fn look(args: &ChartArgs, form: FigureForm) -> Result<FigureLook, Failure> {
    let theme = args.theme.as_deref().map(parse_theme).transpose().map_err(usage)?;
    check_size("--width", args.width, &WIDTHS)?;
    check_size("--height", args.height, &HEIGHTS)?;
    let look = FigureLook { theme, width: args.width, height: args.height };
    if form == FigureForm::Csv && look != FigureLook::default() {
        return Err(usage("data have no --theme, --width or --height"));
    }
    Ok(look)
}

fn check_size(option: &str, size: Option<u32>, sizes: &RangeInclusive<u32>) -> Result<(), Failure> {
    match size {
        Some(size) if !sizes.contains(&size) => Err(usage(format_args!(
            "{option} cannot be {size}: a number from {} to {} is expected",
            sizes.start(),
            sizes.end()
        ))),
        _ => Ok(()),
    }
}

/// Why there is no figure: of such a thing, or of this one.
fn no_figure(asked: &AskedSubject, key: &FigureKey) -> Failure {
    let name = key.name.slug();
    if key.name.is_of(&key.subject) {
        let message = format_args!("the documents have no data for the figure {name:?} of {}", asked.text);
        return Failure::new(ExitCode::NotFound, message);
    }
    let others: Vec<&str> = FigureName::of(&key.subject).map(FigureName::slug).collect();
    let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
    usage(format_args!("there is no figure {name:?} of {}; there are: {others}", asked.text))
}

/// A subject as it was written, read as far as that goes without a snapshot.
struct AskedSubject {
    text: String,
    what: What,
}

/// What a subject's words mean.
enum What {
    Network,
    Relay(Fingerprint),
    Family(Fingerprint),
    Group(&'static str, Subject),
}

impl AskedSubject {
    fn parse(text: &str) -> Result<Self, Failure> {
        let (kind, id) = text.split_once(':').unwrap_or((text, ""));
        let what = match kind {
            "network" if id.is_empty() => What::Network,
            "relay" => What::Relay(parse(id)?),
            "family" => What::Family(parse(id)?),
            "operator" => What::Group("operator", Subject::Operator(operator_id(id)?)),
            "as" => What::Group("AS", Subject::As(parse(id)?)),
            "country" => What::Group("country", Subject::Country(parse(id)?)),
            "first-seen" => What::Group("first-seen day", Subject::FirstSeen(parse(id)?)),
            "platform" => What::Group("platform", Subject::Platform(slug(id)?)),
            "version" => What::Group("version", Subject::Version(slug(id)?)),
            "flag" => What::Group("flag", Subject::Flag(slug(id)?)),
            _ => {
                return Err(usage(format_args!(
                    "{text:?} is no subject; write network, or {} and an id, such as country:DE",
                    "relay, operator, family, as, country, platform, version, flag or first-seen with a colon"
                )));
            }
        };
        Ok(Self { text: text.to_owned(), what })
    }

    /// The subject in a snapshot.
    fn find(&self, snapshot: &Snapshot) -> Result<Subject, Failure> {
        let network = &snapshot.network;
        let missing = |what: &str| {
            Failure::new(
                ExitCode::NotFound,
                format_args!("there is no such {what} in this snapshot: {}", self.text),
            )
        };
        match &self.what {
            What::Network => Ok(Subject::Network),
            What::Relay(fingerprint) => network
                .find(*fingerprint)
                .map(|_| Subject::Relay(*fingerprint))
                .ok_or_else(|| missing("relay")),
            What::Family(member) => family(snapshot, *member).ok_or_else(|| missing("family")),
            What::Group(what, subject) => {
                let found = subject.group(snapshot).is_some();
                found.then(|| subject.clone()).ok_or_else(|| missing(what))
            }
        }
    }
}

/// The family of any of its members.
fn family(snapshot: &Snapshot, member: Fingerprint) -> Option<Subject> {
    let position = snapshot.network.find(member)?;
    let family: Group<'_> = snapshot.network.groups(GroupKind::Family).of_relay(position)?;
    match family.key {
        GroupKey::Family(id) => Some(Subject::Family(id)),
        _ => None,
    }
}

/// An operator's id, or the id of its domain.
fn operator_id(text: &str) -> Result<OperatorId, Failure> {
    let of_domain = || Domain::of_url(text).map(|domain| OperatorId::of_domain(domain.as_str()));
    let error = || usage(format_args!("{text:?} is no id and no domain of an operator"));
    text.parse().ok().or_else(of_domain).ok_or_else(error)
}

fn slug(text: &str) -> Result<Slug, Failure> {
    Slug::of(text).ok_or_else(|| usage(format_args!("{text:?} is no name of such a thing")))
}

fn parse<T: FromStr<Err: Display>>(id: &str) -> Result<T, Failure> {
    id.parse().map_err(|error| usage(format_args!("{id:?}: {error}")))
}
