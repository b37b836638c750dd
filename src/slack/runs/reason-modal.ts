import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { WorkflowRun } from '../../core/run/workflow-run.ts';
import type { FittedModal } from '../budget/fitted.ts';
import { FIELD } from '../kit/action-ids.ts';
import { input, modal, textInput } from '../kit/modal-parts.ts';
import { context } from '../kit/parts.ts';
import { userText } from '../words/mrkdwn.ts';
import { describeSubject } from './describe-run.ts';

/** What modals about a run carry along: what the button that opened them was about, as in `ButtonTarget`. */
export const RunMetadata = z.object({ runId: z.string().min(1), reference: z.string() });
export type RunMetadata = z.infer<typeof RunMetadata>;

interface ReasonQuestion {
  callbackId: string;
  title: string;
  submit: string;
  label: string;
  hint: string;
}

/** Asks for a reason in words, which is required; `reference` is what inside the run it is about. */
export function buildReasonModal(
  run: WorkflowRun,
  reference: string,
  { callbackId, title, submit, label, hint }: ReasonQuestion,
): FittedModal {
  const metadata: RunMetadata = { runId: run._id, reference };
  const element = textInput({ multiline: true });
  const blocks = [aboutRun(run), input({ blockId: FIELD.reason, label, hint, element })];
  return modal({ callbackId, title, submit, metadata, blocks });
}

/** Which run a modal is about, in small print. */
export function aboutRun(run: WorkflowRun): types.ContextBlock {
  return context(`${run._id} · ${userText(describeSubject(run), 500)}`);
}
