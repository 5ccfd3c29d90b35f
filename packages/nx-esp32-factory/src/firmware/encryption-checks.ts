import { type Finding, hex } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import type { Firmware } from './firmware';
import { choiceFixes, fixesFor } from './fixes';
import { type FirmwareNeeds, keysOf, type NeededEncryption } from './needs';
import { whereOf } from './sdkconfig';
import { formatSetting } from './setting';

const { finding } = firmwareErrors;
const SYMBOL = {
  flash: 'NVS_SEC_KEY_PROTECT_USING_FLASH_ENC',
  hmac: 'NVS_SEC_KEY_PROTECT_USING_HMAC',
} as const;

/** Whether image and firmware agree on encryption, and its scheme. */
export function checkEncryption(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { encryption, config, label, target, chip } = firmware;
  const { nvs, flash, scheme } = encryption;
  const at = (known: typeof nvs | typeof scheme | typeof label) => whereOf(known, config.defaultsFile);
  const findings: Finding[] = [];
  const available = flash.value || (chip?.hmac ?? true);
  if (nvs.value && !available) {
    findings.push(finding('firmware.encryption-unavailable', { target: target.value }, at(nvs)));
  }
  const encrypted = nvs.value && available;
  const where = needs.label ?? label.value;
  const wanted = needs.encryption;
  if (wanted.scheme === 'hmac' && chip !== undefined && !chip.hmac) {
    return [...findings, finding('firmware.hmac-unsupported', { target: target.value }, at(scheme))];
  }
  if (wanted.scheme === 'none') {
    if (encrypted) {
      findings.push(finding('firmware.encryption-missing', { scheme: scheme.value, label: where }, at(nvs)));
    } else if (flash.value && keysOf(needs, 'attestation').includes('dac-key')) {
      findings.push(finding('firmware.secrets-plain', { label: where }, at(flash), 'warning'));
    }
    return findings;
  }
  if (!encrypted) {
    const fixes = fixesFor(config, nvs.symbol, formatSetting(nvs.symbol, true), nvs);
    return [...findings, finding('firmware.encryption-unexpected', { label: where, fixes }, at(nvs))];
  }
  if (scheme.value !== wanted.scheme) {
    const symbol = SYMBOL[wanted.scheme];
    const isDefault = scheme.origin === 'default';
    const fixes = choiceFixes(config, scheme, symbol);
    const params = { wanted: wanted.scheme, used: scheme.value, isDefault, fixes };
    findings.push(finding('firmware.encryption-scheme', params, at(scheme), isDefault ? 'warning' : 'error'));
  }
  return [
    ...findings,
    ...(wanted.scheme === 'hmac' ? checkHmac(firmware, wanted) : checkKeysPartition(firmware)),
  ];
}

function checkKeysPartition({ keysPartition, table }: Firmware): Finding[] {
  const unread = table.findings.some(({ code }) => code === 'firmware.table-missing');
  if (keysPartition !== undefined || unread) return [];
  return [finding('firmware.keys-partition-missing', { table: table.file }, { file: table.file })];
}

function checkHmac(
  { encryption, config }: Firmware,
  { keyId: wanted, firmwareDerivesKeys }: NeededEncryption & { scheme: 'hmac' },
): Finding[] {
  const { hmacKeyId: used } = encryption;
  const where = whereOf(used, config.defaultsFile);
  const severity = firmwareDerivesKeys === false ? 'error' : 'warning';
  const findings =
    firmwareDerivesKeys === true ? [] : [finding('firmware.hmac-matter-sdk', {}, where, severity)];
  const fixes = fixesFor(config, used.symbol, formatSetting(used.symbol, wanted ?? 0), used);
  if (used.value < 0 || used.value > 5) {
    const params = { symbol: used.symbol, example: hex(wanted ?? 0), fixes };
    return [finding('firmware.hmac-key-id-missing', params, where), ...findings];
  }
  if (wanted === undefined || wanted === used.value) return findings;
  return [finding('firmware.hmac-key-id-differs', { wanted, used: used.value, fixes }, where), ...findings];
}
