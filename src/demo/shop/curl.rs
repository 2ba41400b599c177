use super::super::outgoing::basic;
use super::Shop;
use super::desk::Subscription;
use super::subscription::PRICE;

const JSON: &str = "-H 'Content-Type: application/json'";

/// One command to paste, and what it does.
pub struct Command {
    /// What it does, in words.
    pub what: &'static str,
    /// The command itself, quoted for a POSIX shell.
    pub command: String,
}

/// The exchange as commands to paste: what is harmless first.
pub fn commands(shop: &Shop, kept: &Subscription) -> Vec<Command> {
    let mut commands = at_the_wallet(kept);
    commands.extend(at_the_authorization_server(shop, kept));
    commands
}

fn at_the_wallet(kept: &Subscription) -> Vec<Command> {
    let (request, place) = (&kept.request, &kept.request.place);
    let bearer = quoted(&format!("Authorization: Bearer {}", kept.token.access));
    let document = quoted(&format!("{}/.well-known/open-payments", place.wallet));
    let (terms, endpoint) = (quoted(&request.terms), quoted(&place.mandates_endpoint));
    let agreement = quoted(&request.agreement);
    let charges = quoted(&format!("{}/charges", request.agreement));
    let charge = quoted(&format!("{{\"amount\":\"{PRICE}\"}}"));
    vec![
        command("Discover the wallet:", format!("curl {document}")),
        command(
            "Create a mandate, which nobody has authorized yet:",
            format!("curl -i {JSON} -d {terms} {endpoint}"),
        ),
        command(
            "Read the mandate with the token:",
            format!("curl -H {bearer} {agreement}"),
        ),
        command(
            "Charge $5.00:",
            format!("curl -i -H {bearer} {JSON} -d {charge} {charges}"),
        ),
    ]
}

fn at_the_authorization_server(shop: &Shop, kept: &Subscription) -> Vec<Command> {
    let basic = basic(&shop.client_id, &shop.client_secret);
    let basic = quoted(&format!("Authorization: {basic}"));
    let endpoint = quoted(&kept.request.place.token_endpoint);
    let post = |fields: &[(&str, &str)]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("--data-urlencode {}", quoted(&format!("{name}={value}"))))
            .collect();
        format!("curl -i -H {basic} {} {endpoint}", fields.join(" "))
    };
    let mut commands = Vec::new();
    if let Some(refresh) = &kept.token.refresh {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        commands.push(command("Get the next token:", post(&fields)));
    }
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &kept.code),
        ("redirect_uri", &shop.redirect_uri),
        ("code_verifier", &kept.request.verifier),
    ];
    commands.push(command(
        "How the code was exchanged. A code works once: sending it again ends the permission, and every token with it.",
        post(&fields),
    ));
    commands
}

fn command(what: &'static str, command: String) -> Command {
    Command { what, command }
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_word_is_quoted_for_the_shell() {
        assert_eq!(super::quoted("it's $5"), r"'it'\''s $5'");
    }
}
