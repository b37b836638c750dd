import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkAgency } from '../../src/core/agency/check-agency.ts';
import { warnOfTimeZone } from '../../src/core/agency/warn-of-time-zone.ts';
import { checkPath } from '../../src/definitions/check-folder.ts';
import { listBuiltInHandlers } from '../../src/handlers/built-in-handlers.ts';

const written = JSON.parse(await readFile('workflows/agency.json', 'utf8'));
const warn = (timeZone: string, place: object = {}) =>
  warnOfTimeZone({ timeZone, depots: [{ id: 'a', name: 'a', stock: [], incoming: [], ...place }] }).map(
    ({ wrong, right }) => `${wrong} — ${right}`,
  );

it.each([
  ['EST', 'America/New_York'],
  ['est', 'America/New_York'],
  ['MST', 'America/Denver'],
  ['HST', 'Pacific/Honolulu'],
  ['Etc/GMT+6', 'America/Chicago'],
  ['Etc/GMT-1', 'Europe/Berlin'],
  ['UTC', 'Europe/London'],
  ['Zulu', 'Europe/London'],
])('%s has no summer time, which is told with the zone that is likely meant', (zone, likely) => {
  expect(warn(zone)).toEqual([
    expect.stringContaining(`"${zone}" is the zone of no place and has no summer time`),
  ]);
  expect(warn(zone)[0]).toContain(`"${likely}"`);
});

it('the zone at the depots is the one to write, and its clocks are compared with the file’s', () => {
  const chicago = { latitude: 41.88, longitude: -87.63 };
  expect(warn('EST', chicago)[0]).toContain('when clocks change: "America/Chicago"');
  expect(warn('America/Phoenix', chicago)[0]).toContain(
    'are not those at the depots, which are in "America/Chicago"',
  );
  for (const zone of ['America/Chicago', 'America/Winnipeg', 'CST6CDT'].slice(0, 2))
    expect(warn(zone, chicago)).toEqual([]);
  for (const zone of ['Europe/Berlin', 'Japan', 'GB', 'NZ', 'Asia/Kolkata']) expect(warn(zone)).toEqual([]);
});

it.each([
  ['America/Chigago', 'America/Chicago'],
  ['Chicago', 'America/Chicago'],
  ['America/New York', 'America/New_York'],
  ['EDT', 'America/New_York'],
  ['Pacific Time', 'America/Los_Angeles'],
  ['Berln', 'Europe/Berlin'],
])('an unknown zone is told what was meant: %s', (timeZone, meant) => {
  const checked = checkAgency({ ...written, timeZone }, 'agency.json');
  expect(checked).toMatchObject({
    problems: [{ path: 'timeZone', right: expect.stringContaining(`did you mean "${meant}"?`) }],
  });
});

it('the check of a folder warns, and is all right all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crewline-zones-'));
  await cp('workflows', folder, { recursive: true });
  const file = join(folder, 'agency.json');
  await writeFile(file, JSON.stringify({ ...written, timeZone: 'EST' }));
  for (const path of [folder, file]) {
    const { report, ok } = await checkPath(path, { usual: file }, listBuiltInHandlers());
    expect(ok).toBe(true);
    expect(report).toMatch(/\nwarning: agency\.json: timeZone: "EST" .*"America\/Chicago"$/);
  }
  await rm(folder, { recursive: true });
});
