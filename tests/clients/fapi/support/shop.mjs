// Shops as their developers would write them with openid-client: one that holds keys, and one that keeps no secret.
import * as client from 'openid-client';

import { holds, pairFor, signing } from './keys.mjs';

const CALLBACK = 'http://127.0.0.1:9/callback';
const DUTIES = ['dpop-bound-access-tokens', 'require-pushed-authorization-requests', 'require-signed-request-object'];
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'];

/** What a shop asks for: to read a mandate and to charge it (RFC 9396). */
export function detail(mandate, changed = {}) {
  return [{ type: 'open_payments_mandate', locations: [mandate], actions: ['read', 'charge'], ...changed }];
}

class AnyShop {
  /** The library's view of this server. */
  configures(authentication) {
    const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
    return client.discovery(new URL(this.server.issuer), this.id, {}, authentication, options);
  }

  /** The parameters of a request, and what to remember of it. */
  async prepares(asked) {
    const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    const known = { redirect_uri: CALLBACK, state, code_challenge: challenge, code_challenge_method: 'S256' };
    return { parameters: { ...known, ...asked }, checks: { pkceCodeVerifier: verifier, expectedState: state } };
  }

  /** Pushes a request that is not signed: where to send the browser, and what to remember. */
  async pushes(asked) {
    const { parameters, checks } = await this.prepares(asked);
    return { link: await client.buildAuthorizationUrlWithPAR(this.config, parameters, { DPoP: this.dpop }), checks };
  }

  /** Brings back what alice was sent with; the tokens. */
  redeems({ checks, callback }, { dpop = this.dpop, config = this.config, ...parameters } = {}) {
    return client.authorizationCodeGrant(config, callback, checks, parameters, dpop && { DPoP: dpop });
  }

  refreshes(tokens, dpop = this.dpop) {
    return client.refreshTokenGrant(this.config, tokens.refresh_token, {}, { DPoP: dpop });
  }

  revokes(token, config = this.config) {
    return client.tokenRevocation(config, token);
  }
}

/** A shop with a key to authenticate and to sign its requests, and one to prove that it holds its tokens. */
export class Shop extends AnyShop {
  static async register(server, algorithm, account) {
    const shop = new Shop();
    const { key, credentials } = await holds(server.home, algorithm, { kid: 'shop', isPublished: algorithm === 'EdDSA' });
    const grants = GRANTS.flatMap((grant) => ['--grant-type', grant]);
    const options = [...credentials, ...grants, ...DUTIES.map((duty) => `--${duty}`), '--account', account];
    const made = await server.cli('client', 'create', '--name', `Shop ${algorithm}`, '--redirect-uri', CALLBACK, ...options);
    Object.assign(shop, { server, algorithm, key, id: made.client_id });
    shop.config = await shop.configures(client.PrivateKeyJwt(key, signing()));
    shop.dpop = await shop.handle();
    return shop;
  }

  /** A key of its own for proofs; `change` changes what it signs. */
  async handle(change) {
    return client.getDPoPHandle(this.config, await pairFor(this.algorithm), signing(change));
  }

  /** Signs a request and pushes it: where to send the browser, and what to remember. */
  async asks(asked, { dpop = this.dpop, key = this.key, config = this.config, change } = {}) {
    const { parameters, checks } = await this.prepares(asked);
    const { searchParams } = await client.buildAuthorizationUrlWithJAR(config, parameters, key, signing(change));
    const link = await client.buildAuthorizationUrlWithPAR(config, searchParams, { DPoP: dpop });
    return { link, checks };
  }

  /** A request that nobody pushed. */
  async links(asked) {
    const { parameters, checks } = await this.prepares(asked);
    return { link: client.buildAuthorizationUrl(this.config, parameters), checks };
  }

  /** A token for its own account. */
  creates(scope, dpop = this.dpop) {
    return client.clientCredentialsGrant(this.config, { scope }, { DPoP: dpop });
  }
}

/** An app that keeps no secret, but has a key. */
export class App extends AnyShop {
  static async register(server) {
    const app = new App();
    const made = await server.cli('client', 'create', '--name', 'App', '--redirect-uri', CALLBACK, '--auth-method', 'none');
    Object.assign(app, { server, id: made.client_id });
    app.config = await app.configures(client.None());
    app.dpop = await app.handle();
    return app;
  }

  async handle(change) {
    return client.getDPoPHandle(this.config, await pairFor('ES256'), signing(change));
  }

  /** A link for the browser, which names the key that the code is for. */
  async links(asked, dpop = this.dpop) {
    const key = dpop ? { dpop_jkt: await dpop.calculateThumbprint() } : {};
    const { parameters, checks } = await this.prepares({ ...asked, ...key });
    return { link: client.buildAuthorizationUrl(this.config, parameters), checks };
  }
}
