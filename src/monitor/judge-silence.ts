/** The last sign of life of a process: how often it has given one, and how long ago by the server's clock. */
export interface Beat {
  owner: string;
  beats: number;
  silentMs: number;
  /** The database has no connection of it any more: it has ended, or was cut off. */
  isGone: boolean;
}

/** What an observer knows of another process: the count it saw, and in how many looks in a row. */
export interface Watched {
  beats: number;
  looks: number;
}

/** A single look may come just before a beat that is only late. */
const LOOKS_NEEDED = 2;

/**
 * Tells which processes have died: silent for `silenceMs`, or for `goneMs` when they are gone as well, and seen at the
 * same count in two looks in a row. A look that was held up itself (`isOnTime` false) proves nothing: the database may
 * have kept everybody waiting, the others as well as the observer, so the counting of looks begins again.
 */
export function judgeSilence(
  known: ReadonlyMap<string, Watched>,
  beats: readonly Beat[],
  { silenceMs, goneMs, isOnTime }: { silenceMs: number; goneMs: number; isOnTime: boolean },
): { watched: Map<string, Watched>; silent: string[] } {
  const watched = new Map<string, Watched>();
  const silent: string[] = [];
  for (const beat of beats) {
    const earlier = known.get(beat.owner);
    const looks = isOnTime && earlier?.beats === beat.beats ? earlier.looks + 1 : 1;
    watched.set(beat.owner, { beats: beat.beats, looks });
    if (looks >= LOOKS_NEEDED && beat.silentMs >= (beat.isGone ? goneMs : silenceMs)) silent.push(beat.owner);
  }
  return { watched, silent };
}
