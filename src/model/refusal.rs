/// Why something is not accepted: which member, and the rule that it breaks.
///
/// The rule is a short plain phrase that never repeats what was sent, so it can be logged and shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {rule}")]
pub struct Refusal {
    /// The member as the sender spelled it, or the kind of value for a value that stands alone.
    pub member: String,
    /// The rule that is broken.
    pub rule: String,
}

impl Refusal {
    /// Names the member and the rule.
    pub fn new(member: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            member: member.into(),
            rule: rule.into(),
        }
    }

    /// The same rule, broken by the member `member`.
    #[must_use]
    pub fn at(self, member: impl Into<String>) -> Self {
        Self {
            member: member.into(),
            rule: self.rule,
        }
    }
}
