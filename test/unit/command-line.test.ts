import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { createApiClient } from '../../src/cli/api-client.ts';
import { readAddress } from '../../src/cli/read-address.ts';
import { collectInput, joinInput, readKey, refuseUnreadable } from '../../src/cli/read-arguments.ts';
import { startLocalServer } from '../support/local-server.ts';

const KEPT = { keptPort: '', keptToken: '' };

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.userMessage;
  }
  throw new Error('was not refused');
}

describe('the address of an installation', () => {
  const urlOf = (url: string) => readAddress({ ...KEPT, url }).url;

  it('is what the variables say, else what was left on this machine', () => {
    expect(urlOf(' https://works.example/crewline ')).toBe('https://works.example/crewline/');
    expect(readAddress({ ...KEPT, port: '4600', token: 'abc' })).toEqual({
      url: 'http://localhost:4600/',
      token: 'abc',
    });
    expect(readAddress({ keptPort: '4601', keptToken: 'kept' })).toEqual({
      url: 'http://localhost:4601/',
      token: 'kept',
    });
    expect(readAddress(KEPT).url).toBe('http://localhost:3000/');
  });

  it.each([
    ['localhost:4600', 'write one that starts with http:// or https://, such as http://localhost:4600.'],
    ['works.example', 'such as http://works.example.'],
    ['10.0.0.7:80/x', 'such as http://10.0.0.7:80/x'],
    ['htp://works.example', 'http:// or https://'],
    ['not a url', 'http:// or https://'],
    ['http://', 'http:// or https://'],
    ['http://user:s3kr1t@works.example', 'hand the secret over as a token'],
    ['https://works.example/?x=1', 'write https://works.example/'],
  ])('is refused with what would be right: %s', (url, remedy) => {
    const words = refusal(() => urlOf(url));
    expect(words).toMatch(/^CREWLINE_URL .*\.$/);
    expect(words).toContain(remedy);
    expect(words).not.toContain('s3kr1t');
  });

  it('has a port and a token that can be used, or says which variable is wrong', () => {
    for (const port of ['abc', '0', '70000', '-1', '80.5'])
      expect(refusal(() => readAddress({ ...KEPT, port }))).toContain('PORT is');
    expect(refusal(() => readAddress({ ...KEPT, token: 'a b\n' }))).toContain('API_TOKEN has');
  });

  it('below which nothing like Crewline answers is told as that', async () => {
    const server = await startLocalServer(() => ({ body: '<html></html>' }));
    try {
      const client = createApiClient({ url: `${server.url}/crewline/`, token: 't' });
      await expect(client.agency()).rejects.toMatchObject({ code: 'api.strange' });
      expect(server.requests[0]?.path).toBe('/crewline/api/agency');
    } finally {
      await server.stop();
    }
  });
});

describe('the input of a run on the command line', () => {
  it('is read field by field, and words are its text', () => {
    const fields = collectInput('note=', collectInput('place=a=b'));
    expect(joinInput(['deep', 'hole'], fields)).toEqual({ text: 'deep hole', place: 'a=b', note: '' });
    expect(joinInput([], { text: 'x' })).toEqual({ text: 'x' });
    expect(readKey('ticket 4711')).toBe('ticket 4711');
  });

  it('is refused with an example where a part of it would be lost', () => {
    expect(refusal(() => collectInput('text'))).toBe(
      '-i text has no value: write name=value, such as -i text="5th and Main, deep hole".',
    );
    expect(refusal(() => collectInput('=x'))).toContain('names no field');
    expect(refusal(() => collectInput('deep hole=x'))).toContain('names no field');
    expect(refusal(() => collectInput('text=b', { text: 'a' }))).toContain('given twice');
    expect(refusal(() => joinInput(['hole'], { text: 'a' }))).toContain('give one of them');
    for (const key of ['', ' a', 'Schlüssel', 'a\nb']) expect(refusal(() => readKey(key))).toContain('--key');
    expect(refusal(() => refuseUnreadable(['start', 'caf\uFFFD']))).toContain('is not UTF-8');
  });
});
