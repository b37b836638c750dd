import type { Bulletin } from '../core/work/bulletin.ts';
import type { CrewDayView } from '../core/work/crew-day-view.ts';
import type { PlanProposal } from '../core/work/plan-proposal.ts';
import type { WorkOrder } from '../core/work/work-order.ts';
import type { ActOutcome, PlanActDeps } from '../scheduler/plan-act.ts';
import { answerProposal } from '../scheduler/planning/answer-proposal.ts';
import { chooseCrews, viewCrewDays, viewCrewWeek } from '../scheduler/planning/view-crew-days.ts';
import { loadPlanSources } from '../scheduler/problem/load-plan-sources.ts';

/** A job that waits without a crew. */
export type UnplacedJob = Pick<WorkOrder, '_id' | 'title' | 'unplaced' | 'dueAt' | 'weight'>;

/** The plan of the crews: seeing it, and answering its questions. */
export interface Planning {
  /**
   * The days of the crews (all, or one) on a local date, crews in the agency's order. A tour over midnight is whole on
   * each date on which it has stops.
   */
  viewDay(day: string, crewId?: string): Promise<CrewDayView[]>;
  /**
   * The days of one crew on the dates from `day` on, each tour on the date it begins; before them the date of a tour that
   * has stops on `day` still.
   */
  viewCrew(crewId: string, day: string, days: number): Promise<CrewDayView[]>;
  /** Jobs that wait without a crew, heaviest first, with why. */
  listUnplaced(): Promise<UnplacedJob[]>;
  /** What crews and dispatch are told about a planning, an absence or a rain day. */
  findBulletin(id: string): Promise<Bulletin | null>;
  findProposal(id: string): Promise<PlanProposal | null>;
  /** Dispatch makes all moves of a proposal, or keeps the plan as it is. */
  decideProposal(
    id: string,
    verdict: 'apply' | 'keep',
    actor: string,
  ): Promise<ActOutcome<{ proposal: PlanProposal }>>;
}

const MOST_UNPLACED = 50;

/** Planning over the stores. */
export function createPlanning(deps: PlanActDeps): Planning {
  const { agency, stores } = deps;
  const load = () => loadPlanSources(stores, agency, deps.now());
  return {
    viewDay: async (day, crewId) => viewCrewDays(await load(), chooseCrews(agency, crewId), day),
    viewCrew: async (crewId, day, days) => {
      const sources = await load();
      return chooseCrews(agency, crewId).flatMap((crew) => viewCrewWeek(sources, crew, day, days));
    },
    listUnplaced: async () => {
      const waiting = await stores.workOrders.listWaiting(MOST_UNPLACED);
      return waiting.map(toUnplaced);
    },
    findBulletin: (id) => stores.bulletins.find(id),
    findProposal: (id) => stores.planProposals.find(id),
    decideProposal: (id, verdict, actor) => answerProposal(deps, id, verdict, actor),
  };
}

function toUnplaced({ _id, title, unplaced, dueAt, weight }: WorkOrder): UnplacedJob {
  return { _id, title, unplaced, dueAt, weight };
}
