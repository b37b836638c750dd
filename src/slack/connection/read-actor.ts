import { z } from 'zod';
import type { Actor } from '../../core/agency/actor.ts';

/** Empty where a form has the field and nothing in it. */
const Id = z.string();
const Place = z.looseObject({ id: Id, enterprise_id: Id.nullish() }).nullish();
const Person = z.union([Id, z.looseObject({ id: Id, team_id: Id.nullish() })]).nullish();

/** What requests of all kinds say about who sends them and from where. */
const Request = z.looseObject({
  user_id: Id.nullish(),
  user: Person,
  team_id: Id.nullish(),
  team: Place,
  enterprise_id: Id.nullish(),
  enterprise: Place,
  event: z.looseObject({ user: Person, user_team: Id.nullish() }).nullish(),
});

/** Who acts, by the body of a request of Slack's; null when it does not name a person. */
export function readActor(body: unknown): Actor | null {
  const read = Request.safeParse(body);
  if (!read.success) return null;
  const { user_id, user, team_id, team, enterprise_id, enterprise, event } = read.data;
  const person = user ?? event?.user;
  const userId = user_id ?? (typeof person === 'object' ? person?.id : person);
  if (!userId) return null;
  return {
    userId,
    workspaces: keepGiven([team_id, team?.id]),
    home: (typeof person === 'object' ? person?.team_id : null) || event?.user_team || null,
    enterprises: keepGiven([enterprise_id, enterprise?.id, team?.enterprise_id]),
  };
}

function keepGiven(ids: readonly (string | null | undefined)[]): string[] {
  return ids.flatMap((id) => id || []);
}
