import type { Finding } from 'nvs-core';
import { isDescribed } from 'nvs-core/errors';
import { firmwareErrors } from '../errors/firmware';
import { checkEncryption } from './encryption-checks';
import type { Firmware } from './firmware';
import { fixesFor, type SdkconfigFix } from './fixes';
import type { FirmwareNeeds } from './needs';
import { checkPartition, checkSecureCertPartition } from './partition-checks';
import { checkProviders } from './provider-checks';
import { type Known, locationOf } from './sdkconfig';

const { finding } = firmwareErrors;
const PROVIDER_OFF: ReadonlySet<string> = new Set([
  'firmware.factory-provider-off',
  'firmware.instance-provider-off',
]);
const ID_DIFFERS: ReadonlySet<string> = new Set([
  'firmware.vendor-id-differs',
  'firmware.product-id-differs',
]);
const WEIGHT = { error: 0, warning: 1, info: 2 } as const;

/**
 * All differences between firmware and image, errors first, with the findings of reading the firmware and without what
 * only follows from another error. Each finding has its source location; if lines of an sdkconfig fix it, they are in
 * `params.fixes`.
 */
export function checkFirmware(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const findings = [
    ...firmware.findings,
    ...checkPartition(firmware, needs),
    ...checkSecureCertPartition(firmware, needs),
    ...checkProviders(firmware, needs),
    ...checkIds(firmware, needs),
    ...checkEncryption(firmware, needs),
    ...notesOnUnknowns(firmware, needs),
  ];
  return withoutConsequences(findings).sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

/** With the provider on, the firmware takes the ids from the factory data: then they cannot differ. */
function withoutConsequences(findings: readonly Finding[]): Finding[] {
  const isOff = findings.some(({ code }) => PROVIDER_OFF.has(code));
  return findings.filter(({ code }) => !(isOff && ID_DIFFERS.has(code)));
}

/**
 * The errors, each with what explains them: all that was found while the firmware was read, since a line that is
 * ignored and a file that is not found change every value; empty without an error.
 */
export function explainedErrors(
  { findings: read }: Pick<Firmware, 'findings'>,
  findings: readonly Finding[],
): Finding[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return [];
  return [...errors, ...findings.filter((finding) => finding.severity !== 'error' && read.includes(finding))];
}

/** The lines that fix the findings, each once; none that looks like a secret, which a finding only describes. */
export function fixesOf(findings: readonly Finding[]): SdkconfigFix[] {
  const fixes = findings.flatMap(({ params }) =>
    isFixable(params) ? params.fixes.filter(({ file, line }) => !isDescribed(`${file} ${line}`)) : [],
  );
  return fixes.filter(
    (fix, index) =>
      fixes.findIndex(({ file, symbol }) => file === fix.file && symbol === fix.symbol) === index,
  );
}

function isFixable(params: object): params is { fixes: readonly SdkconfigFix[] } {
  return 'fixes' in params && Array.isArray(params.fixes);
}

/** Without the instance info provider the firmware reports the ids of its configuration. */
function checkIds(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { vendorId, productId, providers, config } = firmware;
  const read = providers.factoryData.value && providers.deviceInstanceInfo.value;
  const check = (
    code: 'firmware.vendor-id-differs' | 'firmware.product-id-differs',
    used: Known<number>,
    written: number | undefined,
  ): Finding[] => {
    const isDefault = used.origin === 'default';
    if (written === undefined || written === used.value || (read && isDefault)) return [];
    const line = `CONFIG_${used.symbol}=0x${written.toString(16).toUpperCase().padStart(4, '0')}`;
    const fixes = fixesFor(config, used.symbol, line, used);
    const params = { symbol: used.symbol, written, used: used.value, isDefault, fixes };
    return [finding(code, params, locationOf(used, config.defaultsFile), read ? 'warning' : 'error')];
  };
  return [
    ...check('firmware.vendor-id-differs', vendorId, needs.vendorId),
    ...check('firmware.product-id-differs', productId, needs.productId),
  ];
}

/** Notes on facts that no file contains. */
function notesOnUnknowns({ config, encryption }: Firmware, needs: FirmwareNeeds): Finding[] {
  const findings: Finding[] = [];
  if (config.built === undefined) {
    findings.push(
      finding('firmware.not-built', { files: config.files }, { file: config.defaultsFile }, 'info'),
    );
  }
  const efuses = [
    ...(encryption.flash.value ? ['flash encryption is already active on the device'] : []),
    ...(needs.encryption.scheme === 'hmac' ? ['the HMAC key is burned to its eFuse block'] : []),
    ...(needs.secureCert?.key === 'ecdsa-peripheral' ? ['the private key is burned to its eFuse block'] : []),
  ];
  return [...findings, ...efuses.map((what) => finding('firmware.efuse-unknown', { what }, {}, 'info'))];
}
