// A fault of ours: one page that needs neither database nor templates, and says that trying again is safe.
import assert from 'node:assert/strict';

import { once, withWorld } from '../support/story.mjs';

const shared = withWorld();

once(shared, 'the database is away', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  await world.demo.losesItsClients();
  const reply = await carol.opens(carol.page.url());
  assert.equal(reply.status(), 503);
  assert.ok(reply.headers()['retry-after']);
  await carol.meets('fault', /^Sorry, something went wrong$/);
  await carol.says('nothing is ever approved twice');
  await world.demo.findsItsClients();
  await carol.presses('Try again');
  await carol.isOn(/^Let Acme Streaming take payments/);
});
