/** Whether two values are the same in JSON, in whatever order their fields are: what was stored is compared with what is sent. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
      // A list of pairs, and not another object: its keys would be put into an order of their own.
      return Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1));
    }) ?? 'undefined'
  );
}
