import { basename } from 'node:path';
import type { Agency } from '../core/agency/agency.ts';
import { type AgencyCheck, checkAgency } from '../core/agency/check-agency.ts';
import { refuseProblems } from '../core/faults/problem.ts';
import { readSource } from './read-source.ts';

/** Reads and checks the agency's configuration; every fault comes back as a problem, none is thrown. */
export async function loadAgency(file: string): Promise<AgencyCheck> {
  const read = await readSource(file);
  return read.ok ? checkAgency(read.source, basename(file)) : { ...read, readable: null };
}

/** The agency of a file. Throws `agency.invalid` with every problem. */
export async function requireAgency(file: string): Promise<Agency> {
  const loaded = await loadAgency(file);
  if (loaded.ok) return loaded.agency;
  throw refuseProblems('agency.invalid', 'The agency file cannot be used', loaded.problems);
}
