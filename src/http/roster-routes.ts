import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { describeProblem, type Problem } from '../core/faults/problem.ts';
import { describeReverted } from '../core/roster/field-edits.ts';
import type { RosterReverts, RosterSaved, StoredRoster } from '../core/roster/roster-edit.ts';
import type { ManagementLayer } from '../management/management-layer.ts';
import { parseBody, readJson } from './read-json.ts';
import type { Answer, Route } from './route.ts';
import { namePeople } from './run-view.ts';
import { failure } from './server.ts';

/** Some thousand crews. */
const LARGEST_ROSTER_KB = 2_048;

const SaveBody = z.strictObject({
  /** What GET told: if somebody else has saved since, nothing is written. */
  version: z.int().positive(),
  /** Checked against the agency, which explains faults better than the shape alone. */
  roster: z.record(z.string(), z.unknown()),
  requester: z.string().min(1).max(75).default('api'),
  /** The roster stands in the agency file as well. */
  imported: z.boolean().default(false),
  /** What was edited since may be undone by it. */
  overwrite: z.boolean().default(false),
  /** The depots' `stock` is what was counted there just now. */
  count: z.boolean().default(false),
  /** Says what would change, and changes nothing. */
  check: z.boolean().default(false),
});

/** The roster as the API shows it. */
export type RosterView = Pick<StoredRoster, 'roster' | 'version' | 'updatedBy'> & { updatedAt: string };
export type RosterSaveRequest = z.input<typeof SaveBody>;

/** Reading the agency as its file has it, and reading and replacing its crews, depots, materials and districts, for whoever has the bearer token. */
export function createRosterRoutes({ roster }: Pick<ManagementLayer, 'roster'>): Route[] {
  const path = '/api/agency/roster';
  return [
    {
      right: 'token',
      method: 'GET',
      path,
      handle: async () => ({ status: 200, body: viewRoster(await roster.read()) }),
    },
    {
      right: 'token',
      method: 'GET',
      path: '/api/agency',
      handle: async () => ({ status: 200, body: await roster.exportAgency() }),
    },
    { right: 'token', method: 'PUT', path, handle: (request) => saveRoster(roster, request) },
  ];
}

async function saveRoster(roster: ManagementLayer['roster'], request: IncomingMessage): Promise<Answer> {
  const body = parseBody(SaveBody, await readJson(request, LARGEST_ROSTER_KB));
  const { check: checkOnly, requester: by, ...edit } = body;
  const outcome = await roster.save({ ...edit, by, checkOnly });
  if ('problems' in outcome) return refuseProblems(outcome.problems);
  if ('reverts' in outcome) return refuseReverts(outcome.reverts, namePeople(await roster.exportAgency()));
  if ('refused' in outcome) return failure(409, 'roster.refused', outcome.refused);
  if ('conflict' in outcome) {
    const { version: newest, updatedBy } = outcome.conflict;
    const words = `The roster is at version ${newest} by now, saved by ${updatedBy}: read it again, and make your change to that.`;
    return failure(409, 'roster.conflict', words);
  }
  const saved: RosterSaved = outcome;
  return { status: 200, body: saved };
}

/** In words, and place by place for programs. */
function refuseProblems(problems: readonly Problem[]): Answer {
  const message = `The roster cannot be used:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`;
  const places = problems.map(({ path, wrong, right }) => ({ path, wrong, right }));
  return { status: 422, body: { error: { code: 'agency.invalid', message, problems: places } } };
}

/** In words, and edit by edit for programs. */
function refuseReverts({ reverted, timeZone }: RosterReverts, people: Record<string, string>): Answer {
  const nameEditor = (by: string) => (Object.hasOwn(people, by) ? `${people[by]} (${by})` : by);
  const named = reverted.map((edit) => ({ ...edit, by: nameEditor(edit.by) }));
  const lines = describeReverted(named, timeZone).map((line) => `\n  ${line}`);
  const message = `This would undo what was edited since the file was last taken over:${lines.join('')}\nTake it over into the file (crewline export), or say “overwrite” (crewline import --overwrite).`;
  return { status: 409, body: { error: { code: 'roster.reverts', message, reverted } } };
}

function viewRoster({ roster, version, updatedAt, updatedBy }: StoredRoster): RosterView {
  return { version, updatedAt: updatedAt.toISOString(), updatedBy, roster };
}
