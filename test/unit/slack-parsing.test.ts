import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseWorkflow, WorkflowSource } from '../../src/core/definition/workflow-definition.ts';
import { buildRejectModal } from '../../src/slack/approvals/reject.ts';
import { explainFailure } from '../../src/slack/connection/slack-failure.ts';
import { encodeTarget, parseTarget } from '../../src/slack/kit/button-payload.ts';
import { readModalInput } from '../../src/slack/kit/read-modal-input.ts';
import { buildInputModal, StartMetadata } from '../../src/slack/runs/starting/input-modal.ts';
import { cut, escapeText, userText } from '../../src/slack/words/mrkdwn.ts';
import { buildBlockedModal, buildDoneModal } from '../../src/slack/work/report-modals.ts';
import { checkView } from '../support/slack-limits.ts';
import { awaitApproval, demoAgency } from '../support/slack-runs.ts';

describe('button values', () => {
  test('come back as they were', () => {
    expect(parseTarget(encodeTarget('R-7K2M9QXA', 'sla-run'))).toEqual({
      runId: 'R-7K2M9QXA',
      reference: 'sla-run',
    });
    expect(parseTarget(encodeTarget('R-1'))).toEqual({ runId: 'R-1', reference: '' });
  });

  test.each([
    undefined,
    null,
    7,
    {},
    '',
    'R-1',
    'R-1|a|b',
    'x|y',
    'R-1|$where',
    'R-1|<!channel>',
    '{"run":1}',
  ])('%j is not understood, and nothing is thrown', (value) => expect(parseTarget(value)).toBeNull());
});

describe('text', () => {
  test('is escaped, a lone ampersand kept readable', () => {
    expect(escapeText('5th & Main <!channel> &amp; &#60;')).toBe(
      '5th & Main &lt;!channel&gt; &amp;amp; &amp;#60;',
    );
  });

  test('is cut neither inside an emoji nor inside an entity', () => {
    expect(cut('ab👩‍👩‍👧‍👦cd', 8)).toBe('ab…');
    expect(userText(`${'x'.repeat(5)}<`, 10)).toBe('xxxxx…');
  });

  test('right-to-left text cannot turn the rest around', () => {
    expect(userText('בור \u202eכביש', 100)).toBe('\u2068בור כביש\u2069');
  });

  test('never exceeds its limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        fc.integer({ min: 10, max: 200 }),
        (text, limit) => {
          expect(userText(text, limit).length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

const form = normaliseWorkflow(
  WorkflowSource.parse({
    title: 'A form with a title that is far too long',
    description: 'Fill in <this>',
    input: {
      text: { type: 'longText', label: 'What?', required: true },
      where: { type: 'location', label: 'Where?', hint: 'Street' },
      lamps: { type: 'number', label: 'How many?', required: true },
      live: { type: 'boolean', label: 'Wires exposed?' },
      seen: { type: 'date', label: 'Seen on', default: '2026-06-01' },
      kind: { type: 'choice', label: 'Kind', choices: ['dark', 'flickers'], default: 'dark' },
    },
    steps: [{ task: 'decide', role: 'Supervisor' }],
  }),
  'form',
);

describe('modals', () => {
  const metadata = { channel: 'C0REQUESTS', requestKey: 'slack:1.2' };
  const elements = { text: 'It <is> dark', lamps: '3' };
  const state = (values: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

  test('a form has an input for every field, within Slack’s limits', () => {
    const view = buildInputModal(form, metadata, { text: 'x'.repeat(4_000) });
    expect(checkView(view)).toEqual([]);
    const kinds = view.blocks.flatMap((block) => ('element' in block ? block.element.type : []));
    expect(kinds).toEqual([
      'plain_text_input',
      'plain_text_input',
      'plain_text_input',
      'checkboxes',
      'datepicker',
      'static_select',
    ]);
    expect(StartMetadata.parse(JSON.parse(view.private_metadata ?? ''))).toMatchObject({ workflow: 'form' });
  });

  test('a box to tick says “Yes” below the question, which stands there once', () => {
    const view = buildInputModal(form, metadata);
    expect(view.blocks.find((block) => block.block_id === 'live')).toMatchObject({
      label: { text: 'Wires exposed?' },
      element: { options: [{ text: { text: 'Yes' }, value: 'true' }] },
    });
    expect(JSON.stringify(view.blocks).split('Wires exposed?')).toHaveLength(2);
  });

  test('the fixed ones keep the limits with any subject', () => {
    const { run } = awaitApproval('R-1', '<!channel> '.repeat(400));
    for (const view of [
      buildRejectModal(run, 'humanApproval'),
      buildDoneModal(run, demoAgency),
      buildBlockedModal(run),
    ])
      expect(checkView(view)).toEqual([]);
  });

  test('a submission becomes typed input', () => {
    const values = {
      ...state({ text: { value: elements.text }, where: { value: null }, lamps: { value: '3' } }),
      live: { value: { selected_options: [{ value: 'true' }] } },
      seen: { value: { selected_date: '2026-06-02' } },
      kind: { value: { selected_option: { value: 'flickers' } } },
    };
    expect(readModalInput(form, values, {})).toEqual({
      ok: true,
      input: { text: 'It <is> dark', lamps: 3, live: true, seen: '2026-06-02', kind: 'flickers' },
    });
  });

  test('a required field that a client left out was not touched since it was prefilled', () => {
    const values = { text: { value: { value: null } }, lamps: { value: { value: '2' } } };
    expect(readModalInput(form, values, { text: 'typed before' })).toMatchObject({
      ok: true,
      input: { text: 'typed before' },
    });
  });

  test('problems are told by block', () => {
    const read = readModalInput(form, { lamps: { value: { value: 'many' } } }, {});
    expect(read).toEqual({
      ok: false,
      errors: { text: 'This is required.', lamps: 'This has to be a number.' },
    });
  });

  test.each([null, 'x', { text: 7 }, { text: { value: 7 } }])(
    '%j is refused like an empty form',
    (values) => {
      expect(readModalInput(form, values, {})).toMatchObject({ ok: false });
    },
  );
});

test.each([
  [{ data: { error: 'is_archived' } }, 'permanent'],
  [{ data: { error: 'message_not_found' } }, 'gone'],
  [{ data: { error: 'internal_error' } }, 'uncertain'],
  [{ data: { error: 'invalid_auth' } }, 'uncertain'],
  [{ retryAfter: 3 }, 'limited'],
  [{ statusCode: 503 }, 'uncertain'],
  [new Error('socket hang up'), 'uncertain'],
])('%j is %s', (error, kind) => expect(explainFailure(error).kind).toBe(kind));
