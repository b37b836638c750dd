import { readLegacyText, readUnicode } from '../../core/values/decode-text.ts';
import { refuseRequests } from './refuse-requests.ts';

/**
 * The text of a file of requests: UTF-8, UTF-16, or Windows-1252 with a note that it was taken for that; what columns say
 * is the same in all encodings of its kind. Throws `simulation.requests` with line and byte for anything else.
 */
export function decodeRequests(bytes: Uint8Array, file: string): { text: string; note: string | null } {
  const read = readUnicode(bytes);
  if (read.ok) return { text: read.text, note: null };
  if (!read.mayBeLegacy) throw refuseRequests(file, read.wrong, 'save it as UTF-8', `line ${read.line}`);
  return { text: readLegacyText(bytes), note: `${file}: ${read.wrong}; it was read as Windows-1252.` };
}
