/** Where the product reads the time, so that a test can say what time it is. */
export interface Clock {
  /** The present instant; a new `Date` each time, so that a caller may keep it. */
  now(): Date;
}
