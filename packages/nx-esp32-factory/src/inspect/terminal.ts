/** The report for a terminal. */
import { formatFindings } from 'nvs-core';
import { hex, printable } from 'nvs-core/errors';
import type { CredentialNode } from './credentials';
import { counted, shortened } from './text';
import type { EntryView, ImageView, PageView } from './view';
import { bySeverity, fillText, findingCount, headline, hiddenCount, positionText } from './words';

const VALUE_WIDTH = 60;
const BAR_LENGTH = 20;
/** Maximum number of listed pages. */
const PAGES_SHOWN = 64;

export interface TerminalOptions {
  /** The file as the user named it. */
  readonly file: string;
  readonly colour: boolean;
}

/** A view as aligned text: values by name, keys with their positions, pages, certificates, findings. */
export function formatImage(view: ImageView, { file, colour }: TerminalOptions): string {
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const style = { bold: paint(1), dim: paint(2) };
  const hidden = hiddenCount(view);
  const sections = [
    [style.bold(printable(file)), `  ${headline(view)}`, ...fillLine(view)],
    partitionLines(view, style),
    keyLines(view, style),
    deviceLines(view, style),
    ...namespaceLines(view, style),
    secureCertLines(view, style),
    pageLines(view, style),
    credentialLines(view.credentials, style),
    view.findings.length === 0
      ? []
      : [
          style.bold(`Findings: ${findingCount(view.findings)}`),
          '',
          formatFindings(bySeverity(view.findings), { colour }),
        ],
    [
      ...(view.findings.length === 0 ? [`✔ ${findingCount(view.findings)}`] : []),
      ...(hidden === 0 ? [] : [style.dim(`${counted(hidden, 'value')} hidden; --show-secrets shows them`)]),
    ],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

function fillLine(view: ImageView): string[] {
  const text = fillText(view);
  return text === undefined || view.kind === 'blank' ? [] : [`  ${text}`];
}

function partitionLines({ table, partition }: ImageView, style: Style): string[] {
  if (table === undefined) return [];
  const rows = table.partitions.map(({ name, type, subtype, offset, size, encrypted, readonly }) => [
    name === partition?.name ? '▸' : ' ',
    name,
    `${type}/${subtype}`,
    hex(offset),
    hex(size),
    [...(encrypted ? ['encrypted'] : []), ...(readonly ? ['readonly'] : [])].join(' '),
  ]);
  return columns(
    `Partition table at ${hex(table.offset)}`,
    ['', 'NAME', 'TYPE', 'OFFSET', 'SIZE', 'FLAGS'],
    rows,
    style,
  );
}

function keyLines({ keys }: ImageView, style: Style): string[] {
  if (keys === undefined) return [];
  return [
    style.bold('NVS keys'),
    '  CRC valid; AES-256-XTS',
    `  fingerprint     ${keys.sha256.slice(0, 32)}`,
    ...(keys.encryptionKey === undefined
      ? []
      : [`  encryption key  ${keys.encryptionKey}`, `  tweak key       ${keys.tweakKey}`]),
  ];
}

function deviceLines({ device }: ImageView, style: Style): string[] {
  if (device.length === 0) return [];
  const width = Math.max(...device.flatMap(({ fields }) => fields.map(({ label }) => label.length)));
  return device.flatMap(({ name, fields }, index) => [
    ...(index === 0 ? [] : ['']),
    style.bold(name),
    ...fields.map(({ label, text, secret }) => {
      const shown = shortened(printable(text), VALUE_WIDTH + 20);
      return `  ${label.padEnd(width)}  ${secret ? style.dim(shown) : shown}`;
    }),
  ]);
}

function namespaceLines({ nvs }: ImageView, style: Style): string[][] {
  if (nvs === undefined) return [];
  return nvs.namespaces.map(({ name, index, keys }) =>
    columns(
      `Namespace ${printable(name)} (index ${index}, ${counted(keys, 'key')})`,
      ['KEY', 'TYPE', 'BYTES', 'PAGE:ENTRY', 'VALUE'],
      nvs.entries.filter(({ namespace }) => namespace === name).map(entryRow),
      style,
    ),
  );
}

function entryRow({ key, type, length, places, text }: EntryView): string[] {
  return [key, type, String(length), positionText(places), shortened(printable(text), VALUE_WIDTH)];
}

function secureCertLines({ secureCert }: ImageView, style: Style): string[] {
  if (secureCert === undefined) return [];
  const rows = secureCert.entries.map(({ type, subtype, label, length, offset, intact, text }) => [
    `${type}/${subtype}`,
    label,
    String(length),
    hex(offset),
    intact ? shortened(printable(text), VALUE_WIDTH) : 'CRC invalid',
  ]);
  return columns('esp_secure_cert', ['TYPE', 'ENTRY', 'BYTES', 'OFFSET', 'VALUE'], rows, style);
}

function pageLines({ nvs }: ImageView, style: Style): string[] {
  if (nvs === undefined) return [];
  const used = nvs.pages.filter(({ state }) => state !== 'uninitialised');
  const blank = nvs.pages.length - used.length;
  const rows = used
    .slice(0, PAGES_SHOWN)
    .map((page) => [
      String(page.page),
      hex(page.offset),
      page.state,
      page.sequence === undefined ? '' : String(page.sequence),
      bar(page),
      `${page.written} written, ${page.erased} erased, ${page.empty} free`,
    ]);
  const more = [
    ...(used.length > PAGES_SHOWN ? [`  … and ${counted(used.length - PAGES_SHOWN, 'more page')}`] : []),
    ...(blank === 0 ? [] : [`  ${counted(blank, 'blank page')}`]),
  ];
  return [...columns('Pages', ['PAGE', 'OFFSET', 'STATE', 'SEQ', 'FILL', 'ENTRIES'], rows, style), ...more];
}

function bar({ written, erased, slots }: PageView): string {
  const share = (count: number) => Math.round((count * BAR_LENGTH) / 126);
  const used = slots.length > 0 && written > 0 ? Math.max(1, share(written)) : share(written);
  const gone = Math.min(BAR_LENGTH - used, share(erased));
  return `${'█'.repeat(used)}${'▒'.repeat(gone)}${'░'.repeat(BAR_LENGTH - used - gone)}`;
}

function credentialLines(nodes: readonly CredentialNode[], style: Style): string[] {
  if (nodes.length === 0) return [];
  const lines = (node: CredentialNode, indent: string, branch: string): string[] => {
    const inner = indent + (branch === '' ? '' : branch === '├─ ' ? '│  ' : '   ');
    const detail = (label: string) => node.fields.find((field) => field.label === label)?.value;
    const validity =
      detail('not before') === undefined ? [] : [`valid ${detail('not before')} to ${detail('not after')}`];
    return [
      `  ${indent}${branch}${shortened(printable(node.title), 100)}`,
      ...validity.map((text) => style.dim(`  ${inner}${node.children.length > 0 ? '│' : ' '}    ${text}`)),
      ...node.children.flatMap((child, index) => {
        return lines(child, inner, index === node.children.length - 1 ? '└─ ' : '├─ ');
      }),
    ];
  };
  return [style.bold('Credentials'), ...nodes.flatMap((node) => lines(node, '', ''))];
}

/** A table with a title; the width of the last column is not limited. */
function columns(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  const cells = rows.map((row) => row.map(printable));
  if (cells.length === 0) return [style.bold(title), style.dim('  none')];
  const widths = heads.map((head, column) =>
    cells.reduce((width, row) => Math.max(width, [...(row[column] ?? '')].length), head.length),
  );
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))).join('  ')}`.trimEnd();
  return [style.bold(title), style.dim(line(heads)), ...cells.map(line)];
}
