/** Something that one part says and others hear, whichever of them was made first. */
export interface Topic<Said extends unknown[] = []> {
  /** From now on `listener` is called with whatever is said. */
  hear(listener: (...said: Said) => unknown): void;
  /** Calls every listener at once; resolves when all of them are done, and rejects when one fails. */
  say(...said: Said): Promise<void>;
}

/** A topic nobody has said anything about yet. */
export function createTopic<Said extends unknown[] = []>(): Topic<Said> {
  const listeners: ((...said: Said) => unknown)[] = [];
  return {
    hear: (listener) => void listeners.push(listener),
    say: async (...said) => {
      await Promise.all(listeners.map((listener) => listener(...said)));
    },
  };
}
