import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkCircles } from '../../src/core/checks/check-circles.ts';
import { checkWorkflow } from '../../src/core/checks/check-workflow.ts';
import { checkFolder } from '../../src/definitions/check-folder.ts';

const ask = { task: 'ask', role: 'Supervisor' };
const sub = (workflow: string) => ({ task: `sub-${workflow}`, workflow: { workflow } });
const next = (workflow?: string) => ({ task: 'next', continueAs: workflow ? { workflow } : {} });

/** The circles among definitions of one step list a name; `a2` is version 2 of `a`. */
function circlesOf(workflows: Record<string, unknown[]>): string[] {
  const entries = Object.entries(workflows).map(([key, steps]) => {
    const [, name, version] = /^([a-z]+)(\d*)$/.exec(key) ?? [];
    const file = `${key}.json`;
    const checked = checkWorkflow({ name, version: Number(version || 1), steps }, file, null);
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return { file, ...checked };
  });
  return checkCircles(entries).map(({ file, path, wrong }) => `${file} ${path}: ${wrong.split(' is ')[0]}`);
}

describe('workflows that wait for each other', () => {
  it('in a circle are refused at every step of it, with the way spelled out', () => {
    expect(circlesOf({ a: [ask, sub('b')], b: [sub('c')], c: [sub('a')], d: [sub('a')] })).toEqual([
      'a.json steps[1].workflow.workflow: a → b → c → a',
      'b.json steps[0].workflow.workflow: b → c → a → b',
      'c.json steps[0].workflow.workflow: c → a → b → c',
    ]);
  });

  it('are found inside other steps', () => {
    const each = { task: 'each', forEach: { items: '$input.lamps', steps: [sub('a')] } };
    const both = { task: 'both', parallel: { branches: { one: [ask], two: [each] } } };
    expect(circlesOf({ a: [sub('b')], b: [both] })).toEqual([
      'a.json steps[0].workflow.workflow: a → b → a',
      'b.json steps[0].parallel.branches.two[0].forEach.steps[0].workflow.workflow: b → a → b',
    ]);
  });

  it('may not close the circle by going on as one another: a step waits for the end of the chain', () => {
    expect(circlesOf({ a: [sub('b')], b: [ask, next('c')], c: [ask, next('a')] })).toEqual([
      'a.json steps[0].workflow.workflow: a → b → c → a',
    ]);
  });

  it('may loop for good by going on as themselves, or as each other', () => {
    expect(circlesOf({ a: [sub('b'), next()], b: [ask] })).toEqual([]);
    expect(circlesOf({ a: [ask, next('b')], b: [ask, next('a')] })).toEqual([]);
    expect(circlesOf({ a: [sub('b')], b: [ask, next()] })).toEqual([]);
  });

  it('may share a workflow, and name one that is not there', () => {
    expect(circlesOf({ a: [sub('b'), sub('c')], b: [sub('d')], c: [sub('d')], d: [sub('gone')] })).toEqual(
      [],
    );
  });

  it('are judged by their newest versions, because those are started', () => {
    expect(circlesOf({ a: [sub('b')], a2: [ask], b: [sub('a')] })).toEqual([]);
    expect(circlesOf({ a: [ask], a2: [sub('b')], b: [sub('a')] })).toEqual([
      'a2.json steps[0].workflow.workflow: a → b → a',
      'b.json steps[0].workflow.workflow: b → a → b',
    ]);
  });

  it('in a circle are what the check of a folder stops at, with the remedy', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crewline-circles-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const)
      await writeFile(join(folder, `${name}.json`), JSON.stringify({ steps: [ask, sub(other)] }));
    const { ok, report } = await checkFolder(folder, 'workflows/agency.json', []);
    expect(ok).toBe(false);
    expect(report.split('\n')).toEqual([
      expect.stringMatching(
        /^a\.json: steps\[1\]\.workflow\.workflow: a → b → a is a circle: .* — .*"forEach"/,
      ),
      expect.stringMatching(
        /^b\.json: steps\[1\]\.workflow\.workflow: b → a → b is a circle: .*"continueAs"/,
      ),
    ]);
  });
});
