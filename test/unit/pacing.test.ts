import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLane } from '../../src/core/outbox/lane.ts';
import { explainFailure } from '../../src/slack/connection/slack-failure.ts';
import { createLaneTurns } from '../../src/slack/delivery/pacing/lane-turns.ts';
import { createOutage } from '../../src/slack/delivery/pacing/outage.ts';
import { createPacing, type SendMethod } from '../../src/slack/delivery/pacing/pacing.ts';

const POST: SendMethod = 'chat.postMessage';
const UPDATE: SendMethod = 'chat.update';
const refused = (code: string) => explainFailure({ data: { error: code } });

describe('pacing', () => {
  test('a channel gets one post an interval, pages too, and updates are counted apart', () => {
    let now = 0;
    const pacing = createPacing(1, () => now);
    expect(pacing.takeTurn(POST, 'C')).toBe(0);
    expect(pacing.takeTurn(POST, 'C')).toBe(1_000);
    expect(pacing.takeTurn(POST, 'D')).toBe(0);
    expect(pacing.takeTurn(UPDATE, 'C')).toBe(0);
    now = 1_000;
    expect(pacing.takeTurn(POST, 'C')).toBe(0);
  });

  test('updates come in bursts of ten, then at fifty a minute', () => {
    let now = 0;
    const pacing = createPacing(1, () => now);
    const sent: number[] = [];
    for (; now < 60_000; now += 100) while (pacing.takeTurn(UPDATE, `C${sent.length}`) === 0) sent.push(now);
    expect(sent.filter((at) => at === 0)).toHaveLength(10);
    expect(sent.length).toBeLessThanOrEqual(60);
    expect(sent.length).toBeGreaterThanOrEqual(58);
  });

  test('no limit, no wait; but a hold of one channel and method holds that alone', () => {
    const pacing = createPacing(0, () => 0);
    expect(pacing.takeTurn(POST, 'C') + pacing.takeTurn(POST, 'C')).toBe(0);
    pacing.holdBack(UPDATE, 'C', { waitMs: 500, askedSeconds: 0.5 });
    expect(pacing.takeTurn(UPDATE, 'C')).toBe(500);
    expect(pacing.takeTurn(UPDATE, 'D') + pacing.takeTurn(POST, 'C')).toBe(0);
    expect(pacing.describe()).toBeNull();
  });

  test('a wait of hours is told, and is over within two minutes', () => {
    let now = 0;
    const pacing = createPacing(1, () => now);
    const failure = explainFailure({ retryAfter: 36_000 });
    if (failure.kind === 'limited') pacing.holdBack(UPDATE, 'C1', failure);
    expect(pacing.describe()).toContain('chat.update C1 for 36000 s');
    now = 120_000;
    expect(pacing.takeTurn(UPDATE, 'C1')).toBe(0);
    expect(pacing.describe()).toBeNull();
  });

  test('whatever number Slack gives, the wait is one second at least and two minutes at most', () => {
    const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, -1, 0, 36_000, Infinity));
    const errors = fc.oneof(
      numbers.map((retryAfter) => ({ retryAfter })),
      fc.string().map((header) => new Error(`Retry header did not contain a valid timeout (${header})`)),
      fc.constantFrom({ data: { error: 'ratelimited' } }, { data: { error: 'rate_limited' } }),
    );
    fc.assert(
      fc.property(errors, (error) => {
        const failure = explainFailure(error);
        return failure.kind === 'limited' && failure.waitMs >= 1_000 && failure.waitMs <= 120_000;
      }),
    );
  });
});

describe('an outage', () => {
  test.each(['invalid_auth', 'token_revoked', 'account_inactive', 'not_authed', 'token_expired'])(
    '%s is one, looked at every two seconds, and over with the first success',
    (code) => {
      let now = 0;
      let ends = 0;
      const outage = createOutage(
        () => now,
        () => ends++,
      );
      expect(refused(code).kind).toBe('uncertain');
      outage.failed(refused(code));
      expect(outage.waitMs()).toBe(2_000);
      now = 3_600_000;
      outage.failed(refused(code));
      expect(outage.waitMs()).toBe(2_000);
      expect(outage.describe()).toBe(`Slack has taken no message for 3600 s (${code})`);
      outage.succeeded();
      expect([outage.waitMs(), outage.describe(), ends]).toEqual([null, null, 1]);
    },
  );

  test('one message that fails is none, nor is a wait or a refusal of one message', () => {
    const outage = createOutage(() => 0, fail);
    for (const code of ['internal_error', 'is_archived', 'internal_error', 'internal_error'])
      outage.failed(refused(code));
    outage.failed(explainFailure({ retryAfter: 3 }));
    expect(outage.waitMs()).toBeNull();
    outage.failed(refused('fatal_error'));
    expect(outage.waitMs()).toBe(2_000);
  });
});

describe('whose turn it is', () => {
  const lane = (name: string, urgency = 2) => readLane(name, urgency);
  const FLOOD = lane('post|role Supervisor|system-1');
  const PERSON = lane('post|role Supervisor|person-2');
  const rig = (postsPerSecond = 1) => {
    const time = { now: 0 };
    const pacing = createPacing(postsPerSecond, () => time.now);
    const outage = createOutage(() => time.now, fail);
    const turns = createLaneTurns(pacing, outage, postsPerSecond > 0);
    /** Takes turns until there is none, as a delivery that never fails does. */
    const serve = (): string[] => {
      const served: string[] = [];
      for (let turn = turns.next(); turn; turn = turns.next()) {
        const channel = turn.lane.place.startsWith('C') ? turn.lane.place : 'C1';
        turns.leadsTo(turn.lane.place, channel);
        pacing.takeTurn(turn.lane.method === 'update' ? UPDATE : POST, channel);
        served.push(turn.lane.name);
        turns.over(turn.lane);
        if (postsPerSecond === 0 && served.length >= 8) break;
      }
      return served;
    };
    return { time, pacing, outage, turns, serve };
  };

  test('a name is read back, whatever the place is called', () => {
    expect(readLane('post|role A|B (night)|person-3', 2)).toMatchObject({ place: 'role A|B (night)' });
    expect(readLane('update|C1|old', 2)).toMatchObject({ method: 'update', place: 'C1' });
  });

  test('a person goes next, however much a system has waiting in the same channel', () => {
    const { time, turns, serve } = rig();
    turns.see([FLOOD]);
    for (; time.now < 60_000; time.now += 1_000) expect(serve()).toEqual([FLOOD.name]);
    turns.see([FLOOD, PERSON]);
    expect(serve()).toEqual([PERSON.name]);
  });

  test('sources take turns, and so do places that share a channel', () => {
    const { time, turns, serve } = rig();
    const lanes = ['a', 'b', 'c'].map((source) => lane(`post|role Supervisor|${source}`));
    turns.see([...lanes, lane('post|crew north|a')]);
    for (const place of ['role Supervisor', 'crew north']) turns.leadsTo(place, 'C1');
    const served: string[] = [];
    for (; time.now < 40_000; time.now += 1_000) served.push(...serve());
    for (const { name } of lanes)
      expect(served.filter((one) => one === name).length).toBeGreaterThanOrEqual(9);
    expect(served).toHaveLength(40);
  });

  test('the more urgent goes first, yet nothing waits for ever behind it, but for pages', () => {
    const { time, turns, serve } = rig();
    turns.see([lane('post|C1|busy', 2), lane('post|C1|quiet', 5)]);
    const served: string[] = [];
    for (; time.now < 40_000; time.now += 1_000) served.push(...serve());
    const quiet = served.filter((name) => name === 'post|C1|quiet').length;
    expect(quiet).toBeGreaterThanOrEqual(5);
    expect(quiet).toBeLessThanOrEqual(12);
    turns.see([lane('post|C1|pages', 0), lane('post|C1|quiet', 5)]);
    for (; time.now < 80_000; time.now += 1_000) expect(serve()).toEqual(['post|C1|pages']);
  });

  test('what is rewritten does not wait for posts of the same channel', () => {
    const { turns, serve } = rig();
    turns.see([FLOOD]);
    serve();
    turns.see([FLOOD, lane('update|C1|person-2', 1)]);
    expect(serve()).toContain('update|C1|person-2');
    expect(turns.waitMs()).toBe(1_000);
  });

  test('several posts of one channel are rewritten at a time, and posted one after the other', () => {
    const { turns } = rig();
    turns.see([lane('update|C1|person-2', 1)]);
    expect([turns.next(), turns.next()].map((turn) => turn?.lane.name)).toEqual([
      'update|C1|person-2',
      'update|C1|person-2',
    ]);
    turns.see([lane('post|C1|person-2', 1)]);
    expect([turns.next()?.lane.name, turns.next()]).toEqual(['post|C1|person-2', null]);
  });

  test('a channel that is held holds up no other', () => {
    const { time, pacing, turns, serve } = rig();
    turns.leadsTo('role Supervisor', 'C9');
    pacing.holdBack(POST, 'C9', { waitMs: 60_000, askedSeconds: 60 });
    time.now = 1_000;
    turns.see([FLOOD, lane('post|C1|person-2', 5)]);
    expect(serve()).toEqual(['post|C1|person-2']);
  });

  test('while Slack is out one message at a time finds out whether it is back: the most urgent', () => {
    const { time, outage, turns } = rig(0);
    outage.failed(refused('invalid_auth'));
    turns.see([PERSON, lane('post|C2|x', 0), FLOOD]);
    expect(turns.next()).toBeNull();
    expect(turns.waitMs()).toBe(2_000);
    time.now = 2_000;
    const probe = turns.next();
    expect(probe?.lane.name).toBe('post|C2|x');
    expect(turns.next()).toBeNull();
  });
});

function fail(): void {
  throw new Error('not over');
}
