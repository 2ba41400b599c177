//! Stories about a whole server, told over HTTP: one file an endpoint, one test a check, in the order of the checks.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

mod agreement;
mod agreement_remote;
mod agreement_urls;
mod assets;
mod authorize;
mod authorize_scope;
mod backup;
mod certificate_bound;
mod certificates;
mod client_authentication;
mod clock;
mod consent;
mod consent_changes;
mod consent_kinds;
mod consent_owner;
mod consent_replaced;
mod consent_tabs;
mod doctor;
mod dpop;
mod dpop_bound;
mod dpop_nonce;
mod dpop_once;
mod engine_traps;
mod explain;
mod faults_said;
mod floods;
mod floods_signed;
mod headers;
mod health;
mod introspect;
mod jar;
mod jar_claims;
mod jwks_uri;
mod keys;
mod languages;
mod malformed;
mod malformed_http;
mod malformed_proofs;
mod metadata;
mod methods;
mod metrics;
mod oauth2_client;
mod par;
mod par_open;
mod payments;
mod payments_sign_in;
mod payments_stop;
mod private_key_jwt;
mod private_key_jwt_once;
mod profile;
mod profile_clauses;
mod profile_report;
mod profile_switch;
mod properties;
mod races;
mod rar;
mod rar_payer;
mod rar_token;
mod registration;
mod registration_said;
mod resource;
mod restore;
mod restore_refused;
mod revoke;
mod sign_in;
mod sign_in_traps;
mod signed_introspection;
mod slow;
mod standing_of_keys;
mod step_up;
mod step_up_session;
mod sweep;
mod token_client_credentials;
mod token_code;
mod token_code_standing;
mod token_refresh;
mod wallet_names;
