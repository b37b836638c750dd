import { z } from 'zod';
import { findAddressFault } from './web-address.ts';

/** In plain digits: what else a program would take for a number (`0x10`, `1e3`) was no number to whoever wrote it. */
const written = (digits: RegExp, rule: string) =>
  z
    .string()
    .trim()
    .regex(digits, rule)
    .transform((text) => Number(text));

const port = (lowest: number) => {
  const rule = `must be a whole number from ${lowest} to 65535`;
  return written(/^\d{1,5}$/, rule)
    .pipe(z.number().min(lowest, rule).max(65_535, rule))
    .optional();
};

const numberFrom = (lowest: number, highest: number, unit: string) => {
  const rule = `must be a number from ${lowest} to ${highest} (${unit})`;
  return written(/^\d{1,9}(\.\d{1,9})?$/, rule)
    .pipe(z.number().min(lowest, rule).max(highest, rule))
    .optional();
};

const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, `must be one of ${choices.join(', ')}`).optional();

const webAddress = z
  .string()
  .superRefine((text, context) => {
    const fault = findAddressFault(text);
    if (fault) context.addIssue({ code: 'custom', message: `${fault.wrong}: ${fault.right}` });
  })
  .optional();

const startsWith = (prefix: string, where: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}\\S+$`), `must start with ${prefix} (${where})`)
    .optional();

/** Scheme, credentials, hosts, database, options; hosts may be several, so `URL` cannot read it. */
const mongoAddress = /^mongodb(?:\+srv)?:\/\/(?:[^@/\s]*@)?[^@/?\s]+(?:\/(?<database>[^?/\s]*))?(?:\?\S*)?$/;

/** The variables Crewline reads, each checked alone; the rules between variables live in `config.ts`. */
export const Environment = z.object({
  NODE_ENV: z.string().optional(),
  MONGODB_URI: z
    .string()
    .regex(mongoAddress, 'must look like mongodb://host:27017/crewline or mongodb+srv://host/crewline')
    .optional(),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[^/\\. "$*<>:|?]{1,63}$/, 'must be 1 to 63 characters without blanks, dots, slashes or $')
    .optional(),
  MONGOD_BINARY: z.string().optional(),
  SLACK_BOT_TOKEN: startsWith('xoxb-', 'the Bot User OAuth Token under OAuth & Permissions'),
  SLACK_APP_TOKEN: startsWith('xapp-', 'an App-Level Token under Basic Information, scope connections:write'),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_API_URL: webAddress,
  SLACK_POSTS_PER_SECOND: numberFrom(0, 1000, 'posts a second and channel, 0 for no limit'),
  PORT: port(0),
  LOCAL_SLACK_PORT: port(1),
  API_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  WORKFLOWS_DIR: z.string().optional(),
  AGENCY_FILE: z.string().optional(),
  CREWLINE_HOME: z.string().optional(),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error']),
  LOG_FORMAT: oneOf(['json', 'pretty']),
  SEVERITY_AGENT: oneOf(['rules', 'llm', 'http']),
  SEVERITY_AGENT_URL: webAddress,
  LLM_BASE_URL: webAddress,
  LLM_MODEL: z.string().optional(),
  LLM_API_KEY: z.string().optional(),
  LLM_TIMEOUT_SECONDS: numberFrom(1, 600, 'seconds'),
  MISSING_HANDLER_MINUTES: numberFrom(0, 1_440, 'minutes'),
  INTAKE_MOST_WAITING: numberFrom(1, 1_000_000, 'messages'),
  INTAKE_MOST_WAITING_PER_SOURCE: numberFrom(1, 1_000_000, 'messages'),
  ARCHIVE_AFTER_DAYS: numberFrom(0, 36_500, 'days'),
  ARCHIVE_KEEP_DAYS: numberFrom(0, 36_500, 'days'),
});
export type Environment = z.infer<typeof Environment>;

type Variable = keyof Environment;

/** Secrets as a whole. */
export const SECRET_VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'API_TOKEN',
  'LLM_API_KEY',
] as const satisfies readonly Variable[];

/** Addresses, which may have secrets in them. */
export const ADDRESS_VARIABLES = [
  'MONGODB_URI',
  'SLACK_API_URL',
  'SEVERITY_AGENT_URL',
  'LLM_BASE_URL',
] as const satisfies readonly Variable[];

/** What stands in examples where the real thing belongs: `xoxb-…`, `xapp-...`, `<password>`. */
const PLACEHOLDER = /…|\.\.\.$|<[A-Za-z_ -]{3,}>/;

/**
 * Why a secret or an address cannot be what somebody meant, in words that repeat nothing of it; null when it can. A
 * placeholder looks like one to us and like a refusal, or like no network, to whoever is asked with it.
 */
export function findForeignSigns(text: string): string | null {
  if (PLACEHOLDER.test(text))
    return 'still has the placeholder of an example in it: put the real value there';
  if (/[^\x20-\x7E]/.test(text))
    return 'has signs in it that cannot be sent (only plain letters, digits and signs can): copy it once more from where it comes from';
  return null;
}

/** The name of the database in a MongoDB address; undefined when it names none. */
export function databaseInAddress(uri: string): string | undefined {
  const database = mongoAddress.exec(uri)?.groups?.database;
  if (!database) return undefined;
  try {
    return decodeURIComponent(database);
  } catch {
    return database;
  }
}
