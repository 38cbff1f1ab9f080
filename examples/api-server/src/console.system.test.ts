// The console as a release engineer meets it: real Mission Control, real signed evidence, real decisions, a real browser.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { tellReleases, toldRelease } from './testing/console-world.ts';
import { runMissionControl, type RunningMc } from './testing/running-mc.ts';
import { watchedBrowser, type WatchedBrowser } from './testing/watched-browser.ts';

const root = join(import.meta.dirname, '../../..');
/** Pictures of the documentation are written anew on demand; otherwise they are only there to be looked at. */
const pictures = join(root, process.env['UPDATE_PICTURES'] === '1' ? 'docs/pictures' : 'reports/pictures');

let mc: RunningMc;
let browser: WatchedBrowser;
let page: Page;

beforeAll(async () => {
  mc = await runMissionControl();
  await tellReleases(mc);
  browser = await watchedBrowser(Date.now() + mc.advance(0));
  ({ page } = browser);
  await mkdir(pictures, { recursive: true });
});

afterAll(async () => {
  await browser?.close();
  await mc?.end();
});

const row = (releaseId: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name: releaseId, exact: true }) });
const openRelease = async (releaseId: string) => {
  await page.goto(`${mc.url}/release?service=checkout&release=${releaseId}`);
  await page.getByRole('heading', { name: 'Decisions' }).waitFor();
};
const openList = async (search = '') => {
  await page.goto(`${mc.url}/${search}`);
  await page.getByRole('heading', { name: 'Releases' }).waitFor();
};
const isLive = () => page.getByText('Live', { exact: true }).waitFor();

async function logIn(password: string): Promise<void> {
  await page.getByLabel('Name').fill('engineer');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const localPassword = async () => (await readFile(join(mc.data, 'tokens/console'), 'utf8')).trim();

describe('the login', () => {
  it('is asked for first, refuses a wrong password, and leads back to the page that was asked for', async () => {
    await page.goto(`${mc.url}/release?service=checkout&release=1.4.1`);
    await page.getByRole('link', { name: 'Log in' }).waitFor();
    expect(await browser.axe()).toEqual([]);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await browser.axe()).toEqual([]);
    await logIn('wrong');
    expect(await page.getByRole('alert').textContent()).toContain('do not belong together');
    expect(await browser.axe()).toEqual([]);
    await logIn(await localPassword());
    await page.getByRole('heading', { name: '1.4.1' }).waitFor();
    expect(page.url()).toBe(`${mc.url}/release?service=checkout&release=1.4.1`);
    expect(browser.complaints()).toEqual([]);
  });
});

describe('logged in', () => {
  beforeEach(() => {
    browser.complaints();
  });

  it('the list shows pass, fail and hold in words and shapes, the latest activity first, and nothing of another tenant', async () => {
    await openList();
    await row('1.6.0-rc1').waitFor();
    expect(await page.locator('.releases h2 a').allTextContents()).toEqual(['1.6.0-rc1', '1.5.0', '1.4.1', '2.4.0', '2.3.0', '1.4.0']);
    expect(await row('1.4.0').locator('.verdict').allTextContents()).toEqual(['pass', 'pass']);
    expect(await row('1.4.1').locator('.verdict').allTextContents()).toEqual(['pass', 'fail']);
    expect(await row('1.5.0').textContent()).toMatch(/production20 % hold for \d+ (s|min)INSUFFICIENT_SAMPLES/);
    expect(await row('1.6.0-rc1').textContent()).toContain('No gate has asked yet');
    const shapes = await page.locator('.verdict svg').evaluateAll((all) => new Set(all.map(({ innerHTML }) => innerHTML)).size);
    expect(shapes).toBe(3);
    expect(browser.complaints()).toEqual([]);
  });

  it('a filter narrows the list, stays in the address, and says so when nothing is left', async () => {
    await openList();
    await page.getByLabel('Verdict').selectOption('hold');
    await page.getByText('2 releases that match').waitFor();
    expect(await page.locator('.releases h2 a').allTextContents()).toEqual(['1.5.0', '2.4.0']);
    await page.getByLabel('Release').fill('1.5');
    await page.waitForURL(`${mc.url}/?verdict=hold&search=1.5`);
    await page.reload();
    await page.getByText('1 release that matches').waitFor();
    await page.getByLabel('Service').fill('nobody');
    await page.getByText('No release matches these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('6 releases, latest').waitFor();
    expect(page.url()).toBe(`${mc.url}/`);
    expect(browser.complaints()).toEqual([]);
  });

  it('a story tells why, what was measured against which budget, what changed, and how to check it', async () => {
    await openRelease('1.4.1');
    const decision = page.locator('.decision').first();
    expect(await decision.textContent()).toMatch(/fail.*production, 50 %.*p95 431 ms.*P95_OVER_BUDGET.*measured 431 ms.*budget 350 ms/s);
    expect(await decision.locator('.fix').first().textContent()).not.toBe('');
    expect(await decision.getByRole('row', { name: 'p95, ms 45.2 431' }).count()).toBe(1);
    await decision.getByText('How to check it').click();
    expect(await decision.textContent()).toMatch(/mc decision verify [0-9a-f-]{36}/);
    await decision.getByText(/sealed at \d+/).waitFor();
    await page.locator('.plot canvas').nth(5).waitFor();
    expect(await page.locator('.plot canvas').count()).toBe(6);
    expect(await page.locator('.plot').nth(3).textContent()).toMatch(/p95 431 ms over budget 350 ms/);
    await page.getByText('All figures').last().click();
    expect(await page.getByRole('table', { name: 'Windows of production, 50 %' }).getByRole('row').count()).toBe(4);
    expect(await page.getByRole('region', { name: 'Build evidence' }).textContent()).toMatch(
      /SBOM: 3 components.*counts.*Signed by.*SHA256:/s,
    );
    await page
      .getByRole('region', { name: 'Artifacts' })
      .getByRole('button', { name: /Copy the artifact/ })
      .click();
    expect(browser.complaints()).toEqual([]);
  });

  it('a record that a later one superseded is shown as such', async () => {
    await openRelease('1.5.0');
    expect(await page.getByRole('region', { name: 'Build evidence' }).locator('.tag').allTextContents()).toEqual([
      'counts',
      'counts',
      'superseded',
      'superseded',
    ]);
  });

  it('a new release and a new decision appear on open pages by themselves', async () => {
    await openList();
    await isLive();
    await page.evaluate('globalThis.stillHere = true');
    const fresh = toldRelease(mc, 'checkout', '1.7.0', '7');
    await fresh.build();
    await row('1.7.0').waitFor();
    await fresh.ask('20');
    await row('1.7.0').getByText('hold').waitFor();
    await row('1.7.0').getByRole('link').click();
    await page.getByText('The window of stage 20').first().waitFor();
    mc.advance(9500);
    await fresh.measure('20', { p95Ms: 40 });
    await page.getByText('1 window', { exact: true }).waitFor();
    await fresh.ask('20');
    await page.locator('.outcome li.pass').waitFor();
    expect(await page.getByRole('status').filter({ hasText: 'new decision' }).count()).toBe(1);
    expect(await page.evaluate('globalThis.stillHere')).toBe(true);
    expect(browser.complaints()).toEqual([]);
  });

  it('says when it is not live, and catches up with what it missed', async () => {
    await openList();
    await isLive();
    const { rowCount } = await mc.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%AS echo' AND datname = current_database()`,
    );
    expect(rowCount).toBe(1);
    await page.getByText('Not live, trying again').waitFor();
    await toldRelease(mc, 'checkout', '1.8.0', '8').build();
    await isLive();
    await row('1.8.0').waitFor();
    expect(browser.complaints()).toEqual([]);
  });

  it('can be used by keyboard alone', async () => {
    await openList();
    await row('1.4.1').waitFor();
    const focused = () => page.evaluate('document.activeElement?.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    for (let step = 0; step < 30 && (await focused()) !== '1.4.1'; step++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('1.4.1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Decisions' }).waitFor();
    expect(await focused()).toBe('1.4.1 checkout');
    for (let step = 0; step < 40 && (await focused()) !== 'How to check it'; step++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('mc decision verify').first().waitFor({ state: 'visible' });
    await page.goBack();
    await page.getByRole('heading', { name: 'Releases' }).waitFor();
  });

  for (const theme of ['light', 'dark'] as const) {
    it(`is readable in ${theme}, at 360 and at 1440 pixels, with nothing for axe to say`, async () => {
      await page.emulateMedia({ colorScheme: theme });
      for (const [name, open] of [
        ['releases', () => openList()],
        ['release', () => openRelease('1.4.1')],
      ] as const) {
        for (const width of [360, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          await open();
          await isLive();
          await page.locator('details').evaluateAll((all) => {
            for (const details of all) details.setAttribute('open', '');
          });
          // Colours differ by theme, layout by width: three of the four say all.
          if (theme === 'light' || width === 1440) expect(await browser.axe(), `${name} at ${width}`).toEqual([]);
          expect(await browser.overflow(), `${name} at ${width}`).toBe(0);
        }
        await page.setViewportSize({ width: 1280, height: name === 'release' ? 1240 : 560 });
        await open();
        await isLive();
        await page.screenshot({ path: join(pictures, `console-${name}-${theme}.png`) });
      }
      expect(browser.complaints()).toEqual([]);
    });
  }

  it('keeps a chosen theme against that of the system', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await openList();
    const ground = () => page.evaluate(`getComputedStyle(document.documentElement).backgroundColor`);
    const dark = await ground();
    await page.getByLabel('Theme').selectOption('light');
    expect(await ground()).not.toBe(dark);
    await page.reload();
    expect(await ground()).not.toBe(dark);
    await page.getByLabel('Theme').selectOption('system');
    expect(await ground()).toBe(dark);
  });

  it('says in words that a release is unknown', async () => {
    await page.goto(`${mc.url}/release?service=checkout&release=9.9.9-secret`);
    await page.getByText('Nothing is on record about this release').waitFor();
    expect(browser.complaints()).toEqual([]);
  });

  it('logs out, here and at the issuer, and asks for the password again', async () => {
    await openList();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('link', { name: 'Log in' }).click();
    await logIn(await localPassword());
    await page.getByRole('heading', { name: 'Releases' }).waitFor();
    expect(browser.complaints()).toEqual([]);
  });

  it('says that a session has ended, and lets in again', async () => {
    await openList();
    await row('1.4.1').waitFor();
    mc.advance(9 * 3_600_000);
    await page.getByLabel('Verdict').selectOption('fail');
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(browser.complaints().filter((text) => !text.includes('401'))).toEqual([]);
    await page.getByRole('link', { name: 'Log in again' }).click();
    // The issuer still knows who this is.
    await page.getByText('1 release that matches').waitFor();
  });
});
