import { describe, expect, it } from 'vitest';
import { assessReport } from '../../src/agents/severity-agent.ts';
import { succeedStep } from '../../src/core/steps/step-attempt.ts';
import type { WorkOrder } from '../../src/core/work/work-order.ts';
import { describeDoubt } from '../../src/scheduler/words/describe-doubt.ts';
import { createCrewScheduler } from '../../src/services/crew-scheduler.ts';
import { buildNotice } from '../../src/slack/runs/notice.ts';
import { exampleOf } from '../support/audit-examples.ts';
import { applyForTest, at, startForTest } from '../support/runs.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { demoAgency, reportPothole } from '../support/slack-runs.ts';
import { buildStepContext } from '../support/step-context.ts';

/** The order that the scheduler makes of a step's input. */
async function orderFor(
  input: Record<string, unknown>,
  requires: { skills?: string[]; anyCrew?: true } = {},
): Promise<WorkOrder> {
  const orders: WorkOrder[] = [];
  const scheduler = createCrewScheduler({
    agency: makeAgency([makeCrew('north')]),
    workOrders: { insert: async (order) => orders.push(order) > 0, find: async () => null },
    runs: { find: async () => null },
    requestPlanning: async () => {},
  });
  const context = buildStepContext({
    requires: { skills: [], materials: [], durationMinutes: null, ...requires },
  });
  await scheduler.execute(scheduler.input.parse(input), context);
  const [order] = orders;
  if (!order) throw new Error('no order was made');
  return order;
}

describe('a job goes to dispatch and not to whoever is free', () => {
  it.each([
    [{ kind: 'unknown' }, 'kind-unknown'],
    [{ kind: 'unknown', skills: ['asphalt'] }, 'kind-unknown'],
    [{ kind: 'unknown', doubt: 'other-language' }, 'other-language'],
    [{ kind: 'pothole', skills: [] }, 'no-skills'],
    [{}, 'no-skills'],
    [{ kind: 'pothole', skills: ['asphalt'] }, null],
    [{ skills: ['asphalt'] }, null],
  ])('when %j is all that is known of it: %s', async (input, doubt) => {
    expect(await orderFor(input)).toMatchObject({ doubt });
  });

  it('unless its definition names skills, or says itself that any crew can do it', async () => {
    expect(await orderFor({ kind: 'unknown' }, { skills: ['electric'] })).toMatchObject({ doubt: null });
    expect(await orderFor({ kind: 'unknown' }, { anyCrew: true })).toMatchObject({ doubt: null });
    const source = {
      steps: [{ task: 'give', service: 'CrewScheduler', requires: { skills: [], durationMinutes: 30 } }],
    };
    expect(startForTest(source).definition.steps[0]?.requires).toMatchObject({ anyCrew: true });
  });

  it.each([
    'strange smell of rotten fish near the library',
    'qwertz',
    'something is wrong here, please come',
  ])('such as what is assessed from “%s”', async (text) => {
    const { kind, doubt, skills } = await assessReport({ text });
    expect(await orderFor({ kind, doubt, skills })).toMatchObject({ doubt: expect.any(String) });
  });
});

it('dispatch is asked which crew should do it, with the doubt in words and the button', () => {
  const { why: reason, fix, doubt } = describeDoubt('other-language');
  const asked = exampleOf('work.unplaced', { reason, ...(fix && { fix }), ...(doubt && { doubt }) });
  const notice = buildNotice(asked, reportPothole('R-7K2M9QXA', 'hay un hoyo grande').run, demoAgency);
  expect(notice.text).toMatch(/Which crew should do it\?\*? \p{Lu}/u);
  const shown = JSON.stringify(notice.blocks);
  expect(shown).toMatch(/language that was not understood.*hay un hoyo grande.*Give to a crew/);
});

describe('what may kill somebody before a crew comes', () => {
  const source = {
    steps: [
      { task: 'assess', agent: 'SeverityAgent' },
      { task: 'approve', role: 'Supervisor' },
    ],
    slaHours: 48,
  };
  const assessed = async (text: string) => {
    const output = await assessReport({ text });
    return applyForTest(
      startForTest(source),
      (transition, now) => succeedStep(transition, 'assess', output, now),
      at(1),
    );
  };

  it.each([
    'manhole cover missing on Main Street',
    'strong smell of gas at 5th and Main',
    'water main break flooding Elm and 9th, road collapsing',
    'a power line is down across the road',
    'two people are trapped in the elevator shaft',
  ])('pages the first level as soon as it is assessed: “%s”', async (text) => {
    const run = await assessed(text);
    expect(run.escalations).toMatchObject({
      'hazard-assess': { kind: 'hazard', state: 'open', openedAt: at(1), pages: [{ level: 0, at: at(1) }] },
    });
  });

  it('pages nobody for what is not grave, and once for one assessment', async () => {
    expect((await assessed('small pothole on Elm Street')).escalations).toEqual({});
    const run = await assessed('manhole cover missing on Main Street');
    expect(Object.keys(run.escalations)).toEqual(['hazard-assess']);
  });
});
