//! Fuzzes `allium_fuzz::exit_list`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| allium_fuzz::exit_list(bytes));
