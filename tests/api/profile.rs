//! `profile = "fapi2"`: each thing that it makes mandatory, and what `settings check --profile fapi2` says.
