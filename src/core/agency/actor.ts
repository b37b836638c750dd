/** Who acts, as the request tells that came in. What of it holds, Slack is asked. */
export interface Actor {
  userId: string;
  /** The workspaces that the request says it comes from; none when it does not say. */
  workspaces: readonly string[];
  /** The workspace or organisation that the person is said to belong to. */
  home: string | null;
  /** The organisations that the request says it comes from. */
  enterprises: readonly string[];
}

/**
 * What somebody is to the agency's workspace at this moment; `unknown` when Slack could not be asked. A guest has an
 * account there that is limited to some channels; `elsewhere` is whoever belongs to another workspace, also in a channel
 * that both share.
 */
export type Membership = 'member' | 'guest' | 'bot' | 'deactivated' | 'elsewhere' | 'unknown';
