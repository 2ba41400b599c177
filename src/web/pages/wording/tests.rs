use super::*;
use crate::web::pages::tests::{app, unchecked};

fn text() -> Text {
    Text::default()
}

#[test]
fn an_unchecked_app_is_its_host_and_its_name_is_a_claim() {
    let lines = who(&text(), &unchecked(), "Wallet");
    assert_eq!(
        lines[0].to_plain(),
        "shop.example · Wallet has not checked this company"
    );
    assert_eq!(lines[1].to_plain(), "It calls itself “Totally Your Bank”.");
    assert_eq!(
        who(&text(), &app(), "Wallet")[0].to_plain(),
        "acme.example · checked by Wallet on 3 Oct 2026"
    );
    assert_eq!(unchecked().shown(), "shop.example");
}

#[test]
fn a_long_host_cannot_push_anything_out_of_sight() {
    let host = format!("{}shop.example", "your-bank.example.".repeat(100));
    let app = App {
        host,
        ..unchecked()
    };
    assert_eq!(app.shown(), "….example.your-bank.example.shop.example");
    let line = who(&text(), &app, "Wallet")[0].to_plain();
    assert!(line.starts_with('…') && line.contains(".example.shop.example · Wallet"));
    assert!(line.chars().count() < 200);
}

#[test]
fn a_name_that_mixes_scripts_is_not_repeated() {
    for name in ["P\u{430}ypal", "\u{410}cme Streaming", "Ac\u{3bc}e"] {
        let checked = App {
            name: name.into(),
            ..app()
        };
        assert_eq!(checked.shown(), "acme.example", "{name}");
        let claims = App {
            name: name.into(),
            ..unchecked()
        };
        assert_eq!(who(&text(), &claims, "Wallet").len(), 1, "{name}");
    }
    for name in ["Café 24/7", "東京カレー", "Ακμή", "Магазин №1"] {
        let checked = App {
            name: name.into(),
            ..app()
        };
        assert_eq!(checked.shown(), name);
    }
}

#[test]
fn an_invoice_ends_by_itself() {
    assert!(how_to_stop(&text(), Ask::Invoice).is_none());
    let said = how_to_stop(&text(), Ask::Session).unwrap();
    assert_eq!(
        said.to_plain(),
        "You can stop this at any time in Automatic payments."
    );
    // The access is taken back; the payment that it is about goes on.
    let said = how_to_stop(&text(), Ask::AccessMandate).unwrap();
    assert_eq!(
        said.to_plain(),
        "You can take this permission back at any time in Automatic payments."
    );
}
