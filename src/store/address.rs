use percent_encoding::percent_decode_str;
use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

/// The URL without its password, and the password: errors and traces of the libraries below write whole URLs. `None` if
/// they would not understand it.
pub(super) fn part_password(url: &str) -> Option<(String, Option<String>)> {
    let mut parted = Url::parse(url).ok()?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Into::into);
    let mut password: Option<String> = match parted.password() {
        Some(password) => Some(decode(password)?),
        None => None,
    };
    if password.is_some() {
        parted.set_password(None).ok()?;
    }
    let pairs: Vec<_> = parted.query_pairs().into_owned().collect();
    if pairs.iter().any(|(name, _)| name == "password") {
        parted.query_pairs_mut().clear();
        for (name, value) in pairs {
            if name == "password" {
                password = Some(value);
            } else {
                parted.query_pairs_mut().append_pair(&name, &value);
            }
        }
    }
    let understood = parted.as_str().parse::<PgConnectOptions>().is_ok();
    understood.then(|| (parted.into(), password))
}

#[cfg(test)]
mod tests {
    use super::part_password;

    #[test]
    fn a_password_is_parted_from_its_url() {
        for (url, rest, password) in [
            ("postgres://u@h/d", "postgres://u@h/d", None),
            ("postgres://u:p%23w@h/d", "postgres://u@h/d", Some("p#w")),
            (
                "postgres://u@h:5433/d?password=p%23w&options=-c%20a%3Db",
                "postgres://u@h:5433/d?options=-c+a%3Db",
                Some("p#w"),
            ),
            (
                "postgres://u:one@h/d?password=two",
                "postgres://u@h/d?",
                Some("two"),
            ),
        ] {
            let parted = part_password(url);
            assert_eq!(
                parted,
                Some((rest.to_owned(), password.map(str::to_owned))),
                "{url}"
            );
        }
    }

    #[test]
    fn what_cannot_be_understood_is_none() {
        for url in [
            "postgres://u:p#w@h/d",
            "postgres://u:pw@h:port/d",
            "postgres://u:pw@h/d?sslmode=perhaps",
            "nothing",
        ] {
            assert_eq!(part_password(url), None, "{url}");
        }
    }
}
