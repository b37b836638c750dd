import { expect, test } from 'vitest';
import type { LateJob } from '../../src/core/work/bulletin.ts';
import { MOST_OVERTIME_MINUTES } from '../../src/core/work/late-help.ts';
import { LONGEST_OVERTIME } from '../../src/planner/explain/find-extension.ts';
import { buildLateCard } from '../../src/slack/planning/late-card.ts';
import { readCard } from '../support/read-card.ts';
import { demoAgency as agency, later } from '../support/slack-runs.ts';

const NONE = Symbol('no single change would help');

const job = (number: number, fix: string | null | typeof NONE = NONE): LateJob => ({
  ...{ orderId: `R-${number}`, title: `Pothole ${number} <!here>`, crewName: 'Crew North', weight: 5 },
  ...(fix === NONE ? { fix: null, isHopeless: true } : { fix }),
  ...{ dueAt: later(60), end: later(60 + 10 * number) },
});

test('says of one job how late it is, with whom, and what would help', () => {
  const text = readCard(buildLateCard([job(12, 'Crew South works 2 h longer')], agency));
  expect(text).toContain('*2 h after its deadline, as planned*: Pothole 12');
  expect(text).toContain('Crew North, done Mon 1 Jun 10:00');
  expect(text).toContain('Would help: Crew South works 2 h longer');
  expect(text).not.toContain('<!here>');
  expect(readCard(buildLateCard([job(12)], agency))).toContain(
    'No single change would get it done in time, nor 4 h of overtime',
  );
  expect(MOST_OVERTIME_MINUTES).toBe(LONGEST_OVERTIME);
});

test('names of many the ten that are latest, first the latest', () => {
  const many = Array.from({ length: 23 }, (_, index) => job(index + 1, index % 2 ? 'more crews' : NONE));
  const text = readCard(buildLateCard(many, agency));
  expect(text).toContain('*23 jobs end after their deadline, as planned*');
  expect(text).toContain('… and 13 more, none more severe.');
  expect(text).toContain('together they may not all be possible');
  expect(text).toContain('Where none is named');
  expect(text.indexOf('`R-23`')).toBeLessThan(text.indexOf('`R-14`'));
  expect(text).not.toContain('`R-13`');
});

test('says nothing of changes that nobody could mix up, or that are all named', () => {
  const [one, two] = [job(1, 'more crews'), job(2, 'more time')];
  expect(readCard(buildLateCard([one, job(3)], agency))).not.toContain('together they');
  expect(readCard(buildLateCard([one, two], agency))).not.toContain('Where none is named');
});

test('claims nothing of changes that nobody has tried', () => {
  expect(readCard(buildLateCard([job(1, null)], agency))).not.toMatch(/single change|help/);
  const text = readCard(buildLateCard([job(1, null), job(2)], agency));
  expect(text).toContain('none was found in the time there was');
  expect(text).not.toContain('no single change');
});

test('says once what would help several jobs, one of them', () => {
  const text = readCard(buildLateCard([job(3, 'overtime'), job(2, 'overtime'), job(1, 'a move')], agency));
  expect(text.match(/overtime/g)).toHaveLength(1);
  expect(text).toMatch(/`R-3`.*overtime.*`R-2`.*Would help: the same, instead.*`R-1`.*Would help: a move/s);
});
