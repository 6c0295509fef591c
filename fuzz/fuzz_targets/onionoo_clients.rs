//! Fuzzes `allium_fuzz::onionoo_clients`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::onionoo_clients(bytes));
