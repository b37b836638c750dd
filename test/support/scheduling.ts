import { Agency, type Crew } from '../../src/core/agency/agency.ts';
import { type Assignment, createWorkOrder, type WorkOrder } from '../../src/core/work/work-order.ts';

type Written<Part> = { [Key in keyof Part]?: Part[Key] };

/** A crew that lays asphalt from the north depot on weekdays, 07:00 to 15:30. */
export function makeCrew(id: string, changes: Written<Crew> = {}): Crew {
  return {
    id,
    name: `${id} crew`,
    channel: '#crew',
    lead: 'U0LEAD',
    members: [],
    skills: ['asphalt'],
    size: 2,
    hourlyRateCents: 0,
    depot: 'north',
    truck: [],
    absences: [],
    shifts: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '07:00', end: '15:30' }],
    ...changes,
  };
}

/** An agency in Chicago with these crews, and hot mix counted in kg at its depots. */
export function makeAgency(
  crews: Crew[],
  stock: Record<string, number> = { north: 1_000, south: 1_000 },
): Agency {
  return Agency.parse({
    name: 'Public Works',
    timeZone: 'America/Chicago',
    channels: { requests: '#requests', dispatch: '#dispatch', escalations: '#escalations' },
    roles: [{ name: 'supervisor', channel: '#supervisors' }],
    materials: [{ id: 'hotMix', name: 'hot mix', unit: 'kg' }],
    depots: Object.entries(stock).map(([id, quantity]) => ({
      id,
      name: `${id} depot`,
      stock: [{ material: 'hotMix', quantity }],
    })),
    crews,
    escalationPolicies: [{ name: 'default', levels: [{ notify: { channel: '#escalations' } }] }],
  });
}

/** A waiting order of one hour of asphalt, without materials or deadline. */
export function makeOrder(
  id: string,
  changes: Written<Omit<WorkOrder, 'requirements'>> & {
    requirements?: Written<WorkOrder['requirements']>;
  } = {},
): WorkOrder {
  const requirements = { skills: ['asphalt'], materials: [], durationMinutes: 60, ...changes.requirements };
  const request = { _id: id, requirements, weight: 5, dueAt: null, task: 'assignCrew' };
  return { ...createWorkOrder(request, new Date('2026-06-01T12:00:00Z')), ...changes, requirements };
}

/** A place in a crew's time, without material. */
export function assignmentFor(crewId: string, start: Date, end: Date): Assignment {
  const names = { crewId, crewName: `${crewId} crew`, depotId: 'north' };
  return { ...names, start, end, materials: [], reason: 'for the test' };
}
