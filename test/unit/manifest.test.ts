import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderManifest } from '../../src/cli/render-manifest.ts';

describe('manifest.yml', () => {
  it('is current: run `npm run manifest` after a command or a scope has changed', async () => {
    expect(await readFile('manifest.yml', 'utf8')).toBe(await renderManifest('workflows'));
  });

  it('has every command of the shipped definitions, and the product’s own', async () => {
    const manifest = parse(await readFile('manifest.yml', 'utf8')) as {
      features: { slash_commands: { command: string }[] };
    };
    const commands = manifest.features.slash_commands.map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining(['/crewline', '/repair', '/streetlight', '/drill']));
  });
});
