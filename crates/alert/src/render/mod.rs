//! A message in the form of a channel.
//!
//! Each form has a type of its own, so that a text that was escaped for one medium cannot be sent over
//! another. Addresses come from [`Addresses`], which the caller makes from the site's pages; a link without
//! an address is left out.

mod header;
mod html;
mod markdown;
mod plain;
mod slack;

pub use header::{HeaderText, subject};
pub use html::{Html, matrix_html};
pub use markdown::{Markdown, markdown};
pub use plain::{Plain, plain};
pub use slack::{Mrkdwn, slack};

use crate::LinkTarget;

/// Makes addresses of pages.
pub trait Addresses {
    /// The address of a page with scheme and host; none when there is no such page.
    fn address(&self, target: &LinkTarget) -> Option<String>;
}

/// No site: messages without links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoAddresses;

impl Addresses for NoAddresses {
    fn address(&self, _: &LinkTarget) -> Option<String> {
        None
    }
}

/// An address that may stand in markup of any kind: http or https, in ASCII, without quotes, brackets, white
/// space or control characters.
fn checked(address: Option<String>) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>()[]{}|\\^`*".contains(&byte);
    address.filter(|address| {
        let has_scheme = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
        has_scheme && address.len() <= 2048 && address.bytes().all(is_plain)
    })
}
