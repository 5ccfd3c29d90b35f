import { type Finding, formatFindings } from 'nvs-core';
import type { Firmware } from '../firmware';
import type { InitContext } from './context';
import type { Draft } from './draft';
import { changedLines } from './messages';

/** Prints the changed lines of the firmware's files; false if there are none. */
export function showChanges(draft: Draft, { config, table }: Firmware, { print }: InitContext): boolean {
  const files = [...new Set([...config.files, config.defaultsFile, ...(table.builtIn ? [] : [table.file])])];
  const changed = files.flatMap((file) => {
    const lines = changedLines(draft.originalText(file), draft.readText(file) ?? '');
    return lines.length === 0 ? [] : [[`${file}:`, ...lines].join('\n')];
  });
  if (changed.length === 0) return false;
  print(`\nThese lines make the firmware read the factory data:\n\n${changed.join('\n\n')}`);
  return true;
}

export function printFindings({ print }: InitContext, findings: readonly Finding[]): void {
  if (findings.length > 0) print(`\n${formatFindings(findings)}`);
}
