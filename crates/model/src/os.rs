//! The operating system that a relay's platform line names.

/// The operating system of a platform line such as `Tor 0.4.8.9 on GNU/kFreeBSD x86_64`: the first
/// word behind " on ", without what stands before a slash. None when the line names none.
pub fn operating_system(platform: &str) -> Option<&str> {
    let (_, system) = platform.rsplit_once(" on ")?;
    let word = system.split_whitespace().next()?;
    word.rsplit('/').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_behind_on_is_the_system() {
        let expected = [
            ("Tor 0.4.9.5 on Linux", Some("Linux")),
            ("Tor 0.4.8.9 on GNU/kFreeBSD", Some("kFreeBSD")),
            ("Tor 0.4.8.9 on Windows 8 [or later]", Some("Windows")),
            ("Tor 0.4.8.9", None),
            ("Tor 0.4.8.9 on ", None),
            ("", None),
        ];
        for (platform, system) in expected {
            assert_eq!(operating_system(platform), system, "{platform}");
        }
    }
}
