import type { WorkDoubt } from '../../core/work/assessment.ts';
import type { UnplacedReason } from '../../core/work/unplaced-reason.ts';

const DOUBT: Readonly<Record<WorkDoubt, string>> = {
  'nothing-said': 'the report says nothing',
  'no-words': 'the report has no words that can be read',
  'other-language': 'the report is in a language that was not understood',
  'partly-other-language': 'part of the report is in a language that was not understood',
  'kind-unknown': 'nobody has recognised what kind of work it is',
  'no-skills': 'nobody has said what a crew must be able to do for it',
};

/** Why a job waits until dispatch says which crew does it. */
export function describeDoubt(doubt: WorkDoubt): UnplacedReason {
  return { why: DOUBT[doubt], fix: 'read it, and give it to a crew', kind: `doubt ${doubt}`, doubt };
}
