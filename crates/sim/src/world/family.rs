//! Families: which of an operator's relays list each other (MyFamily) or share an id (Happy Families).

use crate::data::contacts::ContactStyle;
use crate::dice::Dice;

/// How an operator declares its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FamilyKind {
    /// Not at all.
    Undeclared,
    /// Every member lists the others.
    MyFamily,
    /// A shared id.
    Id,
    /// Both, as long as not every client knows ids.
    Both,
}

/// What one relay declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    /// Lists the others and is listed by them.
    Mutual,
    /// Lists the others, who do not list it.
    OneSided,
}

/// Most members of a family by lists; tor refuses much longer ones.
pub(crate) const MAX_LISTED_MEMBERS: usize = 500;

impl FamilyKind {
    pub(crate) fn draw(dice: &mut Dice, size: usize, style: ContactStyle) -> Self {
        let needs_id = style == ContactStyle::UriFamilyId || size > MAX_LISTED_MEMBERS;
        match dice.unit() {
            _ if size > MAX_LISTED_MEMBERS => Self::Id,
            draw if needs_id && draw < 0.5 => Self::Both,
            _ if needs_id => Self::Id,
            _ if size == 1 => Self::Undeclared,
            ..0.12 => Self::Both,
            0.12..0.18 => Self::Id,
            0.18..0.30 if size < 5 => Self::Undeclared,
            _ => Self::MyFamily,
        }
    }

    pub(crate) fn uses_id(self) -> bool {
        matches!(self, Self::Id | Self::Both)
    }

    pub(crate) fn uses_lists(self) -> bool {
        matches!(self, Self::MyFamily | Self::Both)
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A random family id: `ed25519:` and 43 characters of base64, the last of which carries 4 bits.
pub(crate) fn id(dice: &mut Dice) -> String {
    let bytes = dice.bytes::<32>();
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let digit = |at: usize| (0..6).fold(0, |value, offset| value << 1 | bit(at * 6 + offset));
    let text: String = (0..43).map(|at| char::from(BASE64[usize::from(digit(at))])).collect();
    format!("ed25519:{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Subject;

    #[test]
    fn ids_have_43_characters_of_base64() {
        let id = id(&mut Dice::new(2, Subject::Style, 0));
        let text = id.strip_prefix("ed25519:").unwrap();
        assert!(text.len() == 43 && text.bytes().all(|byte| BASE64.contains(&byte)), "{id}");
    }

    #[test]
    fn large_families_share_an_id_and_list_nobody() {
        let mut dice = Dice::new(2, Subject::Style, 1);
        for _ in 0..100 {
            let kind = FamilyKind::draw(&mut dice, MAX_LISTED_MEMBERS + 1, ContactStyle::Email);
            assert_eq!(kind, FamilyKind::Id);
        }
    }
}
