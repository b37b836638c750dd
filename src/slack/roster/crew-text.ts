import type { Crew, Shift } from '../../core/agency/agency.ts';
import type { Break } from '../../core/agency/shift-breaks.ts';
import { parseSkill, Skill } from '../../core/agency/skill.ts';
import { suggestName } from '../../core/faults/problem.ts';
import { NO_LIMIT, WEEK } from '../../core/roster/roster-changes.ts';

export { formatShifts, formatTruck } from '../../core/roster/roster-changes.ts';

/** What a person typed, understood; or what is wrong with it and what would be right. */
export type Read<Value> = { ok: true; value: Value } | { ok: false; wrong: string };

type Day = Shift['days'][number];
type Span = { start: string; end: string };

const SHIFT_EXAMPLE = 'mon-fri 07:00-15:30 break 12:00-12:30';
const SHIFT =
  /^(?<days>[a-z][a-z\s,–-]*?)\s+(?<hours>\d[\d:]*\s*[-–]\s*\d[\d:]*)(?:\s*,?\s*breaks?\s+(?<breaks>.+?))?(?:\s*,?\s*(?<rule>(?:not\s+)?interrupting(?:\s+jobs)?))?$/;
const MOVABLE = /^(\d{1,3})\s*(?:m|min|mins|minutes)\s+(?:between|within|in|from)?\s*(.+)$/;
/** A new line; or a new day after the hours, where a client has joined the lines. */
const BETWEEN_SHIFTS = /[\n;]|(?<=\d)\s*(?=(?:mon|tue|wed|thu|fri|sat|sun)\b)/i;
const SPAN = /^([01]?\d|2[0-4]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)$/;

/** Skills as people write them: "asphalt:2, concrete". */
export function formatSkills(skills: readonly string[]): string {
  return skills.join(', ');
}

/** Reads "asphalt:2, concrete"; each skill once, at least one. */
export function parseSkills(text: string): Read<string[]> {
  const skills = splitList(text);
  if (skills.length === 0) return refuse('Write at least one skill, such as: asphalt:2, concrete');
  for (const skill of skills) {
    const checked = Skill.safeParse(skill);
    if (!checked.success) return refuse(`“${skill}”: ${checked.error.issues[0]?.message ?? 'is no skill'}`);
  }
  const repeated = findRepeated(skills.map((skill) => parseSkill(skill).name));
  return repeated ? refuse(`“${repeated}” is there twice: write it once, at its level.`) : accept(skills);
}

/** Reads one shift a line; at least one. Hours at or before the start are of the next day. */
export function parseShifts(text: string): Read<Shift[]> {
  const lines = text.split(BETWEEN_SHIFTS).map((line) => line.trim());
  const shifts: Shift[] = [];
  for (const line of lines.filter((one) => one !== '')) {
    const shift = parseShift(line.toLowerCase());
    if (shift === null)
      return refuse(
        `“${line}” is no shift: ${findWrongPart(line.toLowerCase())}write a line such as ${SHIFT_EXAMPLE}`,
      );
    shifts.push(shift);
  }
  return shifts.length === 0 ? refuse(`Write at least one shift, such as ${SHIFT_EXAMPLE}`) : accept(shifts);
}

/** Reads "asphalt 2000, traffic-cone 40"; "none", or nothing at all, means that nothing is limited. */
export function parseTruck(text: string, materials: readonly string[]): Read<Crew['truck']> {
  if (text.trim().toLowerCase() === NO_LIMIT) return accept([]);
  const truck: Crew['truck'] = [];
  for (const item of splitList(text)) {
    const [, material = '', quantity = ''] = /^([\w-]+)\s+(\d{1,9})$/.exec(item) ?? [];
    if (material === '')
      return refuse(`“${item}”: write a material and a whole number, such as asphalt 2000`);
    if (!materials.includes(material))
      return refuse(`“${material}” is not known: ${suggestName(material, materials, 'materials')}`);
    truck.push({ material, quantity: Number(quantity) });
  }
  const repeated = findRepeated(truck.map(({ material }) => material));
  return repeated ? refuse(`“${repeated}” is there twice: write it once.`) : accept(truck);
}

function parseShift(line: string): Shift | null {
  const { days: dayText = '', hours = '', breaks: breakText, rule } = SHIFT.exec(line)?.groups ?? {};
  const days = parseDays(dayText);
  const span = parseSpan(hours);
  const breaks =
    breakText === undefined
      ? []
      : breakText
          .split(/,|\bbreaks?\b/)
          .flatMap(emptyOut)
          .map(parseBreak);
  if (days === null || span === null || span.start === '24:00') return null;
  const known = breaks.filter((one) => one !== null);
  if (known.length < breaks.length) return null;
  return {
    days,
    ...span,
    ...(known.length > 0 && { breaks: known }),
    ...(rule !== undefined && { breaksInterrupt: !rule.startsWith('not') }),
  };
}

/** The first part that is surely wrong, in words that go on; empty when nobody can tell. */
function findWrongPart(line: string): string {
  const hour = /(?<![\d:])(\d|1\d|2[0-4])(?![\d:]|\s*m)/.exec(line)?.[1];
  if (hour !== undefined) return `“${hour}” is no time (${hour.padStart(2, '0')}:00 is one); `;
  const [word = ''] = /^[a-z]+/.exec(line) ?? [];
  const isDay = word === '' || ['daily', 'every', ...WEEK].includes(word);
  return isDay ? '' : `“${word}” is no day (mon is one); `;
}

/** A time, "12:00-12:30", or so long within one, "30 min between 11:00-13:30". */
function parseBreak(text: string): Break | null {
  const [, minutes, window = ''] = MOVABLE.exec(text) ?? [];
  if (minutes === undefined) return parseSpan(text);
  const span = parseSpan(window.replace(/\s+and\s+/, '-'));
  return span && Number(minutes) > 0 ? { between: [span.start, span.end], minutes: Number(minutes) } : null;
}

/** In the order of the week, each once; a range may go over the weekend: "fri-mon". */
function parseDays(text: string): Day[] | null {
  if (/^(daily|every day)$/.test(text)) return [...WEEK];
  const found = new Set<Day>();
  for (const part of text.split(',').flatMap(emptyOut)) {
    const range = part.split(/\s*[-–]\s*/).map((word) => WEEK.indexOf(word as Day));
    const [first = -1, last = first] = range;
    if (range.length > 2 || first < 0 || last < 0) return null;
    const length = ((last - first + 7) % 7) + 1;
    for (let step = 0; step < length; step += 1) found.add(WEEK[(first + step) % 7] as Day);
  }
  return found.size === 0 ? null : WEEK.filter((day) => found.has(day));
}

function parseSpan(text: string): Span | null {
  const [, startHour = '', startMinute, endHour = '', endMinute] = SPAN.exec(text.trim()) ?? [];
  if (startMinute === undefined) return null;
  const start = `${startHour.padStart(2, '0')}:${startMinute}`;
  const end = `${endHour.padStart(2, '0')}:${endMinute}`;
  return start > '24:00' || end > '24:00' ? null : { start, end };
}

function splitList(text: string): string[] {
  return text.split(/[,;\n]/).flatMap(emptyOut);
}

/** The trimmed text; nothing for none. */
function emptyOut(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : [trimmed];
}

function findRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function accept<Value>(value: Value): Read<Value> {
  return { ok: true, value };
}

function refuse(wrong: string): { ok: false; wrong: string } {
  return { ok: false, wrong };
}
