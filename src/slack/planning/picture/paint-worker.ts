import { parentPort, workerData } from 'node:worker_threads';
import { type PaintRequest, paint } from './paint-plan.ts';

// One picture, then the thread ends and its memory is given back.
parentPort?.postMessage(await paint(workerData as PaintRequest));
