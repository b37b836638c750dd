import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shift } from '../../src/core/agency/agency.ts';
import {
  formatShifts,
  formatSkills,
  formatTruck,
  parseShifts,
  parseSkills,
  parseTruck,
} from '../../src/slack/roster/crew-text.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const end = fc.oneof(time, fc.constant('24:00'));
const span = fc.record({ start: time, end });
const movable = fc.record({ between: fc.tuple(time, end), minutes: fc.integer({ min: 1, max: 720 }) });
const shift = fc
  .record({
    days: fc.subarray([...DAYS], { minLength: 1 }),
    span,
    breaks: fc.array(fc.oneof(span, movable), { maxLength: 3 }),
    rule: fc.constantFrom({}, { breaksInterrupt: true }, { breaksInterrupt: false }),
  })
  .map((one) => ({
    ...{ days: one.days, ...one.span, ...one.rule },
    ...(one.breaks.length > 0 && { breaks: one.breaks }),
  }));
const skillName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);

describe('the text of shifts', () => {
  it('says every possible shift, and is read back as the same', () => {
    fc.assert(
      fc.property(fc.array(shift, { minLength: 1, maxLength: 4 }), (shifts) => {
        expect(parseShifts(formatShifts(shifts))).toEqual({ ok: true, value: shifts });
        expect(shifts.every((one) => Shift.safeParse(one).success)).toBe(true);
      }),
    );
  });

  it('is short for people: ranges of days, breaks after the hours', () => {
    const shifts: Shift[] = [
      { days: ['mon', 'tue', 'wed', 'fri'], start: '07:00', end: '15:30' },
      {
        days: ['sat', 'sun'],
        start: '22:00',
        end: '06:00',
        breaks: [
          { start: '00:00', end: '00:15' },
          { start: '02:00', end: '02:30' },
        ],
      },
    ];
    expect(formatShifts(shifts)).toBe(
      'mon-wed, fri 07:00-15:30\nsat, sun 22:00-06:00 break 00:00-00:15, 02:00-02:30',
    );
  });

  it.each([
    ['mon-fri 07:00-15:30', { days: WEEK, start: '07:00', end: '15:30' }],
    ['Mon – Fri 7:00 – 15:30', { days: WEEK, start: '07:00', end: '15:30' }],
    ['mon,wed 07:00-15:30,', null],
    ['fri-mon 08:00-12:00', { days: ['mon', 'fri', 'sat', 'sun'], start: '08:00', end: '12:00' }],
    ['daily 00:00-24:00', { days: [...DAYS], start: '00:00', end: '24:00' }],
    [
      'sat 08:00-14:00 break 10:00-10:15 break 12:00-12:30',
      {
        days: ['sat'],
        start: '08:00',
        end: '14:00',
        breaks: [
          { start: '10:00', end: '10:15' },
          { start: '12:00', end: '12:30' },
        ],
      },
    ],
    [
      'mon-fri 07:00-15:30 break 30 min between 11:00-13:30, 14:00-14:10',
      {
        days: WEEK,
        start: '07:00',
        end: '15:30',
        breaks: [
          { between: ['11:00', '13:30'], minutes: 30 },
          { start: '14:00', end: '14:10' },
        ],
      },
    ],
    [
      'mon-fri 7:00-15:30 break 45m between 11:00 and 13:30, not interrupting jobs',
      {
        ...{ days: WEEK, start: '07:00', end: '15:30', breaksInterrupt: false },
        breaks: [{ between: ['11:00', '13:30'], minutes: 45 }],
      },
    ],
    ['mon-fri 07:00-15:30 break 30 min', null],
    ['mon-fri 07:00-15:30 break 0 min between 11:00-12:00', null],
    ['07:00-15:30', null],
    ['mon-fri', null],
    ['mondays 07:00-15:30', null],
    ['mon-wed-fri 07:00-15:30', null],
    ['mon-fri 07:00-25:00', null],
    ['mon-fri 24:00-08:00', null],
    ['mon-fri 07:00-24:30', null],
    ['mon-fri 07:00-15:30 break noon', null],
    ['mon-fri 07:00-15:30 and more', null],
  ])('“%s” is read as people mean it, or refused with an example', (text, wanted) => {
    const read = parseShifts(text);
    if (wanted) expect(read).toEqual({ ok: true, value: [wanted] });
    else expect(read).toEqual({ ok: false, wrong: expect.stringContaining('mon-fri 07:00-15:30 break') });
  });

  it.each([
    ['mon-fri 7-15:30', '“7” is no time (07:00 is one)'],
    ['mon-fri 07:00-15', '“15” is no time (15:00 is one)'],
    ['mondays 07:00-15:30', '“mondays” is no day'],
  ])('“%s” is refused by its part', (text, part) => {
    expect(parseShifts(text)).toEqual({ ok: false, wrong: expect.stringContaining(part) });
  });

  it('is read the same when a client has joined the lines', () => {
    const text = 'mon-fri 07:00-15:30 break 12:00-12:30\nsat, sun 08:00-12:00';
    expect(parseShifts(text)).toMatchObject({ ok: true, value: [{}, { days: ['sat', 'sun'] }] });
    for (const joint of ['', ' ', ';'])
      expect(parseShifts(text.replace('\n', joint))).toEqual(parseShifts(text));
  });

  it('needs at least one line, and names the line that is wrong', () => {
    expect(parseShifts(' \n ')).toMatchObject({ ok: false, wrong: expect.stringContaining('at least one') });
    expect(parseShifts('mon 07:00-15:00\n\ntuesday')).toMatchObject({
      ok: false,
      wrong: expect.stringContaining('“tuesday”'),
    });
  });
});

describe('the text of skills', () => {
  it('says every possible list, and is read back as the same', () => {
    const skill = fc
      .tuple(skillName, fc.option(fc.integer({ min: 1, max: 5 })))
      .map(([name, level]) => (level === null ? name : `${name}:${level}`));
    const skills = fc.uniqueArray(skill, { minLength: 1, selector: (one) => one.split(':')[0] });
    fc.assert(
      fc.property(skills, (list) => {
        expect(parseSkills(formatSkills(list))).toEqual({ ok: true, value: list });
      }),
    );
  });

  it.each([
    ['asphalt:2;concrete\ntree', ['asphalt:2', 'concrete', 'tree']],
    ['', 'at least one skill'],
    ['asphalt:9', '“asphalt:9”'],
    ['asphalt 2', '“asphalt 2”'],
    ['asphalt, asphalt:2', 'twice'],
  ])('“%s” is read as people mean it, or refused with what is right', (text, wanted) => {
    const read = parseSkills(text);
    if (typeof wanted !== 'string') expect(read).toEqual({ ok: true, value: wanted });
    else expect(read).toEqual({ ok: false, wrong: expect.stringContaining(wanted) });
  });
});

describe('the text of a truck', () => {
  const MATERIALS = ['asphalt', 'traffic-cone'];

  it('says what it carries, and is read back as the same', () => {
    const truck = [
      { material: 'asphalt', quantity: 2000 },
      { material: 'traffic-cone', quantity: 40 },
    ];
    expect(formatTruck(truck)).toBe('asphalt 2000, traffic-cone 40');
    expect(parseTruck(formatTruck(truck), MATERIALS)).toEqual({ ok: true, value: truck });
    expect(formatTruck([])).toBe('none');
    for (const text of ['none', 'None', ''])
      expect(parseTruck(text, MATERIALS)).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['asphalt', 'whole number'],
    ['asphalt 2.5', 'whole number'],
    ['asphlat 20', 'did you mean "asphalt"'],
    ['asphalt 20, asphalt 30', 'twice'],
  ])('“%s” is refused with what is right', (text, words) => {
    expect(parseTruck(text, MATERIALS)).toEqual({ ok: false, wrong: expect.stringContaining(words) });
  });
});
