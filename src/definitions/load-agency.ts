import { basename } from 'node:path';
import { type AgencyCheck, checkAgency } from '../core/agency/check-agency.ts';
import { readSource } from './read-source.ts';

/** Reads and checks the agency's configuration; every fault comes back as a problem, none is thrown. */
export async function loadAgency(file: string): Promise<AgencyCheck> {
  const read = await readSource(file);
  return read.ok ? checkAgency(read.source, basename(file)) : { ...read, readable: null };
}
