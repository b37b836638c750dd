/** What Slack takes of a message or a view as a whole. */
export interface Budget {
  /** How many blocks. */
  blocks: number;
  /** Characters in all, over the texts of all blocks. */
  characters: number;
}

/**
 * Slack says 50 blocks, and says nothing of characters in all; above about 12,000 to 13,200 it refuses with
 * `msg_blocks_too_long`.
 */
export const MESSAGE_BUDGET: Budget = { blocks: 50, characters: 11_500 };

/** A view may have 100 blocks and 250 kB: this many characters are below it in any script. */
export const VIEW_BUDGET: Budget = { blocks: 100, characters: 75_000 };

/** Slack's limits on single texts and lists, in characters and pieces: https://docs.slack.dev/reference/block-kit */
export const LIMIT = {
  /** The text beside the blocks, for notifications; Slack advises 4,000. */
  text: 3_500,
  section: 3_000,
  fields: 10,
  field: 2_000,
  header: 150,
  context: 2_000,
  contextElements: 10,
  buttons: 25,
  label: 75,
  alternativeText: 1_000,
  inputLabel: 2_000,
  placeholder: 150,
  initialValue: 3_000,
  options: 100,
  boxes: 10,
  option: 75,
  viewTitle: 24,
  blockId: 255,
} as const;
