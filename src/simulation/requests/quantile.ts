/** The value below which that share of `values` lies; 0 when there are none. Sorts `values`. */
export function quantile(values: number[], share: number): number {
  const sorted = values.sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}
