/** The report on one file in the requested format, for the command and the executor. */
import { FactoryError, type Finding, formatManualCode, type NvsKeys } from 'nvs-core';
import { hex, locate, printableJson, within } from 'nvs-core/errors';
import { type Onboarding, readOnboarding } from '../artifacts';
import { INPUT_LIMIT, readArgument } from '../files';
import { compareCodes } from './codes';
import { imageCsv } from './csv';
import { FINDING_FORMATS, type FindingFormat, formatFindingsAs } from './formats';
import { formatImageHtml } from './html';
import { type ImageContents, readImage } from './image';
import { formatImage } from './terminal';
import { describeImage } from './view';

export const REPORT_FORMATS = ['text', 'json', 'csv', 'html', ...FINDING_FORMATS] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  readonly format: ReportFormat;
  /** The file name for people. */
  readonly name: string;
  /** Label of the partition to read in a flash dump. */
  readonly partition?: string | undefined;
  readonly keys?: NvsKeys | undefined;
  /** Path of an onboarding.json. */
  readonly codes?: string | undefined;
  readonly showSecrets?: boolean;
  readonly colour?: boolean;
  /** Paths of SARIF are relative to it. */
  readonly root?: string;
  /** Version of the tool. */
  readonly version: string;
  /** Draws QR codes: as SVG for the page, as text for the terminal. */
  readonly draw: (payload: string) => { svg(): string; terminal(colour: boolean): string };
}

export interface InspectReport {
  /** Without a line break at the end. */
  readonly text: string;
  /** All findings on the file and the codes. */
  readonly findings: readonly Finding[];
  /** Whether the text includes the findings. */
  readonly includesFindings: boolean;
  /** Whether the text contains secrets, so that a file with it must be private. */
  readonly secret: boolean;
  /** A hint for people. */
  readonly hint?: string;
}

/**
 * Reads the file at `path` and reports its contents.
 * Errors: files.*, those of readImage, those of readOnboarding, inspect.csv-without-nvs, nvs.csv-unwritable.
 */
export async function inspectFile(path: string, options: ReportOptions): Promise<InspectReport> {
  const { name, codes: codesPath, keys, partition } = options;
  const codes = codesPath === undefined ? undefined : codesIn(codesPath);
  const contents = within({ file: name }, () => readImage(readArgument(path), { keys, which: partition }));
  const findings = [
    ...contents.findings.map((finding) => locate(finding, { file: name })),
    ...(codes === undefined ? [] : compareCodes(codes, contents)).map((finding) =>
      locate(finding, { file: codesPath ?? name }),
    ),
  ];
  return render({ ...contents, findings }, codes, options);
}

/** Reads the codes to show, which must be valid. */
function codesIn(path: string): Onboarding {
  const codes = within({ file: path }, () => readOnboarding(readArgument(path, INPUT_LIMIT.codes), path));
  if (codes.findings.length > 0) throw new FactoryError(codes.findings);
  return codes;
}

async function render(
  contents: ImageContents,
  codes: Onboarding | undefined,
  options: ReportOptions,
): Promise<InspectReport> {
  const { format, name, showSecrets = false, colour = false, draw } = options;
  const { findings } = contents;
  const secret = showSecrets || codes !== undefined;
  if (format === 'csv') return csvReport(contents, name);
  if (isFindingFormat(format)) return findingsReport(format, findings, options);

  const view = describeImage(contents, { showSecrets });
  const { qrCode, manualCode } = codes ?? {};
  const printed =
    qrCode === undefined ? undefined : { qrCode, ...(manualCode !== undefined && { manualCode }) };
  if (format === 'json') {
    const document = { file: name, ...view, ...(printed && { codes: printed }) };
    return { text: printableJson(document), findings, includesFindings: true, secret };
  }
  if (format === 'html') {
    const drawn = printed && { ...printed, svg: draw(printed.qrCode).svg() };
    const text = formatImageHtml(view, { file: name, ...(drawn && { codes: drawn }) }).trimEnd();
    return { text, findings, includesFindings: false, secret };
  }
  const onboarding = printed && [
    '',
    `QR code  ${printed.qrCode}`,
    ...(manualCode === undefined ? [] : [`Manual   ${formatManualCode(manualCode)}`]),
    draw(printed.qrCode).terminal(colour),
  ];
  const text = [formatImage(view, { file: name, colour }), ...(onboarding ?? [])].join('\n');
  return { text, findings, includesFindings: true, secret };
}

function csvReport(contents: ImageContents, name: string): InspectReport {
  const { text, size, version, findings } = imageCsv(contents);
  const option = version === 1 ? ' --version 1' : '';
  return {
    text: text.replace(/\n$/, ''),
    findings: [...contents.findings, ...findings.map((finding) => locate(finding, { file: name }))],
    includesFindings: false,
    secret: true,
    hint: `The image of this CSV: esp32-factory nvs generate CSV OUTPUT ${hex(size)}${option}`,
  };
}

/** Only the findings, in a format for CI, also if they stopped the reading. */
export function findingsReport(
  format: FindingFormat,
  findings: readonly Finding[],
  { name, version, root }: Pick<ReportOptions, 'name' | 'version' | 'root'>,
): InspectReport {
  const text = formatFindingsAs(format, findings, { name, version, root }).trimEnd();
  return { text, findings, includesFindings: true, secret: false };
}

export function isFindingFormat(format: string): format is FindingFormat {
  return (FINDING_FORMATS as readonly string[]).includes(format);
}
