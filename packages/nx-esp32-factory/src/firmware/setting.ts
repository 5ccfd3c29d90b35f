/**
 * Lines of an sdkconfig or sdkconfig.defaults (ESP-IDF Programming Guide, "Project Configuration"): CONFIG_X=value,
 * or "# CONFIG_X is not set" for n. Which lines are ignored was measured with esp-idf-kconfig 3.14.
 */
import type { Finding } from 'nvs-core';
import { firstFindings } from 'nvs-core/errors';
import { firmwareErrors } from '../errors/firmware';

/** One assignment; symbols are without their CONFIG_ prefix. */
export interface Setting {
  readonly symbol: string;
  /** Without quotes and escapes. */
  readonly value: string;
  readonly quoted: boolean;
  /** A number of a JSON file: decimal, also that of a hexadecimal symbol. */
  readonly isDecimal?: true;
  readonly file: string;
  /** One-based. */
  readonly line: number;
}

const ASSIGNMENT = /^CONFIG_([A-Za-z0-9_]+)=(.*)$/;
const UNSET = /^# CONFIG_([A-Za-z0-9_]+) is not set/;
const STRING = /^"((?:[^\\"]|\\.)*)"/;

/** The assignments of one file, in order; lines that ESP-IDF ignores are warnings (firmware.line-ignored). */
export function parseSdkconfig(text: string, file: string): { settings: Setting[]; findings: Finding[] } {
  const settings: Setting[] = [];
  const findings: Finding[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const written = raw.trim();
    const line = index + 1;
    const setting = parseLine(written);
    if (setting !== undefined) {
      settings.push({ ...setting, file, line });
    } else if (written !== '' && !written.startsWith('#')) {
      const params = { written: shownText(written.length > 60 ? `${written.slice(0, 60)}...` : written) };
      findings.push(firmwareErrors.finding('firmware.line-ignored', params, { file, line }, 'warning'));
    }
  }
  return { settings, findings: firstFindings(findings) };
}

/** What is written, without a number that is as long as a passcode: it may be one. */
export function shownText(written: string): string {
  return written.replace(/\d{7,}/g, (digits) => `[${digits.length} digits]`);
}

/** "CONFIG_X=y", quoted and escaped if the value is a string. */
export function formatSetting(symbol: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return `CONFIG_${symbol}=${value ? 'y' : 'n'}`;
  if (typeof value === 'number') return `CONFIG_${symbol}=${value}`;
  return `CONFIG_${symbol}="${value.replace(/["\\]/g, '\\$&')}"`;
}

function parseLine(written: string): Omit<Setting, 'file' | 'line'> | undefined {
  const unset = UNSET.exec(written);
  if (unset !== null) return { symbol: unset[1] ?? '', value: 'n', quoted: false };
  const [, symbol, value] = ASSIGNMENT.exec(written) ?? [];
  if (symbol === undefined || value === undefined) return undefined;
  const string = STRING.exec(value);
  if (string !== null) return { symbol, value: (string[1] ?? '').replace(/\\(.)/g, '$1'), quoted: true };
  // A comment may follow a value; ESP-IDF ignores a value that starts with a quote and does not end with one.
  if (value.startsWith('"')) return undefined;
  const comment = value.indexOf('#');
  return { symbol, value: comment < 0 ? value : value.slice(0, comment).trimEnd(), quoted: false };
}
