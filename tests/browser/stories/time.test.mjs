// What time does to a decision: an old sign-in, a request that ran out, a month that goes by.
import assert from 'node:assert/strict';

import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const CONSENT = /^Let Acme Streaming take payments/;

story(shared, 'an approval some minutes after the sign-in asks for the password again', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  await world.demo.timePasses('PT6M');
  await carol.presses('Approve');
  await carol.meets('confirm', /^Confirm it is you$/);
  await carol.says('up to $20.00 each month for 12 months', 'Acme Streaming');
  await carol.types('Password', 'not her password');
  await carol.presses('Confirm');
  await carol.meets('confirm-wrong', /^Confirm it is you$/);
  await carol.confirms('confirm');
  assert.equal((await world.shop.redeems(request, carol.arrives().code)).status, 200);
});

story(shared, 'who does not confirm approves nothing', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.comesWith(world.shop.asks(world.wallet.mandate()));
  await world.demo.timePasses('PT6M');
  await carol.presses('Approve');
  await carol.presses('Decline');
  assert.equal(carol.arrives().error, 'access_denied');
});

story(shared, 'new terms can be approved, by somebody who says who they are', async ({ world, payer }) => {
  const carol = await payer('carol');
  const agreement = world.wallet.mandate();
  const request = world.shop.asks(agreement);
  await carol.comesWith(request);
  world.wallet.changes(agreement, { amount: '2500' });
  await carol.presses('Approve');
  await carol.isOn(/^The terms changed\. Check them again\.$/);
  await carol.presses('Approve the new terms');
  await carol.confirms('confirm-changed');
  const tokens = await world.shop.redeems(request, carol.arrives().code);
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url'));
  assert.equal(claims.authorization_details[0].limits.amount, '2500');
});

story(shared, 'a request that ran out', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  for (let step = 0; step < 4; step += 1) await world.demo.timePasses('PT6M');
  await carol.presses('I need more time');
  await carol.isOn(CONSENT);
  for (let step = 0; step < 4; step += 1) await world.demo.timePasses('PT6M');
  await carol.reloads();
  await carol.isOn(CONSENT);
  for (let step = 0; step < 2; step += 1) await world.demo.timePasses('PT6M');
  await carol.presses('Approve');
  await carol.meets('failure-waited', /^This request has ended$/);
  await carol.says('You waited more than 30 minutes.', 'Nothing was approved and no money was taken.');
  await carol.pressesOneLike('Go back to Acme Streaming');
  assert.equal(carol.arrives().error, 'access_denied');
});

story(shared, 'a sign-in that ran out, and one that nobody used in time', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.comesWith(world.shop.asks(world.wallet.mandate()));
  await world.demo.timePasses('P1D');
  await carol.reloads();
  await carol.isOn(/^(This request has ended|Sign in to Harbour Bank)$/);
  await carol.opens(world.shop.asks(world.wallet.mandate()).url);
  await carol.isOn(/^Sign in to Harbour Bank$/);
  await world.demo.timePasses('P1D');
  await carol.signsIn();
  await carol.meets('failure-waited-to-sign-in', /^This request has ended$/);
});
