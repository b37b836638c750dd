import type { Crew, Shift } from '../core/agency.ts';
import { suggestName } from '../core/problem.ts';
import { parseSkill, Skill } from '../core/skill.ts';

/** What a person typed, understood; or what is wrong with it and what would be right. */
export type Read<Value> = { ok: true; value: Value } | { ok: false; wrong: string };

type Day = Shift['days'][number];
type Span = { start: string; end: string };

const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const NO_LIMIT = 'none';
const SHIFT_EXAMPLE = 'mon-fri 07:00-15:30 break 12:00-12:30';
const SHIFT =
  /^(?<days>[a-z][a-z\s,–-]*?)\s+(?<hours>\d[\d:]*\s*[-–]\s*\d[\d:]*)(?:\s*,?\s*breaks?\s+(?<breaks>.+))?$/;
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

/** Shifts as people write them, one a line: "mon-fri 07:00-15:30 break 12:00-12:30". */
export function formatShifts(shifts: readonly Shift[]): string {
  return shifts
    .map(({ days, start, end, breaks = [] }) => {
      const pauses = breaks.map((pause) => `${pause.start}-${pause.end}`).join(', ');
      return `${formatDays(days)} ${start}-${end}${pauses === '' ? '' : ` break ${pauses}`}`;
    })
    .join('\n');
}

/** Reads one shift a line; at least one. Hours at or before the start are of the next day. */
export function parseShifts(text: string): Read<Shift[]> {
  const lines = text.split(BETWEEN_SHIFTS).map((line) => line.trim());
  const shifts: Shift[] = [];
  for (const line of lines.filter((one) => one !== '')) {
    const shift = parseShift(line.toLowerCase());
    if (shift === null) return refuse(`“${line}” is no shift: write a line such as ${SHIFT_EXAMPLE}`);
    shifts.push(shift);
  }
  return shifts.length === 0 ? refuse(`Write at least one shift, such as ${SHIFT_EXAMPLE}`) : accept(shifts);
}

/** What limits a truck, as people write it: "asphalt 2000, traffic-cone 40", or "none". */
export function formatTruck(truck: Crew['truck']): string {
  if (truck.length === 0) return NO_LIMIT;
  return truck.map(({ material, quantity }) => `${material} ${quantity}`).join(', ');
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
  const { days: dayText = '', hours = '', breaks: breakText } = SHIFT.exec(line)?.groups ?? {};
  const days = parseDays(dayText);
  const span = parseSpan(hours);
  const breaks =
    breakText === undefined
      ? []
      : breakText
          .split(/,|\bbreaks?\b/)
          .flatMap(emptyOut)
          .map(parseSpan);
  if (days === null || span === null || span.start === '24:00') return null;
  const known = breaks.filter((one) => one !== null);
  if (known.length < breaks.length) return null;
  return { days, ...span, ...(known.length > 0 && { breaks: known }) };
}

/** Runs of three days and more as a range: "mon-fri", "mon, wed, sat-sun" stays "mon, wed, sat, sun". */
function formatDays(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of DAYS.filter((one) => days.includes(one))) {
    const last = runs.at(-1);
    if (last && DAYS.indexOf(day) === DAYS.indexOf(last.at(-1) ?? day) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(', '))).join(', ');
}

/** In the order of the week, each once; a range may go over the weekend: "fri-mon". */
function parseDays(text: string): Day[] | null {
  if (/^(daily|every day)$/.test(text)) return [...DAYS];
  const found = new Set<Day>();
  for (const part of text.split(',').flatMap(emptyOut)) {
    const range = part.split(/\s*[-–]\s*/).map((word) => DAYS.indexOf(word as Day));
    const [first = -1, last = first] = range;
    if (range.length > 2 || first < 0 || last < 0) return null;
    const length = ((last - first + 7) % 7) + 1;
    for (let step = 0; step < length; step += 1) found.add(DAYS[(first + step) % 7] as Day);
  }
  return found.size === 0 ? null : DAYS.filter((day) => found.has(day));
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
