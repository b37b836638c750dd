import { describe, expect, test, vi } from 'vitest';
import type { District } from '../../src/core/agency/agency.ts';
import type { ListedDisruption } from '../../src/core/work/disruption.ts';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import type { ManagementLayer } from '../../src/management/management-layer.ts';
import { createCrewlineCommand } from '../../src/slack/crewline-command.ts';
import { createOpenFormAction } from '../../src/slack/disruptions/disruption-form.ts';
import { createDisruptionSubmission } from '../../src/slack/disruptions/submit-disruption.ts';
import { createTakeBackAction } from '../../src/slack/disruptions/take-back.ts';
import type { HandlerDeps } from '../../src/slack/kit/handler-deps.ts';
import { createProposalAction } from '../../src/slack/planning/decide-proposal.ts';
import { createAcceptAction, createDeclineAction } from '../../src/slack/work/answer-assignment.ts';
import { createReassignAction } from '../../src/slack/work/reassign.ts';
import {
  createBlockedAction,
  createDoneAction,
  createProgressAction,
} from '../../src/slack/work/report-work.ts';
import { createDeclineSubmission, createReassignSubmission } from '../../src/slack/work/submit-crew.ts';
import { createBlockedSubmission, createDoneSubmission } from '../../src/slack/work/submit-report.ts';
import { defer } from '../support/deferred.ts';
import { interactiveElements, readableText, type SlackBlock } from '../support/local-slack-types.ts';
import {
  type Acts,
  createFakeManagement,
  type FakeKnowledge,
  makeCrewDay,
  makeJob,
  makeProposal,
} from '../support/management.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { checkBlocks, checkView } from '../support/slack-limits.ts';
import { awaitApproval, demoAgency, giveToCrew, later } from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-7K2M9QXA'));
const { run } = story;
const OPERATOR = 'U0CHEN';
const RIVERSIDE: District = {
  id: 'riverside',
  name: 'Riverside',
  area: [
    [39.8, -89.6],
    [39.9, -89.6],
    [39.9, -89.5],
  ],
};

interface Made {
  known?: Partial<FakeKnowledge>;
  acts?: Acts;
  apiCall?: (method: string, options?: Record<string, unknown>) => Promise<object>;
}

function make({ known, acts, apiCall = async () => ({}) }: Made = {}) {
  const { management, calls } = createFakeManagement(
    { orders: new Map([[order._id, order]]), ...known },
    {
      runs: {
        find: async (id: string) => (id === run._id ? run : null),
        listAudit: async () => story.audit,
        ...acts?.runs,
      },
      work: { find: async () => order, ...acts?.work },
    },
  );
  const client = { apiCall: vi.fn(apiCall) };
  const deps: HandlerDeps = {
    ...{ management, client, log: createMemoryLog() },
    roles: {
      askMember: async () => 'yes',
      askActive: async () => 'yes',
      askMembership: async () => 'member',
      seemsMember: async () => true,
    },
    agency: { ...demoAgency, districts: [RIVERSIDE] },
    // Monday 1 June 2026, 10:40 in Chicago.
    clock: { now: () => later(220) },
  };
  const command = createCrewlineCommand(deps);
  const ask = async (text: string, userId = OPERATOR) => {
    const call = { text, userId, userName: 'x', channel: 'C0DISPATCH', triggerId: '1.2.3' };
    const reply = await command(call);
    if (reply?.blocks) expect(checkBlocks(reply.blocks)).toEqual([]);
    return reply;
  };
  const views = () => client.apiCall.mock.calls.filter(([method]) => method === 'views.open');
  return { deps, calls, client, ask, views };
}

const day = () => {
  const jobs = [makeJob('R-1', 'Hole', [20, 170]), makeJob('R-2', 'Kerb', [180, 260], { lateMinutes: 25 })];
  const absences = [{ start: later(0), end: later(1_440), reason: 'truck in the workshop' }];
  return [
    makeCrewDay('north', 'Crew North', { jobs, plannedMinutes: 230 }),
    makeCrewDay('south', 'Crew South', { absences, availableMinutes: 0 }),
  ];
};

describe('/crewline crews', () => {
  test('shows a line per crew and the jobs that wait', async () => {
    const unplaced = [
      { _id: 'R-9', title: 'Tree', unplaced: reasonWithoutFix('no crew has tree'), dueAt: null, weight: 5 },
    ];
    const { ask, calls } = make({ known: { days: day(), unplaced } });
    const text = (await ask('crews'))?.text ?? '';
    expect(calls).toEqual([['viewDay', '2026-06-01', undefined]]);
    expect(text).toContain('*Crews on Mon 1 Jun*');
    expect(text).toContain('*Crew North* · 3 h 50 min of 8 h · 2 jobs · *1 late*');
    expect(text).toContain('absent until Tue 2 Jun 07:00 CDT: truck in the workshop');
    expect(text).toContain('1 job waits for a crew*\n• `R-9` Tree: no crew has tree');
  });

  test('takes a day, and says what is none', async () => {
    const { ask, calls } = make();
    await ask('crews wed');
    expect(calls).toEqual([['viewDay', '2026-06-03', undefined]]);
    expect((await ask('crews someday'))?.text).toContain('“someday” is no day');
    expect((await ask('crews tomorrow 14:00'))?.text).toContain('is no day');
  });

  test.each(['crews 9999-12-30', 'plan 9999-12-31', 'plan north 9999-12-31', 'plan north 0001-01-01'])(
    '%s is refused with what to check, and nobody looks so far',
    async (typed) => {
      const { ask, calls } = make();
      expect((await ask(typed))?.text).toMatch(/is more than 10 years away: check the year\.$/);
      expect(calls).toEqual([]);
    },
  );

  test('hundreds of crews fit into one answer', async () => {
    const days = Array.from({ length: 300 }, (_, index) => makeCrewDay(`c${index}`, `Crew ${index}`));
    expect((await make({ known: { days } }).ask('crews'))?.text).toContain('… and 180 more crews.');
  });

  test('edits a crew by its name, for operators only', async () => {
    const { ask, views } = make();
    expect(await ask('crews edit Crew North')).toBeNull();
    expect(JSON.stringify(views())).toContain('Edit crew');
    expect((await ask('crews edit north', 'U0RIVERA'))?.text).toMatch(/^Only the agency/);
    expect((await ask('crews edit nrth'))?.text).toContain('did you mean “Crew North”?');
    expect((await ask('crews edit'))?.text).toContain('Say which crew');
    expect(views()).toHaveLength(1);
  });
});

describe('/crewline absent', () => {
  test.each([
    ['fri thu', 'Crew North is absent Fri 5 Jun – Thu 11 Jun, whole days. That is 7 days.'],
    ['tue fri training', 'whole days (training). That is 4 days. '],
    ['2026-06-02 mon', 'whole days. That is 7 days. '],
    ['wed 12:00 mon 08:00', '– Mon 8 Jun 08:00 CDT. That is 5 days. '],
  ])('%s, by weekdays, is answered with its length: the week may not be meant', async (typed, expected) => {
    expect((await make().ask(`absent north ${typed}`))?.text).toContain(expected);
  });

  test.each(['tue thu', 'fri', '2026-06-02 2026-06-20', 'today sunny'])(
    '%s needs no length',
    async (typed) => {
      expect((await make().ask(`absent north ${typed}`))?.text).not.toContain('That is');
    },
  );

  test('reports it, and says what follows', async () => {
    const { ask, calls } = make({ known: { affectedJobs: 3 } });
    const text = (await ask('absent Crew North tomorrow wed flu'))?.text;
    expect(calls).toEqual([
      [
        'reportAbsence',
        {
          crewId: 'north',
          start: new Date('2026-06-02T05:00:00Z'),
          end: new Date('2026-06-04T05:00:00Z'),
          reason: 'flu',
          actor: OPERATOR,
        },
      ],
    ]);
    expect(text).toBe(
      'Crew North is absent Tue 2 Jun – Wed 3 Jun, whole days (flu). 3 planned jobs are affected: a new plan is being made, and what it would move is shown in <#C0DISPATCH>. `/crewline absent` takes it back.',
    );
  });

  test('says so when nothing is affected, and passes a refusal on', async () => {
    expect((await make().ask('absent north today'))?.text).toMatch(/the whole day\. No planned job/);
    const { ask } = make({ known: { refused: 'Only dispatch may.' } });
    expect((await ask('absent north today'))?.text).toBe('Only dispatch may.');
  });

  test('that is entered already says by whom and until when, and that nothing was changed', async () => {
    const { ask } = make({ known: { isKnown: true } });
    expect((await ask('absent Crew North tomorrow wed flu'))?.text).toBe(
      `Already entered by <@${OPERATOR}>: Crew North is absent Tue 2 Jun – Wed 3 Jun, whole days (flu). Nothing was changed. \`/crewline absent\` takes it back.`,
    );
    expect((await ask('rain riverside 18:00'))?.text).toMatch(
      /^Already entered by .*Mon 1 Jun 10:40–18:00 CDT \(rain\)\. Nothing was changed\. `\/crewline rain` takes it back\.$/,
    );
  });

  test('at a time of day that has passed begins now, and says so; a whole day stays whole', async () => {
    const { ask, calls } = make({ known: { affectedJobs: 1 } });
    const text = (await ask('absent north today 10:00'))?.text;
    expect(calls).toMatchObject([['reportAbsence', { start: later(220) }]]);
    expect(text).toContain('Mon 1 Jun 10:40–24:00 CDT. That time has passed, so it counts from now');
    await ask('absent north today');
    expect(calls[1]).toMatchObject(['reportAbsence', { start: new Date('2026-06-01T05:00:00Z') }]);
    expect((await ask('absent north 10:45'))?.text).not.toContain('has passed');
    expect((await ask('absent north today 13:00'))?.text).toContain('Mon 1 Jun 13:00–24:00 CDT');
    expect((await ask('absent north tomorrow 13:00 to wed'))?.text).toContain(
      'Tue 2 Jun 13:00 – Wed 3 Jun 24:00 CDT',
    );
  });

  test('in which the crew has no shift is stored, and nobody is said to be concerned', async () => {
    const { ask, calls } = make();
    const text = (await ask('absent north sunday 08:00'))?.text;
    expect(text).toContain('Crew North has no shift then: it is noted, and nobody is mentioned.');
    expect(calls).toHaveLength(1);
    const job = make({ known: { affectedJobs: 1 } });
    expect((await job.ask('absent north sunday 08:00'))?.text).toContain('1 planned job is affected');
  });

  test.each([
    ['absent nrth today', 'did you mean “Crew North”?'],
    ['absent north', 'From when?'],
    ['absent north soon', '“soon” is no day or time I know'],
  ])('%s is answered with an example', async (text, expected) => {
    const { ask, calls } = make();
    const reply = await ask(text);
    expect(reply?.text).toContain(expected);
    expect(reply?.text).toContain('such as `/crewline absent north tomorrow fri training`');
    expect(calls).toEqual([]);
  });
});

describe('/crewline rain', () => {
  test('closes the district from now on', async () => {
    const { ask, calls } = make({ known: { affectedJobs: 1 } });
    const text = (await ask('rain Riverside 18:00'))?.text;
    const start = later(220);
    const end = new Date('2026-06-01T23:00:00Z');
    expect(calls).toEqual([
      ['closeDistrict', { district: 'riverside', start, end, reason: 'rain', actor: OPERATOR }],
    ]);
    expect(text).toContain(
      'Nobody works in Riverside Mon 1 Jun 10:40–18:00 CDT (rain). 1 planned job is affected',
    );
  });

  test.each(['18:00', 'till tomorrow noon', 'for 2 hours', 'from now to 18:00'])(
    '%s has no beginning that could have passed',
    async (typed) => {
      const { deps } = make();
      let read = 0;
      // The clock goes on between the reading and the entering.
      const ticking = { ...deps, clock: { now: () => new Date(+later(220) + 59_990 + 7 * read++) } };
      const text = `rain riverside ${typed}`;
      const call = { text, userId: OPERATOR, userName: 'x', channel: 'C', triggerId: '1' };
      const reply = await createCrewlineCommand(ticking)(call);
      expect(reply?.text).toContain('Nobody works in Riverside');
      expect(reply?.text).not.toContain('has passed');
    },
  );

  test.each([
    [1, '1 planned job whose place is unknown may lie there.'],
    [2, '2 planned jobs whose place is unknown may lie there.'],
  ])('says of %i planned without a place that it may lie there', async (placelessJobs, expected) => {
    const text = (await make({ known: { placelessJobs } }).ask('rain riverside 18:00'))?.text;
    expect(text).toContain(`No planned job is affected. ${expected} \`/crewline rain`);
  });

  test('in which no crew has a shift says so', async () => {
    const { deps } = make();
    const crews = deps.agency.crews.filter(({ id }) => id === 'north');
    // Monday 18:00, hours after the crew has gone home.
    const evening = { ...deps, agency: { ...deps.agency, crews }, clock: { now: () => later(660) } };
    const call = {
      text: 'rain riverside 20:00',
      userId: OPERATOR,
      userName: 'x',
      channel: 'C',
      triggerId: '1',
    };
    expect((await createCrewlineCommand(evening)(call))?.text).toContain('No crew has a shift then');
  });

  test('says what is wrong', async () => {
    const { ask, deps } = make();
    expect((await ask('rain hilltop 18:00'))?.text).toContain('No district is called “hilltop”');
    expect((await ask('rain riverside 09:00'))?.text).toContain('passed already');
    const none = createCrewlineCommand({ ...deps, agency: { ...deps.agency, districts: [] } });
    const call = { text: 'rain x 18:00', userId: OPERATOR, userName: 'x', channel: 'C', triggerId: '1' };
    expect((await none(call))?.text).toContain('no districts yet');
  });
});

describe('the form of an absence and of a closure', () => {
  const LEAD = demoAgency.crews.find(({ id }) => id === 'north')?.lead ?? '';
  const picked = (fields: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, text]) => {
        const key = name.endsWith('Day')
          ? 'selected_date'
          : name.endsWith('Time')
            ? 'selected_time'
            : 'value';
        return [name, { value: name === 'who' ? { selected_option: { value: text } } : { [key]: text } }];
      }),
    );
  const metadata = (kind: string, who?: string) => JSON.stringify({ kind, who, day: '2026-06-01' });

  test.each([
    ['absent', 'Enter an absence', /north.*south/],
    ['rain', 'Close a district', /riverside/],
  ])('/crewline %s alone opens it with pickers for days and times', async (typed, title, choices) => {
    const { ask, views } = make();
    expect((await ask(typed))?.text).toMatch(/^No /);
    const [[, options]] = views() as [[string, { view: Parameters<typeof checkView>[0] }]];
    expect(checkView(options.view)).toEqual([]);
    const shown = JSON.stringify(options.view);
    expect(shown).toContain(title);
    expect(shown).toMatch(choices);
    expect(shown.match(/"(date|time)picker"/g)).toHaveLength(4);
  });

  test('where Slack shows no time picker, times are chosen from a menu', async () => {
    const { deps, views, calls } = make();
    const plain = { ...deps, hasTimePicker: false };
    await createOpenFormAction(plain)({ value: 'absence|north', userId: OPERATOR, triggerId: '1.2' });
    const shown = JSON.stringify(views()[0]);
    expect(shown).not.toContain('timepicker');
    expect(shown).toContain('"value":"14:30"');
    const values = { toTime: { value: { selected_option: { value: '14:30' } } } };
    const submission = { values, metadata: metadata('absence', 'north'), userId: OPERATOR, userName: 'x' };
    expect(await createDisruptionSubmission(plain)(submission)).toBeNull();
    expect(calls).toMatchObject([['reportAbsence', { end: new Date('2026-06-01T19:30:00Z') }]]);
  });

  test('a lead chooses among the own crews; who may enter nothing gets the list alone', async () => {
    const { ask, views } = make();
    await ask('absent', LEAD);
    expect(JSON.stringify(views()[0])).not.toContain('Crew South');
    for (const typed of ['rain', 'absent list']) await ask(typed, LEAD);
    await ask('absent', 'U0STRANGER');
    expect(views()).toHaveLength(1);
  });

  test('a line that was not understood offers it, with the crew chosen; so does a Slack that does not open it', async () => {
    const { ask, deps, views, client } = make();
    const reply = await ask('absent north soon');
    const [button] = interactiveElements(reply?.blocks as unknown as SlackBlock[]);
    expect(button).toMatchObject({ action_id: 'crewline.disruption.form', value: 'absence|north' });
    const click = { value: button?.value, userId: OPERATOR, triggerId: '1.2', channel: 'C0DISPATCH' };
    expect(await createOpenFormAction(deps)(click)).toBeNull();
    expect(JSON.stringify(views()[0])).toMatch(/"initial_option":\{[^}]*\{[^}]*Crew North/);
    client.apiCall.mockRejectedValue(new Error('expired_trigger_id'));
    const again = await createOpenFormAction(deps)(click);
    expect(interactiveElements(again?.blocks as unknown as SlackBlock[])).toHaveLength(1);
    expect((await ask('absent'))?.text).toContain('Write `/crewline absent CREW FROM');
    expect((await createOpenFormAction(deps)({ ...click, value: 'all|x' }))?.text).toContain(
      'cannot be read',
    );
  });

  test.each([
    [{}, '2026-06-01T05:00:00Z', '2026-06-02T05:00:00Z'],
    [{ toDay: '2026-06-03' }, '2026-06-01T05:00:00Z', '2026-06-04T05:00:00Z'],
    [
      { fromDay: '2026-06-02', fromTime: '09:00', toTime: '12:00' },
      '2026-06-02T14:00:00Z',
      '2026-06-02T17:00:00Z',
    ],
  ])('%j is entered as picked, and told', async (fields, start, end) => {
    const { deps, calls, client } = make();
    const values = picked({ ...fields, reason: 'sick until 5' });
    const submission = { values, metadata: metadata('absence', 'north'), userId: LEAD, userName: 'x' };
    expect(await createDisruptionSubmission(deps)(submission)).toBeNull();
    const period = { start: new Date(start), end: new Date(end) };
    expect(calls).toEqual([
      ['reportAbsence', { crewId: 'north', ...period, reason: 'sick until 5', actor: LEAD }],
    ]);
    expect(JSON.stringify(client.apiCall.mock.calls)).toContain('Crew North is absent');
  });

  test.each([
    [{ fromDay: '2026-06-03', toDay: '2026-06-02' }, 'toDay', 'end before it begins'],
    [{ fromDay: '2026-06-03', fromTime: '12:00', toTime: '09:00' }, 'toTime', 'end before it begins'],
    [{ fromDay: '2026-05-03' }, 'toDay', 'passed already'],
    [{ fromDay: '2028-06-03' }, 'toDay', 'more than a year away'],
  ])('%j is refused at its field', async (fields, field, problem) => {
    const { deps, calls } = make();
    const values = picked({ who: 'north', ...fields });
    const submission = { values, metadata: metadata('absence'), userId: OPERATOR, userName: 'x' };
    expect(await createDisruptionSubmission(deps)(submission)).toEqual({
      errors: { [field]: expect.stringContaining(problem) },
    });
    expect(calls).toEqual([]);
  });

  test('a closure that begins today without a time begins now', async () => {
    const { deps, calls } = make();
    const submission = {
      ...{ values: picked({ who: 'riverside', toTime: '18:00' }), metadata: metadata('closure') },
      ...{ userId: OPERATOR, userName: 'x' },
    };
    expect(await createDisruptionSubmission(deps)(submission)).toBeNull();
    expect(calls).toMatchObject([
      ['closeDistrict', { district: 'riverside', start: later(220), end: new Date('2026-06-01T23:00:00Z') }],
    ]);
  });
});

describe('what is in force and to come', () => {
  const id = '0b9c7d2e-4c3f-4a55-9d6a-2f1f3b8e6a10';
  const flu: ListedDisruption = {
    ...{ _id: id, kind: 'absence', name: 'Crew <North>', reason: 'flu', by: 'U0SANTOS' },
    ...{ start: new Date('2026-06-02T05:00:00Z'), end: new Date('2026-06-03T05:00:00Z') },
  };
  const training: ListedDisruption = {
    ...{ _id: null, kind: 'absence', name: 'Crew South', reason: 'training', by: null },
    ...{ start: new Date('2027-01-04T14:30:00Z'), end: new Date('2027-01-05T23:00:00Z') },
  };

  test.each(['absent', 'absent list'])(
    '%s lists it with its dates, and a button where it can be taken back',
    async (text) => {
      const { ask } = make({ known: { disruptions: [flu, training] } });
      const reply = await ask(text);
      expect(reply?.text).toBe(
        [
          'Absences, now and to come:',
          '• Crew &lt;North&gt; is absent Tue 2 Jun, the whole day (flu)',
          '• Crew South is absent Mon 4 Jan 2027 08:30 – Tue 5 Jan 2027 17:00 CST (training)',
        ].join('\n'),
      );
      const buttons = reply?.blocks?.flatMap((block) => ('accessory' in block ? [block.accessory] : []));
      expect(buttons).toMatchObject([{ action_id: 'crewline.disruption.takeBack', value: id }]);
      expect(JSON.stringify(reply?.blocks)).toContain('From the roster: it is ended there.');
    },
  );

  test('nothing is said so, with how to enter something', async () => {
    const { ask } = make();
    expect((await ask('absent list'))?.text).toMatch(
      /^No crew is absent, now or later\. Write `\/crewline absent CREW/,
    );
    expect((await ask('rain list'))?.text).toMatch(
      /^No district is closed, now or later\. Write `\/crewline rain/,
    );
  });

  test('a list of hundreds stays within what Slack takes', async () => {
    const { ask } = make({ known: { disruptions: Array.from({ length: 200 }, () => flu) } });
    const reply = await ask('absent');
    expect(reply?.blocks?.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(reply?.blocks)).toContain('… and 180 more, later. `/crewline absent list 2`');
    const last = await ask('absent list 10');
    expect(last?.text.match(/• /g)).toHaveLength(20);
    expect(last?.text).not.toContain('more, later');
    expect((await ask('absent list 11'))?.text).toMatch(/^There is no page 11/);
  });

  test('Take back says what goes on all the same', async () => {
    const { start } = flu;
    const end = new Date('2026-06-05T05:00:00Z');
    const standing = [{ ...flu, _id: null, start, end, reason: 'training' }];
    const { deps } = make({ known: { disruptions: [flu], standing } });
    expect(
      (await createTakeBackAction(deps)({ value: id, userId: OPERATOR, triggerId: '1' }))?.text,
    ).toContain(
      '(flu). Crew &lt;North&gt; stays absent Tue 2 Jun – Thu 4 Jun, whole days (training). A new plan',
    );
  });

  test('Take back says what was taken back, or why not', async () => {
    const { deps, calls } = make({ known: { disruptions: [flu] } });
    const click = { value: id, userId: OPERATOR, triggerId: '1' };
    expect(await createTakeBackAction(deps)(click)).toEqual({
      text: '↩️ Taken back: Crew &lt;North&gt; is absent Tue 2 Jun, the whole day (flu). A new plan is being made.',
    });
    expect(calls).toEqual([['takeBack', id, OPERATOR]]);
    const { deps: refusing } = make({ known: { refused: 'This has been taken back already.' } });
    expect(await createTakeBackAction(refusing)(click)).toEqual({
      text: 'This has been taken back already.',
    });
    expect((await createTakeBackAction(deps)({ ...click, value: 'x|y' }))?.text).toContain('cannot be read');
  });
});

describe('/crewline plan', () => {
  test('uploads a picture with a text that says the same', async () => {
    const { ask, client } = make({ known: { days: day() } });
    expect(await ask('plan')).toBeNull();
    const [method, options] = client.apiCall.mock.calls[0]!;
    expect(method).toBe('files.uploadV2');
    expect(options).toMatchObject({
      channel_id: 'C0DISPATCH',
      filename: 'plan-2026-06-01.png',
      title: 'Plan for Mon 1 Jun',
      initial_comment: [
        '*Plan for Mon 1 Jun*',
        '2 jobs, 2 crews · *1 late* · 1 crew with an absence.',
        '*Crew North* (none accepted yet): 07:20 Hole; 10:00 Kerb (*late by 25 min*)',
        'Absent (truck in the workshop): Crew South',
      ].join('\n'),
    });
    expect(String(options?.file).slice(1, 4)).toBe('PNG');
    expect(options?.alt_text).toContain('Crew North (none accepted yet): 07:20 Hole');
    expect(options?.alt_text).not.toMatch(/[*`]|\.\./);
  });

  test('tells first what has no crew, in words that mention nobody', async () => {
    const reason = reasonWithoutFix('No crew has <!channel> concrete');
    const waiting = { _id: 'R-9', title: 'Sink<hole>', unplaced: reason, dueAt: null, weight: 9 };
    const { ask, client } = make({ known: { days: day(), unplaced: [waiting] } });
    await ask('plan');
    const { initial_comment: comment, alt_text: alternative } = client.apiCall.mock.calls[0]?.[1] ?? {};
    expect(String(comment).split('\n').slice(1, 4)).toEqual([
      '2 jobs, 2 crews · *1 late* · 1 crew with an absence · *1 job without a crew*.',
      '*Without a crew*',
      '• `R-9` Sink&lt;hole&gt;: No crew has &lt;!channel&gt; concrete',
    ]);
    expect(alternative).toContain('R-9 Sink<hole>: No crew has');
  });

  test('a day of many jobs fits what Slack takes beside a picture, in whole lines', async () => {
    const jobs = Array.from({ length: 12 }, (_, index) =>
      makeJob(`R-${index}`, `A long title of job number ${index} on this day`, [index * 40, index * 40 + 30]),
    );
    const days = Array.from({ length: 40 }, (_, index) =>
      makeCrewDay(`c${index}`, `Crew ${index}`, { jobs }),
    );
    const { ask, client } = make({ known: { days } });
    await ask('plan');
    const { initial_comment: comment, alt_text: alternative } = client.apiCall.mock.calls[0]?.[1] ?? {};
    expect(String(comment).length).toBeLessThanOrEqual(3_000);
    expect(String(comment)).toMatch(/4 more\n…$/);
    expect(String(alternative).length).toBeLessThanOrEqual(1_000);
  });

  test('one crew is shown over its next days', async () => {
    const { ask, calls, client } = make({ known: { days: day() } });
    await ask('plan crew north tomorrow');
    expect(calls).toEqual([['viewCrew', 'north', '2026-06-02', 7]]);
    expect(client.apiCall.mock.calls[0]?.[1]).toMatchObject({ title: 'Crew North, Tue 2 Jun – Mon 8 Jun' });
  });

  test('goes to the person where the bot may not post', async () => {
    const apiCall = async (method: string, options: Record<string, unknown> = {}) => {
      if (options.channel_id === 'C0DISPATCH') throw { data: { error: 'not_in_channel' } };
      return method === 'conversations.open' ? { channel: { id: 'D1' } } : {};
    };
    const { ask, client } = make({ known: { days: day() }, apiCall });
    expect((await ask('plan'))?.text).toContain('in your direct messages');
    expect(client.apiCall.mock.calls.at(-1)?.[1]).toMatchObject({ channel_id: 'D1' });
  });

  test('becomes a table where Slack takes no picture', async () => {
    const apiCall = async () => {
      throw { data: { error: 'missing_scope' } };
    };
    const reply = await make({ known: { days: day() }, apiCall }).ask('plan');
    expect(reply?.text).toContain('Slack did not take the picture');
    const text = readableText({ blocks: reply?.blocks as unknown as SlackBlock[] });
    expect(text).toContain('2. 10:00–11:20 Kerb · `R-2` · *late by 25 min*');
    expect(text).toContain('absent Mon 1 Jun 07:00 – Tue 2 Jun 07:00 CDT: truck in the workshop');
  });

  test('of too many crews those are shown that matter', async () => {
    const idle = Array.from({ length: 60 }, (_, index) => makeCrewDay(`c${index}`, `Crew ${index}`));
    const { ask, client } = make({ known: { days: [...idle, ...day()] } });
    await ask('plan');
    const comment = String(client.apiCall.mock.calls[0]?.[1]?.initial_comment);
    expect(comment).toContain('2 jobs, 62 crews');
    expect(comment).toContain('Not in the picture: 50 more crews, none of them with jobs.');
  });

  test('says what is neither a crew nor a day', async () => {
    expect((await make().ask('plan nroth'))?.text).toContain('“nroth” is neither a crew nor a day');
    expect((await make().ask('plan north someday'))?.text).toContain('“someday” is no day');
  });
});

describe('a job that is given to another crew', () => {
  const buttonsOf = (blocks: unknown) => interactiveElements(blocks as SlackBlock[]);
  const click = (value: unknown, userId = OPERATOR) => ({ value, userId, triggerId: '1.2' });
  const options = [
    {
      crewId: 'south',
      crewName: 'Crew South',
      start: later(220),
      end: later(370),
      deltaCents: 4_600,
      deltaMinutes: 12,
      lateMinutes: 0,
    },
  ];

  test('operators see the button, others only who has the job and why', async () => {
    const { ask } = make();
    const shown = await ask('show r-7k2m9qxa');
    expect(buttonsOf(shown?.blocks).map(({ value }) => value)).toEqual(['R-7K2M9QXA|']);
    const other = await ask('show r-7k2m9qxa', 'U0RIVERA');
    expect(buttonsOf(other?.blocks)).toEqual([]);
    expect(readableText({ blocks: other?.blocks as unknown as SlackBlock[] })).toContain(
      '*Crew North* · Mon 1 Jun 08:00–10:30 CDT\nNearest crew with asphalt',
    );
  });

  test.each(['started', 'done'] as const)('a %s job has no button', async (state) => {
    const { ask } = make({ acts: { work: { find: async () => ({ ...order, state }) } } });
    expect(buttonsOf((await ask('show r-7k2m9qxa'))?.blocks)).toEqual([]);
  });

  test('the menu names the cost of each crew', async () => {
    const { deps, views } = make({ known: { options } });
    expect(await createReassignAction(deps)(click('R-7K2M9QXA|'))).toBeNull();
    const [[, sent] = []] = views();
    expect(checkView(sent?.view)).toEqual([]);
    expect(JSON.stringify(sent)).toContain('Crew South · 10:40 · +$46.00');
  });

  test('a menu that takes long is opened at once, and filled when it is there', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const apiCall = async () => ({ ok: true, view: { id: 'V1' } });
    const { deps, client } = make({ apiCall });
    const listed = defer<Awaited<ReturnType<typeof deps.management.work.listReassignments>>>();
    const work = { ...deps.management.work, listReassignments: () => listed.promise };
    const management = { ...deps.management, work };
    const pressed = createReassignAction({ ...deps, management })(click('R-7K2M9QXA|'));
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    expect(JSON.stringify(client.apiCall.mock.calls)).toContain('being compared');
    listed.resolve({ options, others: [] });
    expect(await pressed).toBeNull();
    expect(client.apiCall.mock.calls.map(([method]) => method)).toEqual(['views.open', 'views.update']);
    const [, update] = client.apiCall.mock.calls;
    expect(update?.[1]).toMatchObject({ view_id: 'V1', view: { title: { text: 'Give to a crew' } } });
    expect(JSON.stringify(update)).toContain('Crew South · 10:40');
  });

  test('nobody else opens it; without a choice it says so', async () => {
    const { deps, views } = make({ known: { options: [] } });
    const press = createReassignAction(deps);
    expect((await press(click('R-7K2M9QXA|', 'U0RIVERA')))?.text).toMatch(/^Only the agency/);
    expect((await press(click('R-7K2M9QXA|')))?.text).toContain('No other crew');
    expect((await press(click('nonsense')))?.text).toContain('cannot be read');
    const { deps: refusing } = make({ known: { refused: 'The work has begun.' } });
    expect((await createReassignAction(refusing)(click('R-7K2M9QXA|')))?.text).toBe('The work has begun.');
    expect(views()).toEqual([]);
  });

  test('the choice is passed on, and whoever chose is told alone where they pressed', async () => {
    const { deps, calls } = make();
    const metadata = JSON.stringify({ runId: 'R-7K2M9QXA', reference: 'C0DISPATCH' });
    const values = { crew: { value: { selected_option: { value: 'south' } } } };
    const submission = { values, metadata, userId: OPERATOR, userName: 'x' };
    expect(await createReassignSubmission(deps)(submission)).toBeNull();
    expect(calls).toEqual([['reassign', 'R-7K2M9QXA', 'south', OPERATOR]]);
    expect(deps.client.apiCall).toHaveBeenCalledWith('chat.postEphemeral', {
      ...{ channel: 'C0DISPATCH', user: OPERATOR },
      text: expect.stringMatching(/^🔀 `R-7K2M9QXA` is with \*Crew \w+\* now, /),
    });
    expect(await createReassignSubmission(deps)({ ...submission, values: {} })).toHaveProperty('errors.crew');
    expect(await createReassignSubmission(deps)({ ...submission, metadata: '' })).toHaveProperty('refused');
  });
});

describe('the crew’s answer', () => {
  const click = (value: unknown) => ({ value, userId: 'U0SANTOS', triggerId: '1.2' });
  const metadata = JSON.stringify({ runId: 'R-7K2M9QXA', reference: '' });
  const decline = (reason: string) => ({
    values: { reason: { value: { value: reason } } },
    ...{ metadata, userId: 'U0SANTOS', userName: 'luis' },
  });

  test('accepting is passed on, a refusal comes back', async () => {
    const { deps, calls } = make();
    expect(await createAcceptAction(deps)(click('R-7K2M9QXA|'))).toBeNull();
    expect(await createAcceptAction(deps)(click('R-7K2M9QXA|north'))).toBeNull();
    expect(calls).toEqual([
      ['accept', 'R-7K2M9QXA', 'U0SANTOS', ''],
      ['accept', 'R-7K2M9QXA', 'U0SANTOS', 'north'],
    ]);
    const refusing = make({ known: { refused: 'It was moved to Crew South.' } });
    expect((await createAcceptAction(refusing.deps)(click('R-7K2M9QXA|')))?.text).toContain('moved to');
    expect((await createAcceptAction(deps)(click(7)))?.text).toContain('cannot be read');
  });

  test('the reason for declining is asked of the crew only', async () => {
    const { deps, views } = make();
    expect(await createDeclineAction(deps)(click('R-7K2M9QXA|'))).toBeNull();
    expect(JSON.stringify(views())).toContain('Why can your crew not do it?');
    const others = make({ acts: { work: { refuseReport: async () => 'Only Crew North reports.' } } });
    expect((await createDeclineAction(others.deps)(click('R-7K2M9QXA|')))?.text).toBe(
      'Only Crew North reports.',
    );
    expect(others.views()).toEqual([]);
  });

  test.each(['', ' no ', 'x'.repeat(301)])(
    'a reason of the wrong length (%s) is refused at its field',
    async (reason) => {
      const { deps, calls } = make();
      expect(await createDeclineSubmission(deps)(decline(reason))).toHaveProperty('errors.reason');
      expect(calls).toEqual([]);
    },
  );

  test('a reason is passed on', async () => {
    const { deps, calls } = make();
    expect(await createDeclineSubmission(deps)(decline('truck is broken'))).toBeNull();
    const onCard = { ...decline('truck is broken'), metadata: metadata.replace('""', '"north"') };
    expect(await createDeclineSubmission(deps)(onCard)).toBeNull();
    expect(calls).toEqual([
      ['decline', 'R-7K2M9QXA', 'U0SANTOS', 'truck is broken', ''],
      ['decline', 'R-7K2M9QXA', 'U0SANTOS', 'truck is broken', 'north'],
    ]);
  });

  test('every form that the card opens says whose card it was, and is refused on an old one', async () => {
    const refuseReport = vi.fn(async (_: string, _actor: string, crewId?: string) =>
      crewId === 'south' ? 'This job now belongs to Crew North.' : null,
    );
    const { deps, views } = make({ acts: { work: { refuseReport } } });
    const openers = [createDeclineAction(deps), createDoneAction(deps), createBlockedAction(deps)];
    for (const press of openers) {
      expect(await press(click('R-7K2M9QXA|north'))).toBeNull();
      expect((await press(click('R-7K2M9QXA|south')))?.text).toMatch(/now belongs to/);
    }
    const carried = openers.map(() => ({
      private_metadata: JSON.stringify({ runId: 'R-7K2M9QXA', reference: 'north' }),
    }));
    expect(views().map(([, options]) => options?.view)).toMatchObject(carried);
  });

  test('every report says on whose card it was made', async () => {
    const report = vi.fn<ManagementLayer['work']['report']>(async () => ({ run }));
    const { deps } = make({ acts: { work: { report } } });
    await createProgressAction(deps, 'start')(click('R-7K2M9QXA|north'));
    await createProgressAction(deps, 'resume')(click('R-7K2M9QXA|'));
    const submission = { ...decline('no road'), metadata: metadata.replace('""', '"north"') };
    await createBlockedSubmission(deps)(submission);
    const values = { actualCost: { value: { value: '12' } }, note: { value: { value: null } } };
    await createDoneSubmission(deps)({ ...submission, values });
    expect(report.mock.calls.map(([, { kind, crewId }]) => [kind, crewId])).toEqual([
      ['start', 'north'],
      ['resume', ''],
      ['block', 'north'],
      ['finish', 'north'],
    ]);
  });
});

test('dispatch’s answer to a new plan is passed on, a late one is answered', async () => {
  const proposal = makeProposal();
  const { deps, calls } = make({ known: { proposals: new Map([[proposal._id, proposal]]) } });
  const click = (value: unknown) => ({ value, userId: OPERATOR, triggerId: '1.2' });
  expect(await createProposalAction(deps, 'apply')(click(proposal._id))).toBeNull();
  expect(calls).toEqual([['decideProposal', 'P-1A2B3C4D', 'apply', OPERATOR]]);
  const { deps: late } = make({ known: { refused: 'Already kept by U0BRANDT.', actor: 'U0BRANDT' } });
  expect((await createProposalAction(late, 'keep')(click(proposal._id)))?.text).toBe(
    'Already kept by <@U0BRANDT>.',
  );
  expect((await createProposalAction(deps, 'keep')(click('<!channel>')))?.text).toContain('cannot be read');
});

test('the help names every subcommand', async () => {
  const help = (await make().ask('help'))?.text ?? '';
  for (const word of ['crews [day]', 'plan [crew] [day]', 'absent CREW FROM', 'rain DISTRICT UNTIL'])
    expect(help).toContain(`/crewline ${word}`);
});
