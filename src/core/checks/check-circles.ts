import type { WorkflowDefinition } from '../definition/workflow-definition.ts';
import type { Fault, Problem } from '../faults/problem.ts';
import type { WorkflowStart } from './check-tree.ts';

interface Entry {
  file: string;
  definition: WorkflowDefinition;
  starts: readonly WorkflowStart[];
}

/**
 * Finds `workflow` steps that lead back to their own workflow, so that a run would wait for runs that wait for it. A
 * step waits for all that its workflow continues as, so `continueAs` may be part of a circle; one of nothing else is a
 * loop, and as good as any. Of several versions the newest counts, because that is the one a step starts.
 */
export function checkCircles(entries: readonly Entry[]): Problem[] {
  const newest = new Map<string, Entry>();
  for (const entry of entries) {
    const known = newest.get(entry.definition.name);
    if (!known || entry.definition.version > known.definition.version)
      newest.set(entry.definition.name, entry);
  }
  return [...newest].flatMap(([name, { file, starts }]) =>
    starts.flatMap(({ path, workflow, waits }): Problem[] => {
      const way = waits ? findWay(newest, workflow, name) : null;
      return way ? [{ file, path, ...describeCircle([name, ...way]) }] : [];
    }),
  );
}

/** What is wrong with a circle of workflows, and the remedy; the first of them is also the last. */
export function describeCircle(names: readonly string[]): Omit<Fault, 'path'> {
  return {
    wrong: `${names.join(' → ')} is a circle: each run would start the next one and wait for it, without end`,
    right:
      'take one of its steps out; "forEach" repeats steps, and a last step "continueAs" of its own begins anew',
  };
}

/** The shortest way from one workflow to another over whatever starts what, both ends included; null without one. */
function findWay(workflows: ReadonlyMap<string, Entry>, from: string, to: string): string[] | null {
  const seen = new Set([from]);
  let ways = [[from]];
  while (ways.length > 0) {
    const found = ways.find((way) => way.at(-1) === to);
    if (found) return found;
    ways = ways.flatMap((way) => {
      const next = (workflows.get(way.at(-1) ?? '')?.starts ?? []).map(({ workflow }) => workflow);
      const fresh = [...new Set(next)].filter((workflow) => !seen.has(workflow));
      for (const workflow of fresh) seen.add(workflow);
      return fresh.map((workflow) => [...way, workflow]);
    });
  }
  return null;
}
