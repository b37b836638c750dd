import type { types } from '@slack/bolt';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Crew } from '../../src/core/agency/agency.ts';
import { rosterOf } from '../../src/core/roster/roster.ts';
import type { RosterEdit, RosterOutcome } from '../../src/core/roster/roster-edit.ts';
import type { EditableRoster } from '../../src/management/roster.ts';
import type { SlackClient } from '../../src/slack/connection/slack-client.ts';
import { VIEW } from '../../src/slack/kit/action-ids.ts';
import { buildEditCrewModal } from '../../src/slack/roster/edit-crew.ts';
import { createEditCrewSubmission } from '../../src/slack/roster/submit-edit-crew.ts';
import type { SlackView } from '../support/local-slack-types.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { fillModal, type ModalEntries } from '../support/modal-values.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';
import { checkView } from '../support/slack-limits.ts';

const OPERATOR = 'U0CHEN';
const north = makeCrew('north', {
  name: 'Crew <North>',
  skills: ['asphalt:2', 'concrete'],
  size: 4,
  hourlyRateCents: 18_250,
  truck: [{ material: 'hotMix', quantity: 2_000 }],
});
const agency = { ...makeAgency([north, makeCrew('south')]), operators: [OPERATOR] };
const view = buildEditCrewModal(north, agency);
/** The form as it comes back when nothing was touched. */
const UNTOUCHED = {
  skills: 'asphalt:2, concrete',
  shifts: 'mon-fri 07:00-15:30',
  size: '4',
  hourlyRateCents: '182.50',
  truck: 'hotMix 2000',
};

/** A desk with one roster; `answers` are given to the saves, in turn, before any is taken. */
function fakeDesk(answers: RosterOutcome[] = [], crews: Crew[] = agency.crews) {
  const edits: RosterEdit[] = [];
  let [roster, version] = [rosterOf({ ...agency, crews }), 7];
  const desk: EditableRoster = {
    read: async () => ({ roster, version, updatedAt: new Date(0), updatedBy: 'file', fileHashes: ['a'] }),
    exportAgency: async () => agency,
    save: async (edit) => {
      edits.push(edit);
      const answer = answers.shift();
      if (answer) return answer;
      roster = edit.roster as typeof roster;
      version += 1;
      const none = { added: [], removed: [], changed: [] };
      const changes = { crews: none, depots: none, materials: none, districts: none };
      return { version, changes, counts: [], reverted: [], stranded: { count: 0, jobs: [] } };
    },
  };
  return { desk, edits };
}

/** What the editor is told, by Slack method. A channel the bot cannot post in is `C0CLOSED`. */
let told: [string, Record<string, unknown>][] = [];
beforeEach(() => {
  told = [];
});
function slack() {
  const apiCall = async (method: string, options: Record<string, unknown>) => {
    if (options.channel === 'C0CLOSED') throw new Error('not_in_channel');
    told.push([method, options]);
    return { ok: true };
  };
  return { client: { apiCall } as unknown as SlackClient, log: createMemoryLog() };
}

function submit(entries: ModalEntries, desk = fakeDesk().desk, userId = OPERATOR) {
  const values = fillModal(view as unknown as SlackView, { ...UNTOUCHED, ...entries });
  const metadata = view.private_metadata ?? '';
  return createEditCrewSubmission({ management: { roster: desk }, agency, ...slack() })({
    values,
    metadata,
    userId,
    userName: 'chen',
  });
}

describe('the form of a crew', () => {
  it('shows the crew as it is, within Slack’s limits, and makes no mention out of its name', () => {
    expect(checkView(view)).toEqual([]);
    expect(view).toMatchObject({ callback_id: VIEW.editCrew, title: { text: 'Edit crew' } });
    const shown = (view.blocks as types.KnownBlock[]).flatMap((block) =>
      block.type === 'input' && block.element.type === 'plain_text_input'
        ? [[block.block_id, block.element.initial_value]]
        : [],
    );
    expect(Object.fromEntries(shown)).toEqual(UNTOUCHED);
    expect(JSON.stringify(view.blocks[0])).toContain('Crew &lt;North&gt;');
  });

  it('stays within Slack’s limits for a crew with all that can be written', () => {
    const skills = Array.from({ length: 200 }, (_, index) => `skill-with-a-long-name-${index}:3`);
    const shifts = Array.from({ length: 100 }, () => north.shifts).flat();
    const truck = Array.from({ length: 200 }, (_, index) => ({
      material: `material-${index}`,
      quantity: 9_999,
    }));
    expect(checkView(buildEditCrewModal({ ...north, skills, shifts, truck }, agency))).toEqual([]);
  });
});

describe('submitting the form of a crew', () => {
  it('saves what was written, for this crew and no other, in the name of whoever did', async () => {
    const { desk, edits } = fakeDesk();
    const entries = { skills: 'asphalt:3', shifts: 'mon-thu 06:00-16:00 break 12:00-12:30', size: '5' };
    expect(await submit({ ...entries, hourlyRateCents: '1,200', truck: 'none' }, desk)).toBeNull();
    expect(edits).toHaveLength(1);
    expect(edits[0]).toMatchObject({ version: 7, by: OPERATOR });
    expect((await desk.read()).roster.crews).toEqual([
      {
        ...north,
        skills: ['asphalt:3'],
        shifts: [
          {
            days: ['mon', 'tue', 'wed', 'thu'],
            start: '06:00',
            end: '16:00',
            breaks: [{ start: '12:00', end: '12:30' }],
          },
        ],
        size: 5,
        hourlyRateCents: 120_000,
        truck: [],
      },
      agency.crews[1],
    ]);
  });

  it.each([
    ['C0DISPATCH', 'chat.postEphemeral', 'C0DISPATCH'],
    ['C0CLOSED', 'chat.postMessage', OPERATOR],
    [undefined, 'chat.postMessage', OPERATOR],
  ])('tells the editor in %s what changed, old → new', async (channel, method, place) => {
    const opened = buildEditCrewModal(north, agency, channel);
    const entries = { ...UNTOUCHED, skills: 'asphalt:2', size: '5' };
    const call = {
      values: fillModal(opened as unknown as SlackView, entries),
      metadata: opened.private_metadata ?? '',
    };
    const deps = { management: { roster: fakeDesk().desk }, agency, ...slack() };
    expect(await createEditCrewSubmission(deps)({ ...call, userId: OPERATOR, userName: 'chen' })).toBeNull();
    expect(told).toHaveLength(1);
    const [[called, options] = ['', {}]] = told;
    expect([called, options.channel]).toEqual([method, place]);
    const text = String(options.text);
    expect(text).toContain('*Crew &lt;North&gt;* is saved');
    expect(text).toContain('Skills: asphalt:2, concrete → *asphalt:2*');
    expect(text).toContain('People: 4 → *5*');
    expect(text).not.toContain('Shifts');
    expect(text).toContain('Announced work stays until a new plan is applied');
  });

  it('tells the editor which announced jobs are outside its working time now', async () => {
    const job = { orderId: 'R-1', title: 'Kerb <!here>', crewId: 'north', crewName: 'Crew North' };
    const jobs = [{ ...job, start: new Date('2026-06-01T18:00:00Z'), end: new Date('2026-06-01T19:00:00Z') }];
    const none = { added: [], removed: [], changed: [] };
    const changes = { crews: none, depots: none, materials: none, districts: none };
    const saved = { version: 8, changes, counts: [], reverted: [], stranded: { count: 12, jobs } };
    const { desk } = fakeDesk([saved]);
    expect(await submit({ shifts: 'mon-fri 07:00-12:00' }, desk)).toBeNull();
    const text = JSON.stringify(told);
    expect(text).toContain('⚠️ *12 announced jobs are now outside its working time*');
    expect(text).toContain('• Kerb &lt;!here&gt; · `R-1` · Mon 1 Jun 13:00 CDT');
    expect(text).toContain('… and 11 more');
    expect(text).not.toContain('Announced work stays');
  });

  it('saves nothing when nothing was changed, nor when Slack delivers it again', async () => {
    const { desk, edits } = fakeDesk();
    expect(await submit({}, desk)).toBeNull();
    expect(edits).toEqual([]);
    expect(await submit({ size: '5' }, desk)).toBeNull();
    expect(await submit({ size: '5' }, desk)).toBeNull();
    expect(edits).toHaveLength(1);
  });

  it('leaves alone what a client did not send, or sent empty', async () => {
    const { desk } = fakeDesk();
    const values = fillModal(view as unknown as SlackView, { truck: 'none', skills: '' });
    const call = { values, metadata: view.private_metadata ?? '', userId: OPERATOR, userName: 'chen' };
    expect(
      await createEditCrewSubmission({ management: { roster: desk }, agency, ...slack() })(call),
    ).toBeNull();
    expect((await desk.read()).roster.crews[0]).toEqual({ ...north, truck: [] });
  });

  it('says at each field what is wrong with it, all at once, and saves nothing', async () => {
    const { desk, edits } = fakeDesk();
    const entries = { skills: ' ', shifts: 'always', size: '0', hourlyRateCents: 'much', truck: 'hotMxi 5' };
    expect(await submit(entries, desk)).toEqual({
      errors: {
        skills: expect.stringContaining('asphalt:2, concrete'),
        shifts: expect.stringContaining('mon-fri 07:00-15:30'),
        size: expect.stringContaining('whole number'),
        hourlyRateCents: expect.stringContaining('182.50'),
        truck: expect.stringContaining('did you mean "hotMix"'),
      },
    });
    expect(edits).toEqual([]);
  });

  it('is for operators only', async () => {
    const { desk, edits } = fakeDesk();
    expect(await submit({ size: '5' }, desk, 'U0KELLY')).toEqual({
      refused: expect.stringContaining('operators'),
    });
    expect(edits).toEqual([]);
  });

  it('is tried again when another crew was saved meanwhile, and gives up after a while', async () => {
    const conflict = { conflict: { version: 8, updatedBy: 'U0BRANDT' } };
    const { desk, edits } = fakeDesk([conflict, conflict]);
    expect(await submit({ size: '5' }, desk)).toBeNull();
    expect(edits).toHaveLength(3);
    const crowded = fakeDesk(Array(5).fill(conflict));
    expect(await submit({ size: '5' }, crowded.desk)).toEqual({
      refused: expect.stringContaining('try again'),
    });
  });

  it('never overwrites what somebody else changed in the same crew since it was opened', async () => {
    const { desk, edits } = fakeDesk([], [{ ...north, size: 3 }, makeCrew('south')]);
    expect(await submit({ size: '5' }, desk)).toEqual({ refused: expect.stringContaining('Somebody else') });
    const renamed = fakeDesk([], [{ ...north, name: 'North', channel: '#north' }, makeCrew('south')]);
    expect(await submit({ size: '5' }, renamed.desk)).toBeNull();
    expect((await renamed.desk.read()).roster.crews[0]).toMatchObject({ name: 'North', size: 5 });
    expect(edits).toEqual([]);
  });

  it('says that the crew is gone, and that a form cannot be read', async () => {
    const { desk } = fakeDesk([], [makeCrew('south')]);
    expect(await submit({ size: '5' }, desk)).toEqual({
      refused: expect.stringContaining('not on the roster'),
    });
    const call = { values: {}, metadata: '{}', userId: OPERATOR, userName: 'chen' };
    expect(
      await createEditCrewSubmission({ management: { roster: desk }, agency, ...slack() })(call),
    ).toMatchObject({
      refused: expect.stringContaining('cannot be read'),
    });
  });

  it('shows what the agency as a whole finds wrong at the field it is in', async () => {
    const problem = { file: 'roster', wrong: 'is odd', right: 'mend it' };
    const at = (path: string) => fakeDesk([{ problems: [{ ...problem, path }] }]).desk;
    expect(await submit({ size: '5' }, at('crews[0].truck[0].material'))).toEqual({
      errors: { truck: 'is odd: mend it' },
    });
    for (const path of ['crews[1].truck', 'crews[0].depot', 'materials']) {
      expect(await submit({ size: '5' }, at(path))).toEqual({ refused: expect.stringContaining('mend it') });
    }
  });
});
