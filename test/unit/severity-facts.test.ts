import { describe, expect, it } from 'vitest';
import { FACTS, type Fact, judgeFacts, precision, recall } from '../bench/severity/judge-facts.ts';
import { readHeldOutReports, readReports } from '../bench/severity/labelled-reports.ts';

/** Of what the agent finds, so much is right; of what is there, so much is found. `npm run bench:severity` shows both. */
const MADE_WITH = { precision: 0.95, recall: 0.93 };
const HELD_OUT: Record<Fact, { precision: number; recall: number }> = {
  kind: { precision: 0.95, recall: 0.95 },
  grave: { precision: 0.95, recall: 0.9 },
  hurt: { precision: 0.95, recall: 0.95 },
  'how badly': { precision: 0.95, recall: 0.95 },
  people: { precision: 0.95, recall: 0.95 },
  damage: { precision: 0.95, recall: 0.7 },
  accident: { precision: 0.95, recall: 0.95 },
  times: { precision: 0.95, recall: 0.95 },
  count: { precision: 0.95, recall: 0.95 },
  size: { precision: 0.95, recall: 0.95 },
  deep: { precision: 0.95, recall: 0.95 },
  cm: { precision: 0.95, recall: 0.95 },
  wide: { precision: 0.95, recall: 0.95 },
  danger: { precision: 0.95, recall: 0.95 },
  risk: { precision: 0.95, recall: 0.95 },
  place: { precision: 0.95, recall: 0.95 },
  'not understood': { precision: 0.95, recall: 0.95 },
};

describe('the facts of a report', async () => {
  const made = await judgeFacts(readReports());
  const heldOut = await judgeFacts(readHeldOutReports());

  it('are judged by hundreds of sentences', () => {
    expect(readReports().length + readHeldOutReports().length).toBeGreaterThan(300);
  });

  it.each(FACTS)('are found and not made up: %s', (fact) => {
    expect(precision(made.scores[fact])).toBeGreaterThanOrEqual(MADE_WITH.precision);
    expect(recall(made.scores[fact])).toBeGreaterThanOrEqual(MADE_WITH.recall);
    expect(precision(heldOut.scores[fact])).toBeGreaterThanOrEqual(HELD_OUT[fact].precision);
    expect(recall(heldOut.scores[fact])).toBeGreaterThanOrEqual(HELD_OUT[fact].recall);
  });
});
