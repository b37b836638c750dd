export { findFreePort } from '../../src/embedded/port.ts';
