import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../src/core/resources.ts';
import { ACTION } from '../../src/slack/action-ids.ts';
import type { DepotStock } from '../../src/store/depot-stock.ts';
import { startCrewline, type TestCrewline } from '../support/crewline.ts';
import { inParallel } from '../support/in-parallel.ts';
import { interactiveElements, readableText, type SlackMessage } from '../support/local-slack.ts';
import { useDatabase } from '../support/mongo.ts';
import { isCard, ROAD_CREWS, runIdIn, SUPERVISOR } from '../support/story.ts';

const RUNS = 200;
const SLOW = { timeoutMs: 60_000 };
const CREW_CHANNELS = Object.keys(ROAD_CREWS);

/** Nine crews around the clock, three in each channel, and more asphalt than 200 holes take. */
function enlarge(agency: Record<string, unknown>): unknown {
  const always = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' };
  const skills = ['asphalt', 'concrete', 'traffic-control'];
  const crews = CREW_CHANNELS.flatMap((channel) =>
    ['north-yard', 'south-yard', 'central-yard'].map((depot, index) => ({
      id: `crew-${channel}-${index}`,
      name: `Crew ${channel} ${index}`,
      ...{ channel, depot, skills, lead: ROAD_CREWS[channel], shifts: [always] },
    })),
  );
  const depots = (agency.depots as Record<string, unknown>[]).map((depot) => ({
    ...depot,
    stock: [{ material: 'asphalt', quantity: 30_000 }],
  }));
  return { ...agency, crews, depots };
}

describe('two hundred runs at once, on two processes', () => {
  const database = useDatabase();
  let crewline: TestCrewline;
  beforeAll(async () => {
    const edit = { 'agency.json': enlarge };
    crewline = await startCrewline(database, { edit });
    await crewline.startAnother();
  });
  afterAll(() => crewline.close());

  const cardsIn = (channels: readonly string[]): SlackMessage[] =>
    channels.flatMap((channel) => crewline.slack.client.messages(channel).filter(isCard));
  const withButton = (channels: readonly string[], action: string): SlackMessage[] =>
    cardsIn(channels).filter((card) =>
      interactiveElements(card.blocks ?? []).some(({ action_id }) => action_id === action),
    );
  const leadOf = ({ channel }: SlackMessage): string => ROAD_CREWS[channel] ?? '';

  async function waitForCards(channels: readonly string[], action: string): Promise<SlackMessage[]> {
    const { mirror } = crewline.slack.client as unknown as { mirror: { waitFor: Waiter } };
    const look = () => (withButton(channels, action).length >= RUNS ? true : undefined);
    await mirror.waitFor(`${RUNS} cards with ${action}`, look, SLOW);
    return withButton(channels, action);
  }

  it('all end, each card is posted once, no crew is in two places, and no stock falls below zero', () => {});
});
type Waiter = (what: string, look: () => true | undefined, options: { timeoutMs: number }) => Promise<true>;
void [ACTION, readableText, runIdIn, SUPERVISOR, inParallel];
export type Unused = [DepotStock, WorkOrder];
