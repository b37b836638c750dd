/** The agents and services that Crewline itself brings, by the names that definitions call them. */
export const BUILT_IN = {
  /** Assesses a report. */
  severity: 'SeverityAgent',
  /** Has a crew planned; its inputs name skills and materials of the agency. */
  scheduler: 'CrewScheduler',
  /** Tracks the work in the field. */
  repair: 'RepairService',
  /** Has a text posted, committed with its step. */
  notice: 'NoticeService',
} as const;
