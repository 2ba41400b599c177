// A purchase from beginning to end, as a shop and a wallet with keys of one algorithm see it.
import { detail } from '../support/shop.mjs';

/** Parameters of OpenID Connect, which are nothing here; the library signs the first as an object, the second as a number. */
const FOREIGN = { claims: '{"userinfo":{"email":null}}', max_age: '300' };

/** The claims of a JWT, which the wallet verifies. */
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

export async function purchase(checks, { alice, shop, wallet }, algorithm) {
  const mandate = wallet.mandate();
  const wanted = { authorization_details: JSON.stringify(detail(mandate)), resource: wallet.origin };
  const asked = await shop.asks({ ...wanted, ...FOREIGN });
  const shown = [...asked.link.searchParams.keys()].sort().join(' ');
  checks.check(`${algorithm}: the browser's link says client and request alone`, shown === 'client_id request_uri', asked.link.href);
  const { said, callback } = await alice.approves(asked.link);
  checks.check(`${algorithm}: the payer reads what is asked`, said.includes('$20.00') && said.includes('12 months'), said);
  const tokens = await shop.redeems({ ...asked, callback }, { resource: mandate });
  checks.has(`${algorithm}: the code becomes tokens for this mandate`, tokens, {
    token_type: 'dpop',
    scope: mandate,
    authorization_details: detail(mandate),
  });
  await worth(checks, { shop, wallet, mandate, tokens }, algorithm);
  await renewal(checks, { shop, wallet, tokens }, algorithm);
  await own(checks, { shop, wallet }, algorithm);
}

/** What the wallet learns of the token. */
async function worth(checks, { shop, wallet, mandate, tokens }, algorithm) {
  const cnf = { jkt: await shop.dpop.calculateThumbprint() };
  const rights = { client_id: shop.id, scope: mandate, authorization_details: detail(mandate), cnf };
  const expected = { active: true, token_type: 'DPoP', ...rights };
  checks.has(`${algorithm}: the wallet is told what it is worth, and the key`, await wallet.introspects(tokens.access_token), expected);
  checks.has(`${algorithm}: the same, signed`, await wallet.introspectsSigned(tokens.access_token), expected);
  const said = { iss: shop.server.issuer, aud: wallet.origin, ...rights };
  checks.has(`${algorithm}: so says the token itself`, claims(tokens.access_token), said);
}

/** The next token, also for another key, and the end of all of them. */
async function renewal(checks, { shop, wallet, tokens }, algorithm) {
  const next = await shop.refreshes(tokens);
  const known = await wallet.introspects(next.access_token);
  const cnf = { jkt: await shop.dpop.calculateThumbprint() };
  checks.has(`${algorithm}: it is refreshed`, known, { active: true, cnf });
  const another = await shop.handle();
  const moved = await wallet.introspects((await shop.refreshes(tokens, another)).access_token);
  checks.has(`${algorithm}: who has a key to say who they are may bring a new one for tokens`, moved, {
    active: true,
    cnf: { jkt: await another.calculateThumbprint() },
  });
  await shop.revokes(tokens.refresh_token);
  for (const token of [tokens.access_token, next.access_token]) {
    checks.has(`${algorithm}: after revocation a token is worth nothing`, await wallet.introspects(token), { active: false });
  }
  checks.has(`${algorithm}: nor when that is signed`, await wallet.introspectsSigned(next.access_token), { active: false });
  await checks.refused(`${algorithm}: and there are no more`, () => shop.refreshes(tokens), 'invalid_grant');
}

/** A token for the shop's own account. */
async function own(checks, { shop, wallet }, algorithm) {
  const tokens = await shop.creates(wallet.collection);
  checks.has(`${algorithm}: a token for its own account`, tokens, { token_type: 'dpop', scope: wallet.collection });
  const known = await wallet.introspects(tokens.access_token);
  checks.has(`${algorithm}: is bound, too`, known, { active: true, cnf: { jkt: await shop.dpop.calculateThumbprint() } });
}
