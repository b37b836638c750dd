import { describe, expect, it } from 'vitest';
import { AppError, STORE_UNREACHABLE } from '../../src/base/errors.ts';
import { guard } from '../../src/slack/kit/guard.ts';
import { createMemoryLog } from '../support/memory-log.ts';

async function answerTo(error: unknown) {
  const log = createMemoryLog();
  const reply = await guard(log, 'approve', () => Promise.reject(error));
  return { text: (reply as { text: string }).text, level: log.entries.at(-1)?.level };
}

describe('somebody whose request in Slack failed', () => {
  it('is told what was wrong with it', async () => {
    const error = new AppError('late', { code: 'run.refused', userMessage: 'It was approved already.' });
    expect(await answerTo(error)).toEqual({ text: 'It was approved already.', level: 'info' });
  });

  it('is told to look again while the database is away, and nobody is called', async () => {
    const { text, level } = await answerTo(new AppError('away', { code: STORE_UNREACHABLE }));
    expect(text).toMatch(/database does not answer.*Look before you try again/);
    expect(level).toBe('warn');
  });

  it('gets a number to find a defect by, and nothing of what is inside', async () => {
    const { text, level } = await answerTo(new TypeError('secret internals'));
    expect(text).toMatch(/error [0-9a-f]{8}/);
    expect(text).not.toContain('secret');
    expect(level).toBe('error');
  });
});
