import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Bundler {
  build(options: Record<string, unknown>): Promise<unknown>;
  /** Ends the process that the bundler leaves waiting for more work. */
  stop(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('./chaos-worker.ts', import.meta.url));

/**
 * The worker as one JavaScript file in `folder`: it is started hundreds of times, and transforming its modules with tsx
 * each time costs six times the CPU. The bundler is the one that tsx brings along.
 */
export async function bundleWorker(folder: string): Promise<string> {
  const fromTsx = createRequire(createRequire(import.meta.url).resolve('tsx'));
  const { build, stop } = fromTsx('esbuild') as Bundler;
  const outfile = join(folder, 'chaos-worker.mjs');
  await build({
    ...{ entryPoints: [WORKER], outfile, bundle: true, platform: 'node', format: 'esm' },
    // Each start reads the map; with the sources in it, that would take as long as all else.
    ...{ sourcemap: true, sourcesContent: false },
    // What MongoDB's driver requires is CommonJS, also inside a module.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  await stop();
  return outfile;
}
