// A real Chromium whose every complaint is kept: console errors, violations of the content security policy, requests to elsewhere.
import { chromium } from '@promotable/services';
import axe from 'axe-core';
import { type BrowserContext, chromium as playwright, type Page } from 'playwright-core';

export interface WatchedBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong since it was last asked. */
  complaints(): string[];
  /** Findings of axe on the page as it is, by rule and element. */
  axe(): Promise<string[]>;
  /** How far the page is wider than its window, pixels. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/** `now`: what the pages take for the present, so that ages are what they are at the server. */
export async function watchedBrowser(now: number): Promise<WatchedBrowser> {
  const { executablePath, args } = await chromium();
  const browser = await playwright.launch({ executablePath, args: [...args] });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  // Before the page's own scripts, by the debugger: the policy of the page allows no other way in.
  await context.addInitScript({ content: axe.source });
  await context.clock.setFixedTime(now);
  const page = await context.newPage();
  const found: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => found.push(String(error)));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') found.push(`a request to ${request.url()}`);
  });
  return {
    context,
    page,
    complaints: () => found.splice(0),
    axe: () =>
      page.evaluate(async () => {
        const page = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        const { violations } = await page.axe.run();
        return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      }),
    overflow: () => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>,
    close: () => browser.close(),
  };
}
