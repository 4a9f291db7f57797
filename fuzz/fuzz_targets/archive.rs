#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gazette_fuzz::enter("archive", bytes));
