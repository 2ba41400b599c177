// No dead ends: back, reload, ten tabs, double clicks, a slow payer. Whatever is pressed, money is approved once.
import assert from 'node:assert/strict';

import { once, story, withWorld } from '../support/story.mjs';

const shared = withWorld();
const CONSENT = /^Let Acme Streaming take payments/;

story(shared, 'back and reload after each step', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.opens(request.url);
  await carol.reloads();
  await carol.isOn(/^Sign in to Harbour Bank$/);
  await carol.signsIn();
  await carol.isOn(CONSENT);
  await carol.reloads();
  await carol.isOn(CONSENT);
  await carol.goesBack();
  await carol.isOn(/^Sign in to Harbour Bank$/);
  await carol.signsIn();
  await carol.isOn(CONSENT);
  const consent = carol.page.url();
  await carol.presses('Approve');
  const { code } = carol.arrives();
  await carol.goesBack();
  await carol.meets('done-waiting', /^You approved Acme Streaming$/);
  await carol.says('up to $20.00 each month for 12 months', 'has not picked it up yet');
  await carol.reloads();
  await carol.pressesOneLike('Acme Streaming');
  assert.equal(carol.arrives().code, code);
  assert.equal((await world.shop.redeems(request, code)).status, 200);
  await carol.opens(consent);
  await carol.meets('done-approved', /^You approved Acme Streaming$/);
  await carol.says('You can stop it at any time in Automatic payments.');
});

story(shared, 'a decline is final', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  const consent = carol.page.url();
  await carol.presses('Decline');
  assert.equal(carol.arrives().error, 'access_denied');
  await carol.opens(consent);
  await carol.meets('done-declined', /^You declined$/);
  await carol.says('Acme Streaming cannot take payments.');
});

story(shared, 'a payer who needs more time gets it', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.comesWith(world.shop.asks(world.wallet.mandate()));
  for (let time = 0; time < 10; time += 1) {
    await carol.presses('I need more time');
    await carol.isOn(CONSENT);
  }
  await carol.presses('Approve');
  assert.ok(carol.arrives().code);
});

story(shared, 'the link of a shop works twice', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  await carol.opens(request.url);
  await carol.isOn(CONSENT);
  await carol.presses('Approve');
  assert.ok(carol.arrives().code);
});

once(shared, 'two clicks on Approve are one approval', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  await carol.leaves(() => carol.control('Approve').dblclick());
  await carol.page.waitForURL(`${world.host.origin}/**`);
  const answers = world.host.answersTo(request.state);
  assert.ok(answers.length >= 1);
  assert.deepEqual([...new Set(answers.map((answer) => answer.code))], [carol.arrives().code]);
  assert.equal((await world.shop.redeems(request, carol.arrives().code)).status, 200);
  const grants = await world.demo.command('grant', 'list', '--agreement', request.scope);
  assert.equal(grants.length, 1);
});

once(shared, 'Approve and Decline at once give one answer', async ({ world, payer }) => {
  const carol = await payer('carol');
  const request = world.shop.asks(world.wallet.mandate());
  await carol.comesWith(request);
  const second = await carol.alsoOpens(carol.page.url());
  const press = (page, value) => page.locator(`button[value=${value}]`).click();
  await Promise.all([press(carol.page, 'approve'), press(second, 'decline')]);
  await Promise.all([carol.page, second].map((page) => page.waitForURL(`${world.host.origin}/**`)));
  const [one, other] = [carol.page, second].map((page) => new URL(page.url()).search);
  assert.equal(one, other);
});

once(shared, 'ten tabs, each with a request of its own', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.comesWith(world.shop.asks(world.wallet.mandate()));
  const requests = Array.from({ length: 10 }, () => world.shop.asks(world.wallet.mandate()));
  const tabs = [];
  for (const request of requests) tabs.push(await carol.alsoOpens(request.url));
  for (const [index, tab] of tabs.entries()) {
    await tab.locator(`button[value=${index % 2 ? 'decline' : 'approve'}]`).click();
    await tab.waitForURL(`${world.host.origin}/**`);
  }
  for (const [index, request] of requests.entries()) {
    const [answer] = world.host.answersTo(request.state);
    if (index % 2) assert.equal(answer.error, 'access_denied');
    else assert.equal((await world.shop.redeems(request, answer.code)).status, 200);
  }
});

once(shared, 'a sign-in page from before somebody signed in elsewhere still works', async ({ world, payer }) => {
  const carol = await payer('carol');
  await carol.opens(world.shop.asks(world.wallet.mandate()).url);
  const second = await carol.alsoOpens(world.shop.asks(world.wallet.mandate()).url);
  await carol.signsIn();
  await carol.isOn(CONSENT);
  carol.page = second;
  await carol.signsIn();
  await carol.isOn(CONSENT);
});
