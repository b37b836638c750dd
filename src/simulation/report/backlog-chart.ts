import type { TopLevelSpec } from 'vega-lite';
import { drawChart } from '../../pictures/draw-chart.ts';
import type { SimulatedSide } from './report-words.ts';

const WIDTH = 880;
const FONT = 'DejaVu Sans Condensed';
const INK = '#1a1a1a';
const DAYS_A_WEEK = 7;
/** The highest line stays clear of the frame, and with nothing to show there is a scale all the same. */
const HEADROOM = 1.1;
const LEAST_JOBS = 5;
const LEAST_SHARE = 0.05;

/** Backlog by day and late share by week, a line for each roster, as an SVG. */
export function drawBacklog(sides: readonly SimulatedSide[], title: string): Promise<string> {
  return drawChart(buildBacklogChart(sides, title));
}

function buildBacklogChart(sides: readonly SimulatedSide[], title: string): TopLevelSpec {
  const [backlogs, lateShares] = [listBacklog(sides), listLateShare(sides)];
  const backlog = backlogs.map(({ open }) => open);
  const shares = lateShares.map(({ late }) => late ?? 0);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: '#ffffff',
    padding: 20,
    title: { text: title, anchor: 'start', fontSize: 20, color: INK, offset: 14 },
    config: {
      font: FONT,
      axis: { labelFontSize: 14, titleFontSize: 14, titleFontWeight: 'normal', gridColor: '#e0e0e0' },
      legend: { labelFontSize: 16, title: null, orient: 'top', symbolStrokeWidth: 3, symbolSize: 400 },
      view: { stroke: null },
    },
    vconcat: [
      panel(
        backlogs,
        sides,
        {
          field: 'open',
          title: 'open jobs at the end of the day',
          format: 'd',
          top: Math.max(LEAST_JOBS, ...backlog) * HEADROOM,
        },
        260,
      ),
      panel(
        lateShares,
        sides,
        {
          field: 'late',
          title: 'late, of the jobs due in the week',
          format: '.0%',
          top: Math.min(1, Math.max(LEAST_SHARE, ...shares) * HEADROOM),
        },
        160,
      ),
    ],
  } as TopLevelSpec;
}

function panel(
  values: object[],
  sides: readonly SimulatedSide[],
  { field, title, format, top }: { field: string; title: string; format: string; top: number },
  height: number,
): object {
  const rosters = sides.map(({ label }) => label);
  const days = sides[0]?.summary.backlog.map(({ day }) => day) ?? [];
  const time = { type: 'utc', domain: [days[0], days.at(-1)] };
  return {
    width: WIDTH,
    height,
    data: { values },
    // Not along the axis: without a canvas the library takes a text for longer than it is, and makes room for it.
    title: { text: title, anchor: 'start', fontSize: 15, fontWeight: 'normal', color: INK },
    mark: { type: 'line', strokeWidth: 2, interpolate: 'step-after' },
    encoding: {
      x: {
        field: 'day',
        type: 'temporal',
        scale: time,
        title: null,
        axis: { format: '%-d %b %Y', tickCount: 6 },
      },
      y: {
        field,
        type: 'quantitative',
        title: null,
        scale: { domain: [0, top], nice: true },
        axis: { format, tickCount: 5 },
      },
      // Told apart without colours, too.
      color: { field: 'roster', type: 'nominal', scale: { domain: rosters, range: ['#1f5582', '#c2570c'] } },
      strokeDash: {
        field: 'roster',
        type: 'nominal',
        scale: {
          domain: rosters,
          range: [
            [1, 0],
            [6, 3],
          ],
        },
      },
    },
  };
}

function listBacklog(sides: readonly SimulatedSide[]): { roster: string; day: string; open: number }[] {
  return sides.flatMap(({ label, summary }) =>
    summary.backlog.map(({ day, open }) => ({ roster: label, day, open })),
  );
}

/** Each week's share holds to its end; what is left at the end of the range belongs to the last week. */
function listLateShare(
  sides: readonly SimulatedSide[],
): { roster: string; day: string | undefined; late: number | null }[] {
  return sides.flatMap(({ label, summary: { due } }) => {
    const weeks = Math.max(1, Math.floor(due.length / DAYS_A_WEEK));
    return Array.from({ length: weeks }, (_, week) => {
      const days = due.slice(week * DAYS_A_WEEK, week === weeks - 1 ? undefined : (week + 1) * DAYS_A_WEEK);
      const all = days.reduce((sum, one) => sum + one.all, 0);
      const late = all === 0 ? null : days.reduce((sum, one) => sum + one.late, 0) / all;
      return [days[0], ...(week === weeks - 1 ? [days.at(-1)] : [])].map((one) => ({
        roster: label,
        day: one?.day,
        late,
      }));
    }).flat();
  });
}
