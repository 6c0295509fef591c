//! Fuzzes `allium_fuzz::microdescriptor`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::microdescriptor(bytes));
