use serde::Serialize;

use crate::cli::failure::Failure;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and should be looked at.
    Warning,
    /// It does not work, or lets others in.
    Failed,
}

impl Verdict {
    /// The word that people read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "FAILED",
        }
    }
}

/// What one check saw, and what to do.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: String,
    /// How serious it is.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Finding {
    fn new(check: &str, verdict: Verdict, seen: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            verdict,
            seen: seen.into(),
            advice: None,
        }
    }

    /// As it should be.
    pub fn ok(check: &str, seen: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, seen)
    }

    /// It should be looked at.
    pub fn warning(check: &str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        let finding = Self::new(check, Verdict::Warning, seen);
        finding.advise(advice)
    }

    /// It must be mended.
    pub fn failed(check: &str, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(check, Verdict::Failed, seen).advise(advice)
    }

    /// What a command would have said.
    pub fn of(check: &str, failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        Self::new(check, Verdict::Failed, failure.errors.join("; "))
            .advise(failure.hint.unwrap_or_default())
    }

    /// It could not be looked at.
    pub fn unknown(check: &str, why: &str) -> Self {
        Self::new(check, Verdict::Warning, format!("not looked at: {why}"))
    }

    fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into()).filter(|advice| !advice.is_empty());
        self
    }
}
