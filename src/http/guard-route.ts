import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../base/errors.ts';
import type { Route } from './route.ts';

/** The route, for those only who have its right: without a token to compare with, routes that ask for one are off. */
export function guardRoute(route: Route, apiToken: string | undefined): Route {
  if (route.right === 'anybody') return route;
  return {
    ...route,
    handle: async (request, parameters) => {
      authorise(request, apiToken);
      return route.handle(request, parameters);
    },
  };
}

/** Compares digests, so that neither length nor content of the token shows in the time it takes. */
function authorise(request: IncomingMessage, apiToken: string | undefined): void {
  if (apiToken === undefined) {
    const userMessage = 'The API is off: set API_TOKEN (16 characters or more) and start again.';
    throw new AppError('API is off', { code: 'http.disabled', userMessage });
  }
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(given), digest(apiToken))) return;
  const userMessage = 'Send the header “Authorization: Bearer <API_TOKEN>”.';
  throw new AppError('wrong or missing bearer token', { code: 'http.unauthorized', userMessage });
}
