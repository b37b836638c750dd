import { AppError } from '../base/errors.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';

/** The agents and services a step may name. */
export interface HandlerRegistry {
  /** The handler of that name, null when there is none. */
  find(kind: StepHandler['kind'], name: string): StepHandler | null;
  /** Names of all handlers of a kind, sorted. */
  names(kind: StepHandler['kind']): string[];
  /** Every handler, for checking definitions against. */
  list(): readonly StepHandler[];
}

/** Gathers handlers by kind and name. Throws `handler.duplicate` when two of a kind share a name. */
export function createHandlerRegistry(handlers: readonly StepHandler[]): HandlerRegistry {
  const byKind = { agent: new Map<string, StepHandler>(), service: new Map<string, StepHandler>() };
  for (const handler of handlers) {
    if (byKind[handler.kind].has(handler.name)) {
      throw new AppError(`Two handlers are ${handler.kind} "${handler.name}"`, {
        code: 'handler.duplicate',
        userMessage: `There are two ${handler.kind}s named "${handler.name}". Rename one, also in agency.json.`,
      });
    }
    byKind[handler.kind].set(handler.name, handler);
  }
  return {
    find: (kind, name) => byKind[kind].get(name) ?? null,
    names: (kind) => [...byKind[kind].keys()].sort(),
    list: () => [...handlers],
  };
}
