import type { Evidence, Finding } from './chaos-evidence.ts';

/** Each key took effect once, nothing took effect that no run asked for, and every run believes what really happened. */
export function checkEffects({ runs, effective, serviceLog }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, subject: string, detail: string): void => {
    findings.push({ rule, subject, detail });
  };
  const applied = new Map<string, string[]>();
  for (const { key, phase, nonce } of serviceLog) {
    if (phase === 'applied') applied.set(key, [...(applied.get(key) ?? []), nonce ?? '']);
  }
  const byRun = new Map(runs.map((run) => [run._id, run]));
  const nonces = new Map<string, string>();
  for (const { _id: key, runId, task, attempt, nonce } of effective) {
    nonces.set(key, nonce);
    const times = applied.get(key) ?? [];
    if (times.length !== 1 || times[0] !== nonce)
      report('effect.applied', key, `${times.length} times in the log`);
    const step = byRun.get(runId)?.steps[task];
    const wanted = keyOf(runId, task, step?.attempts[attempt - 1]);
    if (key !== wanted) report('effect.key', key, `of ${runId}, ${task}, ${attempt}`);
    if (!step || step.attempts.length < attempt) report('effect.phantom', key, 'no run made this attempt');
  }
  for (const key of applied.keys())
    if (!nonces.has(key)) report('effect.lost', key, 'applied, but not on record');
  for (const run of runs) {
    for (const [id, step] of Object.entries(run.steps)) {
      const nonce = step.output?.nonce;
      if (step.status !== 'succeeded' || typeof nonce !== 'string') continue;
      const key = keyOf(run._id, id, step.attempts.at(-1));
      if (nonces.get(key) !== nonce)
        report('effect.believed', key, 'the run has another result than the service');
    }
  }
  return findings;
}

/** All attempts of a step are one piece of work; its fallback's are another. */
function keyOf(runId: string, task: string, attempt: { fallback: boolean } | undefined): string {
  return `${runId}/${task}${attempt?.fallback ? '#fallback' : ''}`;
}
