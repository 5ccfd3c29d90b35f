/** The page of an image in a real browser: the system's headless Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeKeysPartition, type NvsItem } from 'nvs-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createQrCode } from '../../src/device';
import { describeImage, formatImageHtml, readImage } from '../../src/inspect';
import { contrastFailures } from './contrast';
import { credentials, KEYS, matterItems, NOW, nvsImage, secureCert } from './samples';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const HOSTILE: NvsItem[] = [
  {
    namespace: '</script><b',
    key: '"><img src=x',
    type: 'string',
    value: '<img src=x onerror="window.pwned=1">',
  },
  { namespace: "' onfocus='x", key: '<script>', type: 'string', value: '<script>window.pwned = 1</script>' },
];

let browser: Browser;
let folder: string;
const problems: string[] = [];

jest.setTimeout(120_000);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  const qrCode = 'MT:-24J0GSY006PVH7SR00';
  const codes = { qrCode, manualCode: '36318621097', svg: createQrCode(qrCode).svg() };
  const items = matterItems(await credentials());
  const damaged = nvsImage([...items, ...HOSTILE], 0x8000);
  damaged[64 + 32 * 70 + 9] = 0x41;
  const pages = {
    matter: formatImageHtml(describeImage(readImage(nvsImage(items), { at: NOW })), {
      file: 'partition.bin',
      codes,
    }),
    hostile: formatImageHtml(describeImage(readImage(damaged, { at: NOW }), { showSecrets: true }), {
      file: '<b>.bin',
    }),
  };
  const others = {
    keys: encodeKeysPartition(KEYS),
    cert: secureCert(await credentials()),
    noise: Uint8Array.from({ length: 5000 }, (_, index) => (index * 167) & 0xff),
  };
  const other = Object.entries(others).map(([name, bytes]): [string, string] => {
    const view = describeImage(readImage(bytes, { at: NOW }));
    return [name, formatImageHtml(view, { file: `/a/rather/long/path/to/the/file/${name}.bin` })];
  });
  for (const [name, text] of [...Object.entries(pages), ...other])
    writeFileSync(join(folder, `${name}.html`), text);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => expect(problems.splice(0)).toEqual([]));

type Look = { colorScheme?: 'light' | 'dark' } & (typeof DESKTOP | typeof PHONE);

/** Opens a page; console messages, errors, dialogs and requests are collected as problems. */
async function open(name: string, look: Look = DESKTOP): Promise<Page> {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => problems.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => request.url() !== url && problems.push(`request: ${request.url()}`));
  await page.goto(url);
  return page;
}

const visibleKeys = (page: Page) => page.locator('#entries tbody tr:visible button.key').allTextContents();

it('searches the entries, and dims the rest of the map', async () => {
  const page = await open('matter');
  const all = await visibleKeys(page);
  expect(all.length).toBeGreaterThan(20);
  await page.keyboard.press('/');
  await page.keyboard.type('pai');
  expect(await visibleKeys(page)).toEqual(['pai-cert']);
  expect(await page.locator('#matches').textContent()).toBe(`1 of ${all.length}`);
  expect(await page.locator('table.map td:not(.dim)').count()).toBe(
    await page.locator('table.map td[aria-label*="pai-cert"]').count(),
  );
  await page.locator('#search').fill('product colour');
  expect(await visibleKeys(page)).toEqual(['product-color']);
  await page.locator('#search').fill('no such thing');
  expect(await page.locator('#no-match').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await visibleKeys(page)).toEqual(all);
  expect(await page.locator('table.map td.dim').count()).toBe(0);
  await page.context().close();
});

it('goes from a match to its block in the map', async () => {
  const page = await open('matter');
  await page.locator('#search').fill('verifier');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(
    /^verifier \(verifier\), chip-factory, page 0, entries 6 to 11$/,
  );
  expect(await page.locator('.detail-title').textContent()).toBe('verifier');
  expect(await page.locator('#detail').textContent()).toContain('hidden (132 bytes)');
  await page.context().close();
});

it('can be used with the keyboard alone', async () => {
  const page = await open('matter');
  const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label")') as Promise<string>;
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');
  await page.keyboard.press('Enter');
  for (
    let presses = 0;
    presses < 20 && !((await page.evaluate('document.activeElement.tagName')) === 'TD');
    presses++
  )
    await page.keyboard.press('Tab');
  expect(await focused()).toMatch(/^chip-factory, name of a namespace, page 0, entry 0$/);
  const walk: [string, RegExp][] = [
    ['ArrowRight', /^discriminator \(discriminator\), chip-factory, page 0, entry 1$/],
    ['ArrowDown', /dac-cert/],
    ['ArrowUp', /chip-factory, name/],
    ['End', /^free, page 0/],
    ['ArrowRight', /^free, page 0/],
    ['Home', /chip-factory, name/],
  ];
  for (const [key, expected] of walk) {
    await page.keyboard.press(key);
    expect(await focused()).toMatch(expected);
    expect(await page.locator('#detail-body').isVisible()).toBe(true);
  }
  // The grid is one tab stop: the next one is after it.
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.closest("table.map")')).toBeNull();
  await page.context().close();
});

it('shows the details of a hovered block, and highlights all its segments', async () => {
  const page = await open('matter');
  const segments = page.locator('table.map td[aria-label*="(dac-cert)"]');
  await segments.first().hover();
  expect(await page.locator('.detail-title').textContent()).toBe('dac-cert');
  expect(await page.locator('table.map td.lit').count()).toBe(await segments.count());
  expect(await page.locator('#entries tr.lit .key').textContent()).toBe('dac-cert');
  await page.context().close();
});

it('has labels for screen readers on every cell and table', async () => {
  const page = await open('hostile');
  for (const grid of await page.getByRole('grid').all()) {
    expect(await grid.getByRole('row').count()).toBe(10);
    const cells = await grid.getByRole('gridcell').all();
    expect(cells.length).toBeGreaterThan(8);
    for (const cell of cells)
      expect(await cell.getAttribute('aria-label')).toMatch(/page \d+, entr(y|ies) \d+/);
    expect(await grid.locator('td[tabindex="0"]').count()).toBe(1);
  }
  expect(await page.getByRole('table', { name: 'Entries' }).getByRole('columnheader').count()).toBe(6);
  expect(await page.getByRole('searchbox', { name: /search entries/i }).count()).toBe(1);
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  await page.context().close();
});

it('runs no code from a hostile image', async () => {
  const page = await open('hostile');
  for (const cell of await page.locator('table.map td').all()) await cell.focus();
  for (const button of await page.locator('button.key').all()) await button.click();
  expect(await page.evaluate('window.pwned')).toBeUndefined();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('.file').textContent()).toBe('<b>.bin');
  await page.context().close();
});

it.each(['light', 'dark'] as const)('is readable in %s: contrast of WCAG 2.2 AA', async (colorScheme) => {
  for (const name of ['matter', 'hostile']) {
    const page = await open(name, { ...DESKTOP, colorScheme });
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    await page.locator('table.map td').nth(3).focus();
    expect(await page.evaluate(contrastFailures)).toEqual([]);
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(244, 246, 249)');
    await page.context().close();
  }
});

it('fits a phone: no horizontal scrolling, blocks large enough to tap, details as a sheet', async () => {
  const page = await open('matter', PHONE);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  const segment = page.locator('table.map td[aria-label*="(vendor-name)"]').first();
  const box = await segment.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(24);
  await segment.tap();
  expect(await page.locator('#detail').isVisible()).toBe(true);
  // The tapped block stays visible, above the sheet.
  const sheet = await page.locator('#detail').boundingBox();
  const after = await segment.boundingBox();
  expect((after?.y ?? 0) + (after?.height ?? 0)).toBeLessThanOrEqual(sheet?.y ?? 0);
  await page.locator('#detail-close').tap();
  expect(await page.locator('#detail').isVisible()).toBe(false);
  await page.context().close();
});

it.each(['matter', 'hostile', 'keys', 'cert', 'noise'])(
  'has room for its texts on a phone: %s',
  async (name) => {
    const page = await open(name, PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    for (const word of await page.locator('dt, h1, h2, h3, .message').all()) {
      if (await word.isVisible()) expect((await word.boundingBox())?.width).toBeGreaterThan(40);
    }
    await page.context().close();
  },
);
