import { expect, it } from 'vitest';
import { z } from 'zod';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import { refuseCosts } from '../../src/core/monitor/budget.ts';
import { buildStepInput, checkOutput } from '../../src/orchestrator/driving/step-values.ts';
import { startForTest } from '../support/runs.ts';

const painter = {
  kind: 'service',
  name: 'Painter',
  description: 'Paints',
  input: z.object({ colour: z.string(), coats: z.array(z.object({ litres: z.number() })).default([]) }),
  output: z.looseObject({ cost: z.number() }),
  execute: async () => ({ kind: 'deferred' }),
} as StepHandler;
const run = startForTest({ steps: [{ task: 'paint', service: 'Painter' }] });

it.each([
  ['a wrong type', { colour: 5 }, '“colour”: 5 does not fit — write "5"'],
  ['nothing', {}, '“colour”: is missing — write a text in quotes'],
  [
    'a fault in a list',
    { colour: 'red', coats: [{ litres: '2' }] },
    '“coats[0].litres”: "2" does not fit — write 2, without quotes',
  ],
])(
  'a service that is given %s says where, what is wrong there and what would be right',
  (_, values, words) => {
    expect(() => buildStepInput(run, 'paint', painter, values)).toThrow(
      expect.objectContaining({
        code: 'step.badInput',
        userMessage: `Painter got an input it cannot work with: ${words}. Mend the step’s “with” or the request.`,
      }),
    );
  },
);

it.each([
  ['a wrong type', { cost: '5' }, '“cost”: "5" does not fit — write 5, without quotes'],
  ['no object', 'done', 'output: "done" does not fit'],
])('a service that answers %s is told so in the same words', (_, output, words) => {
  expect(() => checkOutput(painter, output)).toThrow(
    expect.objectContaining({ code: 'step.badOutput', message: expect.stringContaining(words) }),
  );
});

it.each(['12500', '$125.00', [12_500], {}, true])(
  'a cost that cannot be counted is no answer, so that no budget overlooks it: %j',
  (cost) => {
    for (const name of ['actualCostCents', 'estimatedCostCents'])
      expect(() => checkOutput(painter, { cost: 5, [name]: cost })).toThrow(
        expect.objectContaining({
          code: 'step.badOutput',
          message: expect.stringContaining('no number of cents'),
        }),
      );
    expect(refuseCosts({ actualCostCents: null, estimatedCostCents: 12_500 })).toBeNull();
  },
);
