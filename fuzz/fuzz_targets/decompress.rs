//! Fuzzes `allium_fuzz::decompress`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::decompress(bytes));
