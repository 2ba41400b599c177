use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use jiff::Timestamp;

use super::super::answer::Problem;
use super::super::json::{Object, integer, text};
use super::super::money::Asset;
use super::super::outgoing::pointer_url;
use super::super::random;
use super::access::Access;
use super::book::Broken;
use super::limits::Closed;

/// A payment that a client asks for: out of a mandate, or into an invoice or a session.
#[derive(Debug)]
pub struct Order {
    /// The id that it gets.
    pub id: String,
    /// How much, in the smallest unit.
    pub amount: i64,
    /// The payment pointer to pay.
    pub receiver: Option<String>,
    /// When the payer granted the agreement to who asks.
    pub consented: Option<Timestamp>,
    /// The client and its `Idempotency-Key`.
    pub key: Option<(String, String)>,
}

impl Order {
    /// Reads an order; without `access`, nobody in particular sent it.
    pub fn read(
        request: &HttpRequest,
        body: &Object,
        access: Option<&Access>,
    ) -> Result<Self, Problem> {
        let bad =
            |complaint: String| Problem::new(StatusCode::BAD_REQUEST, format!("{complaint}."));
        let amount = integer(body, "amount", 1).map_err(bad)?;
        let receiver = text(body, &["receiver"]).map_err(bad)?;
        let receiver = receiver
            .map(|pointer| {
                pointer_url(pointer)
                    .map(String::from)
                    .ok_or("receiver must be a payment pointer")
            })
            .transpose()
            .map_err(|complaint| bad(complaint.to_owned()))?;
        let client = access.map_or_else(String::new, |access| access.client.clone());
        Ok(Self {
            id: random::uuid()?,
            amount: amount.ok_or_else(|| bad("amount is missing".to_owned()))?,
            receiver,
            consented: access.and_then(|access| access.consented),
            key: idempotency_key(request)?.map(|key| (client, key)),
        })
    }
}

/// The `Idempotency-Key` of a request.
pub fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(header) = request.headers().get("Idempotency-Key") else {
        return Ok(None);
    };
    let key = header
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
        )
    })
}

/// The refusal for an order that breaks a rule.
pub fn refused(broken: Broken, asset: Option<Asset>) -> Problem {
    let words =
        |amount: i128| asset.map_or_else(|| amount.to_string(), |asset| asset.words(amount));
    let forbidden = |rule, detail: String| Problem::new(StatusCode::FORBIDDEN, detail).rule(rule);
    match broken {
        Broken::Closed(Closed::NotStarted(start)) => {
            forbidden("start", format!("The agreement starts at {start}."))
        }
        Broken::Closed(Closed::Over) => forbidden("over", "The agreement is over.".to_owned()),
        Broken::Closed(Closed::Unreadable) => forbidden(
            "limits",
            "The limits of the agreement cannot be worked out.".to_owned(),
        ),
        Broken::Receiver(only) => forbidden("receiver", format!("The mandate pays {only} only.")),
        Broken::TooMuchAtOnce(most) => forbidden(
            "maxPerPayment",
            format!("One payment may be at most {}.", words(most.into())),
        ),
        Broken::TooMuchNow(left) => forbidden(
            "amount",
            format!(
                "That is more than what is left in this period: {}.",
                words(left)
            ),
        ),
        Broken::TooMuchToPay(0) => forbidden(
            "amount",
            "It has received all that it asked for; nothing more can be paid.".to_owned(),
        ),
        Broken::TooMuchToPay(left) => forbidden(
            "amount",
            format!("That is more than what is left to pay: {}.", words(left)),
        ),
        Broken::KeyReused => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another payment. Send a new one.",
        )
        .rule("idempotency"),
        Broken::Full => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The demo remembers no more payments. Start it again.",
        )
        .rule("demo"),
    }
}
