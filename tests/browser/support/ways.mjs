// The ways in which people use a page: each can press and type, and no story knows which it is.
import { reach } from './focus.mjs';

/** With a mouse, and with scripts allowed. */
export const mouse = {
  name: 'with a mouse',
  options: {},
  press: (page, target) => target.click(),
  type: (page, target, words) => target.fill(words),
};

/** The same in a browser that runs no scripts. */
export const scriptless = { ...mouse, name: 'without JavaScript', options: { javaScriptEnabled: false } };

/** With the keyboard alone. */
export const keyboard = {
  name: 'by keyboard',
  options: {},
  async press(page, target) {
    await reach(page, target);
    const isLink = await target.evaluate((element) => element.localName === 'a');
    await page.keyboard.press(isLink ? 'Enter' : 'Space');
  },
  async type(page, target, words) {
    await reach(page, target);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(words);
  },
};

export const WAYS = [mouse, scriptless, keyboard];
