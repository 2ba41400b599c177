use aws_lc_rs::{constant_time, hmac};

/// Derives 32 bytes from `key` for one purpose, named by `label`, and one subject, `data` (RFC 2104 with SHA-256).
///
/// A zero byte parts label and data, so that no two pairs run together; a label holds none.
#[must_use]
pub fn hmac_sha256(key: &[u8], label: &str, data: &[u8]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(label.as_bytes());
    context.update(&[0]);
    context.update(data);
    let mut derived = [0; 32];
    derived.copy_from_slice(context.sign().as_ref());
    derived
}

/// Compares two values in a time that tells nothing but their lengths.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivation_is_hmac_over_label_zero_data() {
        let whole = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"key"), b"code\0request");
        assert_eq!(hmac_sha256(b"key", "code", b"request"), whole.as_ref());
    }

    #[test]
    fn label_and_data_do_not_run_together() {
        assert_ne!(hmac_sha256(b"k", "ab", b"c"), hmac_sha256(b"k", "a", b"bc"));
        assert_ne!(hmac_sha256(b"k", "a", b"c"), hmac_sha256(b"l", "a", b"c"));
    }

    #[test]
    fn equality_is_of_bytes_and_length() {
        assert!(equal(b"same", b"same"));
        assert!(!equal(b"same", b"sama"));
        assert!(!equal(b"same", b"sam"));
    }
}
