import type { IncomingMessage } from 'node:http';

/** An answer of a route: a status and a body that is sent as JSON, or as text when it is a string. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A route's handler; `parameters` are the named parts of its path. */
export type RouteHandler = (request: IncomingMessage, parameters: Record<string, string>) => Promise<Answer>;

/** Who may call a route: anybody, or whoever has the API's bearer token. */
export type RouteRight = 'anybody' | 'token';

export interface Route {
  right: RouteRight;
  method: 'GET' | 'POST' | 'PUT';
  /** Such as `/api/runs/:id`. */
  path: string;
  handle: RouteHandler;
}
