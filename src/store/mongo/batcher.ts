/** Gathers single requests into batches. */
export interface Batcher<Item, Result> {
  /** Resolves with the item's own result once its batch is through; rejects when its own write failed. */
  add(item: Item): Promise<Result>;
  /** Resolves when nothing is queued or under way. */
  drain(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Group commit: a batch is whatever gathered while the earlier ones were under way. An idle system adds no wait, a busy
 * one fills its batches. A batch that fails as a whole is tried again in halves, down to single items, so that a poisoned
 * item never takes its neighbours along; `flush` must therefore be safe to repeat.
 */
export function createBatcher<Item, Result>(
  flush: (items: Item[]) => Promise<Result[]>,
  {
    inFlight = 2,
    smallest = 16,
    largest = 200,
  }: { inFlight?: number; smallest?: number; largest?: number } = {},
): Batcher<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  const idle: (() => void)[] = [];
  let running = 0;

  const run = async (batch: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await flush(batch.map((waiting) => waiting.item));
      batch.forEach((waiting, index) => {
        waiting.resolve(results[index] as Result);
      });
    } catch (error) {
      const middle = Math.ceil(batch.length / 2);
      if (batch.length === 1) batch[0]?.reject(error);
      else await Promise.all([run(batch.slice(0, middle)), run(batch.slice(middle))]);
    }
  };

  const pump = (): void => {
    while (running < inFlight && queue.length > 0) {
      // Free places share what waits, so that the server has work for each of its cores.
      const share = Math.ceil(queue.length / (inFlight - running));
      running++;
      void run(queue.splice(0, Math.min(largest, Math.max(smallest, share)))).then(() => {
        running--;
        pump();
        if (running === 0 && queue.length === 0) for (const resolve of idle.splice(0)) resolve();
      });
    }
  };

  return {
    add: (item) =>
      new Promise<Result>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        // Deferred by a microtask, so that a burst in one turn of the event loop shares its first batch.
        queueMicrotask(pump);
      }),
    drain: () =>
      running === 0 && queue.length === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve)),
  };
}
