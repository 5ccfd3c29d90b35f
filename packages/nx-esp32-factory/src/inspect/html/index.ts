/** One self-contained page without network, fonts or external images, enforced by a content security policy. */
import { sha256 } from 'nvs-core';
import { toBase64, utf8 } from 'nvs-core/bytes';
import { counted } from '../text';
import type { ImageView } from '../view';
import { fillText, findingCount, headline, hiddenCount, kindName } from '../words';
import { mapSection } from './map';
import { html, Markup } from './markup';
import { SCRIPT } from './script';
import {
  codesCard,
  credentialsSection,
  deviceSection,
  entriesSection,
  findingsSection,
  type HtmlCodes,
  keysSection,
  partitionsSection,
  secureCertSection,
} from './sections';
import { STYLE } from './style';

export interface HtmlOptions {
  /** The file as the user named it. */
  readonly file: string;
  readonly codes?: HtmlCodes;
}

/** The page of a view. All data of the image is text in it; the policy allows only the script and style with our hashes. */
export function formatImageHtml(view: ImageView, { file, codes }: HtmlOptions): string {
  const policy = `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'`;
  const title = titleOf(view);
  const sections = [
    findingsSection(view),
    deviceSection(view),
    credentialsSection(view),
    keysSection(view),
    mapSection(view),
    entriesSection(view),
    secureCertSection(view),
    partitionsSection(view),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · ${file}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
<header class="hero"><div class="wrap">
<div class="hero-text">
<p class="file">${file}</p>
<h1>${title}</h1>
<p class="headline">${headline(view)}</p>
${chips(view)}
${fillLine(view)}
</div>
${codesCard(codes)}
</div></header>
${navigation(view)}
<main id="main" class="wrap" tabindex="-1">
${sections}
</main>
<footer class="wrap"><p>Made by esp32-factory inspect. ${hiddenNote(view)}</p></footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

/** The product name ("Example Light") if the image has one, or else the kind of image. */
function titleOf({ device, kind }: ImageView): string {
  const product = device.flatMap(({ fields }) => fields).find(({ key }) => key === 'product-name')?.text;
  const name = kindName(kind);
  return product ?? `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
}

function chips({ findings, device }: ImageView): Markup {
  const worst = findings.some(({ severity }) => severity === 'error')
    ? 'error'
    : findings.some(({ severity }) => severity === 'warning')
      ? 'warning'
      : 'ok';
  const field = (key: string) => device.flatMap(({ fields }) => fields).find((one) => one.key === key)?.text;
  const facts = [
    ['Vendor', field('vendor-id')],
    ['Product', field('product-id')],
    ['Discriminator', field('discriminator') ?? field('201/0')],
    ['Serial number', field('serial-num')],
  ] as const;
  return html`<ul class="chips"><li class="chip ${worst}"><a href="#findings">${findingCount(findings)}</a></li>${facts.map(
    ([name, text]) => (text === undefined ? '' : html`<li class="chip"><span>${name}</span> ${text}</li>`),
  )}</ul>`;
}

function fillLine(view: ImageView): Markup {
  const text = fillText(view);
  if (text === undefined || view.nvs === undefined) return html``;
  const { writtenEntries, erasedEntries, capacity } = view.nvs.fill;
  return html`<div class="hero-fill"><svg class="fill" viewBox="0 0 ${capacity} 2" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-free" width="${capacity}" height="2"/><rect class="fill-written" width="${writtenEntries}" height="2"/><rect class="fill-erased" x="${writtenEntries}" width="${erasedEntries}" height="2"/></svg><p>${text}</p></div>`;
}

function navigation({ device, credentials, nvs, secureCert, table }: ImageView): Markup {
  const links = [
    ['findings', 'Findings', true],
    ['device', 'Device', device.length > 0],
    ['credentials', 'Credentials', credentials.length > 0],
    ['map', 'Map', nvs !== undefined],
    ['entries', 'Entries', nvs !== undefined && nvs.entries.length > 0],
    ['secure-cert', 'esp_secure_cert', secureCert !== undefined],
    ['partitions', 'Partitions', table !== undefined],
  ] as const;
  const search =
    nvs === undefined || nvs.entries.length === 0
      ? ''
      : html`<div class="search" role="search"><label for="search" class="sr">Search entries by key, meaning, type or value</label><input id="search" type="search" placeholder="Search entries" autocomplete="off" spellcheck="false" aria-describedby="matches"><span id="matches" role="status" aria-live="polite"></span></div>`;
  return html`<div class="bar"><div class="wrap"><nav aria-label="Sections"><ul>${links.map(([id, name, isThere]) => (isThere ? html`<li><a href="#${id}">${name}</a></li>` : ''))}</ul></nav>${search}</div></div>`;
}

function hiddenNote(view: ImageView): string {
  const hidden = hiddenCount(view);
  if (view.secretsShown) return 'It contains the secrets of the device: protect it like its keys.';
  return hidden === 0 ? '' : `${counted(hidden, 'value')} hidden: --show-secrets shows them.`;
}

function hashOf(text: string): string {
  return `'sha256-${toBase64(sha256(utf8(text)))}'`;
}
