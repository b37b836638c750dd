import { randomInt } from 'node:crypto';
import { isPortFree } from '../../src/embedded/port.ts';

/** Below the range from which the system takes the ports of outgoing connections. */
const FROM = 20_000;
const TO = 32_000;

/** A free port that nobody is likely to take while a program that listened there is started again. */
export async function findStablePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    if (await isPortFree(port)) return port;
  }
}
