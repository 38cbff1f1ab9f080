import { count, milliseconds, percent } from '../marks/figures.ts';
import type { SloWindow } from './slo-window.ts';

/** The plots in figures: for whoever cannot see them, or wants to know exactly. */
export function WindowTable({ caption, windows }: { caption: string; windows: readonly SloWindow[] }) {
  return (
    <details class="figures">
      <summary>All figures</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself must be reached by keyboard */}
      <section class="scrolls" tabIndex={0} aria-label={caption}>
        <table>
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Window</th>
              <th scope="col">Requests</th>
              <th scope="col">p95</th>
              <th scope="col">p99</th>
              <th scope="col">Errors</th>
              <th scope="col">Stable p95</th>
              <th scope="col">Stable errors</th>
              <th scope="col">Counts</th>
            </tr>
          </thead>
          <tbody>
            {[...windows].reverse().map(({ id, from, until, samples, canary, stable, counts }) => (
              <tr key={id}>
                <th scope="row">
                  {new Date(until).toLocaleTimeString()} <span class="quiet">({Math.round((until - from) / 1000)} s)</span>
                </th>
                <td>{samples === null ? '–' : count(samples)}</td>
                <td>{milliseconds(canary.p95Ms)}</td>
                <td>{canary.p99Ms === null ? '–' : milliseconds(canary.p99Ms)}</td>
                <td>{percent(canary.errorRate)}</td>
                <td>{stable === null ? '–' : milliseconds(stable.p95Ms)}</td>
                <td>{stable === null ? '–' : percent(stable.errorRate)}</td>
                <td>{counts ? 'yes' : 'superseded'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
