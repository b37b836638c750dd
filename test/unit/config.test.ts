import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadConfig, readToken } from '../../src/base/config.ts';
import { ADDRESS_VARIABLES, Environment, SECRET_VARIABLES } from '../../src/base/config-environment.ts';
import { AppError } from '../../src/base/errors.ts';
import { createSecrets } from '../../src/base/secrets.ts';
import { checkAgency } from '../../src/core/agency/check-agency.ts';

type Env = Record<string, string | undefined>;

const SOCKET: Env = { SLACK_BOT_TOKEN: 'xoxb-1-abc', SLACK_APP_TOKEN: 'xapp-1-abc' };

function refusal(env: Env): AppError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** The variables a refusal blames, in its order. */
const blamed = (env: Env) =>
  [...refusal(env).userMessage.matchAll(/^ {2}([A-Z_]+(?: or [A-Z_]+)?): /gm)].map((match) => match[1]);

const DEMO = JSON.parse(readFileSync('workflows/agency.json', 'utf8')) as Record<string, unknown>;

describe('nothing configured', () => {
  test('means everything embedded, with the documented defaults', () => {
    expect(loadConfig({})).toEqual({
      production: false,
      http: { port: 3000 },
      missingWaitMs: 300_000,
      intake: { mostWaiting: 5_000, mostWaitingPerSource: 1_000 },
      mongo: { kind: 'embedded', database: 'crewline' },
      slack: { kind: 'embedded', port: 3300, postsPerSecond: 0 },
      home: '.crewline',
      workflowsDir: './workflows',
      agencyFile: 'workflows/agency.json',
      log: { level: 'info', format: 'json' },
      severityAgent: { kind: 'rules' },
      archive: { afterDays: 90, keepDays: 0 },
    });
  });

  test('includes variables that are empty or blank', () => {
    const empty = {
      MONGODB_URI: '',
      SLACK_BOT_TOKEN: '  ',
      PORT: '',
      LLM_MODEL: '',
      API_TOKEN: '',
      LOG_LEVEL: '',
    };
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  test('logs for people where a person reads along, unless in production or told otherwise', () => {
    const production = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/', ...SOCKET };
    expect(loadConfig({}, true).log.format).toBe('pretty');
    expect(loadConfig(production, true).log.format).toBe('json');
    expect(loadConfig({ LOG_FORMAT: 'json' }, true).log.format).toBe('json');
    expect(loadConfig({ LOG_FORMAT: 'pretty' }, false).log.format).toBe('pretty');
  });
});

describe('MongoDB', () => {
  test.each([
    ['mongodb://db:27017/city?replicaSet=rs0', 'city'],
    ['mongodb://user:p%40ss@a:1,b:2,c:3/works', 'works'],
    ['mongodb+srv://cluster.example.net', 'crewline'],
    ['mongodb://db/?replicaSet=rs0', 'crewline'],
  ])('%s uses the database %s', (uri, database) => {
    expect(loadConfig({ MONGODB_URI: uri }).mongo).toEqual({ kind: 'external', uri, database });
  });

  test('MONGODB_DATABASE goes before the database in the address', () => {
    const mongo = loadConfig({ MONGODB_URI: 'mongodb://db/one', MONGODB_DATABASE: 'two' }).mongo;
    expect(mongo.database).toBe('two');
  });

  test('MONGOD_BINARY names the embedded program', () => {
    expect(loadConfig({ MONGOD_BINARY: '/opt/mongod' }).mongo).toMatchObject({ binary: '/opt/mongod' });
  });
});

describe('Slack', () => {
  test('an app token means Socket Mode, also beside a signing secret', () => {
    expect(loadConfig({ ...SOCKET, SLACK_SIGNING_SECRET: 'shh' }).slack).toEqual({
      kind: 'real',
      mode: 'socket',
      botToken: 'xoxb-1-abc',
      appToken: 'xapp-1-abc',
      signingSecret: 'shh',
      apiUrl: 'https://slack.com/api/',
      postsPerSecond: 1,
    });
  });

  test('a signing secret alone means signed HTTP', () => {
    const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'shh' };
    expect(loadConfig(env).slack).toMatchObject({ kind: 'real', mode: 'http', signingSecret: 'shh' });
  });

  test('another API address is taken with or without its last slash', () => {
    for (const SLACK_API_URL of ['http://localhost:3300/api', 'http://localhost:3300/api/']) {
      expect(loadConfig({ ...SOCKET, SLACK_API_URL }).slack).toMatchObject({
        apiUrl: 'http://localhost:3300/api/',
      });
    }
  });

  test('the posting rate may be a fraction, or 0 for no limit', () => {
    expect(loadConfig({ ...SOCKET, SLACK_POSTS_PER_SECOND: '0.5' }).slack.postsPerSecond).toBe(0.5);
    expect(loadConfig({ ...SOCKET, SLACK_POSTS_PER_SECOND: '0' }).slack.postsPerSecond).toBe(0);
  });
});

describe('the severity agent', () => {
  const LLM = { SEVERITY_AGENT: 'llm', LLM_BASE_URL: 'http://localhost:11434/v1', LLM_MODEL: 'small' };

  test('may be a language model', () => {
    expect(loadConfig({ ...LLM, LLM_TIMEOUT_SECONDS: '5', LLM_API_KEY: 'key-1' }).severityAgent).toEqual({
      kind: 'llm',
      baseUrl: 'http://localhost:11434/v1',
      model: 'small',
      apiKey: 'key-1',
      timeoutSeconds: 5,
    });
    expect(loadConfig(LLM).severityAgent).toMatchObject({ timeoutSeconds: 20 });
  });

  test('may be an HTTP service', () => {
    const env = { SEVERITY_AGENT: 'http', SEVERITY_AGENT_URL: 'https://agents.example/severity' };
    expect(loadConfig(env).severityAgent).toEqual({ kind: 'http', url: 'https://agents.example/severity' });
  });

  test('stays with the rules when these are asked for, whatever else is set', () => {
    expect(loadConfig({ ...LLM, SEVERITY_AGENT: 'rules' }).severityAgent).toEqual({ kind: 'rules' });
  });
});

describe('a wrong or half configuration is refused, naming', () => {
  test.each<[string, Env, string[]]>([
    [
      'the token that is missing beside the bot token',
      { SLACK_BOT_TOKEN: 'xoxb-1' },
      ['SLACK_APP_TOKEN or SLACK_SIGNING_SECRET'],
    ],
    ['the bot token missing beside an app token', { SLACK_APP_TOKEN: 'xapp-1' }, ['SLACK_BOT_TOKEN']],
    ['the bot token missing beside a signing secret', { SLACK_SIGNING_SECRET: 'shh' }, ['SLACK_BOT_TOKEN']],
    [
      'the bot token missing beside an API address',
      { SLACK_API_URL: 'http://localhost/api/' },
      ['SLACK_BOT_TOKEN'],
    ],
    [
      'tokens that were swapped',
      { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' },
      ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'],
    ],
    ['an API address that is none', { ...SOCKET, SLACK_API_URL: 'localhost:3300' }, ['SLACK_API_URL']],
    ['a database address that is none', { MONGODB_URI: 'localhost:27017' }, ['MONGODB_URI']],
    ['a database name MongoDB refuses', { MONGODB_DATABASE: 'a.b' }, ['MONGODB_DATABASE']],
    ['a port beyond the last', { PORT: '65536' }, ['PORT']],
    ['a port that is no number', { LOCAL_SLACK_PORT: 'http' }, ['LOCAL_SLACK_PORT']],
    ['a port with a fraction', { PORT: '80.5' }, ['PORT']],
    ['a rate that is no number', { SLACK_POSTS_PER_SECOND: 'fast' }, ['SLACK_POSTS_PER_SECOND']],
    ['a rate below zero', { SLACK_POSTS_PER_SECOND: '-1' }, ['SLACK_POSTS_PER_SECOND']],
    ['a short API token', { API_TOKEN: 'fifteen-letters' }, ['API_TOKEN']],
    ['a token whose placeholder is left', { ...SOCKET, SLACK_BOT_TOKEN: 'xoxb-…' }, ['SLACK_BOT_TOKEN']],
    ['a placeholder in dots', { ...SOCKET, SLACK_APP_TOKEN: 'xapp-...' }, ['SLACK_APP_TOKEN']],
    ['a secret in quotes of a word processor', { API_TOKEN: '“0123456789abcdef”' }, ['API_TOKEN']],
    [
      'an address with a placeholder',
      { MONGODB_URI: 'mongodb+srv://me:<db_password>@db/x' },
      ['MONGODB_URI'],
    ],
    ['an address of dots', { ...SOCKET, SLACK_API_URL: 'https://…/api/' }, ['SLACK_API_URL']],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL']],
    ['an unknown agent', { SEVERITY_AGENT: 'oracle' }, ['SEVERITY_AGENT']],
    ['what a language model still needs', { SEVERITY_AGENT: 'llm' }, ['LLM_BASE_URL', 'LLM_MODEL']],
    [
      'the model missing beside its address',
      { SEVERITY_AGENT: 'llm', LLM_BASE_URL: 'http://x/v1' },
      ['LLM_MODEL'],
    ],
    [
      'a language model nobody asked for',
      { LLM_BASE_URL: 'http://x/v1', LLM_MODEL: 'm' },
      ['SEVERITY_AGENT'],
    ],
    ['the address an HTTP agent still needs', { SEVERITY_AGENT: 'http' }, ['SEVERITY_AGENT_URL']],
    ['embedded parts in production', { NODE_ENV: 'production' }, ['MONGODB_URI', 'SLACK_BOT_TOKEN']],
  ])('%s', (_what, env, variables) => {
    expect(blamed(env).sort()).toEqual([...variables].sort());
    expect(refusal(env).code).toBe('config.invalid');
  });

  test('everything that is wrong at once, not the first thing only', () => {
    const env = { PORT: 'x', LOG_LEVEL: 'loud', SLACK_BOT_TOKEN: 'xoxb-1', SEVERITY_AGENT: 'llm' };
    const all = ['LLM_BASE_URL', 'LLM_MODEL', 'LOG_LEVEL', 'PORT', 'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET'];
    expect(blamed(env).sort()).toEqual(all);
  });

  test('no value of any variable, for a secret may have been pasted into the wrong one', () => {
    const secret = 'xoxb-9-very-secret';
    const names = [
      'MONGODB_URI',
      'SLACK_APP_TOKEN',
      'SLACK_API_URL',
      'PORT',
      'LOG_LEVEL',
      'SEVERITY_AGENT',
      'LLM_BASE_URL',
      'LLM_TIMEOUT_SECONDS',
    ];
    const error = refusal(Object.fromEntries(names.map((name) => [name, secret])));
    expect(`${error.message}${error.userMessage}${JSON.stringify(error)}`).not.toContain(secret);
  });
});

test('a token that the agency file names is refused with its placeholder, too', () => {
  const secrets = createSecrets();
  expect(() => readToken({ ERP_TOKEN: '<your token>' }, 'ERP_TOKEN', secrets)).toThrow(/ERP_TOKEN/);
  expect(readToken({ ERP_TOKEN: 'erp-0123456789' }, 'ERP_TOKEN', secrets)).toBe('erp-0123456789');
});

test('every secret is known from where it is read, so that nothing writes it, also of a configuration that is wrong', () => {
  const secrets = createSecrets();
  const read = () =>
    loadConfig(
      {
        ...SOCKET,
        SLACK_SIGNING_SECRET: 'shh-signing',
        API_TOKEN: 'api-token-0123456789',
        SEVERITY_AGENT: 'llm',
        LLM_BASE_URL: 'http://x/v1?code=azure-key',
        LLM_MODEL: 'm',
        LLM_API_KEY: 'llm-key',
        MONGODB_URI: 'mongodb://me:p%40ss@db/crewline',
        PORT: 'no port',
      },
      false,
      secrets,
    );
  expect(read).toThrow();
  const all = ['api-token-0123456789', 'xoxb-1-abc', 'xapp-1-abc', 'shh-signing', 'llm-key', 'azure-key'];
  expect(secrets.list().toSorted()).toEqual([...all, 'p%40ss', 'p@ss', 'me:p%40ss', 'me:p@ss'].sort());
});

test('every variable says whether it is a secret, an address, or neither', () => {
  const suspicious = Object.keys(Environment.shape).filter((name) =>
    /TOKEN|SECRET|KEY|PASS|UR[IL]|CRED/.test(name),
  );
  expect(suspicious.sort()).toEqual([...SECRET_VARIABLES, ...ADDRESS_VARIABLES].sort());
});

test.each([
  'https://user:hunter2@host/x',
  'http://hunter2@host',
  'https://:hunter2@host',
  'https://@host',
  'https://us%65r:hunter2@[::1]:80/x?key=S',
])('an address with credentials in it is refused without repeating them: %s', (address) => {
  const { userMessage } = refusal({ ...SOCKET, SLACK_API_URL: address });
  expect(userMessage).toContain('SLACK_API_URL: has a user or a password in it');
  expect(userMessage).not.toMatch(/hunter2|key=S/);
});

test('an address with credentials in the agency file is refused without repeating them', () => {
  const services = [{ name: 'Maps', url: 'http://user:hunter2@host/x?key=S' }];
  const checked = checkAgency({ ...DEMO, services }, 'agency.json');
  expect(checked.ok).toBe(false);
  const [problem, ...others] = checked.ok ? [] : checked.problems;
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ path: 'services[0].url', right: expect.stringContaining('“@”') });
  expect(JSON.stringify(problem)).not.toMatch(/hunter2|key=S/);
});

test.each([
  [{ ARCHIVE_KEEP_DAYS: '30' }, { afterDays: 30, keepDays: 30 }],
  [
    { ARCHIVE_KEEP_DAYS: '30', ARCHIVE_AFTER_DAYS: '0' },
    { afterDays: 30, keepDays: 30 },
  ],
  [{ ARCHIVE_KEEP_DAYS: '0.5' }, { afterDays: 0.5, keepDays: 0.5 }],
  [{ ARCHIVE_KEEP_DAYS: '400' }, { afterDays: 90, keepDays: 400 }],
  [{ ARCHIVE_AFTER_DAYS: '0' }, { afterDays: 0, keepDays: 0 }],
])(
  'runs are forgotten when they are to be, however long they were to stay beside the others: %j',
  (env, archive) => {
    expect(loadConfig(env).archive).toEqual(archive);
  },
);
