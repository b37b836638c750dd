import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { input, modal } from '../../src/slack/kit/modal-parts.ts';
import { readNamedChoice, selectInput } from '../../src/slack/kit/select-input.ts';
import type { SlackView } from '../support/local-slack-types.ts';
import { fillModal } from '../support/modal-values.ts';
import { checkView } from '../support/slack-limits.ts';

/** Slack's limit on a view, in bytes. */
const LARGEST_VIEW = 250_000;

const makeCrews = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => ({ id: `crew-${index}`, name: `${name} ${index}` }));

function openMenu(crews: { id: string; name: string }[], description?: string) {
  const choices = crews.map(({ id, name }) => ({
    text: name,
    value: id,
    ...(description && { description }),
  }));
  const element = selectInput(choices, crews.at(-1)?.id);
  const blocks = [input({ blockId: 'crew', label: 'Crew', element })];
  return modal({ callbackId: 'x', title: 'Menu', submit: 'OK', metadata: {}, blocks });
}

describe('a menu', () => {
  test('has everything to choose from, however much there is, within Slack’s limits', () => {
    const counts = fc.oneof(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 131, max: 1_200 }));
    const names = fc.constantFrom('Crew', 'Strassenbautrupp am Hafen', '道路班', 'Équipe 👷🏽‍♀️');
    fc.assert(
      fc.property(counts, names, fc.nat(), (count, name, seed) => {
        const crews = makeCrews(count, name);
        const view = openMenu(crews, `${name}, starts 2 h later than the others do`);
        expect(checkView(view)).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(LARGEST_VIEW);
        const wanted = crews[seed % count]!;
        const values = fillModal(view as unknown as SlackView, { crew: wanted.name });
        expect(readNamedChoice(values, 'crew', crews, 'crews')).toEqual({ id: wanted.id });
      }),
      { numRuns: 60 },
    );
  });

  test('is typed where no menu takes all: a name that is none, or more than a name, is refused', () => {
    const crews = makeCrews(500, 'Crew');
    const typed = (value: string) => readNamedChoice({ crew: { value: { value } } }, 'crew', crews, 'crews');
    expect(typed('crew 7')).toEqual({ id: 'crew-7' });
    expect(typed('Nobody')).toMatchObject({ problem: expect.stringContaining('No crew is called') });
    expect(typed('Crew 7 today')).toMatchObject({ problem: expect.stringContaining('today') });
    expect(typed(' ')).toBeNull();
  });
});
