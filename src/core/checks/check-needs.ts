import { holdsSkill, parseSkill, Skill } from '../agency/skill.ts';
import { BUILT_IN } from '../definition/built-in.ts';
import { parseReference } from '../definition/reference.ts';
import { checkName, type Fault, listNames } from '../faults/problem.ts';
import { explainPlaceFault, findPlaceFault } from '../places/check-place.ts';
import { findGivenPlaces } from '../places/find-given-places.ts';
import type { StepToCheck } from './check-tree.ts';
import type { KnownNames } from './known-names.ts';

/**
 * Checks the skills and materials of the step at `path` against the roster: those it requires, and those written out in
 * `with` for the scheduler. A skill no crew has would leave the job without a crew for good, and so would skills that
 * no crew has together.
 */
export function checkNeeds(step: StepToCheck, path: string, known: KnownNames): Fault[] {
  const { skills = [], materials = [] } = step.requires ?? {};
  const given = step.service === BUILT_IN.scheduler ? (step.with ?? {}) : {};
  const givenSkills = listTexts(given.skills);
  const faults = [
    ...checkSkills(skills, `${path}.requires.skills`, known),
    ...checkMaterials(materials, `${path}.requires.materials`, known),
    ...checkSkills(givenSkills, `${path}.with.skills`, known),
    ...checkMaterials(given.materials, `${path}.with.materials`, known),
    ...checkPlace(given, `${path}.with`, known),
  ];
  const together = [...skills, ...givenSkills.filter((skill) => skill !== null)].filter(
    (skill) => Skill.safeParse(skill).success,
  );
  const hasCrew = known.crewSkills.some((crew) => together.every((skill) => holdsSkill(crew, skill)));
  if (faults.length > 0 || together.length === 0 || hasCrew) return faults;
  const wrong = `no crew has all of ${listNames(together)}`;
  const place = skills.length > 0 ? 'requires.skills' : 'with.skills';
  const right = 'split the step, or give one crew these skills in agency.json';
  return [{ path: `${path}.${place}`, wrong, right }];
}

/** A place that is written out; one that comes from elsewhere is checked as it comes. */
function checkPlace(given: Record<string, unknown>, path: string, { region }: KnownNames): Fault[] {
  const halves = ['latitude', 'longitude'].filter((half) => given[half] !== undefined);
  if (halves.length === 1) {
    const right = 'write "latitude" and "longitude", or neither';
    return [{ path: `${path}.${halves[0]}`, wrong: 'is only half of a place', right }];
  }
  const [written] = findGivenPlaces({ latitude: given.latitude, longitude: given.longitude });
  const fault = written ? findPlaceFault(written.place, region) : null;
  return fault ? [{ path: `${path}.latitude`, ...explainPlaceFault(fault) }] : [];
}

function checkSkills(skills: readonly (string | null)[], path: string, known: KnownNames): Fault[] {
  const all = [...new Set(known.crewSkills.flat().map((skill) => parseSkill(skill).name))];
  return skills.flatMap((skill, index) => {
    if (skill === null) return [];
    const { error } = Skill.safeParse(skill);
    if (!error) return checkName(parseSkill(skill).name, `${path}[${index}]`, all, 'skills');
    // The check of the form has told it already, unless a reference beside it has kept it from looking.
    const right = error.issues[0]?.message ?? '';
    const isUnchecked = skills.includes(null);
    return isUnchecked
      ? [{ path: `${path}[${index}]`, wrong: `${JSON.stringify(skill)} is no skill`, right }]
      : [];
  });
}

/** `materials` as written: what does not fit the form is told by the check of the form. */
function checkMaterials(materials: unknown, path: string, known: KnownNames): Fault[] {
  if (!Array.isArray(materials)) return [];
  return materials.flatMap((entry: unknown, index) => {
    const name = typeof entry === 'object' && entry !== null && 'material' in entry ? entry.material : null;
    if (typeof name !== 'string' || parseReference(name) !== null) return [];
    return checkName(name, `${path}[${index}].material`, known.materials, 'materials');
  });
}

/** The texts of a list in their places; null where something else, or a reference, stands. */
function listTexts(list: unknown): (string | null)[] {
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) =>
    typeof item === 'string' && parseReference(item) === null ? item : null,
  );
}
