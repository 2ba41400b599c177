//! How values are written in a column, and read back.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreFault;
use crate::model::Digest;

/// Names the row in faults while its columns are read.
pub(super) struct Reader<'a> {
    pub(super) table: &'static str,
    pub(super) row: &'a str,
}

impl Reader<'_> {
    pub(super) fn corrupt(&self, what: impl Into<String>) -> StoreFault {
        StoreFault::Corrupt {
            table: self.table,
            row: self.row.to_owned(),
            what: what.into(),
        }
    }

    pub(super) fn instant(&self, millis: i64) -> Result<Timestamp, StoreFault> {
        Timestamp::from_millisecond(millis)
            .map_err(|_| self.corrupt(format!("{millis} is no instant")))
    }

    pub(super) fn instant_opt(&self, millis: Option<i64>) -> Result<Option<Timestamp>, StoreFault> {
        millis.map(|millis| self.instant(millis)).transpose()
    }

    pub(super) fn json<T: DeserializeOwned>(&self, text: &str) -> Result<T, StoreFault> {
        serde_json::from_str(text).map_err(|error| self.corrupt(error.to_string()))
    }

    pub(super) fn json_opt<T: DeserializeOwned>(
        &self,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreFault> {
        text.map(|text| self.json(text)).transpose()
    }

    pub(super) fn digest(&self, bytes: &[u8]) -> Result<Digest, StoreFault> {
        Digest::from_slice(bytes).ok_or_else(|| self.corrupt("a digest is not 32 bytes long"))
    }

    pub(super) fn digest_opt(&self, bytes: Option<&[u8]>) -> Result<Option<Digest>, StoreFault> {
        bytes.map(|bytes| self.digest(bytes)).transpose()
    }

    pub(super) fn word<T>(
        &self,
        word: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreFault> {
        parse(word).ok_or_else(|| self.corrupt(format!("{word:?} is not known here")))
    }
}

pub(super) fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn bytes(digest: &Digest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}
