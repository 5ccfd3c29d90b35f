/** One file looked at, in the form that was asked for: what the command and the executor share. */
import { FactoryError, type Finding, formatManualCode, hex, locate, type NvsKeys, within } from 'nvs-core';
import { type Onboarding, readOnboarding } from '../artifacts';
import { readInput } from '../files';
import { compareCodes } from './codes';
import { imageCsv } from './csv';
import { FINDING_FORMATS, type FindingFormat, formatFindingsAs } from './formats';
import { formatImageHtml } from './html';
import { type ImageContents, readImage } from './image';
import { formatImage } from './terminal';
import { describeImage } from './view';

export const REPORT_FORMS = ['text', 'json', 'csv', 'html', ...FINDING_FORMATS] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

export interface ReportOptions {
  readonly form: ReportForm;
  /** The file as people are to read it. */
  readonly name: string;
  /** Label of the partition of a flash dump. */
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
  /** Draws QR codes; the page wants markup, the terminal lines of text. */
  readonly draw: (payload: string) => { svg(): string; terminal(colour: boolean): string };
}

export interface Report {
  /** Without a line break at its end. */
  readonly text: string;
  /** All that was found; of the file and of the codes. */
  readonly findings: readonly Finding[];
  /** Whether the text says the findings too. */
  readonly saysFindings: boolean;
  /** Whether the text holds secrets: a file of it must be private. */
  readonly secret: boolean;
  /** A last word for people. */
  readonly hint?: string;
}

/**
 * Reads the file at `path` and reports what is in it.
 * Errors: files.*, those of readImage, those of readOnboarding, inspect.csv-without-nvs, nvs.csv-unwritable.
 */
export async function inspectFile(path: string, options: ReportOptions): Promise<Report> {
  const { name, codes: codesPath, keys, partition } = options;
  const codes = codesPath === undefined ? undefined : codesIn(codesPath);
  const contents = within({ file: name }, () => readImage(readInput(path), { keys, which: partition }));
  const findings = [
    ...contents.findings.map((finding) => locate(finding, { file: name })),
    ...(codes === undefined ? [] : compareCodes(codes, contents)).map((finding) =>
      locate(finding, { file: codesPath ?? name }),
    ),
  ];
  return render({ ...contents, findings }, codes, options);
}

const CODES_LENGTH_LIMIT = 0x10000;

/** Codes that are shown have to be right. */
function codesIn(path: string): Onboarding {
  const codes = within({ file: path }, () => readOnboarding(readInput(path, CODES_LENGTH_LIMIT), path));
  if (codes.findings.length > 0) throw new FactoryError(codes.findings);
  return codes;
}

async function render(
  contents: ImageContents,
  codes: Onboarding | undefined,
  options: ReportOptions,
): Promise<Report> {
  const { form, name, showSecrets = false, colour = false, draw } = options;
  const { findings } = contents;
  const secret = showSecrets || codes !== undefined;
  if (form === 'csv') return csvReport(contents, name);
  if (isFindingFormat(form)) return findingsReport(form, findings, options);

  const view = describeImage(contents, { showSecrets });
  const { qrCode, manualCode } = codes ?? {};
  const printed =
    qrCode === undefined ? undefined : { qrCode, ...(manualCode !== undefined && { manualCode }) };
  if (form === 'json') {
    const document = { file: name, ...view, ...(printed && { codes: printed }) };
    return { text: JSON.stringify(document, null, 2), findings, saysFindings: true, secret };
  }
  if (form === 'html') {
    const drawn = printed && { ...printed, svg: draw(printed.qrCode).svg() };
    const text = formatImageHtml(view, { file: name, ...(drawn && { codes: drawn }) }).trimEnd();
    return { text, findings, saysFindings: false, secret };
  }
  const onboarding = printed && [
    '',
    `QR code  ${printed.qrCode}`,
    ...(manualCode === undefined ? [] : [`Manual   ${formatManualCode(manualCode)}`]),
    draw(printed.qrCode).terminal(colour),
  ];
  const text = [formatImage(view, { file: name, colour }), ...(onboarding ?? [])].join('\n');
  return { text, findings, saysFindings: true, secret };
}

function csvReport(contents: ImageContents, name: string): Report {
  const { text, size, version, findings } = imageCsv(contents);
  const option = version === 1 ? ' --version 1' : '';
  return {
    text: text.replace(/\n$/, ''),
    findings: [...contents.findings, ...findings.map((finding) => locate(finding, { file: name }))],
    saysFindings: false,
    secret: true,
    hint: `The image of this CSV: esp32-factory nvs generate CSV OUTPUT ${hex(size)}${option}`,
  };
}

/** Findings alone, in a form for CI: also those that stopped the reading. */
export function findingsReport(
  form: FindingFormat,
  findings: readonly Finding[],
  { name, version, root }: Pick<ReportOptions, 'name' | 'version' | 'root'>,
): Report {
  const text = formatFindingsAs(form, findings, {
    name,
    version,
    ...(root !== undefined && { root }),
  }).trimEnd();
  return { text, findings, saysFindings: true, secret: false };
}

export function isFindingFormat(form: string): form is FindingFormat {
  return (FINDING_FORMATS as readonly string[]).includes(form);
}
