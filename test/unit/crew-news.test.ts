import { describe, expect, test } from 'vitest';
import { Agency } from '../../src/core/agency/agency.ts';
import type { AuditEventType } from '../../src/core/audit/audit-event.ts';
import { remindOf, warnOfStranded } from '../../src/core/events/field-warnings.ts';
import {
  announceWork,
  answerWork,
  foreseeLateness,
  moveWork,
  reportUnplaced,
} from '../../src/core/events/work-events.ts';
import type { DisruptionBulletin, JobChange } from '../../src/core/work/bulletin.ts';
import { describeMoveToCrews, foldChanges, isMovedByReturn } from '../../src/core/work/bulletin.ts';
import { decideNudge } from '../../src/core/work/nudge.ts';
import { isNotable } from '../../src/core/work/plan-proposal.ts';
import { reasonWithoutFix } from '../../src/core/work/unplaced-reason.ts';
import type { Assignment, WorkOrder } from '../../src/core/work/work-order.ts';
import { transitionWorkOrder } from '../../src/core/work/work-order-transition.ts';
import { viewCrewDays } from '../../src/scheduler/planning/view-crew-days.ts';
import { buildCrewBulletins, buildDisruptionBulletin } from '../../src/slack/disruptions/bulletin-card.ts';
import { describeLoad } from '../../src/slack/planning/crew-load.ts';
import { buildTimeline, buildTimelineLine } from '../../src/slack/runs/timeline.ts';
import {
  buildDeclinedNotice,
  buildGivenNotice,
  buildNudge,
  buildTroubleNotice,
} from '../../src/slack/work/field-notices.ts';
import { EXAMPLES, lastFact } from '../support/audit-examples.ts';
import { labelsOf, readCard } from '../support/read-card.ts';
import { makeAgency, makeCrew, makeOrder } from '../support/scheduling.ts';
import {
  demoAgency as agency,
  awaitApproval,
  giveToCrew,
  later,
  START,
  tell,
} from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-1'));
const assignment = order.assignment as Assignment;
const south = { ...assignment, crewId: 'south', crewName: 'Crew South', start: later(220) };

describe('what changed for a crew', () => {
  const change: JobChange = {
    ...{ orderId: 'R-17', title: '5th & Main <!here>', kind: 'retimed', cause: 'Crew South is absent' },
    from: { start: later(450), end: later(510) },
    to: { start: later(135), end: later(195), crewName: 'Crew North' },
  };
  const build = (changes: JobChange[]) => buildCrewBulletins({ crewId: 'north' }, changes, agency, START)[0]!;

  test('names its lead, old → new time and why', () => {
    const text = readCard(build([change]));
    expect(text).toContain('<@U0SANTOS>');
    expect(text).toContain('*Mon 1 Jun 14:30 → 09:15*');
    expect(text).toContain('Why: Crew South is absent');
    expect(text).not.toContain('<!here>');
  });

  test.each([
    [{ kind: 'lost' as const }, 'Was 14:30; now with Crew North, 09:15'],
    [{ kind: 'lost' as const, to: null }, 'Was 14:30; it waits for a crew again'],
    [{ kind: 'gained' as const }, 'Yours again'],
    [{ kind: 'calledOff' as const, to: null }, 'Was 14:30; nothing is left to do'],
    [{ to: { ...change.to!, start: later(1_575) } }, '*Mon 1 Jun 14:30 → Tue 2 Jun 09:15*'],
    [
      { kind: 'lost' as const, from: { start: later(1_575), end: later(1_600) } },
      'Was Tue 2 Jun 09:15; now with Crew North, Mon 1 Jun 09:15',
    ],
  ])('%j', (changes, expected) => {
    expect(readCard(build([{ ...change, ...changes }]))).toContain(expected);
  });

  test('is one message for many jobs, which mentions the lead once and stays short', () => {
    const many = Array.from({ length: 45 }, (_, index) => ({ ...change, orderId: `R-${index}` }));
    const text = readCard(build(many));
    expect(text).toContain('*45 of your jobs have changed*');
    expect(text).toContain('`R-39`');
    expect(text).toContain('`R-44`');
    expect(text.match(/<@U0SANTOS>/g)).toHaveLength(1);
  });

  test.each([
    ['accepted, up to an hour later', 60, true, ': stays accepted'],
    ['accepted, more than an hour later', 61, true, ': accept it on its card'],
    ['not accepted', 20, false, ': accept it on its card'],
  ])('is asked to accept only what it has to: %s', (_, minutes, isAccepted, words) => {
    const start = new Date(+assignment.start + minutes * 60_000);
    const move = { orderId: 'R-1', title: 'Kerb', from: assignment, to: { ...assignment, start } };
    const news = describeMoveToCrews({ ...move, ...(isAccepted && { isAccepted }) }, '');
    expect(readCard(build(news.map(({ change }) => change)))).toContain(words);
    const { order: after } = transitionWorkOrder(
      { ...order, acceptedAt: isAccepted ? START : null },
      { kind: 'move', assignment: move.to, byHand: null },
      START,
    ) as { order: WorkOrder };
    expect(after.acceptedAt !== null).toBe(words === ': stays accepted');
  });

  test('is told from the first time to the last when a job moves twice', () => {
    const again = { ...change, from: { start: later(135), end: later(195) }, to: null };
    expect(foldChanges([change, { ...again, kind: 'lost' }])).toEqual([
      { ...again, kind: 'lost', from: change.from },
    ]);
  });
});

test('a start that shifts by less than ten minutes is no move worth a question', () => {
  const shifted = (minutes: number) => ({
    ...assignment,
    start: new Date(+assignment.start + minutes * 60_000),
  });
  expect(isNotable({ from: assignment, to: shifted(9) })).toBe(false);
  expect(isNotable({ from: assignment, to: shifted(-10) })).toBe(true);
  expect(isNotable({ from: assignment, to: { ...shifted(0), crewId: 'south' } })).toBe(true);
  expect(isNotable({ from: assignment, to: null })).toBe(true);
});

describe('an absence or a rain day', () => {
  const job = (orderId: string) => ({ orderId, title: orderId, crewId: 'north', start: later(60) });
  const bulletin: DisruptionBulletin = {
    ...{ _id: 'A-1', kind: 'absence', name: 'Crew North', crewIds: ['north'], reason: 'truck <!here>' },
    ...{ start: START, end: later(1_440), by: 'U0CHEN', at: START, plannedAt: later(1), takenBackBy: null },
    jobs: ['R-1', 'R-2', 'R-3'].map(job),
  };
  const orders = new Map<string, WorkOrder>([
    ['R-1', { ...order, _id: 'R-1', assignment: south }],
    ['R-2', { ...order, _id: 'R-2', state: 'waiting', assignment: null }],
    ['R-3', { ...order, _id: 'R-3' }],
  ]);
  const build = (changes: Partial<DisruptionBulletin> = {}, crewId: string | null = null) =>
    buildDisruptionBulletin({ ...bulletin, ...changes }, orders, agency, { crewId, now: START });

  test('says who entered it, from when to when, and what becomes of each job', () => {
    const text = readCard(build());
    expect(text).toContain('*Crew North is absent* · Mon 1 Jun 07:00 – Tue 2 Jun 07:00 CDT');
    expect(text).toContain('entered by <@U0CHEN>');
    expect(text).toContain('*3 planned jobs are affected*');
    expect(text).toContain('→ *Crew South, 10:40*');
    expect(text).toContain('*has no crew yet*');
    expect(text).toContain('stays there until dispatch decides');
    expect(text).not.toMatch(/<!|U0SANTOS/);
    expect(readCard(build({ plannedAt: null }))).toContain('is being planned anew');
    orders.set('R-3', { ...order, _id: 'R-3', warnedOf: ['absence'] });
    expect(readCard(build())).toContain('*is still planned there*');
  });

  test('says which jobs an edit of the roster leaves where nobody works', () => {
    const edited = { kind: 'roster' as const, name: 'Crew North, Crew <South>', crewIds: [], reason: '' };
    const text = readCard(build(edited));
    expect(text).toContain('*Planned work is outside the working time of Crew North, Crew &lt;South&gt;*');
    expect(text).toContain('edited by <@U0CHEN>');
    expect(text).toContain('*3 planned jobs are affected*');
    expect(text).toContain('→ *Crew South, 10:40*');
    expect(readCard(build({ ...edited, by: 'command line' }))).toContain('edited by command line');
  });

  test('mentions the lead in the crew’s channel, with that crew’s jobs only', () => {
    const closure = { kind: 'closure' as const, name: 'Riverside', crewIds: ['north', 'south'] };
    const jobs = [job('R-1'), { ...job('R-9'), crewId: 'south' }];
    const text = readCard(build({ ...closure, jobs }, 'north'));
    expect(text).toContain('<@U0SANTOS>');
    expect(text).toContain('*Riverside is closed*');
    expect(text).toContain('*1 planned job is affected*');
  });

  test('names the day on both sides of a move to another one', () => {
    const tomorrow = { ...job('R-1'), start: later(1_500) };
    expect(readCard(build({ jobs: [tomorrow] }))).toContain(
      'Tue 2 Jun 08:00 → *Crew South, Mon 1 Jun 10:40*',
    );
  });

  test('counts for its crew what moves, which one message tells, and names what stays', () => {
    const text = readCard(build({}, 'north'));
    expect(text).toContain('• 2 changed: a message of its own says how');
    expect(text).not.toContain('Crew South');
    expect(text).toContain('`R-3`');
  });

  test('that was entered without a reason invents none', () => {
    expect(readCard(build({ reason: '' }))).not.toMatch(/Why|\(\)/);
  });

  const back = { takenBackBy: 'U0BRANDT', takenBackAt: later(60), plannedAt: null };

  test('that was taken back says so and by whom, and what came of it once that is planned', () => {
    expect(readCard(build(back))).toContain('*taken back* by <@U0BRANDT>');
    expect(readCard(build(back))).toContain('*A new plan is being made*');
    const still = { ...back, plannedAt: later(61), movedJobs: [] };
    expect(readCard(build(still))).toContain('*No job had been moved for it*');
    expect(readCard(build({ ...back, plannedAt: later(61) }))).toContain('*A new plan is made*');
    const moved = [{ ...order, _id: 'R-1', title: 'Kerb', assignment: south }];
    const changed = { ...bulletin, ...back, plannedAt: later(61) };
    const audience = { crewId: null, now: START, moved };
    const text = readCard(buildDisruptionBulletin(changed, orders, agency, audience));
    expect(text).toContain('*1 job moved*');
    expect(text).toContain('• Kerb · `R-1` → *Crew South, 10:40*');
    expect(readCard(build(still, 'north'))).not.toContain('No job');
  });

  test('that was taken back says to everybody what goes on all the same, not that nothing moved', () => {
    const standing = [{ start: START, end: later(1_440), reason: '<training>' }];
    const goesOn = 'Crew North stays absent Mon 1 Jun 07:00 – Tue 2 Jun 07:00 CDT (&lt;training&gt;)';
    const planned = { ...back, standing, plannedAt: later(61) };
    expect(readCard(build(planned))).toContain(`*${goesOn}*`);
    expect(readCard(build({ ...planned, movedJobs: [] }))).not.toContain('No job');
    expect(readCard(build({ ...planned, plannedAt: null }))).toContain(
      `*${goesOn} · A new plan is being made*`,
    );
    expect(readCard(build(planned, 'north'))).toContain(`*${goesOn}*`);
  });

  test('that was taken back answers only for what the next planning moved', () => {
    const planned = { takenBackAt: later(60), plannedAt: later(70) };
    const movedAt = (minutes: number) => isMovedByReturn(planned, { ...order, assignedAt: later(minutes) });
    expect([59, 60, 70, 71].map(movedAt)).toEqual([false, true, true, false]);
    expect(isMovedByReturn({ ...planned, plannedAt: null }, { ...order, assignedAt: later(65) })).toBe(false);
  });
});

describe('a crew’s refusal', () => {
  const facts = {
    reason: 'truck <!here> broken',
    fromCrewId: 'north',
    crewName: 'Crew North',
    gaveBack: false,
  };
  const refusal = answerWork({ type: 'work.declined', actor: 'U0SANTOS', data: facts });
  const declined = tell(story, refusal, later(20));
  const seq = declined.audit.at(-1)?.seq;
  const notices = (told: typeof declined) => told.messages.filter(({ kind }) => kind === 'notice');
  const notice = (told: typeof declined, changes = {}) => {
    const since = told.audit.filter((event) => event.seq >= (seq ?? 0));
    const event = lastFact(declined.audit, 'work.declined');
    const shown = { ...event, data: { ...event.data, ...changes } };
    return buildDeclinedNotice(shown, since, told.run, agency, START);
  };

  test('is one message to dispatch, to which the outcome is added', () => {
    expect(notices(declined)).toMatchObject([{ _id: `notice:R-1:${seq}` }]);
    const unplaced = tell(
      declined,
      reportUnplaced('assignCrew', reasonWithoutFix('nobody has time')),
      later(21),
    );
    expect(notices(unplaced)).toMatchObject([{ _id: `notice:R-1:${seq}`, wanted: unplaced.run.lastSeq }]);
    const given = tell(unplaced, announceWork('assignCrew', south), later(22));
    expect(notices(given)).toMatchObject([{ _id: `notice:R-1:${seq}`, wanted: given.run.lastSeq }]);
    const lost = tell(given, reportUnplaced('assignCrew', reasonWithoutFix('rain'), 'south'), later(23));
    expect(notices(lost)).toMatchObject([{ _id: `notice:R-1:${lost.run.lastSeq}` }]);
  });

  test('names crew, job and reason, and who has the job now, or why nobody', () => {
    const text = readCard(notice(declined));
    expect(text).toContain('*Crew North declined R-1*: truck &lt;!here&gt; broken');
    expect(text).toContain('Another crew is being looked for.');
    const unplaced = tell(
      declined,
      reportUnplaced('assignCrew', reasonWithoutFix('nobody has time')),
      later(21),
    );
    expect(readCard(notice(unplaced))).toContain('*Has no crew yet*, because nobody has time');
    expect(labelsOf(notice(unplaced))).toEqual(['Reassign']);
    const given = tell(unplaced, announceWork('assignCrew', south), later(22));
    expect(readCard(notice(given))).toContain('Now goes to *Crew South*, 10:40');
    expect(labelsOf(notice(given))).toEqual([]);
    expect(readCard(notice(given, { gaveBack: true }))).toContain('Crew North gave back R-1');
  });
});

describe('a job that dispatch gives to a crew', () => {
  const byHand = { ...south, byHand: true };
  const given = tell(story, moveWork('assignCrew', assignment, byHand, 'U0CHEN'), later(20));

  test('leaves a line in the dispatch channel; a plan’s own move leaves none', () => {
    const notices = (told: typeof given) => told.messages.filter(({ kind }) => kind === 'notice');
    expect(notices(given)).toMatchObject([{ _id: `notice:R-1:${given.run.lastSeq}` }]);
    expect(notices(tell(story, moveWork('assignCrew', assignment, south, 'system'), later(20)))).toEqual([]);
    expect(
      readCard(buildGivenNotice(lastFact(given.audit, 'work.moved'), given.run, agency, START)),
    ).toContain('<@U0CHEN> gave R-1 to *Crew South*, 10:40 (before: Crew North)');
  });
});

describe('the requester’s thread', () => {
  const line = (event: Parameters<typeof tell>[1], isForOperator = false) => {
    const told = tell(story, event, later(20));
    return buildTimelineLine(told.audit.at(-1)!, told.run, agency, isForOperator);
  };
  const prose = 'of 3 crew-days 2 lack asphalt; next best Crew South: +$32.50';

  test.each([
    [moveWork('assignCrew', assignment, { ...south, reason: prose }, 'system'), 'Now with Crew South, from '],
    [
      moveWork('assignCrew', assignment, { ...assignment, start: later(220), reason: prose }, 'system'),
      'New time: Mon 1 Jun 10:40 CDT (before: 08:00)',
    ],
    [reportUnplaced('assignCrew', reasonWithoutFix(prose), 'north'), 'No crew can take the job yet'],
    [
      answerWork({
        type: 'work.declined',
        actor: 'U0SANTOS',
        data: { ...EXAMPLES['work.declined'], reason: prose },
      }),
      'The crew cannot take the job',
    ],
    [warnOfStranded(order, assignment, [prose]), 'Crew North may not be able to come'],
  ])('has crew, day and time, and nothing of planner, money or a crew’s reasons (%#)', (event, words) => {
    expect(line(event)).toContain(words);
    expect(line(event)).not.toMatch(/next best|\$32|crew-days/);
    expect(line(event, true)).toContain('$32.50');
  });
});

describe('a requester whose job moves', () => {
  const dueAt = story.run.clocks.run!.dueAt;
  const minutesAfterDue = (minutes: number) => new Date(+dueAt + minutes * 60_000);
  const moved = (to: Assignment, ...then: Parameters<typeof tell>[1][]) => {
    const told = [moveWork('assignCrew', assignment, to, 'system'), ...then].reduce(
      (known, event) => tell(known, event, later(20)),
      story,
    );
    const news = told.audit.slice(story.audit.length);
    return readCard(buildTimeline(news, told.run, agency));
  };
  const late = { ...assignment, start: minutesAfterDue(-30), end: minutesAfterDue(60) };

  test('reads the old start too, with its day where that is another one', () => {
    expect(moved(late)).toContain('New time: Wed 3 Jun 06:30 CDT (before: Mon 1 Jun 08:00)');
    expect(moved(south)).toContain('Now with Crew South, from Mon 1 Jun 10:40 CDT (before: 08:00)');
    expect(moved({ ...assignment, end: later(215) })).not.toContain('before');
  });

  test('reads that it ends after the deadline, once', () => {
    expect(moved(late)).toContain('(before: Mon 1 Jun 08:00), ⚠️ ends after the deadline');
    expect(moved({ ...late, end: dueAt })).not.toContain('deadline');
    const foreseen = moved(late, foreseeLateness('assignCrew', { end: late.end, dueAt, fix: 'overtime' }));
    expect(foreseen).not.toContain('As planned');
    const again = announceWork('assignCrew', late);
    const apart = moved(
      assignment,
      again,
      foreseeLateness('assignCrew', { end: late.end, dueAt, fix: 'overtime' }),
    );
    expect(apart).toContain('As planned it ends after the deadline');
  });
});

describe('warnings from the field', () => {
  const noticeOf = <Type extends AuditEventType>(type: Type, event: Parameters<typeof tell>[1]) => {
    const told = tell(story, event, later(20));
    expect(told.messages.map(({ _id }) => _id)).toContain(`notice:R-1:${told.run.lastSeq}`);
    return { event: lastFact(told.audit, type), run: told.run };
  };

  test('work that stays with an absent crew can be given to another one right there', () => {
    const { event, run } = noticeOf(
      'work.stranded',
      warnOfStranded(order, assignment, ['Crew North is absent (flu)']),
    );
    const card = buildTroubleNotice(event, run, agency);
    expect(readCard(card)).toContain(
      'Still planned with Crew North, Mon 1 Jun 08:00 CDT, but Crew North is absent',
    );
    expect(labelsOf(card)).toEqual(['Reassign']);
  });

  test('work under way when its crew went away cannot: its lead ends it', () => {
    const started = { ...order, state: 'started' as const };
    const { event, run } = noticeOf(
      'work.stranded',
      warnOfStranded(started, assignment, ['Crew North is absent (flu)']),
    );
    expect(labelsOf(buildTroubleNotice(event, run, agency))).toEqual([]);
  });

  test('a reminder mentions the lead and says what to press', () => {
    const { event, run } = noticeOf('work.nudged', remindOf('accept', order, assignment));
    const text = readCard(buildNudge(event, run, agency, START));
    expect(text).toContain('<@U0SANTOS>');
    expect(text).toContain('It starts at *08:00* and nobody has accepted it. Press *Accept*');
    const start = noticeOf('work.nudged', remindOf('start', order, assignment));
    expect(readCard(buildNudge(start.event, start.run, agency, START))).toContain(
      'It was to start at *08:00*',
    );
  });

  test('dispatch hears of a job that has not begun, with Reassign', () => {
    const { event, run } = noticeOf('work.overdue', remindOf('dispatch', order, assignment));
    const card = buildTroubleNotice(event, run, agency);
    expect(readCard(card)).toContain('Crew North has not started; it was to begin Mon 1 Jun 08:00 CDT');
    expect(labelsOf(card)).toEqual(['Reassign']);
  });
});

describe('when somebody is reminded', () => {
  const { reminders } = agency;
  // Announced at 07:00 for 08:00 to 10:30.
  const announced: WorkOrder = { ...order, assignedAt: START };
  const at = (minutes: number, changes: Partial<WorkOrder> = {}) =>
    decideNudge({ ...announced, ...changes }, reminders, later(minutes));
  const sent = (...nudges: ('accept' | 'start' | 'dispatch')[]) => ({
    nudges: { start: assignment.start, sent: nudges },
  });

  test('30 minutes before the start to accept it, 15 after to start it, 45 after dispatch', () => {
    expect([29, 30, 59].map((minutes) => at(minutes))).toEqual([null, 'accept', 'accept']);
    expect([60, 74, 75, 104].map((minutes) => at(minutes))).toEqual([null, null, 'start', 'start']);
    expect(at(105)).toBe('dispatch');
  });

  test('once each, until it stands at another time', () => {
    expect(at(40, sent('accept'))).toBeNull();
    expect(at(80, sent('accept', 'start'))).toBeNull();
    expect(at(120, sent('dispatch'))).toBeNull();
    expect(at(40, { nudges: { start: later(0), sent: ['accept'] } })).toBe('accept');
  });

  test('not about accepting once it is accepted, nor at all once it is started', () => {
    expect(at(40, { acceptedAt: later(5) })).toBeNull();
    expect(at(75, { acceptedAt: later(5) })).toBe('start');
    for (const state of ['started', 'blocked', 'done', 'cancelled', 'waiting'] as const)
      expect(at(120, { state })).toBeNull();
  });

  test('not at once of a job that has just come, however near its start', () => {
    expect(at(59, { assignedAt: later(58) })).toBeNull();
    expect(at(75, { assignedAt: later(70) })).toBeNull();
    expect(at(85, { assignedAt: later(70) })).toBe('start');
  });

  test('dispatch hears of a short job before it is planned anew', () => {
    const short = { assignment: { ...assignment, end: later(90) } };
    expect(at(88, { ...short, ...sent('start') })).toBeNull();
    expect(at(89, { ...short, ...sent('start') })).toBe('dispatch');
  });

  test('an agency can set the minutes, or 0 for never', () => {
    const { reminders: other } = Agency.parse({
      ...agency,
      reminders: { acceptMinutes: 0, startMinutes: 5, dispatchMinutes: 0 },
    });
    expect(decideNudge(announced, other, later(40))).toBeNull();
    expect(decideNudge(announced, other, later(65))).toBe('start');
    expect(decideNudge({ ...announced, ...sent('start') }, other, later(149))).toBeNull();
  });
});

describe('a crew’s day', () => {
  const crew = makeCrew('north', { name: 'Crew North' });
  const work = makeAgency([crew]);
  const now = later(60);
  const tomorrow = { ...assignment, start: later(1_500), end: later(1_560) };
  const view = (orders: WorkOrder[]) => {
    const sources = { now, agency: work, orders, absences: [], promised: [], closures: [], stock: [] };
    return viewCrewDays(sources, [crew], '2026-06-01')[0]!;
  };

  test('shows what was begun early, a day before it was planned', () => {
    const early = makeOrder('R-7', {
      ...{ state: 'started', title: 'Kerb', assignment: tomorrow, startedAt: later(30) },
    });
    const today = view([early]);
    expect(today.jobs).toMatchObject([{ orderId: 'R-7', start: later(30), end: later(90) }]);
    expect(describeLoad(today, work.timeZone, now)).toContain('🔵 under way since 07:30: Kerb');
  });

  test('shows what is still under way from the day before', () => {
    const yesterday = { ...assignment, start: later(-1_440), end: later(-1_380) };
    const late = makeOrder('R-8', { state: 'blocked', assignment: yesterday, startedAt: later(-1_440) });
    expect(view([late]).jobs).toMatchObject([{ orderId: 'R-8', end: now }]);
    expect(describeLoad(view([late]), work.timeZone, now)).toContain('🟠 blocked since Sun 31 May 07:00 CDT');
  });

  test('does not show what is planned for tomorrow', () => {
    expect(view([makeOrder('R-9', { state: 'announced', assignment: tomorrow })]).jobs).toEqual([]);
  });
});
