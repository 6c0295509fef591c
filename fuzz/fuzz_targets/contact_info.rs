//! Fuzzes `allium_fuzz::contact_info`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::contact_info(bytes));
