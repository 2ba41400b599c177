//! A client that nobody here wrote: the `oauth2` crate, used as a shop's developer would.

use oauth2::basic::BasicClient;
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse as _, TokenResponse as _, TokenUrl,
};
use serde_json::Value;
use url::Url;

use crate::support::World;

async fn sends(
    http: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let response = http
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let mut answer = oauth2::http::Response::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}

/// A client with the endpoints that a story needs: authorization, revocation and token.
type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointSet>;

/// The shop's client, which has read the server's metadata.
fn client(world: &World, metadata: &Value) -> Client {
    let endpoint = |name: &str| metadata[name].as_str().unwrap().to_owned();
    BasicClient::new(ClientId::new(world.shop.id.clone()))
        .set_client_secret(ClientSecret::new(world.shop.secret.clone().unwrap()))
        .set_auth_uri(AuthUrl::new(endpoint("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(endpoint("token_endpoint")).unwrap())
        .set_revocation_url(RevocationUrl::new(endpoint("revocation_endpoint")).unwrap())
        .set_redirect_uri(RedirectUrl::new(world.shop.redirect_uri.clone()).unwrap())
}

/// Asks alice for `scope`, and brings the code and the verifier that belongs to it.
async fn asks(
    world: &World,
    client: &Client,
    scope: &str,
) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new(scope.to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let page = world.alice.browser.opens(url.as_str()).await;
    let page = world.alice.signs_in_on(&page).await;
    let reply = world.alice.presses(&page, "approve").await;
    let back = Url::parse(reply.location()).unwrap();
    let value = |wanted: &str| {
        let found = back.query_pairs().find(|(name, _)| name == wanted);
        found.unwrap().1.into_owned()
    };
    assert_eq!(&value("state"), state.secret());
    assert_eq!(value("iss"), world.server.issuer);
    (AuthorizationCode::new(value("code")), verifier)
}

/// What the wallet's client is told about a token: whose it is, if it is active.
async fn introspects(world: &World, endpoint: &str, token: &AccessToken) -> Option<String> {
    let http = |request| sends(world.server.http.clone(), request);
    let wallet = BasicClient::new(ClientId::new(world.wallet.id.clone()))
        .set_client_secret(ClientSecret::new(world.wallet.secret.clone()))
        .set_introspection_url(IntrospectionUrl::new(endpoint.to_owned()).unwrap());
    let described = wallet.introspect(token).request_async(&http).await.unwrap();
    let client = described.client_id().map(|id| id.as_str().to_owned());
    client.filter(|_| described.active())
}

#[tokio::test]
async fn a_shop_with_an_off_the_shelf_client_gets_through_the_whole_story() {
    let world = World::new().await;
    let mandate = world.wallet.mandate();
    let http = |request| sends(world.server.http.clone(), request);
    let metadata = world.server.get("/.well-known/open-payments").await.json();
    let introspection = metadata["introspection_endpoint"].as_str().unwrap();
    let client = client(&world, &metadata);

    let (code, verifier) = asks(&world, &client, &mandate.url).await;
    let exchange = client.exchange_code(code).set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http).await.unwrap();
    let scopes = tokens.scopes().unwrap();
    assert_eq!(scopes, &vec![Scope::new(mandate.url.clone())]);
    assert_eq!(tokens.expires_in().unwrap().as_secs(), 300);

    let kept = tokens.refresh_token().unwrap().clone();
    let refresh = client.exchange_refresh_token(&kept);
    let fresh = refresh.request_async(&http).await.unwrap();
    let access = fresh.access_token();
    assert_ne!(access.secret(), tokens.access_token().secret());
    let owner = introspects(&world, introspection, access).await;
    assert_eq!(owner, Some(world.shop.id.clone()));

    // The crate refuses to revoke over plain http, as it should; then the shop's own hands do it.
    match client.revoke_token(StandardRevocableToken::RefreshToken(kept.clone())) {
        Ok(request) => request.request_async(&http).await.unwrap(),
        Err(_) => assert_eq!(world.shop.revokes(kept.secret()).await.status, 200),
    }
    assert_eq!(introspects(&world, introspection, access).await, None);
}

#[tokio::test]
async fn the_client_understands_a_refusal() {
    let world = World::new().await;
    let http = |request| sends(world.server.http.clone(), request);
    let client = BasicClient::new(ClientId::new(world.shop.id.clone()))
        .set_client_secret(ClientSecret::new(world.shop.secret.clone().unwrap()))
        .set_token_uri(TokenUrl::new(format!("{}/token", world.server.issuer)).unwrap());
    let refused = client
        .exchange_refresh_token(&RefreshToken::new("x".to_owned()))
        .request_async(&http)
        .await;
    let Err(oauth2::RequestTokenError::ServerResponse(answer)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(answer.error().as_ref(), "invalid_grant");
}
