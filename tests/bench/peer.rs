//! node-oidc-provider, when Node is there.
