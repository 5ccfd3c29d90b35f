/** Init follows the firmware; where a config asks for less, the user decides. */
import { FactoryError, type Finding } from 'nvs-core';
import { initErrors } from '../errors';
import { type Firmware, fixesOf, parseSdkconfig } from '../firmware';
import type { Draft } from './draft';
import type { InitOptions } from './options';
import { confirm, type PromptTerminal } from './questions';

/** Symbols that protect keys or data while they are on. */
const PROTECTIONS =
  /^(?:SECURE_BOOT|SECURE_FLASH_|NVS_ENCRYPTION$|NVS_SEC_KEY_PROTECT_USING_HMAC$|SEC_CERT_|ESP_SECURE_CERT_DS_PERIPHERAL$|USE_ESP32_ECDSA_PERIPHERAL$)/;

/** A line that turns a protection off. */
interface WeakerLine {
  readonly file: string;
  readonly line: string;
}

/**
 * Asks before lines that turn protections of the firmware off are written, unless an option allows them; without a
 * terminal they are rejected, with the findings that ask for them. Errors: init.weaker-security.
 */
export async function assertNotWeaker(
  draft: Draft,
  { firmware, causes }: { readonly firmware: Firmware; readonly causes: readonly Finding[] },
  { allowWeakerSecurity = false }: InitOptions,
  terminal: PromptTerminal | undefined,
): Promise<void> {
  const { files, defaultsFile } = firmware.config;
  const lines = [...new Set([...files, defaultsFile])].flatMap((file) => weakerLines(draft, file));
  if (lines.length === 0 || allowWeakerSecurity) return;
  const finding = initErrors.finding('init.weaker-security', { lines });
  const asking = causes.filter((cause) =>
    fixesOf([cause]).some((fix) => lines.some(({ file, line }) => file === fix.file && line === fix.line)),
  );
  if (terminal !== undefined) {
    const reasons = asking.map(({ message }) => `  because ${message}\n`);
    terminal.output.write(`\nWarning: ${finding.message}\n${reasons.join('')}`);
    if (await confirm('Write these lines?', terminal)) return;
  }
  throw new FactoryError([finding, ...asking]);
}

/** The lines of a file that turn off what was not off there before. */
function weakerLines(draft: Draft, file: string): WeakerLine[] {
  const before = protectionsIn(draft.originalText(file), file);
  const after = protectionsIn(draft.readText(file) ?? '', file);
  return [...after]
    .filter(([symbol, value]) => value === 'n' && before.get(symbol) !== 'n')
    .map(([symbol]) => ({ file, line: `CONFIG_${symbol}=n` }));
}

/** The last value of each protection that a file sets. */
function protectionsIn(text: string, file: string): ReadonlyMap<string, string> {
  const { settings } = parseSdkconfig(text, file);
  return new Map(
    settings.filter(({ symbol }) => PROTECTIONS.test(symbol)).map(({ symbol, value }) => [symbol, value]),
  );
}
