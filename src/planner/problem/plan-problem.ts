/**
 * What a plan is made from, in numbers only, so that planning is fast, repeatable and can be moved to a worker thread:
 * minutes since `origin` for time, integer cents for money, whole units for materials, indexes for everything that is
 * named. Ids and names are carried along for explanations. Structured-cloneable.
 */
export interface PlanProblem {
  /** UTC milliseconds of minute 0. */
  origin: number;
  skills: string[];
  materials: string[];
  depots: { id: string; name: string }[];
  crews: PlanCrew[];
  /** Crew-days: each is one tour that begins and ends at the crew's depot. */
  shifts: PlanShift[];
  tasks: PlanTask[];
  stock: PlanStock[];
  travel: TravelModel;
  prices: PlanPrices;
}

export interface PlanCrew {
  id: string;
  name: string;
  depot: number;
  /** Cents per hour of travel and of work. */
  hourlyRateCents: number;
  size: number;
  /** Level by skill; 0 where the crew does not have it. */
  levels: number[];
  /** What the truck can carry in one shift, by material; null where nothing limits it. */
  truckCapacity: (number | null)[];
  latitude: number;
  longitude: number;
}

/** A crew's dated working time: [start, end) without its breaks and without what is promised to work outside the plan. */
export interface PlanShift {
  crew: number;
  /** Local date, '2026-11-22'. */
  day: string;
  start: number;
  end: number;
  /** Intervals in which no work is done and none is interrupted: work lies before or after; travel may go through. */
  closed: Span[];
  /** Breaks that interrupt work, or that may be moved; none overlaps another, nor what is pinned. */
  breaks?: PlanBreak[];
  /** Why there is no time in it (absence, equipment down), for explanations; null for a shift that can be used. */
  absent: string | null;
}

/**
 * So many minutes without work between `from` and `to`; travel may go through. When there is no more room than that, it
 * is then and only then. Work may be stopped for one that `interrupts` and goes on behind it; it never begins within.
 */
export interface PlanBreak {
  from: number;
  to: number;
  minutes: number;
  interrupts: boolean;
}

/** Half-open, in minutes. */
export interface Span {
  start: number;
  end: number;
}

export interface PlanTask {
  id: string;
  title: string;
  /** Required level by skill index; only what is required. */
  skills: { skill: number; level: number }[];
  crewSize: number;
  /** Crews that said no to it: they are not asked again. */
  declinedBy: number[];
  /** The only crews that may take it, as dispatch chose; null when it did not choose, empty when that crew is no more. */
  chosenCrews: number[] | null;
  /** Of work, without breaks that interrupt it. */
  durationMinutes: number;
  /** Of the breaks by which pinned work was interrupted: so much later does it end. */
  pausedMinutes?: number;
  materials: { material: number; quantity: number }[];
  latitude: number;
  longitude: number;
  /** From severity, at least 1: how much an hour of lateness or being left out matters beside other tasks. */
  weight: number;
  earliest: number;
  /** Promised end; being later costs. Null when nothing is promised. */
  due: number | null;
  /** Must end by then, or is not placed at all; null for the usual, soft, case. */
  deadline: number | null;
  /** When no work can be done on it, such as a rain day of its district. */
  closed: Span[];
  /** Must start this long after another one has ended: concrete cures before asphalt. */
  after: { task: number; minutes: number } | null;
  /** Where it stands in the plan that was announced; moving it costs, unless it is pinned: then it must not move. */
  current: { shift: number; start: number; pinned: boolean } | null;
}

/** What a depot can give out; a task draws from the depot of its crew on the day of its shift. */
export interface PlanStock {
  depot: number;
  material: number;
  /** On hand, without what is reserved for work outside the plan. */
  quantity: number;
  /** Deliveries, in order: usable by shifts that start at or after `at`. */
  incoming: { at: number; quantity: number }[];
}

/** Haversine distance times `factor` (roads are longer than lines), divided by speed; every leg takes whole minutes. */
export interface TravelModel {
  factor: number;
  kilometersPerHour: number;
  /** Exact travel minutes by point, instead of coordinates; for standard instances. Points: crews first, then tasks. */
  matrix?: number[][];
}

/** Cents. Far apart, so that the order of the objective holds: hard rules, unplaced, late, changed, travel and work. */
export interface PlanPrices {
  /** For a task that is left out, times its weight. */
  unplaced: number;
  /** For a minute past due, times its weight. */
  lateMinute: number;
  /** For an announced task that goes to another crew, or to another day. */
  changeCrew: number;
  changeDay: number;
  /** For an announced task that starts at another time of the same day with the same crew, per task. */
  changeTime: number;
  /** For each whole hour from minute 0 to the beginning of the shift that does it, times the weight; 0 when left out. */
  waitHour?: number;
}

/** Which shift does which tasks, in order, from when to when (minutes); and which tasks are left out. */
export interface Plan {
  tours: PlannedTour[];
  unplaced: number[];
  cost: PlanCost;
}

export interface PlannedTour {
  shift: number;
  stops: PlannedStop[];
  /** When the breaks of the shift are taken, in the order of the shift; left out when it has none. */
  breaks?: Span[];
}

export interface PlannedStop {
  task: number;
  start: number;
  end: number;
  /** Minutes on the road from the stop before it, or from the depot. */
  travelMinutes: number;
}

/** The objective by its parts, in cents, and what people ask for first. */
export interface PlanCost {
  total: number;
  unplaced: number;
  late: number;
  change: number;
  wait: number;
  travelAndWork: number;
  lateMinutes: number;
  lateTasks: number;
  travelMinutes: number;
}

/** What a plan may cost in time: whichever comes first. The same seed and iterations make the same plan. */
export interface PlanBudget {
  seed: number;
  iterations: number;
  /** Wall time; `Infinity` for a plan that has to be repeatable. */
  milliseconds: number;
}
