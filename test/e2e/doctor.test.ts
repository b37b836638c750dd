import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { startLocalSlack, type TestLocalSlack } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';
import { runCommandLine } from '../support/run-command-line.ts';

const database = useDatabase();

describe('crewline doctor, before anything is started', () => {
  let slack: TestLocalSlack;
  let folder: string;
  beforeAll(async () => {
    slack = await startLocalSlack();
    folder = await mkdtemp(join(tmpdir(), 'crewline-doctor-'));
    await cp('workflows', folder, { recursive: true });
  });
  afterAll(async () => {
    await slack.close();
    await rm(folder, { recursive: true, force: true });
  });

  const examine = async () => {
    const given = {
      MONGODB_URI: database.uri,
      SLACK_BOT_TOKEN: slack.app.botToken,
      SLACK_APP_TOKEN: slack.app.appToken,
      SLACK_API_URL: slack.apiUrl,
      WORKFLOWS_DIR: folder,
      AGENCY_FILE: join(folder, 'agency.json'),
    };
    const file = join(folder, 'crewline.env');
    await writeFile(
      file,
      Object.entries(given)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const { code, stdout, stderr } = await runCommandLine('', ['doctor', '--json', '--env', file]);
    expect(stderr).toBe('');
    const findings = JSON.parse(stdout) as Finding[];
    return { code, findings, wrong: findings.filter(({ state }) => state === 'wrong') };
  };

  it('finds nothing wrong with the demo, and says what could not be told', async () => {
    const { code, findings, wrong } = await examine();
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    const subjects = findings.map(({ subject, state }) => `${state} ${subject}`);
    for (const subject of ['Configuration', 'Files', 'Database', 'Slack token', 'App token'])
      expect(subjects).toContain(`ok ${subject}`);
    expect(subjects).toContain('doubtful Scopes');
    expect(
      subjects.some((subject) =>
        /^ok Channel C0DISPATCH \(channel “dispatch”, role Dispatcher/.test(subject),
      ),
    ).toBe(true);
    expect(subjects.some((subject) => /^ok Person U0SANTOS/.test(subject))).toBe(true);
  });

  it('names each channel and person that is not there, where it is named, and the remedy', async () => {
    const file = join(folder, 'agency.json');
    const agency = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const channels = { ...(agency.channels as object), dispatch: 'C0NOWHERE', parks: '#no-such-channel' };
    await writeFile(file, JSON.stringify({ ...agency, channels, operators: ['U0CHEN', 'U0NOBODY'] }));
    const { code, wrong } = await examine();
    await writeFile(file, JSON.stringify(agency));
    expect(code).toBe(1);
    expect(wrong.map(({ subject }) => subject)).toEqual([
      'Channel C0NOWHERE (channel “dispatch”)',
      'Channel #no-such-channel (channel “parks”)',
      'Person U0NOBODY (operator)',
    ]);
    for (const { remedy } of wrong) expect(remedy).toContain('agency file');
  });
});
