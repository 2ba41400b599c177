// Terms that change while somebody looks: nothing is approved that was not read.
import assert from 'node:assert/strict';

import { story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const CONSENT = /^Let Acme Streaming take payments/;
const CHANGED = /^The terms changed\. Check them again\.$/;

story(shared, 'terms that became worse are shown, and declined', async ({ world, payer }) => {
  const carol = await payer('carol');
  const agreement = world.wallet.mandate();
  await carol.comesWith(world.shop.asks(agreement));
  await carol.isOn(CONSENT);
  world.wallet.changes(agreement, { amount: '5000', description: 'Streaming, every plan there is' });
  await carol.presses('Approve');
  await carol.meets('changed', CHANGED);
  await carol.says('Nothing has been approved.', 'What changed', '$20.00', '$50.00', 'at most $600.00 in total', 'went from $240.00 to $600.00');
  await carol.presses('Decline');
  assert.equal(carol.arrives().error, 'access_denied');
});

story(shared, 'terms that keep changing end the request', async ({ world, payer }) => {
  const carol = await payer('carol');
  const agreement = world.wallet.mandate();
  await carol.comesWith(world.shop.asks(agreement));
  world.wallet.changes(agreement, { amount: '2500' });
  await carol.presses('Approve');
  await carol.meets('changed-little', CHANGED);
  world.wallet.changes(agreement, { amount: '3000' });
  await carol.presses('Approve the new terms');
  await carol.meets('changed-stopped', /^These terms keep changing/);
  await carol.says('Nothing was approved and no money was taken.');
  await carol.presses('Go back to Acme Streaming');
  assert.equal(carol.arrives().error, 'access_denied');
});
