//! The one spelling of a URL: what a WHATWG parser writes back, and a little stricter.
//!
//! Two parties that read one string as two URLs, or two strings as one, are an attack; so nothing is repaired here.

use url::{Host, Url};

use super::Origin;

/// The longest URL that is read, in bytes.
const LONGEST: usize = 2048;

/// Checks `https://host[:port][/path]` and answers the parsed URL, or the rule that it breaks.
pub(super) fn check(text: &str) -> Result<Url, &'static str> {
    characters(text)?;
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or("must begin with https://")?;
    let (authority, path) = split(rest);
    if authority.contains('@') {
        return Err("must not have user information");
    }
    segments(path)?;
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    let written = url.as_str();
    let same = written == text || (path.is_empty() && written.strip_suffix('/') == Some(text));
    if !same {
        return Err("is not written as a URL parser writes it (lower case, no default port)");
    }
    host(&url)?;
    Ok(url)
}

/// Splits what follows the scheme into the authority and the path, which is empty or begins with a slash.
pub(super) fn split(rest: &str) -> (&str, &str) {
    rest.find('/').map_or((rest, ""), |at| rest.split_at(at))
}

/// Gives `authority/path` the scheme of the registered origin with that authority, or https.
pub(super) fn with_scheme(rest: &str, origins: &[Origin]) -> String {
    let (authority, _) = split(rest);
    let scheme = origins
        .iter()
        .find(|origin| origin.authority() == authority)
        .map_or("https", Origin::scheme);
    format!("{scheme}://{rest}")
}

fn characters(text: &str) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("must not be longer than 2048 bytes");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be printable ASCII without spaces");
    }
    for (character, rule) in [
        ('?', "must not have a query"),
        ('#', "must not have a fragment"),
        ('%', "must not have percent-encoding"),
        ('\\', "must not have a backslash"),
    ] {
        if text.contains(character) {
            return Err(rule);
        }
    }
    Ok(())
}

fn segments(path: &str) -> Result<(), &'static str> {
    let Some(path) = path.strip_prefix('/') else {
        return Ok(());
    };
    if path.is_empty() || path.ends_with('/') {
        return Err("must not end in a slash");
    }
    if path.ends_with('.') {
        return Err("must not end in a dot");
    }
    for segment in path.split('/') {
        match segment {
            "" => return Err("must not have an empty segment"),
            "." | ".." => return Err("must not have a dot segment"),
            _ => {}
        }
    }
    Ok(())
}

fn host(url: &Url) -> Result<(), &'static str> {
    let loopback = match url.host() {
        // A URL parser lets quotes, commas and braces through; names in the DNS have none of them.
        Some(Host::Domain(name)) => {
            if name.ends_with('.') {
                return Err("must not have a trailing dot in the host");
            }
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if !name.bytes().all(plain) || name.split('.').any(str::is_empty) {
                return Err("must have a host name");
            }
            name == "localhost"
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err("must have a host name"),
    };
    if url.scheme() == "http" && !loopback {
        return Err("must begin with https://; http is for loopback addresses only");
    }
    Ok(())
}
