use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::answer;
use super::Wallet;
use super::book::Agreement;
use super::terms::Kind;

const MOST_SHOWN: usize = 50;

/// The wallet's one page.
#[derive(Template)]
#[template(path = "demo/wallet.html")]
struct WalletPage {
    issuer: String,
    accounts: Vec<AccountRow>,
    agreements: Vec<AgreementRow>,
}

/// One account on the page.
struct AccountRow {
    url: String,
    open: bool,
}

/// One agreement on the page.
struct AgreementRow {
    kind: &'static str,
    url: String,
    subject: String,
    description: String,
    terms: String,
    standing: &'static str,
    total: String,
    payments: Vec<PaymentRow>,
}

/// One payment on the page.
struct PaymentRow {
    at: String,
    amount: String,
}

/// `GET /`
pub async fn show(wallet: web::Data<Wallet>) -> HttpResponse {
    let agreements = wallet
        .book()
        .newest_first()
        .take(MOST_SHOWN)
        .map(row)
        .collect();
    let accounts = wallet.accounts.iter().map(|account| AccountRow {
        url: format!("{}/{}", wallet.origin, account.name),
        open: account.open,
    });
    let page = WalletPage {
        issuer: wallet.issuer.clone(),
        accounts: accounts.collect(),
        agreements,
    };
    answer::page(StatusCode::OK, &page)
}

fn row(agreement: &Agreement) -> AgreementRow {
    let text = |name: &str| {
        agreement
            .terms
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let asset = agreement.asset();
    let words =
        |amount: i64| asset.map_or_else(|| amount.to_string(), |asset| asset.words(amount.into()));
    let amount = text("amount")
        .parse()
        .map_or_else(|_| "any amount".to_owned(), words);
    let terms = match (text("interval"), agreement.terms.get("cycles")) {
        ("", _) => amount,
        (interval, None) => format!("{amount} {}", each(interval)),
        (interval, Some(cycles)) => format!("{amount} {}, {cycles} times", each(interval)),
    };
    let payments = agreement
        .payments
        .iter()
        .rev()
        .take(MOST_SHOWN)
        .map(|payment| PaymentRow {
            at: payment.at.strftime("%-d %b %Y, %H:%M:%S UTC").to_string(),
            amount: words(payment.amount),
        });
    AgreementRow {
        kind: match agreement.kind {
            Kind::Mandate => "Mandate",
            Kind::Invoice => "Invoice",
            Kind::Session => "Session",
        },
        url: agreement.url.clone(),
        subject: text("subject").to_owned(),
        description: text("description").to_owned(),
        terms,
        standing: if agreement.is_authorized() {
            "authorized"
        } else {
            "no token seen yet"
        },
        total: asset.map_or_else(String::new, |asset| asset.words(agreement.total())),
        payments: payments.collect(),
    }
}

fn each(interval: &str) -> String {
    match interval {
        "P1D" => "each day".to_owned(),
        "P1W" | "P7D" => "each week".to_owned(),
        "P1M" => "each month".to_owned(),
        "P1Y" | "P12M" => "each year".to_owned(),
        other => format!("every {other}"),
    }
}
