//! Fuzzes `allium_fuzz::server_descriptor`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::server_descriptor(bytes));
