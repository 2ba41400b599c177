// Every way in which a request can end without a decision: a page that says what happened, and an error for the shop.
import assert from 'node:assert/strict';

import { Shop } from '../support/shop.mjs';
import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const NOTHING = 'Nothing was approved and no money was taken.';

/** Pages that lead nowhere, because it is not known where that would be safe. */
const UNSAFE = [
  { name: 'unknown-app', heading: /^We do not know this app$/, changed: { client_id: 'cli_unknown' } },
  { name: 'unsafe-link', heading: /^This link is not safe to follow$/, changed: { redirect_uri: 'https://elsewhere.example/callback' } },
];

for (const { name, heading, changed } of UNSAFE) {
  story(shared, `${name}: there is nobody to go back to`, async ({ world, payer }) => {
    const carol = await payer('carol');
    await carol.opens(world.shop.asks(world.wallet.mandate(), changed).url);
    await carol.meets(`failure-${name}`, heading);
    await carol.says(NOTHING);
    const links = await carol.page.locator('a[href]').evaluateAll((all) => all.map((link) => link.href));
    assert.deepEqual(links.filter((link) => !link.startsWith(world.issuer)), []);
  });
}

/** Pages that lead back to the shop, with the error that it gets. */
const UNUSABLE = [
  {
    name: 'unusable',
    heading: /^We cannot show these terms$/,
    change: (wallet, url) => wallet.changes(url, { amount: '0' }),
    error: 'invalid_scope',
  },
  {
    name: 'unreachable',
    heading: /^We cannot read the agreement right now$/,
    change: (wallet, url) => wallet.fails(url, 500),
    says: ['which did not answer'],
    error: 'temporarily_unavailable',
  },
  {
    name: 'cancelled',
    heading: /^This request has ended$/,
    change: (wallet, url) => wallet.changes(url, { cancelledAt: '2026-11-20T00:00:00Z' }),
    says: ['The agreement was cancelled.'],
    error: 'access_denied',
  },
  {
    name: 'expired',
    heading: /^This request has ended$/,
    change: (wallet, url) => wallet.changes(url, { startAt: '2025-01-01T00:00:00Z', expiresAt: '2026-01-01T00:00:00Z' }),
    says: ['The agreement is past its end date.'],
    error: 'access_denied',
  },
  {
    name: 'used-up',
    heading: /^This request has ended$/,
    change: (wallet, url) => wallet.changes(url, { status: 'completed' }),
    says: ['Everything in this agreement has been paid.'],
    error: 'access_denied',
  },
];

for (const { name, heading, change, says = [], error } of UNUSABLE) {
  story(shared, `${name}: the shop is told`, async ({ world, payer }) => {
    const carol = await payer('carol');
    const agreement = world.wallet.mandate();
    change(world.wallet, agreement);
    const request = world.shop.asks(agreement);
    await carol.comesWith(request);
    await carol.meets(`failure-${name}`, heading);
    await carol.says(NOTHING, ...says);
    await carol.pressesOneLike('Go back to Acme Streaming');
    const answer = carol.arrives();
    assert.deepEqual([answer.error, answer.state], [error, request.state]);
  });
}

story(shared, 'a wallet that answers again', async ({ world, payer }) => {
  const carol = await payer('carol');
  const agreement = world.wallet.mandate();
  const terms = world.wallet.terms(agreement);
  world.wallet.fails(agreement, 503);
  await carol.comesWith(world.shop.asks(agreement));
  await carol.isOn(/^We cannot read the agreement right now$/);
  world.wallet.changes(agreement, terms);
  await carol.presses('Try again');
  await carol.isOn(/^Let Acme Streaming take payments/);
});

story(shared, 'an agreement that another shop has', async ({ world, payer }) => {
  const carol = await payer('carol');
  const other = await Shop.open(world.demo, world.host, { name: 'Corner Books' });
  const agreement = world.wallet.mandate();
  const first = other.asks(agreement);
  await carol.comesWith(first);
  await carol.presses('Approve');
  assert.equal((await other.redeems(first, carol.arrives().code)).status, 200);
  await carol.opens(world.shop.asks(agreement).url);
  await carol.meets('failure-taken', /^This request has ended$/);
  await carol.says('This agreement is already in use.', NOTHING);
  await carol.saysNot('Corner Books');
  await carol.pressesOneLike('Go back to Acme Streaming');
  assert.equal(carol.arrives().error, 'access_denied');
});

story(shared, 'a page that is not there', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.opens(`${world.issuer}/nowhere`);
  await carol.meets('failure-not-found', /^There is no such page$/);
});

story(shared, 'a browser that refuses cookies', async ({ world, payer }) => {
  const carol = await payer('carol', { refusesCookies: true });
  await carol.opens(world.shop.asks(world.wallet.mandate()).url);
  await carol.meets('failure-no-cookies', /^Turn on cookies to continue$/);
  await carol.says(NOTHING);
});
