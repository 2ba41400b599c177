// Checks that look at a page from within. Each answers with plain data: a list of faults, where nothing else is said.
globalThis.inside = (() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const words = (element) => (element.innerText ?? element.textContent).trim().replace(/\s+/g, ' ').slice(0, 60);

  function named(element) {
    if (element === null || element === document.body || element === document.documentElement) return 'the page';
    const label = element.labels?.[0] ? words(element.labels[0]) : words(element);
    return `${element.localName} “${label}”`;
  }

  // Colours

  function channels(colour) {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  }

  function luminance({ rgb }) {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [light, dark] = [luminance(channels(one)), luminance(channels(other))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  function ground(element) {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour).alpha === 1) return colour;
    }
    return 'rgb(255, 255, 255)';
  }

  /** Words stand out from their ground: 4.5 : 1, or 3 : 1 where they are large (WCAG 1.4.3). */
  function contrasts() {
    const faults = [];
    const elements = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.trim()) elements.add(walker.currentNode.parentElement);
    for (const element of [...elements].filter((each) => isShown(each) && !isUnseen(each))) {
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const colour = element instanceof SVGElement ? style.fill : style.color;
      const found = contrast(colour, ground(element));
      if (found < (isLarge ? 3 : 4.5)) faults.push(`${named(element)} has a contrast of ${found.toFixed(2)}`);
    }
    return faults;
  }

  // Structure

  function structure({ isIssuer }) {
    const faults = [];
    const html = document.documentElement;
    const headings = all('h1').filter(isShown);
    if (headings.length !== 1) faults.push(`there are ${headings.length} first headings`);
    if (!html.lang) faults.push('the page has no language');
    if (isIssuer && !['ltr', 'rtl'].includes(html.dir)) faults.push('the page has no direction');
    if (!document.title.trim()) faults.push('the page has no title');
    if (isIssuer && headings[0] && !document.title.includes(headings[0].textContent.trim())) {
      faults.push(`the title “${document.title}” does not say “${headings[0].textContent.trim()}”`);
    }
    if (all('main').length !== 1) faults.push(`there are ${all('main').length} main parts`);
    for (const element of all('script, [style], iframe, object, embed, link[href^="http"]:not([href^="' + location.origin + '"])')) {
      faults.push(`there is ${element.outerHTML.slice(0, 80)}`);
    }
    for (const element of all('*')) {
      if (getComputedStyle(element).forcedColorAdjust === 'none') faults.push(`${named(element)} does not let its colours be forced`);
      const handler = [...element.attributes].find((attribute) => attribute.name.startsWith('on'));
      if (handler) faults.push(`there is ${handler.name} on ${named(element)}`);
    }
    return [...faults, ...spoiltWords(isIssuer), ...decisionFaults()];
  }

  /** Words that no payer should read: leftovers of programs everywhere, our jargon outside of quotations and details. */
  function spoiltWords(isIssuer) {
    const faults = [];
    const ours = document.body.cloneNode(true);
    all('blockquote, code, pre, bdi:not(.money)', ours).forEach((element) => element.remove());
    const text = ours.textContent;
    for (const leftover of ['undefined', 'NaN', '[object', '{ $', '{$', '&amp;', '&lt;', '\ufffd', 'Some(']) {
      if (text.includes(leftover)) faults.push(`the page says “${leftover}”`);
    }
    if (!isIssuer) return faults;
    all('details, bdi', ours).forEach((element) => element.remove());
    const jargon = /\b(mandate|grant|scope|token|client|redirect|null)s?\b/i.exec(ours.textContent);
    if (jargon) faults.push(`the page says “${jargon[0]}” to a payer`);
    return faults;
  }

  function answers() {
    const pair = ['approve', 'decline'].map((value) => document.querySelector(`button[name=decision][value=${value}]`));
    return pair.every(Boolean) ? pair : null;
  }

  /** A page that can approve has no field, and answers of the same size and weight. */
  function decisionFaults() {
    const pair = answers();
    if (document.querySelector('button[value=approve]') && !pair) return ['one can approve and not decline'];
    if (!pair) return [];
    const faults = all('input:not([type=hidden]), select, textarea, [contenteditable]').map((field) => `there is ${named(field)}`);
    const look = (button) => {
      const style = getComputedStyle(button);
      const box = button.getBoundingClientRect();
      const same = ['fontSize', 'fontWeight', 'fontFamily', 'color', 'backgroundColor', 'borderTopWidth', 'borderTopColor', 'borderRadius', 'opacity', 'textDecorationLine', 'boxShadow'];
      return JSON.stringify([Math.round(box.width), Math.round(box.height), ...same.map((name) => style[name])]);
    };
    const [approve, decline] = pair.map(look);
    if (approve !== decline) faults.push(`the answers look different: ${approve} and ${decline}`);
    return faults;
  }

  // Layout

  const isUnseen = (element) => element.closest('.unseen, .skip') !== null;

  function layout() {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`the page scrolls sideways: ${root.scrollWidth} in ${root.clientWidth} px`);
    return [...faults, ...cutText(root.clientWidth), ...overlaps()];
  }

  function cutText(width) {
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (!node.data.trim() || !isShown(parent) || isUnseen(parent) || parent.closest('pre, svg')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = clip(parent, width);
      for (const rect of range.getClientRects()) {
        if (rect.left < box.left - 1 || rect.right > box.right + 1 || rect.bottom > box.bottom + 4) {
          faults.push(`“${node.data.trim().slice(0, 40)}” is cut in ${named(parent)}`);
          break;
        }
      }
    }
    return faults;
  }

  /** Where text within `element` can be seen: the page's width, and any ancestor that hides what overflows. */
  function clip(element, width) {
    const box = { left: 0, right: width, bottom: Infinity };
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === 'inline' || style.overflow === 'visible') continue;
      const rect = at.getBoundingClientRect();
      box.left = Math.max(box.left, rect.left);
      box.right = Math.min(box.right, rect.right);
      box.bottom = Math.min(box.bottom, rect.bottom);
    }
    return box;
  }

  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary';

  function controls() {
    return all(CONTROLS).filter((element) => isShown(element) && !isUnseen(element));
  }

  function overlaps() {
    const faults = [];
    const boxes = controls().map((element) => ({ element, box: element.getBoundingClientRect() }));
    boxes.forEach(({ element, box }, index) => {
      for (const { element: other, box: next } of boxes.slice(index + 1)) {
        const apart = box.right <= next.left + 1 || next.right <= box.left + 1 || box.bottom <= next.top + 1 || next.bottom <= box.top + 1;
        if (!apart && !element.contains(other)) faults.push(`${named(element)} lies on ${named(other)}`);
      }
    });
    return faults;
  }

  /** Buttons and fields are 44 px high, links that are no part of a sentence 24 (WCAG 2.2, 2.5.8). */
  function targets() {
    const faults = [];
    for (const element of controls()) {
      const { width, height } = element.getBoundingClientRect();
      const isLarge = element.matches('button, .button, input, select, textarea');
      const least = isLarge ? 44 : 24;
      if (!isLarge && isInSentence(element)) continue;
      if (height < least - 0.5 || width < 23.5) faults.push(`${named(element)} is ${Math.round(width)} × ${Math.round(height)} px`);
    }
    for (const field of all('input:not([type=hidden]), select, textarea, button').filter(isShown)) {
      const edge = contrast(getComputedStyle(field).borderTopColor, ground(field.parentElement));
      if (edge < 3) faults.push(`the edge of ${named(field)} has a contrast of ${edge.toFixed(2)}`);
    }
    return faults;
  }

  function isInSentence(link) {
    const block = link.closest('p, li, dd, td, th, figcaption, h1, h2, h3');
    return block !== null && block.textContent.trim() !== link.textContent.trim();
  }

  // Focus

  /** Every stop of the Tab key, in the page's order. */
  const stops = () => places().map(named);

  function places() {
    const stop = `${CONTROLS}, [tabindex]`;
    return all(stop).filter((element) => isShown(element) && element.tabIndex >= 0 && !element.disabled);
  }

  /** Where the focus is, whether that is where it is wanted, and whether it can be seen there. */
  function focus(wanted) {
    const element = document.activeElement;
    const place = places().indexOf(element);
    const isPage = element === null || element === document.body;
    const faults = isPage || element.tabIndex < 0 ? [] : focusFaults(element);
    return { name: named(element), place: isPage ? -1 : place, isWanted: !isPage && element === wanted, faults };
  }

  function focusFaults(element) {
    const faults = [];
    const style = getComputedStyle(element);
    const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!element.matches(':focus-visible') || !shown) faults.push(`its outline is ${style.outline}`);
    else if (contrast(style.outlineColor, ground(element.parentElement)) < 3) faults.push(`its outline is too pale: ${style.outlineColor}`);
    const box = element.getClientRects()[0];
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const top = document.elementFromPoint(x, y);
    if (!top || !(element.contains(top) || top.contains(element))) faults.push(`it lies under ${named(top)}`);
    return faults;
  }

  // Order

  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

  /** Words of a left-to-right page stand from left to right, whatever stands beside them. */
  function order() {
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.data.trim() || RIGHT_TO_LEFT.test(node.data) || !isShown(node.parentElement)) continue;
      if (isReversed(node)) faults.push(`“${node.data.trim().slice(0, 40)}” is not written from left to right`);
    }
    return faults;
  }

  function isReversed(node) {
    const range = document.createRange();
    let before = null;
    for (let at = 0; at < node.data.length; at += 1) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getClientRects()[0];
      if (!box || box.width === 0) continue;
      if (before && Math.abs(box.top - before.top) < 2 && box.left < before.left - 1) return true;
      before = box;
    }
    return false;
  }

  // Moods

  /** Opens or closes everything that can be opened; whether there was anything. */
  function unfold(open) {
    const found = all('details');
    for (const element of found) element.open = open;
    return found.length > 0;
  }

  const fontSize = () => parseFloat(getComputedStyle(document.body).fontSize);

  return { structure, layout, targets, stops, focus, order, contrasts, unfold, fontSize };
})();
