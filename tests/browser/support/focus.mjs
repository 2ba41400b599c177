// The keyboard's way through a page: where the focus goes, and whether it can be seen.
import { inside } from './inside.mjs';

const MOST_STEPS = 150;

/** Goes with Tab until `target` has the focus; fails where the focus cannot be seen, or never gets there. */
export async function reach(page, target) {
  const seen = [];
  const wanted = await target.elementHandle();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const at = await inside(page, 'focus', wanted);
    if (at.faults.length > 0) throw new Error(`the focus on ${at.name}: ${at.faults.join(', ')}`);
    if (at.isWanted) return;
    seen.push(at.name);
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${target}, only to ${[...new Set(seen)].join(' · ')}`);
}

/** Goes through a fresh page with Tab, and back; what is wrong with it. */
export async function walk(page) {
  const expected = await inside(page, 'stops');
  const forward = await steps(page, 'Tab', expected.length);
  const back = await steps(page, 'Shift+Tab', expected.length);
  const faults = [...forward, ...back].flatMap((at) => at.faults.map((fault) => `the focus on ${at.name}: ${fault}`));
  const names = (list) => list.map((at) => at.name).join(' · ');
  const wanted = expected.join(' · ');
  if (names(forward) !== wanted) faults.push(`Tab goes ${names(forward)}, expected ${wanted}`);
  if (names(back.reverse()) !== wanted) faults.push(`Shift+Tab comes back ${names(back)}, expected ${wanted}`);
  return faults;
}

/** Every stop from here until the focus leaves the page, or begins again. */
async function steps(page, key, expected) {
  const stops = [];
  while (stops.length <= expected + 3) {
    await page.keyboard.press(key);
    const at = await inside(page, 'focus', null);
    const isAround = stops.length > 0 && at.place === stops[0].place;
    if (at.place < 0 || isAround) return stops;
    stops.push(at);
  }
  return stops;
}
