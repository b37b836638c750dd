import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Phones have twice as many pixels as a picture has units. */
const SCALE = 2;

let ready: Promise<Uint8Array[]> | null = null;

/**
 * The picture as a PNG. Text is drawn with the font that comes with the program, whatever the machine has. The renderer
 * is WebAssembly: it needs no binary for the platform.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  ready ??= prepare();
  const fontBuffers = await ready;
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans Condensed', loadSystemFonts: false },
  });
  try {
    return resvg.render().asPng();
  } finally {
    resvg.free();
  }
}

async function prepare(): Promise<Uint8Array[]> {
  const require = createRequire(import.meta.url);
  const [program, ...fonts] = await Promise.all([
    readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
  ]);
  try {
    await initWasm(program);
  } catch (error) {
    // It is one for the whole process: another copy of this module has made it ready already.
    if (!String(error).includes('Already initialized')) throw error;
  }
  return fonts;
}
