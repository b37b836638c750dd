import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import type { CrewDayView } from '../../scheduler/crew-desk.ts';
import { buildPlanChart, PATTERNS, PICTURE, PLOT_WIDTH } from './plan-chart.ts';
import { layOutPlan } from './plan-shapes.ts';

export interface DrawOptions {
  title: string;
  now: Date;
  timeZone: string;
  /** Rows are the days of one crew instead of the crews of one day. */
  byDay: boolean;
}

/** Width of an average letter of the font, as a share of its size. */
const LETTER = 0.57;

/**
 * Who does what when, as an SVG of 1,000 pixels' width: a row for each of `days`, jobs with their titles, travel hatched,
 * breaks and absences grey, late jobs outlined and named so, a line at `now`.
 */
export async function drawPlan(days: readonly CrewDayView[], options: DrawOptions): Promise<string> {
  const charactersPerHour = (hours: number) => PLOT_WIDTH / hours / (PICTURE.fontSize * LETTER);
  const plan = layOutPlan(days, { ...options, charactersPerHour });
  const { spec } = compile(buildPlanChart(plan, options.title));
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return svg.replace(/<svg[^>]*>/, (start) => `${start}<defs>${PATTERNS}</defs>`);
  } finally {
    view.finalize();
  }
}
