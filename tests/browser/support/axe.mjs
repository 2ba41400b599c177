import axe from 'axe-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core finds on a page as it is now, also what it could not decide; contrasts are decided by our own check. */
export async function axeFaults(page) {
  const there = await page.evaluate('typeof globalThis.axe === "object"');
  if (!there) await page.evaluate(axe.source);
  const options = { runOnly: RULES, resultTypes: ['violations', 'incomplete'] };
  const { violations, incomplete } = await page.evaluate((chosen) => globalThis.axe.run(document, chosen), options);
  const undecided = incomplete.filter((rule) => rule.id !== 'color-contrast');
  return [...violations, ...undecided].flatMap((rule) => rule.nodes.map((node) => `axe: ${rule.id}: ${node.target} (${node.failureSummary})`));
}
