/** A severity that weighs 1, as all below it do. */
const LEAST_SEVERE = 2;

/**
 * What a minute of a job counts beside one of others, at least 1. Severity counts by its square, 10 like 25 of 2: an hour
 * of a grave danger is not made up for by a few small repairs.
 */
export function weighSeverity(severity: number): number {
  return Math.max(1, Math.round(severity ** 2 / LEAST_SEVERE ** 2));
}

/** The severity that weighs so much. */
export function severityOf(weight: number): number {
  return LEAST_SEVERE * Math.sqrt(weight);
}
