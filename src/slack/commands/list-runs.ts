import type { WorkflowRun } from '../../core/workflow-run.ts';
import type { RunFilter } from '../../store/run-finders.ts';
import { describePosition, describeSubject, STATUS } from '../blocks/describe-run.ts';
import type { Reply } from '../guard.ts';
import type { HandlerDeps } from '../handler-deps.ts';
import { formatInstant } from '../local-time.ts';
import { userLine } from '../mrkdwn.ts';

const MOST_RUNS = 15;

/** Runs, newest first, for one person: `open` (also for no word), `mine` or `all`. */
export async function listRuns(deps: HandlerDeps, userId: string, which: string): Promise<Reply> {
  const filters: Record<string, RunFilter> = {
    open: { status: 'running' },
    mine: { requesterId: userId },
    all: {},
  };
  const word = which.toLowerCase() || 'open';
  const filter = Object.hasOwn(filters, word) ? filters[word] : undefined;
  if (!filter)
    return {
      text: `Use \`/crewline list open\`, \`mine\` or \`all\`; “${userLine(which, 80)}” is none of them.`,
    };
  const runs = await deps.managementLayer.list(filter, MOST_RUNS);
  if (runs.length === 0) return { text: word === 'open' ? 'No run is open.' : 'There is no such run yet.' };
  const more = runs.length === MOST_RUNS ? `\nOnly the newest ${MOST_RUNS} are listed.` : '';
  return { text: `${runs.map((run) => lineOf(run, deps)).join('\n')}${more}` };
}

function lineOf(run: WorkflowRun, deps: HandlerDeps): string {
  const { sign, word } = STATUS[run.status];
  const due = run.clocks.run;
  const where = describePosition(run);
  const deadline = due && !run.endedAt ? ` · due ${formatInstant(due.dueAt, deps.agency.timeZone)}` : '';
  return `${sign} \`${run._id}\` ${word}${where ? `: ${where}` : ''} · ${userLine(describeSubject(run), 120)}${deadline}`;
}
