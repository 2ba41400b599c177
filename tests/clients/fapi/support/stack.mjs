// What was begun is undone at the end, the last first, however the end comes.

const undone = [];

/** Remembers how to undo something. It must not wait: it also runs when the process is told to end. */
export function later(undo) {
  undone.push(undo);
}

process.once('exit', () => {
  for (const undo of undone.reverse()) {
    try {
      undo();
    } catch (error) {
      console.error(String(error));
    }
  }
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
