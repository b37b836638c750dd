import { explainIssues } from '../faults/explain-issues.ts';
import { beyond } from '../faults/keep-fitting.ts';
import { checkName, type Fault, type Problem } from '../faults/problem.ts';
import { Agency } from './agency.ts';
import { checkAgencySpans } from './check-agency-spans.ts';
import { checkBreaks } from './check-breaks.ts';
import { checkDates } from './check-dates.ts';
import { mendAgency } from './mend-agency.ts';

/** `readable`: what the definitions beside a faulty file can be checked against all the same; null for nothing. */
export type AgencyCheck =
  | { ok: true; agency: Agency }
  | { ok: false; problems: Problem[]; readable: Agency | null };

/** Checks an agency's configuration as written, and that every name in it refers to something that is there. */
export function checkAgency(source: unknown, fileName: string): AgencyCheck {
  const parsed = Agency.safeParse(source);
  if (parsed.success) {
    const faults = checkReferences(parsed.data);
    if (faults.length === 0) return { ok: true, agency: parsed.data };
    return { ok: false, problems: inFile(faults, fileName), readable: parsed.data };
  }
  const misfits = explainIssues(parsed.error, Agency, source);
  const readable = mendAgency(source);
  const others = readable ? beyond(misfits, checkReferences(readable)) : [];
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
