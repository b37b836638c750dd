import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { buildBacklogChart } from './backlog-chart.ts';
import type { SimulatedSide } from './describe-summaries.ts';

/** Backlog and late share of each roster over time, as an SVG. */
export async function drawBacklog(sides: readonly SimulatedSide[], title: string): Promise<string> {
  const view = new View(parse(compile(buildBacklogChart(sides, title)).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
