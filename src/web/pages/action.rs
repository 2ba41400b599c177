use super::{Form, Html, Shell};

/// What can be done from a page that asks nothing.
#[derive(Debug, Clone)]
pub enum Action {
    /// A link to this server, or to a verified redirect URI.
    Link {
        /// Where to.
        href: String,
        /// What it says.
        label: Html,
    },
    /// A button that posts.
    Post {
        /// Where to, and with what.
        form: Form,
        /// What it says.
        label: Html,
    },
}

/// The way back to an app whose request is decided.
#[derive(Debug, Clone)]
pub enum Return {
    /// An address of the app.
    Link(String),
    /// A form of ours that sends the answer once more.
    Form(Form),
}

impl Action {
    /// The same page once more.
    #[must_use]
    pub fn retry(shell: &Shell) -> Self {
        Self::Link {
            href: shell.path(&shell.here),
            label: shell.text.phrase("action-retry", &[]).into(),
        }
    }

    /// The list of what may be taken.
    #[must_use]
    pub fn payments(shell: &Shell) -> Self {
        Self::Link {
            href: shell.path("/payments"),
            label: shell.text.phrase("action-payments", &[]).into(),
        }
    }

    /// The permission with the id `grant`.
    #[must_use]
    pub fn see(shell: &Shell, grant: &str) -> Self {
        Self::Link {
            href: shell.path(&format!("/payments/{grant}")),
            label: shell.text.phrase("action-see", &[]).into(),
        }
    }

    /// Back to the app, by an address of it or by the form that answers it again.
    #[must_use]
    pub fn finish(shell: &Shell, app: &str, to: Return) -> Self {
        let label = say(shell, "action-return", app);
        match to {
            Return::Link(href) => Self::Link { href, label },
            Return::Form(form) => Self::Post { form, label },
        }
    }

    /// Back to the app, by its verified redirect URI.
    #[must_use]
    pub fn leave(shell: &Shell, app: &str, form: Form) -> Self {
        Self::Post {
            form,
            label: say(shell, "action-leave", app),
        }
    }

    /// Back to the app, to ask anew.
    #[must_use]
    pub fn restart(shell: &Shell, app: &str, form: Form) -> Self {
        Self::Post {
            form,
            label: say(shell, "action-restart", app),
        }
    }

    /// Signs out and comes back to the request.
    #[must_use]
    pub fn switch(shell: &Shell, form: Form) -> Self {
        Self::Post {
            form,
            label: shell.text.phrase("action-switch", &[]).into(),
        }
    }
}

fn say(shell: &Shell, key: &str, app: &str) -> Html {
    shell.text.phrase(key, &[("app", app.into())]).into()
}
