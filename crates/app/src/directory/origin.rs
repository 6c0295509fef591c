//! Where the documents of the authorities come from, by the configuration.

use crate::config::Config;
use crate::failure::Failure;
use allium_collect::{CollectorSource, Source};

/// The public CollecTor service.
const COLLECTOR: &str = "https://collector.torproject.org/";

/// Where documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// CollecTor, or a folder like it; the authorities are asked when it is behind, if that is allowed.
    Collector {
        /// Where it is.
        source: CollectorSource,
        /// Whether authorities are asked when it is behind.
        falls_back: bool,
    },
    /// The authorities alone.
    Authorities,
}

/// The origin of a configuration; none when it is off. `auto` is CollecTor where Onionoo is asked over
/// the network, and off where it is a folder.
pub fn origin(config: &Config) -> Result<Option<Origin>, Failure> {
    let collector = &config.collector;
    let text = match collector.source.as_str() {
        "off" | "" => return Ok(None),
        "authorities" => return Ok(Some(Origin::Authorities)),
        "auto" if !config.source.has_onionoo() => COLLECTOR,
        "auto" => match Source::parse(&config.source.onionoo)? {
            Source::Url(_) => COLLECTOR,
            Source::Directory(_) => return Ok(None),
        },
        text => text,
    };
    let source = CollectorSource::parse(text)?;
    let falls_back = collector.dir_ports && matches!(source, CollectorSource::Url(_));
    Ok(Some(Origin::Collector { source, falls_back }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, onionoo: &str, expected: &str) {
        let mut config = Config::default();
        config.collector.source = source.into();
        config.source.onionoo = onionoo.into();
        let text = match origin(&config).unwrap() {
            None => "off".to_owned(),
            Some(Origin::Authorities) => "authorities".to_owned(),
            Some(Origin::Collector { source, falls_back }) => format!("{source} {falls_back}"),
        };
        assert_eq!(text, expected, "{source} {onionoo}");
    }

    #[test]
    fn a_folder_of_onionoo_asks_nobody_else_unless_told() {
        check("auto", "https://onionoo.torproject.org/", "https://collector.torproject.org/ true");
        check("auto", "data", "off");
        check("auto", "off", "https://collector.torproject.org/ true");
        check("off", "https://onionoo.torproject.org/", "off");
        check("authorities", "data", "authorities");
        check("collector", "data", "collector false");
        check("http://127.0.0.1:9/x", "data", "http://127.0.0.1:9/x/ true");
    }
}
