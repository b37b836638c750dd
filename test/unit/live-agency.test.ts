import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { checkRoster, rosterOf } from '../../src/core/roster/roster.ts';
import { compareRosters, describeRosterChanges } from '../../src/core/roster/roster-changes.ts';
import { hashRoster } from '../../src/scheduler/roster/edit-roster.ts';
import { createLiveAgency } from '../../src/scheduler/roster/live-agency.ts';
import { makeAgency, makeCrew } from '../support/scheduling.ts';

const fileAgency = makeAgency([makeCrew('north'), makeCrew('south', { depot: 'south' })]);
const roster = rosterOf(fileAgency);
const edited = {
  ...roster,
  crews: [makeCrew('north', { skills: ['asphalt:2', 'concrete'] }), makeCrew('east')],
};

describe('a live agency', () => {
  it('shows the newest roster to whoever holds it, and the file’s own for all else', () => {
    const live = createLiveAgency(fileAgency);
    const held = { agency: live.agency };
    expect(held.agency.crews).toEqual(fileAgency.crews);
    live.replaceRoster(edited);
    expect(held.agency.crews.map(({ id }) => id)).toEqual(['north', 'east']);
    expect(held.agency.crews[0]?.skills).toEqual(['asphalt:2', 'concrete']);
    expect(held.agency).toMatchObject({ name: 'Public Works', operators: [], roles: fileAgency.roles });
  });

  it('replaces depots, materials and districts as well, all of them listed like plain fields', () => {
    const live = createLiveAgency(fileAgency);
    const districts = [
      {
        id: 'old-town',
        name: 'Old Town',
        area: [
          [0, 0],
          [0, 1],
          [1, 1],
        ] as [number, number][],
      },
    ];
    const materials = [...roster.materials, { id: 'salt', name: 'salt', unit: 'kg' }];
    live.replaceRoster({ ...edited, materials, districts });
    expect(live.agency.districts).toEqual(districts);
    expect({ ...live.agency }).toMatchObject({ materials, depots: [{ id: 'north' }, { id: 'south' }] });
    expect(Object.keys(live.agency).sort()).toEqual(Object.keys(fileAgency).sort());
  });

  it('refuses a roster that does not hold together, says where, and keeps what was there', () => {
    const live = createLiveAgency(fileAgency);
    const broken = { ...roster, crews: [makeCrew('north', { depot: 'nroth' })] };
    const refusal = (() => {
      try {
        live.replaceRoster(broken);
        return null;
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({
      code: 'agency.invalid',
      userMessage: expect.stringContaining('crews[0].depot: "nroth" is not known — did you mean "north"?'),
    });
    expect(live.agency.crews).toEqual(fileAgency.crews);
  });
});

describe('a roster', () => {
  it('has no stock in it, and the same hash in whatever order its keys were written', () => {
    expect(roster.depots[0]).toEqual({ id: 'north', name: 'north depot' });
    const { crews, ...rest } = edited;
    const turned = {
      ...rest,
      crews: crews.map((crew) => Object.fromEntries(Object.entries(crew).reverse())),
    };
    const [one, other] = [edited, turned].map((source) => checkRoster(fileAgency, source, 'roster'));
    if (!one?.ok || !other?.ok) throw new Error('both must pass');
    expect(hashRoster(rosterOf(other.agency))).toBe(hashRoster(rosterOf(one.agency)));
    expect(hashRoster(rosterOf(one.agency))).not.toBe(hashRoster(roster));
  });

  it.each([
    ['an unknown key', { ...roster, crew: [] }, 'crew', 'did you mean "crews"'],
    ['no crews', { ...roster, crews: [] }, 'crews', 'at least 1 entry'],
    ['a missing list', { crews: roster.crews }, 'depots', 'a list'],
    ['no object', [], '(whole file)', 'an object'],
    [
      'a crew without a lead',
      { ...roster, crews: [{ ...roster.crews[0], lead: '' }] },
      'crews[0].lead',
      'member id',
    ],
  ])('with %s is refused with the place and the remedy', (_what, source, path, right) => {
    const checked = checkRoster(fileAgency, source, 'roster');
    expect(checked).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        { file: 'roster', path, wrong: expect.any(String), right: expect.stringContaining(right) },
      ]),
    });
  });

  it('says in words what another one changes, and nothing about the order', () => {
    const changes = compareRosters(roster, rosterOf({ ...fileAgency, crews: edited.crews }), 'USD');
    expect(describeRosterChanges(changes)).toEqual([
      'crew east: added',
      'crew south: removed',
      'crew north: skills +asphalt:2 +concrete −asphalt',
    ]);
    const [north, ...others] = roster.crews;
    if (!north) throw new Error('there are crews');
    const breaks = [{ start: '12:00', end: '12:30' }];
    const shifts = [
      { days: ['mon' as const, 'tue' as const, 'wed' as const], start: '06:00', end: '14:30', breaks },
    ];
    const absences = [{ from: '2026-11-23', to: '2026-11-24', reason: 'training' }];
    const truck = [{ material: 'asphalt', quantity: 900 }];
    const moved = { ...north, size: 7, shifts, absences, truck };
    const [line] = describeRosterChanges(
      compareRosters(roster, { ...roster, crews: [moved, ...others] }, 'USD'),
    );
    expect(line).toMatch(/^crew north: .*size \d → 7; /);
    expect(line).toMatch(/shifts .* → mon-wed 06:00-14:30 break 12:00-12:30/);
    expect(line).toContain('absences none → 2026-11-23 to 2026-11-24 (training)');
    expect(line).toContain('truck none → asphalt 900');
    const [rated, paid] = [17_500, 18_000].map((hourlyRateCents) => ({
      ...roster,
      crews: [{ ...north, hourlyRateCents }, ...others],
    }));
    if (!rated || !paid) throw new Error('there are two rates');
    expect(describeRosterChanges(compareRosters(paid, rated, 'USD'))).toEqual([
      'crew north: $180.00 → $175.00 an hour',
    ]);
    expect(describeRosterChanges(compareRosters(paid, rated, 'EUR')).join()).toContain('€175.00');
    const turned = { ...roster, crews: [...roster.crews].reverse(), depots: [...roster.depots].reverse() };
    expect(describeRosterChanges(compareRosters(roster, turned, 'USD'))).toEqual([]);
  });
});
