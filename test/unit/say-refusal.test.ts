import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { sayRefusal } from '../../src/slack/kit/say-refusal.ts';

test.each([
  [{ refused: 'Already approved by U0LIND.', actor: 'U0LIND' }, 'Already approved by <@U0LIND>.'],
  [
    { refused: 'night desk has already acknowledged this.', actor: 'night desk' },
    'night desk has already acknowledged this.',
  ],
  [{ refused: 'somebody <!here> was first', actor: 'somebody <!here>' }, 'somebody &lt;!here&gt; was first'],
  [{ refused: 'U0LIND is in the text alone.' }, 'U0LIND is in the text alone.'],
])('%j reads %s in Slack', (refusal, words) => {
  expect(sayRefusal(refusal)).toBe(words);
});

const filesOf = (folder: string, isMeant: (path: string) => boolean) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
    .filter(isMeant);

it('is the only way in which Slack words a refusal', () => {
  // `answer` has the modal's reply, which is worded by then; a call counts what Slack refused.
  const others = filesOf('src/slack', (path) => !/(register-listeners|kit.answer)\.ts$/.test(path));
  expect(others.filter((path) => /\.refused\b(?!\()/.test(readFileSync(path, 'utf8')))).toEqual([]);
});

/** Reads, and never writes, the mention that older versions stored in a run's reason. */
const READS_OLD_MENTIONS = join('src', 'store', 'work', 'old-call-off.ts');

it('leaves mentions to Slack alone', () => {
  const below = filesOf(
    'src',
    (path) => !path.startsWith(join('src', 'slack')) && path !== READS_OLD_MENTIONS,
  );
  expect(below.filter((path) => /<@\$?\{?/.test(readFileSync(path, 'utf8')))).toEqual([]);
});
