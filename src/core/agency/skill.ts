import { z } from 'zod';

const MOST_LEVELS = 5;

/** A skill, with a level where one matters: "asphalt" is level 1, "asphalt:3" is level 3. */
export const Skill = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}(:[1-5])?$/,
    `write a name such as "asphalt", or with a level from 1 to ${MOST_LEVELS}: "asphalt:2"`,
  );

/** A skill by its name and level. */
export interface SkillLevel {
  name: string;
  level: number;
}

/** Splits "asphalt:2" into name and level; a skill without a level has the first, and none is below it. */
export function parseSkill(skill: string): SkillLevel {
  const [name = '', level = '1'] = skill.split(':');
  return { name, level: Math.max(1, Number(level)) };
}

/** `asphalt`, `asphalt (level 2)`: levels above the first are worth telling. */
export function nameSkillLevel({ name, level }: SkillLevel): string {
  return level > 1 ? `${name} (level ${level})` : name;
}

/** `has no sewer and no gas`; null for somebody who has all that is asked for. `lacks` as written in a definition. */
export function describeLack(lacks: readonly string[]): string | null {
  const names = lacks.map((skill) => `no ${nameSkillLevel(parseSkill(skill))}`);
  const last = names.pop();
  if (last === undefined) return null;
  return `has ${names.length > 0 ? `${names.join(', ')} and ` : ''}${last}`;
}

/** The level at which somebody with the skills `held` has the skill of that name; 0 for not at all. */
export function levelOf(held: readonly string[], name: string): number {
  return held
    .map(parseSkill)
    .filter((skill) => skill.name === name)
    .reduce((highest, { level }) => Math.max(highest, level), 0);
}

/** Whether whoever has the skills `held` can do what `required` asks for, at its level. */
export function holdsSkill(held: readonly string[], required: string): boolean {
  const { name, level } = parseSkill(required);
  return levelOf(held, name) >= level;
}
