import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { replaceFile } from './state-file.ts';

const Workspace = z.object({
  app: z.object({
    botUserId: z.string(),
    botToken: z.string(),
    appToken: z.string(),
    signingSecret: z.string(),
    requestUrl: z.string().optional(),
  }),
});

/** How the bot signs in to a local Slack; made-up values, secret to nobody. */
export type LocalSlackApp = z.infer<typeof Workspace>['app'];

export interface LocalSlackWorkspaceOptions {
  /** A workspace file of local-slack (YAML), such as `workflows/local-slack.yaml`. */
  template: string;
  /** The file to write for the process that is about to start. */
  target: string;
  /** `socket`: the bot connects to it; `events`: it posts signed requests to `requestUrl`. */
  mode: 'socket' | 'events';
  /** Where it posts to in `events` mode; the template's own address unless given. */
  requestUrl?: string;
}

/**
 * Writes the workspace file a local Slack is started with: the template with the given mode and address, comments
 * kept. Returns what the bot needs to sign in. Throws `local_slack.workspace_invalid`, naming the template.
 */
export async function writeLocalSlackWorkspace(options: LocalSlackWorkspaceOptions): Promise<LocalSlackApp> {
  const document = parseDocument(await readTemplate(options.template));
  const parsed = Workspace.safeParse(document.toJS() ?? {});
  if (document.errors[0]) throw invalid(options.template, document.errors[0].message);
  if (!parsed.success) throw invalid(options.template, z.prettifyError(parsed.error));
  const requestUrl = options.requestUrl ?? parsed.data.app.requestUrl;
  if (options.mode === 'events' && !requestUrl) throw invalid(options.template, 'app.requestUrl is missing');
  document.setIn(['app', 'mode'], options.mode);
  if (requestUrl) document.setIn(['app', 'requestUrl'], requestUrl);
  await replaceFile(options.target, document.toString());
  return { ...parsed.data.app, ...(requestUrl && { requestUrl }) };
}

async function readTemplate(template: string): Promise<string> {
  try {
    return await readFile(template, 'utf8');
  } catch (cause) {
    throw invalid(template, 'it cannot be read', cause);
  }
}

function invalid(template: string, reason: string, cause?: unknown): AppError {
  return new AppError(`invalid local Slack workspace ${template}: ${reason}`, {
    code: 'local_slack.workspace_invalid',
    userMessage: `${template} is not a workspace file for the local Slack: ${reason}. Correct it, or restore the one that was shipped.`,
    cause,
  });
}
