//! Files that are part of the program: the style sheet, the scripts and the icon. Their paths carry a hash of the
//! content, so that they can be cached for ever and change with every release that changes them.

/// A file that is served or exported as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asset {
    name: &'static str,
    extension: &'static str,
    /// The media type.
    pub(crate) media_type: &'static str,
    /// The content.
    pub(crate) bytes: &'static [u8],
    hash: u64,
}

/// The one style sheet.
pub(crate) const STYLE_SHEET: Asset = Asset {
    name: "allium",
    extension: "css",
    media_type: "text/css; charset=utf-8",
    bytes: include_bytes!("../static/allium.css"),
    hash: fnv1a(include_bytes!("../static/allium.css")),
};

/// The icon.
pub(crate) const ICON: Asset = Asset {
    name: "icon",
    extension: "svg",
    media_type: "image/svg+xml",
    bytes: include_bytes!("../static/favicon.svg"),
    hash: fnv1a(include_bytes!("../static/favicon.svg")),
};

/// The script of figures.
pub(crate) const CHART_SCRIPT: Asset = Asset {
    name: "chart",
    extension: "js",
    media_type: JAVASCRIPT,
    bytes: include_bytes!("../static/chart.js"),
    hash: fnv1a(include_bytes!("../static/chart.js")),
};

/// The script of the search in a site of files.
pub(crate) const SEARCH_SCRIPT: Asset = Asset {
    name: "search",
    extension: "js",
    media_type: JAVASCRIPT,
    bytes: include_bytes!("../static/search.js"),
    hash: fnv1a(include_bytes!("../static/search.js")),
};

/// The script by which open pages follow the network.
pub(crate) const LIVE_SCRIPT: Asset = Asset {
    name: "live",
    extension: "js",
    media_type: JAVASCRIPT,
    bytes: include_bytes!("../static/live.js"),
    hash: fnv1a(include_bytes!("../static/live.js")),
};

/// The media type of scripts (RFC 9239); modules of another type do not run.
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// What pages of a site of files name: nothing follows the network there.
pub(crate) const OF_FILES: [Asset; 4] = [STYLE_SHEET, CHART_SCRIPT, SEARCH_SCRIPT, ICON];

/// Every asset.
pub(crate) const ALL: [Asset; 5] = [STYLE_SHEET, LIVE_SCRIPT, CHART_SCRIPT, SEARCH_SCRIPT, ICON];

impl Asset {
    /// The path, with the hash of the content.
    pub(crate) fn path(&self) -> AssetPath {
        AssetPath { name: self.name, extension: self.extension, hash: self.hash }
    }
}

/// An asset's path, printed as `/static/allium-0123456789abcdef.css`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AssetPath {
    name: &'static str,
    extension: &'static str,
    hash: u64,
}

impl std::fmt::Display for AssetPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "/static/{}-{:016x}.{}", self.name, self.hash, self.extension)
    }
}

/// FNV-1a: the content is ours, so only accidental equality matters.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    /// Most bytes of all scripts together, as they are sent.
    const MAX_SCRIPT_BYTES: usize = 12_000;

    #[test]
    fn scripts_are_small_and_say_what_they_are_for() {
        let sent = |asset: &Asset| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(asset.bytes).unwrap();
            encoder.finish().unwrap().len()
        };
        let scripts: Vec<_> = ALL.iter().filter(|asset| asset.extension == "js").collect();
        assert!(scripts.iter().all(|script| script.bytes.starts_with(b"/* ")));
        let bytes: usize = scripts.into_iter().map(sent).sum();
        assert!(bytes <= MAX_SCRIPT_BYTES, "{bytes} bytes");
    }
}
