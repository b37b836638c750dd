import { z } from 'zod';
import { formatLocal } from '../values/wall-time.ts';
import type { Roster } from './roster.ts';
import type { RosterChanges } from './roster-changes.ts';

const LISTS = ['crews', 'depots', 'materials', 'districts'] as const satisfies readonly (keyof Roster)[];
/** Of entries that are gone the newest edits are kept. */
const MOST_OF_GONE = 200;

/** That somebody edited the roster where the agency file did not: the newest edit of each field since the file was taken. */
export const FieldEdit = z.object({
  list: z.enum(LISTS),
  /** Of the entry. */
  id: z.string(),
  /** Null when the whole entry was added or removed. */
  field: z.string().nullable(),
  by: z.string(),
  at: z.date(),
});
export type FieldEdit = z.infer<typeof FieldEdit>;

/** An edit that taking the file over would undo, with what would become of it in words: `size 6 → 2`. */
export type RevertedEdit = FieldEdit & { detail: string };

/** The edits that `changes` are, made by somebody at an instant. */
export function listEdits(changes: RosterChanges, by: string, at: Date): FieldEdit[] {
  return LISTS.flatMap((list) => {
    const { added, removed, changed } = changes[list];
    return [
      ...[...added, ...removed].map((id) => ({ list, id, field: null, by, at })),
      ...changed.flatMap(({ id, fields }) => fields.map((field) => ({ list, id, field, by, at }))),
    ];
  });
}

/** Known edits with newer ones, one for each field. */
export function mergeEdits(
  known: readonly FieldEdit[],
  newer: readonly FieldEdit[],
  roster: Roster,
): FieldEdit[] {
  const merged = new Map(
    [...known, ...newer].map((edit) => [`${edit.list} ${edit.id} ${edit.field ?? ''}`, edit]),
  );
  const isThere = ({ list, id }: FieldEdit) => roster[list].some((entry) => entry.id === id);
  const all = [...merged.values()];
  return [...all.filter(isThere), ...all.filter((edit) => !isThere(edit)).slice(-MOST_OF_GONE)];
}

/** Which edits `changes` would undo: they touch the same field, or an entry that was added or removed. */
export function findReverted(edits: readonly FieldEdit[], changes: RosterChanges): RevertedEdit[] {
  return edits.flatMap((edit): RevertedEdit[] => {
    const { added, removed, changed } = changes[edit.list];
    if (removed.includes(edit.id)) return [{ ...edit, detail: 'removed' }];
    if (edit.field === null && added.includes(edit.id)) return [{ ...edit, detail: 'added again' }];
    const entry = changed.find(({ id }) => id === edit.id);
    if (!entry) return [];
    if (edit.field === null) return [{ ...edit, detail: entry.details.join('; ') }];
    const index = entry.fields.indexOf(edit.field);
    return index < 0 ? [] : [{ ...edit, detail: entry.details[index] ?? edit.field }];
  });
}

/** A line for each: `crew north: size 6 → 2, edited by U0CHEN on 30 Nov 2026 at 08:15`. */
export function describeReverted(reverted: readonly RevertedEdit[], timeZone: string): string[] {
  return reverted.map(({ list, id, detail, by, at }) => {
    const when = formatLocal(at, timeZone, "d MMM yyyy 'at' HH:mm");
    return `${list.replace(/s$/, '')} ${id}: ${detail}, edited by ${by} on ${when}`;
  });
}
