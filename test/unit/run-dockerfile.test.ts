import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFiles, runDockerfile } from '../support/run-dockerfile.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crewline-run-dockerfile-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function build(dockerfile: string, files: Record<string, string> = {}) {
  const context = join(folder, 'context');
  const scratch = join(folder, 'scratch');
  await mkdir(scratch, { recursive: true });
  for (const [path, text] of Object.entries({ '.dockerignore': '', ...files, Dockerfile: dockerfile })) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await writeFile(join(context, path), text);
  }
  return runDockerfile(context, scratch);
}

test('runs the steps of two stages and keeps what the second one copies', async () => {
  const image = await build(
    [
      '# a comment',
      'FROM node:26-slim AS build',
      'WORKDIR /app',
      'ENV GREETING="good day" \\',
      '    OTHER=1',
      'COPY names ./names',
      'RUN mkdir out && \\',
      '  echo "$GREETING $(cat names/one)" > out/text',
      'FROM node:26-slim',
      'WORKDIR /srv',
      'COPY --from=build /app/out ./out',
      'COPY names/one names/two ./',
      'USER node',
      'HEALTHCHECK --timeout=5s CMD ["node", "-v"]',
      'CMD ["node", "a.js"]',
    ].join('\n'),
    { 'names/one': 'Ada', 'names/two': 'Maya' },
  );
  expect((await listFiles(image.workdir)).sort()).toEqual(['one', 'out/text', 'two']);
  expect(await readFile(join(image.workdir, 'out/text'), 'utf8')).toBe('good day Ada\n');
  expect(image).toMatchObject({
    ...{ env: {}, user: 'node', command: ['node', 'a.js'], healthCheck: ['node', '-v'] },
  });
});

test('leaves out of a copied folder what .dockerignore names', async () => {
  const image = await build('FROM node:26-slim\nWORKDIR /app\nCOPY src ./src', {
    '.dockerignore': '*\n!src\nsrc/**/*.env\nsrc/secret',
    'src/a.ts': '',
    'src/deep/b.env': '',
    'src/secret/key': '',
  });
  expect(await listFiles(image.workdir)).toEqual(['src/a.ts']);
});

test.each([
  ['a source that .dockerignore leaves out', 'COPY src ./src', /left out by \.dockerignore/],
  ['a source that is not there', 'COPY nothing ./', /COPY nothing.*ENOENT/],
  ['a stage that is not there', 'COPY --from=build /app ./', /no stage build/],
  ['a step that fails', 'RUN echo broken && exit 3', /failed:\nbroken/],
  ['a step that reaches out of its folder', 'RUN rm -rf /var/cache', /absolute paths/],
  ['a command in shell form', 'CMD node dist/main.js', /exec form/],
  ['an instruction it does not know', 'ONBUILD RUN true', /not supported/],
])('refuses %s', async (_name, line, message) => {
  const files = { '.dockerignore': 'src', 'src/a.ts': '' };
  await expect(build(`FROM node:26-slim\nWORKDIR /app\n${line}`, files)).rejects.toThrow(message);
});

test('refuses a base image without a version', async () => {
  await expect(build('FROM node:latest')).rejects.toThrow(/major version/);
});
