import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../base/errors.ts';
import type { CrewDayView } from '../../../core/work/crew-day-view.ts';
import type { LayoutOptions } from './plan-layout.ts';

/** What the worker is given. */
export interface PaintRequest {
  days: readonly CrewDayView[];
  options: LayoutOptions;
}
/** What it answers. */
export type PaintAnswer = { png: Uint8Array } | { error: string };

const WORKER = fileURLToPath(new URL('./paint-worker.js', import.meta.url));
const PAINTED_WITHIN_MS = 30_000;

/**
 * The plan as a PNG. A thread of its own does it and ends: the plotting library takes a second to load and some hundred
 * megabytes, and pictures are rare. Uncompiled, as in tests, there is no file a thread could load. Throws
 * `picture.failed`.
 */
export async function paintPlan(days: readonly CrewDayView[], options: LayoutOptions): Promise<Uint8Array> {
  const request: PaintRequest = { days, options };
  const answer = existsSync(WORKER) ? await askWorker(request) : await paint(request);
  if ('png' in answer) return answer.png;
  throw new AppError(`the plan could not be drawn: ${answer.error}`, {
    code: 'picture.failed',
    userMessage: 'The picture could not be drawn.',
  });
}

/** Draws in the thread that calls it. */
export async function paint({ days, options }: PaintRequest): Promise<PaintAnswer> {
  try {
    const { drawPlan } = await import('./draw-plan.ts');
    const { renderPng } = await import('../../../pictures/render-png.ts');
    return { png: await renderPng(await drawPlan(days, options)) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function askWorker(request: PaintRequest): Promise<PaintAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(WORKER, { workerData: request });
    const timer = setTimeout(() => void worker.terminate(), PAINTED_WITHIN_MS);
    timer.unref();
    worker.once('message', (answer: PaintAnswer) => resolve(answer));
    worker.once('error', (error) => resolve({ error: error.message }));
    worker.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ error: `the thread ended (${code})` });
    });
  });
}
