import type { Agency } from '../../core/agency/agency.ts';
import { slackLength } from './slack-length.ts';

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
/** Directional overrides: they could turn the words that follow theirs around. */
const DIRECTION_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;
/** Control characters but for the tab and the ends of lines. */
const CONTROLS = /[^\P{Cc}\t\n\r]/gu;
/** An entity, or a mention or a link, that has begun and not ended. */
const UNFINISHED = /&#?\w*$|<(?:[@#!]|https?:)[^>]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Text as Slack takes it for mrkdwn: nothing in it can be a mention, a link or an entity. A lone `&` stays as it is,
 * because Slack shows it so and a Slack-compatible page that does not decode entities would show `&amp;`.
 */
export function escapeText(text: string): string {
  return text
    .replace(CONTROLS, '')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/**
 * `text` in at most `limit` characters as Slack counts them, ending in `…` when cut; never inside a character, an emoji, an
 * entity, a mention or a link.
 */
export function cut(text: string, limit: number): string {
  if (slackLength(text) <= limit) return text;
  // Looked at piece by piece from a bounded slice: a character may be made of many code units, not of thousands.
  const start = text.slice(0, limit + 64);
  // A single "character" longer than the limit (piled-up combining marks) is cut between code points.
  const kept = takeFirst(segmentsOf(start), limit - 1) || takeFirst(start, limit - 1);
  return `${kept.replace(UNFINISHED, '')}…`;
}

function* segmentsOf(text: string): Iterable<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

/** As many whole pieces as there is room for. */
function takeFirst(pieces: Iterable<string>, limit: number): string {
  let room = limit;
  let kept = '';
  for (const piece of pieces) {
    room -= slackLength(piece);
    if (room < 0 || isLoneSurrogate(piece)) break;
    kept += piece;
  }
  return kept;
}

/** So much more than is shown of it that nothing shown is missing: what is longer need not be looked at. */
function beginningOf(text: string, limit: number): string {
  return text.length > limit * 8 ? text.slice(0, limit * 8) : text;
}

/** What a person wrote, safe to put into mrkdwn: escaped, cut to `limit`, its direction kept from spilling over. */
export function userText(text: string, limit: number): string {
  const shown = cut(escapeText(beginningOf(text, limit).replace(DIRECTION_CONTROLS, '').trim()), limit - 2);
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** The same on one line. */
export function userLine(text: string, limit: number): string {
  return userText(beginningOf(text, limit).replace(/\s+/g, ' '), limit);
}

/** Who did something, for mrkdwn: a mention of a member, the name of anything else. */
export function mention(actor: string | null | undefined): string {
  if (!actor || actor === 'system') return 'Crewline';
  return /^[UW][A-Z0-9]{2,}$/.test(actor) ? `<@${actor}>` : userLine(actor, 80);
}

/** A channel for mrkdwn, whether it is known by id or by name. */
export function channelLink(channel: string): string {
  return /^[CG][A-Z0-9]+$/.test(channel) ? `<#${channel}>` : userLine(channel, 82);
}

/** A call to the lead of a crew, to begin a message with; empty for a crew that is not on the roster any more. */
export function mentionLead(crewId: string, { crews }: Pick<Agency, 'crews'>): string {
  const lead = crews.find(({ id }) => id === crewId)?.lead;
  return lead ? `${mention(lead)} ` : '';
}

/** Words that were written for mrkdwn by the product itself (mentions allowed), but hold a person's text. */
export function keepMentions(text: string, limit: number): string {
  const pieces = text.split(/(<@[UW][A-Z0-9]{2,}>)/);
  return cut(pieces.map((piece, index) => (index % 2 === 1 ? piece : escapeText(piece))).join(''), limit);
}

/** With a capital letter at its beginning. */
export function sentenceOf(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A text with a full stop, so that another sentence may follow; one that ends like a sentence is left as it is. */
export function endSentence(text: string): string {
  const whole = text.trimEnd();
  return whole === '' || /[.!?…。！？][\s"'”’»)\]*_]*$/u.test(whole) ? whole : `${whole}.`;
}

function isLoneSurrogate(point: string): boolean {
  const unit = point.charCodeAt(0);
  return point.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
}
