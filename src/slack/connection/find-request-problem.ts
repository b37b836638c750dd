import { z } from 'zod';

const Text = z.string().min(1);
const Person = z.looseObject({ id: Text });
const Place = z.looseObject({ id: Text }).nullish();

/** What Bolt and our listeners read of a slash command. */
const Command = z.looseObject({
  command: z.string().startsWith('/'),
  user_id: Text,
  channel_id: Text,
  trigger_id: Text,
  text: z.string().optional(),
  user_name: z.string().optional(),
});

const BlockActions = z.looseObject({
  type: z.literal('block_actions'),
  user: Person,
  trigger_id: Text,
  // What a button carries is checked where it is understood; a strange value is answered with a sentence.
  actions: z.array(z.looseObject({ type: Text, action_id: Text })).min(1),
  team: Place,
  channel: Place,
});

const ViewSubmission = z.looseObject({
  user: Person.extend({ name: z.string().optional() }),
  team: Place,
  view: z.looseObject({
    callback_id: Text,
    private_metadata: z.string(),
    title: z.looseObject({ text: z.string() }),
    state: z.looseObject({ values: z.record(z.string(), z.unknown()) }),
  }),
});

const EventCallback = z.looseObject({ event: z.looseObject({ type: Text }) });
const HomeOpened = z.looseObject({ event: z.looseObject({ user: Text }) });
const UrlVerification = z.looseObject({ challenge: z.string() });

const NOT_TAKEN = 'it is none of the requests that this app takes';

/**
 * What is wrong with the body of a request in Slack's name, in words; null when it can be worked on. A signature says
 * who sent it, and nothing about what is in it.
 */
export function findRequestProblem(body: unknown): string | null {
  const envelope = z.looseObject({}).safeParse(body);
  if (!envelope.success) return 'the body is no object';
  const schema = schemaFor(envelope.data);
  if (schema === null) return NOT_TAKEN;
  const problem = schema.safeParse(body).error?.issues[0];
  return problem ? `${problem.path.join('.')}: ${problem.message}` : null;
}

/** Told apart in the order in which Bolt does it. */
function schemaFor(body: Record<string, unknown>): z.ZodType | null {
  if (body.ssl_check === '1') return z.looseObject({});
  if (body.type === 'url_verification') return UrlVerification;
  if (body.event !== undefined) {
    const { event } = body;
    const isHome = typeof event === 'object' && event !== null && 'type' in event;
    return isHome && event.type === 'app_home_opened' ? HomeOpened : EventCallback;
  }
  if (body.command !== undefined) return Command;
  if (body.name !== undefined) return null;
  if (body.actions !== undefined || body.type === 'block_actions') return BlockActions;
  return body.type === 'view_submission' ? ViewSubmission : null;
}
