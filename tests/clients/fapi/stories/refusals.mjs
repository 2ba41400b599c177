// What goes wrong is reported by the library with the code that the RFCs have for it; without the one change it goes right.
import * as client from 'openid-client';

import { pairFor, signing } from '../support/keys.mjs';
import { detail } from '../support/shop.mjs';

const details = (wallet, changed) => ({ authorization_details: JSON.stringify(detail(wallet.mandate(), changed)) });

/** A purchase that alice has approved. */
async function approved({ alice, shop, wallet }) {
  const asked = await shop.asks(details(wallet));
  return { ...asked, callback: (await alice.approves(asked.link)).callback };
}

async function works(checks, cast, after) {
  const tokens = await cast.shop.redeems(await approved(cast));
  checks.has(`${after}: without it there are tokens`, tokens, { token_type: 'dpop' });
}

async function keys(checks, cast) {
  const { shop } = cast;
  const another = await shop.handle();
  const request = await approved(cast);
  await checks.refused('a code with another key', () => shop.redeems(request, { dpop: another }), 'invalid_dpop_proof');
  await checks.refused('the code is spent by that', () => shop.redeems(request), 'invalid_grant');
  const second = await approved(cast);
  await checks.refused('a code without a key', () => shop.redeems(second, { dpop: null }), 'invalid_dpop_proof');
  checks.has('the code is still good with it', await shop.redeems(second), { token_type: 'dpop' });
}

async function proofs(checks, cast) {
  const { shop, wallet } = cast;
  const stale = await shop.handle((payload) => Object.assign(payload, { nonce: 'made-up' }));
  await checks.refused('a nonce that nobody gave', () => shop.creates(wallet.collection, stale), 'use_dpop_nonce');
  const once = await shop.handle((payload) => Object.assign(payload, { jti: 'the same for ever' }));
  const tokens = await shop.creates(wallet.collection, once);
  checks.has('a proof is good once', tokens, { token_type: 'dpop' });
  await checks.refused('and not twice', () => shop.creates(wallet.collection, once), 'invalid_dpop_proof');
  const elsewhere = await shop.handle((payload) => Object.assign(payload, { htu: 'https://elsewhere.example/token' }));
  await checks.refused('a proof for another address', () => shop.creates(wallet.collection, elsewhere), 'invalid_dpop_proof');
  const late = await shop.handle((payload) => Object.assign(payload, { iat: payload.iat - 120 }));
  await checks.refused('an old proof', () => shop.creates(wallet.collection, late), 'invalid_dpop_proof');
  checks.has('a proof: without it there are tokens', await shop.creates(wallet.collection), { token_type: 'dpop' });
}

async function assertions(checks, { shop, wallet, other }) {
  const wrong = {
    'an assertion for an endpoint': (payload) => Object.assign(payload, { aud: `${shop.server.issuer}/token` }),
    'an assertion for several': (payload) => Object.assign(payload, { aud: [payload.aud] }),
    'an assertion that lasts': (payload) => Object.assign(payload, { exp: payload.exp + 3600 }),
    'an assertion of somebody else': (payload) => Object.assign(payload, { iss: other.id, sub: other.id }),
  };
  const says = async (change, key = shop.key) => {
    const config = await shop.configures(client.PrivateKeyJwt(key, signing(change)));
    return client.clientCredentialsGrant(config, { scope: wallet.collection }, { DPoP: shop.dpop });
  };
  for (const [name, change] of Object.entries(wrong)) {
    // Whoever names two clients asks a question that has no answer.
    const error = name.endsWith('else') ? ['invalid_request', 400] : ['invalid_client', 400];
    await checks.refused(name, () => says(change), ...error);
  }
  const foreign = { key: (await pairFor('ES256')).privateKey, kid: shop.key.kid };
  await checks.refused('an assertion with another key', () => says(undefined, foreign), 'invalid_client', 400);
  const stranger = await shop.configures(client.PrivateKeyJwt(foreign, signing()));
  await checks.refused('a revocation with another key', () => shop.revokes('a token', stranger), 'invalid_client', 400);
  const imitation = await wallet.configures({ ...foreign, kid: 'wallet' });
  await checks.refused('an introspection with another key', () => wallet.introspects('a token', imitation), 'invalid_client', 400);
  const again = (payload) => Object.assign(payload, { jti: 'spent' });
  checks.has('an assertion is good once', await says(again), { token_type: 'dpop' });
  await checks.refused('and not twice', () => says(again), 'invalid_client', 400);
  checks.has('an assertion: without it there are tokens', await says(), { token_type: 'dpop' });
}

async function requests(checks, cast) {
  const { shop, wallet, alice } = cast;
  const foreign = { key: (await pairFor('ES256')).privateKey, kid: shop.key.kid };
  const ask = (options) => () => shop.asks(details(wallet), options);
  await checks.refused('a request that another key signed', ask({ key: foreign }), 'invalid_request_object');
  const wrong = {
    'a request for somebody else': (payload) => Object.assign(payload, { aud: 'https://elsewhere.example' }),
    'a request of somebody else': (payload) => Object.assign(payload, { iss: 'somebody' }),
    'a request of yesterday': (payload) => Object.assign(payload, { exp: payload.exp - 86400, nbf: payload.nbf - 86400 }),
    'a request that began long ago': (payload) => Object.assign(payload, { nbf: payload.nbf - 7200 }),
    'a request without an end': (payload) => Object.assign(payload, { exp: undefined }),
    'a request of another type': (_, header) => Object.assign(header, { typ: 'JWT' }),
  };
  for (const [name, change] of Object.entries(wrong)) await checks.refused(name, ask({ change }), 'invalid_request_object');
  await checks.refused('a request that is not signed', () => shop.pushes(details(wallet)), 'invalid_request');
  await checks.refused('a request that was not pushed', async () => {
    const asked = await shop.links(details(wallet));
    await alice.open(asked.link);
    return shop.redeems({ ...asked, callback: alice.url });
  }, 'invalid_request', null);
  await works(checks, cast, 'a request');
}

async function rights(checks, cast) {
  const { shop, wallet, other, alice } = cast;
  const unknown = {
    'another type': { type: 'account_information' },
    'another action': { actions: ['read', 'steal'] },
    'a further member': { amount: '1' },
  };
  for (const [name, changed] of Object.entries(unknown)) {
    await checks.refused(`rights with ${name}`, () => shop.asks(details(wallet, changed)), 'invalid_authorization_details');
  }
  const elsewhere = { ...details(wallet), resource: 'https://elsewhere.example' };
  await checks.refused('rights for another resource', () => shop.asks(elsewhere), 'invalid_target');
  const request = await approved(cast);
  const more = JSON.stringify(detail(wallet.mandate()));
  const take = () => shop.redeems(request, { authorization_details: more });
  await checks.refused('other rights for the code', take, 'invalid_authorization_details');
  const asked = await shop.asks(details(wallet));
  const stolen = new URL(asked.link);
  stolen.searchParams.set('client_id', other.id);
  const { status } = await alice.comesTo(stolen);
  checks.check('a request that somebody else pushed is no request', status >= 400, `${status} ${alice.url}`);
  const { callback } = await alice.approves(asked.link);
  checks.has('but still one for whom it is', await shop.redeems({ ...asked, callback }), { token_type: 'dpop' });
}

async function mixUp(checks, cast) {
  const request = await approved(cast);
  const unsigned = new URL(request.callback);
  unsigned.searchParams.delete('iss');
  const missing = await cast.shop.redeems({ ...request, callback: unsigned }).then(() => null, (error) => error);
  checks.check('an answer that does not say who gave it is refused by the library', missing?.code === 'OAUTH_INVALID_RESPONSE', missing);
  checks.has('with it there are tokens', await cast.shop.redeems(request), { token_type: 'dpop' });
}

/** What each is about, and the story. */
export const refusals = [
  ['a key', keys],
  ['a proof', proofs],
  ['an assertion', assertions],
  ['a request', requests],
  ['rights', rights],
  ['an answer', mixUp],
];
