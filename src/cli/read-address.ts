import { AppError } from '../base/errors.ts';
import { findAddressFault } from '../base/web-address.ts';

/** Where an installation is, and the token for it. */
export interface ApiAddress {
  /** Ends in a slash: paths are below it. */
  url: string;
  token: string;
}

/** What the environment says of it, and what `npm start` has left on this machine. */
export interface WrittenAddress {
  url?: string | undefined;
  port?: string | undefined;
  token?: string | undefined;
  keptPort: string;
  keptToken: string;
}

const USUAL_PORT = '3000';
const MOST_PORTS = 65_535;

/** The address of the installation that is meant. Throws `api.address` with the variable, and what would be right. */
export function readAddress({ url, port, token, keptPort, keptToken }: WrittenAddress): ApiAddress {
  const chosen = token || keptToken;
  if (/[^\x21-\x7E]/.test(chosen))
    throw refuse(
      'API_TOKEN has blanks or signs in it that cannot be sent: write it as the installation has it.',
    );
  if (url) return { url: readUrl(url), token: chosen };
  const number = port || keptPort || USUAL_PORT;
  const isPort = /^\d{1,5}$/.test(number) && Number(number) > 0 && Number(number) <= MOST_PORTS;
  if (!isPort)
    throw refuse(`PORT is “${number}”: write a whole number from 1 to ${MOST_PORTS}, or set CREWLINE_URL.`);
  return { url: `http://localhost:${number}/`, token: chosen };
}

function readUrl(written: string): string {
  const text = written.trim();
  const fault = findAddressFault(text);
  if (fault) {
    const guess = `http://${text.replace(/^[a-z]*:?\/+/i, '')}`;
    const isPlain = URL.canParse(guess) && /^[\w.:/[\]-]+$/.test(text);
    throw refuse(`CREWLINE_URL ${fault.wrong}: ${fault.right}${isPlain ? `, such as ${guess}` : ''}.`);
  }
  const { origin, pathname, search, hash, href } = new URL(text);
  if (search !== '' || hash !== '')
    throw refuse(`CREWLINE_URL has more than an address in it: write ${origin}${pathname}.`);
  return href.replace(/\/*$/, '/');
}

function refuse(userMessage: string): AppError {
  return new AppError('the address cannot be used', { code: 'api.address', userMessage });
}
