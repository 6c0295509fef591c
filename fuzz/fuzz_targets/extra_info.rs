//! Fuzzes `allium_fuzz::extra_info`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::extra_info(bytes));
