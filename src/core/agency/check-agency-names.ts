import { type Fault, suggestName } from '../faults/problem.ts';
import { nameKey } from '../values/name-key.ts';
import type { Agency } from './agency.ts';
import { parseSkill } from './skill.ts';

/** A name as it stands somewhere, and what it belongs to: an entry may bear one name twice, as id and as name. */
interface Spelling {
  text: string;
  path: string;
  owner: number;
}

const APART =
  'give each a name of its own: case, blanks, dashes, accents and letters that look alike make no difference';

/**
 * Finds names that commands cannot tell apart: two crews, depots, districts or materials that one word means, two roles,
 * policies or handlers, and a skill that is spelled in two ways, or that one crew has twice.
 */
export function checkAgencyNames(agency: Agency): Fault[] {
  const { crews, depots, districts, materials, roles, escalationPolicies, agents, services } = agency;
  return [
    ...Object.entries({ crews, depots, districts, materials }).flatMap(([list, entries]) =>
      checkEntries(list, entries),
    ),
    ...Object.entries({ roles, escalationPolicies, agents, services }).flatMap(([list, entries]) =>
      findAlike(entries.map(({ name }, owner) => ({ text: name, path: `${list}[${owner}].name`, owner }))),
    ),
    ...checkSkills(crews),
  ];
}

function checkEntries(list: string, entries: readonly { id: string; name: string }[]): Fault[] {
  const spellings = entries.flatMap(({ id, name }, owner): Spelling[] => [
    { text: id, path: `${list}[${owner}].id`, owner },
    { text: name, path: `${list}[${owner}].name`, owner },
  ]);
  const unread = spellings.filter(({ text }) => nameKey(text) === '');
  return [
    ...unread.map(({ text, path }) => ({
      path,
      wrong: `${JSON.stringify(text)} has nothing to read`,
      right: 'write a name with letters or digits',
    })),
    ...findAlike(spellings.filter((spelling) => !unread.includes(spelling))),
  ];
}

function findAlike(spellings: readonly Spelling[]): Fault[] {
  const before = new Map<string, Spelling[]>();
  return spellings.flatMap((spelling): Fault[] => {
    const { text, path, owner } = spelling;
    const alike = before.get(nameKey(text)) ?? [];
    before.set(nameKey(text), [...alike, spelling]);
    const others = alike.filter((one) => one.owner !== owner);
    const known = others.find((one) => one.text === text) ?? others[0];
    // What must be written once is told so by the check of ids.
    if (!known || (known.text === text && isKey(path) && isKey(known.path))) return [];
    const wrong = known.text === text ? `"${text}" is also at` : `"${text}" reads like "${known.text}" at`;
    return [{ path, wrong: `${wrong} ${known.path}`, right: APART }];
  });
}

/** Whether the check of unique keys looks at it: ids, and the names of what has no id. */
function isKey(path: string): boolean {
  return path.endsWith('.id') || /^(roles|escalationPolicies|agents|services)\b/.test(path);
}

/** One skill has one spelling, that of most crews, or a job would find only some of them. */
function checkSkills(crews: Agency['crews']): Fault[] {
  const spelled = crews.flatMap(({ skills }, crew) =>
    skills.map((skill, index) => ({
      name: parseSkill(skill).name,
      crew,
      path: `crews[${crew}].skills[${index}]`,
    })),
  );
  const repeated = spelled.flatMap(({ name, crew, path }, index): Fault[] => {
    const first = spelled.slice(0, index).find((other) => other.crew === crew && other.name === name);
    const right = 'write it once, at the level of the crew';
    return first ? [{ path, wrong: `"${name}" is also at ${first.path}`, right }] : [];
  });
  const misspelled = spelled.flatMap(({ name, path }): Fault[] => {
    const alike = spelled.filter((other) => nameKey(other.name) === nameKey(name));
    const timesSpelled = (spelling: string) => alike.filter((other) => other.name === spelling).length;
    const [usual] = alike.toSorted((one, other) => timesSpelled(other.name) - timesSpelled(one.name));
    if (!usual || usual.name === name) return [];
    const wrong = `"${name}" reads like "${usual.name}" at ${usual.path}`;
    return [{ path, wrong, right: suggestName(name, [usual.name], 'skills') }];
  });
  return [...repeated, ...misspelled];
}
