import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finishWork } from '../../src/core/events/work-events.ts';
import { buildHome } from '../../src/slack/runs/home.ts';
import { buildRunCard } from '../../src/slack/runs/run-card.ts';
import { buildTimeline } from '../../src/slack/runs/timeline.ts';
import { EVERY_BUILDER } from '../support/every-message.ts';
import { readCard } from '../support/read-card.ts';
import { demoAgency as agency, awaitApproval, giveToCrew, later, tell } from '../support/slack-runs.ts';

/** What the machine says to itself, and what people read instead: see `slack/words/glossary.ts`. */
const NEVER_SAID: [RegExp, string][] = [
  [/\b[Rr]uns?\b/, 'request'],
  [/crew-?days?/i, 'how many crews, on which days'],
  [/\bclimb/i, 'somebody else is called'],
  [/page \d+ is out/i, 'people were called'],
  [/all steps done/i, 'Completed'],
  [/deadline is open/i, 'it may miss its deadline'],
  [/\bfallback\b/i, 'something else is done instead'],
  [/sub-workflow/i, 'another request'],
  [/\bescalated\b/i, 'late, handed over to people'],
  [/✅[^\n·]*Deadline missed/, 'settled'],
  [/\bsubcommand/i, 'command'],
  [/: given up\b/, 'stopped'],
  [/\(call \d+, level/, 'what somebody is called for'],
  [/\bundefined\b|\bNaN\b|\[object/, 'a value'],
];

function findNeverSaid(text: string): string[] {
  return NEVER_SAID.flatMap(([wrong, right]) => {
    const found = wrong.exec(text)?.[0];
    return found ? [`“${found}” in: ${text.slice(0, 160)}: say ${right}`] : [];
  });
}

/** Everything in it that somebody reads. */
function textsIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return key === 'text' || key === 'alt_text' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textsIn(part, Array.isArray(value) ? key : name));
}

describe('what people in Slack read', () => {
  test.each(Object.entries(EVERY_BUILDER))('%s says it in their words', (_name, build) => {
    const built = build({ text: '5th & Main', reason: 'gas leak', count: 3 });
    expect(textsIn(built.flat()).flatMap(findNeverSaid)).toEqual([]);
  });

  test('no sentence in the sources has the machine’s words', () => {
    const found = [...sentencesIn('src/slack'), ...sentencesIn('src/management'), ...refusalsIn('src/core')];
    expect(found.length).toBeGreaterThan(300);
    expect(found.flatMap(findNeverSaid)).toEqual([]);
  });
});

describe('work that was done after its deadline', () => {
  const { story } = giveToCrew(awaitApproval('R-1'));
  const late = tell(story, (run) => run, later(48 * 60));
  const report = { actor: 'U0SANTOS', actualCostCents: 98_050, note: '' };
  const done = tell(late, finishWork(report), later(51 * 60));

  test('reads so to its requester, with how late it was, and not as an alarm', () => {
    expect(readCard(buildRunCard(late.run, agency, later(48 * 60)))).toContain(
      '🚨 *Late, handed over to people*',
    );
    const card = readCard(buildRunCard(done.run, agency, later(51 * 60)));
    expect(card).toContain('✅ *Repaired, 3 h late*');
    expect(card).not.toContain('🚨');
    const home = buildHome({ waiting: [], mine: [done.run], jobs: null }, agency);
    expect(JSON.stringify(home)).toContain('Repaired, 3 h late');
  });

  test('is told in the thread with how late it was', () => {
    expect(readCard(buildTimeline(done.audit, done.run, agency))).toContain(
      'reported the work done, 3 h late',
    );
  });
});

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** The literal texts of more than one word, but those for the log and for programmers, without what is filled in. */
function sentencesIn(folder: string): string[] {
  return listSources(folder).flatMap((source) => {
    const code = source
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/log\.(debug|info|warn|error)\([\s\S]*?\);/g, '')
      .replace(/new (AppError|TypeError|Error)\(\s*[`'][^`']*[`']/g, '')
      .replace(/^import[\s\S]*?;$/gm, '');
    return textsOf(code);
  });
}

/** The texts with which something is refused. */
function refusalsIn(folder: string): string[] {
  return listSources(folder).flatMap((source) =>
    [...source.matchAll(/(?:refused|userMessage):\s*([`'][^;]*?[`'])[,\s}]/g)].flatMap(([, text = '']) =>
      textsOf(text),
    ),
  );
}

function textsOf(code: string): string[] {
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, plain, template]) => (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '…'))
    .filter((text) => /\p{L}+ \p{L}+/u.test(text));
}
