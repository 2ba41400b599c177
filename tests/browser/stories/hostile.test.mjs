// Texts and numbers that mean harm: nothing runs, nothing overflows, nothing is put in another order.
import assert from 'node:assert/strict';

import { none } from '../support/faults.mjs';
import { inside } from '../support/inside.mjs';
import { Shop } from '../support/shop.mjs';
import { once, withWorld } from '../support/story.mjs';

const shared = withWorld();
const CONSENT = /take payments from your account\?$/;

/** What an app may say of itself, or of an agreement. */
const TEXTS = {
  'right-to-left-override': 'Only \u202e00.1$ htnom a\u202c \u2067for you\u2069 \u200f',
  markup: '</p></blockquote><h1>Approved</h1><script>alert(1)</script><img src="https://elsewhere.example/x" onerror="alert(2)">',
  attribute: '" onfocus="alert(1)" autofocus="" style="position:fixed" x="',
  'one-long-word': 'W'.repeat(140),
  tower: `Z${'\u0351\u036b\u0343\u036a\u0302'.repeat(27)}`,
  'another-script': 'خدمة البث 20.00 في الشهر',
  'mixed-scripts': 'Асmе Strеаmіng',
  lines: 'Nothing to pay.\n\n\nWarning: Harbour Bank has checked this company.\u2028Approve',
  template: '{{ 7 * 7 }} ${7 * 7} { $amount } %s',
};

/** Opened by carol, this page is looked at from all sides, and still says what the mandate's real terms are. */
async function isHarmless(world, payer, { name, shop = world.shop, terms = {}, says = ['up to $20.00 each month for 12 months'] }) {
  const carol = await payer('carol');
  await carol.comesWith(shop.asks(world.wallet.mandate(terms)));
  await carol.meets(`hostile-${name}`, CONSENT, ['light']);
  await carol.says(...says);
  none(await inside(carol.page, 'order'), name);
  const text = await carol.page.locator('body').innerText();
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c]/u);
  assert.equal(await carol.page.locator('h1').count(), 1);
  return carol;
}

for (const [name, text] of Object.entries(TEXTS)) {
  once(shared, `a description: ${name}`, async ({ world, payer }) => {
    await isHarmless(world, payer, { name: `description-${name}`, terms: { description: text } });
  });
}

for (const [name, text] of Object.entries(TEXTS)) {
  once(shared, `the name of a shop that nobody has checked: ${name}`, async ({ world, payer }) => {
    const shop = await Shop.open(world.demo, world.host, { name: text, verified: false }).catch((error) => error);
    // What cannot be registered cannot be shown.
    if (shop instanceof Error) return assert.match(shop.stderr, /^error: .*name/);
    const carol = await isHarmless(world, payer, { name: `shop-${name}`, shop });
    // Our sentences and buttons know it by its host.
    const host = new URL(world.host.origin).host;
    assert.match(await carol.page.locator('.sentence').innerText(), new RegExp(`^${host}`));
  });
}

const NUMBERS = {
  'largest-amount': { terms: { amount: '9223372036854775807' }, says: ['$92,233,720,368,547,758.07 each month'] },
  'largest-scale': { terms: { amount: '9223372036854775807', assetScale: 18 }, says: ['$9.223372036854775807 each month'] },
  'no-scale': { terms: { amount: '9223372036854775807', assetScale: 0, cycles: 1000 }, says: ['$9,223,372,036,854,775,807.00'] },
  'unknown-currency': { terms: { assetCode: 'WWWWWWWWWWWW', assetScale: 18, amount: '1' }, says: ['0.000000000000000001 WWWWWWWWWWWW', 'We do not know'] },
  'short-periods': { terms: { interval: 'PT1M', cycles: 500000, expiresAt: null }, says: ['each minute', 'a day'] },
  'many-periods': { terms: { interval: 'P1D', cycles: 9999, expiresAt: null, cap: false }, says: ['each day for', 'at most $199,980.00 in total'] },
};

for (const [name, { terms, says }] of Object.entries(NUMBERS)) {
  once(shared, `numbers: ${name}`, async ({ world, payer }) => {
    await isHarmless(world, payer, { name: `numbers-${name}`, terms, says });
  });
}

/** What cannot be said in a sentence that somebody can judge is not asked. */
const REFUSED = {
  'a period of one second': { interval: 'PT1S', cycles: 5 },
  'an amount with a fraction': { amount: '20.5' },
  'an amount beyond counting': { amount: '9223372036854775808' },
  'a scale beyond counting': { assetScale: 19 },
  'a currency with markup': { assetCode: '<b>USD</b>' },
  'a currency that looks like another': { assetCode: 'UЅD' },
  'two amounts': { asset: { code: 'EUR', scale: 2 } },
  'a receiver that is no pointer': { receiver: 'javascript:alert(1)' },
};

for (const [name, terms] of Object.entries(REFUSED)) {
  once(shared, `refused: ${name}`, async ({ world, payer }) => {
    const carol = await payer('carol');
    await carol.comesWith(world.shop.asks(world.wallet.mandate(terms)));
    await carol.isOn(/^We cannot show these terms$/);
    await carol.says('Nothing was approved and no money was taken.');
  });
}

once(shared, 'a receiver with a long name', async ({ world, payer }) => {
  const receiver = `https://${'w'.repeat(63)}.${'w'.repeat(63)}.example/${'w'.repeat(200)}`;
  const carol = await isHarmless(world, payer, { name: 'receiver', terms: { receiver } });
  await carol.says('The money can only go to');
});

once(shared, 'parameters with markup come back as text, or not at all', async ({ world, payer }) => {
  const carol = await payer('carol');
  const markup = '<img src=x onerror=alert(1)>"\'';
  for (const changed of [{ client_id: markup }, { redirect_uri: markup }, { state: markup, client_id: 'cli_unknown' }]) {
    await carol.opens(world.shop.asks(world.wallet.mandate(), changed).url);
    await carol.isOn(/^(We do not know this app|This link is not safe to follow)$/);
  }
  await carol.opens(`${world.issuer}/${encodeURIComponent(markup)}`);
  await carol.isOn(/^There is no such page$/);
  const request = world.shop.asks(world.wallet.mandate(), { state: markup });
  await carol.comesWith(request);
  await carol.presses('Decline');
  assert.equal(carol.arrives().state, markup);
});
