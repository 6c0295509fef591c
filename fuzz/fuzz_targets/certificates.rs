//! Fuzzes `allium_fuzz::certificates`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::certificates(bytes));
