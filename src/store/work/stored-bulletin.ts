import type { Bulletin, JobChange, LateJob } from '../../core/work/bulletin.ts';
import { readHelp } from '../../core/work/late-help.ts';
import { whoCalledOff } from './old-call-off.ts';

/** A bulletin as this version reads it: what earlier ones told in a sentence is in fields. */
export function readBulletin<Kind extends Bulletin>(stored: Kind): Kind {
  if (stored.kind === 'late') return { ...stored, lateJobs: stored.lateJobs.map(readLateJob) };
  if (stored.kind === 'crew') return { ...stored, changes: stored.changes.map(readChange) };
  return stored;
}

function readLateJob(job: LateJob): LateJob {
  return { ...job, ...readHelp(job) };
}

function readChange(change: JobChange): JobChange {
  const cancelledBy = change.kind === 'calledOff' ? whoCalledOff(change.cause) : null;
  return cancelledBy === null ? change : { ...change, cause: '', cancelledBy };
}
