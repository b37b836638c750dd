import { z } from 'zod';
import type { KnownHandler } from '../../src/core/checks/known-names.ts';

/** Stand-ins, for checking definitions, of services whose own contract does not matter to the test. */
export function permissiveServices(): KnownHandler[] {
  return ['CrewScheduler', 'RepairService'].map((name) => ({
    kind: 'service',
    name,
    input: z.looseObject({}),
    output: z.looseObject({}),
  }));
}

/** The smallest agency that has one of everything and two crews. */
export function buildAgencySource() {
  const shifts = [{ days: ['mon'], start: '07:00', end: '15:00' }];
  const crew = { channel: 'C0CREW', lead: 'U0LEAD', depot: 'north', shifts };
  return {
    name: 'Test Works',
    timeZone: 'America/Chicago',
    channels: { requests: 'C0REQUESTS', dispatch: 'C0DISPATCH', escalations: 'C0ESCALATIONS' },
    roles: [{ name: 'Supervisor', channel: 'C0SUPERVISORS', members: ['U0LIND'] }],
    materials: [{ id: 'asphalt', name: 'Asphalt', unit: 'kg' }],
    depots: [{ id: 'north', name: 'North', stock: [{ material: 'asphalt', quantity: 100 }] }],
    crews: [
      { ...crew, id: 'roads', name: 'Roads', skills: ['asphalt'] },
      { ...crew, id: 'lights', name: 'Lights', skills: ['electric'] },
    ],
    escalationPolicies: [{ name: 'roads', levels: [{ notify: { channel: 'C0ESCALATIONS' } }] }],
  };
}
