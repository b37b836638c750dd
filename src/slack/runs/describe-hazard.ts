import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { type GraveHazard, readGrave } from '../../core/work/assessment.ts';
import type { Block } from '../budget/fitted.ts';
import { section } from '../kit/parts.ts';

const HAZARD: Readonly<Record<GraveHazard, string>> = {
  'open-manhole': 'open manhole',
  gas: 'gas',
  collapse: 'collapse',
  'power-line': 'power line down',
  flood: 'flood',
  trapped: 'people trapped',
  fire: 'fire',
};

/** `open manhole, gas`: what an assessment names that may kill somebody before a crew comes; null for nothing. */
export function describeHazard(run: WorkflowRun): string | null {
  const grave = readGrave({ grave: findOutput(run, 'grave') });
  return grave.length === 0 ? null : grave.map((hazard) => HAZARD[hazard]).join(', ');
}

/** The same as the first thing of a card below its headline, as long as the run is open. */
export function hazardLine(run: WorkflowRun): Block[] {
  const hazard = run.endedAt ? null : describeHazard(run);
  return hazard === null ? [] : [section(`⚠️ *Danger to life reported: ${hazard}*`)];
}
