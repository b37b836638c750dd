import { expect, it } from 'vitest';
import { type Beat, judgeSilence, type Watched } from '../../src/monitor/judge-silence.ts';

const look = (known: Map<string, Watched>, beats: Beat[], isOnTime = true) =>
  judgeSilence(known, beats, { silenceMs: 1_000, goneMs: 300, isOnTime });
/** What is judged after each of these looks at one process. */
function watch(
  looks: { beats: number; silentMs: number; isGone?: boolean; isOnTime?: boolean }[],
): string[][] {
  let known = new Map<string, Watched>();
  return looks.map(({ isOnTime, isGone = false, ...beat }) => {
    const { watched, silent } = look(known, [{ owner: 'other', isGone, ...beat }], isOnTime);
    known = watched;
    return silent;
  });
}

it('holds a process for dead once it is silent for long and seen silent twice', () => {
  const looks = [900, 1_150, 1_400].map((silentMs) => ({ beats: 7, silentMs }));
  expect(watch(looks)).toEqual([[], ['other'], ['other']]);
});

it('does not wait that long for one whose connections are gone, but looks twice all the same', () => {
  const gone = [250, 320, 370].map((silentMs) => ({ beats: 7, silentMs, isGone: true }));
  expect(watch(gone)).toEqual([[], ['other'], ['other']]);
  const returned = [400, 450, 500].map((silentMs, index) => ({ beats: 7, silentMs, isGone: index === 0 }));
  expect(watch(returned).flat()).toEqual([]);
});

it('does not hold a process for dead that is only late, or that has given a sign in between', () => {
  expect(watch([200, 450, 700, 950].map((silentMs) => ({ beats: 7, silentMs }))).flat()).toEqual([]);
  const revived = [7, 8, 9, 10].map((beats) => ({ beats, silentMs: 1_300 }));
  expect(watch(revived).flat()).toEqual([]);
});

it('proves nothing by a look that was held up itself', () => {
  const stalled = { beats: 7, silentMs: 9_000 };
  const looks = [stalled, { ...stalled, isOnTime: false }, { ...stalled, isOnTime: false }, stalled];
  expect(watch(looks)).toEqual([[], [], [], ['other']]);
});

it('forgets a process that is no longer there', () => {
  const { watched } = look(new Map([['gone', { beats: 3, looks: 2 }]]), []);
  expect(watched.size).toBe(0);
});
