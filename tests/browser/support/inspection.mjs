// What must hold of every page that anybody meets, and of how it looks in every width, colour and size of text.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { axeFaults } from './axe.mjs';
import { ROOT } from './demo.mjs';
import { inside } from './inside.mjs';

const WIDTHS = [320, 768, 1280];
const HEIGHT = 800;
const SCREENSHOTS = join(ROOT, 'target/screenshots');

const MOODS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'light', forcedColors: 'active' },
};

/** What is wrong with the page as it is, whatever its size. */
export async function glance(page, isIssuer) {
  return inside(page, 'structure', { isIssuer });
}

/** What is wrong with the page in any width and these moods; leaves its screenshots. */
export async function inspect(page, name, moods = Object.keys(MOODS)) {
  const before = page.viewportSize();
  const places = new Map();
  const note = (where, found) => found.forEach((fault) => places.set(fault, [...(places.get(fault) ?? []), where]));
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  note(`${WIDTHS[0]} as it came`, await look(page));
  await inside(page, 'unfold', true);
  for (const mood of moods) {
    await page.emulateMedia(MOODS[mood]);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      note(`${width} ${mood}`, await look(page));
    }
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  await enlarged(page, note);
  await inside(page, 'unfold', false);
  await pictures(page, name);
  await page.setViewportSize(before);
  return [...places].map(([fault, where]) => `${fault} (at ${[...new Set(where)].join(', ')})`);
}

async function look(page) {
  const found = await axeFaults(page);
  for (const check of ['layout', 'targets', 'contrasts']) found.push(...(await inside(page, check)));
  return found;
}

/** Text at 200 % (WCAG 1.4.4). */
async function enlarged(page, note) {
  const debug = await page.context().newCDPSession(page);
  const normal = await inside(page, 'fontSize');
  await debug.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  if ((await inside(page, 'fontSize')) !== 2 * normal) note('200 %', ['the text does not grow']);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    note(`${width} with text at 200 %`, [...(await inside(page, 'layout')), ...(await inside(page, 'targets'))]);
  }
  await debug.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
  await debug.detach();
}

/** Leaves pictures of the page where a person can look at them. */
async function pictures(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  // Hiding the caret would leave a style of Playwright's on every field.
  const take = (end) => page.screenshot({ path: join(SCREENSHOTS, `${name}-${end}.png`), fullPage: true, caret: 'initial' });
  await page.setViewportSize({ width: 1280, height: HEIGHT });
  await take('1280');
  await page.setViewportSize({ width: 360, height: 640 });
  await take('360');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take('360-dark');
  await page.emulateMedia({ colorScheme: null });
  if (await inside(page, 'unfold', true)) await take('360-open');
  await inside(page, 'unfold', false);
}
