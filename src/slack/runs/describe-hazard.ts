import { findReport } from '../../core/events/work-events.ts';
import { findOutput, type WorkflowRun } from '../../core/run/workflow-run.ts';
import { type GraveHazard, readGrave } from '../../core/work/assessment.ts';
import type { Block } from '../budget/fitted.ts';
import { section } from '../kit/parts.ts';
import { CAUSE } from '../words/glossary.ts';

const HAZARD: Readonly<Record<GraveHazard, string>> = {
  'open-manhole': 'open manhole',
  gas: 'gas',
  collapse: 'collapse',
  'power-line': 'power line or live wire',
  flood: 'flood',
  trapped: 'people trapped',
  fire: 'fire',
};

/** `open manhole, gas`: what an assessment names that may kill somebody before a crew comes; null for nothing. */
export function describeHazard(run: WorkflowRun): string | null {
  const grave = readGrave({ grave: findOutput(run, 'grave') });
  return grave.length === 0 ? null : grave.map((hazard) => HAZARD[hazard]).join(', ');
}

/** The same as the first thing of a card below its headline, as long as there is something to do about it. */
export function hazardLine(run: WorkflowRun): Block[] {
  const hazard = findPresent(run);
  return hazard === null ? [] : [section(`⚠️ *${CAUSE.hazard}: ${hazard}*`)];
}

/** The same in front of what a phone shows of a message; empty for nothing. */
export function hazardWarning(run: WorkflowRun): string {
  const hazard = findPresent(run);
  return hazard === null ? '' : `${CAUSE.hazard}: ${hazard}. `;
}

/** A request that was handed over late is over, and its job is still to be done. */
function findPresent(run: WorkflowRun): string | null {
  const isOver = run.endedAt !== null && (run.status !== 'escalated' || findReport(run) !== null);
  return isOver ? null : describeHazard(run);
}
