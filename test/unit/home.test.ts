import { expect, test } from 'vitest';
import { cancelRun } from '../../src/core/end-run.ts';
import {
  announceWork,
  answerWork,
  moveWork,
  reportProgress,
  reportUnplaced,
} from '../../src/core/work-events.ts';
import { buildHome } from '../../src/slack/blocks/home.ts';
import { awaitApproval, demoAgency, giveToCrew, later, type Story, tell } from '../support/slack-runs.ts';

const { story, order } = giveToCrew(awaitApproval('R-1'));
const show = ({ run }: Story) => JSON.stringify(buildHome({ waiting: [], mine: [run] }, demoAgency).blocks);

test('the Home tab says which crew has a job, and from when; after a move, the new time', () => {
  expect(show(awaitApproval('R-1'))).not.toContain('planned from');
  expect(show(story)).toContain('Crew North to do the job · planned from Mon 1 Jun 08:00 CDT · R-1');
  const assignment = order.assignment!;
  const south = { ...assignment, crewId: 'south', crewName: 'Crew South', start: later(220) };
  const moved = tell(story, moveWork('assignCrew', assignment, south, 'system'), later(20));
  expect(show(moved)).toContain('Crew South to do the job · planned from Mon 1 Jun 10:40 CDT');
});

test('the Home tab names no crew and no time for a job that was given back, or that nobody can take any more', () => {
  const declined = tell(story, answerWork('work.declined', 'U0SANTOS', { reason: 'truck' }), later(20));
  const unplaced = tell(story, reportUnplaced('assignCrew', 'rain', 'north'), later(20));
  for (const lost of [declined, unplaced]) {
    expect(show(lost)).toContain('waits for a crew to be assigned · R-1');
    expect(show(tell(lost, announceWork('assignCrew', order.assignment!), later(21)))).toContain(
      'Crew North to do the job · planned from Mon 1 Jun 08:00 CDT',
    );
  }
});

test('the Home tab says nothing of the plan once the crew has begun', () => {
  const begun = tell(story, reportProgress('work.started', 'U0SANTOS'), later(61));
  expect(show(begun)).toContain('waits for Crew North to do the job · R-1');
});

test('the Home tab plans nothing for what has ended', () => {
  const ended = tell(story, (t, now) => cancelRun(t, 'U0RIVERA', '', now), later(21));
  expect(show(ended)).not.toContain('planned from');
});
