import { AppError } from '../../base/errors.ts';
import { Agency, type Crew } from '../../core/agency/agency.ts';
import { holdsSkill } from '../../core/agency/skill.ts';
import { findNearest, listNames } from '../../core/faults/problem.ts';
import type { Place } from '../../core/places/place.ts';
import type { PlanSources } from '../../scheduler/problem/plan-sources.ts';
import { placeDepots } from './place-depots.ts';
import type { SimulationOptions } from './simulation-options.ts';

/** Who does the work, from where: the part of an agency that plans are made from. */
export type SimulatedRoster = PlanSources['agency'];

/** What every pothole takes, when `--materials` says so. */
export const MATERIAL = 'asphalt';
const USUAL_CREWS = 8;
const USUAL_DEPOTS = 4;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

type RosterOptions = Pick<
  SimulationOptions,
  'crews' | 'depots' | 'timeZone' | 'skill' | 'truck' | 'horizonDays' | 'rate'
>;

/**
 * The crews of `agency` that have the skill, or crews made up for the purpose, who work on weekdays from 07:00 to 15:30
 * with a break. With another number of crews than the agency has, they are left out from the end or repeated in turn.
 * `jobs` say where depots go that are nobody's. Throws `simulation.roster` when no crew has the skill.
 */
export function createRoster(
  options: RosterOptions,
  agency: Agency | null,
  jobs: readonly Place[],
): SimulatedRoster {
  const depots = agency && !options.depots ? agency.depots : createDepots(options, jobs);
  const able = agency ? listAbleCrews(agency, options.skill) : null;
  const length = options.crews ?? able?.length ?? USUAL_CREWS;
  const crews = Array.from({ length }, (_, index): Crew => {
    const depot = depots[index % depots.length]?.id ?? '';
    if (!able) return createCrew(index, depot, options);
    const crew = able[index % able.length] as Crew;
    const round = Math.floor(index / able.length) + 1;
    const home = options.depots ? { ...crew, depot } : crew;
    return round === 1 ? home : { ...home, id: `${crew.id}-${round}`, name: `${crew.name} ${round}` };
  });
  const planning = Agency.shape.planning.parse(agency?.planning);
  return {
    timeZone: agency?.timeZone ?? options.timeZone,
    currency: agency?.currency ?? 'USD',
    crews,
    depots,
    materials: agency?.materials ?? [{ id: MATERIAL, name: 'Asphalt', unit: 'kg' }],
    districts: agency?.districts ?? [],
    travel: Agency.shape.travel.parse(agency?.travel),
    planning: { ...planning, horizonDays: options.horizonDays },
  };
}

function createDepots({ depots = USUAL_DEPOTS }: RosterOptions, jobs: readonly Place[]): Agency['depots'] {
  return placeDepots(jobs, depots).map((place, index) => ({
    id: `depot-${index + 1}`,
    name: `Depot ${index + 1}`,
    stock: [],
    incoming: [],
    ...place,
  }));
}

function createCrew(index: number, depot: string, { skill, truck, rate }: RosterOptions): Crew {
  const breaks = [{ start: '11:30', end: '12:00' }];
  return {
    id: `crew-${index + 1}`,
    name: `Crew ${index + 1}`,
    channel: '#crew',
    lead: 'U0LEAD',
    members: [],
    skills: [skill],
    size: 2,
    hourlyRateCents: Math.round(rate * 100),
    depot,
    absences: [],
    shifts: [{ days: [...WEEKDAYS], start: '07:00', end: '15:30', breaks }],
    truck: truck ? [{ material: MATERIAL, quantity: truck }] : [],
  };
}

/** The crews of `agency` that have the skill. Throws `simulation.roster` when there is none. */
export function listAbleCrews(agency: Agency, skill: string): Crew[] {
  const able = agency.crews.filter(({ skills }) => holdsSkill(skills, skill));
  if (able.length > 0) return able;
  const known = new Set(agency.crews.flatMap(({ skills }) => skills));
  const meant = findNearest(skill, known);
  const userMessage = `No crew of the agency has the skill "${skill}". ${meant ? `Did you mean "${meant}"? ` : ''}Choose one with --skill: ${listNames(known)}.`;
  throw new AppError('nobody can do the jobs', { code: 'simulation.roster', userMessage });
}
