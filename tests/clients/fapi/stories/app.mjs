// An app that keeps no secret: its key stands in for one.
import { detail } from '../support/shop.mjs';

export async function bound(checks, { alice, app, wallet }) {
  const asked = () => ({ authorization_details: JSON.stringify(detail(wallet.mandate())) });
  await checks.refused('an app that names no key gets no mandate', async () => {
    const request = await app.links(asked(), null);
    await alice.open(request.link);
    return app.redeems({ ...request, callback: alice.url });
  }, 'invalid_request', null);
  const another = await app.handle();
  for (const [name, ask] of [['in the link', () => app.links(asked())], ['with a pushed request', () => app.pushes(asked())]]) {
    const stolen = await ask();
    Object.assign(stolen, await alice.approves(stolen.link));
    await checks.refused(`a key ${name}: no tokens with another`, () => app.redeems(stolen, { dpop: another }), 'invalid_dpop_proof');
    const request = await ask();
    Object.assign(request, await alice.approves(request.link));
    const tokens = await app.redeems(request);
    const cnf = { jkt: await app.dpop.calculateThumbprint() };
    const known = await wallet.introspects(tokens.access_token);
    checks.has(`a key ${name}: tokens for it`, known, { active: true, token_type: 'DPoP', cnf });
    await rotation(checks, { app, wallet, tokens });
  }
}

/** Its refresh token is used once, and by that key alone. */
async function rotation(checks, { app, wallet, tokens }) {
  const another = await app.handle();
  await checks.refused('a refresh with another key', () => app.refreshes(tokens, another), 'invalid_dpop_proof');
  const next = await app.refreshes(tokens);
  checks.check('with its own it gets the next one', next.token_type === 'dpop' && next.refresh_token !== tokens.refresh_token, next);
  const last = await app.refreshes(next);
  checks.has('and the one after', await wallet.introspects(last.access_token), { active: true });
  await checks.refused('an old one ends everything', () => app.refreshes(tokens), 'invalid_grant');
  checks.has('also what was good', await wallet.introspects(last.access_token), { active: false });
}
