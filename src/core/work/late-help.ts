/** What is known of how a job that would end after its deadline could be done in time. */
export interface LateHelp {
  /** What would help; null when nothing single would, or nobody looked. */
  fix: string | null;
  /** Every single change was tried, and none would get it done in time. */
  isHopeless?: boolean;
}
