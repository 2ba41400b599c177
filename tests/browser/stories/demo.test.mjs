// The stories of the demo's shops, from their buttons to what they say happened.
import assert from 'node:assert/strict';

import { once, story, withWorld } from '../support/story.mjs';

const shared = withWorld();

const MANDATE = /^Let Acme Streaming take payments from your account\?$/;
const CHANGED = /^The terms changed\. Check them again\.$/;
const ENDED = /^This request has ended$/;
const NOT_GIVEN = /^The permission was not given$/;

/** Alice begins a story in a shop, and signs in. */
async function begins(payer, name, heading, shop = 'shop') {
  const alice = await payer('alice');
  await alice.opens(alice.world.demo[shop].url);
  await alice.meets(shop, /^Choose a story$/);
  await alice.presses(alice.world.demo.story(name).title);
  if (heading) {
    await alice.isOn(/^Sign in to Demo Wallet$/);
    await alice.signsIn();
    await alice.meets(`demo-${name}`, heading);
  }
  return alice;
}

/** Presses one of the buttons of a story that has ended well; the shop says what came of it. */
async function acts(alice, button, ...says) {
  await alice.presses(button);
  await alice.says(...says);
}

/** The stories that are told here. */
const told = new Set();

/** Tells a story of a shop's. */
function tells(name, what, tell) {
  told.add(name);
  story(shared, `${name}: ${what}`, tell);
}

const GIVEN = {
  monthly: { heading: MANDATE, result: /^You are subscribed$/, act: 'Charge it: $5.00', done: '$5.00 was taken', tooMuch: 'Charge too much: $500.00' },
  endless: { heading: MANDATE, result: /^You are subscribed$/, act: 'Charge it: $5.00', done: '$5.00 was taken', tooMuch: 'Charge too much: $500.00' },
  'carry-over': { heading: MANDATE, result: /^You are subscribed$/, act: 'Charge it: $5.00', done: '$5.00 was taken', tooMuch: 'Charge too much: $500.00' },
  invoice: { heading: /^Let Acme Streaming pay \$34\.50 into your account\?$/, answer: 'Allow', result: /^The shop may pay you$/, act: 'Pay it: $11.50', done: '$11.50 was paid', tooMuch: 'Pay too much: $500.00' },
  session: { heading: /^Let Acme Streaming stream payments to you\?$/, answer: 'Allow', result: /^The shop may stream payments to you$/, act: 'Send a small payment: $0.05', done: '$0.05 was paid', tooMuch: 'Send too much: $500.00' },
  electricity: { shop: 'secondShop', heading: /^Let Acme Utilities take payments from your account\?$/, result: /^Your electricity is paid from now on$/, act: 'Charge it: $5.00', done: '$5.00 was taken', tooMuch: 'Charge too much: $500.00' },
  collection: { heading: /^Let Acme Streaming create invoices in your name\?$/, answer: 'Allow', result: /^The shop may create invoices in your name$/, act: 'Create an invoice with it', done: 'The wallet created', tooMuch: 'Create one for somebody else' },
};

for (const [name, { shop, heading, answer = 'Approve', result, act, done, tooMuch }] of Object.entries(GIVEN)) {
  tells(name, 'given, used, refreshed and given back', async ({ payer }) => {
    const alice = await begins(payer, name, heading, shop);
    await alice.presses(answer);
    await alice.meets(`shop-${name}`, result);
    await acts(alice, act, done);
    await acts(alice, tooMuch, 'not done.', 'The wallet refused');
    await acts(alice, 'Refresh', 'Refresh – done.');
    await acts(alice, 'Revoke', 'Revoke – done.');
    await acts(alice, act, 'not done.');
    await alice.meets(`shop-${name}-over`, /./);
  });
}

for (const [name, shop, called] of [['look', 'shop', 'Acme Streaming'], ['meter', 'secondShop', 'Acme Utilities']]) {
  tells(name, 'seen, and not charged', async ({ payer }) => {
    const alice = await begins(payer, name, new RegExp(`^Let ${called} see this automatic payment\\?$`), shop);
    await alice.says('With this permission it cannot take money.', 'It cannot');
    await alice.presses('Allow');
    await alice.meets(`shop-${name}`, /^The shop may look, and take nothing$/);
    await acts(alice, 'Look at it', 'The wallet showed the agreement');
    await acts(alice, 'Charge it: $5.00', 'not done.', 'This token does not allow to charge this agreement.');
    await acts(alice, 'Refresh', 'Refresh – done.');
    await acts(alice, 'Look at it', 'The wallet showed the agreement');
    await acts(alice, 'Revoke', 'Revoke – done.');
    await acts(alice, 'Look at it', 'not done.');
    await alice.meets(`shop-${name}-over`, /./);
  });
}

tells('decline', 'the shop learns just that', async ({ payer }) => {
  const alice = await begins(payer, 'decline', MANDATE);
  await alice.presses('Decline');
  await alice.meets('shop-decline', NOT_GIVEN);
  await alice.says('access_denied');
});

tells('changing', 'nothing is approved that was not read', async ({ payer }) => {
  const alice = await begins(payer, 'changing', MANDATE);
  await alice.presses('Approve');
  await alice.meets('demo-changed', CHANGED);
  await alice.says('$20.00', '$50.00', 'Nothing has been approved.');
  await alice.presses('Decline');
  await alice.isOn(NOT_GIVEN);
});

for (const [name, heading, error] of [
  ['expired', ENDED, 'access_denied'],
  ['foreign', /^This agreement is for a different account$/, 'access_denied'],
  ['silent', /^We cannot read the agreement right now$/, 'temporarily_unavailable'],
]) {
  tells(name, 'the shop is told', async ({ payer }) => {
    const alice = await begins(payer, name, heading);
    await alice.says('Nothing was approved and no money was taken.');
    await alice.pressesOneLike('Go back to Acme Streaming');
    await alice.meets(`shop-${name}`, /^(The permission was not given|That did not work right now)$/);
    await alice.says(error);
  });
}

tells('tip', 'nobody is asked', async ({ payer }) => {
  const alice = await begins(payer, 'tip');
  await alice.meets('shop-tip', /^Bob was paid$/);
  await acts(alice, 'Pay it again: $2.00', '$2.00 was paid');
});

tells('stolen', 'a token without its key is worth nothing', async ({ payer }) => {
  const alice = await begins(payer, 'stolen', /^Let Acme Utilities take payments from your account\?$/, 'secondShop');
  await alice.presses('Approve');
  await alice.meets('shop-stolen', /^The shop has a token\. Now steal it$/);
  await acts(alice, 'Be a thief: use the token alone', 'not done.', 'This token is bound to a key.');
  await acts(alice, 'Be a thief: use it with another key', 'not done.', 'by another key');
  await acts(alice, 'Be the shop: charge it $5.00', '$5.00 was taken. Left to take now: $15.00.');
  await acts(alice, 'Revoke', 'Revoke – done.');
});

once(shared, 'no story is left out', async ({ world: { demo } }) => {
  const all = [...demo.stories, ...demo.secondShop.stories].map(({ name }) => name);
  assert.deepEqual([...told].sort(), all.sort());
});

once(shared, 'the wallet shows what it keeps', async ({ world, payer }) => {
  const alice = await payer('alice');
  await alice.opens(world.demo.wallet.url);
  await alice.meets('wallet', /^Demo wallet$/);
});

once(shared, 'what is missing in the shop', async ({ world, payer }) => {
  const alice = await payer('alice');
  await alice.opens(`${world.demo.shop.url}/stories/999`);
  await alice.meets('shop-missing', /^There is no such page$/);
});
