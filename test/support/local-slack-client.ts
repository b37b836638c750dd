import { LocalSlackMirror, type WaitOptions } from './local-slack-mirror.ts';
import { interactiveElements, readableText, type SlackMessage, type SlackView } from './local-slack-types.ts';
import { fillModal, type ModalEntries } from './modal-values.ts';

export type MessagePredicate = (message: SlackMessage) => boolean;

/** What a submitted modal came to: closed or replaced (`view` is the one now open), or refused field by field. */
export type SubmitResult =
  | { status: 'accepted'; view: SlackView | undefined }
  | { status: 'refused'; errors: Record<string, string> };

/**
 * Acts as the people of a local Slack workspace and sees what they see. A channel is named by its id, `name`,
 * `#name`, or by a user id for the bot's direct messages with that user. Nothing here sleeps: waits follow the
 * events of the page's WebSocket.
 */
export class LocalSlackClient {
  readonly url: string;
  private readonly mirror: LocalSlackMirror;

  private constructor(url: string) {
    this.url = url;
    this.mirror = new LocalSlackMirror(url);
  }

  /** Connects to a running local Slack, such as `http://localhost:3300`. */
  static async connect(url: string): Promise<LocalSlackClient> {
    const client = new LocalSlackClient(url);
    await client.mirror.ready();
    return client;
  }

  /** Types a slash command, e.g. `/repair`; resolves once the bot has acknowledged it (or 5 s have passed). */
  async command(user: string, channel: string, command: string, text = ''): Promise<void> {
    await this.control('command', { user, channel: this.channelId(channel), command, text });
  }

  /** Says something; resolves once the bot has acknowledged the event. */
  async post(user: string, channel: string, text: string, threadTs?: string): Promise<void> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    await this.control('message', { user, channel: this.channelId(channel), text, ...thread });
  }

  /**
   * Clicks the element with `actionId` in a message; resolves once the bot has acknowledged it. The message may
   * be an old copy, as on a screen that was not refreshed. `value` overrides the button's own value; it must be
   * given when the message has no such element.
   */
  async click(user: string, message: SlackMessage, actionId: string, value?: string): Promise<void> {
    const element = interactiveElements(message.blocks ?? []).find(({ action_id }) => action_id === actionId);
    if (!element && value === undefined) {
      throw new Error(`the message has no ${actionId}:\n${readableText(message)}`);
    }
    const action = { type: 'button', ...element, action_id: actionId, value: value ?? element?.value };
    await this.control('interact', { user, channel: message.channel, messageTs: message.ts, action });
  }

  /** Fills in and submits the modal on top; resolves when the bot has accepted or refused it. */
  async submitModal(user: string, entries: ModalEntries, options?: WaitOptions): Promise<SubmitResult> {
    const view = this.openModals().at(-1);
    if (!view) throw new Error('no modal is open');
    const before = this.mirror.viewChanges;
    this.mirror.send({ t: 'view_submit', user, values: fillModal(view, entries) });
    const changed = () => this.mirror.viewChanges > before || undefined;
    await this.mirror.waitFor('an answer to the submitted modal', changed, options);
    const errors = this.mirror.viewErrors;
    return errors ? { status: 'refused', errors } : { status: 'accepted', view: this.openModals().at(-1) };
  }

  /** Closes the modals without submitting. */
  async closeModal(user: string): Promise<void> {
    this.mirror.send({ t: 'view_close', user });
    const closed = () => this.openModals().length === 0 || undefined;
    await this.mirror.waitFor('the modal to close', closed);
  }

  /** The workspace's one modal stack, the visible one last. */
  openModals(): SlackView[] {
    return this.mirror.modalStack;
  }

  /** Messages of a channel, oldest first, thread replies and ephemerals included. */
  messages(channel: string): SlackMessage[] {
    return this.mirror.messages.get(this.channelId(channel)) ?? [];
  }

  /** Only what the bot told `user` alone, in any channel. */
  ephemerals(user: string): SlackMessage[] {
    return [...this.mirror.messages.values()]
      .flat()
      .filter((message) => message.subtype === 'ephemeral' && message.ephemeral_to === user);
  }

  /** The newest message that fits, as soon as there is one; new and rewritten messages count. */
  waitForMessage(channel: string, fits: MessagePredicate, options?: WaitOptions): Promise<SlackMessage> {
    const look = () => this.messages(channel).findLast(fits);
    return this.mirror.waitFor(`a message in ${channel}`, look, options, () =>
      listing(this.messages(channel)),
    );
  }

  /** The newest ephemeral to `user` that fits; with `after` (a message's `ts`) only later ones count. */
  waitForEphemeral(
    user: string,
    fits: MessagePredicate = () => true,
    options: WaitOptions & { after?: string } = {},
  ): Promise<SlackMessage> {
    const { after = '' } = options;
    const look = () => this.ephemerals(user).findLast((message) => message.ts > after && fits(message));
    return this.mirror.waitFor(`an ephemeral to ${user}`, look, options, () =>
      listing(this.ephemerals(user)),
    );
  }

  /** The visible modal, as soon as it fits. */
  waitForView(fits: (view: SlackView) => boolean = () => true, options?: WaitOptions): Promise<SlackView> {
    const look = () => this.openModals().slice(-1).find(fits);
    return this.mirror.waitFor('a modal', look, options, () => JSON.stringify(this.openModals(), null, 1));
  }

  /** The field errors (by block id) shown in the visible modal, as soon as there are any. */
  waitForViewErrors(options?: WaitOptions): Promise<Record<string, string>> {
    return this.mirror.waitFor('errors in the modal', () => this.mirror.viewErrors, options);
  }

  /** Opens the App Home as `user`; resolves once the bot has acknowledged the event. */
  async openHome(user: string): Promise<void> {
    await this.control('open-home', { user });
  }

  /** The App Home published for `user`, as soon as it fits. */
  waitForHome(
    user: string,
    fits: (view: SlackView) => boolean = () => true,
    options?: WaitOptions,
  ): Promise<SlackView> {
    const look = () => [this.mirror.homeViews[user]].find((view) => view !== undefined && fits(view));
    return this.mirror.waitFor(`the App Home of ${user}`, look, options);
  }

  /** Resolves when the bot's Socket Mode connection is there (or, with false, gone). */
  async waitForBot(connected = true, options?: WaitOptions): Promise<void> {
    const look = () => this.mirror.botConnected === connected || undefined;
    await this.mirror.waitFor(`the bot to be ${connected ? 'connected' : 'gone'}`, look, options);
  }

  /** Empties the workspace: messages, modals, App Homes. */
  async reset(): Promise<void> {
    const before = this.mirror.snapshots;
    await this.control('reset', {});
    await this.mirror.waitFor('the empty workspace', () => this.mirror.snapshots > before || undefined);
  }

  async close(): Promise<void> {
    await this.mirror.close();
  }

  private channelId(reference: string): string {
    const name = reference.replace(/^#/, '');
    const channel = this.mirror.channels.find(
      (one) => one.id === reference || one.name === name || (one.is_im && one.members.includes(reference)),
    );
    return channel?.id ?? reference;
  }

  private async control(action: string, body: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.url}/_control/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`the local Slack refused ${action}: ${answer}`);
  }
}

function listing(messages: readonly SlackMessage[]): string {
  return messages.map((message) => `${message.ts} ${readableText(message)}`).join('\n') || '(no messages)';
}
