/** Text from bytes, or which byte is in the way. */
export type TextRead =
  | { ok: true; text: string; encoding: 'UTF-8' | 'UTF-16' }
  | {
      ok: false;
      /** What is wrong, in words that name byte and line. */
      wrong: string;
      line: number;
      /** Whether the bytes may be of an older encoding, with one byte a character. */
      mayBeLegacy: boolean;
    };

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const UTF16_MARKS = { 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] } as const;
const UTF32_MARKS = [
  [0xff, 0xfe, 0, 0],
  [0, 0, 0xfe, 0xff],
];
/** Bytes that Windows-1252 gives no character. */
const UNDEFINED_IN_1252 = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
/** So many bytes tell whether every second one is zero. */
const LOOKED_AT = 2_000;

/**
 * Reads UTF-8, and UTF-16 in both orders, with a byte order mark or without. Whatever is neither is refused with its first
 * byte: characters are never put in the place of others.
 */
export function readUnicode(bytes: Uint8Array): TextRead {
  if (UTF32_MARKS.some((mark) => startsWith(bytes, mark)))
    return { ok: false, wrong: 'it is UTF-32', line: 1, mayBeLegacy: false };
  const wide = findUtf16(bytes);
  if (wide) return readUtf16(bytes, wide);
  const content = startsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes;
  const bad = findBadByte(content, 'utf-8');
  if (bad === null) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
    return { ok: true, text, encoding: 'UTF-8' };
  }
  const first = findLead(content, bad);
  const line = countLines(content.subarray(0, first));
  const byte = sayByte(content[first]);
  return {
    ok: false,
    wrong: `byte ${byte} in line ${line} is not UTF-8`,
    line,
    mayBeLegacy: isLegacy(content),
  };
}

/** Reads bytes that are known, or taken, to be Windows-1252, of which Latin-1 is a part. */
export function readLegacyText(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(bytes);
}

/** A body of HTTP as text, or why it is none; `isUnknown`: it declares a character set that is not read here. */
export type BodyRead = { ok: true; text: string } | { ok: false; wrong: string; isUnknown: boolean };

const UNICODE_NAMES = ['utf-8', 'utf8', 'us-ascii', 'ascii', 'utf-16', 'utf-16le', 'utf-16be'];
const LEGACY_NAMES = ['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'windows-1252', 'cp1252'];

/** Reads a body by the character set that its content type declares: UTF-8 when it declares none. */
export function readBody(bytes: Uint8Array, contentType: string | null | undefined): BodyRead {
  const declared =
    /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (LEGACY_NAMES.includes(declared)) return { ok: true, text: readLegacyText(bytes) };
  if (!UNICODE_NAMES.includes(declared))
    return { ok: false, wrong: `it is declared as ${declared}, which is not read here`, isUnknown: true };
  const read = readUnicode(bytes);
  return read.ok ? read : { ok: false, wrong: read.wrong, isUnknown: false };
}

function readUtf16(bytes: Uint8Array, encoding: keyof typeof UTF16_MARKS): TextRead {
  const content = startsWith(bytes, UTF16_MARKS[encoding]) ? bytes.subarray(2) : bytes;
  const bad = findBadByte(content, encoding);
  if (bad === null) {
    return { ok: true, text: new TextDecoder(encoding).decode(content), encoding: 'UTF-16' };
  }
  const before = new TextDecoder(encoding).decode(content.subarray(0, bad - (bad % 2)));
  const line = before.split(/\r\n|\n|\r/).length;
  const wrong = `it is UTF-16 and ends, or breaks off, inside a character in line ${line}`;
  return { ok: false, wrong, line, mayBeLegacy: false };
}

/** By its mark; without one, most texts have a zero in every other byte. */
function findUtf16(bytes: Uint8Array): keyof typeof UTF16_MARKS | null {
  if (startsWith(bytes, UTF16_MARKS['utf-16le'])) return 'utf-16le';
  if (startsWith(bytes, UTF16_MARKS['utf-16be'])) return 'utf-16be';
  const sample = bytes.subarray(0, LOOKED_AT);
  const zeros = (rest: number) => sample.filter((byte, index) => byte === 0 && index % 2 === rest).length;
  const [even, odd] = [zeros(0), zeros(1)];
  const enough = sample.length / 4;
  if (odd > enough && even < odd / 10) return 'utf-16le';
  return even > enough && odd < even / 10 ? 'utf-16be' : null;
}

/** The place of the first byte that cannot be read; null when there is none. */
function findBadByte(bytes: Uint8Array, encoding: string): number | null {
  const isReadable = (length: number, stream: boolean) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, length), { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (isReadable(bytes.length, false)) return null;
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isReadable(middle, true)) good = middle;
    else bad = middle;
  }
  return Math.max(0, bad - 1);
}

/** Of a character that is broken off, its first byte and not the one that does not go on with it. */
function findLead(bytes: Uint8Array, bad: number): number {
  for (let back = 1; back <= 3 && back <= bad; back += 1) {
    const byte = bytes[bad - back] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? bad - back : bad;
  }
  return bad;
}

function isLegacy(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte === 0 || UNDEFINED_IN_1252.includes(byte));
}

function countLines(bytes: Uint8Array): number {
  return readLegacyText(bytes).split(/\r\n|\n|\r/).length;
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function sayByte(byte = 0): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
