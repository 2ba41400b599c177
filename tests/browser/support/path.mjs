import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where a program is, by its name. */
export async function programOnPath(name) {
  for (const place of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(place, name);
    const there = await access(path, constants.X_OK).then(() => true, () => false);
    if (there) return path;
  }
  throw new Error(`there is no ${name} on the PATH: install Debian's package of that name`);
}
