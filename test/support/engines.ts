import type { Db } from 'mongodb';
import { afterEach } from 'vitest';
import type { StepHandler } from '../../src/core/definition/step-handler.ts';
import type { TestEngine } from './crashing.ts';
import { createEngine, type EngineOptions } from './engine.ts';

/** Opens another engine with these handlers. */
export type OpenEngine = (handlers: readonly StepHandler[], options?: EngineOptions) => Promise<TestEngine>;

/**
 * Engines over a database for the calling test file, without messages for Slack unless told; each is stopped after its
 * test. Call it at the top of the file.
 */
export function useEngines(db: Db, defaults: EngineOptions = {}): OpenEngine {
  const engines: TestEngine[] = [];
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.stop();
  });
  return async (handlers, options = {}) => {
    const engine = await createEngine(db, [...handlers], { announces: false, ...defaults, ...options });
    engines.push(engine);
    return engine;
  };
}
