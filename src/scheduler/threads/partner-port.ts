import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Partner, ToldPlan } from '../../planner/search/partner.ts';

/**
 * The other search, at the other end of a channel. A thread that searches hears nothing but what it looks for itself.
 * Only the search that invited (`isHost`) ends the other one with itself: the other may fail, or be done before.
 */
export function createPartner(port: MessagePort, isHost: boolean): Partner {
  return {
    tell: (plan) => port.postMessage(plan),
    hear: () => {
      let last: ToldPlan | null = null;
      for (;;) {
        const next: { message: ToldPlan | 'over' } | undefined = receiveMessageOnPort(port);
        if (!next) return last;
        if (next.message === 'over') return 'over';
        last = next.message;
      }
    },
    leave: () => {
      if (isHost) port.postMessage('over');
      port.close();
    },
  };
}
