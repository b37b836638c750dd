import type { CrewDayView } from '../../../core/work/crew-day-view.ts';
import { drawChart } from '../../../pictures/draw-chart.ts';
import { buildPlanChart, PATTERNS } from './plan-chart.ts';
import { type LayoutOptions, layOutPlan } from './plan-layout.ts';

/**
 * Who does what when, as an SVG of 760 pixels' width: a row for each of `days` with its name and load, its jobs by how
 * far they are, travel, breaks and absences hatched, late jobs outlined and named so, a line at `now`; below them the
 * jobs without a crew.
 */
export function drawPlan(days: readonly CrewDayView[], options: LayoutOptions): Promise<string> {
  return drawChart(buildPlanChart(layOutPlan(days, options)), PATTERNS);
}
