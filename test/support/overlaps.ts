interface Promised {
  crewId: string;
  start: Date;
  end: Date;
}

/** Pairs of intervals in which one crew would have to be in two places, as text. */
export function findOverlaps(promised: readonly Promised[]): string[] {
  const sorted = [...promised].sort(
    (one, other) => one.crewId.localeCompare(other.crewId) || one.start.getTime() - other.start.getTime(),
  );
  return sorted.flatMap((interval, index) => {
    const before = sorted[index - 1];
    const isOverlap = before?.crewId === interval.crewId && before.end > interval.start;
    return isOverlap
      ? [`${interval.crewId}: ${before.end.toISOString()} > ${interval.start.toISOString()}`]
      : [];
  });
}
