import { context } from '../blocks/parts.ts';
import { buildRunCard } from '../blocks/run-card.ts';
import { buildTimelineLine } from '../blocks/timeline.ts';
import type { Reply } from '../guard.ts';
import type { HandlerDeps } from '../handler-deps.ts';
import { userLine } from '../mrkdwn.ts';

const MOST_LINES = 10;

/** How a run stands and what happened last, for one person. */
export async function showRun(deps: HandlerDeps, id: string): Promise<Reply> {
  if (id === '') return { text: 'Say which run to show: `/crewline show R-…`. `/crewline list` names them.' };
  const run = await deps.managementLayer.find(id.toUpperCase());
  if (!run) return { text: `There is no run ${userLine(id, 60)}. \`/crewline list all\` names the newest.` };
  const events = await deps.managementLayer.listAudit(run._id);
  const lines = events
    .flatMap((event) => buildTimelineLine(event, run, deps.agency) ?? [])
    .slice(-MOST_LINES);
  const card = buildRunCard(run, deps.agency, deps.clock.now());
  if (lines.length === 0) return card;
  return { text: card.text, blocks: [...card.blocks, context(lines.join('\n'))] };
}
