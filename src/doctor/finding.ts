/** One thing that was looked at: it is right, wrong, or nobody could tell. */
export interface Finding {
  subject: string;
  state: 'ok' | 'wrong' | 'doubtful';
  /** How it is, in words. */
  is: string;
  /** What to do about it; null where nothing is. */
  remedy: string | null;
}

export function fine(subject: string, is: string): Finding {
  return { subject, state: 'ok', is, remedy: null };
}

export function wrong(subject: string, is: string, remedy: string): Finding {
  return { subject, state: 'wrong', is, remedy };
}

/** It may be right all the same; nothing was proved. */
export function doubtful(subject: string, is: string, remedy: string): Finding {
  return { subject, state: 'doubtful', is, remedy };
}

/** A line a finding, the state first. */
export function describeFinding({ subject, state, is, remedy }: Finding): string {
  const sign = { ok: 'ok      ', wrong: 'WRONG   ', doubtful: 'check   ' }[state];
  return `${sign}${subject}: ${is}${remedy === null ? '' : ` — ${remedy}`}`;
}

/** What all of it comes to. */
export function summariseFindings(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [mistakes, doubts] = [count('wrong'), count('doubtful')];
  if (mistakes > 0) return `${mistakes} wrong, ${doubts} to check: mend them, and ask again.`;
  return doubts > 0 ? `Nothing is wrong; ${doubts} to check.` : 'Nothing is wrong.';
}
