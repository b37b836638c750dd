/** What `mend-connections.ts` knows of the driver's inside: its types tell nothing of it. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Duplex } from 'node:stream';

  export class Connection {
    socket: Duplex;
    onError(error: Error): void;
    /** Resolves when the command has left for the server. */
    writeCommand(...command: unknown[]): Promise<void>;
  }
}
