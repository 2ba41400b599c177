// The checks themselves: each finds what it is for, on a real page that was spoilt on purpose.
import assert from 'node:assert/strict';

import { axeFaults } from '../support/axe.mjs';
import { reach, walk } from '../support/focus.mjs';
import { inside } from '../support/inside.mjs';
import { glance, inspect } from '../support/inspection.mjs';
import { once, withWorld } from '../support/story.mjs';
import { headerFaults } from '../support/watch.mjs';

const shared = withWorld();

async function consent({ world, payer }) {
  const carol = await payer('carol');
  await carol.comesWith(world.shop.asks(world.wallet.mandate()));
  return carol;
}

/** Each spoils the page, and names the check and what it must then say. */
const SPOILT = {
  'pale words': [() => { document.querySelector('.sentence').style.color = '#aaa'; }, (page) => inside(page, 'contrasts'), /has a contrast of 2/],
  'a small button': [() => { document.querySelector('.quiet').style.minBlockSize = '0'; document.querySelector('.quiet').style.padding = '0'; }, (page) => inside(page, 'targets'), /px$/],
  'a pale edge': [() => { document.querySelector('.quiet').style.borderColor = '#ddd'; }, (page) => inside(page, 'targets'), /the edge of/],
  'a wide page': [() => { document.querySelector('main').style.inlineSize = '3000px'; }, (page) => inside(page, 'layout'), /scrolls sideways/],
  'cut words': [() => { Object.assign(document.querySelector('.sentence').style, { blockSize: '10px', overflow: 'hidden' }); }, (page) => inside(page, 'layout'), /is cut/],
  'controls on each other': [() => { document.querySelector('button[value=decline]').style.marginBlockStart = '-2rem'; }, (page) => inside(page, 'layout'), /lies on/],
  'reversed words': [() => { Object.assign(document.querySelector('.sentence').style, { direction: 'rtl', unicodeBidi: 'bidi-override' }); }, (page) => inside(page, 'order'), /not written from left/],
  'a field on a consent page': [() => { document.querySelector('form').append(document.createElement('input')); }, (page) => glance(page, true), /there is input/],
  'a smaller Decline': [() => { document.querySelector('button[value=decline]').style.fontWeight = '400'; }, (page) => glance(page, true), /the answers look different/],
  'no Decline': [() => { document.querySelector('button[value=decline]').remove(); }, (page) => glance(page, true), /can approve and not decline/],
  'two first headings': [() => { document.querySelector('h2').outerHTML = '<h1>Two</h1>'; }, (page) => glance(page, true), /2 first headings/],
  'no language': [() => { document.documentElement.lang = ''; }, (page) => glance(page, true), /no language/],
  'our jargon': [() => { document.querySelector('h2').textContent = 'This mandate'; }, (page) => glance(page, true), /says “mandate”/],
  'a leftover': [() => { document.querySelector('dd').textContent = 'undefined'; }, (page) => glance(page, true), /says “undefined”/],
  'colours that are not forced': [() => { document.querySelector('button').style.forcedColorAdjust = 'none'; }, (page) => glance(page, true), /colours be forced/],
  'an inline script': [() => { document.body.append(document.createElement('script')); }, (page) => glance(page, true), /there is <script/],
  'no name for a field': [() => { document.querySelector('main').append(document.createElement('input')); }, (page) => axeFaults(page), /axe: label/],
  'a control that Tab skips': [() => { document.querySelector('summary').addEventListener('focus', (event) => event.target.blur()); }, walk, /Tab goes/],
  'an invisible focus': [() => { document.querySelector('button[value=approve]').style.outline = 'none'; }, walk, /its outline is/],
};

for (const [name, [spoil, check, expected]] of Object.entries(SPOILT)) {
  once(shared, `found: ${name}`, async (told) => {
    const { page } = await consent(told);
    const before = await check(page);
    assert.ok(!before.some((fault) => expected.test(fault)), before.join('\n'));
    await page.reload();
    await page.evaluate(spoil);
    const found = await check(page);
    assert.ok(found.some((fault) => expected.test(fault)), `it found only: ${found.join('\n')}`);
  });
}

once(shared, 'found: text that does not grow, and a phone’s side scroll', async (told) => {
  const { page } = await consent(told);
  await page.evaluate(() => {
    document.body.style.fontSize = '17px';
    document.querySelector('.sentence').style.minInlineSize = '400px';
  });
  const found = (await inspect(page, 'spoilt', ['light'])).join('\n');
  assert.match(found, /the text does not grow/);
  assert.match(found, /the page scrolls sideways/);
});

once(shared, 'found: a focus that never comes', async (told) => {
  const { page } = await consent(told);
  await page.evaluate(() => document.querySelector('button[value=approve]').setAttribute('tabindex', '-1'));
  await assert.rejects(reach(page, page.locator('button[value=approve]')), /Tab never came/);
});

once(shared, 'found: a request elsewhere, a dialog, a complaint in the console', async (told) => {
  const carol = await consent(told);
  await carol.page.evaluate(() => {
    const picture = document.createElement('img');
    picture.src = 'https://elsewhere.example/picture';
    document.body.append(picture);
    document.body.style.backgroundImage = 'url("https://elsewhere.example/ground")';
  });
  await carol.page.evaluate(() => window.open('http://127.0.0.1:9/', '_blank'));
  await carol.page.evaluate(() => setTimeout(() => alert(1)));
  await carol.page.waitForTimeout(500);
  const found = (await carol.watch.faults()).join('\n');
  assert.match(found, /the console says: .*Content Security Policy/);
  assert.match(found, /a request went to http:\/\/127.0.0.1:9\//);
  assert.match(found, /a dialog opened/);
});

once(shared, 'found: headers that are missing', async ({ world }) => {
  const reply = await fetch(`${world.issuer}/sign-in`);
  const headers = Object.fromEntries(reply.headers);
  assert.deepEqual(headerFaults(headers), []);
  for (const name of Object.keys(headers)) {
    const { [name]: taken, ...rest } = headers;
    const isWanted = /^(x-frame|x-content|referrer|cross-origin|permissions|cache|content-security)/.test(name);
    assert.equal(headerFaults(rest).length > 0, isWanted, name);
  }
  const loose = { ...headers, 'content-security-policy': headers['content-security-policy'].replace("frame-ancestors 'none'", 'frame-ancestors *') };
  assert.notDeepEqual(headerFaults(loose), []);
});
