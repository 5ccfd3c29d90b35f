/** SARIF: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". */
import { isAbsolute, relative } from 'node:path';
import type { Finding, Severity, Where } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export interface SarifOptions {
  /** Version of the tool. */
  readonly version: string;
  /** Paths are made relative to it, as scanners of repositories require; by default they are unchanged. */
  readonly root?: string | undefined;
}

/** One run with one result per finding. */
export function formatSarif(findings: readonly Finding[], { version, root }: SarifOptions): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id) => ({ id, name: nameOf(id), shortDescription: { text: id } }));
  const results = findings.map((finding) => {
    const { code, severity, message, help, where } = finding;
    return {
      ruleId: code,
      ruleIndex: codes.indexOf(code),
      level: LEVELS[severity],
      message: { text: help === '' ? message : `${message}\n${help}` },
      ...locationsOf(where, root),
    };
  });
  const driver = { name: 'nx-esp32-factory', semanticVersion: version, rules };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${printableJson(log)}\n`;
}

function locationsOf({ file, line, column, field, offset }: Where, root: string | undefined): object {
  const region =
    line !== undefined
      ? { region: { startLine: line, ...(column !== undefined && { startColumn: column }) } }
      : offset !== undefined
        ? { region: { byteOffset: offset, byteLength: 0 } }
        : {};
  const location = {
    ...(file !== undefined && {
      physicalLocation: { artifactLocation: { uri: uriOf(file, root) }, ...region },
    }),
    ...(field !== undefined && { logicalLocations: [{ fullyQualifiedName: field, kind: 'member' }] }),
  };
  return Object.keys(location).length === 0 ? {} : { locations: [location] };
}

function uriOf(file: string, root: string | undefined): string {
  const path = (root !== undefined && isAbsolute(file) ? relative(root, file) : file).replaceAll('\\', '/');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return isAbsolute(path) ? `file://${encoded}` : encoded;
}

/** "nvs.key-too-long" as NvsKeyTooLong: rule names are in Pascal case. */
function nameOf(code: string): string {
  return code.replace(/(^|[.-])([a-z0-9])/g, (_, _separator: string, letter: string) => letter.toUpperCase());
}
