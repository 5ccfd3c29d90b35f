import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { NvsItem } from 'nvs-core';
import { utf8 } from 'nvs-core/bytes';
import { describeImage, formatImageHtml, readImage } from '../../src/inspect';
import { credentials, flashDump, matterItems, NOW, nvsImage, secureCert } from './samples';

const page = (bytes: Uint8Array, which?: string) =>
  formatImageHtml(describeImage(readImage(bytes, { at: NOW, which }), { showSecrets: true }), {
    file: 'a.bin',
  });

/** The tags of a page with the names of their attributes, without scripts and styles. */
function tagsOf(html: string): string[] {
  const body = html.replace(/<(style|script)>.*?<\/\1>/gs, '');
  return [...body.matchAll(/<[/!]?[a-z-][^>]*>/gi)].map(([tag]) => tag.replace(/="[^"]*"/g, '='));
}

const HOSTILE = [
  '</script>',
  '<img onerror=',
  '"><svg/onload',
  "' autofocus='",
  '<!--',
  '&lt;b',
  '\u202egnp',
];

it('escapes all data of an image', () => {
  const items = HOSTILE.flatMap((text, index): NvsItem[] => [
    {
      namespace: text.slice(0, 15),
      key: text.slice(0, 15),
      type: 'string',
      value: `${text}alert(${index})>`,
    },
    { namespace: text.slice(0, 15), key: `k${index}`, type: 'blob', value: utf8(text) },
  ]);
  const html = page(nvsImage(items));
  const tags = tagsOf(html).join('\n');
  expect(tags).not.toMatch(/onload|onerror|autofocus|<img|<!--/);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<\/script>/g)).toHaveLength(1);
  expect(html).toContain('&lt;/script&gt;alert(0)&gt;');
  expect(html).not.toContain('\u202e');
});

it('has the same elements for all names', () => {
  const shape = (name: string, value: string) =>
    tagsOf(page(nvsImage([{ namespace: 'n', key: name, type: 'string', value }]))).map((tag) =>
      tag.replace(/[\s/>].*/s, ''),
    );
  const plain = shape('name', 'value');
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(text, text, (key, value) => expect(shape(key, value)).toEqual(plain)),
    { numRuns: 60 },
  );
});

it('escapes the partition table, certificates and the file name', async () => {
  const made = await credentials();
  const dump = flashDump([
    ['<b>nvs', 1, 2, nvsImage(matterItems(made))],
    ['esp_secure_cert', 0x3f, 6, secureCert(made)],
  ]);
  const view = describeImage(readImage(dump, { at: NOW }));
  const html = formatImageHtml(view, { file: '"><script>x.bin' });
  expect(tagsOf(html)).not.toContain('<b>nvs');
  expect(html).toContain('&lt;b&gt;nvs');
  expect(html.match(/<script/g)).toHaveLength(1);
});

it('needs no network, and binds its script and style to their hashes', async () => {
  const html = page(nvsImage(matterItems(await credentials())));
  for (const tag of tagsOf(html))
    expect(tag).not.toMatch(/\s(src|srcset|style|on[a-z]+)=|<(link|iframe|object|embed|base)\b/i);
  expect(html).not.toMatch(/@import|url\(/);
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
  expect(policy).toContain("default-src 'none'");
  for (const element of ['script', 'style']) {
    const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(text).digest('base64');
    expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
  }
});

it('is one document with one heading, labelled regions and a skip link', async () => {
  const html = page(nvsImage(matterItems(await credentials())));
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html).toMatch(/<html lang="en">/);
  expect(html).toMatch(/<a class="skip" href="#main">/);
  expect(html).toMatch(/role="grid"/);
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of html.matchAll(/aria-(?:labelledby|describedby)="([^"]+)"/g))
    expect(ids).toContain(target);
  for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

it('stays small for a large image, and reports what it omits', () => {
  const items = Array.from(
    { length: 10_000 },
    (_, index): NvsItem => ({ namespace: 'n', key: `k${index}`, type: 'u8', value: index & 0xff }),
  );
  const html = page(nvsImage(items, 0x60000));
  expect(html.length).toBeLessThan(8 * 1024 * 1024);
  expect(html).toMatch(/16 more pages? in use are not shown/);
  expect(html).toMatch(/8000 more entries not listed/);
});
