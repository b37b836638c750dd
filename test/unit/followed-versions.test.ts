import { expect, it } from 'vitest';
import { FollowedVersions } from '../../src/orchestrator/driving/followed-versions.ts';

it('follows no run back to what it was, also when nothing of it is under way any more', () => {
  const followed = new FollowedVersions(() => false);
  const outcome = [3, 3, 5, 4, 6].map((version) => followed.advance({ _id: 'R-1', version }));
  expect(outcome).toEqual([true, true, true, false, true]);
  expect(followed.isBehind({ _id: 'R-1', version: 6 })).toBe(false);
  expect(followed.isBehind({ _id: 'R-1', version: 7 })).toBe(true);
  expect(followed.advance({ _id: 'R-2', version: 1 })).toBe(true);
});

it('forgets those that have not moved for long, but none with effects under way', () => {
  const followed = new FollowedVersions((runId) => runId === 'busy');
  followed.advance({ _id: 'busy', version: 9 });
  followed.advance({ _id: 'idle', version: 9 });
  for (let count = 0; count < 20_000; count++) followed.advance({ _id: `R-${count}`, version: 1 });
  expect(followed.isBehind({ _id: 'busy', version: 9 })).toBe(false);
  expect(followed.isBehind({ _id: 'idle', version: 9 })).toBe(true);
});
