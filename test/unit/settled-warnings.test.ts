import { describe, expect, test } from 'vitest';
import { readEvents } from '../../src/core/audit/read-event.ts';
import { findSettling, listSettledBy } from '../../src/core/audit/settled-warning.ts';
import { clearStranded, warnOfStranded } from '../../src/core/events/field-warnings.ts';
import { moveWork } from '../../src/core/events/work-events.ts';
import type { OutboxEntry } from '../../src/core/outbox/outbox-entry.ts';
import { type DisruptionBulletin, listMovedJobs } from '../../src/core/work/bulletin.ts';
import type { Assignment, WorkOrder } from '../../src/core/work/work-order.ts';
import type { Message } from '../../src/slack/budget/fitted.ts';
import { renderEntry } from '../../src/slack/delivery/rendering/render-entry.ts';
import type { RenderDeps, Rendering } from '../../src/slack/delivery/rendering/rendering.ts';
import { buildDisruptionBulletin } from '../../src/slack/disruptions/bulletin-card.ts';
import { buildTimelineLine } from '../../src/slack/runs/timeline.ts';
import { exampleOf, lastFact } from '../support/audit-examples.ts';
import { interactiveElements } from '../support/local-slack-types.ts';
import { blocksOf, readCard } from '../support/read-card.ts';
import {
  demoAgency as agency,
  awaitApproval,
  giveToCrew,
  later,
  START,
  type Story,
  tell,
} from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-1'));
const assignment = order.assignment as Assignment;
const south = { ...assignment, crewId: 'south', crewName: 'Crew South', start: later(220) };
const rain = { key: 'closure:C-1', text: 'Riverside is open again' };
const flu = { key: 'absence:north', text: 'Crew North is not absent any more' };

const countButtons = (message: Message) => interactiveElements(blocksOf(message)).length;
const lastOf = (told: Story) => told.audit.at(-1)!;
const notices = (told: Story) => told.messages.filter(({ kind }) => kind === 'notice');

describe('a warning of stranded work', () => {
  const warned = tell(
    story,
    warnOfStranded(order, assignment, ['Riverside is closed until Tue 07:00'], [rain.key]),
    later(20),
  );
  const seq = lastOf(warned).seq;
  const twice = tell(
    warned,
    warnOfStranded(order, assignment, ['Crew North is absent (flu)'], [flu.key]),
    later(30),
  );

  /** What Slack is given for the first warning; `ts` says whether it has the card already. */
  const render = (told: Story, ts: string | null = '1.2') => {
    const deps: RenderDeps = {
      outbox: { find: async () => null, request: async () => {} },
      management: {
        runs: {
          listAudit: async (_id: string, after = 0) => told.audit.filter((event) => event.seq > after),
        },
        work: { find: async () => order },
      },
      ...{ agency, now: later(40) },
    };
    const entry = { kind: 'notice', reference: String(seq), wanted: told.run.lastSeq, ts };
    return renderEntry(deps, entry as OutboxEntry, told.run);
  };

  test('is told anew without its button once its only cause was taken back', async () => {
    expect(countButtons(((await render(warned)) as Rendering).message)).toBe(1);
    const cleared = tell(warned, clearStranded(order, assignment, [rain], true), later(40));
    expect(notices(cleared)).toMatchObject([{ _id: `notice:R-1:${seq}`, wanted: cleared.run.lastSeq }]);
    const { message } = (await render(cleared)) as Rendering;
    expect(readCard(message)).toContain(
      '✅ Riverside is open again: it stays with Crew North, Mon 1 Jun 08:00 CDT',
    );
    expect(countButtons(message)).toBe(0);
    expect(await render(cleared, null)).toMatchObject({ nothing: true });
  });

  test('stands as long as one of its own causes does, and no longer', () => {
    const partly = tell(twice, clearStranded(order, assignment, [rain], false), later(40));
    const [first, second] = twice.audit.filter(({ type }) => type === 'work.stranded');
    expect(notices(partly).map(({ reference }) => reference)).toEqual([String(first?.seq)]);
    expect(findSettling(second!, partly.audit)).toBeNull();
    const wholly = tell(partly, clearStranded(order, assignment, [flu], true), later(50));
    expect(notices(wholly).map(({ reference }) => reference)).toEqual([String(second?.seq)]);
  });

  test('from before its causes were named is settled when nothing stands any more', () => {
    const { data, ...event } = lastFact(warned.audit, 'work.stranded');
    const { keys: _, ...old } = data;
    const [before] = readEvents([{ ...event, data: old }]);
    const settling = (isAllClear: boolean) => {
      const cleared = tell(warned, clearStranded(order, assignment, [rain], isAllClear), later(40));
      return findSettling(before!, cleared.audit);
    };
    expect(settling(false)).toBeNull();
    expect(settling(true)).toMatchObject({ type: 'work.cleared' });
  });

  test('is settled by a move, and says where the job is', async () => {
    const moved = tell(warned, moveWork('assignCrew', assignment, south, 'system'), later(40));
    expect(notices(moved).map(({ reference }) => reference)).toEqual([String(seq)]);
    const { message } = (await render(moved)) as Rendering;
    expect(readCard(message)).toContain('Now with Crew South');
    expect(countButtons(message)).toBe(0);
  });

  test('ends for the requester with one line, when nothing stands in the way any more', () => {
    const line = (isAllClear: boolean, isForOperator = false) => {
      const cleared = tell(twice, clearStranded(order, assignment, [rain], isAllClear), later(40));
      return buildTimelineLine(lastOf(cleared), cleared.run, agency, isForOperator);
    };
    expect(line(true)).toContain('✅ Crew North can come as planned, Mon 1 Jun 08:00 CDT');
    expect(line(false)).toBeNull();
    expect(line(false, true)).toContain('Riverside is open again');
  });
});

test('that no crew can take a job is settled by the crew that gets it', async () => {
  const asked = awaitApproval('R-2');
  const { story: given } = giveToCrew(asked);
  const warning = exampleOf('work.unplaced', {}, 0);
  const settling = findSettling(warning, given.audit);
  expect(settling).toMatchObject({ type: 'work.announced' });
  expect(findSettling({ ...warning, seq: given.run.lastSeq }, given.audit)).toBeNull();
  expect(listSettledBy(settling!, [warning, ...given.audit])).toMatchObject([warning]);
});

describe('an absence that was taken back', () => {
  const job = (orderId: string) => ({ orderId, title: orderId, crewId: 'north', start: later(60) });
  const orders: WorkOrder[] = [
    { ...order, _id: 'R-1', assignment: south },
    { ...order, _id: 'R-2', assignment: south },
    { ...order, _id: 'R-3' },
    { ...order, _id: 'R-4', state: 'waiting', assignment: null },
    { ...order, _id: 'R-5', state: 'cancelled', assignment: south },
  ];
  const jobs = orders.map(({ _id }) => job(_id));
  const back: DisruptionBulletin = {
    ...{ _id: 'A-1', kind: 'absence', name: 'Crew North', crewIds: ['north'], reason: '', jobs },
    ...{ start: START, end: later(1_440), by: 'U0CHEN', at: START, plannedAt: later(61) },
    ...{ takenBackBy: 'U0BRANDT', takenBackAt: later(60), movedJobs: listMovedJobs(jobs, orders) },
  };
  const build = (changed: readonly WorkOrder[], moved: WorkOrder[] = [], bulletin = back) => {
    const now = new Map(changed.map((one) => [one._id, one]));
    return readCard(buildDisruptionBulletin(bulletin, now, agency, { crewId: null, now: START, moved }));
  };

  test('keeps what its planning had moved, and says what is left to do', () => {
    const text = build(orders);
    expect(text).toContain('*2 jobs stay where they were moved to; Reassign gives them back*');
    expect(text).toContain('`R-1` · 08:00: had moved to Crew South, 10:40');
    expect(text).toContain('`R-4` · 08:00: had lost its crew');
    expect(text).not.toMatch(/R-3|R-5|had been moved/);
    expect(build(orders, [], { ...back, plannedAt: null })).toContain('had moved to Crew South');
  });

  test('offers Reassign for what another crew has now, not for another time with the same crew', () => {
    const shifted = { ...order, _id: 'R-1', assignment: { ...assignment, start: later(90) } };
    const all = [shifted, ...orders.slice(1)];
    const bulletin = { ...back, movedJobs: listMovedJobs(jobs, all) };
    expect(build(all, [], bulletin)).toContain(
      '*1 job stays where it was moved to; Reassign gives it back · 1 job stays with its crew at its new time*',
    );
    const alone = { ...back, movedJobs: listMovedJobs([job('R-1')], [shifted]) };
    expect(build([shifted], [], alone)).not.toContain('Reassign');
  });

  test('counts only what is still where it was moved to', () => {
    const returned = { ...order, _id: 'R-1' };
    const text = build([returned, ...orders.slice(1)], [returned]);
    expect(text).toContain('*1 job moved · 1 job stays where it was moved to; Reassign gives it back*');
    expect(text).toContain('`R-1` → *Crew North, 08:00*');
    expect(text.match(/`R-1`/g)).toHaveLength(1);
    const later = [{ ...order, _id: 'R-1' }, ...orders.slice(1)];
    expect(build(later)).toContain('had moved to Crew South, 10:40; now with Crew North, 08:00');
    const done = orders.map((one) => ({ ...one, state: 'done' as const }));
    expect(build(done)).toContain('*3 jobs had been moved for it*');
    expect(build(done)).toContain('`R-1` · 08:00: had moved to Crew South, 10:40; is done');
  });
});

describe('an absence outside the crew’s shifts', () => {
  // Sunday, on which Crew North has no shift.
  const sunday = { start: new Date('2026-06-07T12:00:00Z'), end: new Date('2026-06-07T20:00:00Z') };
  const bulletin: DisruptionBulletin = {
    ...{ _id: 'A-1', kind: 'absence', name: 'Crew North', crewIds: ['north'], reason: '', ...sunday },
    ...{ by: 'U0CHEN', at: START, plannedAt: null, takenBackBy: null, jobs: [] },
  };
  const build = (changes: Partial<DisruptionBulletin> = {}) =>
    readCard(
      buildDisruptionBulletin({ ...bulletin, ...changes }, new Map(), agency, {
        crewId: 'north',
        now: START,
      }),
    );

  test('does not mention its lead, and says why nothing follows', () => {
    expect(build()).not.toContain('U0SANTOS');
    expect(build()).toContain('No shift falls in it, and no planned job is affected');
    expect(build({ start: START, end: later(60) })).toContain('<@U0SANTOS>');
  });

  test('mentions the lead all the same when a job of the crew lies in it', () => {
    const jobs = [{ orderId: 'R-1', title: 'Kerb', crewId: 'north', start: sunday.start }];
    expect(build({ jobs })).toContain('<@U0SANTOS>');
  });

  test('counts shifts only from when it was entered', () => {
    const late = { start: later(0), end: new Date('2026-06-02T05:00:00Z'), at: later(14 * 60) };
    expect(build(late)).not.toContain('U0SANTOS');
  });
});
