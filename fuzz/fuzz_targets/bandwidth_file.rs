//! Fuzzes `allium_fuzz::bandwidth_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::bandwidth_file(bytes));
