/**
 * Why an address of a service cannot be used, in words that repeat nothing of it; null when it can. Credentials in it
 * are refused: no request can be made with them, and they would stand in files and logs.
 */
export function findAddressFault(text: string): { wrong: string; right: string } | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return { wrong: 'is no web address', right: 'write one that starts with http:// or https://' };
  if (url.username === '' && url.password === '' && !/^\w+:\/\/[^/?#]*@/.test(text)) return null;
  return {
    wrong: 'has a user or a password in it',
    right:
      'leave out what stands before “@”, and hand the secret over as a token, by an environment variable',
  };
}

/** A user or a password in an address: `https://user:pw@host`, also without the `https:`. */
const CREDENTIALS = /\/\/[^\s/?#@"'<>]+@[^\s@]/;

/** Whether an address in a text has a user or a password in it. */
export function hasCredentials(text: string): boolean {
  return CREDENTIALS.test(text);
}
