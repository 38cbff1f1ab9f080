import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { themeChanged } from '../marks/theme.ts';

export interface Series {
  /** Ends of the windows, seconds since the Unix epoch, ascending. */
  readonly times: readonly number[];
  readonly canary: readonly (number | null)[];
  readonly stable: readonly (number | null)[];
}

export interface WindowPlotProps {
  readonly title: string;
  readonly series: Series;
  /** Null = none. */
  readonly budget: number | null;
  readonly format: (value: number) => string;
}

const height = 112;

/** One measure over the windows of a stage. The last value stands beside the title; all of them are in the table below. */
export function WindowPlot({ title, series, budget, format }: WindowPlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const data = JSON.stringify([series, budget]);
  useEffect(() => {
    const element = place.current;
    if (element === null || !series.canary.some((value) => value !== null)) return;
    let plot = draw(element, series, budget, format);
    const redraw = () => {
      plot.destroy();
      plot = draw(element, series, budget, format);
    };
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    window.addEventListener(themeChanged, redraw);
    return () => {
      resize.disconnect();
      dark.removeEventListener('change', redraw);
      window.removeEventListener(themeChanged, redraw);
      plot.destroy();
    };
  }, [data]);
  const last = series.canary.at(-1) ?? null;
  const over = last !== null && budget !== null && last > budget;
  return (
    <figure class="plot">
      <figcaption>
        {title}{' '}
        <strong class={over ? 'over' : undefined}>
          {last === null ? 'not measured' : format(last)}
          {over && ' over'}
        </strong>{' '}
        {budget !== null && <span class="quiet">budget {format(budget)}</span>}
      </figcaption>
      <div ref={place} class="canvas" aria-hidden="true" />
    </figure>
  );
}

function draw(element: HTMLDivElement, { times, canary, stable }: Series, budget: number | null, format: (value: number) => string): uPlot {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [ink, grid] = [colour('--quiet'), colour('--line')];
  const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
  const line = (stroke: string, dash: number[] = []): uPlot.Series => ({
    stroke,
    width: 1.75,
    dash,
    points: { show: dash.length === 0, size: 6, fill: stroke },
  });
  // A lone window, or windows of one moment, would have no width to stand in.
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const margin = Math.max(5, (last - first) * 0.06);
  const budgets = budget === null ? [] : [times.map(() => budget)];
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [6, 8, 0, 0],
      scales: {
        x: { time: true, range: () => [first - margin, last + margin] },
        y: { range: (_plot, _min, max) => [0, Math.max(max, budget ?? 0) * 1.15 || 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 22,
          space: 70,
          values: (_plot, ticks) => ticks.map((tick) => (tick < first - margin / 2 ? '' : clockTime(tick))),
        },
        { ...axis, size: 58, space: 28, values: (_plot, ticks) => ticks.map(format) },
      ],
      series: [{}, line(colour('--canary')), line(colour('--stable')), ...budgets.map(() => budgetLine(colour('--budget')))],
      hooks: { draw: budget === null ? [] : [(plot) => wholeLine(plot, budget, colour('--budget'))] },
    },
    [[...times], [...canary], [...stable], ...budgets],
    element,
  );
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB');
}

/** Only makes room on the scale: the line itself goes from edge to edge. */
function budgetLine(stroke: string): uPlot.Series {
  return { stroke, width: 0, points: { show: false } };
}

function wholeLine({ ctx, bbox, valToPos }: uPlot, value: number, stroke: string): void {
  const y = Math.round(valToPos(value, 'y', true));
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
