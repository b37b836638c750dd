/** What would help, at the end of a reason why no crew can take a job. */
const REMEDY = /^(?<why>.+?); (?<remedy>smallest fix: .+|no shift has .+)$/s;

/** The reason as it is if `fits`; otherwise what would help comes first, because the end is what is cut off. */
export function putFixFirst(reason: string, fits: boolean): string {
  const { why, remedy } = (fits ? null : REMEDY.exec(reason))?.groups ?? {};
  return why && remedy ? `${remedy}; ${why}` : reason;
}
