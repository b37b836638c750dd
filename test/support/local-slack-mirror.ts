import { type SlackChannel, type SlackMessage, type SlackView, UiEvent } from './local-slack-types.ts';

export interface WaitOptions {
  timeoutMs?: number;
}

/**
 * A copy of the workspace, kept current by the page's WebSocket. `waitFor` looks at the copy now and again after
 * every event, so a test neither sleeps nor misses what happened before it asked.
 */
export class LocalSlackMirror {
  readonly messages = new Map<string, SlackMessage[]>();
  channels: SlackChannel[] = [];
  modalStack: SlackView[] = [];
  homeViews: Record<string, SlackView> = {};
  viewErrors: Record<string, string> | undefined;
  botConnected = false;
  /** Counts what happened to the modals, so that a test can wait for the next change. */
  viewChanges = 0;
  /** Counts snapshots: one at the start, one after each reset. */
  snapshots = 0;
  /** An event of a known kind in an unknown shape: the local Slack has changed, and nothing here can be trusted. */
  private failure: Error | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ui`);
    this.socket.onmessage = (event) => this.receive(String(event.data));
  }

  async ready(): Promise<void> {
    await this.waitFor('the local Slack page to connect', () => this.snapshots > 0 || undefined);
  }

  send(message: Record<string, unknown>): void {
    this.socket.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => {
      this.socket.onclose = () => resolve();
    });
    this.socket.close();
    await closed;
  }

  /** Resolves to the first defined result of `look`; rejects after `timeoutMs` (30 s), saying `describe`'s answer. */
  waitFor<Found>(
    what: string,
    look: () => Found | undefined,
    { timeoutMs = 30_000 }: WaitOptions = {},
    describe: () => string = () => '',
  ): Promise<Found> {
    const timedOut = new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    return new Promise((resolve, reject) => {
      const attempt = (): void => {
        try {
          if (this.failure) throw this.failure;
          const found = look();
          if (found === undefined) return;
          finish();
          resolve(found);
        } catch (error) {
          finish();
          reject(error);
        }
      };
      const timer = setTimeout(() => {
        finish();
        timedOut.message += `\n${describe()}`;
        reject(timedOut);
      }, timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        this.listeners.delete(attempt);
      };
      this.listeners.add(attempt);
      attempt();
    });
  }

  private receive(data: string): void {
    const event: unknown = JSON.parse(data);
    const parsed = UiEvent.safeParse(event);
    if (parsed.success) this.apply(parsed.data);
    else if (isKnownKind(event)) this.failure = parsed.error;
    for (const listener of [...this.listeners]) listener();
  }

  private apply(event: UiEvent): void {
    switch (event.t) {
      case 'init':
        this.snapshots++;
        this.channels = event.state.channels;
        this.modalStack = event.state.modalStack;
        this.homeViews = {};
        this.botConnected = event.state.apps.some((app) => app.connected);
        this.messages.clear();
        for (const [channel, list] of Object.entries(event.state.messages)) this.messages.set(channel, list);
        break;
      case 'message':
        this.messages.set(event.message.channel, [...this.list(event.message.channel), event.message]);
        break;
      case 'message_update': {
        const { message } = event;
        const list = this.list(message.channel).map((known) => (known.ts === message.ts ? message : known));
        this.messages.set(message.channel, list);
        break;
      }
      case 'message_delete':
        this.messages.set(
          event.channel,
          this.list(event.channel).filter((known) => known.ts !== event.ts),
        );
        break;
      case 'channel':
        this.channels = [...this.channels, event.channel];
        break;
      case 'view':
        this.modalStack = event.stack;
        this.viewErrors = undefined;
        this.viewChanges++;
        break;
      case 'view_errors':
        this.viewErrors = event.errors;
        this.viewChanges++;
        break;
      case 'home':
        this.homeViews = { ...this.homeViews, [event.user]: event.view };
        break;
      case 'socket_status':
        this.botConnected = event.connected;
        break;
    }
  }

  private list(channel: string): SlackMessage[] {
    return this.messages.get(channel) ?? [];
  }
}

function isKnownKind(event: unknown): boolean {
  const kinds: readonly unknown[] = UiEvent.options.map((option) => option.shape.t.value);
  return typeof event === 'object' && event !== null && 't' in event && kinds.includes(event.t);
}
