import type { TestCrewline } from './crewline.ts';
import { postSignedBody, type SignatureOptions } from './post-signed-body.ts';

/** Posts a form to the bot's Slack address as Slack does, signed; for what the local Slack does not do by itself. */
export function postSigned(
  crewline: Pick<TestCrewline, 'url' | 'slack'>,
  form: Record<string, string>,
  options: SignatureOptions = {},
): Promise<Response> {
  return postSignedBody(crewline, new URLSearchParams(form).toString(), FORM, options);
}

const FORM = 'application/x-www-form-urlencoded';

/** The form Slack sends for a slash command of Maya Rivera's in #requests. */
export function commandForm(command: string, text: string, triggerId: string): Record<string, string> {
  return {
    command,
    text,
    trigger_id: triggerId,
    user_id: 'U0RIVERA',
    user_name: 'maya',
    channel_id: 'C0REQUESTS',
    channel_name: 'requests',
    team_id: 'T0RIVERTON',
    team_domain: 'riverton-public-works',
    api_app_id: 'A0CREWLINE',
    response_url: 'http://127.0.0.1:9/unused',
  };
}

/** The form Slack sends for a click of Ada Okafor's on a button in #supervisors. */
export function clickForm(action: Record<string, unknown>): Record<string, string> {
  const payload = {
    type: 'block_actions',
    user: { id: 'U0OKAFOR', username: 'ada', name: 'ada', team_id: 'T0RIVERTON' },
    api_app_id: 'A0CREWLINE',
    team: { id: 'T0RIVERTON', domain: 'riverton-public-works' },
    channel: { id: 'C0SUPERVISORS', name: 'supervisors' },
    container: { type: 'message', message_ts: '1.000001', channel_id: 'C0SUPERVISORS', is_ephemeral: false },
    trigger_id: `click-${Math.random()}`,
    response_url: 'http://127.0.0.1:9/unused',
    actions: [{ type: 'button', block_id: 'b', action_ts: '1.0', ...action }],
  };
  return { payload: JSON.stringify(payload) };
}
