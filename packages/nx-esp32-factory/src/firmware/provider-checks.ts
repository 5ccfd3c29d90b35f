import { type Finding, LIST_KEY_MAX_LENGTH } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import type { Firmware } from './firmware';
import { choiceFixes, fixesFor, type SdkconfigFix } from './fixes';
import { type FirmwareNeeds, isListKey, isModeKey, keysOf } from './needs';
import { type Known, locationOf } from './sdkconfig';
import { formatSetting } from './setting';
import { valuesOf } from './values';

const { finding } = firmwareErrors;

/** Bits of the discovery capabilities (Matter Core Specification, 5.1.1.4). */
const DISCOVERY = { onNetwork: 4 } as const;

/** Checks that the firmware's providers read the data of the image, and that the image has the data they read. */
export function checkProviders(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  return [
    ...checkSwitches(firmware, needs),
    ...checkChoices(firmware, needs),
    ...checkKeys(firmware, needs),
    ...checkSecureCertKey(firmware, needs),
    ...checkDiscovery(firmware, needs),
  ];
}

function checkSwitches(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { providers } = firmware;
  const at = (known: Known<unknown>) => locationOf(known, firmware.config.defaultsFile);
  const fix = (known: Known<boolean>) => flip(firmware, known);
  const findings: Finding[] = [];
  const off = !providers.factoryData.value;
  if (off && needs.keys.length > 0) {
    const { symbol } = providers.factoryData;
    const params = { symbol, fixes: fix(providers.factoryData) };
    findings.push(finding('firmware.factory-provider-off', params, at(providers.factoryData)));
  }
  const rotating = keysOf(needs, 'rotating-id');
  const instance = [...keysOf(needs, 'instance'), ...rotating];
  if (instance.length > 0 && !providers.deviceInstanceInfo.value) {
    const known = providers.deviceInstanceInfo;
    const params = { symbol: known.symbol, keys: instance, fixes: fix(known) };
    findings.push(finding('firmware.instance-provider-off', params, at(known)));
  }
  const info = keysOf(needs, 'device-info');
  if (info.length > 0 && !providers.deviceInfo.value) {
    const known = providers.deviceInfo;
    const params = { symbol: known.symbol, keys: info, fixes: fix(known) };
    findings.push(finding('firmware.device-info-provider-off', params, at(known)));
  }
  const deprecated = info.filter((key) => !isModeKey(key));
  if (deprecated.length > 0 && providers.deviceInfo.value) {
    const known = providers.deviceInfo;
    findings.push(finding('firmware.device-info-deprecated', { keys: deprecated }, at(known), 'info'));
  }
  if (keysOf(needs, 'location').length > 0 && !providers.locationCapability.value) {
    const known = providers.locationCapability;
    findings.push(
      finding(
        'firmware.location-capability-off',
        { symbol: known.symbol, fixes: fix(known) },
        at(known),
        'warning',
      ),
    );
  }
  const rotates = rotating.length > 0 || (needs.secureCert?.commissioning ?? false);
  if (rotates && !providers.rotatingDeviceId.value) {
    const known = providers.rotatingDeviceId;
    findings.push(
      finding('firmware.rotating-id-off', { symbol: known.symbol, fixes: fix(known) }, at(known), 'warning'),
    );
  }
  if (keysOf(needs, 'declaration').length > 0 && providers.setDeclaration.value) {
    const known = providers.setDeclaration;
    findings.push(
      finding('firmware.declaration-overridden', { symbol: known.symbol, fixes: fix(known) }, at(known)),
    );
  }
  const commissions = keysOf(needs, 'commissioning').length > 0 || (needs.secureCert?.commissioning ?? false);
  if (commissions && providers.testSetupParams.value) {
    const known = providers.testSetupParams;
    findings.push(
      finding(
        'firmware.test-setup-params',
        { symbol: known.symbol, fixes: fix(known) },
        at(known),
        'warning',
      ),
    );
  }
  return findings;
}

/** esp-matter's choices of providers; SEC_CERT_DAC_PROVIDER, which the SDK defines, is one of their members. */
function checkChoices(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { providers } = firmware;
  const secure = needs.secureCert;
  const commissioning = keysOf(needs, 'commissioning');
  const attestation = keysOf(needs, 'attestation');
  const instance = [...keysOf(needs, 'instance'), ...keysOf(needs, 'rotating-id')];
  const rotating = secure?.commissioning === true ? ['rd-id-uid'] : [];
  return [
    ...checkChoice(firmware, providers.dac, attestation, 'FACTORY_PARTITION_DAC_PROVIDER'),
    ...checkChoice(
      firmware,
      providers.dac,
      secure === undefined ? [] : ['dac-cert', 'dac-key', 'pai-cert'],
      'SEC_CERT_DAC_PROVIDER',
    ),
    ...checkChoice(
      firmware,
      providers.commissionableData,
      commissioning,
      'FACTORY_COMMISSIONABLE_DATA_PROVIDER',
    ),
    ...checkChoice(
      firmware,
      providers.commissionableData,
      secure?.commissioning === true ? ['discriminator', 'salt', 'verifier', 'iteration-count'] : [],
      'SEC_CERT_COMMISSIONABLE_DATA_PROVIDER',
    ),
    // The secure-cert provider reads only rd-id-uid from esp_secure_cert, the rest from the factory partition.
    ...checkChoice(
      firmware,
      providers.instanceInfoChoice,
      instance,
      'FACTORY_DEVICE_INSTANCE_INFO_PROVIDER',
      keysOf(needs, 'rotating-id').length === 0 ? ['SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER'] : [],
    ),
    ...checkChoice(
      firmware,
      providers.instanceInfoChoice,
      rotating,
      'SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER',
    ),
    ...checkChoice(
      firmware,
      providers.deviceInfoChoice,
      keysOf(needs, 'device-info'),
      'FACTORY_DEVICE_INFO_PROVIDER',
    ),
    ...checkMissing(firmware, needs),
  ];
}

/** A choice left at its default follows the switches, which have their own findings. */
function checkChoice(
  firmware: Firmware,
  chosen: Known<string>,
  keys: readonly string[],
  expected: string,
  alternatives: readonly string[] = [],
): Finding[] {
  const isRight = chosen.value === expected || alternatives.includes(chosen.value);
  const follows = chosen.origin === 'default' && expected.startsWith('FACTORY_');
  if (keys.length === 0 || isRight || follows) return [];
  const where = locationOf(chosen, firmware.config.defaultsFile);
  if (chosen.value.startsWith('CUSTOM_')) {
    return [finding('firmware.provider-custom', { chosen: chosen.value, keys }, where, 'info')];
  }
  const fixes = choiceFixes(firmware.config, chosen, expected);
  return [finding('firmware.provider-elsewhere', { chosen: chosen.value, expected, keys, fixes }, where)];
}

/** Data that the selected providers read but no image has. */
function checkMissing(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { providers, config } = firmware;
  const reads: readonly (readonly [Known<string>, readonly string[], boolean])[] = [
    [providers.dac, ['dac-cert', 'dac-key', 'pai-cert'], needs.secureCert !== undefined],
    [
      providers.commissionableData,
      ['discriminator', 'iteration-count', 'salt', 'verifier'],
      needs.secureCert?.commissioning ?? false,
    ],
  ];
  return reads.flatMap(([chosen, expected, inSecureCert]) => {
    const fromFactory = chosen.value.startsWith('FACTORY_') && providers.factoryData.value;
    const fromSecureCert = chosen.value.startsWith('SEC_CERT_');
    const keys = expected.filter((key) => !needs.keys.includes(key));
    const missing = fromFactory
      ? keys.length > 0 && !inSecureCert
      : fromSecureCert && !inSecureCert && keys.length > 0;
    if (!missing) return [];
    return [
      finding(
        'firmware.data-missing',
        { chosen: chosen.value, keys },
        locationOf(chosen, config.defaultsFile),
        'warning',
      ),
    ];
  });
}

function checkKeys(_firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  return needs.keys
    .filter((key) => isListKey(key) && key.length > LIST_KEY_MAX_LENGTH)
    .map((key) => finding('firmware.key-too-long', { key, length: key.length, max: LIST_KEY_MAX_LENGTH }));
}

function checkSecureCertKey(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { providers, config, target, chip } = firmware;
  if (needs.secureCert === undefined) return [];
  if (needs.secureCert.key === 'partition') {
    const known = providers.digitalSignature;
    if (!known.value) return [];
    const params = { symbol: known.symbol, fixes: flip(firmware, known) };
    return [finding('firmware.ds-peripheral', params, locationOf(known, config.defaultsFile))];
  }
  const known = providers.ecdsaPeripheral;
  const supported = chip?.ecdsa ?? true;
  if (supported && (known.value || chip === undefined)) return [];
  const params = { target: target.value, supported, fixes: supported ? flip(firmware, known) : [] };
  return [finding('firmware.ecdsa-peripheral', params, locationOf(known, config.defaultsFile))];
}

/** CHIPoBLE is on by default where Bluetooth is; a device that has it and no network yet waits there. */
function checkDiscovery({ config }: Firmware, { discovery }: FirmwareNeeds): Finding[] {
  const values = valuesOf(config);
  const bluetooth = values.bool('BT_ENABLED', false);
  const ble = values.bool('ENABLE_CHIPOBLE', bluetooth.value);
  if (discovery === undefined || discovery !== DISCOVERY.onNetwork || !bluetooth.value || !ble.value)
    return [];
  const { symbol, origin } = ble.origin === 'default' ? bluetooth : ble;
  const where = locationOf({ origin }, config.defaultsFile);
  return [finding('firmware.discovery-without-ble', { symbol, discovery }, where, 'info')];
}

function flip({ config }: Firmware, known: Known<boolean>): SdkconfigFix[] {
  return fixesFor(config, known.symbol, formatSetting(known.symbol, !known.value), known);
}
