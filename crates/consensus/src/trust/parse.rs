//! Lists of authorities as text: lines of our own, or the `DirAuthority` lines of a torrc.
//!
//! Our lines are `authority NICKNAME V3IDENT` with the fields `from=`, `until=`, `address=`, `orport=`,
//! `ipv6=` and `relay=` in any order; `#` begins a comment. A torrc is taken as it is: its other lines are
//! skipped, and an authority without `v3ident` (a bridge authority) does not vote and is skipped too.

use super::{AuthorityAddress, TrustedAuthorities, TrustedAuthority};
use std::fmt;
use std::net::{SocketAddrV4, SocketAddrV6};
use std::str::FromStr;

/// Why a list of authorities cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAuthoritiesError {
    /// A line cannot be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no authority in it.
    #[error(
        "there is no authority in it; write lines such as `authority NICKNAME V3IDENT`, or name a torrc with DirAuthority lines"
    )]
    Empty,
    /// More authorities than any network has.
    #[error("there are more than {MAX_ENTRIES} authorities in it")]
    TooMany,
}

/// Most entries of a list.
const MAX_ENTRIES: usize = 1000;

impl TrustedAuthorities {
    /// Reads a list. An identity that occurs twice counts with its first line.
    pub fn parse(text: &str) -> Result<Self, ParseAuthoritiesError> {
        let mut entries = Vec::new();
        let mut strange = None;
        let mut has_own_lines = false;
        for (index, line) in text.lines().enumerate() {
            let at_line = |problem| ParseAuthoritiesError::Line { line: index + 1, problem };
            match Line::of(line) {
                Line::Nothing => {}
                Line::Own(fields) => {
                    has_own_lines = true;
                    entries.push(own(fields).map_err(at_line)?);
                }
                Line::Torrc(fields) => entries.extend(torrc(fields).map_err(at_line)?),
                Line::Other(word) => {
                    strange.get_or_insert_with(|| at_line(format!("`{word}` is not known here")));
                }
            }
            if entries.len() > MAX_ENTRIES {
                return Err(ParseAuthoritiesError::TooMany);
            }
        }
        match strange {
            // In a torrc other lines are to be expected, in a list of ours they are mistakes.
            Some(error) if has_own_lines => Err(error),
            _ if entries.is_empty() => Err(ParseAuthoritiesError::Empty),
            _ => Ok(Self::new(entries)),
        }
    }
}

enum Line<'a> {
    Nothing,
    Own(&'a str),
    Torrc(&'a str),
    Other(&'a str),
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let line = line.split('#').next().unwrap_or_default().trim();
        let (word, fields) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "" => Self::Nothing,
            "authority" => Self::Own(fields),
            _ if ["dirauthority", "dirserver", "alternatedirauthority"]
                .iter()
                .any(|name| word.eq_ignore_ascii_case(name)) =>
            {
                Self::Torrc(fields)
            }
            _ => Self::Other(word),
        }
    }
}

fn own(fields: &str) -> Result<TrustedAuthority, String> {
    let mut fields = fields.split_whitespace();
    let nickname = fields.next().ok_or("an authority has a nickname")?;
    let identity = fields.next().ok_or("an authority has a v3 identity")?;
    let mut entry = TrustedAuthority {
        nickname: checked_nickname(nickname)?,
        identity: value("v3 identity", identity)?,
        from: None,
        until: None,
        address: None,
        relay: None,
    };
    let (mut or_port, mut ipv6) = (None, None);
    for field in fields {
        let (name, text) = field.split_once('=').unwrap_or((field, ""));
        match name {
            "from" => entry.from = Some(value(name, text)?),
            "until" => entry.until = Some(value(name, text)?),
            "address" => entry.address = Some(address(value(name, text)?)),
            "orport" => or_port = Some(value(name, text)?),
            "ipv6" => ipv6 = Some(value::<SocketAddrV6>(name, text)?),
            "relay" => entry.relay = Some(value(name, text)?),
            _ => return Err(format!("the field `{name}` is not known")),
        }
    }
    set_ports(&mut entry, or_port, ipv6);
    Ok(entry)
}

/// `DirAuthority [nickname] [flags] ipv4address:port fingerprint`, as torrc writes it.
fn torrc(fields: &str) -> Result<Option<TrustedAuthority>, String> {
    let mut words = fields.split_whitespace().peekable();
    let nickname = words.next_if(|word| !word.contains(['=', ':', '.'])).unwrap_or("unnamed");
    let (mut identity, mut or_port, mut ipv6) = (None, None, None);
    let socket: SocketAddrV4 = loop {
        let word = words.next().ok_or("an address and port is missing")?;
        let Some((name, text)) = word.split_once('=') else {
            match word.parse() {
                Ok(socket) => break socket,
                Err(_) if word.contains(':') => {
                    return Err(format!("`{word}` is not an IPv4 address and port"));
                }
                Err(_) => continue, // a flag such as no-v2 or bridge
            }
        };
        match name.to_ascii_lowercase().as_str() {
            "v3ident" => identity = Some(value("v3ident", text)?),
            "orport" => or_port = Some(value("orport", text)?),
            "ipv6" => ipv6 = Some(value::<SocketAddrV6>("ipv6", text)?),
            _ => {} // weight=, upload=, download=, vote=
        }
    };
    let relay: String = words.collect();
    let relay = if relay.is_empty() { None } else { Some(value("fingerprint", &relay)?) };
    let Some(identity) = identity else { return Ok(None) };
    let nickname = checked_nickname(nickname)?;
    let mut entry = TrustedAuthority {
        nickname,
        identity,
        from: None,
        until: None,
        address: Some(address(socket)),
        relay,
    };
    set_ports(&mut entry, or_port, ipv6);
    Ok(Some(entry))
}

const fn address(socket: SocketAddrV4) -> AuthorityAddress {
    AuthorityAddress { address: *socket.ip(), dir_port: socket.port(), or_port: None, ipv6: None }
}

fn set_ports(entry: &mut TrustedAuthority, or_port: Option<u16>, ipv6: Option<SocketAddrV6>) {
    if let Some(address) = &mut entry.address {
        address.or_port = or_port;
        address.ipv6 = ipv6;
    }
}

fn checked_nickname(nickname: &str) -> Result<String, String> {
    let is_sound =
        (1..=19).contains(&nickname.len()) && nickname.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_sound { Ok(nickname.to_owned()) } else { Err(format!("`{nickname}` is not a nickname")) }
}

fn value<T: FromStr<Err: fmt::Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{name} `{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDENTITY: &str = "472350B2073447F4A0342254518E9D5D5D1B4005";
    const RELAY: &str = "C7C6D6B2AD45B3B48762DA3ABC6F4A76D2491F96";

    #[test]
    fn a_torrc_is_read_as_it_is() {
        let torrc = format!(
            "TestingTorNetwork 1\nDirAuthority douglas orport=15006 no-v2 v3ident={IDENTITY} 127.0.0.1:15007 {RELAY}\n\
             dirauthority bridge orport=1 bridge 127.0.0.1:2 {RELAY}\nSocksPort 0\n"
        );
        let list = TrustedAuthorities::parse(&torrc).unwrap();
        let [douglas] = list.entries() else { panic!("one authority votes") };
        assert_eq!(douglas.nickname, "douglas");
        assert_eq!(douglas.identity.to_string(), IDENTITY);
        assert_eq!(douglas.relay.unwrap().to_string(), RELAY);
        let address = douglas.address.unwrap();
        assert_eq!((address.dir_port, address.or_port), (15007, Some(15006)));
        assert!(douglas.is_trusted_at(allium_model::Timestamp(0)));
    }

    #[test]
    fn a_fingerprint_in_groups_of_four_is_one() {
        let groups: Vec<_> = RELAY.as_bytes().chunks(4).map(|four| str::from_utf8(four).unwrap()).collect();
        let line = format!(
            "DirAuthority x v3ident={IDENTITY} ipv6=[2001:db8::1]:9001 10.0.0.1:80 {}",
            groups.join(" ")
        );
        let list = TrustedAuthorities::parse(&line).unwrap();
        assert_eq!(list.entries()[0].relay.unwrap().to_string(), RELAY);
        assert_eq!(list.entries()[0].address.unwrap().ipv6.unwrap().port(), 9001);
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(TrustedAuthorities::parse(text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        refused(
            &format!("authority a {IDENTITY}\n\nauthorty b {IDENTITY}"),
            "line 3: `authorty` is not known here",
        );
        refused("authority a 12", "line 1: v3 identity `12`: a fingerprint has 40 hex digits");
        refused(
            &format!("authority a {IDENTITY} until=today"),
            "line 1: until `today`: a time is written YYYY-MM-DD hh:mm:ss and a date YYYY-MM-DD, in UTC",
        );
        refused(&format!("authority a {IDENTITY} color=red"), "line 1: the field `color` is not known");
        refused(&format!("authority a/b {IDENTITY}"), "line 1: `a/b` is not a nickname");
        refused("DirAuthority x 10.0.0.1 80", "line 1: an address and port is missing");
        assert_eq!(TrustedAuthorities::parse("SocksPort 0\n"), Err(ParseAuthoritiesError::Empty));
    }

    #[test]
    fn an_identity_counts_with_its_first_line() {
        let text = format!("authority a {IDENTITY} until=2020-01-01\nauthority b {IDENTITY}");
        let list = TrustedAuthorities::parse(&text).unwrap();
        assert_eq!(list.entries().len(), 1);
        assert_eq!(list.entries()[0].nickname, "a");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_otherwise_than_by_an_error(lines in "((authority|DirAuthority|x|#) ?[a-z0-9=:.\\[\\]-]{0,12} ?[0-9A-F]{0,40}( (from|until|address|v3ident|ipv6|relay)=[0-9a-f:.\\[\\]-]{0,12})?\n){0,4}") {
            if let Ok(list) = TrustedAuthorities::parse(&lines) {
                prop_assert!(!list.entries().is_empty());
            }
        }
    }
}
