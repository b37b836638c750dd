import { explainIssues } from '../faults/explain-issues.ts';
import { beyond } from '../faults/keep-fitting.ts';
import { checkName, type Fault, type Problem } from '../faults/problem.ts';
import { boundDate, isPlannableYear, OUTSIDE_YEARS } from '../values/duration.ts';
import { Agency, type Crew } from './agency.ts';
import { checkAgencyNames } from './check-agency-names.ts';
import { checkAgencyPlaces } from './check-agency-places.ts';
import { checkAgencySpans } from './check-agency-spans.ts';
import { mendAgency } from './mend-agency.ts';
import { findBreakFault } from './shift-breaks.ts';

/** `readable`: what the definitions beside a faulty file can be checked against all the same; null for nothing. */
export type AgencyCheck =
  | { ok: true; agency: Agency }
  | { ok: false; problems: Problem[]; readable: Agency | null };

/**
 * Checks an agency's configuration as written, and that every name in it refers to something that is there. `isStored`:
 * only what an older version checked as well, since no newer check may keep a start from happening.
 */
export function checkAgency(source: unknown, fileName: string, isStored = false): AgencyCheck {
  const parsed = Agency.safeParse(source);
  if (parsed.success) {
    const faults = [...checkReferences(parsed.data), ...(isStored ? [] : checkMeaning(parsed.data))];
    if (faults.length === 0) return { ok: true, agency: parsed.data };
    return { ok: false, problems: inFile(faults, fileName), readable: parsed.data };
  }
  const misfits = explainIssues(parsed.error, Agency, source);
  const readable = mendAgency(source);
  const others = readable
    ? beyond(misfits, [...checkReferences(readable), ...checkMeaning(readable)]).filter(isNoStandIn(misfits))
    : [];
  return { ok: false, problems: inFile([...misfits, ...others], fileName), readable };
}

function checkReferences(agency: Agency): Fault[] {
  return [
    ...checkUnique(agency),
    ...checkCrews(agency),
    ...checkBreaks(agency.crews),
    ...checkDates(agency),
    ...checkStock(agency),
    ...checkPolicies(agency),
    ...checkAgencySpans(agency),
  ];
}

function checkMeaning(agency: Agency): Fault[] {
  return [...checkAgencyNames(agency), ...checkAgencyPlaces(agency)];
}

/** An outline that cannot be read has another in its place, about which there is nothing to say. */
function isNoStandIn(misfits: readonly Fault[]): (fault: Fault) => boolean {
  const outlineOf = ({ path }: Fault) => /^districts\[\d+\]\.area/.exec(path)?.[0] ?? null;
  const unread = misfits.map(outlineOf).filter((outline) => outline !== null);
  return (fault) => !unread.includes(outlineOf(fault) ?? '');
}

function inFile(faults: readonly Fault[], file: string): Problem[] {
  return faults.map((fault) => ({ file, ...fault }));
}

function checkUnique(agency: Agency): Fault[] {
  const lists: [string, string, string[]][] = [
    ['roles', 'name', agency.roles.map((role) => role.name)],
    ['materials', 'id', agency.materials.map((material) => material.id)],
    ['depots', 'id', agency.depots.map((depot) => depot.id)],
    ['crews', 'id', agency.crews.map((crew) => crew.id)],
    ['districts', 'id', agency.districts.map((district) => district.id)],
    ['escalationPolicies', 'name', agency.escalationPolicies.map((policy) => policy.name)],
    ['agents', 'name', agency.agents.map((agent) => agent.name)],
    ['services', 'name', agency.services.map((service) => service.name)],
  ];
  return lists.flatMap(([list, key, names]) => findRepeated(names, (index) => `${list}[${index}].${key}`));
}

function checkCrews(agency: Agency): Fault[] {
  const depots = agency.depots.map((depot) => depot.id);
  const materials = agency.materials.map((material) => material.id);
  return agency.crews.flatMap((crew, index) => [
    ...checkName(crew.depot, `crews[${index}].depot`, depots, 'depots'),
    ...crew.truck.flatMap(({ material }, number) =>
      checkName(material, `crews[${index}].truck[${number}].material`, materials, 'materials'),
    ),
    ...crew.absences.flatMap(({ from, to }, number): Fault[] => {
      const path = `crews[${index}].absences[${number}].to`;
      return to < from ? [{ path, wrong: `"${to}" is before "${from}"`, right: 'name the last day' }] : [];
    }),
    ...crew.shifts.flatMap((shift, number): Fault[] => {
      const path = `crews[${index}].shifts[${number}].start`;
      return shift.start === '24:00'
        ? [{ path, wrong: '"24:00" is the end of a day', right: 'write "00:00"' }]
        : [];
    }),
  ]);
}

function checkStock(agency: Agency): Fault[] {
  const materials = agency.materials.map((material) => material.id);
  return agency.depots.flatMap((depot, index) => {
    const path = (number: number) => `depots[${index}].stock[${number}].material`;
    const stocked = depot.stock.map((entry) => entry.material);
    const awaited = depot.incoming.map((entry) => entry.material);
    return [
      ...awaited.flatMap((material, number) =>
        checkName(material, `depots[${index}].incoming[${number}].material`, materials, 'materials'),
      ),
      ...stocked.flatMap((material, number) => checkName(material, path(number), materials, 'materials')),
      ...findRepeated(stocked, path),
    ];
  });
}

function checkPolicies(agency: Agency): Fault[] {
  const roles = agency.roles.map((role) => role.name);
  const policies = agency.escalationPolicies.map((policy) => policy.name);
  return [
    ...agency.escalationPolicies.flatMap((policy, index) =>
      policy.levels.flatMap((level, number) =>
        checkName(
          level.notify.role,
          `escalationPolicies[${index}].levels[${number}].notify.role`,
          roles,
          'roles',
        ),
      ),
    ),
    ...checkName(agency.defaultEscalation, 'defaultEscalation', policies, 'escalation policies'),
  ];
}

function findRepeated(names: readonly string[], path: (index: number) => string): Fault[] {
  return names.flatMap((name, index): Fault[] => {
    const first = names.indexOf(name);
    if (first === index) return [];
    return [
      {
        path: path(index),
        wrong: `"${name}" is also at ${path(first)}`,
        right: 'use every name once in this list',
      },
    ];
  });
}

/** Breaks that cannot be as they are written, by the path of their crew. */
function checkBreaks(crews: readonly Pick<Crew, 'shifts'>[]): Fault[] {
  return crews.flatMap(({ shifts }, crew) =>
    shifts.flatMap((shift, number) =>
      (shift.breaks ?? []).flatMap((pause, index): Fault[] => {
        const fault = findBreakFault(shift, pause);
        return fault ? [{ path: `crews[${crew}].shifts[${number}].breaks[${index}]`, ...fault }] : [];
      }),
    ),
  );
}

/** The crews without such breaks, as they may have been stored before anybody looked. */
export function dropIdleBreaks<Someone extends Pick<Crew, 'shifts'>>(crews: readonly Someone[]): Someone[] {
  return crews.map((crew) => ({
    ...crew,
    shifts: crew.shifts.map((shift) =>
      shift.breaks
        ? { ...shift, breaks: shift.breaks.filter((pause) => findBreakFault(shift, pause) === null) }
        : shift,
    ),
  }));
}

/**
 * The dates of an agency that nobody can mean. No part of the schema: a roster that was stored with such a date is read
 * all the same, and refused when it is written anew.
 */
function checkDates({ crews, depots }: Pick<Agency, 'crews' | 'depots'>): Fault[] {
  return [
    ...crews.flatMap(({ absences }, crew) =>
      absences.flatMap(({ from, to }, index) => [
        ...checkYear(from, `crews[${crew}].absences[${index}].from`),
        ...checkYear(to, `crews[${crew}].absences[${index}].to`),
      ]),
    ),
    ...depots.flatMap(({ incoming }, depot) =>
      incoming.flatMap(({ at }, index) => checkYear(at, `depots[${depot}].incoming[${index}].at`)),
    ),
  ];
}

/** The crews with such dates as near as they can be, as they may have been stored before anybody looked. */
export function boundAbsences<Someone extends Pick<Crew, 'absences'>>(crews: readonly Someone[]): Someone[] {
  return crews.map((crew) => ({
    ...crew,
    absences: crew.absences.map((absence) => ({
      ...absence,
      from: boundDate(absence.from),
      to: boundDate(absence.to),
    })),
  }));
}

function checkYear(written: string, path: string): Fault[] {
  return isPlannableYear(written)
    ? []
    : [{ path, wrong: `"${written}" is too far away`, right: OUTSIDE_YEARS }];
}
