/**
 * What stands in one lane: messages to one place for one source that are posted, or posts of one channel that are
 * rewritten. Slack limits posting and rewriting apart.
 */
export interface Lane {
  /** Its name, as entries of the outbox bear it. */
  name: string;
  method: 'post' | 'update';
  /** Where posts go, in the agency's words; of what is rewritten, the channel it is in. */
  place: string;
  /** Of the entry that goes next. */
  urgency: number;
}

const SEPARATOR = '|';

/** A lane by its name, `method|place|source`; only a place may have more strokes in it. */
export function readLane(name: string, urgency: number): Lane {
  const [first, last] = [name.indexOf(SEPARATOR), name.lastIndexOf(SEPARATOR)];
  const method = name.slice(0, first) === 'update' ? 'update' : 'post';
  return { name, method, place: name.slice(first + 1, last), urgency };
}

/** Whether messages for this source stand in the lane of that name. */
export function isLaneOf(source: string, name: string): boolean {
  return name.endsWith(`${SEPARATOR}${source}`);
}

/** How the names of all lanes begin in which posts to this place stand. */
export function postLanesOf(place: string): string {
  return `post${SEPARATOR}${place}${SEPARATOR}`;
}
