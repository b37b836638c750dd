import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A Vega-Lite chart as an SVG. `defs` are what its marks refer to by `url(#…)`, such as patterns. */
export async function drawChart(chart: TopLevelSpec, defs = ''): Promise<string> {
  const view = new View(parse(compile(chart).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return defs === '' ? svg : svg.replace(/<svg[^>]*>/, (start) => `${start}<defs>${defs}</defs>`);
  } finally {
    view.finalize();
  }
}
