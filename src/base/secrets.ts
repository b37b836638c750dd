/** Every secret that this process has read: whatever writes for people asks it what must never be written. */
export interface Secrets {
  /** Notes a secret where it is read, and hands it on. */
  register<Value extends string | undefined>(secret: Value): Value;
  list(): readonly string[];
}

/** Without any secret yet. */
export function createSecrets(): Secrets {
  const known = new Set<string>();
  return {
    register: (secret) => {
      if (secret !== undefined && secret !== '') known.add(secret);
      return secret;
    },
    list: () => [...known],
  };
}

/** User and password of an address such as `mongodb://user:password@host`, as written and as they are meant. */
export function credentialsIn(address: string): string[] {
  const written = /^[a-z][a-z\d+.-]*:\/\/([^@/?#\s]*)@/i.exec(address)?.[1];
  if (written === undefined) return [];
  const password = written.slice(written.indexOf(':') + 1);
  const secrets = written.includes(':') ? [password, written] : [written];
  return secrets.flatMap((secret) => [secret, decode(secret)]);
}

/** The values behind `?` in an address, which may be keys. */
export function queryValuesIn(address: string): string[] {
  if (!URL.canParse(address)) return [];
  return [...new URL(address).searchParams.values()];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
