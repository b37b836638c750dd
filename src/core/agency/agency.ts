import { z } from 'zod';
import { findAddressFault } from '../../base/web-address.ts';
import { isTimeZone, suggestTimeZone } from '../places/time-zone-name.ts';
import { Duration } from '../values/duration.ts';
import { isMoney } from '../values/money.ts';
import { Name } from '../values/name.ts';
import { shownText } from '../values/shown-text.ts';
import { Skill } from './skill.ts';

const SlackChannel = z
  .string()
  .regex(/^([CG][A-Z0-9]{2,}|#[a-z0-9_-]{1,80})$/, 'write a channel id such as "C0DISPATCH", or "#name"');
const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'write a Slack member id such as "U0LIND"');
const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write a time of day such as "07:00"');

/** Who a page goes to: a channel, a person, or everybody who holds a role (in the role's channel). */
export const PageTarget = z
  .strictObject({ channel: SlackChannel.optional(), user: SlackUser.optional(), role: Name.optional() })
  .refine((target) => Object.values(target).filter((value) => value !== undefined).length === 1, {
    error: 'name exactly one of "channel", "user" or "role"',
    params: { oneOf: ['channel', 'user', 'role'] },
  });
export type PageTarget = z.infer<typeof PageTarget>;

export const EscalationPolicy = z.strictObject({
  name: Name,
  levels: z
    .array(z.strictObject({ notify: PageTarget, wait: Duration.default('15m') }))
    .min(1)
    .max(10),
  repeat: z.int().min(0).max(100).default(3).describe('How often the last level is paged again'),
});
export type EscalationPolicy = z.infer<typeof EscalationPolicy>;

export const Shift = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  start: TimeOfDay,
  end: TimeOfDay.describe('At or before the start means: on the next day'),
  breaks: z
    .array(
      z.union([
        z.strictObject({ start: TimeOfDay, end: TimeOfDay }),
        z.strictObject({
          between: z.tuple([TimeOfDay, TimeOfDay]).describe('The break is somewhere in this time'),
          minutes: z.int().min(1).max(720),
        }),
      ]),
    )
    .optional()
    .describe('Inside the shift; no work is done in them'),
  breaksInterrupt: z
    .boolean()
    .optional()
    .describe(
      'Whether a job may be stopped for a break and go on behind it; when left out, for breaks of up to an hour',
    ),
});
export type Shift = z.infer<typeof Shift>;

const Quantity = z.strictObject({ material: Name, quantity: z.int().nonnegative() });

export const Crew = z.strictObject({
  id: Name,
  name: shownText(75),
  channel: SlackChannel,
  lead: SlackUser,
  members: z.array(SlackUser).default([]),
  skills: z.array(Skill).min(1).describe('Such as "asphalt", or with a level: "asphalt:2"'),
  size: z.int().positive().default(2),
  hourlyRateCents: z.int().nonnegative().default(0),
  depot: Name,
  shifts: z.array(Shift).min(1),
  truck: z
    .array(Quantity)
    .default([])
    .describe('The most of a material the truck can carry in one shift; what is not listed is not limited'),
  absences: z
    .array(
      z.strictObject({
        from: z.iso.date(),
        to: z.iso.date().describe('The last day, included'),
        reason: shownText(200),
      }),
    )
    .default([]),
});
export type Crew = z.infer<typeof Crew>;

/** Swapped degrees are told better by the check of places, which knows where the agency works. */
const Degrees = z.number().min(-180).max(180);
const Latitude = Degrees.describe('Degrees north');
const Longitude = Degrees.describe('Degrees east');

const Depot = z.strictObject({
  id: Name,
  name: shownText(75),
  latitude: Latitude.optional(),
  longitude: Longitude.optional(),
  stock: z.array(Quantity).default([]),
  incoming: z
    .array(z.strictObject({ ...Quantity.shape, at: z.iso.datetime({ offset: true }) }))
    .default([])
    .describe('Deliveries that are on their way'),
});

/** A part of town, by the corners of its outline as [latitude, longitude]. */
export const District = z.strictObject({
  id: Name,
  name: shownText(75),
  area: z.array(z.tuple([Degrees, Degrees])).min(3),
});
export type District = z.infer<typeof District>;

const Region = z
  .strictObject({
    latitude: Latitude.optional(),
    longitude: Longitude.optional(),
    kilometers: z.number().positive().max(20_000),
  })
  .describe('So far from this place, or without one from the nearest depot or district, a job may lie');

const Travel = z.strictObject({
  factor: z.number().min(1).max(3).default(1.3).describe('How much longer roads are than straight lines'),
  kilometersPerHour: z.number().positive().max(130).default(35),
});

const Planning = z.strictObject({
  pinnedHours: z
    .number()
    .nonnegative()
    .default(4)
    .describe('Announced work that starts sooner than this is not moved'),
  automaticMoves: z
    .int()
    .nonnegative()
    .default(2)
    .describe('A new plan that moves at most so many announced jobs is applied without asking dispatch'),
  horizonDays: z.int().min(1).max(60).default(14),
  milliseconds: z.int().min(10).max(60_000).default(1_000).describe('How long a plan is improved'),
});

const Reminders = z.strictObject({
  acceptMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .default(30)
    .describe('So long before its start a crew is reminded to accept a job; 0 for never'),
  startMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .default(15)
    .describe('So long after its planned start a crew is reminded of a job; 0 for never'),
  dispatchMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .default(45)
    .describe('So long after its planned start dispatch hears of a job that has not started; 0 for never'),
});

const Role = z.strictObject({
  name: Name,
  channel: SlackChannel.describe('Where the role’s requests are posted'),
  members: z.array(SlackUser).default([]),
  userGroup: z
    .string()
    .regex(/^S[A-Z0-9]{2,}$/, 'write a Slack user group id such as "S0SUPERS"')
    .optional(),
});

const RemoteHandler = z.strictObject({
  name: Name,
  url: z.url({ protocol: /^https?$/ }).superRefine((text, context) => {
    const fault = findAddressFault(text);
    if (fault) context.addIssue({ code: 'custom', message: fault.right });
  }),
  timeout: Duration.default('30s'),
  tokenVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional()
    .describe('Environment variable with the bearer token to send'),
});
export type RemoteHandler = z.infer<typeof RemoteHandler>;

const Channels = z
  .object({ requests: SlackChannel, dispatch: SlackChannel, escalations: SlackChannel })
  .catchall(SlackChannel)
  .refine((channels) => Object.keys(channels).every((word) => /^[a-z][a-z0-9_-]{0,63}$/.test(word)), {
    error: 'call channels by words of small letters, digits, "-" and "_", such as "parks"',
  })
  .describe('By the words that definitions call them; three have to be there, others are yours');

const WRITE_CURRENCY = 'write the three letters of a currency such as "USD"';

/** The agency: its people, crews, depots, roles, policies and the services it calls. */
export const Agency = z.strictObject({
  $schema: z.string().optional(),
  name: shownText(75),
  timeZone: z.string().refine(isTimeZone, { error: ({ input }) => suggestTimeZone(input) }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: WRITE_CURRENCY, abort: true })
    .refine(isMoney, WRITE_CURRENCY)
    .default('USD'),
  channels: Channels,
  operators: z.array(SlackUser).default([]).describe('Dispatchers and managers who may cancel any run'),
  roles: z.array(Role).min(1),
  materials: z.array(z.strictObject({ id: Name, name: shownText(200), unit: shownText(12) })).default([]),
  depots: z.array(Depot).min(1),
  crews: z.array(Crew).min(1),
  districts: z.array(District).default([]),
  region: Region.optional(),
  travel: Travel.prefault({}),
  planning: Planning.prefault({}),
  reminders: Reminders.prefault({}),
  escalationPolicies: z.array(EscalationPolicy).min(1),
  defaultEscalation: Name.optional().describe(
    'Policy of definitions that name none; the first one when left out',
  ),
  agents: z.array(RemoteHandler).default([]),
  services: z.array(RemoteHandler).default([]),
});
export type Agency = z.infer<typeof Agency>;

/** Whether somebody leads the crew or is in it. */
export function isOfCrew({ lead, members }: Pick<Crew, 'lead' | 'members'>, userId: string): boolean {
  return lead === userId || members.includes(userId);
}
