import { FactoryError, type Finding } from 'nvs-core';
import { initErrors } from '../errors';
import {
  applySdkconfigFixes,
  checkFirmware,
  explainedErrors,
  type Firmware,
  type FirmwareNeeds,
  type FirmwareOptions,
  fixesOf,
  readFirmware,
  type SdkconfigFix,
} from '../firmware';
import type { Draft } from './draft';

const HEADER = '# Settings that make the firmware read the factory data (nx-esp32-factory)';

/** A fix can reveal another error: a provider that was turned on may be the wrong one. */
const ROUNDS = 4;

/**
 * Plans all sdkconfig lines that make firmware and config agree; returns the changed firmware, the remaining
 * findings, and those that the lines fix. Errors: those of checkFirmware that no line fixes.
 */
export function planSettings(
  root: string,
  draft: Draft,
  needs: FirmwareNeeds,
  options: FirmwareOptions,
): { firmware: Firmware; findings: readonly Finding[]; causes: readonly Finding[] } {
  const causes: Finding[] = [];
  for (let round = 0; ; round++) {
    const firmware = readFirmware(root, draft, options);
    const findings = checkFirmware(firmware, needs);
    const fixable = findings.filter((finding) => mayFix(finding, needs) && fixesOf([finding]).length > 0);
    const fixes = fixesOf(fixable);
    const inside = fixes.filter(({ file }) => !isOutside(file));
    if (round === ROUNDS || !applyFixes(draft, inside, firmware.config.built)) {
      const outside = fixes
        .filter(({ file }) => isOutside(file))
        .map(({ line, file }) => initErrors.finding('init.file-outside', { line }, { file }));
      const errors = [...outside, ...explainedErrors(firmware, findings)];
      if (errors.length > 0) throw new FactoryError(errors);
      return { firmware, findings, causes };
    }
    causes.push(...fixable);
  }
}

/** Writes the lines to their files; false if nothing changes. */
export function applyFixes(draft: Draft, fixes: readonly SdkconfigFix[], built: string | undefined): boolean {
  let changed = false;
  for (const file of new Set(fixes.map((fix) => fix.file))) {
    const old = draft.readText(file) ?? '';
    const own = fixes.filter((fix) => fix.file === file);
    const isNew = own.some(({ symbol }) => !isMentioned(old, symbol));
    const text = applySdkconfigFixes(isNew && file !== built ? withHeader(old) : old, own);
    if (text === old) continue;
    draft.write(file, text);
    changed = true;
  }
  return changed;
}

/** Whether a line sets the symbol, or unsets it. */
function isMentioned(text: string, symbol: string): boolean {
  return text.split(/[\r\n]/).some((line) => {
    const [name = ''] = /^(?:# )?CONFIG_\w+/.exec(line) ?? [];
    return name.replace('# ', '') === `CONFIG_${symbol}`;
  });
}

function withHeader(text: string): string {
  if (text.includes(HEADER)) return text;
  const eol = /\r\n|\n/.exec(text)?.[0] ?? '\n';
  if (text === '') return HEADER + eol;
  return `${text}${text.endsWith('\n') ? '' : eol}${eol}${HEADER}${eol}`;
}

/** A label in the config is deliberate, so its partition is not changed to another one. */
function mayFix({ code }: Finding, { label }: FirmwareNeeds): boolean {
  return code !== 'firmware.partition-shared' || label === undefined;
}

function isOutside(file: string): boolean {
  return file.startsWith('../') || file.startsWith('/') || /^[A-Za-z]:/.test(file);
}
