import { describeFinding, type Finding } from '../../core/definition/condition.ts';
import { parseReference } from '../../core/definition/reference.ts';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import { describeCents } from '../../core/values/money.ts';
import { userLine } from '../words/mrkdwn.ts';
import { titleOf } from './describe-run.ts';

/** Why a condition holds or not, or why that is unclear, in the words of the form and the cards, for mrkdwn. */
export function describeFindings(because: readonly Finding[], run: WorkflowRun, currency: string): string {
  const told = because.map((finding) => {
    const reference = parseReference(finding.reference);
    if (!reference) return describeFinding(finding, finding.reference);
    const { source, path } = reference;
    const field = path.at(-1);
    if (source === 'input') {
      const label = run.definition.input[path[0] ?? '']?.label;
      return describeFinding(finding, label ?? field ?? 'the input');
    }
    if (field === undefined || run.steps[source] === undefined)
      return describeFinding(finding, finding.reference);
    return describeFinding(showMoney(finding, field, currency), nameOf(field, titleOf(run, source)));
  });
  return userLine([...new Set(told)].join('; '), 400);
}

/** `estimatedCostCents` of a step: `estimated cost (Assess)`. */
function nameOf(field: string, step: string): string {
  const words = field.replace(/Cents$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.replaceAll('_', ' ').trim()} (${step})`;
}

function showMoney(finding: Finding, field: string, currency: string): Finding {
  if (!field.endsWith('Cents')) return finding;
  const show = (json: string) => (/^-?\d+$/.test(json) ? describeCents(Number(json), currency) : json);
  return { ...finding, is: finding.is === null ? null : show(finding.is), wanted: show(finding.wanted) };
}
