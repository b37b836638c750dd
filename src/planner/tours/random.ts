/** Chances that a seed repeats: the same seed makes the same plan on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
}

/** A 32-bit xorshift generator (Marsaglia 2003) behind a multiplicative hash, so that neighbouring seeds differ. */
export function createRandom(seed: number): Random {
  let state = Math.imul((seed >>> 0) + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  return { next, below: (limit) => (next() * limit) | 0 };
}
