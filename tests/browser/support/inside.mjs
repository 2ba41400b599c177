// Runs our own checks inside a page, whether or not its scripts may run: they come by the debugger, not by the page.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SOURCE = await readFile(join(import.meta.dirname, 'inside.page.js'), 'utf8');

/** What the check `name` of `inside.page.js` answers. */
export async function inside(page, name, argument = null) {
  const there = await page.evaluate('typeof globalThis.inside === "object"');
  if (!there) await page.evaluate(SOURCE);
  return page.evaluate(([check, value]) => globalThis.inside[check](value), [name, argument]);
}
