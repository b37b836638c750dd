import { createHttpSeverityAgent } from '../agents/http-agent.ts';
import { createLlmSeverityAgent } from '../agents/llm-severity-agent.ts';
import { createSeverityAgent, SEVERITY_CONTRACT } from '../agents/severity-agent.ts';
import type { SeverityAgentConfig } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import type { Agency, RemoteHandler } from '../core/agency/agency.ts';
import type { KnownHandler } from '../core/checks/known-names.ts';
import type { StepHandler } from '../core/definition/step-handler.ts';
import { toMilliseconds } from '../core/values/duration.ts';
import { createCrewScheduler } from '../services/crew-scheduler.ts';
import { createHttpService } from '../services/http-service.ts';
import { createNoticeService } from '../services/notice-service.ts';
import { createRepairService } from '../services/repair-service.ts';
import type { RunStore } from '../store/runs/runs.ts';
import type { WorkOrderStore } from '../store/work/work-orders.ts';

export interface HandlerDeps {
  agency: Agency;
  severityAgent: SeverityAgentConfig;
  workOrders: WorkOrderStore;
  runs: Pick<RunStore, 'find'>;
  requestPlanning(): Promise<void>;
  /** The value of an environment variable that the agency file names for a bearer token. */
  findToken(variable: string): string | undefined;
  log: Log;
}

/** Every agent and service of this installation: the built-in ones and those the agency calls by URL. */
export function createHandlers(deps: HandlerDeps): StepHandler[] {
  return [
    createSeverity(deps),
    createCrewScheduler(deps),
    createRepairService(deps),
    createNoticeService(deps.agency.channels),
    ...deps.agency.agents.map((remote) => createRemote('agent', remote, deps)),
    ...deps.agency.services.map((remote) => createRemote('service', remote, deps)),
  ] as StepHandler[];
}

function createRemote(kind: 'agent' | 'service', remote: RemoteHandler, deps: HandlerDeps): StepHandler {
  const token = remote.tokenVariable ? deps.findToken(remote.tokenVariable) : undefined;
  if (remote.tokenVariable && token === undefined) {
    deps.log.warn('A token is missing; the call is made without it', {
      name: remote.name,
      variable: remote.tokenVariable,
    });
  }
  const { name, url, timeout } = remote;
  return createHttpService({ kind, name, url, timeoutMs: toMilliseconds(timeout), token }) as StepHandler;
}

const HTTP_AGENT_TIMEOUT_MS = 30_000;

function createSeverity({ severityAgent, agency, log }: HandlerDeps): unknown {
  switch (severityAgent.kind) {
    case 'rules':
      return createSeverityAgent();
    case 'http':
      return createHttpSeverityAgent({ url: severityAgent.url, timeoutMs: HTTP_AGENT_TIMEOUT_MS });
    case 'llm':
      return createLlmSeverityAgent({
        ...severityAgent,
        timeoutMs: severityAgent.timeoutSeconds * 1_000,
        listAbilities: () => ({
          skills: [...new Set(agency.crews.flatMap((crew) => crew.skills))],
          crewSkills: agency.crews.map((crew) => crew.skills),
          materials: agency.materials.map((material) => material.id),
        }),
        onFallback: (reason) => log.warn('The language model did not answer; the rules did', { reason }),
      });
  }
}

/** The contracts of the built-in agents and services, for checking definitions where nothing runs. */
export function listBuiltInHandlers(): KnownHandler[] {
  const nothing = () => {
    throw new Error('a contract is not to be executed');
  };
  const workOrders = { insert: nothing, find: nothing };
  return [
    SEVERITY_CONTRACT as KnownHandler,
    createCrewScheduler({
      agency: { timeZone: 'UTC' },
      workOrders,
      runs: { find: nothing },
      requestPlanning: nothing,
    }) as KnownHandler,
    createRepairService({ workOrders }) as KnownHandler,
    createNoticeService() as KnownHandler,
  ];
}
