import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../../scripts/review/render/html.ts';
import type { Review } from '../../../scripts/review/review.ts';
import { findBrowser } from '../../support/find-browser.ts';
import { BrowserPage } from './browser.ts';
import { emptyReview, fullReview, HOSTILE, hostileReview } from './fixture.ts';

const path = findBrowser();
const why = path ? '' : ' (skipped: no chromium or chrome on the PATH, and CHROME_PATH names none)';

describe.skipIf(!path)(`the page in a browser${why}`, () => {
  let page: BrowserPage;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cordon-page-'));
    page = await BrowserPage.open(path ?? '');
  });

  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(review: Review): Promise<string> {
    const file = join(folder, 'review.html');
    writeFileSync(file, renderHtml(review));
    page.requests.clear();
    page.complaints.length = 0;
    const url = pathToFileURL(file).href;
    await page.go(url);
    return url;
  }

  const textOf = (selector: string) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map(({ textContent }) => textContent)`,
    );

  /** As a person does: the field changes, and says so. */
  const set = (id: string, property: 'value' | 'checked', value: string | boolean) =>
    page.evaluate(
      `{ const field = document.getElementById(${JSON.stringify(id)}); field.${property} = ${JSON.stringify(value)}; field.dispatchEvent(new Event('input')); }`,
    );

  test('it asks for nothing but itself and complains of nothing, whatever names it holds [S-30 -]', async () => {
    for (const review of [emptyReview(), fullReview(), hostileReview()]) {
      const url = await open(review);

      expect([...page.requests.values()]).toEqual([url]);
      expect(page.complaints).toEqual([]);
    }
  });

  test('a script that is not its own does not run, and no picture is fetched [S-30 -]', async () => {
    const url = await open(fullReview());
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const image = document.createElement('img');
      image.src = 'https://evil.example/x.png';
      document.body.append(script, image);
      document.body.insertAdjacentHTML('beforeend', '<b onclick="window.ran = true" id="bait"></b>');
      document.getElementById('bait').click();
    }`);

    expect(await page.evaluate('window.ran === undefined')).toBe(true);
    expect(page.complaints.join('\n')).toContain('Content Security Policy');
    expect([...page.requests.values()]).toEqual([url]);
  });

  test('names stand in it as text [S-30 -]', async () => {
    await open(hostileReview());

    expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
    expect(await textOf('#matrix tbody th')).toContain(HOSTILE.script);
  });

  test('it begins with what differs, before and now; without the filter it shows everything [N-43 +]', async () => {
    await open(fullReview());
    expect(await textOf('#filter-count')).toEqual(['1 table of 2, 2 personas of 3; 1 cell differs.']);
    expect(await textOf('#matrix tbody th')).toEqual(['public.beds']);
    expect(await textOf('#matrix td.differs')).toEqual(['own rows R → RU']);

    await set('filter-differs', 'checked', false);
    expect(await textOf('#filter-count')).toEqual(['2 tables of 2, 3 personas of 3; 1 cell differs.']);
    expect(await textOf('#matrix tbody th')).toEqual(['public.beds', 'public.cases']);
  });

  test('filters by realm, persona and table leave what they name, and say how much it is [N-43 +]', async () => {
    await open(fullReview());
    await set('filter-differs', 'checked', false);
    await set('filter-table', 'value', 'CASES');
    expect(await textOf('#matrix tbody th')).toEqual(['public.cases']);

    await set('filter-realm', 'value', '1');
    expect(await textOf('#filter-count')).toEqual(['1 table of 2, 1 persona of 3; 0 cells differ.']);
    expect(await textOf('#matrix thead th')).toEqual(['Table', 'patient of A patient']);

    await set('filter-persona', 'value', 'nobody of that name');
    expect(await textOf('#filter-count')).toEqual(['Nothing fits these filters.']);
    expect(await textOf('#matrix tbody th')).toEqual([]);
  });

  test('fields have names, the count is announced, and what scrolls is reached by keyboard [S-30 +]', async () => {
    await open(fullReview());

    expect(
      await page.evaluate(
        `[...document.querySelectorAll('input, select')].every((field) => field.labels.length === 1)`,
      ),
    ).toBe(true);
    expect(await page.evaluate(`document.getElementById('filter-count').getAttribute('aria-live')`)).toBe(
      'polite',
    );
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('.scroll')].every((part) => part.tabIndex === 0 && part.getAttribute('aria-label'))`,
      ),
    ).toBeTruthy();
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('table')].every((table) => table.caption?.textContent)`,
      ),
    ).toBe(true);
  });

  test('nothing is wider than a narrow window but what scrolls by itself [S-30 +]', async () => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 360,
      height: 800,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await open(hostileReview());
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    await page.send('Emulation.clearDeviceMetricsOverride');

    expect(width).toBeLessThanOrEqual(360);
  });
});
