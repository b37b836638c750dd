import type { types } from '@slack/bolt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finishWork } from '../../src/core/events/work-events.ts';
import { paragraphs } from '../../src/slack/kit/parts.ts';
import { describeJobs, describeLoad } from '../../src/slack/planning/crew-load.ts';
import { buildMovesModal, buildProposalCard } from '../../src/slack/planning/proposal-card.ts';
import { buildAssignmentCard } from '../../src/slack/work/assignment-card.ts';
import { buildDeclineModal, buildReassignModal } from '../../src/slack/work/crew-modals.ts';
import { interactiveElements, readableText } from '../support/local-slack-types.ts';
import { makeCrewDay, makeJob, makeProposal } from '../support/management.ts';
import { blocksOf, labelsOf, readCard, validCard } from '../support/read-card.ts';
import { checkView } from '../support/slack-limits.ts';
import {
  demoAgency as agency,
  awaitApproval,
  giveToCrew,
  later,
  START,
  tell,
} from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-1'));
const assignment = order.assignment!;

describe('assignment card', () => {
  const build = (changes: Partial<typeof order>, crewId = 'north', acceptedBy?: string) =>
    validCard(
      buildAssignmentCard(story.run, { ...order, ...changes }, agency, later(20), {
        crewId,
        ...(acceptedBy && { acceptedBy }),
      }),
    );

  test('begins with why this crew, and says how far it is', () => {
    const place = { latitude: 39.78, longitude: -89.65 };
    const card = build({ place, assignment: { ...assignment, travelMinutes: 12 } });
    const texts = readCard(card);
    expect(texts.indexOf('Why you')).toBeLessThan(texts.indexOf('*When*'));
    expect(texts).toContain('*Travel*\n12 min on the road before it');
    expect(texts).toContain('<https://www.openstreetmap.org/?mlat=39.78&mlon=-89.65|Map>');
    expect(texts).toContain('*Estimated cost*\n$1,250.00');
  });

  test('says when work stops for a break in the middle of the job', () => {
    const breaks = [{ start: later(240), end: later(270) }];
    const during = (changes: Partial<typeof order>) =>
      readCard(build({ ...changes, assignment: { ...assignment, breaks } }));
    expect(during({})).toMatch(/\*Break\*\n\d\d:\d\d–\d\d:\d\d, then the job goes on/);
    expect(during({ state: 'done', endedAt: later(300) })).not.toContain('*Break*');
    expect(readCard(build({}))).not.toContain('*Break*');
  });

  test('makes the lead’s phone ring as long as nobody has answered', () => {
    const card = build({});
    expect(card.text).toMatch(/^<@U0SANTOS> New job for Crew North/);
    expect(JSON.stringify(card.blocks[0])).toContain('<@U0SANTOS> 🟡 *New job*');
    expect(readCard(build({ acceptedAt: later(15) }))).not.toContain('<@U0SANTOS>');
  });

  test('claims no distance to a place that nobody said', () => {
    const unknown = 'place unknown: middle of town assumed';
    const planned = { ...assignment, travelMinutes: 12, reason: `has asphalt, ${unknown}, starts 08:00` };
    const given = { ...planned, reason: 'given to this crew by dispatch', byHand: true };
    for (const chosen of [planned, given]) {
      const texts = readCard(build({ place: null, assignment: chosen }));
      const places = [{ latitude: 39.85, longitude: 89.54 }];
      const unread = build({ place: null, placeDoubt: { kind: 'not-understood', places } });
      expect(readCard(unread)).toContain('place not understood: 39.85, 89.54');
      expect(texts.split(unknown), 'said once').toHaveLength(2);
      expect(texts).not.toMatch(/12 min|openstreetmap/);
    }
  });

  test('says that nobody said where', () => {
    const vague = giveToCrew(awaitApproval('R-1', 'there is a hole'));
    const cardOf = ({ story: { run }, order }: typeof vague) =>
      readCard(buildAssignmentCard(run, { ...order, place: null }, agency, later(20), { crewId: 'north' }));
    expect(cardOf(vague)).toContain('*Where*\nnot said');
    expect(cardOf(giveToCrew(awaitApproval('R-1')))).not.toContain('*Where*');
  });

  test('of a reassigned job says who had it before', () => {
    const options = { crewId: 'north', before: 'Crew South' };
    const card = validCard(buildAssignmentCard(story.run, order, agency, later(20), options));
    expect(readCard(card)).toContain('🟡 *Yours now (before: Crew South)*');
  });

  test('once accepted it says by whom and when, and can be started or given back', () => {
    const card = build({ acceptedAt: later(15) }, 'north', 'U0SANTOS');
    expect(readCard(card)).toContain('Accepted by <@U0SANTOS> at Mon 1 Jun 07:15 CDT');
    expect(readCard(card)).toContain('Accepted job');
    expect(labelsOf(card)).toEqual(['Start', 'Give back']);
  });

  test('says that it was accepted even where nobody knows by whom', () => {
    expect(readCard(build({ acceptedAt: later(15) }))).toContain('Accepted at Mon 1 Jun 07:15 CDT');
  });

  test('a card from before cards were a crew’s shows whoever has the job', () => {
    expect(labelsOf(build({}, ''))).toEqual(['Accept', 'Decline', 'Start']);
  });

  test.each(['announced', 'started', 'blocked'] as const)(
    'its buttons say whose card it is (%s)',
    (state) => {
      for (const crewId of ['north', '']) {
        const values = interactiveElements(blocksOf(build({ state }, crewId))).map(({ value }) => value);
        expect(new Set(values)).toEqual(new Set(['R-1|north']));
      }
    },
  );

  test('the former crew’s card says where the job went, and offers nothing', () => {
    const card = build({ assignment: { ...assignment, crewId: 'south', crewName: 'Crew South' } });
    expect(readCard(card)).toContain('Moved to Crew South');
    expect(labelsOf(card)).toEqual([]);
  });

  test('a declined card says so and why, whoever has the job now', () => {
    const declined = [{ crewId: 'north', reason: 'truck is <!here> broken', at: later(14) }];
    const waiting = build({ state: 'waiting', assignment: null, declined });
    expect(readCard(waiting)).toContain('Declined');
    expect(readCard(waiting)).toContain('truck is &lt;!here&gt; broken');
    expect(readCard(waiting)).toContain('goes to another crew');
    const given = build({ declined, assignment: { ...assignment, crewId: 'south', crewName: 'Crew South' } });
    expect(readCard(given)).toContain('Moved to Crew South');
    expect(labelsOf(given)).toEqual([]);
  });

  test('a job that was given back after it had been accepted does not say that it was declined', () => {
    const declined = [{ crewId: 'north', reason: 'truck broken', at: later(14), gaveBack: true }];
    const card = build({ state: 'waiting', assignment: null, declined });
    expect(readCard(card)).toContain('Given back');
    expect(readCard(card)).not.toContain('Declined');
  });

  test('of a job that is done says when it was, what it cost, and what the lead wrote', () => {
    const report = { actor: 'U0SANTOS', actualCostCents: 98_050, note: 'kerb <!here> too' };
    const done = tell(story, finishWork(report), later(130));
    const ended = { ...order, state: 'done' as const, startedAt: later(20), endedAt: later(130) };
    const texts = readCard(buildAssignmentCard(done.run, ended, agency, later(131), { crewId: 'north' }));
    expect(texts).toContain('*When*\nMon 1 Jun 07:20–09:10 CDT');
    expect(texts).toContain('*Cost*\n$980.50 (estimated $1,250.00)');
    expect(texts).toContain('Done Mon 1 Jun 09:10 CDT: kerb &lt;!here&gt; too');
    expect(texts).not.toMatch(/Estimated cost|08:00/);
  });

  test('of a job begun early says when it will be done by that', () => {
    const { start, end } = assignment;
    const length = (end.getTime() - start.getTime()) / 60_000;
    const begun = { state: 'started' as const, startedAt: later(3) };
    const [hours, minutes] = [Math.floor((length + 3) / 60), (length + 3) % 60];
    const until = `${String(7 + hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
    expect(readCard(build(begun))).toContain(`*When*\nMon 1 Jun 07:03–${until} CDT`);
  });

  test('a job that was called off after it had moved is called off for both', () => {
    const other = { ...assignment, crewId: 'south', crewName: 'Crew South' };
    const card = build({ state: 'cancelled', assignment: other, endedAt: later(18) });
    expect(readCard(card)).toContain('Called off');
    expect(readCard(card)).toContain('Nothing is left to do here.');
  });
});

describe('modals', () => {
  test('declining needs a reason of 3 to 300 characters', () => {
    const view = buildDeclineModal(story.run);
    expect(checkView(view)).toEqual([]);
    expect(view.blocks.at(-1)).toMatchObject({ element: { min_length: 3, max_length: 300 } });
  });

  test('reassigning offers each crew with start, real money and lateness as time', () => {
    const option = { crewId: 'south', crewName: 'Crew South', start: later(220), end: later(370) };
    const options = [
      { ...option, deltaCents: 4_600, deltaMinutes: 120, lateMinutes: 40 },
      {
        ...{ ...option, crewId: 'night', crewName: 'Night Crew' },
        ...{ deltaCents: -1_250, deltaMinutes: -5, lateMinutes: 0 },
      },
      {
        ...option,
        crewId: 'x',
        crewName: 'y'.repeat(75),
        start: later(1_500),
        deltaCents: 0,
        deltaMinutes: 0,
        lateMinutes: 0,
      },
    ];
    const current = { crewName: 'Crew <North>', start: later(100), lateMinutes: 75 };
    const view = buildReassignModal(story.run, { options, others: [], current }, agency, { now: START });
    expect(checkView(view)).toEqual([]);
    const texts = readableText({ blocks: blocksOf(view) });
    expect(texts).toContain('Now: *Crew &lt;North&gt;*, 08:40 · 75 min late');
    expect(optionsOf(view)).toEqual([
      ['Crew South · 10:40 · +$46.00 · 40 min late', 'starts 2 h later'],
      ['Night Crew · 10:40 · −$12.50', 'starts 5 min earlier'],
      [expect.stringMatching(/^y+… · Tue 2 Jun 08:00 · same cost$/), undefined],
    ]);
  });

  test('reassigning names the date of a start that is not on the present one’s', () => {
    const option = { crewId: 'south', crewName: 'Crew South', end: later(1_600), lateMinutes: 0 };
    const options = [
      { ...option, start: later(7), deltaCents: 2_700, deltaMinutes: -1_493 },
      { ...option, start: later(1_530), deltaCents: 0, deltaMinutes: 30 },
    ];
    const current = { crewName: 'Crew North', start: later(1_500), lateMinutes: 0 };
    const view = buildReassignModal(story.run, { options, others: [], current }, agency, { now: START });
    expect(optionsOf(view).map(([text]) => text)).toEqual([
      'Crew South · Mon 1 Jun 07:07 · +$27.00',
      'Crew South · Tue 2 Jun 08:30 · same cost',
    ]);
  });

  test('for a job without a crew says who declined it, and why the others cannot', () => {
    const option = { crewId: 'south', crewName: 'Crew South', start: later(220), end: later(370) };
    const options = [{ ...option, deltaCents: 0, deltaMinutes: 0, lateMinutes: 0, hasDeclined: true }];
    const others = [
      { crewName: 'Night <Crew>', why: 'has no time left' },
      { crewName: 'Crew East', why: 'is absent' },
    ];
    const view = buildReassignModal(story.run, { options, others }, agency, { now: START });
    expect(checkView(view)).toEqual([]);
    const texts = readableText({ blocks: blocksOf(view) });
    expect(texts).not.toContain('Now:');
    expect(optionsOf(view)).toEqual([['Crew South · 10:40 · same cost · declined it', undefined]]);
    expect(texts).toContain('Cannot take it: Night &lt;Crew&gt; has no time left, Crew East is absent.');
  });
});

/** What the menu offers: the line that stays when it is chosen, and the smaller one below it. */
function optionsOf(view: types.ModalView): (string | undefined)[][] {
  const [menu] = interactiveElements(blocksOf(view));
  const options = (menu as unknown as types.StaticSelect).options ?? [];
  return options.map(({ text, description }) => [text.text, description?.text]);
}

describe('load of the crews', () => {
  const { timeZone } = agency;
  test('is a bar, minutes of minutes, jobs, and late ones in words', () => {
    const jobs = [makeJob('R-1', 'Hole', [20, 170]), makeJob('R-2', 'Kerb', [180, 260], { lateMinutes: 25 })];
    const view = makeCrewDay('north', 'Crew North', { jobs, plannedMinutes: 260 });
    expect(describeLoad(view, timeZone, START)).toBe(
      '`█████░░░░░` *Crew North* · 4 h 20 min of 8 h · 2 jobs · *1 late*',
    );
  });

  test('names the reason of an absence, and who has no shift', () => {
    const absences = [{ start: START, end: later(1_440), reason: 'truck <!channel>' }];
    expect(describeLoad(makeCrewDay('n', 'N', { absences, availableMinutes: 0 }), timeZone, START)).toBe(
      '`░░░░░░░░░░` *N* · 0 jobs · absent until Tue 2 Jun 07:00 CDT: truck &lt;!channel&gt;',
    );
    expect(
      describeLoad(makeCrewDay('n', 'N', { shifts: [], availableMinutes: 0 }), timeZone, START),
    ).toContain('no shift · 0 jobs');
  });

  test('a crew’s jobs are numbered as in the picture', () => {
    const jobs = [makeJob('R-7', 'Hole', [20, 170], { travelMinutes: 20, lateMinutes: 70 })];
    const text = describeJobs(makeCrewDay('north', 'Crew North', { jobs }), timeZone, 'crew', START);
    expect(text).toContain('1. 07:20–09:50 Hole · `R-7` · 20 min travel, *late by 70 min*, not yet accepted');
    expect(describeJobs(makeCrewDay('north', 'Crew North'), timeZone, 'day', START)).toBe(
      '*Mon 1 Jun*\n   nothing planned',
    );
  });

  test('a bar is empty only when nothing is planned, and never longer than full', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(1_000), (plannedMinutes, availableMinutes) => {
        const bar = /^`(█*)(░*)`/.exec(
          describeLoad(makeCrewDay('n', 'N', { plannedMinutes, availableMinutes }), timeZone, START),
        )!;
        expect(bar[1]!.length + bar[2]!.length).toBe(10);
        if (availableMinutes > 0) expect(bar[1]!.length > 0).toBe(plannedMinutes > 0);
      }),
    );
  });
});

describe('proposal card', () => {
  test('shows each move with why and what it does to the deadline, totals and the choice', () => {
    const card = validCard(buildProposalCard(makeProposal(), agency, START));
    const text = readCard(card);
    expect(text).toContain('A new plan would move 1 announced job*\nWhy: Crew North is absent');
    expect(text).toContain('Crew North, Mon 1 Jun 08:00–10:30 CDT → *Crew South, Mon 1 Jun 09:00–11:30 CDT*');
    expect(text).toContain('⚠️ Late by 30 min instead of in time · makes room');
    expect(text).toContain('travel and work +$46.00 · lateness 2 h → 30 min');
    expect(labelsOf(card)).toEqual(['Apply', 'Keep', 'Details']);
  });

  test.each([
    [null, 'No deadline'],
    [later(400), 'Still in time'],
    [later(200), 'Late by 70 min instead of 10 min'],
  ])('a deadline of %s: %s', (dueAt, expected) => {
    const proposal = makeProposal();
    const moves = [{ ...proposal.moves[0]!, dueAt }];
    expect(readCard(buildProposalCard({ ...proposal, moves }, agency, START))).toContain(expected);
  });

  test('a job that nobody can take any more is said to wait', () => {
    const proposal = makeProposal();
    const moves = [{ ...proposal.moves[0]!, to: null }];
    expect(readCard(buildProposalCard({ ...proposal, moves }, agency, START))).toContain('*nobody*');
  });

  test.each([
    ['applied', '*Applied* by <@U0CHEN> · Mon 1 Jun 07:20 CDT'],
    ['kept', '*Kept* by <@U0CHEN>'],
    ['stale', '*Out of date*'],
  ] as const)('%s: says so, and nothing is left to decide', (state, expected) => {
    const decidedBy = state === 'stale' ? null : 'U0CHEN';
    const card = validCard(
      buildProposalCard(makeProposal({ state, decidedBy, decidedAt: later(20) }), agency, START),
    );
    expect(readCard(card)).toContain(expected);
    expect(labelsOf(card)).toEqual(['Details']);
  });

  test('a job that its crew has accepted is named so, in the card and in the list of all moves', () => {
    const [move] = makeProposal().moves;
    const moves = [move!, { ...move!, orderId: 'R-2', isAccepted: true }];
    const proposal = makeProposal({ moves });
    const view = buildMovesModal(proposal, agency);
    for (const text of [
      readCard(buildProposalCard(proposal, agency, START)),
      readableText({ blocks: blocksOf(view) }),
    ]) {
      expect(text).toContain('*5th & Main* · accepted · `R-2`');
      expect(text).toContain('*5th & Main* · `R-1`');
    }
  });

  test.each([
    ['the start it has', START, {}, 'before 08:00'],
    ['the start it would get, when that is earlier', START, { to: later(30) }, 'before 07:30'],
    ['what is still ahead', later(60), {}, 'before 09:00'],
    ['a start on another day, which is named', later(-720), {}, 'before Mon 1 Jun 08:00'],
    ['the first of all jobs, also one that hardly moves', START, { other: later(10) }, 'before 07:10'],
  ])('says until when to decide: %s', (_, now, { to, other }: { to?: Date; other?: Date }, expected) => {
    const [move] = makeProposal().moves;
    const moved = { ...move!, to: { ...move!.to!, start: to ?? move!.to!.start } };
    const small = other ? [{ ...move!, from: { ...move!.from, start: other }, to: { ...move!.from } }] : [];
    const card = validCard(buildProposalCard(makeProposal({ moves: [moved, ...small] }), agency, now));
    expect(readCard(card)).toContain(`Please decide *${expected}*.`);
    expect(card.text).toMatch(new RegExp(`^Please decide ${expected}: A new plan`));
  });

  test('names no time to decide by once every start has passed, or it is decided', () => {
    for (const [proposal, now] of [
      [makeProposal(), later(120)],
      [makeProposal({ state: 'kept', decidedBy: 'U0CHEN', decidedAt: START }), START],
    ] as const)
      expect(JSON.stringify(buildProposalCard(proposal, agency, now))).not.toContain('before');
  });

  test('a job says why it moves only where that is not the reason at the top', () => {
    const [move] = makeProposal().moves;
    const of = (cause: string) =>
      readCard(buildProposalCard(makeProposal({ moves: [{ ...move!, cause }] }), agency, START));
    expect(of('Crew North is absent').match(/Crew North is absent/g)).toHaveLength(2);
    expect(of('Riverside is closed')).toContain('in time · Riverside is closed');
  });

  test('a plan that moves hundreds of jobs still fits, and says how many are not shown', () => {
    const move = makeProposal().moves[0]!;
    const moves = Array.from({ length: 300 }, (_, index) => ({
      ...move,
      ...{ orderId: `R-${index}`, title: 'x'.repeat(2_000), reason: 'y'.repeat(2_000) },
    }));
    const proposal = makeProposal({ moves });
    const card = validCard(buildProposalCard(proposal, agency, START));
    expect(readCard(card)).toContain('… and 295 more moves');
    expect(labelsOf(card)).toEqual(['Apply', 'Keep', 'Show all 300']);
    expect(readCard(card).length).toBeLessThan(4_000);
    const view = buildMovesModal(proposal, agency);
    expect(checkView(view)).toEqual([]);
    expect(readableText({ blocks: blocksOf(view) })).toContain('`R-149`');
  });

  test('what concerns a deadline comes first, then what is severe; each with its severity', () => {
    const [move] = makeProposal().moves;
    const at = (id: string, weight: number, end: number, dueAt: Date | null) => ({
      ...move!,
      ...{ orderId: id, weight, dueAt, to: { ...move!.to!, end: later(end) } },
    });
    const moves = [
      at('R-mild', 2, 270, null),
      at('R-severe', 9, 270, null),
      at('R-later', 3, 300, later(240)),
      at('R-latest', 1, 400, later(240)),
      { ...move!, orderId: 'R-nobody', weight: 1, to: null },
    ];
    const text = readCard(buildProposalCard(makeProposal({ moves }), agency, START));
    const order = [...text.matchAll(/`(R-\w+)`/g)].map(([, id]) => id);
    expect(order).toEqual(['R-nobody', 'R-latest', 'R-later', 'R-severe', 'R-mild']);
    expect(text).toContain('severity 9 ·');
  });

  test('starts that shift by a few minutes are counted, not asked about', () => {
    const [move] = makeProposal().moves;
    const small = { ...move!, orderId: 'R-small', to: { ...move!.from, start: later(66), end: later(216) } };
    const card = validCard(buildProposalCard(makeProposal({ moves: [move!, small] }), agency, START));
    const more = ', and 1 more by less than 10 min*';
    expect(readCard(card)).toContain(`A new plan would move 1 announced job${more}`);
    expect(
      readableText({ blocks: blocksOf(buildMovesModal(makeProposal({ moves: [move!, small] }), agency)) }),
    ).toContain(`*1 announced job moves${more}`);
    expect(readCard(card)).not.toContain('R-small');
    expect(labelsOf(card)).toContain('Show all 2');
  });
});

test('whatever people write, cards and lists stay within the limits and mention nobody', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 3_000 }),
    fc.constantFrom('<!channel>', '<@U9EVIL>', '<http://x|y>', '👩‍👩‍👧‍👦'.repeat(500), '<'.repeat(3_000)),
  );
  fc.assert(
    fc.property(nasty, nasty, (text, reason) => {
      const declined = [{ crewId: 'north', reason, at: later(14) }];
      const moved = { ...order, declined, assignment: { ...assignment, crewId: 'south', crewName: text } };
      const move = { ...makeProposal().moves[0]!, title: text, reason };
      const jobs = [makeJob('R-1', text, [20, 170])];
      const view = makeCrewDay('north', text, { jobs, absences: [{ start: START, end: later(60), reason }] });
      const list = [
        describeLoad(view, agency.timeZone, START),
        describeJobs(view, agency.timeZone, 'crew', START),
      ];
      for (const message of [
        buildAssignmentCard(story.run, { ...order, assignment: { ...assignment, reason } }, agency, START, {
          crewId: 'north',
        }),
        buildAssignmentCard(story.run, moved, agency, START, { crewId: 'north' }),
        buildProposalCard(makeProposal({ cause: reason, moves: [move, move] }), agency, START),
        { text: 'list', blocks: paragraphs(list) },
      ]) {
        expect(readCard(message)).not.toMatch(/<!|<@(?!U0)|<https?:/);
      }
    }),
    { numRuns: 60 },
  );
});
