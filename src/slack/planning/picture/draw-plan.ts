import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import type { CrewDayView } from '../../../core/work/crew-day-view.ts';
import { buildPlanChart, PATTERNS } from './plan-chart.ts';
import { type LayoutOptions, layOutPlan } from './plan-layout.ts';

/**
 * Who does what when, as an SVG of 760 pixels' width: a row for each of `days` with its name and load, its jobs by how
 * far they are, travel, breaks and absences hatched, late jobs outlined and named so, a line at `now`; below them the
 * jobs without a crew.
 */
export async function drawPlan(days: readonly CrewDayView[], options: LayoutOptions): Promise<string> {
  const { spec } = compile(buildPlanChart(layOutPlan(days, options)));
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return svg.replace(/<svg[^>]*>/, (start) => `${start}<defs>${PATTERNS}</defs>`);
  } finally {
    view.finalize();
  }
}
