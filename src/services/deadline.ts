/** A deadline on top of another signal; `passed` tells whether it was the deadline that fired. */
export interface Deadline {
  signal: AbortSignal;
  passed(): boolean;
  /** Call when the work is over, whatever came of it. */
  clear(): void;
}

/**
 * A signal that aborts with `signal`, or after `milliseconds`. Node 20 may collect the pair
 * `AbortSignal.any([…, AbortSignal.timeout(…)])` as garbage before it fires (nodejs/node#54614), so that a call would
 * hang for ever: hence a timer of our own, which holds what it needs.
 */
export function startDeadline(signal: AbortSignal, milliseconds: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    passed = true;
    controller.abort(new DOMException(`no answer within ${milliseconds} ms`, 'TimeoutError'));
  }, milliseconds);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
