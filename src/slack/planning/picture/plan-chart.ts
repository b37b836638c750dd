import type { TopLevelSpec } from 'vega-lite';
import { PICTURE, PLOT_WIDTH, type PlanLayout, type TextStyle } from './plan-layout.ts';
import type { Kind } from './plan-shapes.ts';

const INK = '#1a1a1a';
const WARNING = '#b3261e';
const LEGEND_COLUMNS = 3;
const LEGEND_ROW = 34;
const CLOCK = "format((datum.value / 60 + 48) % 24, '02d') + ':00'";
const MIDNIGHT = 'datum.hour % 1440 === 0';

/** Told apart by lightness, hatching, outline and a sign as well as by colour. */
const LOOK: Readonly<Record<Kind, { name: string; fill: string; stroke?: string; dash?: number[] }>> = {
  announced: { name: 'not accepted yet', fill: '#ffffff', dash: [6, 4] },
  accepted: { name: 'accepted', fill: '#cfe3f3' },
  started: { name: '▶ under way', fill: '#174a74' },
  blocked: { name: '‖ blocked', fill: 'url(#blocked)' },
  done: { name: '✓ done', fill: '#d9d9d9' },
  obstructed: { name: '⚠ not possible then', fill: 'transparent', stroke: INK, dash: [3, 5] },
  late: { name: '! or LATE: late', fill: 'transparent', stroke: WARNING },
  travel: { name: 'travel', fill: 'url(#travel)' },
  break: { name: 'break', fill: 'url(#break)' },
  absent: { name: 'absent', fill: 'url(#absent)' },
};

const hatching = (id: string, size: number, angle: number, ground: string, line: string, width: number) =>
  `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><rect width="${size}" height="${size}" fill="${ground}"/><rect width="${width}" height="${size}" fill="${line}"/></pattern>`;

/** The hatchings that `LOOK` names; Vega has no marks for patterns, so they go into the SVG beside its own. */
export const PATTERNS = [
  hatching('travel', 8, 45, '#eaf2f9', '#5b8db8', 3),
  hatching('absent', 14, -45, '#e9e9e9', '#b5b5b5', 2),
  hatching('break', 6, 90, '#ffffff', '#a8a8a8', 2),
  hatching('blocked', 12, 0, '#fff3cf', '#e3c567', 3),
].join('');

const TEXT: Readonly<Record<TextStyle, object>> = {
  title: { fontSize: 26, fontWeight: 'bold', align: 'left', color: INK },
  subtitle: { fontSize: PICTURE.fontSize, align: 'left', color: '#444444' },
  row: { fontSize: PICTURE.fontSize, fontWeight: 'bold', align: 'left', color: INK },
  load: { fontSize: PICTURE.fontSize, align: 'right', color: INK },
  line: { fontSize: PICTURE.fontSize, align: 'left', color: INK },
  heading: { fontSize: PICTURE.fontSize, fontWeight: 'bold', align: 'left', color: WARNING },
};

/** The plan as a Vega-Lite specification: rows downwards, wall time to the right. */
export function buildPlanChart(plan: PlanLayout): TopLevelSpec {
  const legendRows = Math.ceil(plan.kinds.length / LEGEND_COLUMNS);
  const scales = { y: yScale(plan), x: timeScale(plan) };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: PLOT_WIDTH,
    height: plan.height,
    // Measured here: without a canvas the library can only guess how wide its texts are.
    autosize: 'none',
    padding: {
      left: PICTURE.side,
      right: PICTURE.side,
      top: PICTURE.top,
      bottom: 26 + legendRows * LEGEND_ROW,
    },
    background: '#ffffff',
    params: [
      { name: 'names', value: Object.fromEntries(plan.kinds.map((kind) => [kind, LOOK[kind].name])) },
      { name: 'midnights', value: plan.midnights },
    ],
    config: { font: PICTURE.font, view: { stroke: null } },
    layer: [
      {
        data: { values: plan.shifts },
        mark: { type: 'rect', fill: '#f4f4f4', stroke: '#8a8a8a', strokeWidth: 1 },
        encoding: { ...place(), ...scales },
      },
      hourLines(plan),
      ...(plan.shapes.length > 0 ? [shapeLayer(plan)] : []),
      ...nowMarks(plan),
      labels(plan),
      ...(Object.keys(TEXT) as TextStyle[]).map((style) => texts(plan, style)),
    ],
  } as TopLevelSpec;
}

const quantitative = (field: string) => ({ field, type: 'quantitative' });
const place = () => ({
  y: quantitative('top'),
  y2: { field: 'bottom' },
  x: quantitative('from'),
  x2: { field: 'to' },
});

/** Pixels from the top. */
function yScale({ height }: PlanLayout) {
  return {
    ...quantitative('top'),
    scale: { domain: [0, height], range: [0, height], nice: false },
    axis: null,
  };
}

/** The minutes that have a mark: as many as there is room for their names. */
function listHours({ from, to }: PlanLayout['span']): number[] {
  const hours = (to - from) / 60;
  const step = hours <= 10 ? 60 : hours <= 20 ? 120 : hours <= 40 ? 240 : 360;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
}

/** A midnight with its weekday, which alone has room at the edges. */
function nameHour({ from, to }: PlanLayout['span']): string {
  const isEdge = `datum.value === ${from} || datum.value === ${to}`;
  const weekday = 'midnights[datum.value]';
  return `${weekday} ? (${isEdge} ? ${weekday} : ${weekday} + ' ' + ${CLOCK}) : ${CLOCK}`;
}

function timeScale({ span }: PlanLayout) {
  return {
    ...quantitative('from'),
    scale: { domain: [span.from, span.to], nice: false, zero: false },
    axis: {
      title: null,
      orient: 'top',
      values: listHours(span),
      labelExpr: nameHour(span),
      labelFontSize: PICTURE.fontSize,
      labelColor: INK,
      labelOverlap: false,
      labelFlush: false,
      grid: false,
      ticks: false,
      domain: false,
    },
  };
}

/** Only behind the bars: across the texts they would be in the way. Midnights stand out: beyond them is another date. */
function hourLines({ bars, span }: PlanLayout) {
  return {
    data: { values: bars.flatMap((bar) => listHours(span).map((hour) => ({ ...bar, hour }))) },
    mark: { type: 'rule' },
    encoding: {
      x: quantitative('hour'),
      y: quantitative('top'),
      y2: { field: 'bottom' },
      color: { condition: { test: MIDNIGHT, value: '#5a5a5a' }, value: '#d0d0d0' },
      strokeWidth: { condition: { test: MIDNIGHT, value: 2 }, value: 1 },
    },
  };
}

function shapeLayer({ shapes, kinds }: PlanLayout) {
  return {
    data: { values: shapes },
    mark: { type: 'bar', cornerRadius: 2, orient: 'horizontal' },
    encoding: {
      ...place(),
      fill: byKind(kinds, (kind) => LOOK[kind].fill),
      stroke: byKind(kinds, (kind) => LOOK[kind].stroke ?? INK),
      strokeDash: byKind(kinds, (kind) => LOOK[kind].dash ?? [1, 0]),
      strokeWidth: {
        condition: { test: "datum.kind === 'late' || datum.kind === 'obstructed'", value: 4 },
        value: 1.5,
      },
    },
  };
}

/** The same scale for fill and outline, so that the legend shows all in one sign. */
function byKind(kinds: readonly Kind[], paintOf: (kind: Kind) => unknown) {
  return {
    field: 'kind',
    type: 'nominal',
    scale: { domain: [...kinds], range: kinds.map(paintOf) },
    legend: {
      title: null,
      orient: 'bottom',
      columns: LEGEND_COLUMNS,
      labelExpr: 'names[datum.value]',
      symbolType: 'square',
      symbolSize: 420,
      labelFontSize: PICTURE.fontSize,
      labelColor: INK,
      labelLimit: 0,
      columnPadding: 18,
      rowPadding: 8,
      offset: 14,
    },
  };
}

function labels({ shapes }: PlanLayout) {
  const values = shapes
    .filter(({ label }) => label !== '')
    .map((shape) => ({ ...shape, middle: (shape.top + shape.bottom) / 2 }));
  return {
    data: { values },
    mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, fontSize: PICTURE.fontSize },
    encoding: {
      y: quantitative('middle'),
      x: quantitative('from'),
      text: { field: 'label', type: 'nominal' },
      color: { condition: { test: "datum.kind === 'started'", value: '#ffffff' }, value: INK },
    },
  };
}

function texts(plan: PlanLayout, style: TextStyle) {
  return {
    data: { values: plan.texts.filter((text) => text.style === style) },
    mark: { type: 'text', baseline: 'middle', ...TEXT[style] },
    encoding: {
      x: { value: style === 'load' ? PLOT_WIDTH : style === 'title' || style === 'subtitle' ? -8 : 0 },
      y: quantitative('y'),
      text: { field: 'text', type: 'nominal' },
    },
  };
}

/** A line through the rows that have the present minute, and its name above the hours. */
function nowMarks({ nows }: PlanLayout) {
  if (nows.length === 0) return [];
  const x = quantitative('now');
  return [
    {
      data: { values: nows.map((one) => ({ ...one, top: one.top - 6, bottom: one.bottom + 6 })) },
      mark: { type: 'rule', strokeWidth: 4, color: WARNING },
      encoding: { x, y: quantitative('top'), y2: { field: 'bottom' } },
    },
    {
      data: { values: nows.slice(0, 1) },
      mark: { type: 'text', text: 'now', fontSize: PICTURE.fontSize, fontWeight: 'bold', color: WARNING },
      encoding: { x, y: { value: 88 - PICTURE.top } },
    },
  ];
}
