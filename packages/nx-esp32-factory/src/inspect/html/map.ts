/** The pages as a map: 14 entries per row, with one block per value across the rows that it fills. */
import { ENTRIES_PER_PAGE } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import { counted } from '../text';
import type { ImageView, NvsView, PageView, SlotView } from '../view';
import { type Category, categories, FREE } from './categories';
import { html, type Markup } from './markup';

const COLUMNS = 14;
/** With more pages, the document would have many megabytes. */
const PAGES_SHOWN = 64;

type Categories = ReturnType<typeof categories>;

/** A run of entries that belong together: a slot, or free entries. */
interface Run {
  readonly entry: number;
  readonly span: number;
  readonly slot?: SlotView;
}

export function mapSection(view: ImageView): Markup {
  const { nvs } = view;
  if (nvs === undefined) return html``;
  const kinds = categories(view);
  const used = nvs.pages.filter(({ state }) => state !== 'uninitialised');
  const shown = used.slice(0, PAGES_SHOWN);
  const left = used.length - shown.length;
  return html`<section id="map" aria-labelledby="map-title">
<h2 id="map-title">Page map</h2>
<p class="hint">Each block is a value at its position in flash. Point at one, or move with the arrow keys, to see its details.</p>
${legend(nvs, kinds)}
<div class="map-and-detail">
<div class="pages">
${shown.map((page) => pageMap(page, nvs, kinds))}
${left === 0 ? '' : html`<p class="note">${counted(left, 'more page')} in use are not shown.</p>`}
${blankPages(nvs.pages)}
</div>
<aside class="detail" id="detail" aria-label="Details of the selected entry">
<div class="detail-box"><p class="detail-empty">Nothing selected yet.</p><div id="detail-body" aria-live="polite" hidden></div>
<button type="button" class="detail-close" id="detail-close" hidden>Close</button></div>
</aside>
</div>
</section>`;
}

function legend({ pages }: NvsView, { ofSlot }: Categories): Markup {
  const counts = new Map<string, { category: Category; entries: number }>();
  const add = (category: Category, span: number) => {
    const entries = (counts.get(category.name)?.entries ?? 0) + span;
    counts.set(category.name, { category, entries });
  };
  for (const page of pages) {
    for (const slot of page.slots) add(ofSlot(slot), slot.span);
  }
  const free = pages.reduce(
    (sum, { state, empty }) => sum + (state === 'uninitialised' ? ENTRIES_PER_PAGE : empty),
    0,
  );
  if (free > 0) add(FREE, free);
  return html`<ul class="legend" aria-label="Legend, with the number of entries">
${[...counts.values()].map(
  ({ category, entries }) =>
    html`<li><span class="swatch c-${category.id}" aria-hidden="true"></span>${category.name} <b>${entries}</b></li>`,
)}
</ul>`;
}

function pageMap(page: PageView, nvs: NvsView, kinds: Categories): Markup {
  const { page: index, offset, state, sequence, written, erased, empty } = page;
  const numbers = [
    `${written} written`,
    ...(erased > 0 ? [`${erased} erased`] : []),
    `${empty} free`,
    ...(sequence === undefined ? [] : [`sequence ${sequence}`]),
    `at ${hex(offset)}`,
  ].join(' · ');
  const rows = rowsOf(runsOf(page));
  return html`<div class="page">
<div class="page-head"><h3 id="page-${index}">Page ${index} <span class="state s-${state}">${state}</span></h3><span class="numbers">${numbers}</span></div>
${fillBar(page)}
<table class="map" role="grid" aria-labelledby="page-${index}">
<colgroup><col class="h"><col span="${COLUMNS}"></colgroup>
<thead class="sr"><tr role="row"><th scope="col">Entry</th>${Array.from({ length: COLUMNS }, (_, column) => html`<th scope="col">+${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row, number) =>
      html`<tr role="row"><th scope="row" role="rowheader">${number * COLUMNS}</th>${row.map((segment) => cell(segment, page, nvs, kinds))}</tr>\n`,
  )}</tbody>
</table>
</div>`;
}

/** Runs in order, with the free entries between them. */
function runsOf({ slots }: PageView): Run[] {
  const runs: Run[] = [];
  let next = 0;
  for (const slot of slots) {
    if (slot.entry > next) runs.push({ entry: next, span: slot.entry - next });
    runs.push({ entry: slot.entry, span: Math.min(slot.span, ENTRIES_PER_PAGE - slot.entry), slot });
    next = slot.entry + slot.span;
  }
  if (next < ENTRIES_PER_PAGE) runs.push({ entry: next, span: ENTRIES_PER_PAGE - next });
  return runs;
}

/** The part of a run in one row. */
interface Segment {
  readonly run: Run;
  readonly column: number;
  readonly span: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** It is the widest segment, which shows the name. */
  readonly isNamed: boolean;
}

function rowsOf(runs: readonly Run[]): Segment[][] {
  const rows: Segment[][] = [];
  for (const run of runs) {
    const segments: { row: number; column: number; span: number }[] = [];
    for (let entry = run.entry; entry < run.entry + run.span; ) {
      const column = entry % COLUMNS;
      const span = Math.min(COLUMNS - column, run.entry + run.span - entry);
      segments.push({ row: Math.floor(entry / COLUMNS), column, span });
      entry += span;
    }
    const widest = Math.max(...segments.map(({ span }) => span));
    const named = segments.findIndex(({ span }) => span === widest);
    for (const [index, { row, column, span }] of segments.entries()) {
      const isLast = index === segments.length - 1;
      const segment = { run, column, span, isFirst: index === 0, isLast, isNamed: index === named };
      rows[row] = [...(rows[row] ?? []), segment];
    }
  }
  return rows;
}

function cell(segment: Segment, { page }: PageView, nvs: NvsView, { ofSlot }: Categories): Markup {
  const { run, span, isFirst, isLast, isNamed } = segment;
  const { entry, slot } = run;
  const category = slot === undefined ? FREE : ofSlot(slot);
  const last = entry + run.span - 1;
  const position = run.span === 1 ? `entry ${entry}` : `entries ${entry} to ${last}`;
  const name = slot === undefined ? 'free' : slotName(slot);
  const classes = [
    'e',
    `c-${category.id}`,
    `w${Math.min(span, 3)}`,
    ...(isFirst ? ['first'] : []),
    ...(isLast ? ['last'] : []),
  ].join(' ');
  const value = slot?.value;
  const entryView = value === undefined ? undefined : nvs.entries[value];
  const label = [
    entryView?.label === undefined ? name : `${entryView.label} (${name})`,
    ...(slot?.role === 'namespace' ? ['name of a namespace'] : []),
    ...(slot?.role === 'chunk' ? [`chunk ${slot.chunk ?? 0}`] : []),
    ...(slot?.role === 'index' ? ['blob index'] : []),
    ...(slot?.namespace === undefined ? [] : [slot.namespace]),
    `page ${page}, ${position}`,
  ].join(', ');
  return html`<td role="gridcell" class="${classes}" colspan="${span}" tabindex="-1" aria-label="${label}" data-column="${segment.column}"${value === undefined ? html` data-name="${name}" data-what="${category.name}" data-position="page ${page}, ${position}"` : html` data-value="${value}"`}>${isNamed && slot !== undefined ? html`<span>${shortName(slot)}</span>` : ''}</td>`;
}

function slotName({ role, key }: SlotView): string {
  if (role === 'locked') return 'encrypted entries';
  if (key === undefined) return role;
  return role === 'erased' || role === 'damaged' ? `${key} (${role})` : key;
}

function shortName({ role, key, chunk }: SlotView): string {
  if (role === 'locked') return 'encrypted';
  if (key === undefined) return '';
  if (role === 'chunk' && (chunk ?? 0) % 128 > 0) return `${key} +${(chunk ?? 0) % 128}`;
  return role === 'index' ? 'index' : key;
}

/** A bar for the fill of a page, without a style attribute. */
function fillBar({ written, erased, empty, page }: PageView): Markup {
  const label = `Page ${page}: ${written} written, ${erased} erased, ${empty} free`;
  return html`<svg class="fill" viewBox="0 0 ${ENTRIES_PER_PAGE} 2" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="fill-free" width="${ENTRIES_PER_PAGE}" height="2"/><rect class="fill-written" width="${written}" height="2"/><rect class="fill-erased" x="${written}" width="${erased}" height="2"/></svg>`;
}

/** Adjacent blank pages share one line. */
function blankPages(pages: readonly PageView[]): Markup {
  const runs: [number, number][] = [];
  for (const { page, state } of pages) {
    if (state !== 'uninitialised') continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === page - 1) last[1] = page;
    else runs.push([page, page]);
  }
  return html`${runs.slice(0, PAGES_SHOWN).map(([first, last]) => {
    const count = last - first + 1;
    const name = count === 1 ? `Page ${first}` : `Pages ${first} to ${last}`;
    return html`<p class="blank"><b>${name}</b> <span>blank, ${count * ENTRIES_PER_PAGE} entries free</span></p>\n`;
  })}`;
}
