/** The sections of the page with lists and tables. */
import { type Finding, formatManualCode } from 'nvs-core';
import { formatWhere, hex } from 'nvs-core/errors';
import type { CredentialNode } from '../credentials';
import { counted, shortened, sizeText } from '../text';
import type { EntryView, ImageView } from '../view';
import { bySeverity, findingCount, positionText } from '../words';
import { categories } from './categories';
import { html, Markup } from './markup';

/** Maximum number of listed entries. */
const ENTRIES_SHOWN = 2000;
const VALUE_SHOWN_LENGTH = 2000;

const ICONS = { error: '✖', warning: '!', info: 'i' } as const;
const WORDS = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

export function findingsSection({ findings, nvs }: ImageView): Markup {
  const list = bySeverity(findings);
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${
  list.length === 0
    ? html`<p class="all-good"><span class="icon ok" aria-hidden="true">✔</span> ${capital(findingCount(findings))}${nvs === undefined ? '' : ': the device reads every entry of this image'}.</p>`
    : html`<ul class="findings">${list.map(finding)}</ul>`
}
</section>`;
}

function finding({ code, severity, message, help, where }: Finding): Markup {
  const { file: _, ...inFile } = where;
  const at = formatWhere(inFile);
  return html`<li class="finding f-${severity}">
<span class="icon ${severity}" aria-hidden="true">${ICONS[severity]}</span>
<div><p class="message"><span class="sr">${WORDS[severity]}: </span>${capital(message)}</p>
${help === '' ? '' : html`<p class="help">${capital(help)}</p>`}
<p class="meta"><code>${code}</code>${at === '' ? '' : html` <span>${at}</span>`}</p></div>
</li>`;
}

export function deviceSection({ device }: ImageView): Markup {
  if (device.length === 0) return html``;
  return html`<section id="device" aria-labelledby="device-title">
<h2 id="device-title">Device</h2>
<div class="cards">${device.map(
    ({ name, fields }, index) => html`<div class="card" role="group" aria-labelledby="group-${index}">
<h3 id="group-${index}"><span class="swatch c-${GROUP_CLASS[name] ?? 'other'}" aria-hidden="true"></span>${name}</h3>
<dl>${fields.map(
      ({ label, key, text, secret, source }) =>
        html`<div><dt>${capital(label)}</dt><dd class="v">${valueMarkup(text, secret)}</dd><dd class="k"><code>${source === 'chip-factory' ? key : `esp_secure_cert ${key}`}</code></dd></div>`,
    )}</dl>
</div>`,
  )}</div>
</section>`;
}

const GROUP_CLASS: Readonly<Record<string, string>> = {
  Product: 'product',
  Commissioning: 'commissioning',
  Attestation: 'attestation',
  'Device information': 'info',
};

function valueMarkup(text: string, secret: boolean): Markup {
  if (text.startsWith('hidden (') && secret) {
    return html`<span class="hidden-value"><span aria-hidden="true">•••••</span> ${text}</span>`;
  }
  return html`<span class="value">${shortened(text, VALUE_SHOWN_LENGTH)}</span>`;
}

export function credentialsSection({ credentials }: ImageView): Markup {
  if (credentials.length === 0) return html``;
  return html`<section id="credentials" aria-labelledby="credentials-title">
<h2 id="credentials-title">Credentials</h2>
<p class="hint">Each certificate is below the one that signed it. Open one to see its contents.</p>
<ul class="tree">${credentials.map(credential)}</ul>
</section>`;
}

const ROLE_NAME = { dac: 'DAC', pai: 'PAI', cd: 'CD', issuer: 'PAA' } as const;

function credential({ role, title, source, fields, children }: CredentialNode): Markup {
  const below = children.length === 0 ? '' : html`<ul class="below">${children.map(credential)}</ul>`;
  const name = title.replace(/^(DAC|PAI|PAA|Certification Declaration) /, '');
  const head = html`<span class="role r-${role}">${ROLE_NAME[role]}</span> <span class="cert-name">${name}</span>${source === undefined ? '' : html` <code>${source}</code>`}`;
  if (fields.length === 0) return html`<li><div class="cert outside">${head}</div>${below}</li>`;
  return html`<li><details class="cert"><summary>${head}</summary>
<dl>${fields.map(
    ({ label, value }) =>
      html`<div><dt>${capital(label.replaceAll('_', ' '))}</dt><dd>${typeof value === 'string' ? html`<span class="value">${value}</span>` : html`<ul class="values">${value.map((line) => html`<li class="value">${line}</li>`)}</ul>`}</dd></div>`,
  )}</dl></details>${below}</li>`;
}

export function entriesSection(view: ImageView): Markup {
  const { nvs } = view;
  if (nvs === undefined || nvs.entries.length === 0) return html``;
  const { ofEntry } = categories(view);
  const shown = nvs.entries.slice(0, ENTRIES_SHOWN);
  const left = nvs.entries.length - shown.length;
  return html`<section id="entries" aria-labelledby="entries-title">
<h2 id="entries-title">Entries</h2>
<div class="table-box"><table class="entries" role="table" aria-labelledby="entries-title">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Key</th><th role="columnheader" scope="col">Namespace</th><th role="columnheader" scope="col">Type</th><th role="columnheader" scope="col" class="n">Bytes</th><th role="columnheader" scope="col">Page:entry</th><th role="columnheader" scope="col">Value</th></tr></thead>
<tbody role="rowgroup">${shown.map((entry, index) => entryRow(entry, index, ofEntry(entry).id, ofEntry(entry).name))}</tbody>
</table></div>
<p id="no-match" class="note" hidden>No entry matches the search.</p>
${left === 0 ? '' : html`<p class="note">${counted(left, 'more entry')} not listed; the CSV and JSON have them all.</p>`}
</section>`;
}

function entryRow(entry: EntryView, index: number, category: string, categoryName: string): Markup {
  const { namespace, key, type, label, length, places, offset, text, secret } = entry;
  const position = positionText(places);
  return html`<tr role="row" id="value-${index}" data-value="${index}" data-key="${key}" data-label="${label ?? ''}" data-namespace="${namespace}" data-type="${type}" data-length="${length}" data-where="${position}" data-offset="${hex(offset)}" data-what="${categoryName}" data-text="${shortened(text, VALUE_SHOWN_LENGTH)}"><td role="cell" data-title="Key"><span class="swatch c-${category}" aria-hidden="true"></span><button type="button" class="key" aria-label="Show ${key} in the map">${key}</button>${label === undefined || label === key ? '' : html` <span class="label">${label}</span>`}</td><td role="cell" data-title="Namespace">${namespace}</td><td role="cell" data-title="Type">${type}</td><td role="cell" data-title="Bytes" class="n">${length}</td><td role="cell" data-title="Page:entry">${position}</td><td role="cell" data-title="Value">${valueMarkup(shortened(text, 160), secret)}</td></tr>\n`;
}

export function secureCertSection({ secureCert }: ImageView): Markup {
  if (secureCert === undefined) return html``;
  return html`<section id="secure-cert" aria-labelledby="secure-cert-title">
<h2 id="secure-cert-title">esp_secure_cert</h2>
<div class="table-box"><table class="entries" role="table" aria-labelledby="secure-cert-title">
<thead role="rowgroup"><tr role="row">${['Entry', 'Type', 'Bytes', 'Offset', 'Value'].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${secureCert.entries.map(
    ({ label, type, subtype, length, offset, intact, text, secret }) =>
      html`<tr role="row"><td role="cell" data-title="Entry">${label}</td><td role="cell" data-title="Type">${type}/${subtype}</td><td role="cell" data-title="Bytes" class="n">${length}</td><td role="cell" data-title="Offset">${hex(offset)}</td><td role="cell" data-title="Value">${intact ? valueMarkup(text, secret) : 'CRC invalid'}</td></tr>\n`,
  )}</tbody></table></div>
</section>`;
}

export function partitionsSection({ table, partition }: ImageView): Markup {
  if (table === undefined) return html``;
  return html`<section id="partitions" aria-labelledby="partitions-title">
<h2 id="partitions-title">Partition table</h2>
<p class="hint">Found at ${hex(table.offset)}.</p>
<div class="table-box"><table class="entries" role="table" aria-labelledby="partitions-title">
<thead role="rowgroup"><tr role="row">${['Name', 'Type', 'Offset', 'Size', 'Flags'].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${table.partitions.map(
    ({ name, type, subtype, offset, size, encrypted, readonly }) =>
      html`<tr role="row"${name === partition?.name ? new Markup(' class="chosen"') : ''}><td role="cell" data-title="Name">${name}${name === partition?.name ? html` <b>(shown here)</b>` : ''}</td><td role="cell" data-title="Type">${type}/${subtype}</td><td role="cell" data-title="Offset">${hex(offset)}</td><td role="cell" data-title="Size">${sizeText(size)}</td><td role="cell" data-title="Flags">${[...(encrypted ? ['encrypted'] : []), ...(readonly ? ['readonly'] : [])].join(', ')}</td></tr>\n`,
  )}</tbody></table></div>
</section>`;
}

export function keysSection({ keys }: ImageView): Markup {
  if (keys === undefined) return html``;
  const rows = [
    ['Fingerprint (SHA-256)', keys.sha256],
    ['Encryption key', keys.encryptionKey ?? 'hidden (32 bytes)'],
    ['Tweak key', keys.tweakKey ?? 'hidden (32 bytes)'],
  ] as const;
  return html`<section id="keys" aria-labelledby="keys-title"><h2 id="keys-title">NVS keys</h2>
<div class="card"><dl>${rows.map(([label, text]) => html`<div><dt>${label}</dt><dd class="v">${valueMarkup(text, text.startsWith('hidden'))}</dd></div>`)}</dl></div></section>`;
}

export interface HtmlCodes {
  readonly qrCode: string;
  readonly manualCode?: string;
  /** The QR code as drawn by this package; it is not escaped. */
  readonly svg: string;
}

export function codesCard(codes: HtmlCodes | undefined): Markup {
  if (codes === undefined) return html``;
  return html`<figure class="codes"><div class="qr" role="img" aria-label="QR code ${codes.qrCode}">${new Markup(codes.svg)}</div>
<figcaption><code>${codes.qrCode}</code>${codes.manualCode === undefined ? '' : html`<span class="manual">${formatManualCode(codes.manualCode)}</span>`}</figcaption></figure>`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
