use super::*;

#[test]
fn creating_moves_no_money() {
    let text = Text::default();
    let view = View {
        text: &text,
        zone: &TimeZone::UTC,
        at: now(),
        app: "Acme",
    };
    for kind in AgreementType::ALL {
        for end in [None, Some(at("2026-12-05T00:00:00Z"))] {
            let ask = Ask::of(kind, true, &["create".to_owned()]);
            let explained = Explanation::of_creation(ask, "$wallet.example/bob", end, &view);
            let said = explained.sentence.to_plain();
            assert!(said.contains("$wallet.example/bob"));
            assert!(said.ends_with(
                "Creating one moves no money. You are asked again before anyone can take money."
            ));
        }
    }
}
