//! Texts as an attacker would publish them. Some simulated relays carry them, so that whatever shows
//! the simulated network has to escape what it shows.

/// Contacts of hostile operators.
pub(crate) const CONTACTS: [&str; 9] = [
    "<script>alert('simulated')</script> <admin@script.example>",
    "\"><img src=x onerror=alert(1)> quotes ' \" ` and &amp; &lt;b&gt;",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0, +1+1, -2+3",
    "red \u{1b}[31malert\u{1b}[0m bell \u{7} nul \u{0} backspace \u{8} line\nbreak\r\ttab",
    "right-to-left \u{202e}gpj.exe\u{202c} zero\u{200b}width \u{2066}isolate\u{2069} bom \u{feff}",
    "url:javascript:alert(1) proof:uri-rsa ciissversion:2 email:<b>[]script.example",
    "{{7*7}} ${7*7} <%= 7*7 %> {% include 'x' %} %s%n%x ../../../../etc/passwd",
    "Zalgo t\u{300}\u{301}\u{302}\u{303}\u{304}e\u{310}\u{311}\u{312}x\u{315}\u{31a}t \u{1f9c5}\u{200d}\u{1f9c4} 你好 مرحبا שלום",
];

/// The word that a very long contact repeats.
pub(crate) const LONG_WORD: &str = "verylongcontact";
/// How often it does: 30 kB in all.
pub(crate) const LONG_REPEATS: usize = 2000;

/// Host names of hostile relays, none of which resolves back.
pub(crate) const HOST_NAMES: [&str; 3] = ["<b>bold</b>.example", "\"quoted\" 'name'.example", "=1+1.example"];
