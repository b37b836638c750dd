import { expect, test } from 'vitest';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { shortenText } from '../../src/core/values/text.ts';

test.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['abc🚧def', 5, 'abc…'],
  ['abc🚧def', 6, 'abc🚧…'],
])('%s in %i characters is %s', (text, most, shortened) => {
  expect(shortenText(text, most)).toBe(shortened);
});

test('a long title of emoji is quoted whole characters at a time', () => {
  for (const before of ['', 'x']) {
    const source = { title: before + '🚧'.repeat(200), steps: [{ task: 'a', agent: 'A' }] };
    const checked = checkWorkflow(source, 'a.json', null);
    const said = JSON.stringify('problems' in checked ? checked.problems : []);
    expect(said).toContain('🚧…');
    expect(said).not.toMatch(/\\ud[89a-f]/i);
  }
});

test('a family of emoji is kept or left out, never cut', () => {
  const family = '👩‍👩‍👧‍👦';
  expect(shortenText(`${family}${family}`, family.length + 5)).toBe(`${family}…`);
  expect(shortenText(`hole ${family}`, 12)).toBe('hole …');
});
