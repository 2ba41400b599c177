// The same pages in German: chosen by the browser, or by hand on any page, which then stays where it is.
import assert from 'node:assert/strict';

import { once, story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const GERMAN = { locale: 'de-DE' };

const ANFRAGE = /^Darf Acme Streaming /;

async function meldetSichAn(payer) {
  await payer.types('Benutzername', payer.account.username);
  await payer.types('Passwort', payer.account.password);
  await payer.presses('Anmelden');
}

const language = (payer) => payer.page.locator('html').getAttribute('lang');

story(shared, 'somebody whose browser asks for German reads and decides in German', async ({ world, payer }) => {
  const carol = await payer('carol', GERMAN);
  const agreement = world.wallet.mandate();
  const request = world.shop.asks(agreement);
  await carol.opens(request.url);
  await carol.meets('de-sign-in', /Harbour Bank/);
  assert.equal(await language(carol), 'de');
  await meldetSichAn(carol);
  await carol.meets('de-consent-monthly', ANFRAGE);
  world.wallet.changes(agreement, { amount: '5000' });
  await carol.pressesAnswer('approve');
  await carol.meets('de-changed', /./);
  await carol.pressesAnswer('decline');
  assert.equal(carol.arrives().error, 'access_denied');
});

once(shared, 'every kind of page in German', async ({ world, payer }) => {
  const carol = await payer('carol', GERMAN);
  await carol.opens(world.shop.asks(world.wallet.invoice()).url);
  await meldetSichAn(carol);
  await carol.meets('de-consent-invoice', /./);
  for (const [name, scope] of [
    ['endless', world.wallet.mandate({ cycles: null, expiresAt: null })],
    ['carry-over', world.wallet.mandate({ cap: false })],
    ['session', world.wallet.session()],
    ['create-mandates', world.wallet.collection('mandates')],
    ['failure-cancelled', world.wallet.mandate({ status: 'cancelled' })],
    ['failure-unusable', world.wallet.mandate({ amount: '0' })],
  ]) {
    await carol.opens(world.shop.asks(scope).url);
    await carol.meets(`de-${name}`, /./);
    assert.equal(await language(carol), 'de');
  }
  for (const path of ['payments', 'nowhere', 'authorize']) {
    await carol.opens(`${world.issuer}/${path}`);
    await carol.meets(`de-${path}`, /./);
    assert.equal(await language(carol), 'de');
  }
});

story(shared, 'the language is changed on the page, and stays', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.opens(world.shop.asks(world.wallet.mandate()).url);
  await carol.presses('Deutsch');
  await carol.isOn(/Harbour Bank/);
  assert.equal(await language(carol), 'de');
  await meldetSichAn(carol);
  await carol.isOn(ANFRAGE);
  await carol.presses('English');
  await carol.isOn(/^Let Acme Streaming take payments/);
  await carol.presses('Approve');
  assert.ok(carol.arrives().code);
});
