import type { TopLevelSpec } from 'vega-lite';
import { KINDS, type Kind, type PlanShapes } from './plan-shapes.ts';

/** The picture's measures, in pixels of the SVG. */
export const PICTURE = {
  width: 1_000,
  left: 196,
  rowHeight: 64,
  fontSize: 18,
  font: 'DejaVu Sans Condensed',
};
const RIGHT = 36;
const TOP = 104;
export const PLOT_WIDTH = PICTURE.width - PICTURE.left - RIGHT;

/** Told apart by lightness, hatching and outline as well as by colour. */
const FILL: Readonly<Record<Kind, string>> = {
  job: '#1f5582',
  'late job': '#ffffff',
  travel: 'url(#travel)',
  break: '#c9c9c9',
  absent: 'url(#absent)',
};
const INK = '#1a1a1a';
const WARNING = '#b3261e';

/** The hatchings that `FILL` names; Vega has no marks for patterns, so they go into the SVG beside its own. */
export const PATTERNS = [
  '<pattern id="travel" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
  '<rect width="8" height="8" fill="#eaf2f9"/><rect width="3" height="8" fill="#5b8db8"/></pattern>',
  '<pattern id="absent" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">',
  '<rect width="14" height="14" fill="#e3e3e3"/><rect width="2" height="14" fill="#a8a8a8"/></pattern>',
].join('');

/** The plan as a Vega-Lite specification: crews (or days) downwards, wall time to the right. */
export function buildPlanChart(plan: PlanShapes, title: string): TopLevelSpec {
  const { rows, shapes } = plan;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: PLOT_WIDTH,
    height: rows.length * PICTURE.rowHeight,
    // Measured here: without a canvas the library can only guess how wide its texts are.
    autosize: 'none',
    padding: { left: PICTURE.left, right: RIGHT, top: TOP, bottom: 60 },
    background: '#ffffff',
    params: [{ name: 'rowLabels', value: rows.map(({ title: name, load }) => [name, load]) }],
    config: { font: PICTURE.font, view: { stroke: null } },
    layer: [
      heading(title),
      {
        data: { values: rows.flatMap(({ shifts }, row) => shifts.map((shift) => ({ row, ...shift }))) },
        mark: { type: 'bar', fill: '#f4f4f4', stroke: '#8a8a8a', strokeWidth: 1, height: { band: 0.92 } },
        encoding: { y: rowScale(rows.length), x: timeScale(plan), x2: { field: 'to' } },
      },
      {
        data: { values: shapes },
        mark: { type: 'bar', height: { band: 0.68 }, cornerRadius: 2 },
        encoding: {
          ...place(),
          color: byKind((kind) => FILL[kind]),
          stroke: byKind((kind) => (kind === 'late job' ? WARNING : INK)),
          strokeWidth: { condition: { test: "datum.kind === 'late job'", value: 4 }, value: 1 },
        },
      },
      ...nowMarks(rows),
      labels(shapes),
    ],
  } as TopLevelSpec;
}

/** The library's own titles stand where it guesses that the texts beside them end. */
function heading(text: string) {
  return {
    data: { values: [{}] },
    mark: { type: 'text', text, align: 'left', fontSize: 24, fontWeight: 'bold', color: INK },
    encoding: { x: { value: 20 - PICTURE.left }, y: { value: 30 - TOP } },
  };
}

const place = () => ({
  y: { field: 'row', type: 'nominal' },
  x: { field: 'from', type: 'quantitative' },
  x2: { field: 'to' },
});

function rowScale(count: number) {
  return {
    field: 'row',
    type: 'nominal',
    scale: { domain: Array.from({ length: count }, (_, row) => row), padding: 0 },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelExpr: 'rowLabels[datum.value]',
      labelFontSize: PICTURE.fontSize,
      labelLineHeight: 22,
      // Cut to the room already, by a better guess than the library's.
      labelLimit: 0,
      labelOffset: -11,
      labelPadding: 10,
      labelColor: INK,
      grid: false,
    },
  };
}

function timeScale({ from, to }: PlanShapes) {
  const step = to - from > 14 * 60 ? 120 : 60;
  const first = Math.ceil(from / step) * step;
  const values = Array.from(
    { length: Math.floor((to - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  return {
    field: 'from',
    type: 'quantitative',
    scale: { domain: [from, to], nice: false, zero: false },
    axis: {
      title: null,
      orient: 'top',
      values,
      labelExpr: "format((datum.value / 60 + 48) % 24, '02d') + ':00'",
      labelFontSize: PICTURE.fontSize,
      labelColor: INK,
      labelOverlap: false,
      labelFlush: false,
      gridColor: '#d5d5d5',
      tickColor: '#d5d5d5',
      domain: false,
    },
  };
}

/** The same scale for fill and outline, so that the legend shows both in one sign. */
function byKind(paintOf: (kind: Kind) => string) {
  return {
    field: 'kind',
    type: 'nominal',
    scale: { domain: [...KINDS], range: KINDS.map(paintOf) },
    legend: {
      title: null,
      orient: 'bottom',
      direction: 'horizontal',
      symbolType: 'square',
      symbolSize: 420,
      labelFontSize: PICTURE.fontSize,
      labelColor: INK,
      columnPadding: 26,
      offset: 14,
    },
  };
}

function labels(shapes: PlanShapes['shapes']) {
  const white = { test: "datum.kind === 'job'", value: '#ffffff' };
  return {
    data: { values: shapes.filter(({ label }) => label !== '') },
    mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, fontSize: PICTURE.fontSize },
    encoding: {
      y: { field: 'row', type: 'nominal' },
      x: { field: 'from', type: 'quantitative' },
      text: { field: 'label', type: 'nominal' },
      color: { condition: white, value: INK },
    },
  };
}

/** A line through the rows that have the present minute, and its name above the hours. */
function nowMarks(rows: PlanShapes['rows']) {
  const marks = rows.flatMap(({ now }, row) => (now === null ? [] : [{ row, now }]));
  if (marks.length === 0) return [];
  const x = { field: 'now', type: 'quantitative' };
  const y = { field: 'row', type: 'nominal' };
  return [
    {
      data: { values: marks },
      mark: { type: 'tick', orient: 'vertical', thickness: 4, color: WARNING, height: { band: 1 } },
      encoding: { x, y },
    },
    {
      data: { values: marks.slice(0, 1) },
      mark: {
        type: 'text',
        text: 'now',
        dy: -PICTURE.rowHeight / 2 - 36,
        baseline: 'bottom',
        fontSize: PICTURE.fontSize,
        fontWeight: 'bold',
        color: WARNING,
      },
      encoding: { x, y },
    },
  ];
}
