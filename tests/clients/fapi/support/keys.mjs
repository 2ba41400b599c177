// The keys that shops and wallets hold.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as client from 'openid-client';

/** A pair of keys for `algorithm`. */
export function pairFor(algorithm) {
  return client.randomDPoPKeyPair(algorithm);
}

/** Writes the public key of a pair into a file, as a set, for the operator; the private key as the library takes it. */
export async function holds(home, pair, algorithm, kid) {
  const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const file = join(home, `${kid}.json`);
  writeFileSync(file, JSON.stringify({ keys: [{ kty, crv, x, y, n, e, kid, use: 'sig', alg: algorithm }] }));
  return { file, key: { key: pair.privateKey, kid } };
}

/**
 * What the library is told where something else than usual shall be signed. It calls Ed25519 by the name of RFC 9864, and
 * its documentation says how to change that where a server goes by the name of RFC 8037.
 */
export function signing(change = () => {}) {
  return {
    [client.modifyAssertion](header, payload) {
      if (header.alg === 'Ed25519') header.alg = 'EdDSA';
      change(payload, header);
    },
  };
}
