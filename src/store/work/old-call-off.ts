const CANCELLED_BY = /^Cancelled by <@([UW][A-Z0-9]{2,})>$/;

/**
 * Who called a run off, in the sentence that versions before the facts had types stored as its reason; null for every
 * other reason. For the store's edge only: nobody else learns anything from a sentence.
 */
export function whoCalledOff(reason: string): string | null {
  return CANCELLED_BY.exec(reason)?.[1] ?? null;
}
