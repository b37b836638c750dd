import { expect, test } from 'vitest';
import { findChromium, type Machine } from '../support/chromium.ts';

/** A machine with these executables, on which nothing can be installed. */
function machineWith(executables: string[], changes: Partial<Machine> = {}): Machine {
  return {
    env: { PATH: '/opt/browsers:/usr/bin' },
    isExecutable: (path) => executables.includes(path),
    canInstall: () => false,
    install: () => {
      throw new Error('nobody may install here');
    },
    ...changes,
  };
}

test('CHROMIUM_BINARY goes first', () => {
  const env = { CHROMIUM_BINARY: '/home/me/chrome' };
  expect(findChromium(machineWith(['/usr/bin/chromium', '/home/me/chrome'], { env }))).toBe(
    '/home/me/chrome',
  );
});

test('a wrong CHROMIUM_BINARY is an error, not a reason to take another', () => {
  const env = { CHROMIUM_BINARY: '/home/me/chrome' };
  expect(() => findChromium(machineWith(['/usr/bin/chromium'], { env }))).toThrow(
    /CHROMIUM_BINARY is \/home\/me\/chrome/,
  );
});

test.each([
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/opt/browsers/chromium-browser',
])('finds %s', (path) => {
  expect(findChromium(machineWith([path]))).toBe(path);
});

test('installs one where that is allowed', () => {
  const executables: string[] = [];
  const install = () => void executables.push('/usr/bin/chromium');
  expect(findChromium(machineWith(executables, { canInstall: () => true, install }))).toBe(
    '/usr/bin/chromium',
  );
});

test('says what to do where there is none', () => {
  expect(() => findChromium(machineWith([]))).toThrow(/apt-get install chromium.*CHROMIUM_BINARY/);
});

test('says what to do where installing failed', () => {
  expect(() => findChromium(machineWith([], { canInstall: () => true }))).toThrow(
    /installing it failed.*CHROMIUM_BINARY/,
  );
});
