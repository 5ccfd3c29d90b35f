import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import type { Firmware } from './firmware';
import { choiceFixes, fixesFor, type SdkconfigFix } from './fixes';
import { type FirmwareNeeds, keysOf, type NeededEncryption } from './needs';
import { isTableMissing } from './partition-table';
import { locationOf } from './sdkconfig';
import { formatSetting } from './setting';

const { finding } = firmwareErrors;
const SYMBOL = {
  flash: 'NVS_SEC_KEY_PROTECT_USING_FLASH_ENC',
  hmac: 'NVS_SEC_KEY_PROTECT_USING_HMAC',
} as const;

/** Checks that image and firmware agree on encryption and its scheme. */
export function checkEncryption(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { encryption, config, label, target, chip } = firmware;
  const { nvs, flash, scheme } = encryption;
  const at = (known: typeof nvs | typeof scheme | typeof label) => locationOf(known, config.defaultsFile);
  const findings: Finding[] = [];
  const available = flash.value || (chip?.hmac ?? true);
  if (nvs.value && !available) {
    findings.push(finding('firmware.encryption-unavailable', { target: target.value }, at(nvs)));
  }
  const encrypted = nvs.value && available;
  const expectedLabel = needs.label ?? label.value;
  const expected = needs.encryption;
  if (expected.scheme === 'hmac' && chip !== undefined && !chip.hmac) {
    return [...findings, finding('firmware.hmac-unsupported', { target: target.value }, at(scheme))];
  }
  if (expected.scheme === 'none') {
    if (encrypted) {
      const advised = scheme.value === 'hmac' && scheme.origin !== 'default' ? 'hmac' : 'flash';
      findings.push(
        finding('firmware.encryption-missing', { scheme: advised, label: expectedLabel }, at(nvs)),
      );
    } else if (flash.value && keysOf(needs, 'attestation').includes('dac-key')) {
      findings.push(finding('firmware.secrets-plain', { label: expectedLabel }, at(flash), 'warning'));
    }
    return findings;
  }
  // Flash encryption burns eFuses, so a line that turns it on is never offered as a fix.
  const needsFlash = expected.scheme === 'flash' && !flash.value;
  if (!encrypted) {
    const fixes = needsFlash ? [] : fixesFor(config, nvs.symbol, formatSetting(nvs.symbol, true), nvs);
    const params = { label: expectedLabel, needsFlash, fixes };
    return [...findings, finding('firmware.encryption-unexpected', params, at(needsFlash ? flash : nvs))];
  }
  if (scheme.value === 'unknown') {
    const fixes = choiceFixes(config, scheme, SYMBOL[expected.scheme]);
    findings.push(schemeUnknown(firmware, 'warning', fixes));
  } else if (scheme.value !== expected.scheme) {
    const symbol = SYMBOL[expected.scheme];
    const isDefault = scheme.origin === 'default';
    const fixes = needsFlash ? [] : choiceFixes(config, scheme, symbol);
    const params = { expected: expected.scheme, used: scheme.value, isDefault, needsFlash, fixes };
    findings.push(finding('firmware.encryption-scheme', params, at(scheme)));
  }
  return [
    ...findings,
    ...(expected.scheme === 'hmac' ? checkHmac(firmware, expected) : checkKeysPartition(firmware)),
  ];
}

/** The line that is asked for where only the version of ESP-IDF decides about the scheme. */
export function schemeUnknown(
  { encryption, config }: Pick<Firmware, 'encryption' | 'config'>,
  severity: 'error' | 'warning',
  fixes: readonly SdkconfigFix[] = [],
): Finding {
  const where = locationOf(encryption.flash, config.defaultsFile);
  const params = {
    files: [config.defaultsFile, ...(config.built === undefined ? [] : [config.built])],
    fixes,
  };
  return finding('firmware.nvs-scheme-unknown', params, where, severity);
}

function checkKeysPartition({ keysPartition, table }: Firmware): Finding[] {
  const unread = isTableMissing(table);
  if (keysPartition !== undefined || unread) return [];
  return [finding('firmware.keys-partition-missing', { table: table.file }, { file: table.file })];
}

function checkHmac(
  { encryption, config }: Firmware,
  { keyId: expected, firmwareDerivesKeys }: NeededEncryption & { scheme: 'hmac' },
): Finding[] {
  const { hmacKeyId: used } = encryption;
  const where = locationOf(used, config.defaultsFile);
  const severity = firmwareDerivesKeys === false ? 'error' : 'warning';
  const findings =
    firmwareDerivesKeys === true ? [] : [finding('firmware.hmac-matter-sdk', {}, where, severity)];
  const fixes = fixesFor(config, used.symbol, formatSetting(used.symbol, Math.max(expected ?? 0, 0)), used);
  if (used.value < 0 || used.value > 5) {
    const params = { symbol: used.symbol, fixes };
    return [finding('firmware.hmac-key-id-missing', params, where), ...findings];
  }
  if (expected === undefined || expected === used.value) return findings;
  return [finding('firmware.hmac-key-id-differs', { expected, used: used.value, fixes }, where), ...findings];
}
