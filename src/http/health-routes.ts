import type { Registry } from 'prom-client';
import type { Route } from './route.ts';

/** What readiness depends on: each check resolves to null, or to what is wrong. */
export type ReadinessCheck = () => Promise<string | null>;

/** What an operator should know of a part that does its work: null, or what makes it slow or doubtful. */
export type ReadinessDoubt = () => string | null;

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work, part by part, 503 while one cannot; doubts are told and
 * change nothing. `/metrics`: for Prometheus.
 */
export function createHealthRoutes(
  checks: Record<string, ReadinessCheck>,
  metrics: Registry,
  doubts: Record<string, ReadinessDoubt> = {},
): Route[] {
  return [
    {
      right: 'anybody',
      method: 'GET',
      path: '/healthz',
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    },
    {
      right: 'anybody',
      method: 'GET',
      path: '/readyz',
      handle: async () => {
        const entries = Object.entries(checks).map(
          async ([part, check]) => [part, await attempt(check)] as const,
        );
        const parts = Object.fromEntries(await Promise.all(entries));
        const ready = Object.values(parts).every((problem) => problem === null);
        const described = Object.entries(parts).map(([part, problem]) => {
          const doubt = doubts[part]?.() ?? null;
          return [part, problem ?? (doubt === null ? 'ok' : `ok, but ${doubt}`)];
        });
        const body = { status: ready ? 'ready' : 'not ready', parts: Object.fromEntries(described) };
        return { status: ready ? 200 : 503, body };
      },
    },
    {
      right: 'anybody',
      method: 'GET',
      path: '/metrics',
      handle: async () => ({
        status: 200,
        body: await metrics.metrics(),
        headers: { 'content-type': metrics.contentType },
      }),
    },
  ];
}

const LONGEST_CHECK_MS = 2_000;

async function attempt(check: ReadinessCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer within 2 s'), LONGEST_CHECK_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
