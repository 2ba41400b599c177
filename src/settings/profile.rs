use super::Settings;

/// The word for the FAPI 2.0 Security Profile.
const FAPI2: &str = "fapi2";

/// How long a code can be redeemed at most, in seconds (FAPI 2.0 Security Profile §5.3.2.1).
pub const LONGEST_CODE: i64 = 60;

/// How long a pushed request can be opened at most, in seconds (FAPI 2.0 Security Profile §5.3.2.2).
pub const LONGEST_PUSHED: i64 = 599;

impl Settings {
    /// Whether every client is held to the FAPI 2.0 Security Profile.
    #[must_use]
    pub fn is_fapi2(&self) -> bool {
        self.profile == FAPI2
    }

    /// Whether clients with certificates are known (RFC 8705).
    #[must_use]
    pub fn has_certificates(&self) -> bool {
        !self.certificates.proxies.is_empty()
    }
}

/// The values that the profile does not allow: key, value and rule.
pub(super) fn faults(settings: &Settings) -> Vec<(&'static str, String, &'static str)> {
    let mut faults = Vec::new();
    let profile = &settings.profile;
    if !["default", FAPI2].contains(&profile.as_str()) {
        let rule = "it must be default or fapi2";
        faults.push(("profile", format!("{profile:?}"), rule));
    }
    if !settings.is_fapi2() {
        return faults;
    }
    let authorization = &settings.authorization;
    for (key, url) in [
        ("server.issuer", &settings.server.issuer),
        ("certificates.url", &settings.certificates.url),
    ] {
        if url.starts_with("http://") && !authorization.allow_loopback_http {
            let rule = "with profile fapi2 it must be an https URL, unless authorization.allow_loopback_http is on for development";
            faults.push((key, format!("{url:?}"), rule));
        }
    }
    if authorization.code_lifetime > LONGEST_CODE {
        let value = authorization.code_lifetime.to_string();
        let rule = "with profile fapi2 it must be from 5 to 60";
        faults.push(("authorization.code_lifetime", value, rule));
    }
    if authorization.pushed_lifetime > LONGEST_PUSHED {
        let value = authorization.pushed_lifetime.to_string();
        let rule = "with profile fapi2 it must be from 5 to 599";
        faults.push(("authorization.pushed_lifetime", value, rule));
    }
    faults
}

#[cfg(test)]
mod tests {
    use crate::settings::load_from;

    const GOOD: &str = "profile = \"fapi2\"\nserver.issuer = \"https://pay.example\"\n";

    fn faults(more: &str) -> Vec<String> {
        load_from(&format!("{GOOD}{more}")).unwrap_err().0
    }

    #[test]
    fn there_are_two_profiles() {
        assert!(!load_from("").unwrap().is_fapi2());
        assert!(!load_from("profile = \"default\"").unwrap().is_fapi2());
        assert!(load_from(GOOD).unwrap().is_fapi2());
        let found = load_from("profile = \"FAPI2\"").unwrap_err().0;
        assert_eq!(found, ["profile is \"FAPI2\": it must be default or fapi2"]);
        let found = load_from("[profile]\nname = \"fapi2\"").unwrap_err().0;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("profile is map"), "{found:?}");
    }

    #[test]
    fn what_the_profile_does_not_allow_is_a_fault_under_it_alone() {
        for (line, key) in [
            (
                "authorization.code_lifetime = 61",
                "authorization.code_lifetime is 61: with profile fapi2",
            ),
            (
                "authorization.pushed_lifetime = 600",
                "authorization.pushed_lifetime is 600: with profile fapi2",
            ),
        ] {
            let found = faults(line);
            assert!(found.len() == 1 && found[0].starts_with(key), "{found:?}");
            load_from(line).unwrap();
        }
        load_from(&format!(
            "{GOOD}authorization.code_lifetime = 60\nauthorization.pushed_lifetime = 599"
        ))
        .unwrap();
    }

    #[test]
    fn an_address_for_certificates_is_https_too() {
        let proxies = "certificates.proxies = [\"127.0.0.9\"]\n";
        let found = faults(&format!(
            "{proxies}certificates.url = \"http://localhost:8443\""
        ));
        let fault = "certificates.url is \"http://localhost:8443\": with profile fapi2";
        assert!(found.len() == 1 && found[0].starts_with(fault), "{found:?}");
        let https = format!("{GOOD}{proxies}certificates.url = \"https://mtls.pay.example\"");
        load_from(&https).unwrap();
    }

    #[test]
    fn an_issuer_on_this_machine_is_for_development() {
        let local = "profile = \"fapi2\"\n";
        let found = load_from(local).unwrap_err().0;
        assert!(
            found[0].starts_with("server.issuer is \"http://localhost:8080\": with profile fapi2"),
            "{found:?}"
        );
        load_from(&format!("{local}authorization.allow_loopback_http = true")).unwrap();
    }
}
